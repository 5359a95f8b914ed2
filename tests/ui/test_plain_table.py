"""What a table leaves out of a text that does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from iqs_tui.ui.analysis_words import signed
from iqs_tui.ui.dose_words import titled
from iqs_tui.ui.widgets.plain_table import Column, PlainTable, shortened


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("X-thorax PA", 20, "X-thorax PA"),
        ("X-thorax PA en lateraal LL", 20, "X-thorax PA en l… LL"),
        ("X-thorax PA · 5–9 jaar", 20, "X-thorax… · 5–9 jaar"),
        ("Gewrichtenonderzoekovereenkomst", 12, "Gewrichteno…"),
        ("een twee drie", 1, "…"),
    ],
)
def test_what_tells_names_apart_stays(text: str, width: int, shown: str):
    assert shortened(text, width) == shown


def test_a_remark_keeps_its_beginning():
    assert shortened("? waarde onwaarschijnlijk · Thorax PA", 20, keeps_end=False) == "? waarde onwaarschi…"


@given(st.text(), st.integers(1, 60), st.booleans())
def test_what_is_shown_fits(text: str, width: int, keeps_end: bool):
    assert cell_len(shortened(text, width, keeps_end=keeps_end)) <= width


@pytest.mark.parametrize(
    ("name", "view", "title"),
    [
        ("X-thorax PA", "PA", "X-thorax PA"),
        ("X-thorax PA en lateraal", "PA", "X-thorax PA en lateraal PA"),
        ("X-thorax PA en lateraal", "LL", "X-thorax PA en lateraal LL"),
        ("Knie AP R", "AP", "Knie AP R"),
        ("X-bekken", None, "X-bekken"),
        (None, "AP", "zonder naam AP"),
    ],
)
def test_a_title_tells_one_projection_from_the_other(name: str | None, view: str | None, title: str):
    assert titled(name, view) == title


@pytest.mark.parametrize(("words", "shown"), [("-0,00", "0,00"), ("0,8", "+0,8"), ("-0,8", "−0,8"), ("0", "0")])
def test_nothing_has_no_sign(words: str, shown: str):
    assert signed(words) == shown


class Hiding(App[None]):
    """A table that is hidden while it is filled."""

    def compose(self) -> ComposeResult:
        yield PlainTable((Column("dose.col_at"), Column("dose.col_kvp", 4, is_wide_only=True)))


async def test_one_that_is_hidden_is_filled_for_when_it_comes_back():
    async with Hiding().run_test(size=(120, 20)) as pilot:
        table = pilot.app.query_one(PlainTable)
        table.fill({"a": ("1", "2")})
        table.display = False
        await pilot.pause()
        table.fill({"a": ("1", "2"), "b": ("3", "4")})
        table.display = True
        await pilot.pause()
        assert [str(cell) for cell in table.get_row("b")] == ["3", "4"]
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert [str(cell) for cell in table.get_row("b")] == ["3"]
