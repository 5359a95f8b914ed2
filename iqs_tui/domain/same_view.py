"""The same view again in one study: a repeat, perhaps. Only ever a question, never a count without an answer.

A repeat is an extra image that did go to the PACS (AAPM TG-305); lawful second images are many, so what is known to be
lawful is left out first: `why_silent` says why an exposure is never asked about, `repeats` which of the others are.

Whether the collimation moved says nothing: it does so where anatomy is larger than the detector, and just as much where
it was cut off and made again. So that case is asked about, with its answer offered first (`Repeat.likely`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from iqs_tui.domain.expected_views import Expected, ViewTable, expected_of

PROJECTION = frozenset({"CR", "DX", "MG", "PX"})

LARGER_THAN_DETECTOR = "larger_than_detector"
"""A kind of "geen afkeur" in reasons.toml."""
_NO_SIDE = frozenset({"", "u"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenView:
    """An exposure as the rule looks at it: what its images say together."""

    exposure_uid: str
    acquired_at: datetime | None
    modality: str | None
    body_part: str | None = None
    region_code: str | None = None
    """Anatomic Region Sequence (0008,2218)."""
    view: str | None = None
    view_code: str | None = None
    """View Code Sequence (0054,0220)."""
    view_modifier: str | None = None
    """View Modifier Code Sequence (0054,0222)."""
    laterality: str | None = None
    procedure: str | None = None
    protocol: str | None = None
    protocol_code: str | None = None
    """Performed Protocol Code Sequence (0040,0260)."""
    processing: str | None = None
    """Acquisition Device Processing Description (0018,1400)."""
    series: str | None = None
    """Series Description (0008,103E)."""
    image_type: str | None = None
    """Image Type (0008,0008), values joined by a backslash."""
    sop_classes: frozenset[str] = frozenset()
    kvp: float | None = None
    mas: float | None = None
    is_derived: bool = False
    is_quality_control: bool = False
    is_stitched: bool = False
    """It is one of several events in one image, or that image."""
    is_moved: bool = False
    """It stands in another study too, or a note says that it was made under the wrong worklist entry."""

    @property
    def names(self) -> tuple[str, ...]:
        """All that names what was examined."""
        names = (self.protocol, self.body_part, self.procedure, self.processing, self.series)
        return tuple(name for name in names if name)

    @property
    def about(self) -> str:
        """The names in one line."""
        return " ".join(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameViewRules:
    """The limits of one room."""

    min_gap: timedelta = timedelta(seconds=10)
    max_gap: timedelta = timedelta(minutes=15)
    serial_protocols: tuple[str, ...] = ()
    """Parts of protocol or procedure names whose series of one view is meant."""
    expected: tuple[Expected, ...] = ()
    """The site's own counts: tried before those that ship."""
    silent_after: int = 10
    """So many questions of a protocol dismissed in a row: it is asked about no more. 0: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """An exposure that was made again: `later` shows the view of `earlier`."""

    earlier: str
    later: str
    gap: timedelta
    likely: str | None = None
    """The kind of "geen afkeur" to offer first."""


def repeats(exposures: Iterable[SeenView], rules: SameViewRules, views: ViewTable) -> list[Repeat]:
    """Return the repeats among the exposures of one study, in order of time; the order they are given in is nothing."""
    together: dict[tuple[str, ...], list[tuple[datetime, SeenView]]] = {}
    found: list[tuple[datetime, Repeat]] = []
    for exposure in exposures:
        moment = exposure.acquired_at
        if moment is not None and why_silent(exposure, rules, views) is None:
            together.setdefault(view_key(exposure), []).append((moment, exposure))
    for made in together.values():
        made.sort(key=lambda each: (each[0], each[1].exposure_uid))
        found += _of_one_view(made, rules, views)
    return [repeat for _, repeat in sorted(found, key=lambda each: (each[0], each[1].later))]


def why_silent(exposure: SeenView, rules: SameViewRules, views: ViewTable) -> str | None:
    """Return why an exposure is never asked about; None where it may be."""
    about = exposure.about.casefold()
    reasons = {
        "modality": exposure.modality not in PROJECTION,
        "no_time": exposure.acquired_at is None,
        "derived": exposure.is_derived,
        "quality_control": exposure.is_quality_control,
        "moved": exposure.is_moved,
        "composite": _is_composite(exposure, views),
        "stitched": exposure.is_stitched or views.stitched.search(about) is not None,
        "serial": any(word.casefold() in about for word in rules.serial_protocols if word),
        "no_side": _side(exposure) == "" and views.paired.search(about) is not None,
        "unnamed": not _is_named(exposure),
    }
    return next((reason for reason, is_so in reasons.items() if is_so), None)


def view_key(exposure: SeenView) -> tuple[str, ...]:
    """Return what makes two exposures of a study the same view: anatomy, view, side and protocol, codes before words.

    The series' description only counts where nothing else names the protocol.
    """
    protocol = (exposure.protocol, exposure.protocol_code, exposure.processing)
    parts = (
        exposure.region_code or exposure.body_part,
        exposure.view_code or exposure.view,
        exposure.view_modifier,
        _side(exposure),
        *protocol,
        None if any(protocol) else exposure.series,
    )
    return tuple((part or "").casefold() for part in parts)


def _of_one_view(
    made: Iterable[tuple[datetime, SeenView]], rules: SameViewRules, views: ViewTable
) -> Iterator[tuple[datetime, Repeat]]:
    """Yield the repeats among exposures of one view, which come in order of time."""
    run: list[tuple[datetime, SeenView]] = []
    last: tuple[datetime, SeenView] | None = None
    for moment, exposure in made:
        if last and moment - last[0] > rules.max_gap:
            run = []
        if not (last and run and _is_the_same(last, (moment, exposure), rules)):
            if run and len(run) >= _expected(exposure, rules, views):
                began, earlier = run[-1]
                likely = LARGER_THAN_DETECTOR if views.larger_than_detector.search(exposure.about) else None
                yield (
                    moment,
                    Repeat(
                        earlier=earlier.exposure_uid, later=exposure.exposure_uid, gap=moment - began, likely=likely
                    ),
                )
            run.append((moment, exposure))
        last = moment, exposure


def _is_the_same(last: tuple[datetime, SeenView], now: tuple[datetime, SeenView], rules: SameViewRules) -> bool:
    """Say whether two are one exposure: too soon after one another, or one moment with one technique."""
    gap = now[0] - last[0]
    one, other = last[1], now[1]
    is_one_technique = _agree(one.kvp, other.kvp) and _agree(one.mas, other.mas)
    return gap < rules.min_gap or (gap == timedelta(0) and is_one_technique)


def _agree(one: float | None, other: float | None) -> bool:
    return one is None or other is None or one == other


def _expected(exposure: SeenView, rules: SameViewRules, views: ViewTable) -> int:
    view = exposure.view or exposure.view_code or ""
    return expected_of((*rules.expected, *views.expected), exposure.names, view)


def _is_composite(exposure: SeenView, views: ViewTable) -> bool:
    is_composite_type = views.composite_image_type.search(exposure.image_type or "") is not None
    return is_composite_type or not views.composite_sop_classes.isdisjoint(exposure.sop_classes)


def _is_named(exposure: SeenView) -> bool:
    """Say whether enough is known of an exposure to call another the same view."""
    protocol = exposure.protocol or exposure.protocol_code or exposure.processing or exposure.series
    anatomy = exposure.region_code or exposure.body_part
    return bool(protocol or ((exposure.view_code or exposure.view) and anatomy))


def _side(exposure: SeenView) -> str:
    """Return the side; "unpaired" (U) is none, also where equipment says so of every hand."""
    side = (exposure.laterality or "").strip().casefold()
    return "" if side in _NO_SIDE else side
