"""The newest exposures of a projection one by one: what a plot of a parameter against the dose is drawn of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from iqs_tui.domain.scope import Scope
from iqs_tui.domain.technique import UNITS, Made
from iqs_tui.store.database import database
from iqs_tui.store.models import Exposure
from iqs_tui.store.reading.analysis.conditions import is_compared_scan, of_exposures, with_examination
from iqs_tui.store.reading.rejecting import is_reject

LIMIT = 2000
"""More dots than a screen has cells say no more."""
_DOSES = {"CT": "ctdivol_mgy", "MG": "agd_mgy"}
"""By modality the column of the dose of one exposure; of all others the DAP."""


def points(scope: Scope, limit: int = LIMIT) -> tuple[Made, ...]:
    """Return the newest exposures of a scope, good and rejected, in no order; doses in the inside unit.

    What is implausible, or 0, is left out of an exposure as if it were not said.
    """
    columns = (*UNITS, "dap_gym2", "agd_mgy", "ctdivol_mgy")
    query = (
        with_examination(
            Exposure.select(
                Exposure.exposure_uid,
                Exposure.study_uid,
                Exposure.modality,
                Exposure.implausible,
                Exposure.acquired_at,
                is_reject(),
                *(getattr(Exposure, name) for name in columns),
            )
        )
        .where(
            *of_exposures(replace(scope, which="both")),
            Exposure.acquired_at.is_null(False),
            (Exposure.modality != "CT") | is_compared_scan(),
        )
        .order_by(Exposure.acquired_at.desc())
        .limit(limit)
    )
    found = []
    for uid, study, modality, implausible, at, is_rejected, *said in database.execute(query):
        column = _DOSES.get(modality, "dap_gym2")
        left_out = (implausible or "").split(",")
        known = {name: value for name, value in zip(columns, said, strict=True) if name not in left_out}
        found.append(
            Made(
                exposure_uid=uid,
                study_uid=study,
                at=datetime.fromisoformat(at),
                is_rejected=bool(is_rejected),
                values={name: value for name in UNITS if (value := known.get(name)) is not None},
                dose=known.get(column) or None,
            )
        )
    return tuple(found)
