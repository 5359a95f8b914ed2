"""The department's server: takes in sync, hands out configuration, shows reports on web pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iqs_tui.config import Config


def open_central_database(config: Config) -> None:
    """Make the server's database that of this process.

    Raises:
        peewee.OperationalError: it cannot be opened or reached.
        ValueError: `server.database` is a URL that cannot be used.
    """
    from iqs_tui import locations
    from iqs_tui.store.database import open_database

    where = config.server.database
    if "://" in where and not where.startswith("postgresql://"):
        raise ValueError("server.database: allowed are a file and postgresql://user:password@host/name")
    open_database(where or locations.default_central_database())


def run(config: Config, port: int | None = None) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status.

    Prints `ready url=http://host:port` once it listens; port 0 picks a free one.
    """
    from iqs_tui.central.server import serve

    return serve(config, port)
