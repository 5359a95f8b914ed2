"""The pages: the right figures, escaped, and nothing about people."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from iqs_tui import config
from iqs_tui.central import enrolment
from iqs_tui.central.app import create_app
from iqs_tui.store import database as store
from iqs_tui.store.models import Case, ConflictingEvent, Exposure, Kiosk
from tests.sync.serving import case_payload

SETTINGS = config.Config(rooms=(config.Room(id="kamer-1", name="Bucky 1"),))


@pytest.fixture
def client(db: Path) -> TestClient:
    store.close_connection()
    return TestClient(create_app(SETTINGS))


def add_case(case_id: str, **changes: object) -> None:
    Case.create(**case_payload(case_id, detected_at="2026-10-15T10:00:00.000000+00:00") | changes)


def add_exposure(number: int) -> None:
    at = datetime(2026, 10, 15, 10, tzinfo=UTC)
    Exposure.create(
        exposure_uid=f"1.2.{number}", study_uid="1", device_id="d", room="kamer-1", received_at=at, updated_at=at,
        acquired_at=at, is_derived=number == 40, is_quality_control=number == 41,
    )  # fmt: skip


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#8239;", " ").split())


def test_an_empty_server_says_what_will_appear(client: TestClient):
    page = client.get("/")
    assert page.status_code == 200
    assert "Nog geen gevallen. Zodra een kiosk een afkeur of overname doorgeeft" in words(page.text)
    assert "Nog geen kiosk aangemeld" in words(client.get("/kiosks").text)


def test_cases_are_counted_per_room_and_reason(client: TestClient):
    for number in range(12):
        add_case(f"r{number}", reason_code="rotation.tilt" if number % 2 else "rotation")
    for number in range(3):
        add_case(f"m{number}", reason_code="motion")
    add_case("open", state="open", reason_code=None)
    add_case("no", state="dismissed", reason_code="bilateral")
    add_case("again", is_question=True, counts_as="repeat", reason_code="motion")
    add_case("gone", state="withdrawn")
    add_case("other", room="kamer-2", state="open", reason_code=None)
    for number in range(42):
        add_exposure(number)
    shown = words(client.get("/?month=2026-10").text)
    assert "Gevallen 19" in shown
    assert "Beantwoord 17 89 % van 19" in shown
    assert "Bucky 1 Gevallen: 18 · opnamen: 40 17 van 18 beantwoord (94 %)" in shown
    assert "Afkeur 15 beantwoord met een reden Overname 1 " in shown, "a repeat is no reject"
    assert "Redenen van 15 keer afkeur" in shown
    assert "Rotatie / kanteling 12 80" in shown
    assert "Beweging / ademstand 3 20" in shown
    assert "Gevallen: 1 · aantal opnamen onbekend 0 van 1 beantwoord · 1 open" in shown, "no % of one case"
    one_room = words(client.get("/?month=2026-10&room=kamer-2").text)
    assert "Gevallen 1 " in one_room
    assert "Gevallen: 18" not in one_room
    assert "geen gevallen" in words(client.get("/?month=2026-09").text)


def test_a_wrong_worklist_entry_is_shown_apart(client: TestClient):
    add_case("swap", counts_as="identification", reason_code="identity.patient")
    shown = words(client.get("/?month=2026-10").text)
    assert "Afkeur 0 " in shown
    assert "Verwisseling 1 " in shown
    assert "Beantwoord 1 " in shown


def test_a_month_is_a_month_of_the_site(client: TestClient):
    add_case("new-year", acquired_at="2026-12-31T23:30:00.000000+00:00")
    assert "Gevallen 1" in words(client.get("/?month=2027-01").text)
    assert "Gevallen 1" not in words(client.get("/?month=2026-12").text)


def test_no_person_is_on_a_page(client: TestClient):
    add_case("c", operator="J. de Vries", answered_by="user-42", detail="vrije tekst")
    page = client.get("/?month=2026-10").text
    assert not re.search("Vries|user-42|vrije tekst", page)


def test_what_comes_from_outside_is_escaped(client: TestClient):
    add_case("c", room='<script>alert("x")</script>', reason_code="<b>odd</b>")
    for url in ("/?month=2026-10", '/?room="><script>alert(1)</script>', "/?month=<script>"):
        page = client.get(url)
        assert page.status_code in {200, 422}
        assert "<script" not in page.text
        assert "<b>" not in page.text


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "x", "9999-99", "2026-1", ""])
def test_an_odd_month_is_this_month(client: TestClient, month: str):
    assert client.get("/", params={"month": month}).status_code == 200


def test_the_state_of_kiosks(client: TestClient):
    now = datetime.now(UTC)
    for name, changes in {
        "Goed": {"last_seen": now, "pending": 0},
        "Stil": {"last_seen": now - timedelta(hours=3), "gaps": [[3, 5]], "skew_s": 3600.0},
        "Nieuw": {},
        "Weg": {"last_seen": now, "revoked_at": now},
    }.items():
        given = enrolment.enrol(enrolment.new_code("kamer-1"), name, "kamer-1", now)
        if changes:
            Kiosk.update(**changes).where(Kiosk.kiosk_id == given.kiosk_id).execute()
    copied = Kiosk.get(Kiosk.name == "Goed").kiosk_id
    ConflictingEvent.create(
        event_id="e", kiosk_id=copied, epoch="x", seq=1, type="case", version=1, occurred_at=now, received_at=now,
        payload="{}", payload_hash="h", reason="r",
    )  # fmt: skip
    shown = words(client.get("/kiosks").text)
    assert re.search(r"Goed bereikbaar .* 0 0 0 1 Twee kiosken gebruiken dezelfde database", shown)
    assert re.search(r"Stil niet gehoord .* 0 0 3 0 De klok van de kiosk wijkt 3600 s af", shown)
    assert "Nieuw nog niet gehoord –" in shown
    assert "Weg ingetrokken" in shown


def add_projection(number: int, protocol: str, **changes: object) -> None:
    at = datetime.now(UTC) - timedelta(days=3)
    values = {
        "exposure_uid": f"1.3.{number}", "study_uid": f"1.{number}", "device_id": "d", "room": "kamer-1",
        "received_at": at, "updated_at": at, "acquired_at": at, "modality": "DX", "protocol": protocol,
        "operator": "J. de Vries",
    }  # fmt: skip
    Exposure.create(**values | changes)


def test_protocols_without_a_mapping_by_frequency(client: TestClient):
    assert "Geen protocollen zonder koppeling" in words(client.get("/protocols").text)
    for number in range(9):
        add_projection(number, "Knie AP" if number < 6 else "Pols PA", view="AP", room=f"kamer-{1 + number % 2}")
    add_projection(20, "Thorax PA", view="PA")  # of unknown age: there is a mapping
    add_projection(21, "Knie AP", received_at=datetime(2020, 1, 1, tzinfo=UTC), acquired_at=None)
    page = client.get("/protocols").text
    shown = words(page)
    assert "Knie AP – AP DX Bucky 1, kamer-2 6 opnamen" in shown
    assert shown.index("Knie AP") < shown.index("Pols PA")
    assert "Thorax PA" not in shown
    assert "Vries" not in page


def test_a_protocol_from_outside_is_escaped(client: TestClient):
    add_projection(1, "<script>alert(1)</script>", procedure="<b>x</b>", view="<i>")
    page = client.get("/protocols").text
    assert "&lt;script&gt;" in page
    assert not re.search("<script|<b>|<i>", page)


def test_nothing_comes_from_another_host(client: TestClient):
    for path in ("/", "/kiosks", "/protocols", "/static/iqs.css"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"https?://|//\w", answer.text.replace("/*", "").replace("*/", ""))
    for path in ("/docs", "/openapi.json", "/static/../app.py", "/static/%2e%2e/app.py", "/api/v1/documents/../x"):
        assert client.get(path).status_code == 404
