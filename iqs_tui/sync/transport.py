"""One HTTP call, ended in time, with an answer of a bounded size. The only module that knows httpx.

What can go wrong::

    SyncError
    ├── Offline        no whole answer in time: DNS, refused, reset, TLS, a server that drips
    ├── Refused        401, 403: the token or the code is not (or no longer) good
    ├── Busy           409, 425, 429, 503: come back after `retry_after_s`
    ├── NotTaken       400, 413, 422: the server did nothing with this request, and says so
    │   └── TooLarge   413
    └── BadAnswer      anything else: 3xx, 5xx, a login page with 200, broken JSON, another batch's answer

httpx's own timeouts are per read, so a server that sends a byte now and then holds a call for ever; hence one
deadline around the whole call. Answers are asked for uncompressed and cut off at a size: 200 KB of gzip can
hold 200 MB.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import httpx
import msgspec

from iqs_tui.domain.text import clean_text
from iqs_tui.sync.events import Problem

MAX_ANSWER_BYTES = 1 << 20
DEADLINE_S = 30.0
_Result = TypeVar("_Result")


class SyncError(Exception):
    """A call to the central server did not succeed; nothing was lost by it."""


class Offline(SyncError):
    """No whole answer came in time."""


class Refused(SyncError):
    """The server does not (or no longer) know this kiosk."""


class Busy(SyncError):
    """The server asks to come back later."""

    def __init__(self, message: str, retry_after_s: float | None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NotTaken(SyncError):
    """The server did nothing with this request; `batch_id` is there when the server itself says so."""

    def __init__(self, message: str, batch_id: str | None = None) -> None:
        super().__init__(message)
        self.batch_id = batch_id


class TooLarge(NotTaken):
    """The request was larger than the server takes."""


class BadAnswer(SyncError):
    """What came back is not an answer of the central server."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A 200 or a 304."""

    status: int
    body: bytes
    etag: str | None


class Transport:
    """Calls to one server. Proxies in the environment are not used: the server is the department's own.

    TLS is verified against the system's certificates (or SSL_CERT_FILE). `via` replaces the network in tests.
    """

    def __init__(
        self, url: str, *, deadline_s: float = DEADLINE_S, via: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._deadline_s = deadline_s
        self._via = via

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send JSON (compressed if `headers` say so); return the answer.

        Raises:
            SyncError: see the drawing above.
        """
        return _run(self._call("POST", path, body, {"Content-Type": "application/json", **headers}), self._deadline_s)

    def get(self, path: str, headers: Mapping[str, str]) -> Reply:
        """Fetch; a 304 is an answer like another.

        Raises:
            SyncError: see the drawing above.
        """
        return _run(self._call("GET", path, None, headers), self._deadline_s)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    async def _call(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        every = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "iqs-tui"}
        verify = self._tls if self.url.startswith("https:") else False
        async with (
            httpx.AsyncClient(
                transport=self._via,
                verify=verify,
                timeout=self._deadline_s,
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream(method, self.url + path, content=body, headers={**every, **headers}) as response,
        ):
            return _judge(response, await _read(response))


async def _read(response: httpx.Response) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise BadAnswer("the answer is compressed, which was not asked for")
    body = bytearray()
    async for chunk in response.aiter_bytes(65536):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise BadAnswer(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


def _judge(response: httpx.Response, body: bytes) -> Reply:
    status = response.status_code
    if status in {200, 304}:
        return Reply(status, body, response.headers.get("ETag"))
    problem = _problem(body)
    message = f"{status}: {clean_text(problem.message, 200) or response.reason_phrase}"
    if status in {401, 403}:
        raise Refused(message)
    if status in {409, 425, 429, 503}:
        raise Busy(message, _seconds(response.headers.get("Retry-After")))
    if status == 413:
        raise TooLarge(message, problem.batch_id)
    if status in {400, 422}:
        raise NotTaken(message, problem.batch_id)
    raise BadAnswer(message)


def _problem(body: bytes) -> Problem:
    try:
        return msgspec.json.decode(body, type=Problem)
    except msgspec.DecodeError:
        return Problem(message="")


def _seconds(retry_after: str | None) -> float | None:
    """Read Retry-After in seconds (RFC 9110 10.2.3); its other form, a date, trusts two clocks."""
    return float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else None


def _run(call: Coroutine[Any, Any, _Result], deadline_s: float) -> _Result:
    """Run a call to its end or its deadline, in an event loop of its own.

    The loop is closed without waiting for its threads: a silent name server holds one for minutes.
    """
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(call, deadline_s))
    except TimeoutError:
        raise Offline(f"no whole answer within {deadline_s:.0f} s") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Offline(clean_text(str(error), 200) or type(error).__name__) from error
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
