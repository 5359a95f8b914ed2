"""The rejected image beside the answers of the prompt: where there is room and a picture, and never in the way."""

from typing import Any

import pytest

from iqs_tui.store.models import Case, Preview
from iqs_tui.ui.widgets.choices import Choice
from iqs_tui.ui.widgets.picture import PictureView
from tests.ui.conftest import SMALL, WIDE, Shelf, text_of
from tests.ui.dose_pages import press, settled
from tests.ui.radiographs import keep, radiograph


def pictures(app: Any) -> list[PictureView]:
    return [view for view in app.screen.query(PictureView) if view.has_class("-picture") and view.is_on_screen]


async def test_it_stands_at_the_right_and_the_keys_answer(make_app, shelf: Shelf):
    exposure = shelf.exposure(4, view="PA")
    keep(exposure, radiograph())
    case = shelf.case(exposure)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        [view] = pictures(app)
        assert view.region.x > app.screen.query_one("#choice-9", Choice).region.x
        assert "Rotatie" in text_of(app)
        await press(pilot, "5")
        assert Case.get_by_id(case).reason_code == "exposure"


@pytest.mark.parametrize(("size", "theme"), [(SMALL, "dark"), ((110, 36), "dark"), (WIDE, "vt")])
async def test_without_room_or_greys_there_is_none(make_app, shelf: Shelf, size, theme: str):
    exposure = shelf.exposure(4)
    keep(exposure, radiograph())
    shelf.case(exposure)
    app = make_app(theme=theme)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        assert not app.screen.query_one("#prompt-picture").is_on_screen


async def test_without_a_picture_the_answers_have_all_the_room(make_app, shelf: Shelf):
    shelf.case(shelf.exposure(4))
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert app.screen.query_one("#choice-9", Choice).region.right > 110


async def test_it_comes_when_it_is_made_and_the_answers_stay_where_they_are(make_app, shelf: Shelf):
    exposure = shelf.exposure(4)
    uid = keep(exposure, None, "waiting")
    shelf.case(exposure)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert "Het voorbeeld wordt" in text_of(app)
        before = app.screen.query_one("#choice-9", Choice).region
        Preview.update(state="made", picture=radiograph()).where(Preview.instance_uid == uid).execute()
        app.announce()
        await settled(pilot)
        assert len(pictures(app)) == 1
        assert app.screen.query_one("#choice-9", Choice).region == before


async def test_the_next_case_has_its_own(make_app, shelf: Shelf):
    first, second = shelf.exposure(4), shelf.exposure(8, "Knie AP")
    keep(first, radiograph())
    shelf.case(first)
    shelf.case(second)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert len(pictures(app)) == 1
        await press(pilot, "3", *"x", "enter")
        assert "Knie AP" in text_of(app)
        assert pictures(app) == []
