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
from tests.ui.dose_pages import PHYSICIST, from_home, press
from tests.ui.test_admin_screens import KEYS, LISTS
from tests.ui.test_glyphs import DOSE_PAGES
from tests.ui.test_snapshots_kiosk import fill as fill_kiosk

OTHER = {"nl": "en", "en": "nl"}
PROMPT = {
    "prompt": (),
    "refined": ("5",),
    "no reject": ("0",),
    "remark": ("3",),
}
KIOSK = {
    "home": (),
    "sign in": ("l",),
    "report": ("m",),
    "blue bin": ("b",),
    "help": ("f1",),
    "dose": ("d",),
    "dose groups": ("d", "tab"),
    "scanner": ("c",),
    "scoring": ("s",),
    "score form": ("l", "7", "s", "enter"),
    "score form, complete": ("l", "7", "s", "enter", *"1" * 12),
    "overview": ("s", "o"),
}
ADMIN = {
    **{name: (key,) for name, key in zip(LISTS, KEYS.values(), strict=True)},
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


LOOKS = pytest.mark.parametrize(
    ("language", "is_filled", "size"),
    [("nl", True, WIDE), ("en", True, SMALL), ("nl", False, SMALL), ("en", False, WIDE)],
    ids=["nl-filled-120x36", "en-filled-80x24", "nl-empty-80x24", "en-empty-120x36"],
)


@LOOKS
@pytest.mark.parametrize("name", PROMPT)
async def test_the_prompt(make_app: Callable[..., IqsApp], shelf: Shelf, name: str, is_filled, language: str, size):
    if is_filled:
        fill_kiosk(shelf)
    app = make_app(language)
    async with app.run_test(size=size) as pilot:
        await press(pilot, *PROMPT[name])
        assert app.shows("prompt") is is_filled
        assert foreign(text_of(app), language) == [], text_of(app)


@LOOKS
async def test_the_kiosk(make_app: Callable[..., IqsApp], shelf: Shelf, is_filled, language: str, size):
    if is_filled:
        fill_kiosk(shelf)
    app = make_app(language)
    async with app.run_test(size=size) as pilot:
        await pilot.press("escape")
        assert await foreign_on(pilot, KIOSK, language) == {}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("is_filled", [True, False], ids=["filled", "empty"])
async def test_the_admin(make_app: Callable[..., IqsApp], shelf: Shelf, is_filled, language: str):
    pages = dict(ADMIN)
    if is_filled:
        fill_admin(shelf)
        del pages["log"]  # whose lines are in English, as those of the command line
    app = make_app(language, face="admin")
    async with app.run_test(size=WIDE) as pilot:
        assert await foreign_on(pilot, pages, language) == {}


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
@pytest.mark.parametrize("area", DOSE_PAGES)
async def test_the_dose_pages(make_app: Callable[..., IqsApp], shelf: Shelf, area: str, is_filled, language: str):
    if is_filled:
        fill_dose(weeks=14, rooms=("kamer-1",), change_at=NOW - timedelta(weeks=6), reject_rate=0.2)
    pages = {name: ("d", *keys) for name, keys in DOSE_PAGES[area].items()}
    async with make_app(language).run_test(size=WIDE if is_filled else SMALL) as pilot:
        assert await foreign_on(pilot, pages, language, PHYSICIST) == {}


async def foreign_on(
    pilot: Any, pages: dict[str, tuple[str, ...]], language: str, user: SignedIn | None = None
) -> dict[str, list[str]]:
    """The pages on which something of the other language stands, with what it is."""
    found = {}
    async for page, keys in from_home(pilot, pages, user):
        found[page] = foreign(await press(pilot, *keys), language)
    return {page: said for page, said in found.items() if said}


def test_of_one_thing_the_words_are_those_of_one():
    locale.use("nl")
    assert [locale.t("blue_bin.n_open", n=n) for n in (1, 2)] == ["1 wacht op een reden", "2 wachten op een reden"]
    assert locale.t("blue_bin.answers", n=0, of=1) == "beantwoord: 0 van 1 vraag"
    assert locale.t("blue_bin.answers", n=1, of=2) == "beantwoord: 1 van 2 vragen"
    assert locale.t("reject.rejected", k=0, n="1", source="beelden") == "afgekeurd 0 van 1 opname (beelden)"
