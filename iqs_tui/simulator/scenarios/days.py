"""Whole days and weeks of a room, and the demo."""

from datetime import timedelta

from iqs_tui.simulator.actions import (
    Actions,
    Pause,
    begin_step,
    dose_report,
    end_step,
    image,
    plain_study,
    rejection,
    retake,
    shots_of,
)
from iqs_tui.simulator.catalogue import BUCKY_WORK, KNEE_RIGHT, MAMMOGRAPHY, PELVIS_AP, THORAX, THORAX_PA, Procedure
from iqs_tui.simulator.flaws import FLAWS, TILTED, Flaw
from iqs_tui.simulator.machines import BUCKY, BUCKY_1, MAMMO_1
from iqs_tui.simulator.scenarios.scenario import Scenario
from iqs_tui.simulator.study import Stage

_HISTORY_DAYS = 112
_NEW_SOFTWARE_DAYS_AGO = 28
_OLD_SOFTWARE, _DOSE_BEFORE = "V0.9", 1.3
_WEEKEND = (5, 6)
_CHEST = (THORAX, THORAX_PA)


def _quiet(stage: Stage) -> Actions:
    yield from plain_study(stage, BUCKY_1, THORAX, stage.ago(minutes=2))


def _mammography(stage: Stage) -> Actions:
    yield from plain_study(stage, MAMMO_1, MAMMOGRAPHY, stage.ago(minutes=6))


def _mpps_exam(stage: Stage) -> Actions:
    at = stage.ago(minutes=5)
    study, step_uid = stage.study(BUCKY_1, THORAX, at), stage.uid()
    shots = shots_of(stage, THORAX.views, at + timedelta(minutes=2))
    yield begin_step(study, step_uid)
    yield from (image(study, shot) for shot in shots)
    yield dose_report(stage, study, shots)
    yield end_step(study, step_uid, shots, at + timedelta(minutes=4))


def _day(stage: Stage) -> Actions:
    """Eight hours of a bucky room: one in ten is rejected with its reason, one in twenty asks for it."""
    for index in range(32):
        minutes_ago = (32 - index) * 15
        procedure = THORAX_PA if index % 2 else stage.chance.choice(BUCKY_WORK)
        throw = stage.chance.random()
        if throw < 0.15:
            yield from _rejected_and_retaken(stage, procedure, minutes_ago, is_told=throw >= 0.05)
        else:
            yield from plain_study(stage, BUCKY_1, procedure, stage.ago(minutes=minutes_ago))


def _dose_history(stage: Stage) -> Actions:
    """Sixteen weeks of a bucky room, without rejects; four weeks ago new software brought less dose for the chest."""
    for days_ago in range(_HISTORY_DAYS, 0, -1):
        yield from _past_day(stage, days_ago)


def _past_day(stage: Stage, days_ago: int) -> Actions:
    morning = stage.ago(days=days_ago).replace(hour=8, minute=30, second=0, microsecond=0)
    if morning.weekday() in _WEEKEND:
        return
    is_old = days_ago > _NEW_SOFTWARE_DAYS_AGO
    others = (PELVIS_AP, KNEE_RIGHT) if days_ago % 2 else (THORAX,)
    for index, procedure in enumerate((THORAX_PA, *others)):
        factor = _DOSE_BEFORE if is_old and procedure in _CHEST else 1.0
        at = morning + timedelta(minutes=25 * index + stage.chance.randrange(20))
        yield from plain_study(stage, BUCKY_1, procedure, at, _OLD_SOFTWARE if is_old else None, factor)


def _demo(stage: Stage) -> Actions:
    """The product in one minute, then what the room did in sixteen weeks, then a slow stream until it is stopped."""
    yield from plain_study(stage, BUCKY_1, THORAX_PA, stage.ago(seconds=30))
    yield Pause(seconds=1)
    yield from _morning(stage)
    yield Pause(seconds=1)
    yield from _rejected_and_retaken(stage, KNEE_RIGHT, 2, is_told=False, flaw=TILTED)
    yield from _rejected_lately(stage)
    for days_ago in range(_HISTORY_DAYS, 0, -1):
        yield Pause(seconds=0.1)
        yield from _past_day(stage, days_ago)
    while True:
        yield Pause(seconds=20 + 10 * stage.chance.random())
        procedure = stage.chance.choice(BUCKY_WORK)
        if stage.chance.random() < 0.25:
            yield from _rejected_and_retaken(stage, procedure, 1, is_told=False)
        else:
            yield from plain_study(stage, BUCKY_1, procedure, stage.ago(minutes=1))


def _morning(stage: Stage) -> Actions:
    """Send what the room did in the hours before: enough chest images (n >= 20) for a median."""
    for index in range(24):
        yield from plain_study(stage, BUCKY_1, THORAX_PA, stage.ago(minutes=10 + (24 - index) * 11))


def _rejected_lately(stage: Stage) -> Actions:
    """Send a dozen rejects of the past weeks, with the reasons of their notes: for the blauwe ton and for home."""
    for index in range(12):
        procedure = BUCKY_WORK[index % len(BUCKY_WORK)]
        flaw = FLAWS[index % len(FLAWS)]
        yield from _rejected_and_retaken(stage, procedure, 24 * 60 + 45 * 60 * index, is_told=True, flaw=flaw)


def _rejected_and_retaken(
    stage: Stage, procedure: Procedure, minutes_ago: float, *, is_told: bool, flaw: Flaw | None = None
) -> Actions:
    wrong = flaw or stage.chance.choice(FLAWS)
    study, bad, good = retake(stage, procedure, stage.ago(minutes=minutes_ago), wrong)
    yield image(study, bad)
    yield rejection(stage, study, bad, bad.at + timedelta(seconds=15), wrong.reason if is_told else None)
    yield from (image(study, shot) for shot in good)
    yield dose_report(stage, study, [bad, *good])


SCENARIOS = (
    Scenario("quiet", "a good chest study, with its dose report", (BUCKY,), _quiet),
    Scenario("mammography", "four views with their glandular dose", (MAMMO_1.ae_title,), _mammography),
    Scenario("mpps_exam", "an examination with its procedure step begun and completed", (BUCKY,), _mpps_exam),
    Scenario("day", "eight hours of a bucky room, with rejects and retakes", (BUCKY,), _day),
    Scenario("dose_history", "sixteen weeks of doses, with new software in between", (BUCKY,), _dose_history),
    Scenario("demo", "a study, a reject within seconds, then a slow stream until stopped", (BUCKY,), _demo),
)
