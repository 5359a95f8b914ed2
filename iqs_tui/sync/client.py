"""The kiosk's side of sync: enrolling, draining the outbox, and fetching reference documents.

Settings it keeps (`store.settings`):

- `sync`: `{"state", "at", "last_ok_at", "pending", "message"}`; state is never, off, ok, offline or refused; `at`
  is the last success where it is ok, else since when it has not been.
- `kiosk`: `{"kiosk_id", "name", "room"}`, given at enrolment.
- `kiosk_token`: the bearer token, in the kiosk's own database, which only its user and its managers can read.
- `document_etags`: what the server last handed out, also where it was no newer than what is in force.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from peewee import PeeweeException

from iqs_tui.clock import Clock, utc_now
from iqs_tui.store import badges, outbox, settings
from iqs_tui.store.fields import utc_text
from iqs_tui.sync import documents
from iqs_tui.sync.backoff import Backoff
from iqs_tui.sync.batches import Courier
from iqs_tui.sync.events import Enrolment, EnrolRequest, encode
from iqs_tui.sync.transport import BadAnswer, Busy, Refused, SyncError, Transport

_log = logging.getLogger(__name__)
DOCUMENTS_EVERY_S = 300.0
REFUSED_WAIT_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainResult:
    """How a drain ended."""

    state: str
    """ok, offline, refused, or off where there is nothing to sync with."""
    sent: int = 0
    """Events that the server now has and before had not, as far as it told."""
    dead: int = 0
    """Events that the server refused for good: they stay, visible in the admin."""
    pending: int = 0
    wait_s: float | None = None
    """How long to wait before the next try; None: the usual interval."""
    message: str | None = None


def note_off() -> None:
    """Note that this kiosk stands alone."""
    waiting = outbox.depth()
    settings.put("sync", {"state": "off", "at": utc_text(utc_now()), "pending": waiting, "message": None})


class SyncClient:
    """Talks to the central server at `url`. Blocks while it does: call it from a thread of its own."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock = utc_now,
        backoff: Backoff | None = None,
        transport: Transport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport or Transport(url)
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._monotonic = monotonic
        self._documents_at: float | None = None

    @property
    def is_enrolled(self) -> bool:
        """Say whether this kiosk has a token."""
        return bool(settings.get("kiosk_token"))

    def enrol(self, code: str, name: str, room: str) -> Enrolment:
        """Trade a one-time code for a token, and keep it.

        Raises:
            SyncError: the server is not there, or does not take the code.
        """
        request = encode(EnrolRequest(code=code.strip(), name=name, room=room))
        reply = self._transport.post("/api/v1/enrol", request, {})
        try:
            enrolment = msgspec.json.decode(reply.body, type=Enrolment)
        except msgspec.DecodeError as error:
            raise BadAnswer(f"not an enrolment: {error}") from None
        settings.put("kiosk", {"kiosk_id": enrolment.kiosk_id, "name": enrolment.name, "room": enrolment.room})
        settings.put("kiosk_token", enrolment.token)
        if enrolment.badge_key:
            badges.adopt_key(enrolment.badge_key)
        settings.put("document_etags", {})
        self._documents_at = None
        self._backoff.succeeded()
        return enrolment

    def drain(self) -> DrainResult:
        """Send what waits, batch after batch, until nothing does or a call fails; note it under `sync`.

        What the network or the server does is never raised; whatever happens, no event is lost.
        """
        if not self.is_enrolled:
            return self._note(DrainResult(state="off", message="not enrolled", pending=outbox.depth()))
        courier = Courier(self._transport, self._clock)
        try:
            while courier.carry():
                self._backoff.succeeded()
        except SyncError as error:
            return self._note(self._failed(error, courier))
        self._backoff.succeeded()
        if courier.dead:
            self._documents_at = None  # a refused edit gives way to the server's document at once
        return self._note(DrainResult(state="ok", sent=courier.sent, dead=courier.dead, pending=outbox.depth()))

    def pull_documents(self) -> list[str]:
        """Fetch the reference documents that changed; return the kinds that are newly in force.

        Raises:
            SyncError: a call failed; what came before it is installed.
        """
        return documents.pull(self._transport)

    def cycle(self) -> float | None:
        """Drain, and look for documents every five minutes; return the wait (None: the usual interval).

        The border of the sync loop: what went wrong is logged, never raised.
        """
        try:
            result = self.drain()
            if result.state == "ok" and self._documents_are_due():
                self.pull_documents()
                self._documents_at = self._monotonic()
        except (SyncError, PeeweeException) as error:
            _log.warning("sync: %s: %s", type(error).__name__, error)
            return self._backoff.failed()
        except Exception:  # noqa: BLE001 (the border of a worker)
            _log.exception("sync failed")
            return self._backoff.failed()
        return result.wait_s

    def _documents_are_due(self) -> bool:
        return self._documents_at is None or self._monotonic() - self._documents_at >= DOCUMENTS_EVERY_S

    def _failed(self, error: SyncError, courier: Courier) -> DrainResult:
        is_refused = isinstance(error, Refused)
        asked = REFUSED_WAIT_S if is_refused else error.retry_after_s if isinstance(error, Busy) else None
        return DrainResult(
            state="refused" if is_refused else "offline",
            sent=courier.sent,
            dead=courier.dead,
            pending=outbox.depth(),
            wait_s=self._backoff.failed(asked),
            message=str(error),
        )

    def _note(self, result: DrainResult) -> DrainResult:
        before = settings.get("sync") or {}
        now = utc_text(self._clock())
        is_ok = result.state == "ok"
        if result.state != before.get("state") and not is_ok:
            level = logging.ERROR if result.state == "refused" else logging.WARNING
            _log.log(level, "sync is %s: %s", result.state, result.message)
        changed = is_ok or result.state != before.get("state")
        last_ok_at = now if is_ok else before.get("last_ok_at")
        settings.put(
            "sync",
            {
                "state": result.state,
                "at": now if changed else before.get("at"),
                "last_ok_at": last_ok_at,
                "pending": result.pending,
                "message": result.message,
            },
        )
        return result
