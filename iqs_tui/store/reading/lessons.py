"""The lessons, and the cases of one of them. Nobody's name stands in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from iqs_tui.store.models import Lesson, LessonCase
from iqs_tui.store.reading.blue_bin.case import BinCase, bin_case


@dataclass(frozen=True, slots=True)
class LessonRow:
    """One lesson in the list."""

    lesson_id: str
    title: str
    n_cases: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One case of a lesson."""

    case_id: str
    remark: str | None
    case: BinCase | None
    """None: the case is gone (retention)."""


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson with its cases, in their order."""

    lesson_id: str
    title: str
    items: tuple[Item, ...]


def lessons() -> tuple[LessonRow, ...]:
    """Return every lesson, the one that was worked on last first."""
    rows: Any = (
        Lesson.select(Lesson, fn.COUNT(LessonCase.case_id).alias("n_cases"))
        .join(LessonCase, JOIN.LEFT_OUTER, on=(LessonCase.lesson_id == Lesson.lesson_id))
        .group_by(Lesson.lesson_id)
        .order_by(Lesson.updated_at.desc())
        .namedtuples()
    )
    return tuple(LessonRow(row.lesson_id, row.title, row.n_cases, row.updated_at) for row in rows)


def lesson(lesson_id: str) -> LessonView | None:
    """Return a lesson; None for one that is gone."""
    row = Lesson.get_or_none(Lesson.lesson_id == lesson_id)
    if row is None:
        return None
    there = LessonCase.select().where(LessonCase.lesson_id == lesson_id).order_by(LessonCase.position)
    items = tuple(Item(one.case_id, one.remark, bin_case(one.case_id)) for one in there)
    return LessonView(lesson_id, row.title, items)
