"""Sees every key and touch before anything acts on it: badge, waking a dim screen, cancelling a sign-out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual import events

from iqs_tui.locale import t
from iqs_tui.store.reading import people as reading
from iqs_tui.ui.badge import BadgeReader
from iqs_tui.ui.idle import IdleWatch
from iqs_tui.ui.session import SignedIn

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


@runtime_checkable
class TakesBadge(Protocol):
    """A screen that waits for a badge of its own."""

    def take_badge(self, number: str) -> bool:
        """Take the number; return whether that was what the screen was for."""
        ...

    def action_back(self) -> None:
        """Go back."""
        ...


class InputGate:
    """Decides which input goes no further."""

    def __init__(self, app: IqsApp) -> None:
        kiosk = app.config.kiosk
        self._app = app
        self._badge = BadgeReader(kiosk.badge_prefix)
        self._swallow_release = False
        self.idle = IdleWatch(
            timedelta(minutes=kiosk.dim_after_minutes), timedelta(minutes=kiosk.logout_after_minutes), app.clock()
        )

    def swallows(self, event: events.Event) -> bool:
        """Take an input event; True where it stops here."""
        if isinstance(event, events.MouseUp) and self._swallow_release:
            self._swallow_release = False
            return True
        if not isinstance(event, (events.Key, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)):
            return False
        now = self._app.clock()
        if isinstance(event, events.Key) and self._badge.takes(event, now):
            self.idle.touch(now)
            badge = self._badge.pop(event, now)
            if badge is not None:
                self._present(badge)
            return True
        wakes = self._wakes()
        self.idle.touch(now)
        if wakes:
            self.tick()
            self._swallow_release = isinstance(event, events.MouseDown)
        return wakes

    @staticmethod
    def split(event: events.Key) -> tuple[events.Key, events.Key | None]:
        """Esc and a letter typed within a tenth of a second reach us as "alt+letter": give them back apart."""
        if not event.key.startswith("alt+") or not event.character or not event.is_printable:
            return event, None
        name = event.key.removeprefix("alt+")
        return events.Key("escape", "\x1b"), events.Key(name.removeprefix("shift+"), event.character)

    def wake(self) -> None:
        """Light the screen, as when a case opens."""
        self.idle.touch(self._app.clock())
        self.tick()

    def tick(self) -> None:
        """Dim or light the screen, announce the sign-out, sign out: called each second."""
        app, now = self._app, self._app.clock()
        name = app.config.kiosk.theme + ("-dim" if self.idle.is_dim(now) else "")
        if app.theme != name:
            app.theme = name
            app.announce()
        left = self.idle.seconds_to_logout(now) if app.session.user else None
        if left == 0:
            app.sign_out()
        app.say("logout", t("common.logout_in", n=left) if left else None)

    def _wakes(self) -> bool:
        now = self._app.clock()
        announced = self._app.session.user is not None and self.idle.seconds_to_logout(now) is not None
        return announced or self._app.theme.endswith("-dim")

    def _present(self, badge: str) -> None:
        """A badge signs in; the badge of who is signed in signs out. A screen that asks for a badge gets it."""
        screen = self._app.screen
        if isinstance(screen, TakesBadge):
            if screen.take_badge(badge):
                screen.action_back()
            return
        from iqs_tui.store import people

        user_id = people.person_of_badge(badge)
        person = reading.person(user_id) if user_id else None
        self._app.say("badge", None if person else t("sign_in.unknown_badge"))
        if person is None:
            return
        user = self._app.session.user
        if user is not None and user.user_id == person.user_id:
            self._app.sign_out()
        else:
            self._app.sign_in(SignedIn(person.user_id, person.name, person.initials, person.role))
