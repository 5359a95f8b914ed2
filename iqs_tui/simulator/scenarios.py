"""The scenarios: what happens in the pretend department, one function each.

A scenario yields what its machines send. What really happened stays on its `Stage`; the node never sees that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from iqs_tui.simulator import catalogue
from iqs_tui.simulator.actions import (
    Actions,
    Pause,
    begin_step,
    ct_study,
    dose_report,
    end_step,
    image,
    plain_study,
    rejection,
    shots_of,
)
from iqs_tui.simulator.catalogue import Procedure
from iqs_tui.simulator.codes import Code, dcm
from iqs_tui.simulator.study import Stage

POSITIONING = dcm("111209", "Positioning")
MOTION = dcm("111210", "Motion blur")
OVER_EXPOSED = dcm("111212", "Over exposed")
_REASONS = (POSITIONING, POSITIONING, POSITIONING, MOTION, OVER_EXPOSED)
"""Three in four rejects are positioning (facts of published reject analyses)."""
_HISTORY_DAYS = 112
_NEW_SOFTWARE_DAYS_AGO = 28
_OLD_SOFTWARE, _DOSE_BEFORE = "V0.9", 1.3
_WEEKEND = (5, 6)
_CHEST = (catalogue.THORAX, catalogue.THORAX_PA)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario by name."""

    name: str
    summary: str
    machines: tuple[str, ...]
    play: Callable[[Stage], Actions]


def _quiet(stage: Stage) -> Actions:
    yield from plain_study(stage, "DX", catalogue.THORAX, stage.ago(minutes=2))


def _reject_note(stage: Stage) -> Actions:
    yield from _rejected_and_retaken(stage, catalogue.KNEE_RIGHT, reason=None, words=None)


def _reject_note_reason(stage: Stage) -> Actions:
    yield from _rejected_and_retaken(stage, catalogue.KNEE_RIGHT, reason=MOTION, words="patiënt bewoog")


def _reject_note_first(stage: Stage) -> Actions:
    """A note may come before its images: the console sends it at once, the images at the end of the study."""
    at = stage.ago(minutes=4)
    study = stage.study("DX", catalogue.THORAX_PA, at)
    bad, good = (
        stage.shot(study_view, at + timedelta(minutes=index), index + 1)
        for index, study_view in enumerate(2 * catalogue.THORAX_PA.views)
    )
    yield rejection(stage, study, bad, at + timedelta(seconds=20))
    yield Pause(seconds=0.5)
    yield image(study, bad)
    yield image(study, good)
    yield dose_report(stage, study, [bad, good])


def _same_view(stage: Stage) -> Actions:
    at = stage.ago(minutes=4)
    study = stage.study("DX", catalogue.KNEE_RIGHT, at)
    frontal, lateral = catalogue.KNEE_RIGHT.views
    shots = shots_of(stage, (frontal, lateral, lateral), at)
    stage.truth.repeated_image_uids.append(shots[-1].image_uid)
    yield from (image(study, shot) for shot in shots)
    yield dose_report(stage, study, shots)


def _bilateral(stage: Stage) -> Actions:
    yield from plain_study(stage, "DX", catalogue.KNEES, stage.ago(minutes=3))


def _mammography(stage: Stage) -> Actions:
    yield from plain_study(stage, "MG", catalogue.MAMMOGRAPHY, stage.ago(minutes=6))


def _ct_day(stage: Stage) -> Actions:
    for index in range(6):
        procedure = catalogue.CT_WORK[index % len(catalogue.CT_WORK)]
        yield from ct_study(stage, procedure, stage.ago(minutes=(6 - index) * 35), n_slices=12)


def _mpps_exam(stage: Stage) -> Actions:
    at = stage.ago(minutes=5)
    study, step_uid = stage.study("DX", catalogue.THORAX, at), stage.uid()
    shots = shots_of(stage, catalogue.THORAX.views, at + timedelta(minutes=2))
    yield begin_step(study, step_uid)
    yield from (image(study, shot) for shot in shots)
    yield dose_report(stage, study, shots)
    yield end_step(study, step_uid, shots, at + timedelta(minutes=4))


def _day(stage: Stage) -> Actions:
    """Eight hours of a bucky room: one in ten is rejected with its reason, one in twenty asks for it."""
    for index in range(32):
        at = stage.ago(minutes=(32 - index) * 15)
        procedure = catalogue.THORAX_PA if index % 2 else stage.chance.choice(catalogue.BUCKY_WORK)
        throw = stage.chance.random()
        if throw < 0.05:
            yield from _rejected_and_retaken(stage, procedure, None, None, minutes_ago=(32 - index) * 15)
        elif throw < 0.15:
            reason = stage.chance.choice(_REASONS)
            yield from _rejected_and_retaken(stage, procedure, reason, None, minutes_ago=(32 - index) * 15)
        else:
            yield from plain_study(stage, "DX", procedure, at)


def _dose_history(stage: Stage) -> Actions:
    """Sixteen weeks of a bucky room, without rejects; four weeks ago new software brought less dose for the chest."""
    for days_ago in range(_HISTORY_DAYS, 0, -1):
        yield from _past_day(stage, days_ago)


def _past_day(stage: Stage, days_ago: int) -> Actions:
    morning = stage.ago(days=days_ago).replace(hour=8, minute=30, second=0, microsecond=0)
    if morning.weekday() in _WEEKEND:
        return
    is_old = days_ago > _NEW_SOFTWARE_DAYS_AGO
    others = (catalogue.PELVIS_AP, catalogue.KNEE_RIGHT) if days_ago % 2 else (catalogue.THORAX,)
    for index, procedure in enumerate((catalogue.THORAX_PA, *others)):
        factor = _DOSE_BEFORE if is_old and procedure in _CHEST else 1.0
        at = morning + timedelta(minutes=25 * index + stage.chance.randrange(20))
        yield from plain_study(stage, "DX", procedure, at, _OLD_SOFTWARE if is_old else None, factor)


def _demo(stage: Stage) -> Actions:
    """The product in one minute, then what the room did in sixteen weeks, then a slow stream until it is stopped."""
    yield from plain_study(stage, "DX", catalogue.THORAX_PA, stage.ago(seconds=30))
    yield Pause(seconds=1)
    yield from _morning(stage)
    yield Pause(seconds=1)
    yield from _rejected_and_retaken(stage, catalogue.KNEE_RIGHT, None, None, minutes_ago=2)
    for days_ago in range(_HISTORY_DAYS, 0, -1):
        yield Pause(seconds=0.1)
        yield from _past_day(stage, days_ago)
    while True:
        yield Pause(seconds=20 + 10 * stage.chance.random())
        if stage.chance.random() < 0.25:
            yield from _rejected_and_retaken(
                stage, stage.chance.choice(catalogue.BUCKY_WORK), None, None, minutes_ago=1
            )
        else:
            yield from plain_study(stage, "DX", stage.chance.choice(catalogue.BUCKY_WORK), stage.ago(minutes=1))


def _morning(stage: Stage) -> Actions:
    """Send what the room did in the hours before: enough chest images (n >= 20) for a median."""
    for index in range(24):
        yield from plain_study(stage, "DX", catalogue.THORAX_PA, stage.ago(minutes=10 + (24 - index) * 11))


def _rejected_and_retaken(
    stage: Stage, procedure: Procedure, reason: Code | None, words: str | None, minutes_ago: float = 4
) -> Actions:
    at = stage.ago(minutes=minutes_ago)
    study = stage.study("DX", procedure, at)
    bad = stage.shot(procedure.views[0], at, 1)
    yield image(study, bad)
    yield rejection(stage, study, bad, at + timedelta(seconds=15), reason, words)
    good = [stage.shot(view, at + timedelta(seconds=40 * (n - 1)), n) for n, view in enumerate(procedure.views, 2)]
    yield from (image(study, shot) for shot in good)
    yield dose_report(stage, study, [bad, *good])


_BUCKY = (catalogue.BUCKY,)
SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("quiet", "a good chest study, with its dose report", _BUCKY, _quiet),
        Scenario("reject_note", "an image, a rejection note without a reason, the retake", _BUCKY, _reject_note),
        Scenario("reject_note_reason", "the same, and the note brings the reason", _BUCKY, _reject_note_reason),
        Scenario("reject_note_first", "the rejection note comes before its images", _BUCKY, _reject_note_first),
        Scenario("same_view", "one view twice in a study: a question", _BUCKY, _same_view),
        Scenario("bilateral", "the same view left and right: no question", _BUCKY, _bilateral),
        Scenario("mammography", "four views with their glandular dose", ("MAMMO_1",), _mammography),
        Scenario("ct_day", "six CT examinations of the past hours", ("CT_1",), _ct_day),
        Scenario("mpps_exam", "an examination with its procedure step begun and completed", _BUCKY, _mpps_exam),
        Scenario("day", "eight hours of a bucky room, with rejects and retakes", _BUCKY, _day),
        Scenario("dose_history", "sixteen weeks of doses, with new software in between", _BUCKY, _dose_history),
        Scenario("demo", "a study, a reject within seconds, then a slow stream until stopped", _BUCKY, _demo),
    )
}
