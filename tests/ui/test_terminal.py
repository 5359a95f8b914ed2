"""A face suits the terminal that it finds."""

import re
from pathlib import Path

from iqs_tui.config import Config
from iqs_tui.ui.terminal import suited
from tests.integration.processes import Kiosk


def test_a_bare_console_gets_the_theme_for_it():
    assert suited(Config(), {"TERM": "linux"}).kiosk.theme == "vt"


def test_any_other_terminal_gets_what_was_asked():
    assert suited(Config(), {"TERM": "xterm-256color"}).kiosk.theme == "dark"
    assert suited(Config(), {}) == Config()


def test_on_a_bare_console_nothing_is_drawn_that_it_cannot_show(tmp_path: Path):
    glyphs = (Path(__file__).parent / "console_glyphs.txt").read_text(encoding="utf-8")
    with Kiosk("--db", str(tmp_path / "iqs.db"), "admin", TERM="linux", COLORTERM="") as kiosk:
        shown = kiosk.wait_for("Laatst ontvangen")
    assert not re.search(rb"\x1b\[[0-9;]*[34]8;[25];", kiosk.raw), "16 colours, no more"
    assert {letter for letter in shown if not letter.isascii()} <= set(glyphs)
