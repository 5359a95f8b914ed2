"""Forms that are half filled in, kept while the face runs: Esc loses nothing, and asks nothing."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App

from iqs_tui.ui.round_walk import Drafts

_drafts: WeakKeyDictionary[App[Any], Drafts] = WeakKeyDictionary()


def drafts(app: App[Any]) -> Drafts:
    """Return the drafts of a face."""
    return _drafts.setdefault(app, {})
