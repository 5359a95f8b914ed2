"""The words of the screens: `nl` (the language of the rooms) and `en`.

One TOML file per subject and language: the key `home.open_cases` is `open_cases` of `home.toml`. Of one thing the words
may differ: `home.open_cases_one`, where there are such. A key that is missing shows itself, so that nothing fails for
want of a word; the tests hold both languages complete.
"""

import tomllib
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_language = "nl"


def use(language: str) -> None:
    """Speak this language from now on: nl or en."""
    global _language
    _language = language


def language() -> str:
    """Return the language in use."""
    return _language


def t(key: str, **values: object) -> str:
    """Return the words for `key`, with `{name}` filled in from `values`; for one thing those of `key` with `_one`.

    What is counted is `of` where that is given, as in "1 of 1 question", else `n`.
    """
    words, counted = catalogue(_language), values.get("of", values.get("n"))
    chosen = words.get(f"{key}_one" if counted in (1, "1") else key) or words.get(key, key)
    return chosen.format(**values) if values else chosen


@cache
def catalogue(which: str) -> dict[str, str]:
    """Return all the words of a language: `subject.key` to text."""
    return {
        f"{file.stem}.{key}": text
        for file in sorted((_HERE / which).glob("*.toml"))
        for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }
