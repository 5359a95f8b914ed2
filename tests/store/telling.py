"""A node of its own in an empty database, and what it is told."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from iqs_tui.domain.cases import KEY
from iqs_tui.domain.records import DoseReport, Instance, ProcedureStep, RejectionNote, Sender
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import answering, burst, receiving
from iqs_tui.store import database as store
from iqs_tui.store.evidence import quiet
from iqs_tui.store.models import Signal
from tests.store.bulk import empty_database
from tests.store.pressed_studies import Here, Look, Pressed
from tests.store.records import NOON
from tests.store.studies import Message

RULES = RetakeRules()
ARRIVED = NOON + timedelta(minutes=60)
"""When messages come: long after what they tell of, and after every key that was pressed (`Pressed`)."""


@contextmanager
def own_node() -> Iterator[None]:
    """Have an empty database for a while."""
    burst.forget()
    with TemporaryDirectory() as folder:
        shutil.copy(empty_database(), Path(folder) / "iqs.db")
        store.open_database(Path(folder) / "iqs.db")
        try:
            yield
        finally:
            store.close_connection()


@contextmanager
def told(messages: Iterable[Message]) -> Iterator[None]:
    """Have a node that was told these messages and has looked at the studies since they were quiet."""
    with own_node():
        for message in messages:
            take(*message)
        _look()
        yield


def take(message: object, sender: Sender, at: datetime = ARRIVED) -> None:
    """Tell the node one message."""
    if isinstance(message, Pressed):
        _press_once(message, str(sender.room))
    elif isinstance(message, Here):
        take(message.message, sender, NOON)
    elif isinstance(message, Look):
        _look()
    elif isinstance(message, DoseReport):
        receiving.record_dose_report(message, sender, at, RULES)
    elif isinstance(message, RejectionNote):
        receiving.record_rejection_note(message, sender, at, RULES)
    elif isinstance(message, ProcedureStep):
        receiving.record_step(message, sender, at, RULES)
    elif isinstance(message, Instance):
        receiving.record_instance(message, sender, at, RULES)


def _look() -> None:
    while quiet.look_again(lambda _room: RULES, ARRIVED + RULES.no_image.settle):
        pass  # a room at a time


def _press_once(pressed: Pressed, room: str) -> None:
    at = NOON + timedelta(minutes=pressed.minutes)
    if Signal.select().where(Signal.kind == KEY, Signal.at == at).exists():
        return
    case_id = answering.report_from_kiosk(None, room, "room", at)
    if pressed.reason:
        answering.answer(case_id, pressed.reason, "room", at)
