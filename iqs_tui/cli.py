"""The command line (docs/design.md, part 7): parses, calls, prints. No logic.

Every command imports what it needs itself: the kiosk must not wait for DICOM, HTTP or Parquet.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from iqs_tui.arguments import WRONG_USE, parser
from iqs_tui.config import Config, ConfigError, load

DONE, COULD_NOT = 0, 1


class CommandError(Exception):
    """The command could not be done; the message is the one line that the user reads."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; return its exit status: 0 done, 1 could not, 2 wrong use."""
    options = parser().parse_args(arguments)
    path = options.config or os.environ.get("IQS_CONFIG")
    try:
        options.config_path = Path(path) if path else None
        options.database = options.db or os.environ.get("IQS_DB")
        is_central = options.command == "central"
        options.settings = load(options.config_path, database=None if is_central else options.database)
        if not is_central:
            leave_out_postgresql()
        return _COMMANDS[options.command](options)
    except (ConfigError, CommandError) as error:
        return _failed(str(error))
    except BrokenPipeError:
        # Whoever read our output has had enough: what Python still holds for it must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT
    except KeyboardInterrupt:
        return _failed("stopped")
    except OSError as error:
        words = error.strerror or str(error)
        return _failed(f"{error.filename}: {words}" if error.filename else words)
    except _expected() as error:
        return _failed(str(error))


def leave_out_postgresql() -> None:
    """Import peewee without PostgreSQL's driver, which costs 0.1 s: only the central server can have a use for it."""
    drivers = ("psycopg", "psycopg2")
    if "peewee" in sys.modules or any(name in sys.modules for name in drivers):
        return
    sys.modules.update(dict.fromkeys(drivers))  # type: ignore[arg-type]  # None: "not installed" to an import
    try:
        import iqs_tui.store.database  # noqa: F401
    finally:
        for name in drivers:
            del sys.modules[name]


def _expected() -> tuple[type[Exception], ...]:
    """Return the errors that tell the user something: of the database, or of a node that runs."""
    from peewee import PeeweeException

    from iqs_tui.store.database import NewerSchema
    from iqs_tui.store.node_lock import NodeIsRunning

    return (PeeweeException, NewerSchema, NodeIsRunning)


def _failed(message: str) -> int:
    print(f"iqs-tui: {' '.join(message.split())}", file=sys.stderr)
    return COULD_NOT


def _kiosk(options: argparse.Namespace) -> int:
    gc.disable()  # while modules load there is nothing to collect: 30 ms; the first frame puts it on again
    from iqs_tui.ui.app import run_face

    return run_face(options.settings, options.config_path, "kiosk")


def _admin(options: argparse.Namespace) -> int:
    gc.disable()  # while modules load there is nothing to collect: 30 ms; the first frame puts it on again
    from iqs_tui.ui.app import run_face

    return run_face(options.settings, options.config_path, "admin")


def _node(options: argparse.Namespace) -> int:
    from iqs_tui import node

    try:
        return node.run(options.settings, port=options.port, follow_parent=options.follow_parent)
    except ValueError as error:  # a patient key that is too short to be one
        raise CommandError(str(error)) from error


def _central(options: argparse.Namespace) -> int:
    from iqs_tui import central

    settings = options.settings
    if options.database:
        settings = replace(settings, server=replace(settings.server, database=options.database))
    if options.enrol is None and options.revoke is None:
        return central.run(settings, port=options.port)
    from iqs_tui.central import enrolment

    try:
        central.open_central_database(settings)
    except ValueError as error:
        raise CommandError(str(error)) from None
    if options.enrol is not None:
        print(enrolment.new_code(options.enrol))
        return DONE
    revoked = enrolment.revoke(options.revoke)
    if not revoked:
        raise CommandError(f"no kiosk of room {options.revoke} is enrolled here")
    print(f"{options.revoke}: {revoked} revoked")
    return DONE


def _simulate(options: argparse.Namespace) -> int:
    from iqs_tui.simulator import command

    if options.list:
        print(command.listing())
        return DONE
    if options.scenario is None or options.to is None:
        return _wrong_use("simulate needs SCENARIO and --to HOST:PORT; --list names the scenarios")
    if options.scenario not in command.names():
        return _wrong_use(f"there is no scenario {options.scenario!r}; there are: {', '.join(command.names())}")
    try:
        sent = command.run(
            options.scenario,
            options.to,
            options.settings,
            called_ae=options.aet,
            calling_ae=options.calling,
            seed=options.seed,
            follow_parent=options.follow_parent,
        )
    except command.SendFailed as error:
        raise CommandError(str(error)) from None
    print(sent.told)
    return COULD_NOT if sent.refused else DONE


def _demo(options: argparse.Namespace) -> int:
    from iqs_tui import demo

    return demo.run(options.settings)


def _export(options: argparse.Namespace) -> int:
    from iqs_tui import output
    from iqs_tui.store import export

    if options.format == "parquet" and options.output is None and sys.stdout.isatty():
        return _wrong_use("parquet is not text; give a file with -o")
    if options.first and options.last and options.first > options.last:
        return _wrong_use(f"--from {options.first} lies after --to {options.last}")
    _open(options.settings)
    window = export.Window(options.first, options.last, options.settings.site.zone)
    with output.to(_spared(options)) as file:
        export.write(options.what, options.format, window, file)
    return DONE


def _status(options: argparse.Namespace) -> int:
    from iqs_tui import output

    _open(options.settings)
    state = output.status(options.settings)
    print(output.as_json(state) if options.json else output.as_table(state))
    return DONE


def _report(options: argparse.Namespace) -> int:
    from iqs_tui import locale, output, report

    if options.format != "md":
        raise CommandError(f"the {options.format} report is not made yet; use --format md")
    _open(options.settings)
    locale.use(options.settings.site.language)
    with output.to(_spared(options)) as file:
        file.write(report.markdown(options.settings, options.month).encode())
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    from iqs_tui import doctor, output

    return output.findings(doctor.examine(options.settings, options.config_path))


def _db_migrate(options: argparse.Namespace) -> int:
    from iqs_tui.store import database

    database.open_database(options.settings.database_path)
    print(f"up to date: {database.schema_version()}")
    return DONE


def _db_backup(options: argparse.Namespace) -> int:
    from iqs_tui import output
    from iqs_tui.store import backup

    source = options.settings.database_path
    target = options.file or output.backup_name(options.settings)
    try:
        with output.progress("backup") as told:
            size = backup.back_up(source, target, told)
    except backup.BackupFailed as error:
        raise CommandError(str(error)) from None
    print(f"{target}: {size / 1e6:.1f} MB, verified; keep {options.settings.patient_key_path.name} too, elsewhere")
    return DONE


def _db_verify(options: argparse.Namespace) -> int:
    from iqs_tui import output
    from iqs_tui.store import verification

    return output.findings(verification.verify(options.settings.database_path))


def _db_import(options: argparse.Namespace) -> int:
    from iqs_tui import clock, output
    from iqs_tui.store import importing

    _open(options.settings)
    try:
        if options.what == "drl":
            done = importing.import_drl(options.file, "admin", clock.utc_now())
        else:
            with output.progress("import") as told:
                done = importing.import_users(options.file, "admin", clock.utc_now(), told)
    except importing.ImportRefused as error:
        raise CommandError("; ".join([*error.problems[:20], "nothing was imported"])) from None
    print(f"{options.what}: {done.added} added, {done.changed} changed")
    return DONE


def _open(settings: Config) -> None:
    """Open the database that the settings name; a command that only reads makes none."""
    from iqs_tui.store.database import open_database

    path = settings.database_path
    if not path.is_file():
        raise CommandError(f"there is no database at {path}; start iqs-tui or iqs-tui node first, or give another --db")
    open_database(path)


def _spared(options: argparse.Namespace) -> Path | None:
    """Return the file to write to; the database and the patient key are none."""
    path: Path | None = options.output
    for own in (options.settings.database_path, options.settings.patient_key_path):
        if path is not None and path.exists() and own.exists() and path.samefile(own):
            raise CommandError(f"{path} is not to be written over; give another file with -o")
    return path


def _wrong_use(message: str) -> int:
    print(f"iqs-tui: {message}", file=sys.stderr)
    return WRONG_USE


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "kiosk": _kiosk,
    "node": _node,
    "admin": _admin,
    "central": _central,
    "simulate": _simulate,
    "demo": _demo,
    "export": _export,
    "status": _status,
    "report": _report,
    "doctor": _doctor,
    "db migrate": _db_migrate,
    "db backup": _db_backup,
    "db verify": _db_verify,
    "db import": _db_import,
}
