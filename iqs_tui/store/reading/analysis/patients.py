"""Whose exposures they are: the examinations of a room, read once, as a dictionary of small tuples.

A join would look each examination up again for each of its exposures: of a million that is most of the time.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import Any, NamedTuple

from iqs_tui.domain.dose import ADULT_BANDS, AGE_CUTS, age_band
from iqs_tui.domain.patient_size import is_known, is_standard
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Examination
from iqs_tui.store.ranges import within
from iqs_tui.store.reading.analysis.classes import Cuts, class_of

Study = tuple[str, str]
"""study_uid, device_id."""
MARGIN = timedelta(days=2)
"""How far an exposure may lie from the start of its examination; what lies further is looked up by itself."""
_BATCH = 500


class Class(NamedTuple):
    """What of a patient decides on group and DRN."""

    band: str
    age: int | None
    weight: int | None


class Patient(NamedTuple):
    """A patient as far as a group needs to know; of one class there is one `Class`."""

    key: str
    """The keyed patient ID, else the study."""
    of_class: Class
    is_size_known: bool
    procedure: str | None
    """The examination's."""


class Patients:
    """The patients of a scope; those whom its age class or size leaves out are None."""

    def __init__(self, scope: Scope, cuts: Cuts) -> None:
        self._scope = scope
        self.cuts = cuts
        self._ages = sorted({*cuts.ages, *AGE_CUTS})
        self._classes: dict[tuple[int | None, int | None], Class] = {}
        self.examples: dict[Class, tuple[float | None, float | None]] = {}
        """Age in years and weight in kg of one patient of each class."""

    def of_room(self, room: str | None, modalities: Iterable[str]) -> dict[Study, Patient | None]:
        """Return the patients of a room in the scope's period and shortly before; a few may be missing."""
        period = (self._scope.first - MARGIN, self._scope.until)
        is_here = Examination.room.is_null() if room is None else Examination.room == room
        was_received = Examination.started_at.is_null() & within(Examination.received_at, *period)
        found: dict[Study, Patient | None] = {}
        for modality in modalities:
            of_it = is_here & (Examination.modality == modality)
            self._read_into(found, of_it & within(Examination.started_at, *period))
            self._read_into(found, of_it & was_received)
        return found

    def of_studies(self, studies: Iterable[str]) -> dict[Study, Patient | None]:
        """Return the patients of these studies."""
        remaining = iter(studies)
        found: dict[Study, Patient | None] = {}
        while batch := list(islice(remaining, _BATCH)):
            self._read_into(found, Examination.study_uid.in_(batch))
        return found

    def patient(
        self,
        key: str,
        age_years: float | None = None,
        weight_kg: float | None = None,
        length_m: float | None = None,
        procedure: str | None = None,
    ) -> Patient | None:
        """Return a patient, or None where the scope leaves such a one out."""
        scope = self._scope
        of_age = None if age_years is None else bisect_right(self._ages, age_years)
        of_weight = None if weight_kg is None else class_of(weight_kg, self.cuts.weights_kg)
        of_class = self._classes.get((of_age, of_weight))
        if of_class is None:
            of_class = self._classes[of_age, of_weight] = Class(age_band(age_years), of_age, of_weight)
            self.examples[of_class] = (age_years, weight_kg)
        if scope.band is not None and of_class.band != scope.band:
            return None
        if scope.size == "standard" and of_class.band in ADULT_BANDS and not is_standard(weight_kg, length_m):
            return None
        return Patient(key, of_class, weight_kg is not None and is_known(weight_kg, length_m), procedure)

    def _read_into(self, found: dict[Study, Patient | None], condition: Any) -> None:  # noqa: ANN401 (peewee)
        query = Examination.select(
            Examination.study_uid,
            Examination.device_id,
            Examination.patient_key,
            Examination.age_years,
            Examination.weight_kg,
            Examination.length_m,
            Examination.procedure,
        ).where(condition)
        patient = self.patient
        for study_uid, device_id, key, age_years, weight_kg, length_m, procedure in database.execute(query):
            found[study_uid, device_id] = patient(key or study_uid, age_years, weight_kg, length_m, procedure)
