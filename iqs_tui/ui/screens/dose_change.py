"""Before and after a change: what is different in dose, time and quality."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.scope import Scope
from iqs_tui.locale import t
from iqs_tui.store import documents
from iqs_tui.store.reading.reject_analysis.figures import Viewer
from iqs_tui.ui import analysis_words, choosing, reject_choice, technique_words
from iqs_tui.ui import change_words as words
from iqs_tui.ui.change_reading import Asked, Found, find
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import AsideLine, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.pick import PickScreen, TypeScreen
from iqs_tui.ui.typed_day import typed_day
from iqs_tui.ui.widgets.change_plot import ChangePlot
from iqs_tui.ui.widgets.change_table import ChangeTable
from iqs_tui.ui.widgets.plain_table import Column

WEEKS = (8, 12, 4)
"""Lengths of a period, in the order of their key."""
_MOMENTS = (Column("change.col_day", 12), Column("change.col_what"), Column("change.col_device", 24, is_wide_only=True))
_CHOICES = (Column("change.col_projection"), Column("change.col_modality", 10), Column("change.col_n", 7))


class DoseChangeScreen(ReadingAside, IqsScreen):
    """A sentence, a table and a picture; above them what is compared with what."""

    title_key = "change.title"
    keys = (
        Key("w", "change.key_change", "moment"),
        Key("d", "change.key_day", "day"),
        Key("p", "change.key_period", "period"),
        Key("g", "change.key_group", "group"),
        Key("v", "change.key_picture", "turn"),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self._given = scope
        self._asked: Asked | None = None
        self._found: Found | None = None
        self._viewer: Viewer | None = None

    def compose_body(self) -> ComposeResult:
        """From the question to what it rests on."""
        with Horizontal(classes="analysis-top"):
            yield Static(id="change-head", markup=False)
            yield AsideLine()
        yield Static(id="change-sentence", markup=False)
        yield ChangeTable(id="change-table")
        yield ChangePlot(id="change-plot")
        yield Static(t("change.legend"), id="change-legend", markup=False)
        yield Static(id="change-notes", markup=False)
        yield Static(t("change.footnote"), id="change-footnote", markup=False)

    def show(self) -> None:
        """Find and compare, beside the screen."""
        asked, now, zone = self.asked, self.iqs.clock(), self.iqs.config.site.zone
        today, table, viewer = now.astimezone(zone).date(), documents.version("drl"), reject_choice.viewer(self.iqs)
        if viewer != self._viewer:
            self._viewer, self._found = viewer, None  # what another person was shown goes at once
        key = (asked.weeks, asked.moment, asked.day, asked.projection, today, table, viewer)
        self.read_aside(lambda progress: find(asked, viewer, now, zone, progress), self._have_read, key=key)
        self._draw()

    @property
    def asked(self) -> Asked:
        """What is chosen; at first the newest change in the rooms of this face."""
        if self._asked is None:
            now = self.iqs.clock()
            usual = Scope(first=now - timedelta(days=1), until=now, rooms=analysis_words.own_rooms(self.iqs))
            self._asked = Asked(base=self._given or usual, weeks=WEEKS[0])
        return self._asked

    def visible_keys(self) -> tuple[Key, ...]:
        """Only what there is to choose; another view only where both do not fit."""
        found = self._found
        works = {
            "moment": found is not None and bool(found.moments),
            "period": found is not None and found.day is not None,
            "group": found is not None and len(found.choices) > 1,
            "turn": found is not None and bool(found.pairs) and self.has_class("-short"),
        }
        return tuple(key for key in self.keys if works.get(key.action, True))

    def action_turn(self) -> None:
        """From the table to the picture, or back."""
        self.toggle_class("-picture")

    def action_back(self) -> None:
        """From the picture to the table, from that to the screen before."""
        if self.has_class("-picture") and self.has_class("-short"):
            self.action_turn()
        else:
            super().action_back()

    def action_period(self) -> None:
        """Take longer or shorter periods."""
        weeks = WEEKS[(WEEKS.index(self.asked.weeks) + 1) % len(WEEKS)]
        self._ask(replace(self.asked, weeks=weeks))

    def action_moment(self) -> None:
        """Choose one of the changes that the data show."""
        moments = {repr(one): one for one in self._found.moments} if self._found else {}
        rows = {key: (choosing.day_in_words(one.day), words.what(one), one.device) for key, one in moments.items()}

        def take(key: str) -> None:
            self._ask(replace(self.asked, moment=moments[key], day=None))

        self.app.push_screen(PickScreen(t("change.pick_change"), _MOMENTS, rows, take))

    def action_day(self) -> None:
        """Type the day of a change that the data do not show."""
        today = self.iqs.clock().astimezone(self.iqs.config.site.zone).date()

        def take(typed: str) -> str | None:
            day = typed_day(typed, today)
            if day is None:
                return t("change.day_unreadable")
            if day >= today:
                return t("change.day_not_over")
            self._ask(replace(self.asked, day=day, moment=None))
            return None

        self.app.push_screen(TypeScreen(t("change.type_day"), _typed(self._found), take))

    def action_group(self) -> None:
        """Choose of what."""
        choices = {repr(one): one for one in self._found.choices} if self._found else {}
        is_with_room = len({one.room for one in choices.values()}) > 1
        rows = {
            key: (technique_words.projection(self.iqs, one, is_with_room=is_with_room), one.modality, str(one.n))
            for key, one in choices.items()
        }

        def take(key: str) -> None:
            self._ask(replace(self.asked, projection=choices[key]))

        self.app.push_screen(PickScreen(t("change.pick_group"), _CHOICES, rows, take))

    def _ask(self, asked: Asked) -> None:
        self._asked = asked
        if self.stands:
            self.show_all()

    def _have_read(self, found: Found) -> None:
        self._found = found
        self._draw()
        self.refresh_keys()

    def _draw(self) -> None:
        found = self._found
        view = found.view if found is not None and not found.missing else None
        self.set_class(view is None, "-empty")
        self.query_one("#change-head", Static).update(self._head())
        self.query_one("#change-sentence", Static).update(self._sentence())
        self.query_one(ChangeTable).set_lines(words.lines(view) if view is not None else ())
        self.query_one(ChangePlot).set_pairs(found.pairs if found is not None and view is not None else ())
        notes = words.notes(view) if view is not None else ""
        self.query_one("#change-notes", Static).update(Content(notes))
        self.query_one("#change-notes", Static).display = bool(notes)

    def _head(self) -> Content:
        found = self._found
        if found is None or found.day is None:
            where = choosing.rooms_in_words(self.iqs.config, self.asked.base.rooms)
            return Content.styled(where, "bold")
        zone = self.iqs.config.site.zone
        scope = found.scope or self.asked.base
        what = words.moment(found.moment) if found.moment is not None else t("change.by_hand")
        lines = [
            Content.styled(analysis_words.of_what(self.iqs, scope), "bold"),
            Content(t("change.changed", what=what, day=choosing.day_in_words(found.day))),
        ]
        if found.view is not None:
            periods = (words.period(found.view.before, zone), words.period(found.view.after, zone))
            said = t("change.periods", before=periods[0], after=periods[1], weeks=self.asked.weeks)
            lines.append(Content.styled(said, "$muted"))
        return Content("\n").join(lines)

    def _sentence(self) -> Content:
        found = self._found
        if found is None:
            return Content("")
        if found.missing or found.view is None:
            hint = t("change.empty_hint")
            return Content.assemble((t(f"change.{found.missing or 'no_change'}"), "bold"), "\n\n", (hint, "$muted"))
        return Content.styled(words.sentence(found.view), "bold $primary")


def _typed(found: Found | None) -> str:
    day: date | None = found.day if found is not None else None
    return f"{day.day}-{day.month}-{day.year}" if day is not None else ""
