"""A node of its own in an empty database, and what it is told."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from iqs_tui.domain.records import DoseReport, ProcedureStep, RejectionNote
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import burst, receiving
from iqs_tui.store import database as store
from iqs_tui.store.evidence import quiet
from tests.store.bulk import empty_database
from tests.store.records import NOON
from tests.store.studies import Message

RULES = RetakeRules()


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
        while quiet.look_again(lambda _room: RULES, NOON + RULES.no_image.settle):
            pass  # a room at a time
        yield


def take(message: object, sender: object) -> None:
    """Tell the node one message."""
    if isinstance(message, DoseReport):
        receiving.record_dose_report(message, sender, NOON, RULES)
    elif isinstance(message, RejectionNote):
        receiving.record_rejection_note(message, sender, NOON, RULES)
    elif isinstance(message, ProcedureStep):
        receiving.record_step(message, sender, NOON, RULES)
    else:
        receiving.record_instance(message, sender, NOON, RULES)
