"""What the node makes of each scenario, against what really happened: the simulator's truth, which it never sees."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count, takewhile
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.config import load
from iqs_tui.node.rules import retake_rules
from iqs_tui.simulator import send
from iqs_tui.simulator.actions import Actions, Pause
from iqs_tui.simulator.scenarios import SCENARIOS
from iqs_tui.simulator.study import Stage, Truth
from iqs_tui.store.database import close_connection, open_database
from iqs_tui.store.evidence import quiet
from iqs_tui.store.models import Case, Exposure, Instance
from tests.integration.processes import Node
from tests.waiting import wait_for

ZONE = ZoneInfo("Europe/Amsterdam")
QUIET = timedelta(minutes=10)
PLAYED = [name for name in SCENARIOS if name not in ("demo", "dose_history")]
"""Not the one that never ends, and not the one that is sixteen weeks of good studies."""
ASKS = {"same_view", "step_counts_more", "ct_overlap", "reject_note_revoked"}
"""The scenarios in which something happened that the node can only ask about."""
MAY_ASK = {"chest_halves"}
"""The one in which it asks where it need not: nothing in the header tells two halves from two attempts."""
UNNAMED = {"no_image_unnamed", "step_counts_more"}
"""The scenarios of machines whose images name no irradiation event: the node names their exposures itself."""
DOSES = ("dap_gym2", "agd_mgy", "dlp_mgycm")

CID_7011 = {"128553": "111210"}
"""Reasons for making again (CID 10034) as reasons for rejecting."""

_runs = count()


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[Node]:
    """A node of this module, with all the settings that scenarios need."""
    settings = '[[rooms]]\nid = "kamer-1"\n' + "".join(scenario.settings for scenario in SCENARIOS.values())
    with Node(tmp_path_factory.mktemp("node"), settings) as started:
        yield started


def a_stage(seed: str | None = None) -> Stage:
    return Stage(seed or f"run {next(_runs)}", lambda: datetime.now(UTC), ZONE)


def tell(node: Node, actions: Actions) -> None:
    sent = send.play(actions, send.Target(host="127.0.0.1", port=node.port, called_ae="IQS"))
    assert sent.refused == 0


def play(node: Node, name: str, seed: str | None = None) -> Truth:
    stage = a_stage(seed)
    tell(node, SCENARIOS[name].play(stage))
    return stage.truth


@contextmanager
def database_of(node: Node) -> Iterator[None]:
    open_database(node.database)
    try:
        yield
    finally:
        close_connection()


def cases(node: Node, truth: Truth) -> list[Case]:
    with database_of(node):
        return list(Case.select().where(Case.study_uid.in_(truth.study_uids)))


def settle(node: Node, since: datetime | None = None) -> None:
    """Let it be so much later than a moment, usually than now: what is still missing then is missed."""
    config = load(node.config, environ={})
    with database_of(node):
        quiet.look_again(lambda room: retake_rules(config, room or "kamer-1"), (since or datetime.now(UTC)) + QUIET)


def exposures_of(found: list[Case], truth: Truth, counts_as: str) -> Counter[str | None]:
    """Return the true exposures that the cases of one kind are about; None where a case names none."""
    named = [case for case in found if case.counts_as == counts_as]
    return Counter(next(filter(None, (_exposure(case, truth),)), None) for case in named)


def _exposure(case: Case, truth: Truth) -> str | None:
    by_image = [truth.images[uid] for uid in case.instance_uids if uid in truth.images]
    return case.exposure_uid if case.exposure_uid in truth.exposure_uids else next(iter(by_image), None)


@pytest.mark.parametrize("name", PLAYED)
def test_the_node_ends_with_what_happened(node, name: str) -> None:
    truth = play(node, name)
    settle(node)
    if name not in UNNAMED:
        every_exposure_is_there_once(node, truth)
    found = cases(node, truth)
    if name in MAY_ASK:
        assert all(case.is_question and _exposure(case, truth) in truth.lawful for case in found)
        return
    assert any(case.is_question for case in found) == (name in ASKS)
    assert exposures_of(found, truth, "repeat") == Counter(truth.repeats.keys())
    assert exposures_of(found, truth, "identification") == Counter(truth.misidentified)
    if name == "step_counts_more":  # a count does not say which
        assert [(case.signals, case.exposure_uid) for case in found] == [(["mpps_count"], None)]
        return
    assert exposures_of(found, truth, "reject") == Counter(truth.rejects.keys())
    for case in found:
        told = truth.told.get(_exposure(case, truth))
        assert (case.state, case.cid7011_code) == (("answered", CID_7011.get(told, told)) if told else ("open", None))


def every_exposure_is_there_once(node: Node, truth: Truth) -> None:
    """Every exposure, by its name, with its images and its dose."""
    with database_of(node):
        exposures = list(Exposure.select().where(Exposure.study_uid.in_(truth.study_uids)))
        images = list(Instance.select().where(Instance.study_uid.in_(truth.study_uids)))
    told = [row for row in exposures if row.report_facts is not None]
    assert sorted(row.exposure_uid for row in told) == sorted(truth.exposure_uids)
    assert sorted(row.sop_instance_uid for row in images) == sorted(truth.images)
    assert all(any(row.report_facts.get(dose) is not None for dose in DOSES) for row in told)


def test_an_image_that_comes_late_takes_the_question_back(node) -> None:
    stage = a_stage()
    actions = SCENARIOS["no_image_late"].play(stage)
    before = datetime.now(UTC)
    tell(node, takewhile(lambda action: not isinstance(action, Pause), actions))
    assert cases(node, stage.truth) == []
    settle(node, before)
    assert cases(node, stage.truth) == []
    settle(node)
    [case] = cases(node, stage.truth)
    assert (case.signals, case.state, case.exposure_uid) == (["no_image"], "open", stage.truth.exposure_uids[0])
    tell(node, actions)
    assert cases(node, stage.truth) == []


def test_a_note_that_is_taken_back_takes_its_question_back(node) -> None:
    stage = a_stage()
    actions = SCENARIOS["reject_note_revoked"].play(stage)
    tell(node, takewhile(lambda action: not isinstance(action, Pause), actions))
    [case] = cases(node, stage.truth)
    assert (case.counts_as, case.state) == ("reject", "open")
    tell(node, actions)
    [case] = cases(node, stage.truth)
    assert (case.counts_as, case.signals) == ("repeat", ["same_view"])


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("reject_note", {"rejection_note", "same_view"}),
        ("flag_rejected", {"rdsr_flag", "no_image"}),
        ("flag_repeated", {"rdsr_flag"}),
        ("no_image", {"no_image"}),
        ("rule_tag", {"rule", "same_view"}),
        ("rule_ae_title", {"rule", "same_view"}),
        ("ct_overlap", {"ct_overlap"}),
    ],
)
def test_one_exposure_is_one_case_with_all_that_it_rests_on(node, name: str, kinds: set[str]) -> None:
    truth = play(node, name)
    settle(node)
    [case] = cases(node, truth)
    assert set(case.signals) == kinds


def test_a_step_is_kept(node) -> None:
    play(node, "mpps_exam")
    assert wait_for(lambda: [row for row in node.export("idle") if "step" in str(row["evidence"])], what="a step")


def test_the_same_scenario_twice_changes_nothing(node) -> None:
    play(node, "reject_note", "twice")
    before = node.export("exposures"), node.export("studies")
    play(node, "reject_note", "twice")
    assert (node.export("exposures"), node.export("studies")) == before
