"""Headers that every answer carries: nothing of a page comes from, or goes to, another host."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import Response

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Add the headers; what the API and the pages say is not kept by anyone on the way."""
    response = await call_next(request)
    response.headers.update(_HEADERS)
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response
