"""A backup is whole, of one moment, and never half there; verify finds what is broken."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iqs_tui.store import audit, backup, outbox, verification
from iqs_tui.store.database import close_connection, writing
from iqs_tui.store.models import Audit, Setting
from tests.waiting import PATIENCE_S

AT = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def levels(path: Path) -> dict[str, str]:
    return {finding.subject: finding.level for finding in verification.verify(path)}


def test_a_backup_is_a_whole_database_readable_by_its_owner_only(db, tmp_path) -> None:
    with writing():
        audit.append("admin", "something", None, None, AT)
    told = []
    target = tmp_path / "deep" / "copy.db"
    size = backup.back_up(db, target, lambda done, total: told.append((done, total)))
    assert size == target.stat().st_size
    assert target.stat().st_mode & 0o077 == 0
    assert told[-1][0] == told[-1][1] > 0
    assert list(target.parent.iterdir()) == [target]
    assert set(levels(target).values()) == {"ok"}


def test_a_backup_put_back_starts_a_new_epoch(db, tmp_path) -> None:
    """Its sequence numbers were used by the original after the copy was made."""
    before = outbox.epoch()
    target = tmp_path / "copy.db"
    backup.back_up(db, target)
    assert outbox.epoch() == before
    with closing(sqlite3.connect(target)) as copy:
        assert before not in copy.execute("SELECT value FROM setting WHERE key = 'epoch'").fetchone()[0]


def test_a_backup_ends_while_the_node_keeps_writing(db, tmp_path) -> None:
    Setting.insert_many(
        [{"key": f"k{number}", "value": "x" * 4000, "updated_at": AT} for number in range(1500)]
    ).execute()
    ended = threading.Event()

    def write_on() -> None:
        with closing(sqlite3.connect(db, timeout=PATIENCE_S)) as other:
            number = 0
            while not ended.is_set():
                number += 1
                other.execute(
                    "INSERT INTO setting (key, value, updated_at) VALUES (?, '1', ?)", (f"n{number}", str(AT))
                )
                other.commit()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        backup.back_up(db, tmp_path / "copy.db")
    finally:
        ended.set()
        writer.join()
    assert levels(tmp_path / "copy.db")["integrity"] == "ok"


def test_a_failed_backup_leaves_the_older_one_alone(tmp_path) -> None:
    target = tmp_path / "copy.db"
    target.write_bytes(b"the older backup")
    source = tmp_path / "no.db"
    source.write_bytes(b"this is no database" * 100)
    with pytest.raises(backup.BackupFailed, match="not a database"):
        backup.back_up(source, target)
    assert target.read_bytes() == b"the older backup"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["copy.db", "no.db"]


def test_the_database_is_never_its_own_backup(db) -> None:
    with pytest.raises(backup.BackupFailed, match="the database itself"):
        backup.back_up(db, db)


def test_verify_finds_a_changed_audit_row(db) -> None:
    with writing():
        for action in ("one", "two", "three"):
            audit.append("admin", action, None, None, AT)
    assert levels(db)["audit log"] == "ok"
    Audit.update(actor="somebody else").where(Audit.action == "two").execute()
    findings = {finding.subject: finding for finding in verification.verify(db)}
    assert findings["audit log"].level == "fail"
    assert "row 2" in findings["audit log"].what
    assert findings["audit log"].advice


def test_verify_finds_damage_and_says_what_to_do(db) -> None:
    with writing():
        for number in range(300):
            audit.append("admin", f"action {number}", None, {"words": "x" * 200}, AT)
    close_connection()
    content = bytearray(db.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 9000] = b"\xff" * 9000
    db.write_bytes(content)
    found = list(verification.verify(db))
    assert found[0].level == "fail"
    assert "backup" in found[0].advice


def test_verify_finds_a_missing_column(db) -> None:
    close_connection()
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("ALTER TABLE log DROP COLUMN message")
    findings = {finding.subject: finding for finding in verification.verify(db)}
    assert "log.message" in findings["schema"].what


def test_verify_of_what_is_not_there(tmp_path) -> None:
    assert [finding.level for finding in verification.verify(tmp_path / "no.db")] == ["fail"]
    assert not (tmp_path / "no.db").exists()
