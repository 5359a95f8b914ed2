"""Deleted at the console: all that is left is a line in the dose report, or a count."""

from datetime import timedelta

from iqs_tui.simulator.actions import Actions, Pause, begin_step, dose_report, end_step, image, plain_study, retake
from iqs_tui.simulator.catalogue import FOOT_LEFT, HAND_LEFT, HIP_LATERAL, KNEE_RIGHT, PELVIS_AP, THORAX
from iqs_tui.simulator.flaws import CUT_OFF, OFF_CENTRE, TILTED
from iqs_tui.simulator.machines import BUCKY, BUCKY_1, BUCKY_2, CR_2
from iqs_tui.simulator.scenarios.scenario import Scenario
from iqs_tui.simulator.study import Stage


def _no_image(stage: Stage) -> Actions:
    study, bad, good = retake(stage, HIP_LATERAL, stage.ago(minutes=4), CUT_OFF, has_image=False)
    stage.reject(bad)
    yield from (image(study, shot) for shot in good)
    yield dose_report(stage, study, [bad, *good])


def _no_image_late(stage: Stage) -> Actions:
    """The image that seemed to be missing stood in the queue: it comes later, and nothing was rejected."""
    study = stage.study(BUCKY_1, THORAX, stage.ago(minutes=30))
    shots = [stage.shot(view, study.started_at + timedelta(minutes=n), n + 1) for n, view in enumerate(THORAX.views)]
    stage.truth.lawful.add(shots[0].event_uid)
    yield image(study, shots[1])
    yield dose_report(stage, study, shots)
    yield Pause(seconds=0.5)
    yield image(study, shots[0])


def _no_image_unnamed(stage: Stage) -> Actions:
    """A machine whose images name no irradiation event, and whose reports are 47 s ahead of them."""
    for index, procedure in enumerate((THORAX, HAND_LEFT, KNEE_RIGHT, PELVIS_AP, FOOT_LEFT, THORAX)):
        yield from plain_study(stage, BUCKY_2, procedure, stage.ago(minutes=90 - 12 * index))
    study, bad, good = retake(stage, PELVIS_AP, stage.ago(minutes=8), OFF_CENTRE, machine=BUCKY_2, has_image=False)
    stage.reject(bad)
    yield from (image(study, shot) for shot in good)
    yield dose_report(stage, study, [bad, *good])


def _step_counts_more(stage: Stage) -> Actions:
    """An old room without dose reports: its procedure step counts one exposure more than it names images."""
    study, bad, good = retake(stage, KNEE_RIGHT, stage.ago(minutes=8), TILTED, machine=CR_2, has_image=False)
    stage.reject(bad)
    step_uid = stage.uid()
    yield begin_step(study, step_uid)
    yield from (image(study, shot) for shot in good)
    yield end_step(study, step_uid, good, stage.ago(minutes=4), n_deleted=1)


SCENARIOS = (
    Scenario("no_image", "the dose report tells of an exposure that left no image", (BUCKY,), _no_image),
    Scenario("no_image_late", "the same, and the image comes later after all", (BUCKY,), _no_image_late),
    Scenario(
        "no_image_unnamed",
        "the same, of a machine that names no events and has two clocks",
        (BUCKY_2.ae_title,),
        _no_image_unnamed,
    ),
    Scenario(
        "step_counts_more",
        "a procedure step counts more exposures than images: a question",
        (CR_2.ae_title,),
        _step_counts_more,
    ),
)
