"""The image that is being scored: how to find it back. The kiosk keeps no pixels."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.scoring import TaskView

_LABEL = 13


def title(task: TaskView) -> str:
    """Return what the image is of: "Thorax PA · R"; a view that the procedure's name holds is not said twice."""
    procedure = _procedure(task)
    view = task.view if task.view and task.view.casefold() not in procedure.casefold() else None
    return " · ".join(part for part in (procedure, view, task.laterality) if part)


def lines(task: TaskView, room: str, zone: ZoneInfo) -> Content:
    """Return the image as a list: for a high screen."""
    facts = (
        ("made_at", _when(task.acquired_at, zone)),
        ("room", room),
        ("modality", " · ".join(part for part in (task.modality, task.station) if part)),
        ("view", " ".join(part for part in (task.view, task.laterality) if part)),
    )
    rows = [Content.assemble((f"{t(f'scoring.{name}'):<{_LABEL}}", "$muted"), value) for name, value in facts if value]
    uid = [Content.styled(t("scoring.image_uid"), "$muted"), Content.styled(task.instance_uid, "$muted")]
    seek = Content.styled(t("scoring.see_in_pacs"), "bold $accent")
    return Content("\n").join(
        [Content.styled(_procedure(task), "bold"), Content(""), *rows, Content(""), seek, Content(""), *uid]
    )


def two_lines(task: TaskView, room: str, zone: ZoneInfo) -> Content:
    """Return the image in two lines: for a low screen."""
    where = " · ".join(part for part in (room, task.modality, task.station) if part)
    return Content.assemble(
        (title(task), "bold"), f"  {_when(task.acquired_at, zone)}  {where}\n", (t("scoring.see_in_pacs"), "$accent")
    )


def _procedure(task: TaskView) -> str:
    return task.procedure or t("scoring.unknown_procedure")


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    return numbers.day_and_time(moment, zone) if moment else t("scoring.unknown_time")
