"""Codes and tokens."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from iqs_tui.central import enrolment
from iqs_tui.central.brake import MAX_FAILURES, WINDOW_S, Brake
from iqs_tui.store.models import Audit, EnrolCode, Kiosk

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_code_is_easy_to_type_and_expires(db: Path):
    code = enrolment.new_code("kamer-1", NOW)
    assert len(code) == 9
    assert not set(code) & set("01IO")
    with pytest.raises(enrolment.CodeRefused, match="expired"):
        enrolment.enrol(code, "Kiosk", "kamer-1", NOW + timedelta(days=3))
    assert Kiosk.select().count() == 0


def test_a_token_is_known_until_it_is_revoked(db: Path):
    given = enrolment.enrol(enrolment.new_code("kamer-1", NOW), "Kiosk\x1b[31m", "kamer-1", NOW)
    assert enrolment.kiosk_of_token(given.token).name == "Kiosk[31m"
    assert enrolment.kiosk_of_token(given.token + "x") is None
    assert enrolment.kiosk_of_token("\ud800") is None
    assert enrolment.revoke("kamer-2", NOW) == 0
    assert enrolment.revoke("kamer-1", NOW) == 1
    assert enrolment.revoke("kamer-1", NOW) == 0
    assert enrolment.kiosk_of_token(given.token) is None
    assert [row.action for row in Audit.select()] == ["enrol_code_made", "kiosk_enrolled", "kiosk_revoked"]
    assert EnrolCode.get().kiosk_id == given.kiosk_id


def test_the_brake_is_for_who_fails_and_wears_off():
    moment = [1000.0]
    brake = Brake(lambda: moment[0])
    for _ in range(MAX_FAILURES):
        assert brake.wait_s("10.0.0.1") == 0
        brake.failed("10.0.0.1")
    assert 0 < brake.wait_s("10.0.0.1") <= WINDOW_S + 1
    assert brake.wait_s("10.0.0.2") == 0
    moment[0] += WINDOW_S
    assert brake.wait_s("10.0.0.1") == 0


def test_the_brake_also_stops_guesses_from_everywhere():
    brake = Brake(lambda: 0.0)
    for number in range(50):
        brake.failed(f"10.0.0.{number}")
    assert brake.wait_s("10.1.1.1") > 0
