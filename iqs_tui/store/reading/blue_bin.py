"""The blauwe ton: the answered rejects of a room, to learn from; and the exposures a reject can be reported of."""

from dataclasses import dataclass
from datetime import datetime

from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.reading.exposures import Named, name_cases, name_exposure


@dataclass(frozen=True, slots=True)
class Reject:
    """One answered reject."""

    case_id: str
    subject: Named
    detected_at: datetime
    reason_code: str
    reason_label: str
    detail: str | None
    signals: tuple[str, ...]
    dap_gym2: float | None
    exposure_index: float | None
    deviation_index: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rejects, with how many there are in all."""

    rejects: tuple[Reject, ...]
    n: int
    reasons: tuple[tuple[str, int], ...]
    """First-level reason code and how often, over all pages, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Recent:
    """An exposure that a reject can be reported of."""

    exposure_uid: str
    subject: Named
    case_state: str | None
    """The state of its case, where it has one."""


def rejects(room: str, page: int, size: int, reason: str | None = None) -> Page:
    """Return a page (from 0) of a room's answered rejects, newest first; of one first-level reason, or all."""
    answered = (Case.state == "answered") & (Case.room == room)
    codes = [_first_level(row.reason_code) for row in Case.select(Case.reason_code).where(answered)]
    of_reason = (Case.reason_code == reason) | Case.reason_code.startswith(f"{reason}.")
    wanted = answered & of_reason if reason else answered
    rows = list(Case.select().where(wanted).order_by(Case.detected_at.desc()).paginate(page + 1, size))
    names = name_cases(rows)
    uids = {row.exposure_uid for row in rows if row.exposure_uid}
    exposures = {row.exposure_uid: row for row in Exposure.select().where(Exposure.exposure_uid.in_(uids))}
    counted = sorted(((code, codes.count(code)) for code in set(codes)), key=lambda pair: (-pair[1], pair[0]))
    return Page(
        rejects=tuple(_reject(row, names[row.case_id], exposures.get(row.exposure_uid or "")) for row in rows),
        n=codes.count(reason) if reason else len(codes),
        reasons=tuple(counted),
    )


def recent(room: str, limit: int = 9) -> tuple[Recent, ...]:
    """Return the last exposures of a room, newest first."""
    rows = list(
        Exposure.select()
        .where(
            Exposure.room == room,
            Exposure.is_derived == False,  # noqa: E712 (SQL)
        )
        .order_by(Exposure.acquired_at.desc())
        .limit(limit)
    )
    uids = [row.exposure_uid for row in rows]
    cases = Case.select(Case.exposure_uid, Case.state).where(Case.exposure_uid.in_(uids))
    states = {case.exposure_uid: case.state for case in cases}
    return tuple(Recent(row.exposure_uid, name_exposure(row), states.get(row.exposure_uid)) for row in rows)


def _first_level(code: str | None) -> str:
    return (code or "").split(".")[0]


def _reject(row: Case, subject: Named, exposure: Exposure | None) -> Reject:
    return Reject(
        case_id=row.case_id,
        subject=subject,
        detected_at=row.detected_at,
        reason_code=row.reason_code or "",
        reason_label=row.reason_label or row.reason_code or "",
        detail=row.detail,
        signals=tuple(row.signals or ()),
        dap_gym2=exposure.dap_gym2 if exposure else None,
        exposure_index=exposure.exposure_index if exposure else None,
        deviation_index=exposure.deviation_index if exposure else None,
    )
