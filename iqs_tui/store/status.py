"""How it stands, for scripts and monitoring: `iqs-tui status`."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from peewee import fn

from iqs_tui import __version__
from iqs_tui.store import outbox, settings
from iqs_tui.store.database import schema_version
from iqs_tui.store.fields import local_text
from iqs_tui.store.models import Case, DoseReportRow, Examination, Exposure, Instance, Peer, Quarantine, Task
from iqs_tui.store.reading.admin import notes
from iqs_tui.store.reading.admin.home import NodeState, node_state, sync_state
from iqs_tui.store.reading.admin.pictures import picture_figures

BEAT_STALE_S = 30
"""The node beats every five seconds; one that is silent for so long hangs."""
_STATES = ("open", "answered", "dismissed", "expired")


def gather(path: Path, zone: ZoneInfo, now: datetime, *, is_clock_synchronised: bool | None) -> dict[str, Any]:
    """Return the state of the database in use, as plain JSON values; what is not known is None.

    `is_clock_synchronised`: what the system says of its clock, None where it does not say.
    """
    node, sync = node_state(), sync_state()
    cases = _cases()
    local = now.astimezone(zone)
    return {
        "version": __version__,
        "schema": schema_version(),
        "database": str(path),
        "node": _node(node, now, zone),
        "listener": _listener(node, now),
        "counts": _counts() | {"cases": cases},
        "open_cases": cases["open"],
        "outbox_depth": outbox.depth(),
        "outbox_refused": outbox.dead_count(),
        "last_sync": local_text(sync.last_ok_at, zone),
        "sync": {"state": sync.state, "is_enrolled": sync.is_enrolled, "message": sync.message},
        "last_received": local_text(Instance.select(fn.MAX(Instance.received_at)).scalar(), zone),
        "pictures": _pictures(zone),
        "notes": _notes(zone),
        "disk": _disk(path),
        "clock": {
            "utc": now.isoformat(timespec="milliseconds"),
            "local": local_text(now, zone),
            "zone": zone.key,
            "offset": local.strftime("%z")[:3] + ":" + local.strftime("%z")[3:],
            "is_synchronised": is_clock_synchronised,
        },
    }


def is_listening(node: NodeState, now: datetime) -> bool:
    """Say whether the node answers the network: it runs, its port is bound, and it beat not long ago."""
    if not node.is_alive or node.error or node.beat_at is None:
        return False
    return (now - node.beat_at).total_seconds() < BEAT_STALE_S


def _node(node: NodeState, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    age = None if node.beat_at is None else round((now - node.beat_at).total_seconds(), 1)
    return {
        "alive": node.is_alive,
        "pid": (settings.get("node") or {}).get("pid") if node.is_alive else None,
        "started_at": local_text(node.started_at, zone),
        "beat_at": local_text(node.beat_at, zone),
        "beat_age_s": age,
        "error": node.error,
    }


def _listener(node: NodeState, now: datetime) -> dict[str, Any]:
    return {
        "listening": is_listening(node, now),
        "ae_title": node.ae_title,
        "port": node.port,
        "peers": Peer.select().count(),
        "unknown_peers": Peer.select().where(Peer.is_known == False).count(),  # noqa: E712 (SQL)
    }


def _counts() -> dict[str, Any]:
    return {
        "exposures": Exposure.select().where(Exposure.is_derived == False).count(),  # noqa: E712 (SQL)
        "studies": Examination.select().count(),
        "images": Instance.select().count(),
        "dose_reports": DoseReportRow.select().count(),
        "quarantine": Quarantine.select().count(),
        "open_tasks": Task.select().where(Task.state == "open").count(),
    }


def _pictures(zone: ZoneInfo) -> dict[str, Any]:
    found = picture_figures()
    return {
        "made": found.n_made,
        "bytes": found.made_bytes,
        "oldest": local_text(found.oldest_at, zone),
        "waiting": found.n_waiting,
        "failed": found.n_failed,
        "objects": found.n_objects,
        "object_bytes": found.object_bytes,
    }


def _notes(zone: ZoneInfo) -> dict[str, Any]:
    found = notes.counts()
    return {
        "waiting": found.n_waiting,
        "sent": found.n_sent,
        "failed": found.n_failed,
        "last_sent": local_text(found.last_sent_at, zone),
    }


def _cases() -> dict[str, int]:
    grouped: Any = Case.select(Case.state, fn.COUNT(Case.case_id)).group_by(Case.state).tuples()
    counted = dict(list(grouped))
    return {state: int(counted.get(state, 0)) for state in _STATES}


def _disk(path: Path) -> dict[str, int | None]:
    usage = shutil.disk_usage(path.parent)
    files = (path, path.with_name(f"{path.name}-wal"))
    return {
        "free_bytes": usage.free,
        "total_bytes": usage.total,
        "database_bytes": sum(file.stat().st_size for file in files if file.exists()),
    }
