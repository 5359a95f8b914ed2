"""The sync loop: a thread of its own, because the network may hang and nothing else may wait for it."""

import logging
import random
import threading
from typing import Any

from iqs_tui.config import Config
from iqs_tui.store.database import close_connection
from iqs_tui.sync.client import SyncClient, note_off
from iqs_tui.sync.transport import SyncError

_log = logging.getLogger(__name__)


class EnrolFailed(Exception):
    """This kiosk could not enrol; the message is one sentence for the person who asked."""


class SyncLoop:
    """Drains the outbox every so often, and at once when asked."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin, unless this kiosk stands alone."""
        if not self._config.central.url:
            note_off()
            return
        self._thread.start()

    def now(self) -> None:
        """Do not wait for the next turn."""
        self._wake.set()

    def stop(self) -> None:
        """End after the call that is under way, within a few seconds."""
        self._ended.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        client = SyncClient(self._config.central.url)
        self._wake.wait(random.uniform(0, 2))  # noqa: S311 (kiosks that start together do not all call at once)
        while not self._ended.is_set():
            self._wake.clear()
            if not client.is_enrolled and self._config.central.enrol_code:
                self._try_enrol(client)
            wait = client.cycle() or float(self._config.central.interval_seconds)
            self._wake.wait(wait)
        close_connection()

    def _try_enrol(self, client: SyncClient) -> None:
        room = self._config.own_room
        try:
            client.enrol(self._config.central.enrol_code, room.label, room.id)
        except SyncError as error:
            _log.warning("enrolment with %s failed: %s", self._config.central.url, error)


def enrol(config: Config, code: str) -> dict[str, Any]:
    """Enrol with a code that a person typed; return what the server calls this kiosk.

    Raises:
        EnrolFailed: there is no server in the config, or it does not take the code.
    """
    if not config.central.url:
        raise EnrolFailed("central.url is not set in the config")
    room = config.own_room
    try:
        enrolment = SyncClient(config.central.url).enrol(code, room.label, room.id)
    except SyncError as error:
        raise EnrolFailed(str(error)) from None
    return {"kiosk_id": enrolment.kiosk_id, "name": enrolment.name}
