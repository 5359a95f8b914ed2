"""From a reject to the exposure that replaced it."""

from datetime import UTC, datetime, timedelta

from iqs_tui.domain.time_lost import MAX_GAP, gap_s

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(*seconds: int) -> list[datetime]:
    return [NOON + timedelta(seconds=one) for one in seconds]


def test_the_first_that_follows():
    assert gap_s(NOON, at(-30, 40, 90)) == 40
    assert gap_s(NOON, at(-30)) is None
    assert gap_s(NOON, ()) is None


def test_what_follows_late_is_another_attempt():
    limit = int(MAX_GAP.total_seconds())
    assert gap_s(NOON, at(limit)) == limit
    assert gap_s(NOON, at(limit + 1)) is None
