"""Makes a simulated year finish sooner, and changes nothing of what it says.

A third of the time goes into writing out the same sixty column names for every query, and a tenth into looking through
a year of messages for garbage.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from peewee import Context, Model, ModelSelect

_plainly = ModelSelect.__sql_selection__


@contextmanager
def quick() -> Iterator[None]:
    """Remember how the columns of a table are written, and seldom look for garbage."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 1000)
    with patch.object(ModelSelect, "__sql_selection__", _remembered):
        yield
    gc.set_threshold(*before)


def _remembered(self: Any, ctx: Context, is_subquery: bool = False) -> Context:
    if not self._is_default or is_subquery:
        return _plainly(self, ctx, is_subquery)
    with ctx.scope_column():
        begin = len(ctx._sql)
        ctx.sql(self.model._meta.table)
        table = "".join(ctx._sql[begin:])
        del ctx._sql[begin:]
    return ctx.literal(_columns(self.model, table))


@cache
def _columns(model: type[Model], table: str) -> str:
    return ", ".join(f'{table}."{field.column_name}"' for field in model._meta.sorted_fields)
