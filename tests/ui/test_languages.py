"""Both languages on every screen: not a word of the other one, empty or filled, in trouble or not."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from iqs_tui import locale
from iqs_tui.store import settings
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.session import SignedIn
from tests.dose_department import fill as fill_dose
from tests.ui.admin_department import fill as fill_admin
from tests.ui.conftest import NOW, SMALL, WIDE, Shelf, text_of
from tests.ui.dose_pages import to_dose
from tests.ui.test_admin_screens import KEYS, LISTS
from tests.ui.test_glyphs import DOSE_PAGES
from tests.ui.test_snapshots_kiosk import fill as fill_kiosk

OTHER = {"nl": "en", "en": "nl"}
KIOSK = {
    "home": ("escape",),
    "prompt": (),
    "refined": ("5",),
    "no reject": ("0",),
    "remark": ("3",),
    "sign in": ("escape", "l"),
    "report": ("escape", "m"),
    "blue bin": ("escape", "b"),
    "help": ("escape", "f1"),
    "dose": ("escape", "d"),
    "dose groups": ("escape", "d", "tab"),
    "scanner": ("escape", "c"),
    "scoring": ("escape", "s"),
    "score form": ("escape", "l", "7", "s", "enter"),
    "score form, complete": ("escape", "l", "7", "s", "enter", *"1" * 12),
    "overview": ("escape", "s", "o"),
}
ADMIN = {
    **dict(zip(LISTS, KEYS.values(), strict=True)),
    "home": (),
    "person": ("g", "plus"),
    "person, wrong": ("g", "plus", "enter"),
    "badge": ("g", "b"),
    "echo": ("k", "e"),
    "draw": ("r", "plus"),
    "enrol, wrong": ("s", "k", "enter"),
}
WORDS = re.compile(r"[^\W\d_]{2,}")
BOTH = re.compile(r"^\W*(idle|standby|dicom|drn|scanner|kiosk|help|code|node|tag|status)\W*$", re.IGNORECASE)


def foreign(shown: str, language: str) -> list[str]:
    """The sentences of the other language that stand in `shown`."""
    return [
        f"{key}: {piece}"
        for key, piece in telling(language)
        if piece in shown and re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", shown)
    ]


@cache
def telling(language: str) -> tuple[tuple[str, str], ...]:
    """The pieces of the other language that this one never says, with their keys."""
    own = "\n".join(line.casefold() for line in locale.catalogue(language).values())
    pieces = (
        (key, piece.strip())
        for key, line in locale.catalogue(OTHER[language]).items()
        for piece in re.split(r"\{\w+\}|\|", line)
    )
    return tuple(
        (key, piece)
        for key, piece in pieces
        if (len(WORDS.findall(piece)) > 1 or len(piece) > 7) and piece.casefold() not in own and not BOTH.match(piece)
    )


@pytest.mark.parametrize(
    ("language", "is_filled", "size"),
    [("nl", True, WIDE), ("en", True, SMALL), ("nl", False, SMALL), ("en", False, WIDE)],
    ids=["nl-filled-120x36", "en-filled-80x24", "nl-empty-80x24", "en-empty-120x36"],
)
@pytest.mark.parametrize("name", KIOSK)
async def test_the_kiosk(make_app: Callable[..., IqsApp], shelf: Shelf, name: str, is_filled, language: str, size):
    if is_filled:
        fill_kiosk(shelf)
    await look(make_app(language), KIOSK[name], language, size)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("is_filled", [True, False], ids=["filled", "empty"])
@pytest.mark.parametrize("name", ADMIN)
async def test_the_admin(make_app: Callable[..., IqsApp], shelf: Shelf, name: str, is_filled, language: str):
    if is_filled and name != "log":  # whose lines are in English, as those of the command line
        fill_admin(shelf)
    await look(make_app(language, face="admin"), ADMIN[name], language, WIDE)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("error", ["Address already in use", "Permission denied"])
async def test_the_trouble_of_the_node(make_app: Callable[..., IqsApp], error: str, language: str):
    settings.put("node", {"error": f"[Errno 98] {error}", "started_at": "2026-11-21T13:00:00+00:00"})
    app = make_app(language)
    async with app.run_test(size=SMALL) as pilot:
        app.say("node", app._node.trouble())
        await pilot.pause()
        assert error not in text_of(app)
        assert foreign(text_of(app), language) == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("is_filled", [True, False], ids=["filled", "empty"])
@pytest.mark.parametrize("page", DOSE_PAGES)
async def test_the_dose_pages(make_app: Callable[..., IqsApp], shelf: Shelf, page: str, is_filled, language: str):
    if is_filled:
        fill_dose(weeks=14, rooms=("kamer-1",), change_at=NOW - timedelta(weeks=6), reject_rate=0.2)
    app = make_app(language)
    async with app.run_test(size=WIDE if is_filled else SMALL) as pilot:
        app.session.user = SignedIn("user-KF", "K. Fysicus", "KF", "physicist")
        shown = await to_dose(pilot, *DOSE_PAGES[page])
        assert foreign(shown, language) == [], shown


async def look(app: IqsApp, keys: tuple[str, ...], language: str, size: Any) -> None:
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert foreign(text_of(app), language) == [], text_of(app)
