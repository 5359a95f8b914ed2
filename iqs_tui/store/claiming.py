"""Gives a press of the key that named no exposure the one that it is about, and takes it back (`domain.claims`)."""

from collections.abc import Container
from datetime import datetime

from iqs_tui.domain.cases import KEY, NO_IMAGE
from iqs_tui.domain.claims import CLOCKS, LATEST, Lost, Press, claims
from iqs_tui.store import casework
from iqs_tui.store.evidence.study_rows import StudyRows
from iqs_tui.store.models import Case, Signal

_CLAIMED = {"claimed": True}
_OF_THE_EXPOSURE = ("study_uid", "exposure_uid", "device_id", "procedure", "view", "laterality", "acquired_at")


def claim(study: StudyRows, now: datetime) -> None:
    """Let the exposures of a study that miss an image claim the presses of their room; give back where one came."""
    of_study = (Signal.study_uid == study.study_uid) & (Signal.kind == KEY)
    keyed = {row.exposure_uid: row for row in Signal.select().where(of_study)}
    for uid, row in keyed.items():
        exposure = study.exposures.get(uid or "")
        if row.about == _CLAIMED and exposure is not None and exposure.image_facts is not None:
            _give_back(row, now)
    for room, lost in _lost(study, keyed.keys()).items():
        for signal_id, exposure_uid in claims(_presses(room, lost), lost).items():
            values = {"study_uid": study.study_uid, "exposure_uid": exposure_uid}
            Signal.update(**values, about=_CLAIMED).where(Signal.signal_id == signal_id).execute()
            case_id = Signal.get_by_id(signal_id).case_id
            Case.update(**values).where(Case.case_id == case_id).execute()


def _lost(study: StudyRows, keyed: Container[str | None]) -> dict[str, list[Lost]]:
    found: dict[str, list[Lost]] = {}
    for signal in study.derived:
        exposure = study.exposures.get(signal.exposure_uid or "")
        if signal.kind != NO_IMAGE or exposure is None or exposure.acquired_at is None or not exposure.room:
            continue
        if exposure.exposure_uid not in keyed:
            found.setdefault(exposure.room, []).append(Lost(exposure.exposure_uid, exposure.acquired_at))
    return found


def _presses(room: str, lost: list[Lost]) -> list[Press]:
    moments = [each.acquired_at for each in lost]
    is_free = (Signal.kind == KEY) & Signal.study_uid.is_null() & (Signal.room == room)
    within = Signal.at.between(min(moments) - CLOCKS, max(moments) + LATEST)
    return [Press(row.signal_id, row.at) for row in Signal.select().where(is_free & within)]


def _give_back(row: Signal, now: datetime) -> None:
    """The image came late: the press was about another exposure, which is not known."""
    Signal.update(study_uid=None, exposure_uid=None, about=None).where(Signal.signal_id == row.signal_id).execute()
    case = Case.get_or_none(Case.case_id == row.case_id)
    if case is not None:
        for name in _OF_THE_EXPOSURE:
            setattr(case, name, None)
        case.instance_uids, case.signals = [], [KEY]
        casework.tell(case, now)
