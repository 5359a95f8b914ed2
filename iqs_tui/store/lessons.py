"""Lessons: cases that somebody picked to learn from together. Names nobody; who did what stands in the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from iqs_tui.domain.text import clean_text
from iqs_tui.store import audit
from iqs_tui.store.database import writing
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Lesson, LessonCase

LONGEST_TITLE = 60
LONGEST_REMARK = 200


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken away, as it stood: to be put back."""

    lesson: dict[str, Any] | None
    """None where the lesson itself stays."""
    cases: tuple[dict[str, Any], ...]


def make(title: str, by: str, at: datetime) -> str:
    """Begin a lesson; return its lesson_id.

    Raises:
        ValueError: it has no title.
    """
    words = clean_text(title, LONGEST_TITLE)
    if words is None:
        raise ValueError("a lesson has a title")
    with writing():
        lesson_id = new_id()
        Lesson.create(lesson_id=lesson_id, title=words, created_by=by, created_at=at, updated_at=at)
        audit.append(by, "lesson.made", lesson_id, {"title": words}, at)
    return lesson_id


def add(lesson_id: str, case_ids: Iterable[str], by: str, at: datetime) -> int:
    """Put cases at the end of a lesson, in this order; return how many were not in it yet."""
    with writing():
        if Lesson.get_or_none(Lesson.lesson_id == lesson_id) is None:
            return 0
        rows = list(LessonCase.select(LessonCase.case_id).where(LessonCase.lesson_id == lesson_id))
        last = LessonCase.select(fn.MAX(LessonCase.position)).where(LessonCase.lesson_id == lesson_id).scalar()
        there = {row.case_id for row in rows}
        new = [case_id for case_id in dict.fromkeys(case_ids) if case_id not in there]
        for position, case_id in enumerate(new, start=1 + (-1 if last is None else last)):
            LessonCase.create(lesson_id=lesson_id, case_id=case_id, position=position, added_by=by, added_at=at)
        if new:
            _touch(lesson_id, at)
            audit.append(by, "lesson.added", lesson_id, {"cases": new}, at)
    return len(new)


def remark(lesson_id: str, case_id: str, text: str, by: str, at: datetime) -> None:
    """Say something with a case of a lesson; nothing takes what was said away."""
    words = clean_text(text, LONGEST_REMARK)
    with writing():
        is_it = (LessonCase.lesson_id == lesson_id) & (LessonCase.case_id == case_id)
        if LessonCase.update(remark=words).where(is_it).execute():
            _touch(lesson_id, at)
            audit.append(by, "lesson.remarked", lesson_id, {"case": case_id}, at)


def remove_case(lesson_id: str, case_id: str, by: str, at: datetime) -> Removed:
    """Take a case out of a lesson."""
    with writing():
        rows = (LessonCase.lesson_id == lesson_id) & (LessonCase.case_id == case_id)
        removed = Removed(None, _rows(rows))
        LessonCase.delete().where(rows).execute()
        _touch(lesson_id, at)
        audit.append(by, "lesson.case_removed", lesson_id, {"case": case_id}, at)
    return removed


def remove(lesson_id: str, by: str, at: datetime) -> Removed:
    """Take a whole lesson away; its cases stay in the blauwe ton."""
    with writing():
        rows = LessonCase.lesson_id == lesson_id
        lesson = Lesson.select().where(Lesson.lesson_id == lesson_id).dicts().first()
        removed = Removed(lesson, _rows(rows))
        LessonCase.delete().where(rows).execute()
        Lesson.delete().where(Lesson.lesson_id == lesson_id).execute()
        audit.append(by, "lesson.removed", lesson_id, None, at)
    return removed


def put_back(removed: Removed, by: str, at: datetime) -> None:
    """Undo what was taken away."""
    with writing():
        if removed.lesson is not None:
            Lesson.insert(removed.lesson).on_conflict_ignore().execute()
        if removed.cases:
            LessonCase.insert_many(removed.cases).on_conflict_ignore().execute()
        subject = removed.lesson or next(iter(removed.cases), {})
        audit.append(by, "lesson.put_back", subject.get("lesson_id"), None, at)


def _rows(where: Any) -> tuple[dict[str, Any], ...]:  # noqa: ANN401 (a peewee expression)
    found: Any = LessonCase.select().where(where).dicts()
    return tuple(found)


def _touch(lesson_id: str, at: datetime) -> None:
    Lesson.update(updated_at=at).where(Lesson.lesson_id == lesson_id).execute()
