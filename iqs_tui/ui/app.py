"""The face: a Textual app that reads and writes the local database only."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from pathlib import Path, PurePath
from typing import ClassVar, Literal

from textual import events
from textual.app import App
from textual.binding import Binding
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.signal import Signal

from iqs_tui import locale, locations
from iqs_tui.clock import Clock, utc_now
from iqs_tui.config import Config, Room
from iqs_tui.store import database
from iqs_tui.ui import graphics
from iqs_tui.ui.gate import InputGate
from iqs_tui.ui.glyphs import PlainScrollBar
from iqs_tui.ui.keeping import PATIENCE_MS, Keeper
from iqs_tui.ui.node_watch import NodeWatch
from iqs_tui.ui.opener import PromptOpener
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.registry import is_named, make_screen
from iqs_tui.ui.session import Session, SignedIn
from iqs_tui.ui.terminal import Terminal, suited
from iqs_tui.ui.themes import themes

Face = Literal["kiosk", "admin"]

POLL_S = 0.1
"""How often `PRAGMA data_version` is asked (2.4 microseconds)."""
QUIET_POLLS = 5
"""Polls between two redraws: a burst of a thousand slices is not a thousand redraws. The prompt does not wait."""
ENSURE_POLLS = 100
"""Polls between two looks whether the node still runs: a modality must not wait long for its listener."""


class IqsApp(App[None], inherit_bindings=False):
    """The kiosk, or the application manager's face."""

    TITLE = "iqs-tui"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]
    BINDINGS: ClassVar = [Binding("ctrl+q", "quit_face", show=False)]

    def __init__(
        self,
        config: Config,
        *,
        face: Face = "kiosk",
        clock: Clock = utc_now,
        start_node: bool = False,
        config_path: Path | None = None,
    ) -> None:
        super().__init__(driver_class=Terminal, css_path=_styles(face))
        self.config = config
        self.face = face
        self.clock = clock
        self.session = Session()
        self.news: Signal[None] = Signal(self, "news")
        self.animation_level = "none"
        for theme in themes():
            self.register_theme(theme)
        self.theme = config.kiosk.theme
        self.gate = InputGate(self)
        self.keeper = Keeper(self)
        self._opener = PromptOpener()
        self._node = NodeWatch(config, config_path, start_node)
        self._sentences: dict[str, str] = {}
        self._seen_version = -1
        self._has_news = False
        self._polls = 0
        self._minute = -1
        self._next_key: events.Key | None = None

    @property
    def room(self) -> Room:
        """The room where this face stands."""
        return self.config.own_room

    @property
    def first_screen(self) -> Screen[object]:
        """The screen at the bottom: home."""
        return self.screen_stack[0]

    @property
    def is_home(self) -> bool:
        """Whether the first screen is in front."""
        return len(self.screen_stack) == 1

    @property
    def notice(self) -> str:
        """What the header has to say besides: the most pressing sentence, or nothing."""
        return next((self._sentences[k] for k in ("logout", "store", "badge", "node") if k in self._sentences), "")

    def get_default_screen(self) -> Screen[None]:
        """Start with home."""
        return make_screen("admin_home" if self.face == "admin" else "home")

    def on_load(self) -> None:
        """Before the terminal is taken: never leave one behind that cannot be used."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit)

    def on_mount(self) -> None:
        """Watch the database."""
        ScrollBar.renderer = PlainScrollBar
        self._seen_version = database.data_version()
        self._minute = self.clock().minute
        self._node.ensure()
        self.set_interval(POLL_S, self.poll)
        self.call_after_refresh(self._opener.offer, self)
        self.call_after_refresh(gc.enable)

    def on_unmount(self) -> None:
        """Let a child node go."""
        self._node.let_go()

    def poll(self) -> None:
        """Look for news, ten times a second; for the time, each second."""
        self._polls += 1
        version = database.data_version()
        if version != self._seen_version:
            self._seen_version, self._has_news = version, True
            self._opener.offer(self)
        if self._has_news and self._polls % QUIET_POLLS == 0:
            self._has_news = False
            self.news.publish(None)
        if self._polls % round(1 / POLL_S) == 0:
            self._each_second()

    def _each_second(self) -> None:
        self.gate.tick()
        if self._polls % ENSURE_POLLS == 0:
            self._node.ensure()
        if self.clock().minute != self._minute:
            self._minute = self.clock().minute
            self.announce()
        self.say("node", self._node.trouble())

    def announce(self) -> None:
        """Let every screen show what is new: another process wrote, this one did, or a minute passed."""
        self.news.publish(None)
        self._opener.offer(self)

    def say(self, subject: str, sentence: str | None) -> None:
        """Put a sentence in the header, or take the one on this subject away."""
        before = self.notice
        if sentence:
            self._sentences[subject] = sentence
        else:
            self._sentences.pop(subject, None)
        if self.notice != before and isinstance(self.screen, IqsScreen):
            self.screen.show_header()

    def open_screen(self, name: str, **values: object) -> None:
        """Open a screen of the registry; `values` go to its `__init__`. `home` goes back to the first one."""
        if name == "home":
            self.go_home()
        elif not self.shows(name):
            self.push_screen(make_screen(name, **values))

    def go_home(self) -> None:
        """Close every screen but the first."""
        while not self.is_home:
            self.pop_screen()

    def shows(self, name: str) -> bool:
        """Say whether a screen of this name is in front."""
        return is_named(self.screen, name)

    def has_open(self, name: str) -> bool:
        """Say whether a screen of this name is open, in front or behind another."""
        return any(is_named(screen, name) for screen in self.screen_stack)

    def sign_in(self, person: SignedIn) -> None:
        """Somebody sits down."""
        self.session.user = person
        self.announce()

    def sign_out(self) -> None:
        """Somebody leaves: what was theirs closes; a question to the room stays."""
        self.session.user = None
        self.session.picked.clear()
        if not self.shows("prompt"):
            self.go_home()
        self.announce()

    def action_quit_face(self) -> None:
        """End the face; a locked kiosk stays."""
        if self.face == "admin" or not self.config.kiosk.locked:
            self.exit()

    async def on_event(self, event: events.Event) -> None:
        """Let the gate see input before any key acts."""
        if isinstance(event, events.InputEvent) and not event.is_forwarded and self.gate.swallows(event):
            return
        if isinstance(event, events.Key) and not event.is_forwarded:
            event, self._next_key = self.gate.split(event)
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """Once Esc has been through all that could want it, the letter that came with it follows."""
        if event.key == "escape" and self._next_key is not None:
            self.call_later(self.post_message, self._next_key)
            self._next_key = None


def _styles(face: Face) -> list[str | PurePath]:
    """Return the style sheets of a face: the kiosk shows no admin screen."""
    found = sorted(locations.shipped("styles").glob("*.tcss"))
    return [path for path in found if face == "admin" or path.stem != "admin"]


def run_face(config: Config, config_path: Path | None, face: Face) -> int:
    """Run a face until it is closed; return its exit status.

    Raises:
        peewee.OperationalError: the database cannot be opened.
        iqs_tui.store.database.NewerSchema: it is of a newer version of the program.
    """
    locale.use(config.site.language)
    database.open_database(config.database_path)
    if face == "kiosk":
        database.be_quick(PATIENCE_MS)
    graphics.prepare(config.kiosk.pictures, os.environ)
    app = IqsApp(suited(config, os.environ), face=face, start_node=face == "kiosk", config_path=config_path)
    app.run()
    return app.return_code or 0
