"""What is counted in a reject rate, and of how many (AAPM TG-305; facts on rejects, 6.1).

Rejects are told apart from repeats (both images went on) and from errors of identification. The denominator is all
clinical exposures, the rejected ones among them; what it counts travels with it (`Basis`), and rates of which it is not
the same are never made into one, nor held against each other: of a CT 1.4 % is usual, of plain radiographs 8 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from iqs_tui.domain.cases import IDENTIFICATION, REJECT, REPEAT
from iqs_tui.domain.rates import MIN_FOR_RATE, wilson

Source = Literal["events", "images"]
"""events: the irradiation events of the dose reports, but for fluoroscopy. images: those received, and the rejects
without an image."""
SOURCES: tuple[Source, ...] = ("events", "images")
Shown = Literal["count", "interval", "position"]
FAMILIES = ("DX", "MG", "CT", "RF")
"""Plain radiographs, mammography, CT, fluoroscopy and angiography (`modalities.family_of`): in this order."""

FLUOROSCOPY = "Fluoroscopy"
"""Irradiation Event Type (CID 10002): no image is made of it, so none can be rejected."""
REPORTS_FROM = 0.95
"""A machine reports its exposures once dose reports tell of this share: the newest may still be on their way."""
MIN_FOR_POSITION = 250
"""Below this many the limits are so wide that a place between them says nothing (facts on rejects, 6.2)."""
LOW_COVERAGE = 0.8
"""Below this share of answers a low rate may as well be a lack of answers (our own choice)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """An exposure, as far as its place in a denominator goes."""

    is_derived: bool
    is_quality_control: bool
    is_counted: bool
    """Once a report told of its examination: it is one of the report's events. Else: it has an image."""
    has_image: bool
    event_type: str | None

    @property
    def is_clinical(self) -> bool:
        """Whether it can be in a rate: made of a patient, to make an image."""
        return not (self.is_derived or self.is_quality_control or self.event_type == FLUOROSCOPY)

    def is_of(self, source: Source) -> bool:
        """Say whether it is one of the exposures that a source counts, rejected or not."""
        return self.is_clinical and (self.is_counted if source == "events" else self.has_image)


class Basis(NamedTuple):
    """What a denominator counts."""

    family: str | None
    """Of the modality, as `FAMILIES` or another one; None where it is not known."""
    source: Source

    @property
    def order(self) -> tuple[int, str, int]:
        """Its place among others: the order says nothing of a rate."""
        place = FAMILIES.index(self.family) if self.family in FAMILIES else len(FAMILIES)
        return place, self.family or "~", SOURCES.index(self.source)


class Answers(NamedTuple):
    """What became of the questions about exposures. What expired was not answered."""

    n_answered: int = 0
    """Rejected, or "geen afkeur"."""
    n_open: int = 0
    n_expired: int = 0

    @property
    def n_raised(self) -> int:
        """How many questions there were."""
        return self.n_answered + self.n_open + self.n_expired

    @property
    def share(self) -> float | None:
        """The coverage: answered of raised, 0 to 1; None where nothing was asked."""
        return self.n_answered / self.n_raised if self.n_raised else None


class Tally(NamedTuple):
    """Counts; they may be added up, also those that do not count the same. Rates may not."""

    n_exposures: int = 0
    """All clinical exposures, the rejected ones among them."""
    n_rejects: int = 0
    n_unseen: int = 0
    """Rejects of which nothing was received: deleted at the console, told of by the key on the kiosk."""
    n_repeats: int = 0
    """Both images went on: no rejects."""
    n_identifications: int = 0
    """Wrong patient or worklist entry (113038): no rejects."""
    asked: Answers = Answers()
    """Of the questions that rest on more than what only asks: the coverage of the rate."""
    questions: Answers = Answers()
    """Of those that only ask: the same view again, overlapping scans, counts that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """k of n, of one basis."""

    basis: Basis
    k: int
    n: int
    low: float | None
    """95 % interval (Wilson), as a fraction; None where only the counts are shown."""
    high: float | None
    coverage: Answers

    @property
    def share(self) -> float | None:
        """k / n; None where only the counts are shown."""
        return self.k / self.n if self.shown != "count" else None

    @property
    def shown(self) -> Shown:
        """How much may be said of it: counts only, with its interval, or its place on the funnel too."""
        if self.n < MIN_FOR_RATE:
            return "count"
        return "interval" if self.n < MIN_FOR_POSITION else "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The counts of something, by what their denominator counts."""

    by_basis: Mapping[Basis, Tally]

    @property
    def counts(self) -> Tally:
        """All counts together."""
        return added(Counter(self.by_basis.values()))

    @property
    def rates(self) -> tuple[Rate, ...]:
        """The rate of each basis: where there are several, there is none for all."""
        return tuple(rate_of(basis, self.by_basis[basis]) for basis in sorted(self.by_basis, key=lambda one: one.order))


def rate_of(basis: Basis, tally: Tally) -> Rate:
    """Return the rate of counts that are all of one basis."""
    k, n = tally.n_rejects, tally.n_exposures
    low, high = wilson(k, n) if n >= MIN_FOR_RATE else (None, None)
    return Rate(basis=basis, k=k, n=n, low=low, high=high, coverage=tally.asked)


def source_of(machines: Iterable[tuple[int, int]]) -> Source:
    """Return the source of a room: events where each of its machines reports its exposures.

    Args:
        machines: of each how many exposures a dose report tells of, and how many it made.
    """
    made = [(reported, n) for reported, n in machines if n]
    return "events" if made and all(reported >= REPORTS_FROM * n for reported, n in made) else "images"


@lru_cache(maxsize=256)
def tally_of(
    state: str, *, counts_as: str, is_question: bool, is_received: bool = True, is_among: bool = True
) -> Tally:
    """Return what one case adds to the counts of exposures.

    Args:
        state: open, answered, dismissed or expired.
        counts_as: reject, repeat or identification, once it is answered.
        is_question: it rests on signals alone that only ask.
        is_received: there is an exposure of it.
        is_among: the source counts that exposure; a reject that it does not count is one more.
    """
    found = Answers(
        n_answered=int(state in {"answered", "dismissed"}),
        n_open=int(state == "open"),
        n_expired=int(state == "expired"),
    )
    is_answered = state == "answered"
    is_reject = is_answered and counts_as == REJECT
    return Tally(
        n_exposures=int(is_reject and not is_among),
        n_rejects=int(is_reject),
        n_unseen=int(is_reject and not is_received),
        n_repeats=int(is_answered and counts_as == REPEAT),
        n_identifications=int(is_answered and counts_as == IDENTIFICATION),
        asked=Answers() if is_question else found,
        questions=found if is_question else Answers(),
    )


def added(parts: Mapping[Tally, int]) -> Tally:
    """Add counts up, each so many times."""

    def total(count: Callable[[Tally], int]) -> int:
        return sum(count(part) * n for part, n in parts.items())

    def answers(of: Callable[[Tally], Answers]) -> Answers:
        return Answers(
            n_answered=total(lambda part: of(part).n_answered),
            n_open=total(lambda part: of(part).n_open),
            n_expired=total(lambda part: of(part).n_expired),
        )

    return Tally(
        n_exposures=total(lambda part: part.n_exposures),
        n_rejects=total(lambda part: part.n_rejects),
        n_unseen=total(lambda part: part.n_unseen),
        n_repeats=total(lambda part: part.n_repeats),
        n_identifications=total(lambda part: part.n_identifications),
        asked=answers(lambda part: part.asked),
        questions=answers(lambda part: part.questions),
    )
