"""One case of the blauwe ton, with its exposure, the accepted one that followed, and what was put right in it."""

from dataclasses import dataclass
from datetime import datetime

from iqs_tui.store.models import Case, Correction, Exposure, Instance
from iqs_tui.store.reading import people
from iqs_tui.store.reading.exposures import Named, name_cases, name_exposure
from iqs_tui.store.reading.prompt import Evidence, evidence_of
from iqs_tui.store.reading.rejecting import rejects


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """An exposure as it stands beside its picture."""

    exposure_uid: str | None
    subject: Named
    modality: str | None = None
    kvp: float | None = None
    mas: float | None = None
    exposure_index: float | None = None
    target_exposure_index: float | None = None
    deviation_index: float | None = None
    dap_gym2: float | None = None
    agd_mgy: float | None = None
    ctdivol_mgy: float | None = None
    dlp_mgycm: float | None = None
    has_image: bool = False
    """An image came, whether or not there is a picture of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """One time that the answer was put right."""

    at: datetime
    by: str
    """A user_id, `admin`, or `room`."""
    who: str | None
    """The name that belongs to it."""
    before_code: str | None
    after_code: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BinCase:
    """All that is known of a case."""

    case_id: str
    shot: Shot
    detected_at: datetime
    room: str | None
    state: str
    counts_as: str
    reason_code: str | None
    reason_label: str | None
    detail: str | None
    evidence: tuple[Evidence, ...]
    """What it rests on, the most certain first."""
    history: tuple[Corrected, ...]
    """The oldest first."""


def bin_case(case_id: str) -> BinCase | None:
    """Return a case; None for one that is gone."""
    case = Case.get_or_none(Case.case_id == case_id)
    if case is None:
        return None
    exposure = Exposure.get_or_none(Exposure.exposure_uid == case.exposure_uid) if case.exposure_uid else None
    return BinCase(
        case_id=case_id,
        shot=_shot(exposure) if exposure else Shot(exposure_uid=None, subject=name_cases([case])[case_id]),
        detected_at=case.detected_at,
        room=case.room,
        state=case.state,
        counts_as=case.counts_as,
        reason_code=case.reason_code,
        reason_label=case.reason_label,
        detail=case.detail,
        evidence=evidence_of([case])[case_id],
        history=_history(case_id),
    )


def followed_by(case_id: str) -> Shot | None:
    """Return the accepted exposure that took the place of a rejected one; None where there is none.

    It is of the same study, view and side, made later, has an image, and was not rejected itself. Where the view is
    not known, its protocol is the same.
    """
    case = Case.get_or_none(Case.case_id == case_id)
    exposure = Exposure.get_or_none(Exposure.exposure_uid == case.exposure_uid) if case and case.exposure_uid else None
    if exposure is None or exposure.acquired_at is None:
        return None
    later = Exposure.select().where(
        Exposure.study_uid == exposure.study_uid,
        Exposure.acquired_at > exposure.acquired_at,
        Exposure.is_derived == False,  # noqa: E712 (SQL)
        Exposure.image_facts.is_null(False),
        Exposure.exposure_uid.not_in(rejects()),
    )
    return next((_shot(row) for row in later.order_by(Exposure.acquired_at) if _same(row, exposure)), None)


def is_own(case_id: str, user_id: str) -> bool:
    """Say whether a case is somebody's own: they answered it, or made the exposure."""
    case = Case.get_or_none(Case.case_id == case_id)
    if case is None:
        return False
    return case.answered_by == user_id or (case.operator or "").casefold() in people.answers_to(user_id)


def _same(one: Exposure, other: Exposure) -> bool:
    names = ("view", "laterality") if other.view else ("protocol", "laterality")
    return all(_folded(getattr(one, name)) == _folded(getattr(other, name)) for name in names) and (
        not (one.body_part and other.body_part) or _folded(one.body_part) == _folded(other.body_part)
    )


def _folded(text: str | None) -> str:
    return (text or "").casefold()


def _shot(row: Exposure) -> Shot:
    names = ("modality", "kvp", "mas", "exposure_index", "target_exposure_index", "deviation_index", "dap_gym2")
    values = {name: getattr(row, name) for name in (*names, "agd_mgy", "ctdivol_mgy", "dlp_mgycm")}
    has_image = Instance.select().where(Instance.exposure_uid == row.exposure_uid).exists()
    return Shot(exposure_uid=row.exposure_uid, subject=name_exposure(row), has_image=has_image, **values)


def _history(case_id: str) -> tuple[Corrected, ...]:
    rows = Correction.select().where(Correction.case_id == case_id).order_by(Correction.id)
    return tuple(
        Corrected(
            at=row.at,
            by=row.by,
            who=people.name_of(row.by),
            before_code=row.before_code,
            after_code=row.after_code,
            why=row.why,
        )
        for row in rows
    )
