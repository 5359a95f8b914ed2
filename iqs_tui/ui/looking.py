"""What screens with a picture share: its keys, and fetching it beside the screen."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from iqs_tui.domain.pictures import WAITING
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading import pictures
from iqs_tui.store.reading.blue_bin.case import Shot
from iqs_tui.ui.keys import Key
from iqs_tui.ui.look import Look, Way
from iqs_tui.ui.reading_aside import AsideLine
from iqs_tui.ui.themes import is_console
from iqs_tui.ui.widgets.picture import PictureView

if TYPE_CHECKING:
    from PIL.Image import Image

    from iqs_tui.ui.reading_aside import ReadingAside
    from iqs_tui.ui.screens.base import IqsScreen

    class _Base(ReadingAside, IqsScreen):
        pass
else:
    _Base = object

LOOK_KEYS = (
    Key("left", "picture.key_contrast", "look('contrast', -1)", is_shown=False),
    Key("right", "picture.key_contrast", "look('contrast', 1)", is_shown=False),
    Key("down", "picture.key_brightness", "look('brightness', -1)", is_shown=False),
    Key("up", "picture.key_brightness", "look('brightness', 1)", is_shown=False),
    Key("4", "picture.key_move", "look('right', -1)", is_shown=False),
    Key("6", "picture.key_move", "look('right', 1)", is_shown=False),
    Key("8", "picture.key_move", "look('down', -1)", is_shown=False),
    Key("2", "picture.key_move", "look('down', 1)", is_shown=False),
    Key("plus,add,equals_sign", "picture.key_closer", "look('zoom', 1)"),
    Key("minus,subtract", "picture.key_further", "look('zoom', -1)", is_shown=False),
    Key("0,5", "picture.key_as_it_was", "look_anew"),
)
"""Contrast and brightness with the arrows, zoom with + and -, the part that is seen with the numpad."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was fetched: a picture, or the sentence that says why there is none."""

    image: Image | None
    sentence: str = ""
    is_waiting: bool = False


def fetch(shot: Shot) -> Seen:
    """Read and open the picture of an exposure; takes some tens of milliseconds, so not in the screen's own thread."""
    if shot.exposure_uid is None or not shot.has_image:
        return Seen(None, t("picture.never_received"))
    found = pictures.of_exposure(shot.exposure_uid)
    if found is None:
        return Seen(None, t("picture.of_no_slices" if shot.modality in _SLICES else "picture.time_over"))
    if not found.data:
        words = t("picture.waiting") if found.state == WAITING else t(f"picture.why_{found.why or 'crash'}")
        return Seen(None, words, is_waiting=found.state == WAITING)
    image = opened(found.data)
    return Seen(image) if image else Seen(None, t("picture.why_unreadable"))


_SLICES = frozenset({"CT", "MR", "NM", "PT"})


def opened(data: bytes) -> Image | None:
    """Return a greyscale image file as a picture; None where it cannot be opened."""
    from PIL import Image as pillow

    try:
        with pillow.open(BytesIO(data)) as image:
            return image.convert("L")
    except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError):
        return None


class LookLine(Horizontal):
    """How the pictures are looked at, and whether one is still being fetched."""

    def compose(self) -> ComposeResult:
        """The sentence, and the line of what is being read."""
        yield Static(id="look-words", markup=False)
        yield AsideLine()


class Looking(_Base):
    """Mixin for a screen with `ReadingAside`, `LOOK_KEYS` and `PictureView`s that are looked at together.

    A `LookLine` says how; each picture is fetched in a channel of its own.
    """

    look = Look()

    @property
    def seen(self) -> dict[str, Seen]:
        """What was fetched, by the id of its view."""
        found: dict[str, Seen] = self.__dict__.setdefault("_seen", {})
        return found

    def fetch_into(self, name: str, shot: Shot | None, absent: str = "") -> None:
        """Fetch the picture of an exposure and show it in `#name`; without an exposure the sentence `absent`."""
        if shot is None:
            self._have_fetched(name, Seen(None, absent))
            return
        before = self.seen.get(name)
        self.read_aside(
            lambda _: fetch(shot),
            lambda seen: self._have_fetched(name, seen),
            key=shot.exposure_uid,
            again=before is not None and before.is_waiting and not self.is_reading(name),
            channel=name,
        )

    def _have_fetched(self, name: str, seen: Seen) -> None:
        self.seen[name] = seen
        self.draw_pictures()

    def draw_pictures(self) -> None:
        """Draw what was fetched, as it is looked at."""
        for view in self.query(PictureView):
            seen = self.seen.get(view.id or "")
            if seen is not None:
                view.show(seen.image, self.look, seen.sentence)
        for line in self.query("#look-words").results(Static):
            line.update(self.look_words() if self.has_picture else "")
            self.refresh_keys()

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to look at: on a bare console there never is."""
        return not is_console(self.app.theme) and any(seen.image for seen in self.seen.values())

    def look_keys(self) -> dict[str, bool]:
        """Say which of `LOOK_KEYS` do something now."""
        has_picture = self.has_picture
        can = {key.action: has_picture for key in LOOK_KEYS}
        return can | {"look_anew": has_picture and self.look != Look()}

    def look_words(self) -> str:
        """Say how it is looked at, and what it is not for."""
        how = t(
            "picture.look",
            window=self.look.window,
            level=self.look.level,
            times=numbers.decimal(self.look.magnification),
        )
        hint = t("picture.hint_move" if self.look.zoom else "picture.hint_adjust") if self.has_class("-wide") else ""
        return "   ".join(part for part in (how, hint, t("picture.not_diagnostic")) if part)

    def action_look(self, way: Way, steps: int) -> None:
        """Look otherwise; all pictures of the screen at once."""
        self.look = self.look.turned(way, steps)
        self.draw_pictures()

    def action_look_anew(self) -> None:
        """Look at it as it came."""
        self.look = Look()
        self.draw_pictures()

    def on_picture_view_turned(self, event: PictureView.Turned) -> None:
        """By hand."""
        self.action_look(event.way, event.steps)

    def on_picture_view_touched(self, event: PictureView.Touched) -> None:
        """Closer at that place; once that goes no further, back to the whole."""
        closer = self.look.turned("zoom", 1)
        self.look = Look() if closer.zoom == self.look.zoom else closer.at(event.x, event.y)
        self.draw_pictures()
