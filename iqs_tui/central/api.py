"""The API for kiosks, version 1. Endpoints are plain functions: each runs in a thread with a connection of its own."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from iqs_tui.central import documents, enrolment, intake
from iqs_tui.central.brake import Brake
from iqs_tui.central.requests import Refusal, answer, body_of, caller, connection, inflate, read_message
from iqs_tui.clock import utc_now
from iqs_tui.store.database import database
from iqs_tui.sync.events import Batch, EnrolRequest

router = APIRouter()
_brake = Brake(time.monotonic)
_WRONG_CODE_TAKES_S = 0.3
Body = Annotated[bytes, Depends(body_of)]


@router.post("/api/v1/enrol")
def enrol(request: Request, body: Body) -> Response:
    """Trade a one-time code for a token."""
    host = request.client.host if request.client else "?"
    wait = _brake.wait_s(host)
    if wait:
        raise Refusal(429, "too many wrong codes", wait)
    asked = read_message(inflate(body, _encoding(request)), EnrolRequest)
    try:
        with connection():
            given = enrolment.enrol(asked.code, asked.name, asked.room, utc_now())
    except enrolment.CodeRefused as refused:
        _brake.failed(host)
        time.sleep(_WRONG_CODE_TAKES_S)
        raise Refusal(403, str(refused)) from None
    return answer(given)


@router.post("/api/v1/events")
def events(request: Request, body: Body) -> Response:
    """Take in a batch; the answer is given after the commit."""
    with connection():
        kiosk = caller(request)
        batch = read_message(inflate(body, _encoding(request)), Batch)
        if batch.kiosk_id != kiosk.kiosk_id:
            raise Refusal(403, "the token is of another kiosk")
        return answer(intake.take_in(batch, kiosk, utc_now()))


@router.get("/api/v1/documents/{kind}")
def document(request: Request, kind: str) -> Response:
    """Hand out a reference document; 304 where the kiosk has it already."""
    with connection():
        caller(request)
        found = documents.current(kind)
    if found is None:
        raise Refusal(404, "there is no such document")
    if found.etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers={"ETag": found.etag})
    return answer(found.message, headers={"ETag": found.etag})


@router.get("/healthz")
def health() -> Response:
    """Say whether the server can reach its database."""
    with connection():
        database.execute_sql("SELECT 1")
    return Response("ok\n", media_type="text/plain")


def _encoding(request: Request) -> str:
    return request.headers.get("Content-Encoding", "").strip().lower()
