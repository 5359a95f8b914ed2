"""What the node makes of each scenario, against what really happened: the simulator's truth, which it never sees."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.simulator import send
from iqs_tui.simulator.scenarios import SCENARIOS
from iqs_tui.simulator.study import Stage, Truth
from tests.integration.processes import running
from tests.waiting import wait_for

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A node of this module; gives its port and its database."""
    path = tmp_path_factory.mktemp("node") / "iqs.db"
    with running("--db", str(path), "node", "--port", "0", ready=r"ready aet=IQS port=(\d+)") as match:
        yield int(match[1]), path


_runs = count()


def play(node: tuple[int, Path], name: str, seed: str | None = None) -> Truth:
    stage = Stage(seed or f"run {next(_runs)}", lambda: datetime.now(UTC), ZONE)
    sent = send.play(SCENARIOS[name].play(stage), send.Target(host="127.0.0.1", port=node[0], called_ae="IQS"))
    assert sent.refused == 0
    return stage.truth


def export(node: tuple[int, Path], what: str, truth: Truth | None = None) -> list[dict]:
    done = subprocess.run(
        [sys.executable, "-m", "iqs_tui", "--db", str(node[1]), "export", what],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return rows if truth is None else [row for row in rows if row["study_uid"] in truth.study_uids]


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name != "demo"])
def test_every_exposure_is_there_once_with_its_images_and_dose(node, name: str) -> None:
    truth = play(node, name)
    exposures = export(node, "exposures", truth)
    assert sorted(row["exposure_uid"] for row in exposures) == sorted(truth.exposure_uids)
    assert sorted(uid for row in exposures for uid in row["instance_uids"]) == sorted(truth.image_uids)
    assert all(row["sources"] == ["image", "rdsr"] for row in exposures)
    doses = ("dap_gym2", "agd_mgy", "dlp_mgycm")
    assert all(any(row[dose] is not None for dose in doses) for row in exposures)
    assert len(export(node, "studies", truth)) == len(truth.study_uids)


@pytest.mark.parametrize("name", ["reject_note", "reject_note_reason", "reject_note_first", "day"])
def test_every_reject_is_one_case_and_its_reason_is_taken_over(node, name: str) -> None:
    truth = play(node, name)
    cases = [case for case in export(node, "cases", truth) if "rejection_note" in case["signals"]]
    assert sorted(case["instance_uid"] for case in cases) == sorted(truth.rejected_image_uids)
    for case in cases:
        reason = truth.reasons.get(case["instance_uid"])
        assert case["cid7011_code"] == reason
        assert case["state"] == ("answered" if reason else "open")
        assert case["exposure_uid"] in truth.exposure_uids


def test_the_same_view_again_is_one_question(node) -> None:
    truth = play(node, "same_view")
    [case] = export(node, "cases", truth)
    assert (case["signals"], case["state"]) == (["same_view"], "open")


@pytest.mark.parametrize("name", ["quiet", "bilateral", "mammography", "ct_day", "mpps_exam"])
def test_what_is_no_retake_asks_nothing(node, name: str) -> None:
    assert export(node, "cases", play(node, name)) == []


def test_a_step_is_kept(node) -> None:
    play(node, "mpps_exam")
    assert wait_for(lambda: [row for row in export(node, "idle") if "step" in str(row["evidence"])], what="a step")


def test_the_same_scenario_twice_changes_nothing(node) -> None:
    play(node, "reject_note", "twice")
    before = export(node, "exposures"), export(node, "studies")
    play(node, "reject_note", "twice")
    assert (export(node, "exposures"), export(node, "studies")) == before
