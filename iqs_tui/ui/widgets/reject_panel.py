"""The panel that the kiosk exists for: what waits for a reason. The only one with a number that shouts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from textual.content import Content

from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.home import RejectView, reject_view
from iqs_tui.store.reading.prompt import OpenCase
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.reading_aside import Progress, ReadingAside
from iqs_tui.ui.widgets.big import big
from iqs_tui.ui.widgets.panel import Panel
from iqs_tui.ui.words import case_evidence, exposure_time, exposure_words

if TYPE_CHECKING:
    from iqs_tui.store.reading.reject_analysis.taught import Taught
    from iqs_tui.ui.app import IqsApp

TALL = 14
"""Lines from which there is room for what was learned."""
STAYS = 2
"""Blocks of it that stay however many cases wait: the coverage and a rate; the others make place."""


class RejectPanel(Panel):
    """How many cases wait, which, and what the last weeks taught."""

    title_key = "home.reject_title"
    opens = "prompt"
    _view: RejectView | None = None
    _taught: Taught | None = None
    _zone: ZoneInfo

    def load(self, app: IqsApp) -> None:
        """Read the cases of the room; then, aside, the figures: what waits is why people look."""
        self._zone = app.config.site.zone
        self._view = reject_view(app.room.id, app.clock())
        self.set_class(self._view.n_waiting > 0, "-waiting")
        self.refresh()
        self.call_after_refresh(self._learn, app)

    def _learn(self, app: IqsApp) -> None:
        """Have the figures read, at most once a minute: of whole weeks only a late answer is news."""
        room, now, zone = app.room.id, app.clock(), self._zone

        def read(_: Progress) -> Taught:
            from iqs_tui.store.reading.reject_analysis.taught import taught

            return taught(room, now, zone)

        cast("ReadingAside", self.screen).read_aside(read, self._have_learned, key=room)

    def _have_learned(self, found: Taught) -> None:
        self._taught = found
        self.refresh()

    def summary(self) -> Content | str:
        """How many wait, and the newest of them."""
        view = self._view
        if view is None or not view.n_waiting:
            return t("home.nothing_waits")
        first = view.cases[0]
        newest = f"{exposure_time(first.subject, self._zone)} {exposure_words(first.subject)}"
        return Content.assemble((t("home.n_wait_short", n=view.n_waiting), "bold $accent"), f"   {newest}")

    def render_body(self) -> Content:
        """The number, the cases, the last thirty days: as many lines as there are."""
        view = self._view
        if view is None:
            return Content("")
        width, height = self.content_size
        blocks = self._learned(width) if height >= TALL else []
        lines = self._waiting(view, width, height - sum(map(len, blocks[:STAYS])) - 1 if blocks else height)
        taught = _whole(blocks, height - len(lines) - 1)
        lines += [Content("")] * (height - len(lines) - len(taught)) + taught
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines[:height])

    def _waiting(self, view: RejectView, width: int, room: int) -> list[Content]:
        if not view.n_waiting:
            return self._nothing(view, width)
        beside = ["", *t("home.wait" if view.n_waiting > 1 else "home.waits").split("|")]
        put_off = self._put_off(view)
        number = big(str(view.n_waiting)) if room >= 7 else [str(view.n_waiting), "", ""]
        lines = [
            Content.assemble((figure, "bold $accent"), "  ", (words, "bold"))
            for figure, words in zip(number, beside, strict=True)
        ]
        lines.append(Content(""))
        for case in view.cases:
            if len(lines) + len(put_off) + 2 > room:
                break
            lines += self._case(case)
        return lines + put_off

    def _case(self, case: OpenCase) -> list[Content]:
        pointer = glyphs(self.app.theme).pointer
        time = exposure_time(case.subject, self._zone)
        return [
            Content.assemble((f"{pointer} {time}  ", "$primary"), (exposure_words(case.subject), "bold")),
            Content.styled(f"  {case_evidence(case)}", "$muted"),
        ]

    def _nothing(self, view: RejectView, width: int) -> list[Content]:
        first = Content.styled(t("home.nothing_waits"), "bold")
        hint = Content.styled(t("home.nothing_waits_hint"), "$muted")
        return [*first.wrap(width), Content(""), *hint.wrap(width), *self._put_off(view)]

    def _put_off(self, view: RejectView) -> list[Content]:
        if not view.next_deferred_at:
            return []
        at = numbers.clock_time(view.next_deferred_at, self._zone)
        return [Content(""), Content.styled(t("home.put_off", n=view.n_deferred, at=at), "$muted")]

    def _learned(self, width: int) -> list[list[Content]]:
        """What the last weeks taught; its words are loaded when the first of it is drawn."""
        if self._taught is None:
            return []
        from iqs_tui.ui import taught_words

        return taught_words.blocks(self._taught, self._zone, self.app.theme, width)


def _whole(blocks: list[list[Content]], height: int) -> list[Content]:
    """Return the first blocks, as many as fit: half a figure says something else."""
    lines: list[Content] = []
    for block in blocks:
        if len(lines) + len(block) > height:
            break
        lines += block
    return lines
