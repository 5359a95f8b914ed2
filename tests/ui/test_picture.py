"""A picture in the terminal: how it is looked at, how it is drawn, and what is said where it is not."""

import sys
from io import BytesIO
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from iqs_tui.domain import pictures
from iqs_tui.locale import t
from iqs_tui.store.models import Preview
from iqs_tui.store.reading.blue_bin.case import Shot, bin_case
from iqs_tui.store.reading.exposures import Named
from iqs_tui.ui import graphics
from iqs_tui.ui.look import Look
from iqs_tui.ui.looking import fetch, opened
from iqs_tui.ui.widgets.picture import half_cells
from tests.ui.conftest import Shelf
from tests.ui.radiographs import keep, radiograph

WAYS = st.lists(st.tuples(st.sampled_from(["contrast", "brightness", "zoom", "right", "down"]), st.integers(-9, 9)))
SIDE = st.integers(1, 500)


def turned(ways) -> Look:
    look = Look()
    for way, steps in ways:
        look = look.turned(way, steps)
    return look


class TestLook:
    @given(WAYS, SIDE, SIDE, st.integers(1, 200), st.integers(2, 120))
    def test_what_is_seen_lies_in_the_picture_and_fits(self, ways, width, height, across, down):
        (left, top, right, bottom), (drawn_across, drawn_down) = turned(ways).framed(width, height, across, down)
        assert -1e-6 <= left < right <= width + 1e-6
        assert -1e-6 <= top < bottom <= height + 1e-6
        assert 1 <= drawn_across <= across
        assert 1 <= drawn_down <= down

    @settings(max_examples=40)
    @given(WAYS)
    def test_a_darker_grey_never_becomes_lighter_than_a_lighter_one(self, ways):
        greys = turned(ways).greys()
        assert greys == sorted(greys)
        assert set(greys) <= set(range(256))

    def test_as_it_came_nothing_changes(self):
        assert Look().greys() == list(range(256))

    def test_contrast_narrows_the_window_and_brightness_lowers_the_level(self):
        assert Look().turned("contrast", 1).window < Look().window
        assert Look().turned("brightness", 1).level < Look().level
        assert Look().turned("brightness", 1).greys()[100] > 100

    def test_zoom_and_moving_end_at_the_edge(self):
        look = Look().turned("zoom", 2).turned("right", 99).turned("down", -99)
        (_, top, right, _), _ = look.framed(400, 400, 100, 100)
        assert (top, right) == (pytest.approx(0), pytest.approx(400))


class TestDrawing:
    def test_each_cell_holds_two_points_one_above_the_other(self):
        image = Image.new("L", (2, 4))
        image.putdata([0, 255, 255, 0, 0, 255, 255, 0])
        [strip, *_] = half_cells(image, Look(), 2, 2)
        colours = [(s.style.color.triplet.red, s.style.bgcolor.triplet.red) for s in strip]
        assert colours == [(0, 255), (255, 0)]

    @settings(max_examples=30)
    @given(SIDE, SIDE, st.integers(0, 90), st.integers(0, 40))
    def test_every_line_is_as_wide_as_there_is_room(self, width, height, across, down):
        strips = half_cells(Image.new("L", (width, height), 128), Look(), across, down)
        assert len(strips) == (down if across else 0)
        assert {strip.cell_length for strip in strips} <= {across}

    def test_a_picture_keeps_its_proportions(self):
        strips = half_cells(Image.new("L", (100, 100), 200), Look(), 60, 20)
        lit = sum(len(segment.text) for segment in strips[10] if segment.style.color.triplet.red > 0)
        assert lit == 40

    @pytest.mark.parametrize("data", [b"", b"no picture", radiograph()[:200]])
    def test_what_cannot_be_opened_is_no_picture(self, data: bytes):
        assert opened(data) is None

    def test_a_jpeg_opens_too(self):
        file = BytesIO()
        Image.new("L", (8, 8), 99).save(file, "JPEG")
        assert opened(file.getvalue()).size == (8, 8)


class TestWhyThereIsNone:
    @pytest.fixture
    def shelf(self, db) -> Shelf:
        return Shelf()

    def said(self, shelf: Shelf, exposure: str) -> str:
        return fetch(bin_case(shelf.case(exposure)).shot).sentence

    def test_nothing_came(self, shelf: Shelf):
        assert self.said(shelf, shelf.exposure(5)) == t("picture.never_received")
        assert fetch(Shot(exposure_uid=None, subject=Named(None, None))).sentence == t("picture.never_received")

    def test_its_time_is_over(self, shelf: Shelf):
        exposure = shelf.exposure(5)
        Preview.delete_by_id(keep(exposure, radiograph()))
        assert self.said(shelf, exposure) == t("picture.time_over")

    def test_of_slices_none_is_kept(self, shelf: Shelf):
        exposure = shelf.exposure(5, modality="CT")
        Preview.delete_by_id(keep(exposure, radiograph()))
        assert self.said(shelf, exposure) == t("picture.of_no_slices")

    def test_it_is_being_made(self, shelf: Shelf):
        exposure = shelf.exposure(5)
        keep(exposure, None, "waiting")
        assert self.said(shelf, exposure) == t("picture.waiting")

    @pytest.mark.parametrize("why", pictures.Why.__args__)
    def test_every_reason_has_its_words(self, shelf: Shelf, why: str):
        exposure = shelf.exposure(5)
        keep(exposure, None, "failed", why)
        assert self.said(shelf, exposure) == t(f"picture.why_{why}")
        assert not self.said(shelf, exposure).startswith("picture.")

    def test_it_is_broken(self, shelf: Shelf):
        exposure = shelf.exposure(5)
        keep(exposure, b"\x89PNG broken")
        assert self.said(shelf, exposure) == t("picture.why_unreadable")


class TestTerminal:
    """Asking is only safe before the face runs, and where the answer comes at once: a late one becomes keys."""

    @pytest.mark.parametrize(
        ("wish", "environ", "is_asked"),
        [
            ("auto", {"TERM": "xterm-256color"}, False),
            ("auto", {"TERM": "xterm-kitty"}, True),
            ("auto", {"TERM": "foot"}, True),
            ("auto", {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, True),
            ("auto", {"TERM": "tmux-256color", "TERM_PROGRAM": "WezTerm"}, False),
            ("auto", {"TERM": "linux"}, False),
            ("auto", {}, False),
            ("ask", {"TERM": "xterm-256color"}, True),
            ("ask", {"TERM": "screen-256color"}, False),
            ("cells", {"TERM": "xterm-kitty"}, False),
        ],
    )
    def test_only_a_terminal_that_is_known_for_it_is_asked(self, monkeypatch, wish, environ, is_asked):
        asked = []
        monkeypatch.setattr("importlib.import_module", asked.append)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(isatty=lambda: True))
        graphics.prepare(wish, environ)
        assert asked == (["textual_image.widget"] if is_asked else [])

    def test_without_a_terminal_nothing_is_asked(self, monkeypatch):
        monkeypatch.setattr("importlib.import_module", pytest.fail)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: False))
        graphics.prepare("ask", {"TERM": "foot"})

    def test_a_terminal_without_pixels_gets_half_cells(self):
        assert graphics.pixel_widget() is None
