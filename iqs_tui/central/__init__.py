"""The department's server: takes in sync, hands out configuration, shows reports on web pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iqs_tui.config import Config


def run(config: Config, port: int | None = None) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status.

    Prints `ready url=http://host:port` once it listens; port 0 picks a free one.
    """
    from iqs_tui.central.server import serve

    return serve(config, port)
