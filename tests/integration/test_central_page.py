"""Central's pages in Debian's Chromium, filled by a kiosk that really synced."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from iqs_tui.store import database as store
from tests.sync.conftest import central, central_database  # noqa: F401 (fixtures)
from tests.sync.serving import Central, enrolled, put_cases

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def page(peer, tmp_path: Path) -> Iterator[Page]:
    """A page in a browser of its own."""
    chromium = peer("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_page(viewport={"width": 1200, "height": 800})
        browser.close()


def fill(server: Central, db: Path) -> None:
    """Two rooms, each with cases, one of which is still open. In a thread: the browser has this one's event loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_fill, server, db).result()


def _fill(server: Central, db: Path) -> None:
    for room, reasons in {
        "kamer-1": ["rotation"] * 7 + ["cut_off.detector"] * 4 + ["motion"] * 2 + ["exposure"],
        "kamer-2": ["artifact_patient", "motion", "motion"],
    }.items():
        client = enrolled(server, db, room)
        for number, reason in enumerate(reasons):
            put_cases(f"{room}-{number}", room=room, reason_code=reason)
        put_cases(f"{room}-open", room=room, state="open", reason_code=None)
        put_cases(f"{room}-no", room=room, state="dismissed", reason_code="bilateral")
        assert client.drain().state == "ok"
    store.close_connection()


def picture(page: Page, name: str) -> None:
    """Keep a picture in the folder that PICTURES_OF_PAGES names, for who wants to look."""
    folder = os.environ.get("PICTURES_OF_PAGES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_quality_officer_reads_the_month(central: Central, db: Path, page: Page):  # noqa: F811
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(central.url)
    assert "Nog geen gevallen" in page.inner_text("main")
    picture(page, "empty")
    fill(central, db)
    page.reload()
    assert page.inner_text("h1").startswith("Afkeur per kamer en reden")
    rooms = page.locator("section.room")
    assert rooms.count() == 2
    assert "15 van 16 beantwoord (93" in rooms.nth(0).inner_text()
    bars = [rect.bounding_box()["width"] for rect in rooms.nth(0).locator("td.bar rect").all()]
    assert bars == sorted(bars, reverse=True)
    assert bars[0] > 5 * bars[-1] > 0, "a bar is as long as its n says"
    picture(page, "cases")
    page.locator("select[name=room]").select_option(label="kamer-2")
    page.get_by_role("button", name="Toon").click()
    assert rooms.count() == 1
    assert "4 van 5 beantwoord · 1 open" in rooms.nth(0).inner_text()
    assert all(url.startswith(central.url) for url in asked), asked
    assert not complaints, complaints


def test_it_fits_a_telephone_and_shows_the_kiosks(central: Central, db: Path, page: Page):  # noqa: F811
    fill(central, db)
    page.set_viewport_size({"width": 380, "height": 800})
    page.goto(central.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    picture(page, "telephone")
    page.set_viewport_size({"width": 1200, "height": 800})
    page.get_by_role("link", name="Kiosken").click()
    assert page.locator("tbody tr").count() == 2
    assert "bereikbaar" in page.inner_text("tbody")
    picture(page, "kiosks")
