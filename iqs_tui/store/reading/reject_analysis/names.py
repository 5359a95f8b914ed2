"""By what name exposures are grouped."""

from typing import Any

from peewee import fn

from iqs_tui.store.models import Examination, Exposure


def name_of() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return by what name an exposure is grouped, as `conditions.name_of_exposure`, without a join.

    The examination is looked up for the scans of a CT that name no procedure, and for nothing else.
    """
    is_its_own = (Examination.study_uid == Exposure.study_uid) & (Examination.device_id == Exposure.device_id)
    of_study = Examination.select(Examination.procedure).where(is_its_own, Exposure.modality == "CT")
    return fn.COALESCE(Exposure.procedure, of_study, Exposure.protocol)
