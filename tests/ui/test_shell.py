"""The shell: news, header, pillars, idle, badge, who sits here."""

import sqlite3

import msgspec
import pytest
from textual import events

from iqs_tui.store import people, settings
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.screens.home import HomeScreen
from iqs_tui.ui.screens.prompt import PromptScreen
from iqs_tui.ui.session import SignedIn
from tests.ui.conftest import NOW, SMALL, WIDE, Shelf, StillClock, changed, text_of, wait_for


async def touch(pilot, app: IqsApp, widget) -> None:
    """A finger, by way of the driver: `pilot.click` would go past the gate."""
    x, y = widget.region.x + 1, widget.region.y
    for kind in (events.MouseDown, events.MouseUp):
        app._driver.send_message(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))
    await pilot.pause()
    await pilot.pause()


JANSEN = SignedIn("user-PJ", "P. Jansen", "PJ", "radiographer")


async def test_another_process_commits_and_the_prompt_opens(make_app, shelf: Shelf, db):
    app = make_app()
    case_id = shelf.case(shelf.exposure(4), state="dismissed")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert app.is_home
        other = sqlite3.connect(db)
        other.execute("update retake_case set state = 'open' where case_id = ?", (case_id,))
        other.commit()
        other.close()
        await wait_for(pilot, lambda: isinstance(app.screen, PromptScreen))


async def test_the_admin_face_opens_no_prompt(make_app, shelf: Shelf):
    shelf.case(shelf.exposure(4))
    app = make_app(face="admin")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert app.is_home


async def test_the_prompt_waits_for_something_half_filled_in(make_app, shelf: Shelf):
    shelf.user("P. Jansen", "PJ")
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("l", "p")
        shelf.case(shelf.exposure(4))
        app.announce()
        await pilot.pause()
        assert not isinstance(app.screen, PromptScreen)
        assert "1 open" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)


async def test_a_pillar_that_is_off_leaves_no_panel_and_no_key(config, clock, listening):
    room = config.rooms[0]
    only_dose = msgspec.structs.replace(
        room, pillars=msgspec.structs.replace(room.pillars, reject=False, evaluation=False, idle=False)
    )
    app = IqsApp(msgspec.structs.replace(config, rooms=(only_dose,)), clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        shown = text_of(app)
        assert "Dosis" in shown
        for word in ("Afkeur", "Scanner", "Scoren", "Blauwe ton"):
            assert word not in shown
        await pilot.press("m", "b", "s", "c", "enter")
        assert app.is_home


async def test_a_reject_pillar_that_is_off_opens_no_prompt(config, clock, listening, shelf: Shelf):
    room = config.rooms[0]
    off = msgspec.structs.replace(room, pillars=msgspec.structs.replace(room.pillars, reject=False))
    shelf.case(shelf.exposure(4))
    app = IqsApp(msgspec.structs.replace(config, rooms=(off,)), clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert app.is_home


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"state": "ok", "last_ok_at": "2026-11-21T13:41:00+00:00", "pending": 0}, "● bijgewerkt 14:41"),
        (
            {"state": "offline", "last_ok_at": "2026-11-21T11:00:00+00:00", "pending": 7},
            "○ geen verbinding sinds 12:00 · 7 wachten",
        ),
        ({"state": "refused", "last_ok_at": None, "pending": 2}, "▲ centrale weigert"),
        (None, "○ nog niet bijgewerkt"),
    ],
)
async def test_the_sync_is_symbol_and_word(config, clock, listening, told, words):
    settings.put("sync", told)
    app = IqsApp(changed(config, "central", url="https://central"), clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert words in text_of(app)


async def test_a_node_that_does_not_run_is_a_sentence(config, clock):
    app = IqsApp(config, clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        await wait_for(pilot, lambda: "De luisteraar draait niet" in text_of(app))


async def test_a_node_that_cannot_listen_says_why(make_app):
    settings.put("node", {"error": "port 11112: Address already in use"})
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await wait_for(pilot, lambda: "Luisteraar gestopt: poort 11112 is bezet" in text_of(app))


async def test_dims_when_nobody_is_there_and_swallows_the_waking_key(make_app, clock: StillClock):
    app = make_app(theme="dark")
    async with app.run_test(size=WIDE) as pilot:
        clock.forward(minutes=16)
        app.gate.tick()
        assert app.theme == "dark-dim"
        await pilot.press("m")
        assert app.theme == "dark"
        assert app.is_home
        await pilot.press("m")
        await pilot.pause()
        assert not app.is_home


async def test_a_waking_touch_does_nothing_else(make_app, clock: StillClock, shelf: Shelf):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        hint = app.screen.query("KeyHint").first()
        clock.forward(minutes=16)
        app.gate.tick()
        await touch(pilot, app, hint)
        assert app.theme == "dark"
        assert app.is_home
        await touch(pilot, app, hint)
        assert not app.is_home


async def test_a_new_case_wakes_the_screen(make_app, clock: StillClock, shelf: Shelf):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        clock.forward(minutes=16)
        app.gate.tick()
        shelf.case(shelf.exposure(4))
        app.announce()
        await pilot.pause()
        assert app.theme == "dark"
        assert isinstance(app.screen, PromptScreen)


async def test_signs_out_after_a_countdown_that_any_key_cancels(make_app, clock: StillClock):
    app = make_app(logout_after_minutes=10)
    async with app.run_test(size=WIDE) as pilot:
        app.sign_in(JANSEN)
        clock.forward(minutes=9, seconds=50)
        app.gate.tick()
        await pilot.pause()
        assert "over 10 s afgemeld" in text_of(app)
        await pilot.press("x")
        app.gate.tick()
        assert app.session.user == JANSEN
        assert app.notice == ""
        clock.forward(minutes=10)
        app.gate.tick()
        assert app.session.user is None


async def test_a_badge_signs_in_and_fires_no_key(make_app, shelf: Shelf):
    shelf.user("P. Jansen", "PJ")
    people.set_badge("user-PJ", "20481596", "test", NOW)
    case_id = shelf.case(shelf.exposure(4))
    app = make_app(badge_prefix="%")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("%", *"20481596", "enter")
        await pilot.pause()
        assert app.session.user is not None
        assert app.session.user.initials == "PJ"
        assert isinstance(app.screen, PromptScreen)
        assert app.screen.asking.case.case_id == case_id
        assert app.screen.phase == "ask"


async def test_the_same_badge_again_signs_out_but_a_double_read_does_not(make_app, shelf: Shelf, clock: StillClock):
    shelf.user("P. Jansen", "PJ")
    people.set_badge("user-PJ", "20481596", "test", NOW)
    app = make_app(badge_prefix="%")
    async with app.run_test(size=WIDE) as pilot:
        for _ in range(2):
            await pilot.press("%", *"20481596", "enter")
        assert app.session.user is not None
        clock.forward(seconds=5)
        await pilot.press("%", *"20481596", "enter")
        assert app.session.user is None


async def test_an_unknown_badge_is_a_sentence(make_app):
    app = make_app(badge_prefix="%")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("%", *"99999999", "enter")
        await pilot.pause()
        assert "Deze badge is niet bekend" in text_of(app)


async def test_a_prefix_typed_by_hand_is_forgotten(make_app, clock: StillClock):
    app = make_app(badge_prefix="%")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("%")
        clock.forward(seconds=3)
        await pilot.press("m")
        await pilot.pause()
        assert not app.is_home


async def test_signing_out_closes_what_was_theirs(make_app):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        app.sign_in(JANSEN)
        app.open_screen("blue_bin")
        await pilot.pause()
        app.sign_out()
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)


async def test_the_clock_follows_the_minute(make_app, clock: StillClock):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "14:43" in text_of(app)
        clock.forward(minutes=1)
        await wait_for(pilot, lambda: "14:44" in text_of(app))
