"""The newest dose of the room: where it lies beside DRN and streefwaarde, and how it is here. Never an alarm."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.content import Content

from iqs_tui.domain.dose import DoseLine
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.dose import DoseGroup, NewestDose, newest
from iqs_tui.store.reading.dose_rows import Dose
from iqs_tui.ui import dose_words as words
from iqs_tui.ui.glyphs import glyphs, spark
from iqs_tui.ui.widgets import dose_line
from iqs_tui.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

DISTRIBUTION_FROM = 5
"""Doses below which a distribution is no picture."""
BIN_WIDTH = 2
GROUNDS = 4
"""Lines for what a DRN rests on; its own screen says it in full."""


class DosePanel(Panel):
    """One examination or exposure as context; its group with n."""

    title_key = "dose.title"
    opens = "dose"
    _view: NewestDose | None = None
    _is_loaded = False
    _zone: ZoneInfo
    _now: datetime

    def load(self, app: IqsApp) -> None:
        """Read the newest dose of the room."""
        self._zone, self._now = app.config.site.zone, app.clock()
        self._view = newest(app.room.id, self._now, self._view)
        self._is_loaded = True
        self.refresh()

    def summary(self) -> Content | str:
        """What was measured last, and its DRN."""
        view = self._view
        if view is None:
            return Content.styled(t("dose.empty"), "$muted") if self._is_loaded else ""
        first = view.dosed.doses[0]
        title = f"{self._time()} {view.dosed.title or t('dose.unnamed')}"
        if first.value is None:
            return f"{title}   {t('dose.none')}"
        row = first.drl.row
        beside = (
            t("dose.drl", value=words.level(first.quantity, row.drl)) if row and row.drl else words.no_drl(first.drl)
        )
        beside = t("dose.implausible") if first.implausible else beside
        return f"{title}   {first.quantity} {words.dose(first)}   {beside}"

    def render_body(self) -> Content:
        """The examination, each of its doses, and what the DRN rests on: as many lines as there are."""
        view = self._view
        width, height = self.content_size
        if view is None:
            lines = [Content.styled(t("dose.empty"), "bold"), Content("")] if self._is_loaded else []
            hint = Content.styled(t("dose.empty_hint"), "$muted").wrap(width) if self._is_loaded else []
            return Content("\n").join([*lines, *hint][:height])
        lines = [self._head(view, width)]
        for item, line, group in zip(view.dosed.doses, view.lines, view.groups, strict=True):
            lines += [Content(""), *self._dose(item, line, group, width)]
        grounds = self._grounds(view, width)
        if len(lines) + len(grounds) < height:
            lines += [Content("")] * (height - len(lines) - len(grounds)) + grounds
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines[:height])

    def _head(self, view: NewestDose, width: int) -> Content:
        time = self._time()
        title = view.dosed.title or t("dose.unnamed")
        room = max(1, width - len(time) - 1)
        return Content.assemble((f"{title[:room]:<{room}}", "bold"), " ", (time, "$primary"))

    def _time(self) -> str:
        if self._view is None:
            return ""
        at = self._view.dosed.at
        is_today = at.astimezone(self._zone).date() == self._now.astimezone(self._zone).date()
        return (numbers.clock_time if is_today else numbers.day_and_time)(at, self._zone)

    def _dose(self, item: Dose, line: DoseLine | None, group: DoseGroup | None, width: int) -> list[Content]:
        doses = self._view.dosed.doses if self._view else ()
        is_first = bool(doses) and item is doses[0]
        source = words.source(self._view.dosed) if self._view and is_first and item.value is not None else ""
        lines = [Content.assemble(words.quantity_of(item), "  ", (words.dose(item), "bold"), "  ", (source, "$muted"))]
        if item.implausible:
            lines += Content(t("dose.implausible")).wrap(width)
        lines += self._beside(item, line, width)
        if group is not None:
            lines += [Content("")] if len(doses) == 1 else []
            lines += self._here(item, group)
        return lines

    def _beside(self, item: Dose, line: DoseLine | None, width: int) -> list[Content]:
        row = item.drl.row
        if row is None or row.drl is None:
            return list(Content.styled(words.no_drl(item.drl), "$muted").wrap(width))
        if line is None:
            return [Content.styled(t("dose.drl", value=words.level(item.quantity, row.drl)), "$muted")]
        marks = [(line.drl or 0.0, t("dose.drl", value=words.level(item.quantity, row.drl)))]
        if row.achievable is not None and line.achievable is not None:
            marks.append((line.achievable, t("dose.achievable", value=words.level(item.quantity, row.achievable))))
        under = dose_line.labels(marks, width)
        return [
            Content.styled(dose_line.draw(line, width, self.app.theme), "$primary"),
            *(Content.styled(words_, "$muted") for words_ in under),
        ]

    def _here(self, item: Dose, group: DoseGroup) -> list[Content]:
        found = group.statistics
        median = words.amount(item.quantity, found.median)
        lines = [
            Content.assemble(
                f"{t('dose.median_here')}  ", (median, "bold"), "  ", (t("dose.n_days", n=found.n), "$muted")
            )
        ]
        if group.needed <= group.n_patients < found.n:
            lines.append(Content.styled(t("dose.of_patients", n=group.n_patients), "$muted"))
        if len(group.bins) > 1 and found.n >= DISTRIBUTION_FROM:
            low, high = words.amount(item.quantity, found.low), words.amount(item.quantity, found.high)
            drawn = "".join(sign * BIN_WIDTH for sign in spark(group.bins, self.app.theme))
            lines.append(Content.assemble(f"{low} ", (drawn, "$primary"), f" {high}"))
            lines += self._mark(item, group, len(low) + 1)
        if group.standing == "too_few" or group.n_patients < group.needed:
            lines.append(Content.styled(words.not_yet(group), "$muted"))
        return lines

    def _mark(self, item: Dose, group: DoseGroup, left: int) -> list[Content]:
        """Under a distribution that stands alone: where in it this dose lies."""
        found = group.statistics
        if item.drl.row is not None or item.value is None or not found.low <= item.value <= found.high:
            return []
        cell = min(len(group.bins) - 1, int((item.value - found.low) / (found.high - found.low) * len(group.bins)))
        return [Content.styled(" " * (left + cell * BIN_WIDTH) + glyphs(self.app.theme).here, "$primary")]

    def _grounds(self, view: NewestDose, width: int) -> list[Content]:
        choice = next((dose.drl for dose in view.dosed.doses if dose.drl.row is not None), None)
        if choice is None:
            return []
        lines = Content.styled(words.grounds(choice), "$muted").wrap(width)
        if len(lines) > GROUNDS:
            lines[GROUNDS - 1] = Content.assemble(lines[GROUNDS - 1].rstrip(), ("…", "$muted"))
        return lines[:GROUNDS]
