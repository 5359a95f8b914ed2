"""Whether this terminal draws real pixels (sixel, or kitty's protocol); elsewhere pictures are drawn in half cells.

textual-image asks the terminal when it is imported, and waits for its answer. So that happens before the face takes
the terminal over, and only where an answer is certain: a late one would reach the face as keys, digits among them,
and digits answer. In all other terminals nothing is imported and nothing is waited for.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from textual.widget import Widget

Wish = Literal["auto", "ask", "cells"]
_TERMS = ("xterm-kitty", "xterm-ghostty", "foot", "mlterm", "contour", "wezterm")
"""Beginnings of TERM of terminals that draw pixels and say so; over SSH it is all that is known of a terminal."""
_PROGRAMS = frozenset({"WezTerm", "ghostty"})
_BETWEEN = ("tmux", "screen", "linux", "dumb")
"""What stands between the face and a terminal, or draws no pixels at all."""
_MODULE = "textual_image.widget"


def prepare(wish: Wish, environ: Mapping[str, str]) -> None:
    """Ask the terminal, where that is wished and safe; call it before the app runs, and at no other time."""
    if _is_asked(wish, environ) and sys.stdin.isatty() and sys.stdout.isatty():
        from importlib import import_module

        import_module(_MODULE)


def _is_asked(wish: Wish, environ: Mapping[str, str]) -> bool:
    term = environ.get("TERM", "")
    if wish == "cells" or term.startswith(_BETWEEN):
        return False
    return wish == "ask" or term.startswith(_TERMS) or environ.get("TERM_PROGRAM") in _PROGRAMS


def pixel_widget() -> type[Widget] | None:
    """Return the widget that draws real pixels; None where the terminal does not, or was not asked."""
    module: Any = sys.modules.get(_MODULE)
    if module is None or module.AutoRenderable not in {module.SixelRenderable, module.TGPRenderable}:
        return None
    widget: type[Widget] = module.Image
    return widget
