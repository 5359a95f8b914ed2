"""The words of the command line (docs/design.md, part 7): fixed, because scripts and acceptance use them."""

import argparse
from datetime import date
from pathlib import Path
from typing import NoReturn

import msgspec

from iqs_tui import __version__
from iqs_tui.config import Identifier
from iqs_tui.domain.months import FIRST_YEAR, LAST_YEAR, Month
from iqs_tui.store.exporting.columns import COLUMNS

WRONG_USE = 2


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        self.exit(WRONG_USE, f"{self.prog}: {message}; see {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser; what it gives has the command's full name in `command`."""
    whole = _Parser(prog="iqs-tui", description="The image quality kiosk beside the modality.")
    whole.add_argument("--config", metavar="FILE", help="settings (or IQS_CONFIG); default: the embedded ones")
    whole.add_argument("--db", metavar="FILE", help="database (or IQS_DB); default: as the settings say")
    whole.add_argument("--version", action="version", version=f"iqs-tui {__version__}")
    whole.set_defaults(command="kiosk")
    commands = whole.add_subparsers(metavar="COMMAND", title="commands", prog="iqs-tui")
    _add_processes(commands)
    _add_reports(commands)
    _add_database(commands)
    return whole


_Commands = argparse._SubParsersAction


def _add(commands: "_Commands[_Parser]", name: str, help: str, group: str = "") -> _Parser:
    command = commands.add_parser(name, help=help, description=help)
    command.set_defaults(command=f"{group} {name}".strip())
    return command


def _add_processes(commands: "_Commands[_Parser]") -> None:
    _add(commands, "kiosk", "the face in the room (the default)")
    node = _add(commands, "node", "receive DICOM; runs without a screen")
    node.add_argument("--port", type=_port, help="port to listen on; 0: any that is free")
    node.add_argument("--follow-parent", action="store_true", help=argparse.SUPPRESS)
    _add(commands, "admin", "the face for the application manager, also over SSH")
    central = _add(commands, "central", "the department's server")
    central.add_argument("--port", type=_port, help="port to listen on; 0: any that is free")
    deed = central.add_mutually_exclusive_group()
    deed.add_argument(
        "--enrol", type=_room, metavar="ROOM", help="print a one-time code for a kiosk of this room, and end"
    )
    deed.add_argument(
        "--revoke", type=_room, metavar="ROOM", help="refuse the kiosks of this room from now on, and end"
    )
    simulate = _add(commands, "simulate", "a pretend modality: sends real DICOM")
    simulate.add_argument("scenario", nargs="?", metavar="SCENARIO")
    simulate.add_argument("--to", type=_address, metavar="HOST:PORT")
    simulate.add_argument("--follow-parent", action="store_true", help=argparse.SUPPRESS)
    simulate.add_argument("--list", action="store_true", help="name the scenarios")
    simulate.add_argument("--seed", type=int, help="repeat a run: the same UIDs and doses")
    simulate.add_argument("--aet", metavar="AET", help="AE title of the receiver; default: as the settings say")
    simulate.add_argument("--calling", metavar="AET", help="send as this AE title; default: the scenario's machines")
    _add(commands, "demo", "the product in one minute, on a throwaway database")


def _add_reports(commands: "_Commands[_Parser]") -> None:
    export = _add(commands, "export", "what was received and answered, for analysis elsewhere")
    export.add_argument("what", metavar="WHAT", choices=tuple(COLUMNS), help=", ".join(COLUMNS))
    export.add_argument("--format", choices=("jsonl", "csv", "parquet"), default="jsonl")
    export.add_argument("--from", dest="first", type=_day, metavar="YYYY-MM-DD", help="first local day")
    export.add_argument("--to", dest="last", type=_day, metavar="YYYY-MM-DD", help="last local day, included")
    export.add_argument("-o", dest="output", type=Path, metavar="FILE", help="default: standard output")
    status = _add(commands, "status", "how it stands")
    status.add_argument("--json", action="store_true", help="for scripts and monitoring")
    report = _add(commands, "report", "the monthly report")
    report.add_argument("--month", type=_month, required=True, metavar="YYYY-MM")
    report.add_argument("--format", choices=("html", "pdf", "md"), default="md")
    report.add_argument("-o", dest="output", type=Path, metavar="FILE", help="default: standard output")
    _add(commands, "doctor", "check config, database, peers, clock and disk; say what to do")


def _add_database(commands: "_Commands[_Parser]") -> None:
    db = commands.add_parser("db", help="look after the database", description="look after the database")
    deeds = db.add_subparsers(metavar="DEED", required=True, prog="iqs-tui db")
    _add(deeds, "migrate", "bring the schema up to date", group="db")
    backup = _add(deeds, "backup", "copy the database while it is in use, and check the copy", group="db")
    backup.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: in backups/ beside the database")
    _add(deeds, "verify", "check that the database is whole", group="db")
    importing = _add(deeds, "import", "read in a CSV file: the DRN table, or the users", group="db")
    importing.add_argument("what", choices=("drl", "users"))
    importing.add_argument("file", type=Path, metavar="FILE")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; allowed: 0 to 65535")
    return int(text)


def _address(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    if not separator or not host:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:11112")
    return host.strip("[]"), _port(port)


def _room(text: str) -> str:
    try:
        return msgspec.convert(text, Identifier)
    except msgspec.ValidationError:
        allowed = "at most 40 letters, digits, points, _ and -"
        raise argparse.ArgumentTypeError(f"{text!r} is not the id of a room; allowed: {allowed}") from None


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-21")
    return day


def _month(text: str) -> Month:
    month = Month.parse(text)
    if month is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month such as 2026-11")
    return month
