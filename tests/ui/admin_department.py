"""A department with something on every admin screen."""

import json
from collections import namedtuple
from datetime import timedelta

from iqs_tui.store import outbox, people, settings
from iqs_tui.store.database import writing
from iqs_tui.store.models import Device, Instance, LogEntry, Outbox, Peer, Quarantine, Round, Task, User
from tests.ui.conftest import NOW, Shelf

DiskUsage = namedtuple("DiskUsage", "total used free")
DISK = DiskUsage(64 * 1024**3, 25 * 1024**3, 39 * 1024**3)


def fill(shelf: Shelf) -> None:
    """Put a bit of everything in the database."""
    _node_and_sync()
    _senders()
    _cases(shelf)
    _people()
    _refused_and_logged()
    _rounds()


def _node_and_sync() -> None:
    started = (NOW - timedelta(days=3, hours=7)).isoformat()
    settings.put(
        "node",
        {"port": 11112, "ae_title": "IQS", "started_at": started, "beat_at": NOW.isoformat(), "error": None},
    )
    at = (NOW - timedelta(minutes=2)).isoformat()
    settings.put("sync", {"state": "ok", "at": at, "last_ok_at": at, "pending": 2, "message": None})
    settings.put("kiosk", {"kiosk_id": "k1", "name": "Kamer 3", "room": "kamer-1"})
    with writing():
        for kind in ("case", "study", "task", "case"):
            outbox.put(kind, {"x": 1}, NOW - timedelta(minutes=20))
    first, second, *_ = outbox.pending()
    outbox.mark_acked([first.event_id], NOW)
    outbox.mark_dead(second.event_id, "schema: study_date is not a date: 2026-13-41")
    Outbox.update(tries=3).where(Outbox.event_id == second.event_id).execute()
    assert json.loads(second.payload)


def _senders() -> None:
    for name, kind, room, minutes, n in (
        ("CT_ACHTER", "CT", "kamer-2", 3, 41),
        ("MAMMO", "MG", "kamer-1", 190, 4),
    ):
        at = NOW - timedelta(minutes=minutes)
        Device.create(device_id=name, station_name=name, modality=kind, room=room, first_seen=at, last_seen=at)
        for number in range(n):
            Instance.create(
                sop_instance_uid=f"{name}.{number}", sop_class_uid="1", study_uid="1", series_uid="1",
                exposure_uid="1", device_id=name, received_at=at,
            )  # fmt: skip
    for ae_title, host, known, minutes, n in (
        ("DX_BUCKY_1", "10.0.3.17", True, 4, 120),
        ("CT_ACHTER", "10.0.3.40", True, 3, 36),
        ("VREEMD", "10.0.9.9", False, 700, 2),
    ):
        Peer.create(
            ae_title=ae_title, host=host, is_known=known, first_seen=NOW, n_associations=n,
            last_seen=NOW - timedelta(minutes=minutes), n_refused=0 if known else 1,
            last_echo_at=NOW - timedelta(hours=2) if ae_title == "DX_BUCKY_1" else None,
            last_echo_ok=True if ae_title == "DX_BUCKY_1" else None,
        )  # fmt: skip


def _cases(shelf: Shelf) -> None:
    shelf.two_open()
    shelf.case(
        room="kamer-2", procedure="CT abdomen", detected_at=NOW - timedelta(hours=5), deferred=2,
        signals=["key", "rejection_note"],
    )  # fmt: skip
    for number, seconds in enumerate((2, 3, 2, 9, 4)):
        shelf.case(
            state="answered", answered_by="room", answered_at=NOW, reason_code="rotation",
            shown_at=NOW - timedelta(seconds=seconds), deferred=1 if number == 3 else 0, at_prompt=True,
        )  # fmt: skip


def _people() -> None:
    for name, initials, role, names in (
        ("J. de Vries", "JdV", "radiographer", ("J. de Vries", "Vries")),
        ("A. Bakker", "AB", "reviewer", ()),
        ("M. el Idrissi", "MeI", "physicist", ("M. el Idrissi",)),
    ):
        draft = people.Draft(name=name, initials=initials, role=role, operators_names=names)
        made = people.add(draft, "admin:ict", NOW)
        if initials == "JdV":
            people.set_badge(made.user_id, "20481596", "admin:ict", NOW)
        if initials == "MeI":
            people.set_active(made.user_id, False, "admin:ict", NOW)
    assert User.select().count() == 3


def _refused_and_logged() -> None:
    Quarantine.create(
        at=NOW - timedelta(days=1), ae_title="VREEMD", host="10.0.9.9", status=0xA900,
        reason="SOP Instance UID differs from the command's", size_bytes=524_288,
    )  # fmt: skip
    Quarantine.create(
        at=NOW - timedelta(minutes=41), ae_title="DX_BUCKY_1", host="10.0.3.17", status=0xC000,
        reason="no Study Instance UID (0020,000D)", sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        sop_instance_uid="1.2.826.0.1.3680043.8.498.7", size_bytes=9_437_184,
    )  # fmt: skip
    for minutes, level, source, message in (
        (200, "error", "iqs_tui.sync.client", "sync is refused: 401 the token is not known any more"),
        (41, "warning", "iqs_tui.dicom.listener", "DX_BUCKY_1 (10.0.3.17): refused 0xC000: no Study Instance UID"),
        (0, "info", "iqs_tui.node.process", "listens as IQS on port 11112"),
    ):  # fmt: skip
        at = NOW - timedelta(minutes=minutes)
        LogEntry.create(at=at, process="node", level=level, source=source, message=message)


def _rounds() -> None:
    for number, (kind, procedure, n, done) in enumerate(
        (("self_evaluation", "thorax", 20, 7), ("peer_review", "", 10, 0))
    ):
        round_id = f"ronde-{number + 1}"
        Round.create(
            round_id=round_id, room="kamer-1", kind=kind, form_id="projection", form_version=1, seed="s",
            procedure=procedure, n=n, n_candidates=88, drawn_at=NOW - timedelta(days=2 + number),
            due_at=NOW + timedelta(days=12),
        )  # fmt: skip
        for position in range(n):
            Task.create(
                task_id=f"{round_id}.{position}", round_id=round_id, position=position, exposure_uid="1",
                instance_uid="1", state="done" if position < done else "open",
            )  # fmt: skip
