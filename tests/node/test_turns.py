"""What the node does by the clock: a machine's clock may be years ahead until a time server has set it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from iqs_tui.config import Config
from iqs_tui.node import process
from iqs_tui.store import answering, receiving
from iqs_tui.store.models import Case, Instance
from tests.store.records import NOON, SENDER, image
from tests.store.telling import RULES

CLOCK_YEARS_AHEAD = NOON.replace(year=NOON.year + 20)


class Passing:
    """Time that passes in waiting, until the end."""

    def __init__(self, ends_at: float) -> None:
        self.at, self._ends_at = 0.0, ends_at

    def wait(self, _seconds: float) -> bool:
        self.at += 30
        return self.at > self._ends_at


@pytest.fixture
def run_for(db: Path, monkeypatch: pytest.MonkeyPatch):
    def run(seconds: float) -> None:
        passing = Passing(seconds)
        monkeypatch.setattr(process, "time", SimpleNamespace(monotonic=lambda: passing.at))
        monkeypatch.setattr(process, "utc_now", lambda: CLOCK_YEARS_AHEAD)
        process._tick(Config(), passing, {}, SimpleNamespace(do_all=lambda: None))

    return run


def test_nothing_expires_or_is_forgotten_before_the_clock_can_have_been_set(run_for):
    receiving.record_instance(image(1, exposure=1), SENDER, NOON, RULES)
    case_id = answering.report_from_kiosk(None, "kamer-1", "room", NOON)
    run_for(9 * 60)
    assert Instance.select().count() == 1
    assert Case.get_by_id(case_id).state == "open"
    run_for(11 * 60)
    assert Instance.select().count() == 0
    assert Case.select().count() == 0
