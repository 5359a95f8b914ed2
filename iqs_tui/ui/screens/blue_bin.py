"""The blauwe ton: the answered rejects of this room, to learn from together. No names: a reject is nobody's."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from iqs_tui import locale
from iqs_tui.domain.reasons import KEYS_IN_NUMPAD_ORDER
from iqs_tui.locale import numbers, t
from iqs_tui.store import documents
from iqs_tui.store.reading.blue_bin import Page, Reject, rejects
from iqs_tui.ui.glyphs import bar
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.words import evidence, exposure_words

_COLUMNS = {"when": 13, "name": 20}
BAR_WIDTH = 10
UGYM2 = 1e6
"""µGy·m² in one Gy·m²."""


class BlueBinScreen(IqsScreen):
    """A page of rejects, and beside it how often each reason was given."""

    title_key = "blue_bin.title"
    keys = (
        *(Key(key, "keys.choose", f"only('{key}')", is_shown=False) for key in KEYS_IN_NUMPAD_ORDER),
        Key("0", "blue_bin.all", "only('')"),
        Key("left,pageup", "keys.previous", "page(-1)"),
        Key("right,pagedown", "keys.next_page", "page(1)"),
        Key("escape", "keys.back", "back"),
        Key("f1", "keys.help", "open('help')"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        self._reason: str | None = None
        self._page: Page | None = None

    def compose_body(self) -> ComposeResult:
        """What is shown, the list, the reasons."""
        yield Static(id="bin-head")
        with Horizontal(id="bin"):
            yield Static(id="bin-list")
            yield Static(id="bin-reasons")

    @property
    def _per_page(self) -> int:
        return max(1, self.query_one("#bin-list").content_size.height // 2) if self.stands else 1

    @property
    def _pages(self) -> int:
        return max(1, -(-(self._page.n if self._page else 0) // self._per_page))

    def show(self) -> None:
        """Read the page, and draw it."""
        self._page = rejects(self.iqs.room.id, self._number, self._per_page, self._reason)
        self.query_one("#bin-head", Static).update(self._head(self._page))
        rows = [self._row(reject) for reject in self._page.rejects]
        self.query_one("#bin-list", Static).update(Content("\n").join(rows))
        self.query_one("#bin-reasons", Static).update(self._bars(self._page))

    def visible_keys(self) -> tuple[Key, ...]:
        """Pages only where there are several, all reasons only where one was chosen."""
        hidden = set()
        if self._pages < 2:
            hidden |= {"page(-1)", "page(1)"}
        if self._reason is None:
            hidden.add("only('')")
        return tuple(key for key in self.keys if key.action not in hidden)

    def on_resize(self) -> None:
        """As many as fit."""
        self.call_after_refresh(self.show_all)

    @on(events.Click, "#bin-reasons")
    def touch_reason(self, event: events.Click) -> None:
        """Touching a reason is pressing its key; the first line is the heading."""
        place = int(event.get_content_offset_capture(event.widget).y) - 1 if event.widget else -1
        if self._page is not None and 0 <= place < len(self._page.reasons):
            self._show_only(self._page.reasons[place][0])

    def action_page(self, step: int) -> None:
        """Turn the page."""
        self._number = (self._number + step) % self._pages
        self.show_all()

    def action_only(self, key: str) -> None:
        """Show one reason, by its key on the prompt; without a key, all."""
        reason = documents.reasons().by_key(key) if key else None
        self._show_only(reason.code if reason else None)

    def _show_only(self, code: str | None) -> None:
        self._reason = None if code == self._reason else code
        self._number = 0
        self.show_all()

    def _head(self, page: Page) -> Content:
        if not page.n and self._reason is None:
            return Content.assemble((t("blue_bin.empty"), "bold"), "\n", (t("blue_bin.empty_hint"), "$muted"))
        which = documents.reasons().label(self._reason, locale.language()) if self._reason else t("blue_bin.all")
        words = t("blue_bin.head", n=page.n, room=self.iqs.room.label, which=which)
        pages = "" if self._pages == 1 else "   " + t("common.page", page=self._number + 1, pages=self._pages)
        return Content.assemble((words, "bold"), (pages, "$muted"))

    def _row(self, reject: Reject) -> Content:
        zone = self.iqs.config.site.zone
        at = reject.subject.at or reject.detected_at
        name = exposure_words(reject.subject)[: _COLUMNS["name"] - 1]
        reason = documents.reasons().label(reject.reason_code, locale.language()) or reject.reason_label
        first = Content.assemble(
            (f"{numbers.day_and_time(at, zone):<{_COLUMNS['when']}}", "$primary"),
            (f"{name:<{_COLUMNS['name']}}", "bold"),
            reason,
        )
        second = Content.styled(" " * _COLUMNS["when"] + "   ".join(_facts(reject)), "$muted")
        return Content("\n").join([first, second])

    def _bars(self, page: Page) -> Content:
        """Each reason with its key, a bar and its number."""
        reasons = documents.reasons()
        most = max((n for _, n in page.reasons), default=0)
        lines = [Content.styled(t("blue_bin.by_reason"), "$muted")] if page.reasons else []
        for code, n in page.reasons:
            item = reasons.by_code(code)
            style = "bold $accent" if code == self._reason else ""
            name = (reasons.label(code, locale.language()) or code)[:25]
            lines.append(
                Content.assemble(
                    (f"{item.key if item else '':>1}  ", "$muted"),
                    (f"{name:<25} ", style),
                    (bar(n / most, BAR_WIDTH, self.app.theme), "$primary"),
                    f" {n:>3}",
                )
            )
        return Content("\n").join(lines)


def _facts(reject: Reject) -> list[str]:
    facts = [evidence(reject.signals)]
    if reject.deviation_index is not None:
        facts.append(f"DI {numbers.decimal(reject.deviation_index)}")
    if reject.dap_gym2 is not None:
        facts.append(f"DAP {numbers.significant(reject.dap_gym2 * UGYM2)} µGy·m²")
    if reject.detail:
        facts.append(f"“{reject.detail}”")
    return [fact for fact in facts if fact]
