"""Signing in: by initials, by a touch, page by page, and out again."""

import pytest

from iqs_tui.store.reading import people as reading
from tests.ui.conftest import SMALL, WIDE, Shelf, text_of


@pytest.fixture
def app(make_app):
    return make_app()


async def test_initials_and_enter(app, shelf: Shelf):
    shelf.user("J. de Vries", "JdV")
    shelf.user("J. Jansen", "JJ")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("l", "j", "enter")
        assert app.session.user is None
        await pilot.press("d", "v", "enter")
        await pilot.pause()
        assert app.session.user.name == "J. de Vries"
        assert app.is_home
        assert "J. de Vries" in text_of(app)


async def test_exact_initials_win_over_longer_ones(app, shelf: Shelf):
    shelf.user("J. Jansen", "JJ")
    shelf.user("J. Jacobs", "JJA")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("l", "j", "j", "enter")
        await pilot.pause()
        assert app.session.user.initials == "JJ"


async def test_a_touch_on_a_name(app, shelf: Shelf):
    shelf.user("J. de Vries", "JdV")
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await pilot.click("#choice-7")
        await pilot.pause()
        assert app.session.user.initials == "JdV"


async def test_more_people_than_cells_are_paged(app, shelf: Shelf):
    for number in range(20):
        shelf.user(f"Persoon {number:02}", f"P{number:02}")
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await pilot.pause()
        assert "1 van 3" in text_of(app)
        await pilot.press("right", "right", "8")
        await pilot.pause()
        assert app.session.user.initials == "P19"


async def test_nobody_on_the_list_says_so(app):
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("l")
        await pilot.pause()
        assert "Er staat nog niemand in de lijst." in text_of(app)


async def test_sign_out(app, shelf: Shelf):
    shelf.user("J. de Vries", "JdV")
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("l", "7")
        await pilot.press("l", "0")
        await pilot.pause()
        assert app.session.user is None
        assert app.is_home


def test_an_operator_that_two_people_answer_to_is_nobody(shelf: Shelf):
    shelf.user("J. de Vries", "JV1")
    shelf.user("J. de Vries", "JV2")
    assert reading.match("J. de Vries") is None


def test_an_operator_is_matched_as_dicom_writes_it(shelf: Shelf):
    shelf.user("J. de Vries", "JdV", operators_names=["johanna de vries"])
    assert reading.match("de Vries^Johanna").initials == "JdV"
    assert reading.match("JDV").initials == "JdV"
    assert reading.match("") is None
    assert reading.match(None) is None


def test_who_left_is_not_proposed(shelf: Shelf):
    shelf.user("J. de Vries", "JdV", is_active=False)
    assert reading.match("J. de Vries") is None
    assert reading.name_of("user-JdV") == "J. de Vries"
