"""What a scenario is made of: what a machine sends, and when it waits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom.dataset import Dataset

from iqs_tui.simulator import images, reports, steps
from iqs_tui.simulator.catalogue import CtProcedure, Machine, Procedure, View
from iqs_tui.simulator.codes import Code
from iqs_tui.simulator.study import Run, Shot, Stage, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Store one object (C-STORE)."""

    machine: Machine
    dataset: Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginStep:
    """Begin a performed procedure step (MPPS N-CREATE)."""

    machine: Machine
    step_uid: str
    dataset: Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStep:
    """Complete a performed procedure step (MPPS N-SET)."""

    machine: Machine
    step_uid: str
    dataset: Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Wait, with the association closed."""

    seconds: float


Action = Send | BeginStep | EndStep | Pause
Actions = Iterator[Action]


def image(study: Study, shot: Shot) -> Send:
    """Send the image of an exposure."""
    return Send(machine=study.machine, dataset=images.projection_image(study, shot))


def dose_report(stage: Stage, study: Study, shots: list[Shot]) -> Send:
    """Send the dose report of a projection study."""
    dataset = reports.projection_dose_report(study, shots, stage.uid(), stage.uid())
    return Send(machine=study.machine, dataset=dataset)


def rejection(
    stage: Stage, study: Study, shot: Shot, at: datetime, reason: Code | None = None, words: str | None = None
) -> Send:
    """Take an image away with a rejection note, and keep that in the truth."""
    stage.truth.rejected_image_uids.append(shot.image_uid)
    if reason is not None:
        stage.truth.reasons[shot.image_uid] = reason.value
    dataset = reports.rejection_note(study, [shot], stage.uid(), stage.uid(), at, reason, words)
    return Send(machine=study.machine, dataset=dataset)


def plain_study(
    stage: Stage,
    kind: str,
    procedure: Procedure,
    at: datetime,
    software: str | None = None,
    dose_factor: float = 1.0,
) -> Actions:
    """Make every view of a procedure once, one every 40 s, and send the images and the dose report."""
    study = stage.study(kind, procedure, at, software=software)
    shots = shots_of(stage, procedure.views, at, dose_factor)
    yield from (image(study, shot) for shot in shots)
    yield dose_report(stage, study, shots)


def shots_of(stage: Stage, views: Iterable[View], at: datetime, dose_factor: float = 1.0) -> list[Shot]:
    """Take each view once, one every 40 s."""
    return [
        stage.shot(view, at + timedelta(seconds=40 * index), index + 1, dose_factor) for index, view in enumerate(views)
    ]


def ct_study(stage: Stage, procedure: CtProcedure, at: datetime, n_slices: int) -> Actions:
    """Make every acquisition of a CT protocol, one every minute, and send the slices and the dose report."""
    study = stage.study("CT", procedure, at)
    runs: list[Run] = []
    for number, scan in enumerate(procedure.scans, 1):
        start = at + timedelta(minutes=number - 1)
        runs.append(stage.run(procedure, scan, start, number, 1 if number == 1 else n_slices))
        for dataset in images.ct_slices(study, runs[-1]):
            yield Send(machine=study.machine, dataset=dataset)
    yield Send(machine=study.machine, dataset=reports.ct_dose_report(study, runs, stage.uid(), stage.uid()))


def begin_step(study: Study, step_uid: str) -> BeginStep:
    """Begin the performed procedure step of a study."""
    return BeginStep(machine=study.machine, step_uid=step_uid, dataset=steps.step_begun(study))


def end_step(study: Study, step_uid: str, shots: list[Shot], at: datetime) -> EndStep:
    """Complete the performed procedure step of a study."""
    return EndStep(machine=study.machine, step_uid=step_uid, dataset=steps.step_ended(study, shots, at))
