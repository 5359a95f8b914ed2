"""`iqs-tui demo`: within ten seconds a study and the prompt, on a database of its own, and nothing left behind."""

import os
from pathlib import Path

import pytest

from tests.integration.processes import Kiosk
from tests.waiting import wait_for


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "tmp"
    path.mkdir()
    return path


def processes_of(folder: Path) -> list[str]:
    """Return the command lines that name something in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words:
            found.append(words)
    return found


def test_a_study_a_reject_and_the_prompt_and_nothing_left_behind(folder, tmp_path) -> None:
    own = tmp_path / "own.db"
    with Kiosk("demo", TMPDIR=str(folder), IQS_DB=str(own)) as kiosk:
        kiosk.wait_for("Waarom is deze opname afgekeurd?")
        assert len(processes_of(folder)) == 2
        kiosk.press("7")
        kiosk.wait_for("Rotatie")
    assert not own.exists()
    assert not (tmp_path / "data").exists()
    assert list(folder.iterdir()) == []
    wait_for(lambda: not processes_of(folder), what="the end of the node and the simulator")


def test_a_demo_that_is_killed_hard_takes_its_processes_along(folder) -> None:
    with Kiosk("demo", TMPDIR=str(folder)) as kiosk:
        kiosk.wait_for("Waarom is deze opname afgekeurd?")
        os.kill(kiosk.child.pid, 9)
        wait_for(lambda: not processes_of(folder), what="the end of the node and the simulator")
