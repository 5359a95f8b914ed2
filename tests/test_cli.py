"""The command line as scripts see it: exit status, one line on stderr, and what the kiosk never loads."""

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from iqs_tui.central import enrolment
from iqs_tui.clock import utc_now
from iqs_tui.simulator.scenarios import SCENARIOS
from iqs_tui.store import database, node_lock
from iqs_tui.store.models import Setting
from tests.waiting import PATIENCE_S

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("pydicom", "pynetdicom", "httpx", "fastapi", "uvicorn", "pyarrow", "numpy", "jinja2", "psycopg", "PIL")


def iqs(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "iqs_tui", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=os.environ | environ,
    )


def refused(done: subprocess.CompletedProcess[str], status: int) -> str:
    """Hold that a command ended with this status and one line on stderr; return the line."""
    assert done.returncode == status, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.fixture
def made(db) -> Path:
    """A database that is there, and not open in this process."""
    database.close_connection()
    return db


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export"], "WHAT"),
        (["export", "everything"], "exposures"),
        (["export", "cases", "--from", "21-11-2026"], "2026-11-21"),
        (["export", "cases", "--format", "xlsx"], "parquet"),
        (["export", "cases", "--from", "2026-11-02", "--to", "2026-11-01"], "lies after"),
        (["report"], "--month"),
        (["export", "cases", "--to", "9999-12-31"], "2026-11-21"),
        (["report", "--month", "2026-13"], "2026-11"),
        (["report", "--month", "9999-12"], "2026-11"),
        (["central", "--enrol", "kamer 1"], "letters"),
        (["central", "--enrol", "kamer-1", "--revoke", "kamer-1"], "not allowed with"),
        (["simulate"], "--list"),
        (["simulate", "quiet", "--to", "nowhere"], "HOST:PORT"),
        (["simulate", "riot", "--to", "localhost:1"], "reject_note"),
        (["node", "--port", "70000"], "65535"),
        (["db"], "DEED"),
        (["dance"], "kiosk"),
        (["--dance"], "--dance"),
    ],
)
def test_wrong_use_is_status_2_and_says_what_is_allowed(arguments: list[str], words: str) -> None:
    assert words in refused(iqs(*arguments), 2)


def test_options_stand_before_the_command(made) -> None:
    refused(iqs("status", "--db", made), 2)
    assert iqs("--db", made, "status").returncode == 0


def test_a_missing_or_wrong_config_is_one_line(tmp_path) -> None:
    assert "no such file" in refused(iqs("--config", tmp_path / "no.toml", "status"), 1)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[listener]\nport = 'eleven'\n")
    assert "listener.port" in refused(iqs("status", IQS_CONFIG=str(wrong)), 1)


def test_the_database_comes_from_the_option_or_the_environment(made, tmp_path) -> None:
    assert json.loads(iqs("status", "--json", IQS_DB=str(made)).stdout)["database"] == str(made)
    other = tmp_path / "other.db"
    iqs("--db", other, "db", "migrate", IQS_DB=str(made))
    assert other.is_file()


@pytest.mark.parametrize(
    "command", [["export", "cases"], ["status"], ["report", "--month", "2026-11"], ["db", "backup"]]
)
def test_what_only_reads_makes_no_database(tmp_path, command: list[str]) -> None:
    path = tmp_path / "folder" / "none.db"
    assert str(path) in refused(iqs("--db", path, *command), 1)
    assert not path.parent.exists()


def test_only_the_central_server_takes_a_url(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["status"], ["node"], ["db", "migrate"]):
        line = refused(iqs("--db", "postgresql://iqs:secret@host/name", *command, PYTHONPATH=str(ROOT)), 1)
        assert "allowed: a file" in line
        assert "secret" not in line
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database_is_one_line(tmp_path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear colleague, " * 100)
    refused(iqs("--db", path, "status"), 1)


def test_a_database_of_a_newer_version_is_left_alone(made) -> None:
    database.open_database(made)
    database.database.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_future', '2030-01-01')")
    database.close_connection()
    assert "newer version" in refused(iqs("--db", made, "status"), 1)


def test_a_second_node_is_one_line(made) -> None:
    with node_lock.acquire(made):
        assert "already runs" in refused(iqs("--db", made, "node", "--port", "0"), 1)


def test_a_port_in_use_is_one_line(made) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert str(port) in refused(iqs("--db", made, "node", "--port", port), 1)


def test_export_writes_a_file_only_when_it_is_complete(made, tmp_path) -> None:
    target = tmp_path / "cases.jsonl"
    assert iqs("--db", made, "export", "cases", "-o", target).returncode == 0
    assert target.read_bytes() == b""
    line = refused(iqs("--db", made, "export", "cases", "-o", tmp_path / "no" / "cases.csv"), 1)
    assert line == f"iqs-tui: {tmp_path / 'no'}: there is no such folder\n"
    assert {path.name for path in tmp_path.iterdir() if path.is_file() and "cases" in path.name} == {"cases.jsonl"}


def test_an_export_is_for_its_owner_only_unless_the_file_was_shared(made, tmp_path) -> None:
    target = tmp_path / "cases.csv"
    for expected in (0o600, 0o640):
        assert iqs("--db", made, "export", "cases", "--format", "csv", "-o", target).returncode == 0
        assert stat.S_IMODE(target.stat().st_mode) == expected
        target.chmod(0o640)
        assert target.read_text().startswith("case_id,")


@pytest.mark.parametrize("command", [["export", "cases"], ["report", "--month", "2026-11"]])
def test_the_database_is_never_written_over(made, command: list[str]) -> None:
    before = made.read_bytes()
    assert "not to be written over" in refused(iqs("--db", made, *command, "-o", made), 1)
    assert made.read_bytes()[:100] == before[:100]


def test_an_export_goes_through_a_link(made, tmp_path) -> None:
    target, link = tmp_path / "cases.csv", tmp_path / "newest.csv"
    target.touch()
    link.symlink_to(target)
    assert iqs("--db", made, "export", "cases", "--format", "csv", "-o", link).returncode == 0
    assert link.is_symlink()
    assert target.read_text().startswith("case_id,")


def test_export_to_a_named_pipe_leaves_the_pipe(made, tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert iqs("--db", made, "export", "cases", "--format", "csv", "-o", pipe).returncode == 0
        assert reader.communicate(timeout=PATIENCE_S)[0].startswith(b"case_id,")
    assert pipe.is_fifo()


def test_export_to_a_reader_that_goes_away_is_no_traceback(made) -> None:
    database.open_database(made)
    from iqs_tui.store import audit

    with database.writing():
        for number in range(3000):
            audit.append("admin", f"deed {number}", None, {"words": "x" * 100})
    database.close_connection()
    command = f"{sys.executable} -m iqs_tui --db {made} export audit | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.stderr == ""
    assert json.loads(done.stdout)["action"] == "deed 0"


def test_status_for_scripts_and_for_people(made) -> None:
    state = json.loads(iqs("--db", made, "status", "--json").stdout)
    assert {"node", "listener", "counts", "open_cases", "outbox_depth", "last_sync", "disk", "clock"} <= state.keys()
    assert "open cases" in iqs("--db", made, "status").stdout


@pytest.mark.parametrize("file_format", ["html", "pdf"])
def test_a_report_that_is_not_made_yet_says_so(made, file_format: str) -> None:
    line = refused(iqs("--db", made, "report", "--month", "2026-11", "--format", file_format), 1)
    assert "--format md" in line


@pytest.mark.parametrize(("language", "words"), [("nl", "Opnamen van"), ("en", "Exposures from")])
def test_the_report_speaks_the_language_of_the_site(made, language: str, words: str) -> None:
    done = iqs("--db", made, "report", "--month", "2026-11", "--format", "md", IQS_SITE__LANGUAGE=language)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout


def test_backup_verify_and_migrate(made, tmp_path) -> None:
    target = tmp_path / "copy.db"
    assert "verified" in iqs("--db", made, "db", "backup", target).stdout
    assert iqs("--db", target, "db", "verify").returncode == 0
    named = iqs("--db", made, "db", "backup").stdout.split(":")[0]
    assert Path(named).parent == made.parent / "backups"
    assert "up to date" in iqs("--db", made, "db", "migrate").stdout


def test_verify_of_a_damaged_database_is_status_1_and_says_what_to_do(made) -> None:
    made.write_bytes(made.read_bytes()[:20_000])
    done = iqs("--db", made, "db", "verify")
    assert done.returncode == 1
    assert "backup" in done.stdout
    assert done.stderr == ""


def test_import_names_every_bad_row_on_one_line(made, tmp_path) -> None:
    file = tmp_path / "users.csv"
    file.write_text("name,initials\n,A\n,B\n")
    line = refused(iqs("--db", made, "db", "import", "users", file), 1)
    assert "row 2, name" in line
    assert "row 3, name" in line
    file.write_text("name,initials\nJolanda,JV\n")
    assert "1 added" in iqs("--db", made, "db", "import", "users", file).stdout


def test_the_scenarios_are_listed_one_per_line() -> None:
    lines = iqs("simulate", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(SCENARIOS)


def test_simulate_to_nobody_is_one_line(free_port) -> None:
    assert "cannot be reached" in refused(iqs("simulate", "quiet", "--to", f"127.0.0.1:{free_port}"), 1)


def test_central_hands_out_a_code_from_the_database_that_was_given(tmp_path) -> None:
    path = tmp_path / "central.db"
    done = iqs("--db", path, "central", "--enrol", "kamer-1")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) == 9
    assert path.is_file()


def test_central_revokes_the_kiosks_of_a_room(tmp_path) -> None:
    path = tmp_path / "central.db"
    code = iqs("--db", path, "central", "--enrol", "kamer-1").stdout.strip()
    assert "no kiosk" in refused(iqs("--db", path, "central", "--revoke", "kamer-1"), 1)
    database.open_database(path)
    given = enrolment.enrol(code, "Kiosk", "kamer-1", utc_now())
    assert iqs("--db", path, "central", "--revoke", "kamer-1").stdout == "kamer-1: 1 revoked\n"
    assert enrolment.kiosk_of_token(given.token) is None
    database.close_connection()


@pytest.mark.parametrize("arguments", [["central"], ["central", "--enrol", "kamer-1"]])
def test_central_takes_a_file_or_postgresql(arguments: list[str]) -> None:
    assert "postgresql://" in refused(iqs("--db", "mysql://user:secret@host/name", *arguments), 1)


def test_the_kiosk_loads_nothing_of_dicom_http_or_parquet(made) -> None:
    """The whole way of the kiosk but for drawing its first frame; PostgreSQL's driver alone would cost 0.1 s."""
    code = f"""
import sys
from iqs_tui import cli
cli.leave_out_postgresql()
from iqs_tui.ui import app
app.IqsApp.run = lambda self: None
assert cli.main(["--db", "{made}"]) == 0
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


@pytest.mark.parametrize(
    "command", [["status", "--json"], ["export", "cases"], ["db", "verify"], ["simulate", "--list"]]
)
def test_no_command_loads_the_face(made, command: list[str]) -> None:
    code = (
        "import sys; from iqs_tui import cli;"
        f"cli.main({['--db', str(made), *command]!r}); sys.exit('textual' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr


class TestDoctor:
    """What stands in the way, and what to do."""

    def test_a_fresh_machine_can_start(self, tmp_path, free_port) -> None:
        done = iqs("--db", tmp_path / "iqs.db", "doctor", IQS_LISTENER__PORT=str(free_port))
        assert done.returncode == 0, done.stdout
        assert f"{free_port} is free" in done.stdout
        assert not (tmp_path / "iqs.db").exists()

    def test_a_damaged_database_fails(self, made, free_port) -> None:
        made.write_bytes(b"nonsense" * 1000)
        done = iqs("--db", made, "doctor", IQS_LISTENER__PORT=str(free_port))
        assert done.returncode == 1
        assert "fail database" in done.stdout
        assert done.stderr == ""

    def test_a_port_in_use_fails(self, made) -> None:
        with socket.socket() as taken:
            taken.bind(("0.0.0.0", 0))
            taken.listen()
            done = iqs("--db", made, "doctor", IQS_LISTENER__PORT=str(taken.getsockname()[1]))
        assert done.returncode == 1
        assert "fail port" in done.stdout

    def test_a_node_that_does_not_beat_fails(self, made) -> None:
        database.open_database(made)
        Setting.create(
            key="node",
            value={"port": 1, "beat_at": "2020-01-01T00:00:00+00:00"},
            updated_at="2020-01-01T00:00:00+00:00",
        )
        database.close_connection()
        with node_lock.acquire(made):
            done = iqs("--db", made, "doctor")
        assert done.returncode == 1
        assert "does not listen" in done.stdout

    def test_peers_and_the_central_server_are_tried(self, made, tmp_path, free_port) -> None:
        config = tmp_path / "config.toml"
        config.write_text(
            f"[listener]\nport = {free_port}\n[central]\nurl = 'http://127.0.0.1:{free_port}'\n"
            "[[rooms]]\nid = 'kamer-1'\n"
            f"[[modalities]]\nae_title = 'DX1'\nroom = 'kamer-1'\nkind = 'DX'\nhost = '127.0.0.1'\nport = {free_port}\n"
        )
        done = iqs("--config", config, "--db", made, "doctor")
        assert done.returncode == 0, done.stdout
        assert "warn peer: DX1" in done.stdout
        assert "warn central" in done.stdout
