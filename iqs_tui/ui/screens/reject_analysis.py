"""The reject analysis: how much was rejected and why, week by week, and each unit beside the whole."""

from __future__ import annotations

from collections.abc import Hashable
from typing import IO, Literal
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.scope import Scope
from iqs_tui.locale import t
from iqs_tui.store import documents
from iqs_tui.store.reading.analysis.exporting import Format
from iqs_tui.store.reading.reject_analysis import exporting
from iqs_tui.store.reading.reject_analysis.analysis import analyse
from iqs_tui.store.reading.reject_analysis.burden import burden_of
from iqs_tui.store.reading.reject_analysis.figures import Analysis, Burden, By, Funnel, Viewer
from iqs_tui.store.reading.reject_analysis.funnels import Standards, funnels_of, standards_of
from iqs_tui.ui import dose_choice, reject_choice
from iqs_tui.ui import reject_words as words
from iqs_tui.ui.dose_export import Exporting, Wanted
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import AsideLine, Progress, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.plain_table import PlainTable
from iqs_tui.ui.widgets.reject_funnel import RejectFunnel
from iqs_tui.ui.widgets.reject_overview import RejectOverview
from iqs_tui.ui.widgets.reject_weeks import RejectWeeks

View = Literal["overview", "weeks", "funnel"]
VIEWS: tuple[View, ...] = ("overview", "weeks", "funnel")
BYS: tuple[By, ...] = ("room", "procedure", "projection", "operator")


class RejectAnalysisScreen(Exporting, ReadingAside, IqsScreen):
    """The overview, the weeks and the funnel: three views of one reading, each a key away; `v` is for the table."""

    title_key = "reject.title"
    keys = (
        Key("o", "reject.key_overview", "view('overview')"),
        Key("w", "reject.key_weeks", "view('weeks')"),
        Key("t", "reject.key_funnel", "view('funnel')"),
        Key("t,right", "reject.key_by", "by(1)"),
        Key("left", "reject.key_by", "by(-1)", is_shown=False),
        Key("v", "reject.key_table", "table(True)"),
        Key("v", "reject.key_picture", "table(False)"),
        Key("r", "reject.key_details", "details"),
        Key("b", "reject.key_basis", "basis"),
        Key("f", "choosing.key_filter", "open('reject_filter')"),
        Key("x", "dose.key_export", "export_all"),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._seen: Analysis | None = None
        self._burden: Burden | None = None
        self._standards: Standards | None = None
        self._funnels: tuple[Funnel, ...] | None = None
        self._view: View = "overview"
        self._by: By = "room"
        self._turn = 0
        self._is_detailed = False

    def compose_body(self) -> ComposeResult:
        """Of what, and the three views; the style sheet shows one, where it is high the weeks under the overview."""
        with Horizontal(id="dose-head"):
            yield Static(id="dose-scope", markup=False)
            yield AsideLine()
        yield Static(id="reject-empty", markup=False)
        yield RejectOverview()
        yield RejectWeeks()
        yield RejectFunnel(self.iqs.config)
        yield Static(id="dose-said", markup=False)

    def on_mount(self) -> None:
        """Start with the overview."""
        self.add_class("-overview")
        super().on_mount()

    def show(self) -> None:
        """Read the choice as it is now; what another person was shown goes at once."""
        scope, viewer = reject_choice.scope_of(self.iqs), reject_choice.viewer(self.iqs)
        now, zone = self.iqs.clock(), self.iqs.config.site.zone
        if self._seen is None or self._seen.viewer != viewer:
            self._seen = self._burden = self._standards = self._funnels = None
            self._say_scope(reject_choice.in_words(self.iqs))
        self.read_aside(
            lambda progress: analyse(scope, viewer, now, zone, progress), self._have_read, key=self._key(scope, viewer)
        )
        self._draw()

    def _key(self, scope: Scope, viewer: Viewer) -> Hashable:
        return reject_choice.chosen(self.iqs), scope.operators, viewer, documents.version("reasons")

    def _have_read(self, found: Analysis) -> None:
        self._seen, self._burden, self._standards, self._funnels = found, None, None, None
        self._say_scope(self.export_of())
        self.read_aside(lambda _: burden_of(found), self._have_burden, again=True, channel="burden")
        self._read_funnels()
        self._draw()
        self.refresh_keys()

    def _have_burden(self, burden: Burden) -> None:
        self._burden = burden
        self._draw()

    def _say_scope(self, said: str) -> None:
        self.query_one("#dose-scope", Static).update(Content(said))

    def _read_funnels(self, *, again: bool = True) -> None:
        """Read the funnel of what it is by; only while somebody looks at it."""
        if self._seen is None or self._view != "funnel":
            return
        found, by, now, zone = self._seen, self._by, self.iqs.clock(), self.iqs.config.site.zone
        known = self._standards

        def read(progress: Progress) -> tuple[Standards, tuple[Funnel, ...]]:
            standards = known or standards_of(found, now, zone, progress)
            return standards, funnels_of(found, by, standards)

        key = (self._key(found.scope, found.viewer), by)
        self.read_aside(read, self._have_funnels, key=key, again=again, channel="funnel")

    def _have_funnels(self, read: tuple[Standards, tuple[Funnel, ...]]) -> None:
        self._standards, self._funnels = read
        self._draw()
        self.call_after_refresh(self._refocus)
        self.refresh_keys()

    def visible_keys(self) -> tuple[Key, ...]:
        """Only what does something now."""
        is_there, view = not self.has_class("-empty") and self._seen is not None, self._view
        has_table = self.has_class("-table")
        can = {
            **{f"view('{one}')": is_there and view != one for one in VIEWS},
            "by(1)": view == "funnel",
            "by(-1)": view == "funnel",
            "table(True)": is_there and view != "overview" and not has_table,
            "table(False)": is_there and view != "overview" and has_table,
            "details": is_there and view == "overview",
            "basis": is_there and self._n_rates > 1,
            "export_all": is_there and dose_choice.may_export(self.iqs),
        }
        return tuple(key for key in self.keys if can.get(key.action, True))

    @property
    def _n_rates(self) -> int:
        return len(self._seen.figure.rates) if self._seen else 0

    def action_view(self, view: View) -> None:
        """Go to another view."""
        self._view = view
        self.remove_class("-table", *(f"-{one}" for one in VIEWS))
        self.add_class(f"-{view}")
        self._read_funnels(again=False)
        self._refocus()
        self.show_all()

    def action_by(self, step: int) -> None:
        """Put the funnel together by something else."""
        self._by = BYS[(BYS.index(self._by) + step) % len(BYS)]
        self._funnels = None
        self._read_funnels(again=True)
        self.show_all()

    def action_table(self, shows: bool) -> None:
        """From the picture to its table, or back."""
        self.set_class(shows, "-table")
        self._refocus()
        self.refresh_keys()

    def action_details(self) -> None:
        """Show the second level of the reasons, or leave it out again."""
        self._is_detailed = not self._is_detailed
        self._draw()

    def action_basis(self) -> None:
        """Show the weeks and the funnel of what is counted otherwise: they cannot be put together."""
        self._turn += 1
        self._draw()

    def action_back(self) -> None:
        """From a view to the overview, from there to the screen before."""
        if self._view != "overview":
            self.action_view("overview")
        else:
            super().action_back()

    def action_export_all(self) -> None:
        """Ask in which format, and write everything that the three views show."""
        if self._seen is None:
            return
        found, known, now = self._seen, self._standards, self.iqs.clock()

        def write(file_format: Format, file: IO[bytes], zone: ZoneInfo) -> int:
            standards = known or standards_of(found, now, zone)
            funnels = (funnel for by in BYS for funnel in funnels_of(found, by, standards))
            return exporting.write(found, funnels, file_format, file, zone=zone)

        self.export(Wanted(t("reject.file"), found.scope, write))

    def export_of(self) -> str:
        """Return in words of what the export is."""
        found = self._seen
        is_narrowed = found is not None and found.withheld.is_narrowed and found.scope.first < found.scope.until
        return reject_choice.in_words(self.iqs, found.scope if found and is_narrowed else None)

    def _refocus(self) -> None:
        """The list of the funnel is always there to walk through; that of the weeks where it is shown."""
        if self._view == "overview":
            self.query_one(RejectOverview).focus()
        elif self._view == "funnel" or self.has_class("-table"):
            self.query_one(f"#{self._view}-table", PlainTable).focus()

    def _draw(self) -> None:
        found = self._seen
        is_empty = found is not None and not _has_any(found)
        self.set_class(is_empty, "-empty")
        self.set_class(found is None, "-unread")
        self.set_class(self._n_rates > 2, "-many")
        self.query_one("#reject-empty", Static).update(words.empty(found) if found and is_empty else Content(""))
        if found is not None and self._view == "overview":
            self.query_one(RejectOverview).show_read(found, self._burden, is_detailed=self._is_detailed)
        place = self._turn % self._n_rates if self._n_rates else 0
        if self._view == "funnel":
            funnels = self._funnels or ()
            self.query_one(RejectFunnel).show_funnel(found, funnels[place] if place < len(funnels) else None)
        else:
            charts = found.charts if found else ()
            self.query_one(RejectWeeks).show_chart(charts[place] if place < len(charts) else None)


def _has_any(found: Analysis) -> bool:
    figures = (found.figure, found.own)
    return any(figure is not None and figure.counts.n_exposures for figure in figures)
