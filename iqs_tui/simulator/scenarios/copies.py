"""One exposure told more than once: copies, resends, reports that repeat themselves."""

from datetime import timedelta

from iqs_tui.simulator.actions import Actions, Send, dose_report, image, plain_study, shots_of
from iqs_tui.simulator.catalogue import KNEE_RIGHT, PELVIS_AP, THORAX
from iqs_tui.simulator.images import FOR_PROCESSING_CLASS, Rendition
from iqs_tui.simulator.machines import BUCKY, BUCKY_1
from iqs_tui.simulator.scenarios.scenario import Scenario
from iqs_tui.simulator.study import Stage


def _processing_pair(stage: Stage) -> Actions:
    """Each image twice: as the detector gave it, and as it is looked at."""
    study = stage.study(BUCKY_1, THORAX, stage.ago(minutes=4))
    shots = shots_of(stage, THORAX.views, study.started_at)
    for shot in shots:
        raw = Rendition(uid=stage.uid(), sop_class_uid=FOR_PROCESSING_CLASS["DX"])
        stage.truth.images[raw.uid] = shot.event_uid
        yield image(study, shot, raw)
        yield image(study, shot)
    yield dose_report(stage, study, shots)


def _reprocessed(stage: Stage) -> Actions:
    """The contrast was set anew at the console, minutes later."""
    study = stage.study(BUCKY_1, PELVIS_AP, stage.ago(minutes=6))
    [shot] = shots_of(stage, PELVIS_AP.views, study.started_at)
    anew = Rendition(uid=stage.uid(), image_type=("DERIVED", "PRIMARY", ""), later=timedelta(minutes=3))
    stage.truth.images[anew.uid] = shot.event_uid
    yield image(study, shot)
    yield dose_report(stage, study, [shot])
    yield image(study, shot, anew)


def _resent(stage: Stage) -> Actions:
    """Somebody pressed "send" twice: the whole study again, under the same UIDs."""
    sent = list(plain_study(stage, BUCKY_1, KNEE_RIGHT, stage.ago(minutes=5)))
    yield from sent
    yield from (action for action in sent if isinstance(action, Send))


def _cumulative_reports(stage: Stage) -> Actions:
    """A report after every exposure, of all exposures so far, each before its image."""
    study = stage.study(BUCKY_1, KNEE_RIGHT, stage.ago(minutes=6))
    shots = shots_of(stage, KNEE_RIGHT.views, study.started_at)
    for number, shot in enumerate(shots, 1):
        yield dose_report(stage, study, shots[:number])
        yield image(study, shot)


SCENARIOS = tuple(
    Scenario(name, summary, (BUCKY,), play)
    for name, summary, play in (
        ("processing_pair", "every image for processing and for presentation: no question", _processing_pair),
        ("reprocessed", "one image made anew from the same exposure: no question", _reprocessed),
        ("resent", "a whole study sent twice: no question", _resent),
        ("cumulative_reports", "dose reports that each tell all of it again: no question", _cumulative_reports),
    )
)
