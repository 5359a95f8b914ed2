"""Draws the pictures of docs/: the real app over what a real node received. `make picture`.

Only the funnel is of the made-up department of the tests: it takes more rooms and weeks than one machine sends.
"""

import asyncio
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from iqs_tui import config, locale
from iqs_tui.clock import utc_now
from iqs_tui.domain.pictures import WAITING
from iqs_tui.store import database, node_lock
from iqs_tui.store.models import Preview, Round
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.reject_choice import Chosen
from iqs_tui.ui.session import SignedIn
from tests.dose_department import fill
from tests.integration.processes import running
from tests.ui.dose_pages import press, settled
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
LARGE = (120, 36)
QUALITY = SignedIn("quality", "K. Hulst", "KH", "quality")


def main(folder_of_pictures: Path) -> None:
    """Receive, then draw."""
    locale.use("nl")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(CONFIG.replace("{folder}", folder))
        settings = config.load(path)
        database.open_database(settings.database_path)
        with running("--config", str(path), "node", "--port", "0", ready=r"port=(\d+)") as node:

            def draw(name: str, *keys: str, size: tuple[int, int] = LARGE) -> None:
                (folder_of_pictures / name).write_text(asyncio.run(_draw(IqsApp(settings), size, *keys)))

            def send(*scenarios: str) -> None:
                for number, scenario in enumerate(scenarios):
                    _simulate(scenario, f"127.0.0.1:{node[1]}", number)

            send("reject_note_reason", "reject_note")
            wait_for(_has_all_pictures, what="the pictures of the images")
            draw("prompt.svg", "enter", size=(118, 30))
            draw("side_by_side.svg", "b", "enter", "v", size=(80, 24))
            send("day", "day")
            wait_for(lambda: Round.select().count() == 2, what="the draw of the standing rounds")
            draw("kiosk.svg")
            send("dose_history")
            draw("dose.svg", "d", "enter", "v")
        database.close_connection()
        (folder_of_pictures / "funnel.svg").write_text(_funnel(config.load(path, database=f"{folder}/department.db")))


def _has_all_pictures() -> bool:
    return not Preview.select().where(Preview.state == WAITING).exists()


def _funnel(settings: config.Config) -> str:
    """The funnel of the projections of a department of eight rooms, as the quality officer sees it."""
    database.open_database(settings.database_path)
    fill(weeks=13, rooms=tuple(f"kamer-{number}" for number in range(1, 9)), until=utc_now())
    app = IqsApp(settings)
    app.session.user, app.session.reject_choice = QUALITY, Chosen(modality="DX")
    with node_lock.acquire(settings.database_path):
        drawn = asyncio.run(_draw(app, LARGE, "b", "a", "t", "t", "t"))
    database.close_connection()
    return drawn


async def _draw(app: IqsApp, size: tuple[int, int], *keys: str) -> str:
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        app.go_home()
        for key in keys:
            await press(pilot, key)
        await settled(pilot)
        return app.export_screenshot(title="iqs-tui")


def _simulate(scenario: str, to: str, seed: int) -> None:
    command = [sys.executable, "-m", "iqs_tui", "simulate", scenario, "--to", to, "--seed", str(seed)]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
