"""The long lists: open cases, outbox, quarantine and log. No patient data: UIDs, rooms, times, reasons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from iqs_tui.store.models import Case, LogEntry, Outbox, Quarantine
from iqs_tui.store.reading.admin import Page, window

LogLevel = Literal["all", "warning", "error"]
_LEVELS = {"warning": ("warning", "error", "critical"), "error": ("error", "critical")}


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A question that waits for an answer."""

    case_id: str
    room: str | None
    detected_at: datetime
    acquired_at: datetime | None
    procedure: str | None
    view: str | None
    laterality: str | None
    signals: tuple[str, ...]
    is_question: bool
    counts_as: str
    """Once answered: reject, repeat or identification (`domain.cases`)."""
    deferred: int


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An event that the central server does not have: pending, or refused (dead) with its verdict."""

    seq: int
    event_id: str
    type: str
    occurred_at: datetime
    state: str
    tries: int
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An object that was not taken in."""

    row_id: int
    at: datetime
    ae_title: str
    host: str
    status: int
    reason: str
    sop_class_uid: str | None
    sop_instance_uid: str | None
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the program's log."""

    row_id: int
    at: datetime
    process: str
    level: str
    source: str
    message: str


def open_cases(room: str | None = None, offset: int = 0) -> Page[OpenCase]:
    """Return the open cases of a room, or of all rooms; the oldest first."""
    query = Case.select().where(Case.state == "open").order_by(Case.detected_at, Case.case_id)
    rows, total = window(query.where(Case.room == room) if room else query, offset)
    found = tuple(
        OpenCase(
            case.case_id,
            case.room,
            case.detected_at,
            case.acquired_at,
            case.procedure,
            case.view,
            case.laterality,
            tuple(case.signals),
            case.is_question,
            case.counts_as,
            case.deferred,
        )
        for case in rows
    )
    return Page(found, total, offset)


def waiting_events(only_dead: bool = False, offset: int = 0) -> Page[WaitingEvent]:
    """Return what the central server does not have: refused events first, then those that wait, in order."""
    states = ("dead",) if only_dead else ("dead", "pending")
    query = Outbox.select().where(Outbox.state.in_(states)).order_by(Outbox.state, Outbox.seq)
    rows, total = window(query, offset)
    found = tuple(
        WaitingEvent(row.seq, row.event_id, row.type, row.occurred_at, row.state, row.tries, row.verdict)
        for row in rows
    )
    return Page(found, total, offset)


def quarantine(offset: int = 0) -> Page[Refused]:
    """Return the objects that were not taken in, the newest first."""
    rows, total = window(Quarantine.select().order_by(Quarantine.id.desc()), offset)
    found = tuple(
        Refused(
            row.id,
            row.at,
            row.ae_title,
            row.host,
            row.status,
            row.reason,
            row.sop_class_uid,
            row.sop_instance_uid,
            row.size_bytes,
        )
        for row in rows
    )
    return Page(found, total, offset)


def log(level: LogLevel = "all", offset: int = 0) -> Page[LogLine]:
    """Return the log from this level up, the newest line first."""
    query = LogEntry.select().order_by(LogEntry.id.desc())
    rows, total = window(query.where(LogEntry.level.in_(_LEVELS[level])) if level != "all" else query, offset)
    found = tuple(LogLine(row.id, row.at, row.process, row.level, row.source, row.message) for row in rows)
    return Page(found, total, offset)
