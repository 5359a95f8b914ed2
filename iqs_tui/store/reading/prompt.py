"""What the prompt asks about: the cases of a room that wait, and the exposures around each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iqs_tui.domain.cases import CONFIDENCE
from iqs_tui.store.models import Case, Exposure, Signal
from iqs_tui.store.reading.exposures import Named, name_cases, name_exposure
from iqs_tui.store.reading.header import is_waiting, modality_kinds


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of signal that a case rests on."""

    kind: str
    confidence: float
    """0 to 1."""
    about: Mapping[str, Any]
    """What else it says: the gap, the overlap, the counts (`store.models.Signal.about`)."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One case that waits for a reason."""

    case_id: str
    subject: Named
    signals: tuple[str, ...]
    is_question: bool
    operator: str | None
    deferred: int
    detected_at: datetime
    modality: str | None = None
    """Of the exposure; without one, of the room's only modality."""
    counts_as: str = "reject"
    evidence: tuple[Evidence, ...] = ()
    """What it rests on, the most certain first."""

    @property
    def likely(self) -> str | None:
        """The kind of "geen afkeur" that a signal thinks it is."""
        return next((found for one in self.evidence if (found := one.about.get("likely"))), None)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The exposures of the same study just before and just after; None where there is none."""

    before: Named | None
    after: Named | None
    repeat: Named | None
    """The same view, made again later: what took the place of the rejected one."""


def waiting(room: str, now: datetime) -> list[tuple[str, int]]:
    """Return (case_id, times put off) of the cases that wait now: one that comes back is new again."""
    rows = Case.select(Case.case_id, Case.deferred).where(is_waiting(room, now))
    return [(row.case_id, row.deferred) for row in rows]


def open_cases(room: str, now: datetime, limit: int = 50) -> tuple[OpenCase, ...]:
    """Return the cases that wait now, the newest exposure first: that one is still in mind."""
    found = _open_cases(Case.select().where(is_waiting(room, now)).order_by(Case.detected_at.desc()).limit(limit))
    return tuple(sorted(found, key=lambda case: (case.subject.at or case.detected_at, case.case_id), reverse=True))


def put_off_cases(room: str, now: datetime) -> tuple[OpenCase, ...]:
    """Return the cases of a room that were put off and have not come back yet, the first to come back first."""
    off = (Case.state == "open") & (Case.room == room) & (Case.deferred_until > now)
    return _open_cases(Case.select().where(off).order_by(Case.deferred_until))


def open_case(case_id: str) -> OpenCase | None:
    """Return a case by its id, whatever its state."""
    return next(iter(_open_cases(Case.select().where(Case.case_id == case_id))), None)


def _open_cases(query: Iterable[Case]) -> tuple[OpenCase, ...]:
    rows = list(query)
    names, modalities, evidence = name_cases(rows), _modalities(rows), evidence_of(rows)
    return tuple(
        OpenCase(
            case_id=row.case_id,
            subject=names[row.case_id],
            signals=tuple(row.signals or ()),
            is_question=bool(row.is_question),
            operator=row.operator,
            deferred=row.deferred,
            detected_at=row.detected_at,
            modality=modalities[row.case_id],
            counts_as=row.counts_as,
            evidence=evidence[row.case_id],
        )
        for row in rows
    )


def _modalities(cases: Iterable[Case]) -> dict[str, str | None]:
    """Return the modality of each case's exposure; of one that left nothing here, that of a room with only one."""
    cases = list(cases)
    uids = [case.exposure_uid for case in cases if case.exposure_uid]
    rows: Any = Exposure.select(Exposure.exposure_uid, Exposure.modality).where(Exposure.exposure_uid.in_(uids))
    of_exposure = dict(rows.tuples()) if uids else {}
    heard = {room: modality_kinds(room) for room in {case.room for case in cases if case.room}}
    only = {room: kinds[0] for room, kinds in heard.items() if len(kinds) == 1}
    return {case.case_id: of_exposure.get(case.exposure_uid or "") or only.get(case.room or "") for case in cases}


def evidence_of(cases: Iterable[Case]) -> dict[str, tuple[Evidence, ...]]:
    """Return the kinds of signal of each case, the most certain first, each with what its surest signal says."""
    cases = list(cases)
    of_cases = Signal.case_id.in_([case.case_id for case in cases])
    rows = Signal.select().where(of_cases).order_by(Signal.confidence, Signal.signal_id) if cases else ()
    said = {(row.case_id, row.kind): Evidence(row.kind, row.confidence, row.about or {}) for row in rows}
    found = {}
    for case in cases:
        kinds = (
            said.get((case.case_id, kind)) or Evidence(kind, CONFIDENCE.get(kind, 0.5), {})
            for kind in case.signals or ()
        )
        found[case.case_id] = tuple(sorted(kinds, key=lambda one: (-one.confidence, one.kind)))
    return found


def neighbours(case_id: str) -> Neighbours:
    """Return the exposures of the study around a case's own."""
    case = Case.get_or_none(Case.case_id == case_id)
    if case is None or case.study_uid is None or case.acquired_at is None:
        return Neighbours(None, None, None)
    others = Exposure.select().where(
        Exposure.study_uid == case.study_uid,
        Exposure.acquired_at.is_null(False),
        Exposure.is_derived == False,  # noqa: E712 (SQL)
    )
    if case.exposure_uid:
        others = others.where(Exposure.exposure_uid != case.exposure_uid)
    earlier = others.where(Exposure.acquired_at < case.acquired_at).order_by(Exposure.acquired_at.desc()).first()
    later = list(others.where(Exposure.acquired_at >= case.acquired_at).order_by(Exposure.acquired_at))
    own = Exposure.get_or_none(Exposure.exposure_uid == case.exposure_uid) if case.exposure_uid else None
    again = next((row for row in later if own is not None and _shown(row) == _shown(own)), None)
    return Neighbours(_named(earlier), _named(later[0] if later else None), _named(again))


def _shown(row: Exposure) -> tuple[str | None, ...]:
    """What an exposure shows: its view, and where it has none (CT) what it was scanned with."""
    return row.view, row.laterality, None if row.view else row.protocol


def _named(row: Exposure | None) -> Named | None:
    return None if row is None else name_exposure(row)
