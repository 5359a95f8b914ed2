"""What the node does by the clock: telling the outbox, and retention."""

from datetime import datetime, timedelta
from typing import Any

from iqs_tui.store import audit, burst, log, outbox, rounds, worth_keeping
from iqs_tui.store.database import writing
from iqs_tui.store.models import (
    AssociationLog,
    Case,
    Correction,
    DeviceClock,
    DoseReportRow,
    Examination,
    Exposure,
    Instance,
    Job,
    LogEntry,
    OutgoingNote,
    Peer,
    Quarantine,
    Signal,
    Step,
)

_SETTLED_AFTER = timedelta(seconds=5)
_BATCH = 200


def tell_settled(at: datetime) -> int:
    """Put examinations and exposures that have not changed for five seconds in the outbox; return how many.

    A CT burst changes one examination a thousand times: it is told once. Nothing is lost between: the row itself
    says that it was not told yet.
    """
    told = 0
    for model, kind in ((Examination, "examination"), (Exposure, "exposure")):
        while batch := _untold(model, at):
            with writing():
                for row in batch:
                    outbox.put_row(kind, row, row.updated_at)
                    row.is_told = True
                    row.save(only=[model.is_told])
            told += len(batch)
    return told


def _untold(model: type[Examination] | type[Exposure], at: datetime) -> list[Any]:
    settled = (model.is_told == False) & (model.updated_at < at - _SETTLED_AFTER)  # noqa: E712 (SQL)
    return list(model.select().where(settled).limit(_BATCH))


def forget(
    at: datetime, *, received_days: int, answered_days: int, log_days: int, audit_days: int, has_central: bool
) -> dict[str, int]:
    """Delete what is older than its retention, but never an event that the central server has not acknowledged.

    A kiosk without a central server keeps its events as long as the records they tell of. What was deleted is audited.
    """
    received, answered = at - timedelta(days=received_days), at - timedelta(days=answered_days)
    logged, audited = at - timedelta(days=log_days), at - timedelta(days=audit_days)
    with writing():
        counts = {
            "instances": Instance.delete().where((Instance.received_at < received) & ~_is_taught(Instance)).execute(),
            "exposures": Exposure.delete().where(_old_and_told(Exposure, received) & ~_is_taught(Exposure)).execute(),
            "cases": Case.delete().where(_old_case(answered) & ~worth_keeping.is_in_lesson()).execute(),
            "signals": Signal.delete().where(Signal.at < answered, _is_of_no_case(Signal)).execute(),
            "corrections": Correction.delete().where(_is_of_no_case(Correction)).execute(),
            "notes": OutgoingNote.delete()
            .where(OutgoingNote.created_at < answered, _is_of_no_case(OutgoingNote))
            .execute(),
            "examinations": Examination.delete().where(_old_and_told(Examination, received)).execute(),
            "reports": DoseReportRow.delete().where(DoseReportRow.received_at < received).execute(),
            "clocks": DeviceClock.delete().where(DeviceClock.updated_at < received).execute(),
            "steps": Step.delete().where(Step.received_at < received).execute(),
            "associations": AssociationLog.delete().where(AssociationLog.opened_at < received).execute(),
            "quarantine": Quarantine.delete().where(Quarantine.at < received).execute(),
            "peers": Peer.delete().where(Peer.last_seen < received).execute(),
            "log": LogEntry.delete().where(LogEntry.at < logged).execute(),
            "jobs": Job.delete().where(Job.created_at < logged).execute(),
            "audit": audit.cut(audited),
        }
        gone = {name: count for name, count in counts.items() if count}
        if gone:
            audit.append("node", "retention", None, gone, at)
    rounds.forget(answered)
    burst.forget()
    outbox.forget_acked(logged)
    if not has_central:
        outbox.forget_unsent(received)
    log.trim()
    return counts


def _old_case(before: datetime) -> Any:  # noqa: ANN401 (a peewee expression)
    return (Case.detected_at < before) & (Case.state != "open")


def _is_of_no_case(model: type[Signal] | type[Correction] | type[OutgoingNote]) -> Any:  # noqa: ANN401 (peewee)
    """Return the condition that the case of a row is gone: what a case rests on stays as long as the case."""
    return model.case_id.is_null() | model.case_id.not_in(Case.select(Case.case_id))


def _is_taught(model: type[Instance] | type[Exposure]) -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that a row is of what a lesson shows: that stays as long as the lesson stands."""
    about, after = (find(worth_keeping.is_in_lesson()) for find in (worth_keeping.of_cases, worth_keeping.after_cases))
    return model.exposure_uid.in_(about) | model.exposure_uid.in_(after)


def _old_and_told(model: type[Examination] | type[Exposure], before: datetime) -> Any:  # noqa: ANN401 (a peewee expression)
    return (model.received_at < before) & (model.is_told == True)  # noqa: E712 (SQL)
