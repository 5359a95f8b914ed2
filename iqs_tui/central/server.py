"""Starting and stopping the server: the database, the socket, the signals."""

import logging
import signal
import socket
import sys

import uvicorn
from peewee import OperationalError

from iqs_tui import locale
from iqs_tui.central import open_central_database
from iqs_tui.central.app import create_app
from iqs_tui.config import Config
from iqs_tui.store.database import NewerSchema, close_connection

_GRACE_S = 10


class _Announcing(uvicorn.Server):
    """Says on stdout where it listens, once it does."""

    url = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"ready url={self.url}", flush=True)


def serve(config: Config, port: int | None = None) -> int:
    """Serve until SIGTERM or SIGINT; return 0, or 1 where it could not start (said on stderr)."""
    locale.use(config.site.language)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        open_central_database(config)
        close_connection()
        listening = _listen(config.server.host, config.server.port if port is None else port)
    except (OperationalError, NewerSchema, OSError, ValueError) as error:
        print(f"iqs-tui central: {str(error).strip().splitlines()[0]}", file=sys.stderr)
        return 1
    settings = uvicorn.Config(
        create_app(config),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = _Announcing(settings)
    server.url = _url(listening)
    with listening:
        _end_quietly()
        server.run(sockets=[listening])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(address)
    return listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _end_quietly() -> None:
    """uvicorn stops on these signals, then sends them to itself again; by then they mean nothing more."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
