"""What every list of coded answers shares (reasons, forms): words in two languages, and no code or key twice."""

from collections.abc import Sequence
from typing import Protocol


class Worded(Protocol):
    """Something with its words in Dutch and in English."""

    @property
    def nl(self) -> str:
        """The Dutch words."""

    @property
    def en(self) -> str:
        """The English words."""


def words(item: Worded, language: str) -> str:
    """Return an item's words: English for `en`, else Dutch, the language of the screens."""
    return item.en if language == "en" else item.nl


def refuse_doubles(where: str, values: Sequence[str]) -> None:
    """Refuse a list in which something stands twice.

    Raises:
        ValueError: the message says where, and what.
    """
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"{where} {', '.join(twice)} stands twice; each must be there once")
