"""The node as a process: starting, the clock, and ending cleanly."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from peewee import PeeweeException

from iqs_tui import parent
from iqs_tui.clock import utc_now
from iqs_tui.config import Config
from iqs_tui.dicom.listener import Listener, ListenerSettings
from iqs_tui.node.ending import Ending
from iqs_tui.node.inbox import Inbox
from iqs_tui.node.jobs import Jobs
from iqs_tui.node.notes import NoteLoop
from iqs_tui.node.patient_key import patient_key
from iqs_tui.node.previews import PreviewLoop, picture_retention
from iqs_tui.node.rules import no_patient, retake_rules
from iqs_tui.node.syncing import SyncLoop
from iqs_tui.store import answering, housekeeping, jobs, log, node_lock, pictures, rounds, settings, settling
from iqs_tui.store.database import close_connection, open_database
from iqs_tui.store.evidence import quiet
from iqs_tui.store.fields import utc_text

_log = logging.getLogger("iqs_tui.node")
_TICK_S = 0.25
GRACE_S = 10.0
"""How long an association may go on with what it is just sending when the node ends."""
CLOCK_SET_S = 600.0
"""What deletes or expires waits so long after the start: a time server may have to set a clock that is years wrong."""


def run(config: Config, port: int | None = None, *, follow_parent: bool = False) -> int:
    """Run the node until SIGTERM or SIGINT (or, following a parent, until standard input closes); return 0.

    Raises:
        NodeIsRunning: there is one already for this database.
        OSError: the port cannot be listened on.
    """
    ended = Ending()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    with node_lock.acquire(config.database_path):
        open_database(config.database_path)
        if follow_parent:
            parent.follow(ended)
        with _logging_to_database():
            try:
                _serve(config, config.listener.port if port is None else port, ended)
            finally:
                close_connection()
    return 0


def _serve(config: Config, port: int, ended: Ending) -> None:
    previews = PreviewLoop(config)
    listener = Listener(_listener_settings(config, port), Inbox(config, on_picture=previews.wake))
    beat = {"pid": os.getpid(), "started_at": utc_text(utc_now()), "ae_title": config.listener.ae_title}
    previews.start()
    try:
        bound = listener.start()
    except OSError as error:
        previews.stop()
        reason = f"port {port}: {error.strerror or error}"
        settings.put("node", beat | {"beat_at": utc_text(utc_now()), "port": port, "error": reason})
        raise OSError(f"cannot listen on {config.listener.host}:{port}: {error.strerror or error}") from None
    beat["port"] = bound
    sync = SyncLoop(config)
    sync.start()
    notes = NoteLoop(config)
    notes.start()
    jobs.give_back()
    settling.recover(utc_now() - timedelta(hours=config.retakes.expire_hours), utc_now())
    _beat(beat)
    print(f"ready aet={config.listener.ae_title} port={bound}", flush=True)
    _log.info("listening as %s on port %d", config.listener.ae_title, bound)
    try:
        _tick(config, ended, beat, Jobs(config, sync.now))
    finally:
        listener.stop(GRACE_S)
        previews.stop()
        sync.stop()
        notes.stop()
        settings.put("node", beat | {"beat_at": utc_text(utc_now()), "stopped_at": utc_text(utc_now())})
        _log.info("stopped")


def _tick(config: Config, ended: Ending, beat: dict[str, object], work: Jobs) -> None:
    """Do what is due until the end: jobs at once, heartbeat and outbox every few seconds, retention every hour."""
    turns = (
        _Turn(_TICK_S, work.do_all),
        _Turn(5, lambda: _beat(beat)),
        _Turn(2, lambda: housekeeping.tell_settled(utc_now())),
        _Turn(60, lambda: _expire(config), first_after_s=CLOCK_SET_S),
        _Turn(10, lambda: look_at_quiet_studies(config, utc_now())),
        _Turn(20, lambda: _draw_standing_rounds(config)),
        _Turn(3600, lambda: _forget(config), first_after_s=CLOCK_SET_S),
        _Turn(3600, lambda: pictures.forget(utc_now(), picture_retention(config)), first_after_s=CLOCK_SET_S),
    )
    while not ended.wait(_TICK_S):
        for turn in turns:
            turn.take_if_due()


class _Turn:
    """Something done every so often. What fails is logged and tried again at its next turn."""

    def __init__(self, every_s: float, do: Callable[[], object], first_after_s: float = 0.0) -> None:
        self._every_s = every_s
        self._do = do
        self._next = time.monotonic() + first_after_s

    def take_if_due(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every_s
        try:
            self._do()
        except PeeweeException as error:
            _log.warning("database: %s", error)
        except Exception:  # noqa: BLE001 (the border of the node's clock: one failing turn must not end the node)
            _log.exception("a turn of the node's clock failed")


def _beat(beat: dict[str, object]) -> None:
    settings.put("node", beat | {"beat_at": utc_text(utc_now()), "error": None})


def _expire(config: Config) -> None:
    now = utc_now()
    answering.expire(now - timedelta(hours=config.retakes.expire_hours), now)


def look_at_quiet_studies(config: Config, now: datetime) -> int:
    """Ask about the exposures of which no image came, in the studies that are quiet by now; return how many those are.

    A study whose room nothing names has the limits of the room where this kiosk stands.
    """
    return quiet.look_again(lambda room: retake_rules(config, room or config.kiosk.room), now)


def _draw_standing_rounds(config: Config) -> None:
    if not config.own_room.pillars.evaluation:
        return
    standing = [
        rounds.StandingRound(
            kind=each.kind, form_id=each.form, procedure=each.procedure, n=each.n, every_days=each.every_days
        )
        for each in config.rounds
    ]
    rounds.draw_standing(standing, config.kiosk.room, utc_now())


def _forget(config: Config) -> None:
    kept = config.retention
    housekeeping.forget(
        utc_now(),
        received_days=kept.received_days,
        answered_days=kept.answered_days,
        log_days=kept.log_days,
        audit_days=kept.audit_days,
        has_central=bool(config.central.url),
    )


def _listener_settings(config: Config, port: int) -> ListenerSettings:
    return ListenerSettings(
        ae_title=config.listener.ae_title,
        host=config.listener.host,
        port=port,
        max_associations=config.listener.max_associations,
        network_timeout_s=config.listener.network_timeout_seconds,
        max_object_bytes=config.listener.max_object_mb * 1024 * 1024,
        max_picture_bytes=config.listener.max_preview_mb * 1024 * 1024,
        zone=config.site.zone,
        patient_key=patient_key(config.patient_key_path),
        no_patient=no_patient(config),
    )


@contextmanager
def _logging_to_database() -> Iterator[None]:
    root, handler = logging.getLogger("iqs_tui"), log.DatabaseHandler("node")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
