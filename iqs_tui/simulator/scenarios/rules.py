"""Machines that send their rejected images along, marked in a way of their own: a rule of the room says how."""

from dataclasses import replace

from iqs_tui.simulator.actions import Actions, Send, dose_report, image, retake
from iqs_tui.simulator.catalogue import KNEE_RIGHT, PELVIS_AP
from iqs_tui.simulator.flaws import OFF_CENTRE, TILTED
from iqs_tui.simulator.machines import BUCKY, BUCKY_1_REJECTS
from iqs_tui.simulator.scenarios.scenario import Scenario
from iqs_tui.simulator.study import Stage

_CREATOR = "LICHTBRON REJECT"
_WORD = "CENTRERING"
_BY_TAG = f"""\
[[rooms.retakes.rules]]
name = "lichtbron"
creator = "{_CREATOR}"
tag = "0021,xx0F"
value = "YES"
reason_tag = "0021,xx10"
reasons = {{ "{_WORD}" = "positioning" }}
"""
_BY_AE_TITLE = f"""\
[[rooms.retakes.rules]]
name = "reject-ae"
ae_title = "{BUCKY_1_REJECTS.ae_title}"
"""


def _rule_tag(stage: Stage) -> Actions:
    study, bad, good = retake(stage, PELVIS_AP, stage.ago(minutes=4), OFF_CENTRE)
    stage.reject(bad, OFF_CENTRE.reason)
    marked = image(study, bad)
    block = marked.dataset.private_block(0x0021, _CREATOR, create=True)
    block.add_new(0x0F, "CS", "YES")
    block.add_new(0x10, "LO", _WORD)
    yield marked
    yield from (image(study, shot) for shot in good)
    yield dose_report(stage, study, [bad, *good])


def _rule_ae_title(stage: Stage) -> Actions:
    study, bad, good = retake(stage, KNEE_RIGHT, stage.ago(minutes=4), TILTED)
    stage.reject(bad)
    rejects = replace(study, machine=BUCKY_1_REJECTS)
    yield Send(machine=rejects.machine, dataset=image(rejects, bad).dataset)
    yield from (image(study, shot) for shot in good)
    yield dose_report(stage, study, [bad, *good])


SCENARIOS = (
    Scenario("rule_tag", "a rejected image is sent along, marked by a private tag", (BUCKY,), _rule_tag, _BY_TAG),
    Scenario(
        "rule_ae_title",
        "rejected images are sent along under an AE title of their own",
        (BUCKY, BUCKY_1_REJECTS.ae_title),
        _rule_ae_title,
        _BY_AE_TITLE,
    ),
)
