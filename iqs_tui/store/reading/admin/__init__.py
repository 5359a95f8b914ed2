"""What the application manager's screens show: one module per screen, pages of at most `PAGE` rows."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

PAGE = 200
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a longer list."""

    rows: tuple[Row, ...]
    total: int
    """How many rows the whole list has."""
    offset: int = 0

    @property
    def has_more(self) -> bool:
        """Say whether rows follow after this page."""
        return self.offset + len(self.rows) < self.total


def window(query: Any, offset: int) -> tuple[list[Any], int]:  # noqa: ANN401 (peewee has no types)
    """Return the rows of a query from `offset` on, at most `PAGE`, and how many it has in all."""
    return list(query.limit(PAGE).offset(offset)), int(query.count())
