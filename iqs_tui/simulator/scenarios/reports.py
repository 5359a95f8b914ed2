"""What dose reports say outright: this exposure was rejected, this one repeats another."""

from iqs_tui.simulator.actions import Actions, dose_report, image, retake
from iqs_tui.simulator.catalogue import PELVIS_AP, SHOULDER_RIGHT
from iqs_tui.simulator.flaws import MOVED, OFF_CENTRE, PATIENT_MOTION, POSITIONING
from iqs_tui.simulator.machines import BUCKY
from iqs_tui.simulator.reports import Flag
from iqs_tui.simulator.scenarios.scenario import Scenario
from iqs_tui.simulator.study import Stage


def _flag_rejected(stage: Stage) -> Actions:
    study, bad, good = retake(stage, PELVIS_AP, stage.ago(minutes=4), OFF_CENTRE, has_image=False)
    stage.reject(bad, POSITIONING)
    yield from (image(study, shot) for shot in good)
    yield dose_report(stage, study, [bad, *good], {bad.event_uid: Flag(reason=POSITIONING)})


def _flag_repeated(stage: Stage) -> Actions:
    study, bad, good = retake(stage, SHOULDER_RIGHT, stage.ago(minutes=4), MOVED)
    stage.truth.repeats[bad.event_uid] = good[0].event_uid
    stage.truth.told[bad.event_uid] = PATIENT_MOTION.value
    yield from (image(study, shot) for shot in (bad, *good))
    flag = Flag(reason=PATIENT_MOTION, repeats=bad.event_uid)
    yield dose_report(stage, study, [bad, *good], {good[0].event_uid: flag})


SCENARIOS = (
    Scenario("flag_rejected", "the dose report says that an exposure was rejected, and why", (BUCKY,), _flag_rejected),
    Scenario("flag_repeated", "the dose report says that an exposure repeats an earlier one", (BUCKY,), _flag_repeated),
)
