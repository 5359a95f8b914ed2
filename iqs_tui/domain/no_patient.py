"""Who and what is no patient: the site's test patients and phantoms, and the service engineer's sender."""

from collections.abc import Iterable
from dataclasses import dataclass

from iqs_tui.domain import patterns


@dataclass(frozen=True, slots=True)
class NoPatient:
    """As the settings name them."""

    patients: tuple[str, ...] = ()
    """Patterns, each the whole Patient ID (0010,0020)."""
    ae_titles: frozenset[str] = frozenset()
    """Senders whose images are all quality control."""

    def is_one(self, patient_id: str | None, ae_titles: Iterable[str]) -> bool:
        """Say whether images of this patient, or sent under one of these AE titles, show no patient."""
        if not self.ae_titles.isdisjoint(ae_titles):
            return True
        return patient_id is not None and any(patterns.is_whole(each, patient_id) for each in self.patients)


NOBODY = NoPatient()
"""A site that names none."""
