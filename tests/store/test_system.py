"""Audit chain, outbox, jobs, documents, the node's lock, and the schema."""

import os
import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from playhouse.schema_diff import diff_models

from iqs_tui.store import audit, documents, jobs, node_lock, outbox, settings
from iqs_tui.store import database as store
from iqs_tui.store.models import ALL, Audit
from tests.store.records import NOON


def test_migrations_make_the_schema_of_the_models(db: Path) -> None:
    assert store.schema_version() is not None
    assert not any(diff_models(store.database.obj, list(ALL)))


def test_a_newer_database_is_left_untouched(db: Path) -> None:
    store.database.execute_sql("insert into schema_migration (name, applied) values ('9999_future', '2030-01-01')")
    with pytest.raises(store.NewerSchema, match="9999_future"):
        store.open_database(db)


def test_the_audit_log_shows_where_it_was_altered(db: Path) -> None:
    for number in range(5):
        audit.append("u1", "deed", str(number), {"n": number}, NOON)
    assert audit.first_break() is None
    Audit.update(actor="u2").where(Audit.seq == 3).execute()
    assert audit.first_break() == 3


def test_the_audit_log_shows_a_missing_row(db: Path) -> None:
    for number in range(5):
        audit.append("u1", "deed", str(number), None, NOON)
    Audit.delete().where(Audit.seq == 2).execute()
    assert audit.first_break() == 3


def test_a_cut_audit_log_is_still_whole_but_not_when_cut_by_hand(db: Path) -> None:
    for number in range(4):
        audit.append("u1", "deed", str(number), None, NOON + timedelta(days=number))
    audit.cut(NOON + timedelta(days=2))
    assert audit.first_break() is None
    Audit.delete().where(Audit.seq == 3).execute()
    assert audit.first_break() == 4


@pytest.mark.parametrize(("folder_mode", "expected"), [(0o755, 0o600), (0o2770, 0o660)])
def test_a_database_is_its_owners_unless_its_folder_hands_a_group_on(tmp_path, folder_mode: int, expected: int) -> None:
    """docs/admin-ssh.md: managers have accounts of their own, and share the folder's group."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(folder_mode)
    umask = os.umask(0o007)
    try:
        store.open_database(folder / "iqs.db")
        audit.append("admin", "deed")
        rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("iqs.db*")}
    finally:
        os.umask(umask)
        store.close_connection()
    assert {rights[name] for name in ("iqs.db", "iqs.db-wal", "iqs.db-shm")} == {expected}


def test_the_epoch_is_made_once(db: Path) -> None:
    assert outbox.epoch() == outbox.epoch()


def test_outbox_events_wait_in_order_until_acknowledged(db: Path) -> None:
    for number in range(3):
        outbox.put("case", {"n": number}, NOON)
    events = outbox.pending()
    assert [e.payload for e in events] == ['{"n":0}', '{"n":1}', '{"n":2}']
    outbox.mark_acked([events[0].event_id], NOON)
    outbox.mark_dead(events[1].event_id, "no")
    assert (outbox.depth(), outbox.dead_count()) == (1, 1)
    outbox.requeue(events[1].event_id, "admin:a")
    assert outbox.depth() == 2


def test_a_sequence_number_is_never_given_twice(db: Path) -> None:
    outbox.put("case", {}, NOON)
    first = outbox.pending()[0]
    outbox.mark_acked([first.event_id], NOON)
    outbox.forget_acked(NOON + timedelta(days=1))
    outbox.forget_unsent(NOON + timedelta(days=1))
    outbox.put("case", {}, NOON)
    assert outbox.pending()[0].seq > first.seq


def test_a_job_goes_from_face_to_node_and_back(db: Path) -> None:
    job_id = jobs.ask("echo", {"host": "x"}, "u1")
    taken = jobs.take_next()
    assert taken is not None
    assert (taken.job_id, taken.state, jobs.take_next()) == (job_id, "running", None)
    jobs.progress(job_id, 1, 3)
    jobs.finish(job_id, result={"ok": True})
    done = jobs.get(job_id)
    assert done is not None
    assert (done.state, done.result, done.progress) == ("done", {"ok": True}, 1)


def test_what_a_stopped_node_was_doing_is_done_again(db: Path) -> None:
    jobs.ask("echo", {}, None)
    jobs.take_next()
    assert jobs.give_back() == 1
    assert jobs.take_next() is not None


def test_a_bad_document_changes_nothing(db: Path) -> None:
    before = documents.reasons()
    with pytest.raises(ValueError, match="reasons"):
        documents.install("reasons", 9, '{"version": 9}', "https://x")
    one = '{"code":"%s","key":"1","nl":"","en":"","cid7011":""}'
    twice = f'{{"version":9,"source":"","reason":[{one % "a"},{one % "b"}],"no_reject":[]}}'
    with pytest.raises(ValueError, match="twice"):
        documents.install("reasons", 9, twice, "https://x")
    assert documents.reasons() == before


def test_an_older_document_does_not_replace_a_newer(db: Path) -> None:
    body = '{"version":5,"source":"s","reason":[],"no_reject":[]}'
    assert documents.install("reasons", 5, body, "https://x")
    assert not documents.install("reasons", 4, body, "https://x")
    assert documents.version("reasons") == 5


def test_settings_keep_json(db: Path) -> None:
    settings.put("node", {"pid": 1})
    settings.put("node", {"pid": 2})
    assert settings.get("node") == {"pid": 2}
    assert settings.get("nothing", "x") == "x"


def test_one_node_per_database(tmp_path: Path) -> None:
    database = tmp_path / "iqs.db"
    assert not node_lock.is_running(database)
    with node_lock.acquire(database):
        assert node_lock.is_running(database)
        with pytest.raises(node_lock.NodeIsRunning, match=re.escape(str(database))):
            node_lock.acquire(database)
    assert not node_lock.is_running(database)


def test_every_model_is_listed() -> None:
    assert {model.__name__ for model in store.Base.__subclasses__() if model.__module__.startswith("iqs_tui.")} == {
        model.__name__ for model in ALL
    }
