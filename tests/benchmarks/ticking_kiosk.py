"""The real kiosk with a timer of 50 ms beside it; writes the gaps between ticks (ms) to a file when it ends."""

import json
import sys
import time
from pathlib import Path

from iqs_tui import config, locale
from iqs_tui.store import database
from iqs_tui.ui.app import IqsApp

TICK_S = 0.05


class TickingApp(IqsApp):
    """Notes when its timer ticks."""

    ticks: list[float]

    def on_mount(self) -> None:
        self.ticks = []
        super().on_mount()
        self.set_interval(TICK_S, lambda: self.ticks.append(time.perf_counter()))


def main(config_path: str, gaps_path: str) -> None:
    settings = config.load(Path(config_path))
    locale.use(settings.site.language)
    database.open_database(settings.database_path)
    app = TickingApp(settings)
    app.run()
    Path(gaps_path).write_text(json.dumps(app.ticks))


if __name__ == "__main__":
    main(*sys.argv[1:])
