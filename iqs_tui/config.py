"""config.toml and the environment, made into frozen, validated settings.

A wrong config raises `ConfigError`, which says the file, the key, what is wrong and what is allowed.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct, field

from iqs_tui import locations
from iqs_tui.config_errors import explain
from iqs_tui.config_retakes import retake_problems

Port = Annotated[int, Meta(ge=0, le=65535)]
AETitle = Annotated[str, Meta(min_length=1, max_length=16, pattern=r"^[^\\\x00-\x1f]*\S[^\\\x00-\x1f]*$")]
Positive = Annotated[int, Meta(ge=1)]
NotNegative = Annotated[int, Meta(ge=0)]
Identifier = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Language = Literal["nl", "en"]
Theme = Literal["dark", "light", "vt"]
Pictures = Literal["auto", "ask", "cells"]
Kind = Literal["CT", "CR", "DX", "MG", "RF", "XA", "MR", "PX", "US"]
RoundKind = Literal["self_evaluation", "peer_review", "quality_analysis"]


class ConfigError(Exception):
    """The configuration cannot be used; the message says which key, what is wrong, what is allowed."""


class _Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Site(_Settings):
    """The hospital."""

    name: str = "Radiologie"
    timezone: str = "Europe/Amsterdam"
    language: Language = "nl"

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.timezone)


class Database(_Settings):
    """The kiosk's own database."""

    path: str = ""
    patient_key_file: str = ""


class Listener(_Settings):
    """The DICOM listener."""

    ae_title: AETitle = "IQS"
    host: str = "0.0.0.0"  # noqa: S104 (modalities come from other hosts)
    port: Port = 11112
    strict: bool = False
    max_associations: Positive = 20
    network_timeout_seconds: Positive = 30
    max_object_mb: Positive = 2048
    max_preview_mb: NotNegative = 64


class Kiosk(_Settings):
    """The face in the room."""

    room: Identifier = "kamer-1"
    locked: bool = False
    theme: Theme = "dark"
    pictures: Pictures = "auto"
    undo_seconds: Positive = 10
    dim_after_minutes: NotNegative = 15
    logout_after_minutes: NotNegative = 10
    badge_prefix: Annotated[str, Meta(max_length=1)] = ""
    bell: bool = False


class ExpectedViews(_Settings):
    """How many of one view belong to an examination."""

    about: str
    n: Positive
    view: str = ""


class Retakes(_Settings):
    """When a signal becomes a case, how it is asked about, and when an unanswered case is closed."""

    same_view_min_seconds: NotNegative = 10
    same_view_max_minutes: Positive = 15
    serial_protocols: tuple[str, ...] = ()
    expected: tuple[ExpectedViews, ...] = ()
    silent_after: NotNegative = 10
    test_patients: tuple[str, ...] = ()
    service_ae_titles: tuple[AETitle, ...] = ()
    settle_minutes: Positive = 10
    ct_multiphase_protocols: tuple[str, ...] = ()
    overlap_percent: Annotated[int, Meta(ge=1, le=100)] = 80
    reason_order: Literal["fixed", "use"] = "fixed"
    shift_starts: Annotated[tuple[ClockTime, ...], Meta(min_length=1)] = ("07:30", "15:30", "23:00")
    note_delay_minutes: NotNegative = 15
    expire_hours: Positive = 72


class Pacs(_Settings):
    """Where rejection notes are sent."""

    ae_title: AETitle = "PACS"
    host: str = ""
    port: Port = 104


class Central(_Settings):
    """Where the kiosk finds the department's server."""

    url: Annotated[str, Meta(pattern=r"^(https?://\S+)?$")] = ""
    enrol_code: str = ""
    interval_seconds: Positive = 15


class Server(_Settings):
    """The department's server itself (`iqs-tui central`)."""

    host: str = "127.0.0.1"
    port: Port = 8480
    database: str = ""


class Retention(_Settings):
    """How long things are kept, in days."""

    received_days: Positive = 730
    answered_days: Positive = 730
    preview_days: Positive = 90
    reject_preview_days: Positive = 730
    object_days: Positive = 365
    log_days: Positive = 90
    audit_days: Positive = 1830


class Pillars(_Settings):
    """The pillars of the IQS that are in use in a room."""

    reject: bool = True
    evaluation: bool = True
    dose: bool = True
    idle: bool = True


class RejectRule(_Settings):
    """How the modality of a room marks a rejected image, where it sends those along: an AE title, or a tag."""

    name: Identifier
    ae_title: str = ""
    creator: str = ""
    tag: str = ""
    value: str = ""
    reason_tag: str = ""
    reasons: dict[str, str] = {}


class RoomRetakes(_Settings):
    """What a room does of its own with retakes."""

    settle_minutes: NotNegative = 0
    no_image: bool = True
    write_notes: bool = False
    keep_objects: bool = False
    rules: tuple[RejectRule, ...] = ()


class Room(_Settings):
    """A room with a modality and a kiosk."""

    id: Identifier
    name: str = ""
    pillars: Pillars = Pillars()
    retakes: RoomRetakes = RoomRetakes()

    @property
    def label(self) -> str:
        """What people call the room."""
        return self.name or self.id


class Modality(_Settings):
    """A modality that may send."""

    ae_title: AETitle
    room: Identifier
    kind: Kind
    host: str = ""
    port: Port = 0


class Round(_Settings):
    """A standing scoring round."""

    kind: RoundKind = "self_evaluation"
    form: Identifier = "projection"
    procedure: str = ""
    n: Positive = 5
    every_days: Positive = 14


class Config(_Settings):
    """Everything that can be set."""

    site: Site = Site()
    database: Database = Database()
    listener: Listener = Listener()
    kiosk: Kiosk = Kiosk()
    retakes: Retakes = Retakes()
    pacs: Pacs = Pacs()
    central: Central = Central()
    server: Server = Server()
    retention: Retention = Retention()
    rooms: tuple[Room, ...] = field(default_factory=lambda: (Room(id="kamer-1", name="Kamer 1"),))
    modalities: tuple[Modality, ...] = ()
    rounds: tuple[Round, ...] = ()

    @property
    def database_path(self) -> Path:
        """The kiosk's database file."""
        return Path(self.database.path).expanduser() if self.database.path else locations.default_database()

    @property
    def patient_key_path(self) -> Path:
        """The file with the key that turns Patient ID into a pseudonym."""
        if self.database.patient_key_file:
            return Path(self.database.patient_key_file).expanduser()
        return self.database_path.with_name("patient.key")

    @property
    def own_room(self) -> Room:
        """The room where this kiosk stands."""
        return self.room(self.kiosk.room) or Room(id=self.kiosk.room)

    def room(self, room_id: str) -> Room | None:
        """Return a room by its id."""
        return next((room for room in self.rooms if room.id == room_id), None)

    def modality(self, ae_title: str, host: str = "") -> Modality | None:
        """Return the registered modality of a caller; one registered with a host only matches that host."""
        callers = [m for m in self.modalities if m.ae_title.strip() == ae_title.strip()]
        return next((m for m in callers if not m.host or not host or m.host == host), None)


def load(path: Path | None = None, *, database: str | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the settings: the file at `path` (else the shipped default), then the environment, then `database`.

    Raises:
        ConfigError: the file is not there or not TOML, a key is unknown, a value is not allowed.
    """
    path = path or locations.shipped("config.toml")
    tree = _read(path)
    _overlay_environment(tree, environ)
    if database:
        tree.setdefault("database", {})["path"] = database
    try:
        config = msgspec.convert(tree, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {explain(str(error), Config)}") from None
    _check_references(config, path)
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; give another with --config or IQS_CONFIG") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None


def _overlay_environment(tree: dict[str, Any], environ: Mapping[str, str]) -> None:
    for name, text in environ.items():
        section, separator, key = name.removeprefix("IQS_").lower().partition("__")
        if not name.startswith("IQS_") or not separator:
            continue
        table = tree.setdefault(section, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{name}: [[{section}]] is a list and cannot be set from the environment; use the file")
        table[key] = _scalar(text, table.get(key))


def _scalar(text: str, current: object) -> object:
    if isinstance(current, str):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _is_time_zone(name: str) -> bool:
    """Say whether a time zone exists; listing them all would cost every start 20 ms."""
    try:
        return ZoneInfo(name).key == name
    except (KeyError, ValueError, OSError):
        return False


def _check_references(config: Config, path: Path) -> None:
    rooms = [room.id for room in config.rooms]
    known = ", ".join(rooms) or "none"
    if not _is_time_zone(config.site.timezone):
        raise ConfigError(
            f"{path}: site.timezone: {config.site.timezone!r} is not a time zone; allowed: such as Europe/Amsterdam"
        )
    if "://" in config.database.path:
        raise ConfigError(
            f"{path}: database.path: a URL is not allowed; allowed: a file (only server.database may be one)"
        )
    if len(set(rooms)) != len(rooms):
        raise ConfigError(f"{path}: rooms.id: an id stands twice; each room needs its own (there are: {known})")
    if config.kiosk.room not in rooms:
        raise ConfigError(f"{path}: kiosk.room: {config.kiosk.room!r} is not the id of a room; allowed: {known}")
    if not config.pacs.host and any(room.retakes.write_notes for room in config.rooms):
        raise ConfigError(f"{path}: pacs.host: a room has write_notes = true; say where its notes are to be sent")
    for key, problem in retake_problems(config):
        raise ConfigError(f"{path}: {key}: {problem}")
    for number, modality in enumerate(config.modalities, 1):
        if modality.room not in rooms:
            raise ConfigError(
                f"{path}: modalities[{number}].room: {modality.room!r} is not the id of a room; allowed: {known}"
            )
