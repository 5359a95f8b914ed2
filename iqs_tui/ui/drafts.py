"""Forms that are half filled in, kept while the face runs: Esc loses nothing, and asks nothing."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from textual.app import App

from iqs_tui.domain.filling import Filling

_drafts: WeakKeyDictionary[App[object], dict[tuple[str, str], Filling]] = WeakKeyDictionary()


def drafts(app: App[object]) -> dict[tuple[str, str], Filling]:
    """Return the drafts of a face: (user_id, task_id) to what is filled in."""
    return _drafts.setdefault(app, {})
