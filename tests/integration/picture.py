"""Draws docs/kiosk.svg and docs/dose.svg: the real app over what a real node received. `make picture`."""

import asyncio
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from iqs_tui import config, locale
from iqs_tui.store import database
from iqs_tui.store.models import Round
from iqs_tui.ui.app import IqsApp
from tests.integration.processes import running
from tests.waiting import wait_for

CONFIG = """
[database]
path = "{folder}/iqs.db"
[listener]
host = "127.0.0.1"
[kiosk]
room = "kamer-3"
[[rooms]]
id = "kamer-3"
name = "Kamer 3"
[[modalities]]
ae_title = "DX_BUCKY_1"
room = "kamer-3"
kind = "DX"
[[rounds]]
kind = "quality_analysis"
procedure = "thorax"
n = 10
every_days = 14
[[rounds]]
kind = "quality_analysis"
procedure = "knie"
n = 5
every_days = 7
"""
SCENARIOS = ("day", "day")


def main(folder_of_pictures: Path) -> None:
    """Receive, then draw."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(CONFIG.replace("{folder}", folder))
        settings = config.load(path)
        locale.use("nl")
        database.open_database(settings.database_path)
        with running("--config", str(path), "node", "--port", "0", ready=r"port=(\d+)") as node:
            for number, scenario in enumerate(SCENARIOS):
                _simulate(scenario, f"127.0.0.1:{node[1]}", number)
            wait_for(lambda: Round.select().count() == 2, seconds=60, what="the draw of the standing rounds")
            (folder_of_pictures / "kiosk.svg").write_text(asyncio.run(_draw(settings)))
            _simulate("dose_history", f"127.0.0.1:{node[1]}", 7)
            (folder_of_pictures / "dose.svg").write_text(asyncio.run(_draw(settings, "d", "enter", "v")))
        database.close_connection()


async def _draw(settings: config.Config, *keys: str) -> str:
    app = IqsApp(settings)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(1)
        app.go_home()
        await pilot.pause(1)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(2)
        return app.export_screenshot(title="iqs-tui")


def _simulate(scenario: str, to: str, seed: int) -> None:
    command = [sys.executable, "-m", "iqs_tui", "simulate", scenario, "--to", to, "--seed", str(seed)]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
