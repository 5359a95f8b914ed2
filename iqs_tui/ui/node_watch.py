"""The node as this face sees it: started as a child where none runs, and said so when it does not listen.

The child ends with the face, however that ends: it follows the pipe on its stdin.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from iqs_tui.config import Config
from iqs_tui.locale import t
from iqs_tui.store.node_lock import is_running
from iqs_tui.store.reading import header as reading

_USUAL = {"Address already in use": "common.port_taken", "Permission denied": "common.port_denied"}


class NodeWatch:
    """Starts the node where asked, and tells its trouble in one sentence."""

    def __init__(self, config: Config, config_path: Path | None, starts: bool) -> None:
        self._config = config
        self._config_path = config_path
        self._starts = starts
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def log_path(self) -> Path:
        """Where the child's stderr goes."""
        return self._config.database_path.with_name("node.log")

    def ensure(self) -> None:
        """Start the node as a child, unless one runs for this database."""
        if not self._starts or is_running(self._config.database_path):
            return
        if self._child is not None and self._child.poll() is None:
            return
        with self.log_path.open("ab") as log:
            self._child = subprocess.Popen(
                self._command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def let_go(self) -> None:
        """Close the pipe: a child ends after what it is just receiving. Nobody waits for it."""
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()

    def trouble(self) -> str | None:
        """Return one sentence where nothing can come in; None where the node listens or is just starting."""
        error = reading.listener_error()
        runs = is_running(self._config.database_path)
        if error and (runs or self._child is not None):
            return t("common.node_stopped", why=self._why(error))
        if runs:
            return None
        if self._child is None:
            return t("common.node_absent")
        status = self._child.poll()
        if status is None:
            return None
        words = self._last_words() if status > 0 else ""
        return t("common.node_stopped", why=self._why(words)) if words else t("common.node_restarts")

    def _why(self, error: str) -> str:
        """Say in the language of the screens what the system said in English, where it is one of the usual two."""
        known = next((key for said, key in _USUAL.items() if said in error), None)
        return t(known, port=self._config.listener.port) if known else error

    def _last_words(self) -> str:
        lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1].strip()[:100] if lines else ""

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "iqs_tui"]
        if self._config_path is not None:
            command += ["--config", str(self._config_path)]
        return [*command, "--db", str(self._config.database_path), "node", "--follow-parent"]
