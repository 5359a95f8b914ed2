"""How exposures are made: per projection the spread of each parameter, and what goes with dose and rejects."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.domain.scope import Scope
from iqs_tui.domain.technique import ParameterName, Setting
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading import technique as reading
from iqs_tui.store.reading.technique import Projection, Technique
from iqs_tui.ui import analysis_words
from iqs_tui.ui import technique_words as words
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import AsideLine, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.plain_table import Column, PlainTable
from iqs_tui.ui.widgets.spread_bar import spread_bar
from iqs_tui.ui.widgets.technique_plot import TechniquePlot

WEEKS = 26
_BAR = 13
_LIST = (Column("technique.col_projection"), Column("technique.col_modality", 10), Column("technique.col_n", 7))
_PARAMETERS = (
    Column("technique.col_parameter"),
    Column("technique.col_median", 7),
    Column("technique.col_spread", 13),
    Column("technique.col_range", _BAR),
    Column("technique.col_coverage", 12),
    Column("technique.col_relation", 20, is_wide_only=True),
    Column("technique.col_rejects", 13, is_wide_only=True),
)
_SETTINGS = (
    Column("technique.col_setting"),
    Column("technique.col_n", 6, is_wide_only=True),
    Column("technique.col_dose", 21),
    Column("technique.col_rejected", 28),
)
_OUTLIERS = (
    Column("technique.col_at", 12),
    Column("technique.col_parameter"),
    Column("technique.col_value", 8),
    Column("technique.col_usual", 14),
    Column("technique.col_mark", 9),
)
Way = Literal["parameters", "settings", "outliers", "picture"]
_WAYS: tuple[Way, ...] = ("parameters", "settings", "outliers", "picture")


class TechniqueScreen(ReadingAside, IqsScreen):
    """The projections, and of the chosen one its parameters, settings, outliers or picture."""

    title_key = "technique.title"
    keys = (
        Key("v", "technique.key_picture", "turn('picture')"),
        Key("p", "technique.key_parameter", "parameter"),
        Key("s", "technique.key_settings", "turn('settings')"),
        Key("u", "technique.key_outliers", "turn('outliers')"),
        Key("tab", "keys.switch", "app.focus_next"),
        Key("escape", "keys.back", "back"),
    )
    AUTO_FOCUS = "#technique-list"

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self._given = scope
        self._way: Way = "parameters"
        self._projections: dict[str, Projection] = {}
        self._found: Technique | None = None
        self._parameter: ParameterName | None = None
        self._is_read = False

    def compose_body(self) -> ComposeResult:
        """What can be chosen, and the chosen one in one of four ways."""
        with Horizontal(classes="analysis-top"):
            yield Static(id="technique-head", markup=False)
            yield AsideLine()
        yield PlainTable(_LIST, id="technique-list")
        yield Static(id="technique-what", markup=False)
        yield PlainTable(_PARAMETERS, id="technique-parameters")
        yield Static(id="technique-told", markup=False)
        yield PlainTable(_SETTINGS, id="technique-settings")
        yield PlainTable(_OUTLIERS, id="technique-outliers")
        yield TechniquePlot(id="technique-plot")
        yield Static(id="technique-legend", markup=False)
        yield Static(t("technique.footnote"), id="technique-footnote", markup=False)

    def show(self) -> None:
        """Read what can be chosen, and the chosen one, beside the screen."""
        scope = self._scope()
        self.read_aside(
            lambda _: reading.projections(scope), self._have_projections, key=_key_of(scope), channel="list"
        )
        self._read_chosen()
        self._draw()

    def visible_keys(self) -> tuple[Key, ...]:
        """Only what the chosen projection has; another parameter only in the picture."""
        found = self._found
        works = {
            "turn('picture')": found is not None and bool(found.points),
            "turn('settings')": found is not None and self.has_class("-short"),
            "turn('outliers')": found is not None,
            "parameter": self._way == "picture",
            "app.focus_next": self._way != "picture" and found is not None,
        }
        return tuple(key for key in self.keys if works.get(key.action, True))

    def action_turn(self, way: Way) -> None:
        """Show the chosen projection in this way; the same key again goes back."""
        self._way = "parameters" if way == self._way else way
        if self._way == "picture":
            self._parameter = self._parameter or _first_choice(self._stated())
        self._draw()
        self.refresh_keys()

    def action_parameter(self) -> None:
        """Set the next parameter against the dose."""
        names = self._stated()
        if names:
            at = names.index(self._parameter) if self._parameter in names else -1
            self._parameter = names[(at + 1) % len(names)]
            self._draw()

    def action_back(self) -> None:
        """From a way of showing to the parameters, from those to the screen before."""
        if self._way != "parameters":
            self.action_turn(self._way)
        else:
            super().action_back()

    def on_resize(self) -> None:
        """Where there is room the settings stand under the parameters, and need no key."""
        if self.stands:
            self._draw()
            self.refresh_keys()

    def _scope(self) -> Scope:
        now = self.iqs.clock()
        until = now + timedelta(days=1)
        usual = Scope(first=now - timedelta(weeks=WEEKS), until=until, rooms=analysis_words.own_rooms(self.iqs))
        return replace(self._given or usual, modality=None, procedure=None, protocol=None, view=None, band=None)

    @property
    def _chosen(self) -> Projection | None:
        key = self.query_one("#technique-list", PlainTable).chosen if self.stands else None
        return self._projections.get(key or "")

    def _have_projections(self, found: tuple[Projection, ...]) -> None:
        self._is_read = True
        is_first = not self._projections
        self._projections = {repr((one.room, one.modality, one.name, one.view)): one for one in found}
        self._draw()
        if is_first:
            self._go_to_given()
        self._read_chosen()

    def _go_to_given(self) -> None:
        """Begin with the projection that the screen was opened on."""
        given = self._given
        if given is None or given.procedure is None:
            return
        wanted = (given.procedure, given.view or None)
        places = [n for n, one in enumerate(self._projections.values()) if (one.name or "", one.view) == wanted]
        if places:
            self.query_one("#technique-list", PlainTable).move_cursor(row=places[0], animate=False)

    def _read_chosen(self) -> None:
        one = self._chosen
        if one is None:
            return
        scope = reading.scope_of(self._scope(), one)
        self.read_aside(lambda _: reading.technique(scope), self._have_read, key=_key_of(scope))

    def _have_read(self, found: Technique | None) -> None:
        self._found = found
        if self._parameter not in self._stated():
            self._parameter = _first_choice(self._stated())
        self._draw()
        self.refresh_keys()

    @on(DataTable.RowHighlighted, "#technique-list")
    def _projection_chosen(self) -> None:
        self._read_chosen()

    @on(DataTable.RowHighlighted, "#technique-parameters")
    def _parameter_chosen(self) -> None:
        chosen = self.query_one("#technique-parameters", PlainTable).chosen
        if chosen is not None and self.query_one("#technique-parameters", PlainTable).has_focus:
            self._parameter = next(name for name in self._stated() if name == chosen)
        self._draw_told()

    def _stated(self) -> tuple[ParameterName, ...]:
        return tuple(one.name for one in self._found.parameters) if self._found is not None else ()

    def _draw(self) -> None:
        self.set_class(self._is_read and not self._projections, "-empty")
        for way in _WAYS:
            self.set_class(self._way == way, f"-{way}")
        self.query_one("#technique-head", Static).update(self._head())
        is_with_room = len({one.room for one in self._projections.values()}) > 1
        self.query_one("#technique-list", PlainTable).fill(
            {
                key: (words.projection(self.iqs, one, is_with_room=is_with_room), one.modality, str(one.n))
                for key, one in self._projections.items()
            }
        )
        self._draw_found()

    def _head(self) -> Content:
        if self._is_read and not self._projections:
            return Content.assemble((t("technique.empty"), "bold"), "\n\n", (t("technique.empty_hint"), "$muted"))
        scope = self._scope()
        span = t("technique.span", weeks=round((scope.until - scope.first).days / 7))
        return Content.assemble((analysis_words.of_what(self.iqs, scope), "bold"), "  ", (span, "$muted"))

    def _draw_found(self) -> None:
        found = self._found
        what = self.query_one("#technique-what", Static)
        what.update(Content("") if found is None else Content.styled(words.head(self.iqs, found), "bold $primary"))
        parameters = {} if found is None else {one.name: self._parameter_row(one.name) for one in found.parameters}
        self.query_one("#technique-parameters", PlainTable).fill(parameters)
        self.query_one("#technique-settings", PlainTable).fill(
            {f"{one.name} {one.value}": self._setting_row(one) for one in self._settings()}
        )
        self.query_one("#technique-outliers", PlainTable).fill(self._outlier_rows())
        if found is not None and self._parameter is not None:
            self.query_one(TechniquePlot).set_points(found.points, self._parameter, found.quantity)
        self._draw_told()

    def _draw_told(self) -> None:
        self.query_one("#technique-told", Static).update(Content(self._told()))
        self.query_one("#technique-legend", Static).update(Content(self._legend()))

    def _told(self) -> str:
        found = self._found
        if found is None:
            return ""
        if self._way == "outliers":
            return t("technique.outliers_hint") if found.outliers else t("technique.no_outliers")
        if self._way == "settings":
            return t("technique.settings_hint")
        chosen = self.query_one("#technique-parameters", PlainTable).chosen
        told = next((words.told(one) for one in found.parameters if one.name == chosen), t("technique.nothing_stated"))
        left_out = "".join(" " + t("technique.left_out", name=words.parameter(name)) for name in found.left_out)
        return told + left_out

    def _legend(self) -> str:
        if self._way != "picture" or self._found is None or self._parameter is None:
            return ""
        good, rejected = self.query_one(TechniquePlot).counts
        return t("technique.legend", good=good, rejected=rejected) if good + rejected else t("technique.no_points")

    def _parameter_row(self, name: ParameterName) -> tuple[str, ...]:
        one = next(one for one in self._found.parameters if one.name == name) if self._found else None
        if one is None:
            return ("",) * len(_PARAMETERS)
        return (
            words.with_unit(one.name),
            words.value(one.name, one.median),
            words.spread(one),
            spread_bar(one.low, one.p25, one.median, one.p75, one.high, width=_BAR, theme=self.app.theme),
            words.coverage(one),
            words.relation(one),
            words.rejects(one),
        )

    def _settings(self) -> tuple[Setting, ...]:
        found = self._found
        return () if found is None else (*found.grids, *found.controls, *found.by_kvp, *found.by_deviation)

    def _setting_row(self, one: Setting) -> tuple[str, ...]:
        dose = words.median_dose(self._found, one) if self._found is not None else ""
        return (words.setting(one), str(one.n), dose, words.rejected(one))

    def _outlier_rows(self) -> dict[str, tuple[str, ...]]:
        zone = self.iqs.config.site.zone
        found = self._found.outliers if self._found is not None else ()
        return {
            f"{one.exposure_uid} {one.parameter}": (
                numbers.day_and_time(one.at, zone),
                words.with_unit(one.parameter),
                words.outlying(one),
                words.usual(one),
                t("technique.rejected") if one.is_rejected else "",
            )
            for one in found
        }


def _first_choice(names: tuple[ParameterName, ...]) -> ParameterName | None:
    """The tube load tells most of a dose; where it is not said, the first that is."""
    return "mas" if "mas" in names else next(iter(names), None)


def _key_of(scope: Scope) -> tuple[object, ...]:
    """What is read, without the ends of a period that goes along with the clock."""
    return (scope.rooms, scope.devices, scope.modality, scope.procedure, scope.protocol, scope.view, scope.which)
