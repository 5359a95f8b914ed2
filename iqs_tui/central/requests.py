"""What every call of the API shares: reading a body within bounds, who calls, and answering in JSON."""

import asyncio
import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import msgspec
from fastapi import Request
from fastapi.responses import Response
from msgspec import Struct

from iqs_tui.central.enrolment import kiosk_of_token
from iqs_tui.store.database import database
from iqs_tui.store.models import Kiosk
from iqs_tui.sync.events import Problem, encode

_log = logging.getLogger(__name__)
_DATABASE_BACK_S = 5
MAX_BODY_BYTES = 2 << 20
MAX_INFLATED_BYTES = 8 << 20
BODY_DEADLINE_S = 30.0
_Message = TypeVar("_Message", bound=Struct)


class Refusal(Exception):
    """The call ends here, with this status.

    `is_damaged` says that the body was hurt on the way: the same again may well be taken.
    """

    def __init__(
        self, status: int, message: str, retry_after_s: int | None = None, *, is_damaged: bool = False
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after_s = retry_after_s
        self.is_damaged = is_damaged


def answer(message: Struct, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with a message of the wire format."""
    return Response(encode(message), status, headers, media_type="application/json")


def refuse(request: Request, refusal: Refusal) -> Response:
    """Answer a refusal, with the batch's id where it is about what is in the batch: then the kiosk believes it."""
    headers = {} if refusal.retry_after_s is None else {"Retry-After": str(refusal.retry_after_s)}
    batch_id = None if refusal.is_damaged else request.headers.get("Idempotency-Key")
    problem = Problem(message=refusal.message, batch_id=batch_id)
    return answer(problem, refusal.status, headers)


def out_of_reach(request: Request, error: Exception) -> Response:
    """Answer that the database cannot be reached, or is held by another: the kiosk comes back later."""
    _log.error("%s %s: database: %s", request.method, request.url.path, error)
    return refuse(request, Refusal(503, "the database is out of reach", _DATABASE_BACK_S))


async def body_of(request: Request) -> bytes:
    """Return the body as it was sent, cut off in size and time.

    Raises:
        Refusal: 413 or 408.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_DEADLINE_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise Refusal(413, f"larger than {MAX_BODY_BYTES} bytes")
    except TimeoutError:
        raise Refusal(408, f"the body took longer than {BODY_DEADLINE_S:.0f} s") from None
    return bytes(body)


def inflate(body: bytes, encoding: str) -> bytes:
    """Return the body without its compression; one that grows beyond the bound is refused before it does.

    Raises:
        Refusal: 413, or 400 where it is no gzip.
    """
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise Refusal(400, "only gzip is understood as Content-Encoding")
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        inflated = unzip.decompress(body, MAX_INFLATED_BYTES)
    except zlib.error:
        raise Refusal(400, "the body is not gzip", is_damaged=True) from None
    if unzip.unconsumed_tail:
        raise Refusal(413, f"larger than {MAX_INFLATED_BYTES} bytes when inflated")
    if not unzip.eof:
        raise Refusal(400, "the body ends too soon", is_damaged=True)
    return inflated


def read_message(body: bytes, kind: type[_Message]) -> _Message:
    """Return the message in a body.

    Raises:
        Refusal: 400, with what does not fit.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(400, str(error)) from None


def caller(request: Request) -> Kiosk:
    """Return the kiosk whose token came with the call.

    Raises:
        Refusal: 401.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    kiosk = kiosk_of_token(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
    if kiosk is None:
        raise Refusal(401, "this kiosk is not enrolled, or no longer")
    return kiosk


@contextmanager
def connection() -> Iterator[None]:
    """Hold this thread's database connection for one call."""
    database.connect(reuse_if_open=True)
    try:
        yield
    finally:
        database.close()
