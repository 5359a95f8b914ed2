"""Lawful second exposures: what looks like a retake and is none."""

from collections.abc import Iterable
from datetime import timedelta

from pydicom.uid import BreastTomosynthesisImageStorage

from iqs_tui.simulator.actions import Actions, dose_report, image, plain_study, shots_of
from iqs_tui.simulator.catalogue import (
    KNEES,
    KNEES_UNMARKED,
    LONG_LEG,
    MAMMOGRAPHY,
    NECK_FUNCTION,
    SWALLOW,
    THORAX_BED,
    THORAX_BREATHS,
    THORAX_PA,
    WHOLE_SPINE,
)
from iqs_tui.simulator.images import Rendition
from iqs_tui.simulator.machines import BUCKY, BUCKY_1, MAMMO_1, RF_4
from iqs_tui.simulator.scenarios.scenario import Scenario
from iqs_tui.simulator.study import FLUOROSCOPY, Shot, Stage

_COMPOSITE = ("DERIVED", "PRIMARY", "", "COMPOSITE")


def _all_lawful(stage: Stage, shots: Iterable[Shot]) -> None:
    stage.truth.lawful.update(shot.event_uid for shot in shots)


def _bilateral(stage: Stage) -> Actions:
    yield from plain_study(stage, BUCKY_1, KNEES, stage.ago(minutes=3))
    stage.truth.lawful.update(stage.truth.exposure_uids)


def _bilateral_unmarked(stage: Stage) -> Actions:
    yield from plain_study(stage, BUCKY_1, KNEES_UNMARKED, stage.ago(minutes=3))
    stage.truth.lawful.update(stage.truth.exposure_uids)


def _chest_halves(stage: Stage) -> Actions:
    """The lungs are larger than the detector: an upper and a lower half."""
    study = stage.study(BUCKY_1, THORAX_PA, stage.ago(minutes=4))
    shots = shots_of(stage, 2 * THORAX_PA.views, study.started_at)
    _all_lawful(stage, shots)
    yield from (image(study, shot) for shot in shots)
    yield dose_report(stage, study, shots)


def _long_leg(stage: Stage) -> Actions:
    """Three exposures, of which only the one image is sent that they make together."""
    study = stage.study(BUCKY_1, LONG_LEG, stage.ago(minutes=4))
    shots = [
        stage.shot(view, study.started_at + timedelta(seconds=12 * n), n + 1, has_image=False)
        for n, view in enumerate(LONG_LEG.views)
    ]
    _all_lawful(stage, shots)
    events = tuple(shot.event_uid for shot in shots)
    whole = Rendition(uid=stage.uid(), image_type=_COMPOSITE, sources=events, later=timedelta(seconds=60))
    stage.truth.images[whole.uid] = events[0]
    yield image(study, shots[0], whole)
    yield dose_report(stage, study, shots)


def _whole_spine(stage: Stage) -> Actions:
    """Two exposures that are sent, and the image that they make together."""
    study = stage.study(BUCKY_1, WHOLE_SPINE, stage.ago(minutes=4))
    shots = shots_of(stage, WHOLE_SPINE.views, study.started_at)
    _all_lawful(stage, shots)
    events = tuple(shot.event_uid for shot in shots)
    whole = Rendition(uid=stage.uid(), image_type=_COMPOSITE, sources=events, later=timedelta(seconds=90))
    stage.truth.images[whole.uid] = events[0]
    yield from (image(study, shot) for shot in shots)
    yield image(study, shots[0], whole)
    yield dose_report(stage, study, shots)


def _flexion_extension(stage: Stage) -> Actions:
    yield from plain_study(stage, BUCKY_1, NECK_FUNCTION, stage.ago(minutes=3))
    stage.truth.lawful.update(stage.truth.exposure_uids)


def _inspiration_expiration(stage: Stage) -> Actions:
    yield from plain_study(stage, BUCKY_1, THORAX_BREATHS, stage.ago(minutes=3))
    stage.truth.lawful.update(stage.truth.exposure_uids)


def _follow_up(stage: Stage) -> Actions:
    """The patient in intensive care: the same study, hours later."""
    study = stage.study(BUCKY_1, THORAX_BED, stage.ago(hours=6))
    shots = [
        stage.shot(THORAX_BED.views[0], study.started_at + timedelta(hours=hours), hours + 1) for hours in (0, 2, 5)
    ]
    _all_lawful(stage, shots)
    for shot in shots:
        yield image(study, shot)
        yield dose_report(stage, study, [shot])


def _tomosynthesis(stage: Stage) -> Actions:
    """Of each view a mammogram, and some seconds later the sweep, with the image that is computed from it."""
    study = stage.study(MAMMO_1, MAMMOGRAPHY, stage.ago(minutes=8))
    shots = []
    for number, view in enumerate(MAMMOGRAPHY.views):
        at = study.started_at + timedelta(minutes=number)
        flat, sweep = stage.shot(view, at, 2 * number + 1), stage.shot(view, at + timedelta(seconds=12), 2 * number + 2)
        tomosynthesis = Rendition(
            uid=sweep.image_uid,
            image_type=("ORIGINAL", "PRIMARY", "TOMOSYNTHESIS", "NONE"),
            sop_class_uid=BreastTomosynthesisImageStorage,
        )
        computed = Rendition(uid=stage.uid(), image_type=("DERIVED", "PRIMARY", "", "GENERATED_2D"))
        stage.truth.images[computed.uid] = sweep.event_uid
        yield image(study, flat)
        yield image(study, sweep, tomosynthesis)
        yield image(study, sweep, computed)
        shots += [flat, sweep]
    _all_lawful(stage, shots)
    yield dose_report(stage, study, shots)


def _phantom(stage: Stage) -> Actions:
    """The week's test images: the same view five times, of a test object."""
    study = stage.study(BUCKY_1, THORAX_PA, stage.ago(minutes=9), is_quality_control=True)
    shots = shots_of(stage, 5 * THORAX_PA.views, study.started_at)
    _all_lawful(stage, shots)
    yield from (image(study, shot) for shot in shots)
    yield dose_report(stage, study, shots)


def _fluoroscopy(stage: Stage) -> Actions:
    """Fluoroscopy leaves a dose and no image, the pictures in between do."""
    study = stage.study(RF_4, SWALLOW, stage.ago(minutes=9))
    view, shots = SWALLOW.views[0], []
    for number in range(8):
        is_seen_only = number % 3 != 2
        kind = {"event_type": FLUOROSCOPY, "has_image": False} if is_seen_only else {}
        shots.append(stage.shot(view, study.started_at + timedelta(seconds=35 * number), number + 1, **kind))
        if not is_seen_only:
            yield image(study, shots[-1])
    _all_lawful(stage, shots)
    yield dose_report(stage, study, shots)


_IN_THE_BUCKY = (
    ("bilateral", "the same view left and right: no question", _bilateral),
    ("bilateral_unmarked", "the same, and nobody filled in the side: no question", _bilateral_unmarked),
    ("chest_halves", "lungs larger than the detector: at most a question", _chest_halves),
    ("long_leg", "three exposures that make one image: no question", _long_leg),
    ("whole_spine", "two exposures, and the image they make: no question", _whole_spine),
    ("flexion_extension", "a neck bent forwards and backwards: no question", _flexion_extension),
    ("inspiration_expiration", "a chest breathed in and out: no question", _inspiration_expiration),
    ("follow_up", "one chest three times in hours, one study: no question", _follow_up),
    ("phantom", "the test images of the week: no question", _phantom),
)
SCENARIOS = (
    *(Scenario(name, summary, (BUCKY,), play) for name, summary, play in _IN_THE_BUCKY),
    Scenario("tomosynthesis", "mammograms with tomosynthesis: no question", (MAMMO_1.ae_title,), _tomosynthesis),
    Scenario("fluoroscopy", "fluoroscopy, which leaves no image: no question", (RF_4.ae_title,), _fluoroscopy),
)
