"""Rejection notes that we write: planned when a case is answered, sent by the node, tried again until they arrive."""

from collections.abc import Collection
from datetime import datetime, timedelta

from iqs_tui.domain import note_writing
from iqs_tui.domain.note_writing import Note, Reference
from iqs_tui.domain.uids import derived_uid
from iqs_tui.store import audit
from iqs_tui.store.database import writing
from iqs_tui.store.models import Case, Instance, OutgoingNote

LOOKS_BACK = timedelta(days=7)
"""What was answered longer ago, before the room was told to write notes, is let be."""
_MAX_WORDS = 200


def plan(rooms: Collection[str], delay: timedelta, at: datetime) -> int:
    """Queue a note for every case of these rooms that wants one and was answered `delay` ago; return how many.

    The delay is for second thoughts: a note that was sent cannot be taken back by us.
    """
    if not rooms:
        return 0
    is_answered = (Case.state == "answered") & (Case.counts_as == "reject") & Case.room.in_(sorted(rooms))
    is_time = (Case.answered_at <= at - delay) & (Case.answered_at > at - LOOKS_BACK)
    is_planned = Case.case_id.in_(OutgoingNote.select(OutgoingNote.case_id).where(OutgoingNote.state != "withdrawn"))
    wanted = [case for case in Case.select().where(is_answered, is_time, ~is_planned) if _is_due(case)]
    rows = [
        {
            "case_id": case.case_id,
            "instance_uid": derived_uid("rejection note", case.case_id),
            "state": "waiting",
            "due_at": at,
            "created_at": at,
        }
        for case in wanted
        if _references(case)
    ]
    if rows:
        with writing():
            OutgoingNote.insert_many(rows).on_conflict_replace().execute()
    return len(rows)


def due(at: datetime, limit: int = 10) -> list[str]:
    """Return the cases whose note is to be sent now, the longest waiting first."""
    waiting = (OutgoingNote.state == "waiting") & (OutgoingNote.due_at <= at)
    rows = OutgoingNote.select(OutgoingNote.case_id).where(waiting).order_by(OutgoingNote.due_at).limit(limit)
    return [row.case_id for row in rows]


def note_of(case_id: str, at: datetime) -> Note | None:
    """Return what the note of a case says now; None, and the note withdrawn, where the case wants none any more."""
    case = Case.get_or_none(Case.case_id == case_id)
    references = _references(case) if case is not None and _is_due(case) else []
    if case is None or case.study_uid is None or case.reason_code is None or not references:
        OutgoingNote.update(state="withdrawn", due_at=at).where(OutgoingNote.case_id == case_id).execute()
        return None
    return note_writing.note(
        sop_instance_uid=str(OutgoingNote.get_by_id(case_id).instance_uid),
        study_uid=case.study_uid,
        reason_code=case.reason_code,
        cid7011=case.cid7011_code,
        words=(case.reason_label, (case.detail or "")[:_MAX_WORDS]),
        rejected_at=case.answered_at,
        references=references,
    )


def sent(case_id: str, at: datetime) -> None:
    """Keep that a note arrived."""
    with writing():
        OutgoingNote.update(state="sent", sent_at=at, error=None).where(OutgoingNote.case_id == case_id).execute()
        audit.append("node", "note.sent", case_id, None, at)


def failed(case_id: str, why: str, at: datetime) -> None:
    """Keep that a note could not be sent, and when to try again; after three days a person has to look."""
    with writing():
        row = OutgoingNote.get_by_id(case_id)
        row.tries += 1
        row.error = why
        wait = note_writing.next_try(row.tries)
        if wait is None:
            row.state = "failed"
            audit.append("node", "note.failed", case_id, {"why": why}, at)
        else:
            row.due_at = at + wait
        row.save()


def try_again(at: datetime) -> int:
    """Put all that were given up back in the queue; return how many."""
    return int(OutgoingNote.update(state="waiting", tries=0, due_at=at).where(OutgoingNote.state == "failed").execute())


def is_own(sop_instance_uid: str) -> bool:
    """Say whether a note that came in is one of ours, on its way back."""
    return bool(OutgoingNote.select().where(OutgoingNote.instance_uid == sop_instance_uid).exists())


def _is_due(case: Case) -> bool:
    return note_writing.is_due(state=case.state, counts_as=case.counts_as, signals=case.signals or ())


def _references(case: Case) -> list[Reference]:
    """Return the images of a case that came here: of an exposure deleted at the console there is none to take away.

    A case names the first images of a scan only; its note takes away all of them.
    """
    is_named = Instance.sop_instance_uid.in_(case.instance_uids or [])
    is_of_it = is_named if case.exposure_uid is None else is_named | (Instance.exposure_uid == case.exposure_uid)
    rows = (
        Instance.select(Instance.series_uid, Instance.sop_class_uid, Instance.sop_instance_uid)
        .where(is_of_it, Instance.study_uid == case.study_uid)
        .order_by(Instance.sop_instance_uid)
    )
    return [Reference(row.series_uid, row.sop_class_uid, row.sop_instance_uid) for row in rows]
