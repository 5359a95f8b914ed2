"""Months begin where the site's calendar says, also when the clock changes in them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.domain.months import Month

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def test_a_year_turns() -> None:
    assert str(Month(2026, 12).next()) == "2027-01"
    assert str(Month(2026, 1).next(-1)) == "2025-12"
    assert Month(2026, 12).next(14) == Month(2028, 2)


def test_a_month_is_of_the_calendar_in_the_zone() -> None:
    moment = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert Month.of(moment, AMSTERDAM) == Month(2026, 11)
    assert Month(2026, 11).first_day == date(2026, 11, 1)


def test_summer_and_winter_time() -> None:
    assert Month(2026, 3).start(AMSTERDAM) == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert Month(2026, 4).start(AMSTERDAM) == datetime(2026, 3, 31, 22, tzinfo=UTC)
    october = Month(2026, 10)
    length = october.next().start(AMSTERDAM).astimezone(UTC) - october.start(AMSTERDAM).astimezone(UTC)
    assert length.total_seconds() == 31 * 86400 + 3600


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "26-11", "0001-01", "9999-12", "november"])
def test_what_is_no_month(text: str) -> None:
    assert Month.parse(text) is None
