"""Which image shows which irradiation event of a dose report, where neither names the other: by time and technique.

The clock of a machine's reports runs apart from that of its images: some seconds, or an hour where one of them knows
no summer time. That offset is known from exposures where image and report do name each other, or it is the one that
explains all images of the study. A match is only said where there is no other: every way to give as many images an
event gives this image that event. Exposures keep their order on both clocks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from iqs_tui.domain.dose import short_view
from iqs_tui.domain.records import ExposureFacts

JITTER_S = 3.0
"""How far one exposure's offset may lie from another's: start of the beam or end of the read-out, rounding."""
FARTHEST_S = 3 * 3600.0
"""An offset that is not known yet is looked for within the hours that a wrong time zone gives."""
WIDEST_S = 5.0
"""Offsets that spread wider are no clock."""
LEAST_STUDIES = 3
"""So many studies must agree before a learned clock counts."""
_MINUTE_S = 60.0
_MOST_PAIRS = 200
"""Of images and events: where more are looked at without a clock, nothing is sure anyway."""
_MATTERS = {"kvp": (0.05, 2.0), "mas": (0.2, 1.0), "dap_gym2": (0.35, 2e-8), "exposure_index": (0.5, 20.0)}
"""Relative and absolute difference that report and header may have; a header rounds, a reprocessed image has another
exposure index."""

_Fits = Callable[[ExposureFacts, ExposureFacts], bool]


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a machine's dose reports are ahead of its images, in seconds; negative: behind."""

    offset_s: float
    spread_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What the images of one exposure without a name say."""

    facts: ExposureFacts
    n_objects: int = 1


@dataclass(frozen=True, slots=True)
class Matching:
    """What was found."""

    sure: dict[str, str] = field(default_factory=dict)
    """Image to event."""
    offset_s: float | None = None
    """Report minus image, where two or more images tell it without any clock: what a clock may be learned from."""


@dataclass(frozen=True, slots=True)
class _Options:
    """For every image the events that it may be of, None among them where it may be of none."""

    n_matched: int
    of_image: list[set[int | None]]

    def sure(self) -> dict[int, int]:
        """Return the images that can only be of one event."""
        alone = ((image, next(iter(events))) for image, events in enumerate(self.of_image) if len(events) == 1)
        return {image: event for image, event in alone if event is not None}


def clock_of(offsets_s: Iterable[float], *, least: int = 1) -> Clock | None:
    """Return the clock that offsets agree on (median, and median deviation from it); None where they do not."""
    offsets = sorted(offsets_s)
    if len(offsets) < least:
        return None
    middle = median(offsets)
    spread = median(abs(each - middle) for each in offsets)
    return Clock(middle, spread) if spread <= WIDEST_S else None


def offset_s(report: ExposureFacts, image: ExposureFacts) -> float | None:
    """Return how far the report's time of an exposure is ahead of its image's; None where either tells no time."""
    if report.acquired_at is None or image.acquired_at is None:
        return None
    return (report.acquired_at - image.acquired_at).total_seconds()


def match(
    images: Mapping[str, Shown],
    events: Mapping[str, ExposureFacts],
    clock: Clock | None = None,
    taken: Iterable[ExposureFacts] = (),
) -> Matching:
    """Return which event each image shows, where that is sure; a function of what is given, in whatever order.

    Args:
        images: of one machine and study that carry no Irradiation Event UID, by exposure.
        events: of the same machine and study that no image is known to show, by their UID.
        clock: where one is known. Without it, or where it explains not all images, they must explain it themselves.
        taken: events that another image shows. An image that may be a second one of theirs is not sure.
    """
    is_coarse = _are_whole_minutes(each.facts for each in images.values())
    shown = sorted(
        (uid for uid, each in images.items() if each.facts.acquired_at and not (is_coarse and each.n_objects > 1)),
        key=lambda uid: (images[uid].facts.acquired_at, uid),
    )
    told = sorted((uid for uid, each in events.items() if each.acquired_at), key=lambda u: (events[u].acquired_at, u))
    if not shown or not told:
        return Matching()
    tolerance = JITTER_S + _MINUTE_S * (is_coarse + _are_whole_minutes(events.values()))
    table = _Table(
        [images[uid].facts for uid in shown], [events[uid] for uid in told], [t for t in taken if t.acquired_at]
    )
    by_itself = _by_itself(table, tolerance) if len(shown) == len(images) else None
    found = by_itself if clock is None else _at_clock(table, clock, tolerance, by_itself)
    sure = {} if found is None else {shown[i]: told[e] for i, e in found.sure().items()}
    lesson = {} if by_itself is None else by_itself.sure()
    is_lesson = len(lesson) == len(images) and len(lesson) > 1
    return Matching(sure, median(table.offset(i, e) for i, e in lesson.items()) if is_lesson else None)


@dataclass(frozen=True, slots=True)
class _Table:
    """Images and events in order of time."""

    images: Sequence[ExposureFacts]
    events: Sequence[ExposureFacts]
    taken: Sequence[ExposureFacts]

    def offset(self, image: int, event: int) -> float:
        return _ahead(self.events[event], self.images[image])

    def options(self, offset: float, tolerance: float, fits: _Fits) -> _Options:
        """Return what is possible at one offset."""

        def may(event: ExposureFacts, image: ExposureFacts) -> bool:
            return abs(_ahead(event, image) - offset) <= tolerance and fits(event, image)

        found = _in_order([[may(event, image) for event in self.events] for image in self.images])
        for image, options in zip(self.images, found.of_image, strict=True):
            if any(may(event, image) for event in self.taken):
                options.add(None)
        return found

    def offsets(self, fits: _Fits) -> list[float]:
        """Return the offsets that would explain at least one image."""
        ahead = {_ahead(event, image) for image in self.images for event in self.events if fits(event, image)}
        return sorted(each for each in ahead if abs(each) <= FARTHEST_S)


def _at_clock(table: _Table, clock: Clock, tolerance: float, by_itself: _Options | None) -> _Options:
    """Return what is possible by a known clock, or by what the study itself says where that clock no longer holds.

    A clock that was set right since explains nothing; a rhythm of two exposures or more then tells the new one.
    """
    found = _plainest(lambda fits: table.options(clock.offset_s, tolerance + 3 * clock.spread_s, fits))
    is_overruled = found.n_matched < len(table.images) and len(table.images) > 1
    return by_itself if is_overruled and by_itself is not None else found


def _by_itself(table: _Table, tolerance: float) -> _Options | None:
    """Return what is possible at the offsets that explain all images; None where no offset does."""
    if len(table.images) * len(table.events) > _MOST_PAIRS:
        return None

    def at_best(fits: _Fits) -> _Options:
        tried = [table.options(offset, tolerance, fits) for offset in table.offsets(fits)]
        best = [each for each in tried if each.n_matched == len(table.images)]
        rows = zip(*(each.of_image for each in best), strict=True)
        return _Options(len(table.images) if best else 0, [set().union(*row) for row in rows])

    found = _plainest(at_best)
    return found if found.n_matched else None


def _plainest(look: Callable[[_Fits], _Options]) -> _Options:
    """Return what technique leaves possible; where that is not one thing, what view, side and protocol leave of it."""
    found = look(_is_like)
    if len(found.sure()) == len(found.of_image):
        return found
    closer = look(_is_called_alike)
    return closer if closer.n_matched == found.n_matched else found


def _in_order(may: Sequence[Sequence[bool]]) -> _Options:
    """Return the most images that can have an event each, both in order of time, and every way to do so.

    Args:
        may: of each image, which events it may show.
    """
    n_images, n_events = len(may), len(may[0])
    before = _most(may)
    after = [row[::-1] for row in _most([row[::-1] for row in may[::-1]])][::-1]
    most = before[n_images][n_events]
    options: list[set[int | None]] = []
    for i, row in enumerate(may):
        shows: set[int | None] = {
            e for e, fits in enumerate(row) if fits and before[i][e] + 1 + after[i + 1][e + 1] == most
        }
        if any(before[i][e] + after[i + 1][e] == most for e in range(n_events + 1)):
            shows.add(None)
        options.append(shows)
    return _Options(most, options)


def _most(may: Sequence[Sequence[bool]]) -> list[list[int]]:
    """Return how many of the first i images can have one of the first e events, as [i][e]."""
    table = [[0] * (len(may[0]) + 1)]
    for row in may:
        above, here = table[-1], [0]
        for e, fits in enumerate(row):
            here.append(max(above[e + 1], here[e], above[e] + fits))
        table.append(here)
    return table


def _ahead(event: ExposureFacts, image: ExposureFacts) -> float:
    found = offset_s(event, image)
    return float("inf") if found is None else found


def _is_like(event: ExposureFacts, image: ExposureFacts) -> bool:
    """Say whether technique does not contradict, as far as both state it."""
    for name, (relative, absolute) in _MATTERS.items():
        one, other = getattr(event, name), getattr(image, name)
        if one is not None and other is not None and abs(one - other) > max(absolute, relative * max(one, other)):
            return False
    return True


def _is_called_alike(event: ExposureFacts, image: ExposureFacts) -> bool:
    names = (
        (event.laterality, image.laterality),
        (event.protocol, image.protocol),
        (short_view(event.view), short_view(image.view)),
    )
    is_other = any(one and other and one.casefold() != other.casefold() for one, other in names)
    return _is_like(event, image) and not is_other


def _are_whole_minutes(all_facts: Iterable[ExposureFacts]) -> bool:
    """Say whether these times tell no seconds."""
    moments = [facts.acquired_at for facts in all_facts if facts.acquired_at]
    return bool(moments) and all(each == each.replace(second=0, microsecond=0) for each in moments)
