"""Made again without a word, and both images went on: a question, never more."""

from iqs_tui.simulator.actions import Actions, dose_report, image, shots_of
from iqs_tui.simulator.catalogue import KNEE_RIGHT
from iqs_tui.simulator.machines import BUCKY, BUCKY_1
from iqs_tui.simulator.scenarios.scenario import Scenario
from iqs_tui.simulator.study import Stage


def _same_view(stage: Stage) -> Actions:
    study = stage.study(BUCKY_1, KNEE_RIGHT, stage.ago(minutes=4))
    frontal, lateral = KNEE_RIGHT.views
    shots = shots_of(stage, (frontal, lateral, lateral), study.started_at)
    stage.truth.repeats[shots[1].event_uid] = shots[2].event_uid
    yield from (image(study, shot) for shot in shots)
    yield dose_report(stage, study, shots)


SCENARIOS = (Scenario("same_view", "one view twice in a study: a question", (BUCKY,), _same_view),)
