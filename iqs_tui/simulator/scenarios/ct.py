"""CT: what overlaps because it failed, and what overlaps because it should."""

from iqs_tui.simulator.actions import Actions, ct_scans, ct_study
from iqs_tui.simulator.ct_catalogue import (
    CT_BOLUS,
    CT_LIVER,
    CT_PULMONARY,
    CT_WORK,
    MONITORING,
    PREMONITORING,
    PULMONARY_ANGIOGRAM,
    TOPOGRAM,
)
from iqs_tui.simulator.machines import CT_1
from iqs_tui.simulator.scenarios.scenario import Scenario
from iqs_tui.simulator.study import Stage

_SLICES = 8


def _ct_day(stage: Stage) -> Actions:
    for index in range(6):
        procedure = CT_WORK[index % len(CT_WORK)]
        yield from ct_study(stage, procedure, stage.ago(minutes=(6 - index) * 35), n_slices=12)


def _ct_overlap(stage: Stage) -> Actions:
    """The contrast was not there yet: the whole angiogram again."""
    study = stage.study(CT_1, CT_PULMONARY, stage.ago(minutes=12))
    scans = (TOPOGRAM, PULMONARY_ANGIOGRAM, PULMONARY_ANGIOGRAM)
    yield from ct_scans(stage, study, CT_PULMONARY, scans, _SLICES)
    _, first, second = stage.truth.exposure_uids[-3:]
    stage.truth.repeats[first] = second


def _ct_multiphase(stage: Stage) -> Actions:
    yield from ct_study(stage, CT_LIVER, stage.ago(minutes=12), _SLICES)
    stage.truth.lawful.update(stage.truth.exposure_uids[2:])


def _ct_bolus(stage: Stage) -> Actions:
    """Two scouts, and the slice at which the contrast is waited for, again and again."""
    study = stage.study(CT_1, CT_BOLUS, stage.ago(minutes=14))
    scans = (*CT_BOLUS.scans[:2], PREMONITORING, *(MONITORING,) * 5, PULMONARY_ANGIOGRAM)
    yield from ct_scans(stage, study, CT_BOLUS, scans, _SLICES)
    stage.truth.lawful.update(stage.truth.exposure_uids[1:-1])


SCENARIOS = tuple(
    Scenario(name, summary, (CT_1.ae_title,), play)
    for name, summary, play in (
        ("ct_day", "six CT examinations of the past hours", _ct_day),
        ("ct_overlap", "one CT scan made again over the same range: a question", _ct_overlap),
        ("ct_multiphase", "four phases of one liver: no question", _ct_multiphase),
        ("ct_bolus", "two scouts and bolus tracking: no question", _ct_bolus),
    )
)
