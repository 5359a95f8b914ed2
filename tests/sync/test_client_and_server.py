"""The kiosk's client against a real server: what is acknowledged is there, once, whatever happens in between.

`tests/integration/test_central_postgres.py` runs all of this again on PostgreSQL.
"""

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from iqs_tui.central import enrolment
from iqs_tui.clock import utc_now
from iqs_tui.store import outbox, people, settings
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Document, Kiosk, Outbox, User
from iqs_tui.sync.client import SyncClient
from iqs_tui.sync.transport import Refused, SyncError
from tests.sync.serving import Central, case_payload, enrolled, inside, put_cases
from tests.waiting import PATIENCE_S

DYING_SERVER = """
import os, signal, sys
import uvicorn
from iqs_tui.central import app as application, server
from iqs_tui.config import load

real = application.create_app
def mortal(config):
    inner = real(config)
    async def app(scope, receive, send):
        async def last_words(message):
            if scope["path"] == "/api/v1/events":
                os.kill(os.getpid(), signal.SIGKILL)
            await send(message)
        await inner(scope, receive, last_words if scope["type"] == "http" else send)
    return app
server.create_app = mortal
sys.exit(server.serve(load(environ={"IQS_SERVER__DATABASE": sys.argv[1]}), int(sys.argv[2])))
"""
"""Commits as always, and is gone before a byte of the answer is sent."""


DYING_CLIENT = """
import os, signal, sys
from iqs_tui.store.database import open_database
from iqs_tui.sync import batches, client

open_database(sys.argv[1])
setattr(batches.Courier, sys.argv[3], lambda *_: os.kill(os.getpid(), signal.SIGKILL))
client.SyncClient(sys.argv[2]).drain()
"""
"""Is gone when it comes to the method that is named."""


def outbox_ids(state: str = "acked") -> set[str]:
    return {row.event_id for row in Outbox.select().where(Outbox.state == state)}


def test_a_case_travels_to_the_server(central: Central, db: Path):
    client = enrolled(central, db)
    put_cases("c1", room=None, text="is ignored")
    result = client.drain()
    assert (result.state, result.sent, result.pending, result.wait_s) == ("ok", 1, 0, None)
    assert central.rows("SELECT case_id, room, reason_code, state FROM retake_case") == [
        ("c1", "kamer-1", "rotation", "answered")
    ]
    sync = settings.get("sync")
    assert (sync["state"], sync["pending"], sync["message"]) == ("ok", 0, None)


def test_every_type_of_event_reaches_its_table(central: Central, db: Path):
    client = enrolled(central, db)
    at = utc_now()
    now = at.isoformat()
    outbox.put(
        "exposure",
        {
            "exposure_uid": "1.2",
            "study_uid": "1",
            "device_id": "d",
            "received_at": now,
            "dap_gym2": 1e-6,
            "image_facts": {"kvp": 70.0},
            "is_derived": False,
        },
        at,
    )
    outbox.put("examination", {"study_uid": "1", "device_id": "d", "received_at": now, "n_images": 2}, at)
    outbox.put(
        "round",
        {
            "round_id": "r",
            "kind": "peer_review",
            "form_id": "thorax",
            "form_version": 1,
            "seed": "s",
            "n": 5,
            "n_candidates": 9,
            "drawn_at": now,
        },
        at,
    )
    outbox.put(
        "task", {"task_id": "t", "round_id": "r", "position": 1, "exposure_uid": "1.2", "instance_uid": "1.3"}, at
    )
    outbox.put("user", {"user_id": "u", "name": "Jo", "initials": "JO", "updated_at": now}, at)
    result = client.drain()
    assert (result.sent, result.dead) == (5, 0), central.rows("SELECT type, reason FROM received_event")
    assert central.rows("SELECT dap_gym2 FROM exposure") == [(1e-6,)]
    assert central.rows("SELECT n_images FROM examination") == [(2,)]
    assert central.rows("SELECT n_candidates FROM round") == [(9,)]
    assert central.rows("SELECT state FROM task") == [("open",)]
    assert central.rows('SELECT role FROM "user"') == [("radiographer",)]


def test_days_offline_then_everything_once_and_in_order(central: Central, db: Path):
    client = enrolled(central, db)
    central.stop()
    for number in range(1200):
        outbox.put("case", case_payload(f"c{number % 40}", keys=number), utc_now())
    result = client.drain()
    assert (result.state, result.pending) == ("offline", 1200)
    assert result.wait_s is not None
    central.start()
    assert client.drain().sent == 1200
    assert central.event_ids() == outbox_ids()
    assert central.rows("SELECT MIN(keys), COUNT(*) FROM retake_case") == [(1160, 40)]
    assert central.rows("SELECT acked_through, pending FROM kiosk") == [(1200, 0)]


def test_the_server_dies_between_commit_and_answer(central: Central, db: Path):
    client = enrolled(central, db)
    central.stop()
    mortal = Central(central.database, script=DYING_SERVER, port=central.port)
    for number in range(3):
        put_cases(*(f"c{number}-{i}" for i in range(20)))
        mortal.start()
        assert client.drain().state == "offline"
        mortal.process.wait(PATIENCE_S)
        assert len(central.event_ids()) == 20 * (number + 1), "it had committed"
        assert outbox_ids("pending")
    central.start()
    assert client.drain().state == "ok"
    assert central.event_ids() == outbox_ids()
    assert len(outbox_ids()) == 60


@pytest.mark.parametrize("method", ["_send", "_apply"])
def test_the_kiosk_dies_before_it_sends_or_before_it_marks(central: Central, db: Path, method: str):
    client = enrolled(central, db)
    for number in range(3):
        put_cases(*(f"c{number}-{i}" for i in range(20)))
        died = subprocess.run([sys.executable, "-c", DYING_CLIENT, str(db), central.url, method], timeout=PATIENCE_S)
        assert died.returncode == -signal.SIGKILL
        assert len(outbox_ids("pending")) == 20 * (number + 1), "it had marked nothing"
    assert len(central.event_ids()) == (60 if method == "_apply" else 0)
    assert client.drain().state == "ok"
    assert central.event_ids() == outbox_ids()
    assert len(central.rows("SELECT 1 FROM received_event")) == 60


def test_a_poison_record_is_set_aside_and_the_rest_goes_on(central: Central, db: Path):
    client = enrolled(central, db)
    put_cases("before")
    put_cases("odd-type", state=7)
    put_cases("long", detail="x" * 70_000)
    outbox.put("hologram", {"a": 1}, utc_now())
    for payload in ("{broken", '"\\ud800"', '{"case_id": null}'):
        Outbox.create(
            event_id=f"raw-{len(payload)}",
            type="case",
            version=1,
            occurred_at=utc_now(),
            payload=payload,
        )
    Outbox.update(version=9).where(Outbox.event_id == "raw-17").execute()
    put_cases("nul", detail="a\x00b\x1b[31m")
    put_cases(*(f"after-{i}" for i in range(600)))
    result = client.drain()
    assert result.state == "ok"
    assert result.pending == 0
    assert result.dead == 6
    assert outbox.dead_count() == 6
    assert len(central.rows("SELECT 1 FROM retake_case")) == 602
    assert central.rows("SELECT detail FROM retake_case WHERE case_id = 'nul'") == [("ab[31m",)]
    reasons = {reason for (reason,) in central.rows("SELECT reason FROM received_event WHERE verdict = 'rejected'")}
    assert reasons == {
        "unknown type",
        "unknown version 9 of case",
        "state is of the wrong type",
        "detail is longer than 4000 characters",
    }
    assert all(row.verdict for row in Outbox.select().where(Outbox.state == "dead"))


def test_the_server_is_restored_from_an_old_backup(central: Central, db: Path):
    client = enrolled(central, db)
    put_cases("c1", "c2", "c3", "c4", "c5")
    client.drain()
    with inside(central, db):
        for number in (2, 3, 5):
            Kiosk.update(acked_through=1).execute()
            Kiosk._meta.database.execute_sql(f"DELETE FROM received_event WHERE seq = {number}")
            Kiosk._meta.database.execute_sql(f"DELETE FROM retake_case WHERE case_id = 'c{number}'")
    assert client.drain().state == "ok"
    assert len(central.rows("SELECT 1 FROM retake_case")) == 5
    assert central.event_ids() == outbox_ids()
    assert central.rows("SELECT acked_through FROM kiosk") == [(5,)]


def test_the_kiosk_is_restored_and_starts_a_new_epoch(central: Central, db: Path):
    client = enrolled(central, db)
    put_cases("c1", "c2")
    client.drain()
    settings.put("epoch", new_id())
    put_cases("c3")
    assert client.drain().state == "ok"
    assert central.event_ids() == outbox_ids()
    assert len(central.rows("SELECT 1 FROM received_event")) == 3
    assert central.rows("SELECT acked_through FROM kiosk") == [(3,)]


def test_a_copied_database_is_noticed_and_nothing_is_overwritten(central: Central, db: Path):
    client = enrolled(central, db)
    put_cases("mine")
    client.drain()
    Outbox.update(event_id="other-event", payload='{"case_id": "theirs"}', state="pending").execute()
    result = client.drain()
    assert result.dead == 1
    assert central.rows("SELECT case_id FROM retake_case") == [("mine",)]
    assert central.rows("SELECT event_id, reason FROM conflicting_event") == [
        ("other-event", "another event has this place in the kiosk's sequence")
    ]


def test_a_refused_event_can_be_offered_again_after_an_upgrade(central: Central, db: Path):
    client = enrolled(central, db)
    put_cases("c1")
    client.drain()
    with inside(central, db):
        Kiosk._meta.database.execute_sql("UPDATE received_event SET verdict = 'rejected', reason = 'then unknown'")
        Kiosk._meta.database.execute_sql("DELETE FROM retake_case")
    Outbox.update(state="pending").execute()
    assert client.drain().sent == 1
    assert len(central.rows("SELECT 1 FROM retake_case")) == 1


def test_a_code_works_once_for_its_own_room(central: Central, db: Path):
    with inside(central, db):
        code = enrolment.new_code("kamer-2")
    client = SyncClient(central.url)
    with pytest.raises(Refused, match="for room kamer-2"):
        client.enrol(code, "Kiosk", "kamer-1")
    client.enrol(f" {code.lower().replace('-', ' ')} ", "Kiosk", "kamer-2")
    with pytest.raises(Refused, match="wrong, used or expired"):
        client.enrol(code, "Kiosk", "kamer-2")
    stored = str(central.rows("SELECT * FROM kiosk") + central.rows("SELECT * FROM enrol_code"))
    assert settings.get("kiosk_token") not in stored
    assert code.replace("-", "") not in stored


def test_who_guesses_codes_is_slowed_down(central: Central, db: Path):
    client = SyncClient(central.url)
    for _ in range(5):
        with pytest.raises(Refused):
            client.enrol("AAAA-AAAA", "Kiosk", "kamer-1")
    with pytest.raises(SyncError, match="429"):
        client.enrol("AAAA-AAAA", "Kiosk", "kamer-1")


def test_a_revoked_kiosk_stops_and_keeps_everything(central: Central, db: Path):
    client = enrolled(central, db)
    with inside(central, db):
        assert enrolment.revoke("kamer-1") == 1
    put_cases("c1")
    result = client.drain()
    assert (result.state, result.pending, outbox.dead_count()) == ("refused", 1, 0)
    assert result.wait_s >= 300
    assert settings.get("sync")["state"] == "refused"


def test_documents_are_pulled_once_and_only_forward(central: Central, db: Path):
    client = enrolled(central, db)
    assert client.pull_documents() == [], "the shipped ones are no newer than the shipped ones"
    with inside(central, db):
        for kind, body in (("reasons", newer_reasons(2)), ("forms", {"version": "broken"}), ("drl", {"table": ""})):
            Document.create(kind=kind, version=50, source="test", body=json.dumps(body), received_at=utc_now())
        User.create(user_id="u1", name="Jo", initials="JO", updated_at=utc_now())
    assert client.pull_documents() == ["reasons", "users"]
    assert client.pull_documents() == []
    assert [row.kind for row in Document.select()] == ["reasons"], "what cannot be read is not installed"
    assert User.get().initials == "JO"


def test_a_badge_given_at_the_server_opens_every_kiosk(central: Central, db: Path):
    with inside(central, db):
        user_id = people.add(people.Draft(name="J. de Vries", initials="JV"), "admin", utc_now()).user_id
        people.set_badge(user_id, "20481596", "admin", utc_now())
    own = people.add(people.Draft(name="P. Bakker", initials="PB"), "admin", utc_now()).user_id
    people.set_badge(own, "11112222", "admin", utc_now())
    client = enrolled(central, db)
    client.pull_documents()
    assert people.person_of_badge("20481596") == user_id
    assert people.person_of_badge("11112222") == own, "set before the kiosk enrolled"


def newer_reasons(version: int) -> dict:
    reason = {"code": "only", "key": "7", "nl": "Een", "en": "One", "cid7011": "111209"}
    return {"version": version, "source": "test", "reason": [reason], "no_reject": []}


def test_a_batch_that_inflates_beyond_all_bounds_is_refused(central: Central, db: Path):
    enrolled(central, db)
    headers = {"Authorization": f"Bearer {settings.get('kiosk_token')}", "Content-Encoding": "gzip"}
    bomb = gzip.compress(b" " * (64 << 20))
    answer = httpx.post(f"{central.url}/api/v1/events", content=bomb, headers=headers)
    assert answer.status_code == 413
    assert httpx.post(f"{central.url}/api/v1/events", content=b"no gzip", headers=headers).status_code == 400
    big = httpx.post(f"{central.url}/api/v1/events", content=b"x" * (3 << 20), headers=headers)
    assert big.status_code == 413
    assert httpx.post(f"{central.url}/api/v1/events", content=b"{}").status_code == 401


def test_a_batch_of_another_kiosk_is_refused(central: Central, db: Path):
    client = enrolled(central, db)
    settings.put("kiosk", {"kiosk_id": "someone-else", "name": "x", "room": "kamer-1"})
    put_cases("c1")
    assert client.drain().state == "refused"


def test_it_stops_cleanly(central: Central, db: Path):
    assert httpx.get(f"{central.url}/healthz").text == "ok\n"
    assert central.stop() == 0
