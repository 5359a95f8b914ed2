"""A key of a screen: what is pressed, what it says, what it does."""

from dataclasses import dataclass

_CAPS = {"escape": "Esc", "enter": "Enter", "plus": "+", "plus,add": "+", "minus": "-", "space": "Spatie"}
_CAPS |= {"left": "←", "right": "→", "up": "↑", "down": "↓", "pageup": "PgUp", "pagedown": "PgDn", "tab": "Tab"}
_CAPS |= {"delete": "Del", "question_mark": "?", "slash": "/", "letters": "A-Z"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a screen. `label_key` is looked up in the locale; `action` is an action of the screen.

    `is_shown` False: it works, but the key bar does not name it.
    """

    key: str
    label_key: str
    action: str
    is_shown: bool = True


def cap(key: str) -> str:
    """Return what stands on the key: "f1" is "F1", "escape" is "Esc", "ctrl+q" is "Ctrl+Q"; of several, the first."""
    if key in _CAPS:
        return _CAPS[key]
    first = key.split(",")[0]
    return _CAPS.get(first, first.title())
