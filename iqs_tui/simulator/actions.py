"""What a scenario is made of: what a machine sends, and when it waits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom.dataset import Dataset

from iqs_tui.simulator import images, notes, steps
from iqs_tui.simulator.catalogue import Procedure, View
from iqs_tui.simulator.codes import Code
from iqs_tui.simulator.ct_catalogue import CtProcedure, Scan
from iqs_tui.simulator.ct_report import ct_dose_report
from iqs_tui.simulator.flaws import Flaw
from iqs_tui.simulator.images import Rendition
from iqs_tui.simulator.machines import BUCKY_1, CT_1, Machine
from iqs_tui.simulator.projection_report import projection_dose_report
from iqs_tui.simulator.reports import Flag
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


def image(study: Study, shot: Shot, rendition: Rendition | None = None) -> Send:
    """Send an image of an exposure."""
    return Send(machine=study.machine, dataset=images.projection_image(study, shot, rendition))


def dose_report(stage: Stage, study: Study, shots: list[Shot], flags: Mapping[str, Flag] | None = None) -> Send:
    """Send the dose report of a projection study."""
    dataset = projection_dose_report(study, shots, stage.uid(), stage.uid(), flags or {})
    return Send(machine=study.machine, dataset=dataset)


def note(
    stage: Stage,
    study: Study,
    shots: list[Shot],
    at: datetime,
    title: Code,
    reason: Code | None = None,
    words: str | None = None,
) -> Send:
    """Send a note on the images of exposures."""
    return Send(
        machine=study.machine, dataset=notes.note(study, shots, stage.uid(), stage.uid(), at, title, reason, words)
    )


def rejection(
    stage: Stage, study: Study, shot: Shot, at: datetime, reason: Code | None = None, words: str | None = None
) -> Send:
    """Take an image away for quality with a rejection note, and keep that in the truth."""
    stage.reject(shot, reason)
    return note(stage, study, [shot], at, notes.QUALITY, reason, words)


def plain_study(
    stage: Stage,
    machine: Machine,
    procedure: Procedure,
    at: datetime,
    software: str | None = None,
    dose_factor: float = 1.0,
) -> Actions:
    """Make every view of a procedure once, one every 40 s, and send the images and the dose report."""
    study = stage.study(machine, procedure, at, software=software)
    shots = shots_of(stage, procedure.views, at, dose_factor)
    yield from (image(study, shot) for shot in shots)
    yield dose_report(stage, study, shots)


def shots_of(stage: Stage, views: Iterable[View], at: datetime, dose_factor: float = 1.0) -> list[Shot]:
    """Take each view once, one every 40 s."""
    return [
        stage.shot(view, at + timedelta(seconds=40 * index), index + 1, dose_factor) for index, view in enumerate(views)
    ]


def retake(
    stage: Stage,
    procedure: Procedure,
    at: datetime,
    flaw: Flaw,
    *,
    machine: Machine = BUCKY_1,
    has_image: bool = True,
) -> tuple[Study, Shot, list[Shot]]:
    """Make the first view with a flaw, and then every view of the procedure, one every 40 s."""
    study = stage.study(machine, procedure, at)
    bad = stage.shot(procedure.views[0], at, 1, flaw=flaw, has_image=has_image)
    good = [stage.shot(view, at + timedelta(seconds=40 * (n - 1)), n) for n, view in enumerate(procedure.views, 2)]
    return study, bad, good


def ct_study(stage: Stage, procedure: CtProcedure, at: datetime, n_slices: int) -> Actions:
    """Make every acquisition of a CT protocol, one every minute, and send the slices and the dose report."""
    study = stage.study(CT_1, procedure, at)
    yield from ct_scans(stage, study, procedure, procedure.scans, n_slices)


def ct_scans(stage: Stage, study: Study, procedure: CtProcedure, scans: Iterable[Scan], n_slices: int) -> Actions:
    """Make these acquisitions, one every minute, and send the slices and the dose report."""
    runs: list[Run] = []
    for number, scan in enumerate(scans, 1):
        start = study.started_at + timedelta(minutes=number - 1)
        runs.append(stage.run(procedure, scan, start, number, n_slices if scan.has_many_slices else 1))
        for dataset in images.ct_slices(study, runs[-1]):
            yield Send(machine=study.machine, dataset=dataset)
    dataset = ct_dose_report(study, runs, stage.uid(), stage.uid(), {})
    yield Send(machine=study.machine, dataset=dataset)


def begin_step(study: Study, step_uid: str) -> BeginStep:
    """Begin the performed procedure step of a study."""
    return BeginStep(machine=study.machine, step_uid=step_uid, dataset=steps.step_begun(study))


def end_step(study: Study, step_uid: str, shots: list[Shot], at: datetime, n_deleted: int = 0) -> EndStep:
    """Complete the performed procedure step of a study, of which some images were deleted at the console."""
    dataset = steps.step_ended(study, shots, at, len(shots) + n_deleted)
    return EndStep(machine=study.machine, step_uid=step_uid, dataset=dataset)
