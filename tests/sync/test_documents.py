"""An edit of the DRN mapping travels to the server and from there to every kiosk; a refused one is not lost.

`tests/integration/test_central_postgres.py` runs all of this again on PostgreSQL.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from iqs_tui.clock import utc_now
from iqs_tui.domain.drl import RowMapping
from iqs_tui.store import database as store
from iqs_tui.store import document_history as history
from iqs_tui.store import documents, drl, drl_editing, outbox
from iqs_tui.store.drl_editing import Editor
from iqs_tui.store.models import Document, Outbox
from iqs_tui.sync.client import SyncClient
from tests.sync.serving import Central, enrolled, inside

KNEE = RowMapping(population="", procedure_nl="", modalities=("DX",), matches="knie")
FYSICUS = Editor(actor="user-K", name="K. Fysicus")


def edit(pattern: str) -> drl_editing.Edited:
    draft = replace(KNEE, matches=pattern)
    return drl_editing.add(draft, drl_editing.stand().digest, FYSICUS, utc_now(), f"nieuw: {pattern}")


def patterns() -> list[str]:
    return [item.matches for item in drl.book().mappings if item.is_none]


class Kiosk:
    """A kiosk with a database of its own; the tests are one process, and change over."""

    def __init__(self, central: Central, path: Path, room: str) -> None:
        self.path = path
        with self.at():
            self.client: SyncClient = enrolled(central, path, room)

    @contextmanager
    def at(self) -> Iterator["Kiosk"]:
        store.close_connection()
        store.open_database(self.path)
        yield self

    def sync(self) -> list[str]:
        assert self.client.drain().state == "ok"
        return self.client.pull_documents()


@pytest.fixture
def kiosks(central: Central, db: Path, tmp_path: Path) -> tuple[Kiosk, Kiosk]:
    one = Kiosk(central, db, "kamer-1")
    return one, Kiosk(central, tmp_path / "second.db", "kamer-2")


def test_an_edit_reaches_the_server_and_through_it_the_other_kiosk(central: Central, kiosks):
    one, two = kiosks
    with one.at():
        edit("knie")
        assert patterns() == ["knie"], "in force at once, also before the server has it"
        assert one.sync() == []
        assert outbox.dead_count() == 0
    with two.at():
        assert two.sync() == ["drl"]
        assert patterns() == ["knie"]
        assert two.sync() == []
    with inside(central, one.path):
        newest = history.versions("drl")[0]
        assert (newest.number, newest.installed_by, newest.note) == (3, "K. Fysicus", "nieuw: knie")


def test_edits_one_after_the_other_all_arrive(central: Central, kiosks):
    one, two = kiosks
    with one.at():
        for pattern in ("knie", "pols", "enkel"):
            edit(pattern)
        one.sync()
    with two.at():
        two.sync()
        edit("hand")
        two.sync()
    with one.at():
        assert one.sync() == ["drl"]
        assert patterns() == ["knie", "pols", "enkel", "hand"]


def test_of_two_edits_at_once_the_first_counts_and_the_second_is_kept_beside_it(central: Central, kiosks):
    one, two = kiosks
    with one.at():
        edit("knie")
    with two.at():
        edit("pols")
        edit("enkel")
        assert two.sync() == []
    with one.at():
        assert one.client.drain().dead == 1
        assert patterns() == ["knie"], "its own, until the server's is there"
        assert one.client.pull_documents() == ["drl"]
        assert patterns() == ["pols", "enkel"]
        assert "changed by somebody else" in Outbox.get(Outbox.state == "dead").verdict
        refused = next(one for one in history.versions("drl") if one.is_refused)
        assert (refused.number, refused.note) == (-1, "nieuw: knie")
        drl_editing.restore(refused.number, drl_editing.stand().digest, FYSICUS, utc_now())
        assert patterns() == ["knie"], "put back on purpose, on top of the other"
        one.sync()
        assert outbox.dead_count() == 1
    with two.at():
        assert two.sync() == ["drl"]
        assert patterns() == ["knie"]


def test_the_same_number_on_both_sides_leaves_no_kiosk_behind(central: Central, kiosks):
    """Both have a version 3, and the server has handed its own out before the verdict came."""
    one, two = kiosks
    with two.at():
        edit("pols")
        two.sync()
    with one.at():
        edit("knie")
        one.client.pull_documents()
        assert patterns() == ["knie"], "its own edit waits for the verdict"
        assert documents.version("drl") == 3
        one.sync()
        assert patterns() == ["pols"]
        assert documents.version("drl") == 3
        edit("knie")
        one.sync()
        assert outbox.dead_count() == 1
    with two.at():
        two.sync()
        assert patterns() == ["pols", "knie"]


def test_the_same_edit_again_does_nothing(central: Central, kiosks):
    one, _ = kiosks
    with one.at():
        edit("knie")
        one.sync()
        Outbox.update(state="pending").execute()
        assert (one.client.drain().dead, patterns()) == (0, ["knie"])
    assert central.rows("SELECT version FROM document WHERE kind = 'drl'") == [(3,)]


def test_a_refused_edit_offered_again_stays_refused(central: Central, kiosks):
    one, two = kiosks
    with two.at():
        edit("pols")
        two.sync()
    with one.at():
        edit("knie")
        one.sync()
        outbox.requeue(Outbox.get(Outbox.state == "dead").event_id, "admin")
        one.sync()
        assert outbox.dead_count() == 1
        assert patterns() == ["pols"]


def test_where_the_server_knows_no_edits_the_kiosk_keeps_its_own(central: Central, kiosks):
    one, _ = kiosks
    with one.at():
        edit("knie")
        outbox.mark_dead(Outbox.get().event_id, documents.NOT_KNOWN)
        one.client.pull_documents()
        assert patterns() == ["knie"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "reasons"}, "not edited at a kiosk"),
        ({"body": {"version": 9, "table_version": 1, "table": "x"}}, "cannot be used"),
        ({"body": 5}, "cannot be used"),
        ({"version": "x"}, "not an edit"),
    ],
)
def test_what_is_no_edit_is_refused_with_its_reason(central: Central, kiosks, changes: dict, reason: str):
    one, _ = kiosks
    with one.at():
        edit("knie")
        row = Outbox.get()
        Outbox.update(payload=json.dumps(json.loads(row.payload) | changes)).execute()
        assert one.client.drain().dead == 1
        assert reason in Outbox.get().verdict
    assert central.rows("SELECT kind FROM document") == []


def test_a_refused_edit_fetches_the_servers_document_in_the_same_cycle(central: Central, kiosks):
    one, two = kiosks
    with one.at():
        one.client.cycle()
    with two.at():
        edit("pols")
        two.sync()
    with one.at():
        edit("knie")
        one.client.cycle()
        assert patterns() == ["pols"]
        assert Document.get().source.startswith("http")


def test_the_server_lists_protocols_without_a_mapping_until_a_kiosk_maps_them(central: Central, kiosks):
    one, _ = kiosks
    now = utc_now().isoformat()
    shared = {"study_uid": "1", "device_id": "d", "received_at": now, "modality": "DX", "view": "AP"}
    with one.at():
        for number, name in enumerate(("Knie AP", "Knie AP", "Pols AP")):
            outbox.put("exposure", {"exposure_uid": f"1.{number}", "protocol": name} | shared, utc_now())
        outbox.put("examination", shared | {"study_uid": "2", "modality": "CT", "procedure": "CT hals"}, utc_now())
        assert one.client.drain().dead == 0
        page = httpx.get(f"{central.url}/protocols").text
        assert page.index("Knie AP") < page.index("Pols AP")
        assert "CT hals" in page
        edit("knie")
        one.client.drain()
    page = httpx.get(f"{central.url}/protocols").text
    assert "Knie AP" not in page
    assert "Pols AP" in page
