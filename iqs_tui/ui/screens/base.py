"""What every screen shares: the header, the key bar, when it reads, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.screen import Screen

from iqs_tui.ui.keys import Key
from iqs_tui.ui.widgets.header import Header
from iqs_tui.ui.widgets.keybar import KeyBar

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

__all__ = ["IqsScreen", "Key"]


class IqsScreen(Screen[None]):
    """A screen with the header, the key bar, and one `show()` that reads and draws.

    A subclass gives `title_key`, `keys`, `compose_body()` and `show()`. `show()` is called when the screen is
    mounted, when it comes to the front again, on news (another process committed), and each minute.
    """

    title_key: ClassVar[str] = ""
    keys: ClassVar[tuple[Key, ...]] = ()
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init_subclass__(cls, **values: Any) -> None:  # noqa: ANN401 (what Screen takes)
        """Bind the screen's keys, so that they stand in one list only."""
        own = [Binding(_either_case(key.key), key.action, show=False) for key in cls.__dict__.get("keys", ())]
        cls.BINDINGS = [*own, *cls.__dict__.get("BINDINGS", [])]
        super().__init_subclass__(**values)

    BINDINGS = [Binding("escape", "back", show=False)]

    @property
    def iqs(self) -> IqsApp:
        """The app, with its own type."""
        return cast("IqsApp", self.app)

    @property
    def is_busy(self) -> bool:
        """Whether something is half filled in: then the prompt does not open over it."""
        return False

    def visible_keys(self) -> tuple[Key, ...]:
        """Return the keys that do something now; the others neither work nor show."""
        return self.keys

    def compose(self) -> ComposeResult:
        """Header, body, key bar; which keys there are is known once the body stands."""
        self._fit()
        yield Header(self.title_key)
        with Container(id="body"):
            yield from self.compose_body()
        yield KeyBar()

    def _fit(self) -> None:
        """Take the classes of the app's breakpoints at once: without them the first frame is that of a small screen."""
        width, height = self.app.size
        for size, breakpoints in ((width, self.app.HORIZONTAL_BREAKPOINTS), (height, self.app.VERTICAL_BREAKPOINTS)):
            names = [name for least, name in breakpoints or () if size >= least]
            self.add_class(*names[-1:])

    def compose_body(self) -> ComposeResult:
        """Yield the widgets between header and key bar."""
        raise NotImplementedError

    def show(self) -> None:
        """Read through `store.reading` and update the widgets."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show for the first time, and again on news."""
        self.iqs.news.subscribe(self, self._on_news)

    def on_screen_resume(self) -> None:
        """Show what may have changed behind another screen."""
        self.show_all()

    def _on_news(self, _: None) -> None:
        if self.is_current:
            self.show_all()

    def show_all(self) -> None:
        """Show the body, the header and the keys as they are now."""
        if self.stands:
            self.show()
            self.show_header()
            self.refresh_keys()

    @property
    def stands(self) -> bool:
        """Whether the widgets are there: not before they are mounted, nor while the app ends."""
        return self.is_mounted and self.is_attached and self.app.is_running

    def show_header(self) -> None:
        """Show the header as it is now."""
        if self.stands:
            self.query_one(Header).show()

    def refresh_keys(self) -> None:
        """Show the keys that do something now."""
        if not self.stands:
            return
        bar = self.query_one(KeyBar)
        bar.call_next(bar.show, tuple(key for key in self.visible_keys() if key.is_shown))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let only visible keys act. An action that no key names is none of our business."""
        named = [key for key in self.keys if _name(key.action) == action]
        if not named:
            return True
        call = f"{action}({', '.join(map(repr, parameters))})" if parameters else action
        visible = {key.action.replace('"', "'") for key in self.visible_keys()}
        return call in visible or action in visible

    def action_back(self) -> None:
        """Go back to the screen before; the first screen stays."""
        if len(self.app.screen_stack) > 1 and self is not self.iqs.first_screen:
            self.app.pop_screen()

    def action_open(self, name: str) -> None:
        """Open another screen."""
        self.iqs.open_screen(name)


def _either_case(keys: str) -> str:
    """Caps lock is no reason for a key not to work."""
    names = keys.split(",")
    return ",".join([*names, *(name.upper() for name in names if len(name) == 1 and name.isalpha())])


def _name(action: str) -> str:
    return action.partition("(")[0].rpartition(".")[2]
