"""The mapping screens: what has no mapping, a mapping made from it, and what it would catch as it is typed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.widgets import Static

from iqs_tui.domain.drl import RowMapping
from iqs_tui.store import document_history as history
from iqs_tui.store import drl, drl_editing
from iqs_tui.store.drl_editing import Editor
from iqs_tui.store.models import Audit
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.dose_choice import Chosen
from iqs_tui.ui.screens.admin.one_of import OneOf
from iqs_tui.ui.session import SignedIn
from iqs_tui.ui.widgets.plain_table import PlainTable
from tests.dose_department import fill
from tests.ui.conftest import NOW, SMALL, WIDE, text_of
from tests.ui.dose_pages import from_home, settled, to_dose
from tests.ui.test_glyphs import no_glyphs
from tests.ui.test_languages import foreign

SIZES = pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
OTHER = Editor(actor="user-X", name="X. Ander")
KNEE = RowMapping(population="", procedure_nl="", modalities=("DX",), matches="knie")


@pytest.fixture
def department(db) -> None:
    fill(weeks=12, per_day=4)


def physicist(app: IqsApp, role: str = "physicist") -> None:
    app.sign_in(SignedIn("user-K", "K. Fysicus", "KF", role))


async def opened(pilot: Any, role: str | None = "physicist") -> None:
    await pilot.pause()
    if role is not None:
        physicist(pilot.app, role)
    pilot.app.open_screen("mapping")
    await settled(pilot)


def count(app: IqsApp) -> str:
    return str(app.screen.query_one("#mapping-count", Static).content)


def said(app: IqsApp) -> str:
    return str(app.screen.query_one("#mapping-said", Static).content)


def names() -> list[str]:
    return [item.procedure_nl for item in drl.book().mappings]


def walk(*keys: str, role: str | None = "physicist"):
    async def run(pilot: Any) -> None:
        await opened(pilot, role)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    return run


STEPS = {"list": (), "new": ("n",), "bad": ("n", "tab", "tab", "("), "table": ("t",), "open": ("tab",)}


class TestPictures:
    @SIZES
    @pytest.mark.parametrize("step", STEPS)
    def test_dark(self, snap_compare, make_app: Callable[..., IqsApp], department, step: str, size):
        assert snap_compare(make_app(), terminal_size=size, run_before=walk(*STEPS[step]))

    @SIZES
    @pytest.mark.parametrize("step", ["list", "new", "table"])
    def test_console(self, snap_compare, make_app: Callable[..., IqsApp], department, step: str, size):
        assert snap_compare(make_app(theme="vt"), terminal_size=size, run_before=walk(*STEPS[step]))

    @SIZES
    @pytest.mark.parametrize("step", ["list", "new", "table"])
    def test_english(self, snap_compare, make_app: Callable[..., IqsApp], department, step: str, size):
        assert snap_compare(make_app(language="en"), terminal_size=size, run_before=walk(*STEPS[step]))

    @SIZES
    def test_nothing_yet(self, snap_compare, make_app: Callable[..., IqsApp], db, size):
        assert snap_compare(make_app(), terminal_size=size, run_before=walk())


class TestNewMapping:
    async def test_a_protocol_without_a_mapping_gets_the_row_that_the_person_picks(self, make_app, department):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot)
            assert "Zonder koppeling: 3 protocollen" in text_of(app)
            await pilot.press("tab", "down", "down", "enter")
            await settled(pilot)
            assert "^Knie AP$" in text_of(app)
            assert "Vangt 75 opnamen van 72 patiënten in 90 dagen" in count(app)
            await pilot.press("enter")
            await settled(pilot)
            assert said(app) == "Kies eerst een DRN-rij, of kies dat er geen DRN is."
            assert len(drl.book().mappings) == 11, "nothing is mapped by likeness"
            await pilot.press("right", "enter")
            await settled(pilot)
            assert "koppeling toegevoegd: geen DRN. Versie 3 geldt nu" in said(app)
            assert "Zonder koppeling: 2 protocollen" in text_of(app)
        item = drl.book().mappings[-1]
        assert (item.procedure_nl, item.matches, item.view, item.modalities) == ("", "^Knie AP$", "AP", ("DX",))
        newest = history.versions("drl")[0]
        assert (newest.number, newest.installed_by) == (3, "K. Fysicus")
        row = Audit.get(Audit.action == "drl.added")
        assert row.actor == "user-K"

    async def test_the_count_follows_each_keystroke(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await opened(pilot)
            await pilot.press("n", "tab", "tab")
            await settled(pilot)
            assert "Thorax lateraal 314" in count(app)
            await pilot.press("end", *["backspace"] * 20, *"Knie", "tab", "tab", *["backspace"] * 3)
            await settled(pilot)
            assert "Vangt 151 opnamen van" in count(app)
            assert "Knie lateraal 76 · Knie AP 75" in count(app)
            await pilot.press("tab", "tab", "1", "8")
            await settled(pilot)
            assert "leeftijd, gewicht of dikte is onbekend" not in count(app), "every age is known here"
            assert "Vangt 1" in count(app)
            await pilot.press("x")
            await settled(pilot)
            assert count(app) == "Leeftijd vanaf: vul een getal in, zoals 18 of 0,5."

    async def test_a_mapping_at_the_cost_of_another_says_so(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await opened(pilot)
            await pilot.press("enter", "tab", "tab", "ctrl+u", *"thorax", "tab", "ctrl+u", "tab", "ctrl+u")
            await pilot.press("tab", "tab", "ctrl+u")
            await settled(pilot)
            assert "Daarvan nu bij koppeling 8 (X-thorax kind): 10" in count(app)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("(", "Naam: dit patroon klopt niet, kijk naar haakjes en leestekens."),
            ("(a+)+", "Naam: dit patroon heeft te veel mogelijkheden (.* of + in herhaling). Maak het eenvoudiger."),
            ("", "Naam: vul dit in."),
        ],
    )
    async def test_a_pattern_that_cannot_be_used_is_said_in_one_sentence(self, make_app, department, typed, sentence):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot)
            await pilot.press("n", "right", "tab", "tab", "end", *["backspace"] * 20, *typed)
            await settled(pilot)
            assert count(app) == sentence
            await pilot.press("enter")
            await settled(pilot)
            assert said(app) == sentence
            assert len(drl.book().mappings) == 11

    async def test_escape_leaves_everything_as_it_was(self, make_app, department):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot)
            await pilot.press("enter", "tab", "tab", "x")
            assert app.screen.is_busy
            await pilot.press("escape")
            await settled(pilot)
            assert not app.screen.is_busy
        assert history.versions("drl") == ()


class TestEditing:
    async def test_a_signature_is_put_taken_back_and_lost_with_a_change(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await opened(pilot)
            await pilot.press("a")
            await settled(pilot)
            item = drl.book().mappings[0]
            assert (item.signed_off_by, item.signed_off_on) == ("K. Fysicus", NOW.date())
            assert "afgetekend door K. Fysicus op 2026-11-21" in text_of(app)
            await pilot.press("enter", "tab", "tab", "end", *"|borstkas", "enter")
            await settled(pilot)
            item = drl.book().mappings[0]
            assert item.matches.endswith("|borstkas")
            assert item.signed_off_by == "", "what was signed is not what stands there now"
            await pilot.press("u")
            await settled(pilot)
            assert drl.book().mappings[0].signed_off_by == "K. Fysicus"
            assert drl.book().mapping_version == 4, "taking back is a new version"

    async def test_the_order_can_be_changed_and_taken_back(self, make_app, department):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot)
            before = names()
            await pilot.press("plus")
            await settled(pilot)
            assert names()[:2] == [before[1], before[0]]
            assert app.screen.query_one("#mapping-rows", PlainTable).chosen == "1", "the cursor goes along"
            await pilot.press("shift+up")
            await settled(pilot)
            assert names() == before
            await pilot.press("x")
            await settled(pilot)
            assert names() == before[1:]
            await pilot.press("u")
            await settled(pilot)
            assert names() == before

    async def test_an_edit_of_somebody_else_is_not_wiped_out(self, make_app, department):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot)
            await pilot.press("n", "right")
            await settled(pilot)
            drl_editing.add(KNEE, drl_editing.stand().digest, OTHER, NOW, "van een ander")
            await pilot.press("enter")
            await settled(pilot)
            assert "Iemand anders heeft de koppeling net gewijzigd (versie 3)" in said(app)
            assert "^Thorax lateraal$" in text_of(app), "what was filled in stands there still"
            assert [item.matches for item in drl.book().mappings][-1] == "knie"
            await pilot.press("enter")
            await settled(pilot)
        assert [item.matches for item in drl.book().mappings][-2:] == ["knie", "^Thorax lateraal$"]

    async def test_a_changed_mapping_is_found_again_when_its_place_changed(self, make_app, department):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot)
            await pilot.press("enter", "tab", "tab", "end", *"|borstkas")
            drl_editing.move(0, 1, drl_editing.stand().digest, OTHER, NOW)
            await pilot.press("enter", "enter")
            await settled(pilot)
        assert drl.book().mappings[1].matches.endswith("|borstkas")
        assert len(drl.book().mappings) == 11

    async def test_a_key_on_a_stale_list_changes_nothing(self, make_app, department):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot)
            drl_editing.move(0, 1, drl_editing.stand().digest, OTHER, NOW)
            app.screen.action_remove()
            await settled(pilot)
            assert "Iemand anders heeft de koppeling net gewijzigd. Hier staat nu de nieuwe" in said(app)
        assert len(drl.book().mappings) == 11

    @pytest.mark.parametrize("role", [None, "radiographer", "reviewer", "quality"])
    async def test_others_look_and_change_nothing(self, make_app, department, role):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot, role)
            assert "als je bent aangemeld als klinisch fysicus" in text_of(app)
            assert "Aftekenen" not in text_of(app)
            await pilot.press("n", "enter", "a", "x", "plus", "tab", "enter", "n")
            await settled(pilot)
            assert type(app.screen).__name__ == "MappingScreen"
        assert history.versions("drl") == ()

    async def test_a_manager_edits_and_leaves_signing_to_the_physicist(self, make_app, department):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot, "manager")
            assert "Aftekenen" not in text_of(app)
            await pilot.press("a", "x")
            await settled(pilot)
        assert len(drl.book().mappings) == 10
        assert not any(item.signed_off_by for item in drl.book().mappings)

    async def test_the_manager_of_the_admin_edits_under_the_account(self, make_app, department):
        app = make_app(face="admin")
        async with app.run_test(size=WIDE) as pilot:
            await opened(pilot, None)
            await pilot.press("a")
            await settled(pilot)
        assert drl.book().mappings[0].signed_off_by
        assert Audit.get(Audit.action == "drl.signed").actor.startswith("admin:")


class TestTable:
    async def test_a_row_without_a_value_says_so_and_foreign_rows_are_no_drn(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await opened(pilot)
            await pilot.press("t")
            await settled(pilot)
            shown = text_of(app)
            assert "12 µGy·m²" in shown
            assert "geen DRN bekend" in shown
            assert "BE adult" not in shown
            await pilot.press("b", "ctrl+end")
            await settled(pilot)
            assert "geen DRN: een waarde van elders" in text_of(app)
            assert "UK adult · Thorax-abdo" in text_of(app)

    async def test_a_former_version_is_put_back_as_a_new_one(self, make_app, department):
        before = drl.book().mappings
        drl_editing.remove(0, drl_editing.stand().digest, OTHER, NOW, "weg")
        drl_editing.remove(0, drl_editing.stand().digest, OTHER, NOW, "ook weg")
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot)
            await pilot.press("t", "tab")
            await settled(pilot)
            shown = text_of(app)
            assert "X. Ander" in shown
            assert "geldt nu · ook weg" in shown
            assert " R  Terugzetten" not in shown, "the one in force is in force"
            await pilot.press("ctrl+end")
            await settled(pilot)
            assert " R  Terugzetten" in text_of(app)
            await pilot.press("r")
            await settled(pilot)
            assert "versie 2 teruggezet. Versie 5 geldt nu" in said(app)
        assert drl.book().mappings == before
        assert [one.number for one in history.versions("drl")] == [5, 4, 3, 2]

    async def test_who_may_not_edit_puts_nothing_back(self, make_app, department):
        drl_editing.remove(0, drl_editing.stand().digest, OTHER, NOW, "weg")
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await opened(pilot, "quality")
            await pilot.press("t", "tab", "down", "r")
            await settled(pilot)
        assert len(history.versions("drl")) == 2


async def test_vt_draws_only_what_console_fonts_have(make_app, department):
    async with make_app(theme="vt").run_test(size=SMALL) as pilot:
        missing = set()
        async for step, keys in from_home(pilot, STEPS):
            await walk(*keys)(pilot)
            missing |= {(step, sign) for sign in no_glyphs(text_of(pilot.app))}
        assert not missing


async def test_a_name_from_outside_is_shown_as_it_stands(make_app, department):
    """Markup in a protocol or in a mapping of the server is never interpreted."""
    odd = replace(KNEE, matches="[a-z@click]", station="x")
    drl_editing.add(odd, drl_editing.stand().digest, OTHER, NOW, "[bold]weg[/]")
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+end")
        await settled(pilot)
        assert "[a-z@click]" in text_of(app)
        await pilot.press("t")
        await settled(pilot)
        assert "[bold]weg[/]" in text_of(app)


async def test_the_row_of_a_mapping_is_chosen_in_its_form(make_app, department):
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert app.screen.query_one(OneOf).value.startswith("NL adult\x1fX-bekken")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("is_filled", [True, False], ids=["filled", "empty"])
async def test_one_language_at_a_time(make_app, db, language, is_filled):
    if is_filled:
        fill(weeks=2, per_day=2)
    async with make_app(language).run_test(size=WIDE) as pilot:
        found = []
        async for step, keys in from_home(pilot, STEPS):
            await walk(*keys)(pilot)
            found += [(step, said) for said in foreign(text_of(pilot.app), language)]
        assert found == []


@pytest.mark.parametrize("keys", [(), ("enter",)], ids=["groups", "one group"])
async def test_an_edit_holds_at_once_for_the_dose_screens(make_app, department, keys):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        app.session.dose_choice = Chosen(rooms=("kamer-1",), procedure="X-thorax", view="PA")
        before = await to_dose(pilot, *keys)
        drl_editing.remove(0, drl_editing.stand().digest, OTHER, NOW, "weg")
        app.screen.show_all()
        await settled(pilot)
        assert "koppeling nog niet afgetekend" in " ".join(before.split())
        assert "koppeling nog niet afgetekend" not in " ".join(text_of(app).split())
        assert "geen DRN bekend" in text_of(app)
