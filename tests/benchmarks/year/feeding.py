"""A room's messages through the real readers into a real database, with its clock turning and its people answering."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from iqs_tui.config import Config, load
from iqs_tui.dicom.header import read_instance
from iqs_tui.dicom.mpps import read_step
from iqs_tui.dicom.rdsr import read_dose_report
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.dicom.rejection_note import read_rejection_note
from iqs_tui.domain.records import Sender
from iqs_tui.node.inbox import Inbox
from iqs_tui.node.rules import no_patient, retake_rules
from iqs_tui.simulator import images
from iqs_tui.store import answering, burst
from iqs_tui.store.database import close_connection, open_database
from iqs_tui.store.evidence import quiet
from iqs_tui.store.models import Case
from tests.benchmarks.year.department import ROOMS
from tests.benchmarks.year.records import ZONE, Facts, Message

TURN = timedelta(minutes=5)
"""How often the simulated node looks at its clock, and whoever stands there at the kiosk."""
ANSWERED = 0.8
"""Of the prompts that people answer before the evening; what they say is true."""
_KINDS = {"ct": "CT", "mammo": "MG", "cr": "CR", "rf": "RF"}
_RULE = """
[[rooms.retakes.rules]]
name = "lichtbron"
creator = "LICHTBRON REJECT"
tag = "0021,xx0F"
value = "YES"
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it was read."""

    at: datetime
    what: str
    hand_over: Callable[[Inbox], None]


@dataclass(slots=True)
class Asked:
    """A case that stood open, as it last was."""

    study_uid: str | None
    exposure_uid: str | None
    instance_uids: tuple[str, ...]
    signals: frozenset[str]
    is_question: bool
    counts_as: str


def settings(folder: Path) -> Config:
    """Return the department's settings: what a site would fill in, nothing that knows the truth."""
    text = '[retakes]\ntest_patients = ["QC.*"]\nserial_protocols = ["flexie", "extensie", "inspiratie", "expiratie"]\n'
    for room in ROOMS:
        text += f'[[rooms]]\nid = "{room.id}"\n{_RULE if room.marked else ""}'
    for room in ROOMS:
        kind = _KINDS.get(room.id, "DX")
        text += f'[[modalities]]\nae_title = "{room.machine.ae_title}"\nroom = "{room.id}"\nkind = "{kind}"\n'
    path = folder / "config.toml"
    path.write_text(text + '[kiosk]\nroom = "bucky-1"\n')
    return load(path, environ={})


def read_all(messages: Iterable[Message], config: Config) -> list[Heard]:
    """Read every message as the listener does; the pictures, which no reader looks at, are left out."""
    with patch.object(images, "projection", lambda *_: b"\0\0"), patch.object(images, "ct_slice", lambda _: b"\0\0"):
        return [heard for message in messages if (heard := _read(message, config)) is not None]


def _read(message: Message, config: Config) -> Heard | None:
    sender = Inbox(config).sender(message.ae_title, "10.0.0.1")
    assert sender is not None
    context = ReadingContext(
        zone=ZONE,
        patient_key=b"k" * 32,
        ae_title=message.ae_title,
        rules=sender.rules,
        no_patient=no_patient(config),
    )
    record = _record(message, context)
    return (
        None if record is None else Heard(message.at, message.what, partial(_hand_over, message.what, record, sender))
    )


def _record(message: Message, context: ReadingContext) -> Any:
    dataset = message.make()
    if message.what == "image":
        return read_instance(dataset, context)
    if message.what == "report":
        return read_dose_report(dataset, context)
    if message.what == "note":
        return read_rejection_note(dataset, context)
    return read_step(message.step_uid, dataset, context)


def _hand_over(what: str, record: Any, sender: Sender, inbox: Inbox) -> None:
    take = {"image": inbox.instance, "report": inbox.dose_report, "note": inbox.rejection_note}
    take.get(what, inbox.procedure_step)(record, sender)


class Node:
    """A kiosk's node on a database of its own, in simulated time."""

    def __init__(self, path: Path, config: Config, facts: Facts) -> None:
        burst.forget()
        open_database(path)
        self.now = datetime.min.replace(tzinfo=UTC)
        self.asked: dict[str, Asked] = {}
        self._config, self._facts = config, facts
        self._inbox = Inbox(config, lambda: self.now)
        self._turned: datetime | None = None
        self._day: date | None = None

    def live(self, heard: Iterable[Heard]) -> list[Case]:
        """Take in all messages; return the cases that are left. `asked` has what was asked meanwhile."""
        for message in heard:
            self._pass_to(message.at)
            message.hand_over(self._inbox)
        for minutes in (30, 60, 180):
            self._turn(self.now + timedelta(minutes=minutes))
        found = list(Case.select())
        close_connection()
        return found

    def _pass_to(self, at: datetime) -> None:
        if self._turned is None or at - self._turned >= TURN:
            self._turn(at)
        local = at.astimezone(ZONE).date()
        if local != self._day:
            self._day = local
            self._evening(at)
        self.now = at

    def _turn(self, at: datetime) -> None:
        self.now = self._turned = at
        while quiet.look_again(lambda room: retake_rules(self._config, room or ""), at) >= 50:
            pass
        what = (Case.study_uid, Case.exposure_uid, Case.instance_uids, Case.signals, Case.is_question, Case.counts_as)
        for case_id, study, exposure, images_, signals, *rest in (
            Case.select(Case.case_id, *what).where(Case.state == "open").tuples()
        ):
            self.asked[case_id] = Asked(study, exposure, tuple(images_), frozenset(signals), *rest)

    def _evening(self, at: datetime) -> None:
        """Answer most of what stands open, truly; what nobody answers is closed after three days."""
        truth = self._facts.stage.truth
        for case in Case.select().where(Case.state == "open"):
            exposure = exposure_of(case.exposure_uid, case.instance_uids, self._facts)
            if random.Random(f"{exposure or case.study_uid}").random() > ANSWERED:
                continue
            if exposure is None or exposure in truth.rejects or exposure in truth.repeats:
                answering.answer(case.case_id, "rotation", "room", at)
            else:
                answering.dismiss(case.case_id, "no_reject_other", "room", at)
        answering.expire(at - timedelta(hours=72), at)


def exposure_of(exposure_uid: str | None, instance_uids: Iterable[str], facts: Facts) -> str | None:
    """Return the true exposure that a case is about; None where it names none that was made."""
    truth = facts.stage.truth
    if exposure_uid in facts.studies:
        return exposure_uid
    return next((truth.images[uid] for uid in instance_uids if uid in truth.images), None)
