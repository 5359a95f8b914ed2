"""A lesson as one page that needs nothing else: to show on any screen, without who, where or on which day."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import IO
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from iqs_tui import locale
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading import pictures
from iqs_tui.store.reading.blue_bin.case import BinCase, Shot, followed_by
from iqs_tui.store.reading.lessons import lesson
from iqs_tui.ui import shot_words

_PNG = b"\x89PNG"


@dataclass(frozen=True, slots=True)
class _Card:
    """One case, as the page shows it: words only, and pictures as data."""

    name: str
    month: str
    picture: str
    accepted: str
    technique: str
    dose: str
    reason: str
    remark: str


def write(lesson_id: str, file: IO[bytes], zone: ZoneInfo) -> int:
    """Write a lesson as HTML (UTF-8); return of how many cases. One that is gone is left out.

    No UID, no name of a person, no room and no day goes into it: of the moment the month is left. What somebody typed
    with an answer stays out too; the title of the lesson and the remarks with its cases were written for it.
    """
    found = lesson(lesson_id)
    items = found.items if found else ()
    cards = [_card(item.case, item.remark or "", zone) for item in items if item.case is not None]
    pages = Environment(loader=PackageLoader("iqs_tui.ui"), autoescape=True, undefined=StrictUndefined)
    page = pages.get_template("lesson.html").render(
        title=found.title if found else "", cards=cards, t=t, language=locale.language()
    )
    file.write(page.encode())
    return len(cards)


def _card(case: BinCase, remark: str, zone: ZoneInfo) -> _Card:
    made = case.shot.subject.at or case.detected_at
    return _Card(
        name=shot_words.name(case.shot),
        month=numbers.month(made.astimezone(zone).date()),
        picture=_data(case.shot),
        accepted=_data(followed_by(case.case_id)),
        technique=" · ".join(shot_words.technique(case.shot)),
        dose=shot_words.dose(case.shot),
        reason=shot_words.answer(case),
        remark=remark,
    )


def _data(shot: Shot | None) -> str:
    """Return a picture as a data URI; empty where there is none."""
    found = pictures.of_exposure(shot.exposure_uid) if shot and shot.exposure_uid else None
    if found is None or not found.data:
        return ""
    kind = "png" if found.data.startswith(_PNG) else "jpeg"
    return f"data:image/{kind};base64,{b64encode(found.data).decode()}"
