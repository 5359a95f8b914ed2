"""Regular expressions that a person types: whether they can be used, and whether they answer in time.

Python's `re` tries every way to divide a name over the choices of a pattern; `(a+)+` or ten times `.?` then takes
seconds, or years. So the number of ways is bounded before a pattern is ever tried. Names are cut off too: both
together bound the time of one name to milliseconds.
"""

import re
from functools import lru_cache
from typing import Literal

MAX_LENGTH = 200
NAME_MAX = 100
"""Characters of a name that a pattern looks at. A DICOM name (VR LO) has 64."""
MAX_WAYS = 20_000
"""More than two times `.*`, fewer than three."""

Problem = Literal["", "too_long", "syntax", "slow"]
_BRACES = re.compile(r"\{(\d*)(,?)(\d*)\}")
_UNCOUNTED = re.compile(r"\(\?(?:#|[a-zA-Z]*x[a-zA-Z-]*[:)])")
"""A comment, or verbose writing: a quantifier may then stand apart from what it repeats, and is not counted with it."""


def problem_of(pattern: str) -> Problem:
    """Return why a pattern cannot be used; empty where it can."""
    if len(pattern) > MAX_LENGTH:
        return "too_long"
    try:
        re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError):
        return "syntax"
    return "slow" if _Ways(pattern).count() > MAX_WAYS else ""


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern, case ignored.

    Raises:
        re.error: it is no regular expression.
    """
    return re.compile(pattern, re.IGNORECASE)


def is_found(pattern: str, name: str) -> bool:
    """Say whether a pattern is found in a name."""
    return compiled(pattern).search(name[:NAME_MAX]) is not None


def is_whole(pattern: str, name: str) -> bool:
    """Say whether a pattern is the whole name."""
    return compiled(pattern).fullmatch(name[:NAME_MAX]) is not None


class _Ways:
    """Counts in how many ways a valid pattern can be tried from one place: an upper bound.

    Choices after one another multiply, alternatives add up; what may be repeated without end and holds a choice
    itself has no bound.
    """

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    def count(self) -> float:
        total, ways = 0.0, 1.0
        while self._at < len(self._text) and self._text[self._at] != ")":
            if self._text[self._at] == "|":
                self._at += 1
                total, ways = total + ways, 1.0
            else:
                ways *= self._repeated(self._one())
        return total + ways

    def _one(self) -> float:
        """Pass one item: a character, a class, or a group."""
        sign = self._text[self._at]
        if sign == "(":
            if _UNCOUNTED.match(self._text, self._at):
                self._at = len(self._text)
                return float("inf")
            self._at += 2 if self._text[self._at + 1 : self._at + 2] == "?" else 1
            inner = self.count()
            self._at += 1
            return inner
        if sign == "[":
            self._pass_class()
        else:
            self._at += 2 if sign == "\\" else 1
        return 1.0

    def _pass_class(self) -> None:
        self._at += 1
        if self._text[self._at] == "^":
            self._at += 1
        self._at += self._text[self._at] == "]"
        while self._text[self._at] != "]":
            self._at += 2 if self._text[self._at] == "\\" else 1
        self._at += 1

    def _repeated(self, inner: float) -> float:
        low, high = self._times()
        if high == 1:
            return inner + (low == 0)
        if inner > 1:
            return float(inner**high) if high < 10 else float("inf")
        return high - low + 1

    def _times(self) -> tuple[int, int]:
        """Pass a quantifier, with its mark of greed; return how few and how many times."""
        found: tuple[int, int] | None = {"*": (0, NAME_MAX), "+": (1, NAME_MAX), "?": (0, 1)}.get(
            self._text[self._at : self._at + 1]
        )
        length = 1
        if found is None:
            braces = _BRACES.match(self._text, self._at)
            if braces is None or braces[0] == "{}":
                return 1, 1
            low = int(braces[1] or 0)
            high = int(braces[3] or NAME_MAX) if braces[2] else low
            found, length = (low, min(high, max(low, NAME_MAX))), len(braces[0])
        self._at += length
        self._at += self._text[self._at : self._at + 1] in {"?", "+"}
        return found
