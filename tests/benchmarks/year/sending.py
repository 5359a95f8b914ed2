"""What a machine sends of an examination, and when it arrives."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydicom.dataset import Dataset

from iqs_tui.simulator import images, notes, steps
from iqs_tui.simulator.images import FOR_PROCESSING_CLASS, Rendition
from iqs_tui.simulator.projection_report import projection_dose_report
from iqs_tui.simulator.study import Shot, Stage, Study
from tests.benchmarks.year.department import Room
from tests.benchmarks.year.records import Exam, Facts, Message

NOTE_REASON = 0.7
"""Notes that bring their reason."""
COUNTED_WRONG = 0.01
"""Procedure steps that count an exposure too many."""
NEVER_CAME = 0.001
"""Good images that were sent elsewhere, or nowhere."""


class Outgoing:
    """The messages of a room."""

    def __init__(self, room: Room, stage: Stage, facts: Facts) -> None:
        self.messages: list[Message] = []
        self.room, self.stage, self.facts = room, stage, facts
        self.chance = stage.chance
        self._beams: dict[str, float] = {}

    def send(self, exam: Exam) -> None:
        """Put down what the machine sends of an examination."""
        end = exam.shots[-1].at
        late = self.chance.choice(exam.shots) if self.chance.random() < self.room.late else None
        is_moved = self.chance.random() < 0.005
        is_sent_twice = self.chance.random() < 0.008
        for shot in exam.shots:
            self._send_images(exam, shot, is_late=shot is late, is_sent_twice=is_sent_twice)
        if self.room.reports == "each":
            for number, shot in enumerate(exam.shots, 1):
                self._report(exam, exam.shots[:number], shot.at + timedelta(seconds=25))
        elif self.room.reports == "end":
            self._report(exam, exam.shots, end + timedelta(seconds=90))
        for shot in exam.noted:
            self._note(exam, shot)
        if self.room.has_steps:
            self._step(exam, end + timedelta(seconds=120))
        if is_moved:
            self._move(exam, end + timedelta(minutes=self.chance.uniform(5, 90)))

    def _send_images(self, exam: Exam, shot: Shot, *, is_late: bool, is_sent_twice: bool) -> None:
        made = list(exam.renditions.get(shot.event_uid, ()))
        if made and self.chance.random() < NEVER_CAME and shot.event_uid not in self.stage.truth.rejects:
            self.facts.name("image never came", shot.event_uid)
            return
        if made and self.room.is_paired and made[0].sop_class_uid is None and not made[0].sources:
            raw = Rendition(uid=self.stage.uid(), sop_class_uid=FOR_PROCESSING_CLASS[self.room.machine.kind])
            made.insert(0, raw)
            self.facts.name("for processing and for presentation", shot.event_uid)
        if made and self.chance.random() < 0.02:
            anew = Rendition(uid=self.stage.uid(), image_type=("DERIVED", "PRIMARY", ""), later=timedelta(minutes=3))
            made.append(anew)
            self.facts.name("reprocessed", shot.event_uid)
        wait = timedelta(minutes=self.chance.uniform(14, 150)) if is_late else timedelta(seconds=20)
        if is_late and made:
            self.facts.name("image came late", shot.event_uid)
        for rendition in made:
            self.stage.truth.images[rendition.uid] = shot.event_uid
            at = shot.at + rendition.later + wait
            self.say(at, "image", self._image(exam, shot, rendition))
            if is_sent_twice:
                self.facts.name("sent twice", shot.event_uid)
                self.say(at + timedelta(minutes=40), "image", self._image(exam, shot, rendition))

    def _image(self, exam: Exam, shot: Shot, rendition: Rendition) -> Callable[[], Dataset]:
        def make() -> Dataset:
            image = images.projection_image(exam.study, shot, rendition)
            if shot.event_uid in exam.marked:
                image.private_block(0x0021, "LICHTBRON REJECT", create=True).add_new(0x0F, "CS", "YES")
            return image

        return make

    def _report(self, exam: Exam, shots: list[Shot], at: datetime) -> None:
        uid, series, study = self.stage.uid(), self.stage.uid(), exam.study
        told = [replace(shot, at=shot.at + timedelta(seconds=self._beam_s(shot))) for shot in shots]
        self.say(at, "report", lambda: projection_dose_report(study, told, uid, series, exam.flags))

    def _beam_s(self, shot: Shot) -> float:
        """Return how far the start of the beam lies from the time in the header: the same in every report."""
        if shot.event_uid not in self._beams:
            self._beams[shot.event_uid] = round(self.chance.uniform(-1.2, 0.4), 2)
        return self._beams[shot.event_uid]

    def _note(self, exam: Exam, shot: Shot) -> None:
        """At once, or before its image, or days later."""
        throw = self.chance.random()
        wait = (
            timedelta(seconds=10)
            if throw < 0.1
            else timedelta(days=self.chance.uniform(0.5, 5))
            if throw > 0.93
            else timedelta(seconds=self.chance.uniform(25, 600))
        )
        reason = shot.flaw.reason if shot.flaw and self.chance.random() < NOTE_REASON else None
        self._write(exam.study, [shot], shot.at + wait, notes.QUALITY, reason)

    def _write(self, study: Study, shots: list[Shot], at: datetime, title: object, reason: object = None) -> None:
        uid, series = self.stage.uid(), self.stage.uid()
        self.say(at, "note", lambda: notes.note(study, shots, uid, series, at, title, reason))

    def _step(self, exam: Exam, at: datetime) -> None:
        uid, kept = self.stage.uid(), [shot for shot in exam.shots if shot.event_uid in exam.renditions]
        study, n = exam.study, len(exam.shots)
        self.say(study.started_at - timedelta(seconds=60), "step begun", lambda: steps.step_begun(study), uid)
        n += self.chance.random() < COUNTED_WRONG
        self.say(at, "step ended", lambda: steps.step_ended(study, kept, at, n), uid)

    def _move(self, exam: Exam, at: datetime) -> None:
        """The study stood under another patient: sent again, and mostly taken away with a note."""
        kept = [shot for shot in exam.shots if shot.event_uid in exam.renditions and shot not in exam.noted]
        plain = [shot for shot in kept if len(exam.renditions[shot.event_uid]) == 1]
        if not plain or len(plain) < len(kept):
            return
        right = replace(exam.study, study_uid=self.stage.uid(), patient=replace(exam.study.patient, patient_id="SIM0"))
        if self.room.noted and self.chance.random() < 0.8:
            self._write(exam.study, plain, at, notes.WRONG_ENTRY)
            self.stage.truth.misidentified.update(shot.event_uid for shot in plain)
        for shot in plain:
            rendition = Rendition(uid=self.stage.uid())
            self.stage.truth.images[rendition.uid] = shot.event_uid
            self.facts.name("moved study", shot.event_uid)
            self.say(at + timedelta(seconds=30), "image", self._image(replace(exam, study=right), shot, rendition))

    def say(self, at: datetime, what: str, make: Callable[[], Dataset], step_uid: str = "") -> None:
        """Put down that something is sent."""
        self.messages.append(Message(at.astimezone(UTC), what, self.room.machine.ae_title, make, step_uid))
