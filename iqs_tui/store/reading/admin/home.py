"""The state of everything at a glance: node, modalities, cases, sync, disk."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from peewee import fn

from iqs_tui.store import outbox, settings
from iqs_tui.store.database import database
from iqs_tui.store.models import Case, Device, Instance, LogEntry, Peer, Quarantine, Task, User
from iqs_tui.store.node_lock import is_running

RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NodeState:
    """The node of this database, as it tells by its heartbeat and its lock."""

    is_alive: bool
    port: int | None = None
    ae_title: str | None = None
    started_at: datetime | None = None
    beat_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The last object of one device, and how many images it sent in `RECENT`."""

    room: str | None
    modality: str | None
    name: str
    last_at: datetime
    n_recent: int


@dataclass(frozen=True, slots=True)
class SyncState:
    """How it stands with the central server."""

    state: str
    """ok, offline, refused, or off where there is nothing to sync with."""
    is_enrolled: bool
    pending: int
    dead: int
    since: datetime | None
    """Since when it stands so; for `ok` the last time."""
    last_ok_at: datetime | None
    message: str | None


@dataclass(frozen=True, slots=True)
class AdminHome:
    """Everything on the first screen."""

    node: NodeState
    received: tuple[Received, ...]
    n_open: int
    oldest_open_at: datetime | None
    sync: SyncState
    n_quarantined: int
    quarantined_at: datetime | None
    n_errors_recent: int
    n_users: int
    """Active ones."""
    n_badges: int
    n_rounds_open: int
    """Rounds that have tasks to do."""
    n_tasks_open: int
    unknown: tuple[str, ...]
    """AE title and host of senders that are not in the config."""
    disk_free_bytes: int | None
    disk_total_bytes: int | None


def home(now: datetime) -> AdminHome:
    """Return how everything stands at `now`."""
    n_open, oldest = _count_and(Case.select(), Case.state == "open", fn.MIN(Case.detected_at))
    n_quarantined, last = _count_and(Quarantine.select(), Quarantine.at.is_null(False), fn.MAX(Quarantine.at))
    free, total = _disk()
    return AdminHome(
        node=node_state(),
        received=_received(now),
        n_open=n_open,
        oldest_open_at=oldest,
        sync=sync_state(),
        n_quarantined=n_quarantined,
        quarantined_at=last,
        n_errors_recent=_errors(now),
        n_users=_active_users().count(),
        n_badges=_active_users().where(User.badge_hash.is_null(False)).count(),
        n_rounds_open=_open_tasks().select(Task.round_id).distinct().count(),
        n_tasks_open=_open_tasks().count(),
        unknown=tuple(f"{peer.ae_title} ({peer.host})" for peer in _unknown()),
        disk_free_bytes=free,
        disk_total_bytes=total,
    )


def node_state() -> NodeState:
    """Return whether a node runs for this database, and what it last said of itself."""
    path = database_path()
    told: dict[str, Any] = settings.get("node") or {}
    return NodeState(
        is_alive=path is not None and is_running(path),
        port=told.get("port"),
        ae_title=told.get("ae_title"),
        started_at=moment(told.get("started_at")),
        beat_at=moment(told.get("beat_at")),
        error=told.get("error"),
    )


def sync_state() -> SyncState:
    """Return how many events wait, how many were refused, and when the server last answered."""
    told: dict[str, Any] = settings.get("sync") or {}
    return SyncState(
        state=told.get("state") or "off",
        is_enrolled=bool(settings.get("kiosk")),
        pending=outbox.depth(),
        dead=outbox.dead_count(),
        since=moment(told.get("at")),
        last_ok_at=moment(told.get("last_ok_at")),
        message=told.get("message"),
    )


def database_path() -> Path | None:
    """Return the file of this process's database; None for a server."""
    name = str(getattr(database.obj, "database", ""))
    return Path(name) if name and Path(name).is_file() else None


def moment(text: Any) -> datetime | None:  # noqa: ANN401 (JSON)
    """Return the moment of a setting, or None where it holds none."""
    try:
        return datetime.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        return None


def _received(now: datetime) -> tuple[Received, ...]:
    counted: Any = (
        Instance.select(Instance.device_id, fn.COUNT(Instance.sop_instance_uid))
        .where(Instance.received_at >= now - RECENT)
        .group_by(Instance.device_id)
        .tuples()
    )
    recent = dict(list(counted))
    devices = Device.select().order_by(Device.room, Device.last_seen.desc()).limit(50)
    return tuple(
        Received(
            device.room,
            device.modality,
            device.station_name or device.model or device.ae_title or device.device_id,
            device.last_seen,
            recent.get(device.device_id, 0),
        )
        for device in devices
    )


def _count_and(query: Any, condition: Any, extreme: Any) -> tuple[int, datetime | None]:  # noqa: ANN401 (peewee)
    chosen = query.where(condition)
    return int(chosen.count()), chosen.select(extreme).scalar()


def _errors(now: datetime) -> int:
    wrong = LogEntry.level.in_(("error", "critical")) & (LogEntry.at >= now - RECENT)
    return int(LogEntry.select().where(wrong).count())


def _unknown() -> list[Peer]:
    return list(Peer.select().where(Peer.is_known == False).order_by(Peer.last_seen.desc()).limit(20))  # noqa: E712 (SQL)


def _active_users() -> Any:  # noqa: ANN401 (peewee has no types)
    return User.select().where(User.is_active == True)  # noqa: E712 (SQL)


def _open_tasks() -> Any:  # noqa: ANN401 (peewee has no types)
    return Task.select().where(Task.state == "open")


def _disk() -> tuple[int | None, int | None]:
    path = database_path()
    if path is None:
        return None, None
    usage = shutil.disk_usage(path.parent)
    return usage.free, usage.total
