"""The top line of every screen: where this is, who sits here, whether the server has it, what time it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from iqs_tui.locale import numbers, t
from iqs_tui.store.reading import header as reading
from iqs_tui.ui.glyphs import Glyphs, glyphs

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


class Header(Vertical):
    """Room and modality, the screen's title, the MBB'er, sync and clock; under it a notice where there is one."""

    def __init__(self, title_key: str) -> None:
        super().__init__()
        self._title_key = title_key

    def compose(self) -> ComposeResult:
        """Four parts on one line, and the notice."""
        with Horizontal(id="header-line"):
            yield Static(id="header-room")
            yield Static(id="header-person")
            yield Static(id="header-state")
            yield Static(id="header-clock")
        yield Static(id="header-notice")

    def show(self) -> None:
        """Read and draw."""
        app = cast("IqsApp", self.app)
        self.query_one("#header-room", Static).update(self._room(app))
        self.query_one("#header-person", Static).update(_person(app))
        self.query_one("#header-state", Static).update(_state(app))
        clock = numbers.clock_time(app.clock(), app.config.site.zone)
        self.query_one("#header-clock", Static).update(Content.styled(clock, "bold"))
        notice = self.query_one("#header-notice", Static)
        notice.display = bool(app.notice)
        notice.update(Content(f"{glyphs(app.theme).warning} {app.notice}"))

    def _room(self, app: IqsApp) -> Content:
        if app.face == "admin":
            place = t("common.admin")
        else:
            kinds = " ".join(_kinds(app))
            place = f"{app.room.label} · {kinds}" if kinds else app.room.label
        title = t(self._title_key) if self._title_key else ""
        return Content.assemble((place, "bold"), (f"   {title}" if title else "", "$muted"))


def _kinds(app: IqsApp) -> tuple[str, ...]:
    registered = sorted({m.kind for m in app.config.modalities if m.room == app.room.id})
    return tuple(registered) or reading.modality_kinds(app.room.id)


def _person(app: IqsApp) -> Content:
    if app.face == "admin":
        return Content("")
    if app.session.user is None:
        return Content.styled(t("common.nobody"), "$muted")
    return Content.styled(app.session.user.name, "bold")


def _state(app: IqsApp) -> Content:
    marks = glyphs(app.theme)
    parts: list[tuple[str, str]] = []
    if app.face == "kiosk" and app.room.pillars.reject and not app.is_home and not app.shows("prompt"):
        waiting = reading.n_open(app.room.id, app.clock())
        if waiting:
            parts.append((f"{marks.state} {t('common.n_open', n=waiting)}  ", "bold $accent"))
    parts.append(_sync_words(app, marks))
    return Content.assemble(*parts)


def _sync_words(app: IqsApp, marks: Glyphs) -> tuple[str, str]:
    """The state as symbol, word and colour; without a server configured that is said, not hidden."""
    if not app.config.central.url:
        return f"{marks.off} {t('common.sync_off')}", "$muted"
    view = reading.sync()
    at = numbers.clock_time(view.at, app.config.site.zone) if view.at else t("common.never")
    words = t(f"common.sync_{view.state}", at=at, n=view.pending)
    if view.state == "ok":
        return f"{marks.ok} {words}", "$success"
    if view.state == "refused":
        return f"{marks.warning} {words}", "$error"
    return f"{marks.off} {words}", "$muted"
