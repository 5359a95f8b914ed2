"""What happens in a room, exposure by exposure, and what was the truth of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from pydicom.uid import BreastTomosynthesisImageStorage

from iqs_tui.simulator.catalogue import Procedure, View, unmarked
from iqs_tui.simulator.images import Rendition
from iqs_tui.simulator.reports import Flag
from iqs_tui.simulator.study import FLUOROSCOPY, Shot, Stage
from tests.benchmarks.year.department import CAUSES, OPERATORS, Room, Work
from tests.benchmarks.year.records import ZONE, Exam, Facts, Message
from tests.benchmarks.year.scanning import Scanner
from tests.benchmarks.year.sending import Outgoing

BOTH_SENT = 0.09
"""Of what is made again, the share where both images go on: a repeat, no reject."""
HARDER = 1.36
"""Brings the whole department to 8 % rejects."""
_WEEKEND = 5


class RoomStory:
    """Makes the messages of a room between two days."""

    def __init__(self, room: Room, seed: str, first: date, last: date) -> None:
        self.room = room
        self.first, self.last = first, last
        self.stage = Stage(f"{seed} {room.id} {first}", lambda: datetime.now(UTC), ZONE)
        self.chance = self.stage.chance
        self.facts = Facts(self.stage)
        self.outgoing = Outgoing(room, self.stage, self.facts)
        self.scanner = Scanner(self.outgoing)
        self._skill = {name: self.chance.uniform(0.6, 1.4) * HARDER for name in OPERATORS}

    def tell(self) -> tuple[list[Message], Facts]:
        """Return all messages in the order in which they arrive, and the truth."""
        day = self.first
        while day < self.last:
            for at in self._moments(day):
                self._examine(at)
            if self.room.machine.kind == "DX" and self.room.id != "mobiel" and day.weekday() < _WEEKEND:
                self._test(self._local(day, 7.4))
            day += timedelta(days=1)
        messages = sorted(self.outgoing.messages, key=lambda message: message.at)
        return messages, self.facts

    def _local(self, day: date, hour: float) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(hours=hour)

    def _moments(self, day: date) -> Iterator[datetime]:
        """Yield when examinations begin: evenly, with some chance, fewer in the weekend."""
        is_weekend = day.weekday() >= _WEEKEND
        a_day = self.room.studies / (365 * (5 / 7 + 2 / 7 * 0.2)) * (0.2 if is_weekend else 1.0)
        n = int(a_day) + (self.chance.random() < a_day % 1)
        hours = self.room.closes_at - self.room.opens_at - 0.5
        for index in range(n):
            yield self._local(day, self.room.opens_at + hours * (index + 0.8 * self.chance.random()) / n)

    def _examine(self, at: datetime) -> None:
        if self.room.machine.kind == "CT":
            self.scanner.scan(at)
            return
        work = self.chance.choices(self.room.work, [each.share for each in self.room.work])[0]
        machine = replace(self.room.machine, report_ahead_s=self._clock(at))
        study = self.stage.study(machine, work.procedure, at, operator=self.chance.choice(OPERATORS))
        exam = Exam(study)
        {
            "stitched": self._stitch,
            "follow-up hours later": self._follow_up,
            "tomosynthesis": self._tomosynthesis,
            "fluoroscopy": self._fluoroscopy,
        }.get(work.kind, self._radiograph)(exam, work)
        if work.kind:
            self.facts.name(work.kind, *(shot.event_uid for shot in exam.shots))
        self.outgoing.send(exam)

    def _clock(self, at: datetime) -> float:
        """Return how far the report's clock is ahead: it drifts, and is set right once a month."""
        return self.room.machine.report_ahead_s + self.room.drift_s * (at.day - 1) / 30

    def _radiograph(self, exam: Exam, work: Work) -> None:
        at, procedure = exam.study.started_at, work.procedure
        views = list(procedure.views)
        if procedure.name.startswith(("X-thorax PA", "X-bekken", "X-buik")) and self.chance.random() < 0.04:
            self._halves(exam, views[0], at, work)
            views, at = views[1:], at + timedelta(seconds=70)
        for view in views:
            at = self._until_right(exam, self._sided(view), at, work)
            if self.chance.random() < 0.008:  # the radiologist asks for one more of the same
                good = exam.shots[-1]
                at += timedelta(minutes=self.chance.uniform(2, 12))
                extra = self._take(exam, good.view, at)
                self.facts.name("asked for once more", good.event_uid, extra.event_uid)
                at += timedelta(seconds=60)

    def _sided(self, view: View) -> View:
        """Leave the side out where nobody fills it in, and it is in no name either."""
        return unmarked(view) if view.laterality in "LR" and self.chance.random() < self.room.unmarked_side else view

    def _halves(self, exam: Exam, view: View, at: datetime, work: Work) -> None:
        both = [self._take(exam, view, at + timedelta(seconds=self.chance.uniform(20, 60) * n)) for n in range(2)]
        self.facts.name("larger than the detector", *(shot.event_uid for shot in both))

    def _until_right(self, exam: Exam, view: View, at: datetime, work: Work) -> datetime:
        """Make a view until it is right, three times at most; return when the next one can be made."""
        rate = work.reject_rate * self._skill[exam.study.operator]
        earlier: Shot | None = None
        for attempt in range(3):
            is_wrong = attempt < 2 and self.chance.random() < rate
            shot = self._wrong(exam, view, at) if is_wrong else self._take(exam, view, at)
            if earlier is not None and earlier.event_uid not in self.stage.truth.rejects:
                self.stage.truth.repeats[earlier.event_uid] = shot.event_uid
            at += timedelta(seconds=self.chance.lognormvariate(4.3 if is_wrong else 3.9, 0.45))
            earlier = shot
            if not is_wrong:
                break
        return at

    def _wrong(self, exam: Exam, view: View, at: datetime) -> Shot:
        """Make an exposure that goes wrong; the machine's habits decide what is left of it."""
        throw, flaw = self.chance.random(), self.chance.choice(CAUSES)
        if self.chance.random() < BOTH_SENT:
            return self._take(exam, view, at, flaw=flaw)
        room = self.room
        is_sent = throw < room.noted + room.marked
        shot = self._take(exam, view, at, flaw=flaw, has_image=is_sent)
        self.stage.reject(shot)
        if throw < room.noted:
            exam.noted.append(shot)
        elif is_sent:
            exam.marked.add(shot.event_uid)
        else:
            self.facts.n_untold_by_study[exam.study.study_uid] += 1
            if self.chance.random() < room.flagged:
                exam.flags[shot.event_uid] = Flag(reason=flaw.reason)
            if room.reports == "none" and not room.has_steps:
                self.facts.untold.add(shot.event_uid)
        return shot

    def _take(self, exam: Exam, view: View, at: datetime, **how: object) -> Shot:
        shot = self.stage.shot(view, at, len(exam.shots) + 1, **how)
        exam.shots.append(shot)
        self.facts.studies[shot.event_uid] = exam.study.study_uid
        if how.get("has_image", True):
            exam.renditions[shot.event_uid] = [Rendition(uid=shot.image_uid)]
        return shot

    def _stitch(self, exam: Exam, work: Work) -> None:
        """Parts that make one image; half of the time the parts are sent too."""
        is_sent = self.chance.random() < 0.5
        at = exam.study.started_at
        parts = [
            self._take(exam, view, at + timedelta(seconds=12 * n), has_image=is_sent)
            for n, view in enumerate(work.procedure.views)
        ]
        whole = Rendition(
            uid=self.stage.uid(),
            image_type=("DERIVED", "PRIMARY", "", "COMPOSITE"),
            sources=tuple(part.event_uid for part in parts),
            later=timedelta(seconds=60),
        )
        self.stage.truth.images[whole.uid] = parts[0].event_uid
        exam.renditions.setdefault(parts[0].event_uid, []).append(whole)

    def _follow_up(self, exam: Exam, work: Work) -> None:
        at = exam.study.started_at
        for _ in range(self.chance.choice((2, 2, 3))):
            at = self._until_right(exam, work.procedure.views[0], at, work)
            at += timedelta(hours=self.chance.uniform(1.5, 6))

    def _tomosynthesis(self, exam: Exam, work: Work) -> None:
        at = exam.study.started_at
        for view in work.procedure.views:
            at = self._until_right(exam, view, at, work)
            sweep = self._take(exam, view, at - timedelta(seconds=38))
            computed = Rendition(uid=self.stage.uid(), image_type=("DERIVED", "PRIMARY", "", "GENERATED_2D"))
            self.stage.truth.images[computed.uid] = sweep.event_uid
            exam.renditions[sweep.event_uid] = [
                Rendition(
                    uid=sweep.image_uid,
                    image_type=("ORIGINAL", "PRIMARY", "TOMOSYNTHESIS", "NONE"),
                    sop_class_uid=BreastTomosynthesisImageStorage,
                ),
                computed,
            ]
            at += timedelta(seconds=15)

    def _fluoroscopy(self, exam: Exam, work: Work) -> None:
        at = exam.study.started_at
        for _ in range(self.chance.randrange(4, 10)):
            at += timedelta(seconds=self.chance.uniform(15, 60))
            is_seen_only = self.chance.random() < 0.7
            how = {"event_type": FLUOROSCOPY, "has_image": False} if is_seen_only else {}
            shot = self._take(exam, work.procedure.views[0], at, **how)
            if is_seen_only:
                self.facts.fluoroscopy.add(shot.event_uid)

    def _test(self, at: datetime) -> None:
        """The morning's test images: most say that they are, some only by who the patient is."""
        view = self.room.work[0].procedure.views[0]
        procedure = Procedure(name="QC detector", code="QC", views=(view,))
        machine = replace(self.room.machine, report_ahead_s=self._clock(at))
        study = self.stage.study(machine, procedure, at, operator=OPERATORS[0], is_quality_control=True)
        if self.chance.random() < 0.2:
            patient = replace(study.patient, name="Test^Fantoom", patient_id=f"QC{self.chance.randrange(10**4):04d}")
            study = replace(study, is_quality_control=False, patient=patient)
        exam = Exam(study)
        for number in range(3):
            shot = self._take(exam, view, at + timedelta(seconds=45 * number))
            self.facts.tests.add(shot.event_uid)
            self.facts.name("phantom", shot.event_uid)
        self.outgoing.send(exam)
