"""The CT room: scans, phases, bolus tracking, and now and then a scan over the same range again."""

from datetime import datetime, timedelta
from functools import partial

from pydicom.dataset import Dataset

from iqs_tui.simulator import images
from iqs_tui.simulator.ct_catalogue import CT_BOLUS, CT_PULMONARY, MONITORING, CtProcedure, Scan
from iqs_tui.simulator.ct_report import ct_dose_report
from iqs_tui.simulator.study import Run, Study
from tests.benchmarks.year.department import CT_REPEAT_RATE, CT_WORK, CTPA_REPEAT_RATE, OPERATORS
from tests.benchmarks.year.sending import Outgoing


class Scanner:
    """Makes CT examinations."""

    def __init__(self, outgoing: Outgoing) -> None:
        self.outgoing, self.facts, self.stage = outgoing, outgoing.facts, outgoing.stage
        self.chance = outgoing.chance

    def scan(self, at: datetime) -> None:
        """A CT examination; now and then a scan is made again over the same range."""
        procedure, kind = self.chance.choices([(p, k) for p, _, k in CT_WORK], [share for _, share, _ in CT_WORK])[0]
        study = self.stage.study(self.outgoing.room.machine, procedure, at, operator=self.chance.choice(OPERATORS))
        scans = self._scans_of(procedure)
        rate = CTPA_REPEAT_RATE if procedure in (CT_PULMONARY, CT_BOLUS) else CT_REPEAT_RATE
        is_repeated = self.chance.random() < rate
        runs: list[Run] = []
        for scan in (*scans, *(scans[-1:] if is_repeated else ())):
            at += timedelta(seconds=3 if scan is MONITORING else self.chance.uniform(30, 120))
            runs.append(self.stage.run(procedure, scan, at, len(runs) + 1, 2 if scan.has_many_slices else 1))
            self.facts.studies[runs[-1].event_uid] = study.study_uid
        if is_repeated:
            self.stage.truth.repeats[runs[-2].event_uid] = runs[-1].event_uid
        if kind:
            self.facts.name(kind, *(run.event_uid for run in runs))
        self._say_scans(study, runs)

    def _scans_of(self, procedure: CtProcedure) -> tuple[Scan, ...]:
        if procedure is not CT_BOLUS:
            return procedure.scans
        return (*procedure.scans[:-2], *(MONITORING,) * self.chance.randrange(3, 9), procedure.scans[-1])

    def _slice(self, study: Study, run: Run, index: int) -> Dataset:
        return images.ct_slices(study, run)[index]

    def _say_scans(self, study: Study, runs: list[Run]) -> None:
        for run in runs:
            for index in range(len(run.image_uids)):
                make = partial(self._slice, study, run, index)
                self.outgoing.say(run.at + timedelta(seconds=40), "image", make)
        uid, series = self.stage.uid(), self.stage.uid()
        end = runs[-1].at + timedelta(seconds=100)
        self.outgoing.say(end, "report", lambda: ct_dose_report(study, runs, uid, series, {}))
