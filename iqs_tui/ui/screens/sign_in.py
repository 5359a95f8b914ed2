"""Who sits here: a badge, initials, or a touch on a name."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.reasons import KEYS_IN_NUMPAD_ORDER
from iqs_tui.locale import t
from iqs_tui.store.reading.people import Person, active
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.session import SignedIn
from iqs_tui.ui.widgets.choices import Choice, ChoiceGrid

PER_PAGE = len(KEYS_IN_NUMPAD_ORDER)


class SignInScreen(IqsScreen):
    """Nine names at a time, by initials; typing letters narrows them down."""

    title_key = "sign_in.title"
    keys = (
        *(Key(key, "keys.choose", f"choose('{key}')", is_shown=False) for key in KEYS_IN_NUMPAD_ORDER),
        Key("0", "sign_in.nobody", "nobody", is_shown=False),
        Key("enter", "keys.choose", "first", is_shown=False),
        Key("backspace", "keys.back", "rub_out", is_shown=False),
        Key("left,pageup", "keys.previous", "page(-1)"),
        Key("right,pagedown,plus,add", "keys.next_page", "page(1)"),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._typed = ""
        self._page = 0
        self._people: tuple[Person, ...] = ()

    @property
    def is_busy(self) -> bool:
        """Initials are being typed."""
        return bool(self._typed)

    def compose_body(self) -> ComposeResult:
        """What to do, nine names, and the room's own."""
        yield Static(id="sign-in-hint")
        yield ChoiceGrid()
        with Horizontal(id="beside"):
            yield Choice("0", t("sign_in.nobody"), id="choice-0")

    def show(self) -> None:
        """Read who may sign in, and show the page."""
        self._people = tuple(person for person in active() if _answers_to(person, self._typed))
        self._page = min(self._page, self._pages - 1)
        shown = self._shown()
        self.query_one(ChoiceGrid).offer(
            {key: person.initials for key, person in shown.items()},
            {key: person.name for key, person in shown.items()},
        )
        nobody = "sign_in.sign_out" if self.iqs.session.user else "sign_in.nobody"
        self.query_one("#choice-0", Choice).words = t(nobody)
        self.query_one("#sign-in-hint", Static).update(self._hint())

    def visible_keys(self) -> tuple[Key, ...]:
        """Pages only where there are several."""
        if self._pages > 1:
            return self.keys
        return tuple(key for key in self.keys if not key.action.startswith("page"))

    @property
    def _pages(self) -> int:
        return max(1, -(-len(self._people) // PER_PAGE))

    def _shown(self) -> dict[str, Person]:
        page = self._people[self._page * PER_PAGE : (self._page + 1) * PER_PAGE]
        return dict(zip(KEYS_IN_NUMPAD_ORDER, page, strict=False))

    def _hint(self) -> Content:
        if self._typed:
            found = t("sign_in.found", n=len(self._people))
            return Content.assemble((f"{self._typed}_", "bold $accent"), (f"   {found}", "$muted"))
        if not self._people:
            return Content.assemble((t("sign_in.empty"), "bold"), "\n", (t("sign_in.empty_hint"), "$muted"))
        page = "" if self._pages == 1 else "   " + t("common.page", page=self._page + 1, pages=self._pages)
        badge = "sign_in.hint_badge" if self.iqs.config.kiosk.badge_prefix else "sign_in.hint"
        return Content.assemble((t(badge), "bold"), (page, "$muted"))

    def on_choice_touched(self, event: Choice.Touched) -> None:
        """A finger is a key."""
        if event.key == "0":
            self.action_nobody()
        else:
            self.action_choose(event.key)

    def on_key(self, event: events.Key) -> None:
        """Letters narrow the names down."""
        if event.character and event.character.isalpha() and len(self._typed) < 12:
            event.stop()
            self._typed += event.character
            self._page = 0
            self.show_all()

    def action_rub_out(self) -> None:
        """Take the last letter away."""
        self._typed = self._typed[:-1]
        self.show_all()

    def action_page(self, step: int) -> None:
        """Turn the page."""
        self._page = (self._page + step) % self._pages
        self.show_all()

    def action_first(self) -> None:
        """Take the only one left, or the one with exactly these initials."""
        exact = [person for person in self._people if person.initials.casefold() == self._typed.casefold()]
        found = exact or (list(self._people) if self._typed else [])
        if len(found) == 1:
            self._take(found[0])

    def action_choose(self, key: str) -> None:
        """Take the name of this key."""
        person = self._shown().get(key)
        if person is not None:
            self._take(person)

    def action_nobody(self) -> None:
        """Sign out; what comes now is in the name of the room."""
        self._typed = ""
        self.iqs.session.user = None
        self.iqs.session.as_room = True
        self.action_back()

    def _take(self, person: Person) -> None:
        self._typed = ""
        self.iqs.session.as_room = False
        self.action_back()
        self.iqs.sign_in(SignedIn(person.user_id, person.name, person.initials, person.role))


def _answers_to(person: Person, typed: str) -> bool:
    """By the beginning of the initials, or of any word of the name."""
    begin = typed.casefold()
    return any(word.casefold().startswith(begin) for word in (person.initials, *person.name.split()))
