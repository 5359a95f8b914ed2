"""Gives a press of the key that named no exposure the one that it is about, and takes it back (`domain.claims`)."""

from datetime import datetime
from typing import Any

from iqs_tui.domain.cases import KEY, NO_IMAGE, RDSR_FLAG, REJECTION_NOTE, RULE
from iqs_tui.domain.claims import CLOCKS, LATEST, Lost, Press, claims
from iqs_tui.store import casework
from iqs_tui.store.models import Case, Exposure, Instance, Signal

_CLAIMED = {"claimed": True}
_OF_THE_EXPOSURE = ("study_uid", "exposure_uid", "device_id", "procedure", "view", "laterality", "acquired_at")


def claim(study_uid: str, now: datetime) -> None:
    """Let the exposures of a study that miss an image claim the presses of their room; give back where one came."""
    for row in Signal.select().where(_is_key(study_uid)):
        if row.about == _CLAIMED and _was_another(row):
            _give_back(row, now)
    for room, lost in _lost(study_uid).items():
        for signal_id, exposure_uid in claims(_presses(room, lost), lost).items():
            values = {"study_uid": study_uid, "exposure_uid": exposure_uid}
            Signal.update(**values, about=_CLAIMED).where(Signal.signal_id == signal_id).execute()
            case_id = Signal.get_by_id(signal_id).case_id
            Case.update(**values).where(Case.case_id == case_id).execute()


def claim_press(room: str, at: datetime) -> None:
    """Let a press that just came be claimed by an exposure that was missed before it, and is still asked about."""
    missed = (Signal.kind == NO_IMAGE) & (Signal.room == room)
    near = Exposure.acquired_at.between(at - LATEST, at + CLOCKS)
    asked = Signal.select(Signal.study_uid).join(Exposure, on=(Exposure.exposure_uid == Signal.exposure_uid))
    for study_uid in sorted({row.study_uid for row in asked.where(missed, near) if row.study_uid}):
        claim(study_uid, at)
        casework.refresh(study_uid, room, at)


def _is_key(study_uid: str) -> Any:  # noqa: ANN401 (a peewee expression)
    return (Signal.study_uid == study_uid) & (Signal.kind == KEY)


def _lost(study_uid: str) -> dict[str, list[Lost]]:
    """Return by room the exposures that a press can be about: missed, not reported yet, nor answered by a person."""
    keyed = Signal.select(Signal.exposure_uid).where(_is_key(study_uid), Signal.exposure_uid.is_null(False))
    answered = Case.select(Case.exposure_uid).where(
        Case.study_uid == study_uid, Case.exposure_uid.is_null(False), Case.state.in_(("answered", "dismissed"))
    )
    missed = Signal.select(Signal.exposure_uid).where(Signal.study_uid == study_uid, Signal.kind == NO_IMAGE)
    rows = Exposure.select().where(
        Exposure.exposure_uid.in_(missed),
        Exposure.exposure_uid.not_in(keyed),
        Exposure.exposure_uid.not_in(answered),
        Exposure.acquired_at.is_null(False),
        Exposure.room.is_null(False),
    )
    found: dict[str, list[Lost]] = {}
    for row in rows:
        found.setdefault(str(row.room), []).append(Lost(row.exposure_uid, row.acquired_at))
    return found


def _presses(room: str, lost: list[Lost]) -> list[Press]:
    """Return the presses of a room that are about no exposure yet, but for those that a person took back."""
    moments = [each.acquired_at for each in lost]
    is_free = (Signal.kind == KEY) & Signal.study_uid.is_null() & (Signal.room == room)
    within = Signal.at.between(min(moments) - CLOCKS, max(moments) + LATEST)
    dismissed = Case.select(Case.case_id).where(Case.study_uid.is_null(), Case.state == "dismissed")
    query = Signal.select().where(is_free & within & Signal.case_id.not_in(dismissed))
    return [Press(row.signal_id, row.at) for row in query]


def _was_another(row: Signal) -> bool:
    """Say whether an image of the exposure came late, and nothing says that this one was rejected all the same."""
    is_shown = Exposure.image_facts.is_null(False) & (Exposure.exposure_uid == row.exposure_uid)
    images = Instance.select(Instance.sop_instance_uid).where(Instance.exposure_uid == row.exposure_uid)
    is_of_it = (Signal.exposure_uid == row.exposure_uid) | Signal.instance_uid.in_(images)
    rejected = Signal.select().where(is_of_it, Signal.kind.in_((REJECTION_NOTE, RULE, RDSR_FLAG)))
    return Exposure.select().where(is_shown).exists() and not rejected.exists()


def _give_back(row: Signal, now: datetime) -> None:
    """The image came late: the press was about another exposure, which is not known."""
    Signal.update(study_uid=None, exposure_uid=None, about=None).where(Signal.signal_id == row.signal_id).execute()
    case = Case.get_or_none(Case.case_id == row.case_id)
    if case is not None:
        for name in _OF_THE_EXPOSURE:
            setattr(case, name, None)
        case.instance_uids, case.signals = [], [KEY]
        casework.tell(case, now)
