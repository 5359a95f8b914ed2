"""Levels over time: a quiet list for who looks after the machines, those that moved first."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.domain.drift import DayPoint
from iqs_tui.domain.scope import Scope
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading import drift as reading
from iqs_tui.store.reading.drift import DriftSeries
from iqs_tui.ui import analysis_words, choosing
from iqs_tui.ui import drift_words as words
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import AsideLine, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.analysis_plot import ink
from iqs_tui.ui.widgets.ewma_plot import EwmaPlot
from iqs_tui.ui.widgets.plain_table import Column, PlainTable

_LIST = (
    Column("drift.col_series"),
    Column("drift.col_n", 5),
    Column("drift.col_state", 37),
)
_POINTS = (
    Column("drift.col_day", 8),
    Column("drift.col_n", 5),
    Column("drift.col_median", 9),
    Column("drift.col_ewma", 9),
    Column("drift.col_limits", 17),
    Column("drift.col_out"),
)


class DriftScreen(ReadingAside, IqsScreen):
    """The list, and of the chosen series its picture or its points."""

    title_key = "drift.title"
    keys = (
        Key("v", "drift.key_points", "turn"),
        Key("a", "drift.key_rooms", "rooms"),
        Key("escape", "keys.back", "back"),
    )
    AUTO_FOCUS = "#drift-list"

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self._scope = scope
        self._room: str | None = None
        self._series: dict[str, DriftSeries] = {}
        self._is_read = False

    def compose_body(self) -> ComposeResult:
        """What stands out, the list, and the chosen one."""
        with Horizontal(classes="analysis-top"):
            yield Static(id="drift-summary", markup=False)
            yield AsideLine()
        yield PlainTable(_LIST, id="drift-list")
        yield Static(id="drift-chosen", markup=False)
        yield EwmaPlot(id="drift-plot")
        yield PlainTable(_POINTS, id="drift-points")
        yield Static(id="drift-legend", markup=False)
        yield Static(t("drift.footnote"), id="drift-footnote", markup=False)

    def on_mount(self) -> None:
        """Start with the rooms of this face, or those that were chosen before."""
        rooms = self._scope.rooms if self._scope is not None else analysis_words.own_rooms(self.iqs)
        self._room = rooms[0] if len(rooms) == 1 else None
        super().on_mount()

    def show(self) -> None:
        """Read the series of the rooms, beside the screen."""
        room, now, zone = self._room, self.iqs.clock(), self.iqs.config.site.zone
        self.read_aside(lambda progress: reading.series(room, now, zone), self._have_read, key=room)
        self._draw()

    def visible_keys(self) -> tuple[Key, ...]:
        """Points only where there are some; all rooms only where there is a choice."""
        hidden = set() if self._chosen and self._chosen.points else {"turn"}
        if self.iqs.face == "admin" and self._room is None:
            hidden.add("rooms")
        return tuple(key for key in self.keys if key.action not in hidden)

    def action_turn(self) -> None:
        """From the picture to its table, or back."""
        self.toggle_class("-points")
        self._draw()

    def action_rooms(self) -> None:
        """From one room to all, or back."""
        own = self.iqs.room.id if self.iqs.face == "kiosk" else None
        self._room = None if self._room is not None else own
        self._is_read, self._series = False, {}
        self.show_all()

    def action_back(self) -> None:
        """From the points to the picture, from the picture to the screen before."""
        if self.has_class("-points"):
            self.action_turn()
        else:
            super().action_back()

    @property
    def _chosen(self) -> DriftSeries | None:
        return self._series.get(self.query_one("#drift-list", PlainTable).chosen or "") if self.stands else None

    def _have_read(self, found: tuple[DriftSeries, ...]) -> None:
        self._is_read = True
        self._series = {_key(one): one for one in found}
        self._draw()
        self.refresh_keys()

    @on(DataTable.RowHighlighted, "#drift-list")
    def _row_chosen(self) -> None:
        self._draw_chosen()
        self.refresh_keys()

    def _draw(self) -> None:
        self.set_class(self._is_read and not self._series, "-empty")
        self.query_one("#drift-summary", Static).update(self._summary())
        rows = {key: self._line(one) for key, one in self._series.items()}
        self.query_one("#drift-list", PlainTable).fill(rows)
        self._draw_chosen()

    def _summary(self) -> Content:
        where = choosing.rooms_in_words(self.iqs.config, () if self._room is None else (self._room,))
        if not self._is_read:
            return Content.styled(where, "bold")
        if not self._series:
            return Content.assemble((t("drift.empty"), "bold"), "\n\n", (t("drift.empty_hint"), "$muted"))
        moved = sum(one.finding is not None for one in self._series.values())
        said = t("drift.moved", n=moved) if moved else t("drift.none_moved")
        if moved == 1:
            said = t("drift.one_moved")
        followed = t("drift.n_series", n=len(self._series), weeks=reading.WEEKS)
        return Content.assemble((f"{where}: {said}", "bold"), "  ", (followed, "$muted"))

    def _line(self, one: DriftSeries) -> tuple[str, ...]:
        name = words.name(self.iqs, one, is_with_room=self._room is None)
        return (f"{name} · {one.quantity}", str(one.n), words.state(one))

    def _draw_chosen(self) -> None:
        one = self._chosen
        self.query_one("#drift-chosen", Static).update(Content("") if one is None else self._told(one))
        self.query_one("#drift-legend", Static).update(Content(self._legend(one)))
        self.query_one(EwmaPlot).set_series(one)
        points = {} if one is None else {point.day.isoformat(): _point(one, point) for point in reversed(one.points)}
        self.query_one("#drift-points", PlainTable).fill(points)

    def _told(self, one: DriftSeries) -> Content:
        head = f"{words.name(self.iqs, one, is_with_room=True)} · {words.quantity(one)} · {one.device}"
        restarts = [words.restart(one) for one in one.baselines if one.reason != "start"]
        lines = [Content.assemble((head, "bold $primary")), Content(words.grounds(one))]
        if restarts:
            lines.append(Content.styled(" · ".join(restarts[-2:]), "$muted"))
        return Content("\n").join(lines)

    def _legend(self, one: DriftSeries | None) -> str:
        if one is None or self.has_class("-points"):
            return ""
        return words.legend(one, ink(self.app.theme).line_sign)


def _key(one: DriftSeries) -> str:
    return "|".join(
        str(part) for part in (one.room, one.device_id, one.name, one.view, one.detector_id, one.quantity, one.modality)
    )


def _point(one: DriftSeries, point: DayPoint) -> tuple[str, ...]:
    return (
        numbers.short_date(point.day),
        str(point.n),
        words.value(one, point.value),
        words.value(one, point.ewma),
        words.limits(one, point),
        t("drift.out") if point.is_out else "",
    )
