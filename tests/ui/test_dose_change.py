"""Before and after: what differs and how sure that is. Never why, and never a test on too few."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from iqs_tui import locale
from iqs_tui.domain.comparison import RateChange
from iqs_tui.domain.reject_rate import Basis
from iqs_tui.store.reading.analysis_change import RejectChange
from iqs_tui.store.reading.reject_analysis.figures import Viewer
from iqs_tui.ui import change_words as words
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.change_reading import Asked, Found, find
from iqs_tui.ui.screens import dose_change as screens
from iqs_tui.ui.screens.home import HomeScreen
from iqs_tui.ui.screens.pick import PickScreen, TypeScreen
from iqs_tui.ui.typed_day import typed_day
from tests import dose_department
from tests.ui import analysis_views as views
from tests.ui.conftest import NOW, SMALL, WIDE, text_of
from tests.ui.dose_pages import settled
from tests.ui.test_glyphs import CONSOLE
from tests.ui.test_languages import foreign

CHANGED_AT = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """One change; returns what was asked for."""
    asked: list[Asked] = []

    def fake(one: Asked, *_: Any) -> Found:
        asked.append(one)
        return views.found()

    monkeypatch.setattr(screens, "find", fake)
    return asked


async def opened(pilot: Any, *keys: str, **values: Any) -> screens.DoseChangeScreen:
    pilot.app.open_screen("dose_change", **values)
    await settled(pilot)
    screen = pilot.app.screen
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
    return screen


def steps(*keys: str) -> Callable[[Any], Any]:
    async def run(pilot: Any) -> None:
        await opened(pilot, *keys)

    return run


@pytest.mark.parametrize(
    ("size", "theme", "language", "keys"),
    [
        (WIDE, "dark", "nl", ()),
        (SMALL, "dark", "nl", ()),
        (WIDE, "vt", "nl", ()),
        (SMALL, "vt", "nl", ("v",)),
        (SMALL, "dark", "en", ()),
        (SMALL, "dark", "nl", ("g",)),
    ],
    ids=["wide", "small", "vt", "small-vt-picture", "english", "of-what"],
)
def test_pictures(snap_compare: Any, make_app: Callable[..., IqsApp], compared: Any, size, theme, language, keys):
    app = make_app(language, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=steps(*keys))


def test_picture_of_no_change_yet(snap_compare: Any, make_app: Callable[..., IqsApp]):
    assert snap_compare(make_app(), terminal_size=SMALL, run_before=steps())


async def test_one_sentence_answers_and_says_after_not_because(make_app, compared):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot)
        text = text_of(pilot.app)
        answer = "Na de wijziging: mediane DAP 20 % lager; onderzoekstijd 1,2 min korter; geen verschil in afkeur"
        assert answer in text
        assert "Na de wijziging is niet: door de wijziging." in text


async def test_every_line_has_its_interval_its_test_and_what_it_rests_on(make_app, compared):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot)
        text = text_of(pilot.app)
        assert "−1,5 (−1,7 tot −1,3)" in text
        assert "verschil aantoonbaar (p < 0,001)" in text
        assert "n = 212 (201 patiënten) → 198 (190) · bekend bij 99 % → 99 % van de opnamen" in text
        assert "18 van 233 → 14 van 214 opnamen (röntgen, dosisrapport) · 95 %: 5–12 → 4–11 %" in text
        assert "geen verschil aantoonbaar (p = 0,58)" in text


def test_too_few_are_not_tested():
    few = views.changed(7.6e-6, 6.1e-6, None, None, None, 30)
    view = views.change_view(doses=(views.dose_change(few),))
    assert words.lines(view)[0].test == "nog geen toets (20 patiënten nodig)"
    assert "DAP: nog geen toets (20 patiënten nodig)" in words.sentence(view)
    assert "lager" not in words.sentence(view).split(";")[0]


def test_a_difference_is_only_said_where_test_and_interval_agree():
    across_zero = views.changed(7.6e-6, 6.1e-6, -1.7e-6, 0.2e-6, 1e-4, 212)
    the_other_way = views.changed(7.6e-6, 6.1e-6, 0.1e-6, 0.9e-6, 1e-4, 212)
    for change in (across_zero, the_other_way):
        said = words.sentence(views.change_view(doses=(views.dose_change(change),)))
        assert "geen verschil in DAP aantoonbaar" in said


def test_few_exposures_give_counts_and_no_rate():
    rejects = RateChange(
        k_before=3,
        n_before=20,
        k_after=1,
        n_after=41,
        before=None,
        after=None,
        difference=None,
        low=None,
        high=None,
        p_value=0.2,
    )
    view = views.change_view(rejects=RejectChange(is_told=True, basis=Basis("DX", "images"), change=rejects))
    line = words.lines(view)[-1]
    assert (line.before, line.after, line.difference) == ("3 van 20", "1 van 41", "")
    assert "%" not in line.before + line.after + line.rests_on
    assert "afkeur: nog geen toets (50 opnamen nodig)" in words.sentence(view)


def test_what_is_absent_is_said_and_is_no_zero():
    nothing = replace(views.change_view().duration, change=None, n_before=0, n_after=0)
    view = views.change_view(doses=(views.dose_change(None),), duration=nothing, rejects=RejectChange(is_told=True))
    assert [(line.before, line.after) for line in words.lines(view)] == [("–", "–")] * 3
    assert "DAP niet in beide perioden bekend; tijd niet te bepalen" in words.sentence(view)


def test_rejects_of_others_are_told_by_role_only():
    view = views.change_view(rejects=RejectChange(is_told=False))
    assert words.lines(view)[-1].test == "alleen voor kwaliteit, klinisch fysicus en beheer"
    assert "afkeur" not in words.sentence(view)


def test_a_mix_of_procedures_is_said():
    assert "4 verrichtingen of projecties samen" in words.notes(views.change_view(n_kinds=4))
    assert "2 onwaarschijnlijke doses weggelaten." in words.notes(views.change_view())


async def test_the_periods_are_turned_by_one_key(make_app, compared):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot, "p", "p", "p")
        assert [one.weeks for one in compared] == [8, 12, 4, 8]


async def test_another_projection_is_picked_from_a_list(make_app, compared):
    async with make_app().run_test(size=WIDE) as pilot:
        screen = await opened(pilot, "g")
        assert isinstance(pilot.app.screen, PickScreen)
        await pilot.press("down", "down", "enter")
        await settled(pilot)
        assert pilot.app.screen is screen
        assert compared[-1].projection == views.PROJECTIONS[2]


async def test_esc_from_a_list_changes_nothing(make_app, compared):
    async with make_app().run_test(size=WIDE) as pilot:
        screen = await opened(pilot, "w", "escape")
        assert pilot.app.screen is screen
        assert {(one.moment, one.projection) for one in compared} == {(None, None)}
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_a_day_is_typed_and_one_that_is_none_is_refused(make_app, compared):
    async with make_app().run_test(size=SMALL) as pilot:
        screen = await opened(pilot, "d")
        assert isinstance(pilot.app.screen, TypeScreen)
        await pilot.press(*"31-2", "enter")
        await pilot.pause()
        assert "Dat is geen dag." in text_of(pilot.app)
        field = pilot.app.screen.query_one("#pick-field")
        field.value = "1-12-2026"
        await pilot.press("enter")
        await pilot.pause()
        assert "Die dag is nog niet voorbij" in text_of(pilot.app)
        field.value = "3 nov"
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is screen
        assert compared[-1].day == date(2026, 11, 3)


async def test_on_a_small_screen_the_picture_is_one_key_away(make_app, compared):
    async with make_app().run_test(size=SMALL) as pilot:
        screen = await opened(pilot, "v")
        assert screen.query_one("#change-plot").display
        assert "mediaan 6,1 (n = 160)" in text_of(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert screen.query_one("#change-table").display
        assert pilot.app.screen is screen


async def test_a_change_in_the_data_is_found_by_itself(make_app, db):
    dose_department.fill(weeks=16, rooms=("kamer-1",), per_day=16, change_at=CHANGED_AT)
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot)
        text = text_of(pilot.app)
        assert "software VB10A → VB20A, Acme DX One, 1 okt 2026" in text
        assert re.search(r"Na de wijziging: mediane DAP \d\d % lager; onderzoekstijd 0,\d min korter", text)


async def test_it_stays_on_the_group_that_it_was_opened_on(make_app, db):
    dose_department.fill(weeks=16, rooms=("kamer-1",), per_day=16, change_at=CHANGED_AT)
    group = replace(views.THORAX, modality="CT", procedure="CT abdomen", view=None)
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot, scope=group)
        text = text_of(pilot.app)
        assert "CT abdomen · Kamer 1" in text
        assert "Acme CT One" in text
        assert "DLP" in text


def test_a_typed_day_takes_the_projection_made_most(db):
    dose_department.fill(weeks=12, rooms=("kamer-1",), per_day=16)
    base = replace(views.THORAX, procedure=None, view=None, modality=None)
    zone = locale_zone()
    found = find(Asked(base=base, weeks=4, day=date(2026, 10, 20)), Viewer(), NOW, zone)
    assert found.missing == ""
    assert found.scope.procedure == "X-thorax"
    assert find(Asked(base=base, weeks=4), Viewer(), NOW, zone).missing == "no_change"
    assert find(Asked(base=base, weeks=4, day=date(2026, 1, 5)), Viewer(), NOW, zone).missing == "no_exposures"
    assert find(Asked(base=base, weeks=4, day=date(2026, 11, 21)), Viewer(), NOW, zone).missing == "too_soon"


def locale_zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3-11-2026", date(2026, 11, 3)),
        ("3/11/26", date(2026, 11, 3)),
        (" 03/11/2026 ", date(2026, 11, 3)),
        ("03-11", date(2026, 11, 3)),
        ("2026-11-03", date(2026, 11, 3)),
        ("3 nov", date(2026, 11, 3)),
        ("3 november 2025", date(2025, 11, 3)),
        ("25-12", date(2025, 12, 25)),
        ("31-2", None),
        ("29-2-2025", None),
        ("1-1-0001", None),
        ("31-12-9999", None),
        ("3 xyz", None),
        ("gisteren", None),
        ("", None),
    ],
)
def test_a_day_as_people_type_it(typed: str, day: date | None):
    locale.use("nl")
    assert typed_day(typed, date(2026, 11, 21)) == day


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
@pytest.mark.parametrize("keys", [(), ("v",), ("g",), ("d",)], ids=["table", "picture", "group", "day"])
@pytest.mark.parametrize("language", ["nl", "en"])
async def test_console_glyphs_and_one_language(make_app, compared, language: str, keys, size):
    async with make_app(language, theme="vt").run_test(size=size) as pilot:
        await opened(pilot, *keys)
        assert {character for character in text_of(pilot.app) if ord(character) > 126} <= CONSOLE
        assert foreign(text_of(pilot.app), language) == []


async def test_resizing_while_it_stands(make_app, compared):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot)
        for size in (SMALL, (40, 12), WIDE):
            await pilot.resize_terminal(*size)
            await settled(pilot)
        assert "mediane DAP 20 % lager" in text_of(pilot.app)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_may_not_be_said(language: str):
    """The do-not-say column of dose, and no word of cause but the one that denies it."""
    never = (
        r"overschr|te hoog|limiet|grenswaarde|alarm|waarschuw|gevaar|\brood\b|gezakt|geslaagd|% van|voldoet"
        r"|exceed|too high|\blimit|\balert|warning|danger|\bred\b|\bpass\b|\bfail|% of|compliant"
        r"|\bdoor\b|dankzij|vanwege|\bbecause\b|\bdue to\b|\bthanks to\b"
    )
    mine = ("change.", "technique.", "drift.")
    words_ = {key: text for key, text in locale.catalogue(language).items() if key.startswith(mine)}
    assert len(words_) > 150
    found = {key for key, text in words_.items() if re.search(never, text, re.IGNORECASE)}
    assert found == {"change.footnote"}
