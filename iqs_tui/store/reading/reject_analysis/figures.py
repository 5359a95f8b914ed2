"""What the reject analysis tells, as screens and exports get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iqs_tui.domain.control_chart import Chart
from iqs_tui.domain.funnel import Position, Remark
from iqs_tui.domain.reject_rate import Basis, Figure, Rate
from iqs_tui.domain.scope import Scope
from iqs_tui.domain.standardised import Adjusted
from iqs_tui.store.reading.analysis.rejects import RejectShare
from iqs_tui.store.reading.reject_analysis.tallied import Tallied

By = Literal["room", "procedure", "projection", "operator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks."""

    names: frozenset[str] = frozenset()
    """Under which the viewer stands in Operators' Name (0008,1070), case-folded; none where nobody is signed in."""
    sees_everyone: bool = False
    """The role allows to see the figures of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What the figures leave out for this viewer (`domain.disclosure`)."""

    n_room_weeks: int = 0
    """Weeks of a room in which fewer than four people worked with a modality: that is in no figure."""
    is_narrowed: bool = False
    """The period was narrowed to whole, finished weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonShare:
    """How often a reason was given."""

    code: str
    """Of the reason list."""
    n: int
    of: int
    details: tuple[ReasonShare, ...] = ()
    """Of the second level; of n those that have none stand under the first level's own code."""

    @property
    def share(self) -> float:
        """n of the rejects with a reason, 0 to 1."""
        return self.n / self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pareto:
    """The reasons of rejects, the most frequent first. A CT has other reasons than the rest, and so its own list."""

    is_ct: bool
    n: int
    """Rejects with a reason."""
    n_without: int
    """Answered rejects without one."""
    reasons: tuple[ReasonShare, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiples:
    """Examinations with rejects, of one kind of machine."""

    family: str | None
    """As of `reject_rate.Basis`."""
    n_examinations: int
    n_with: int
    """With a reject at least."""
    n_with_more: int
    """With two or more."""
    low: float | None
    """95 % interval of n_with_more / n_examinations; None below `rates.MIN_FOR_RATE` examinations."""
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLost:
    """From the rejected exposure to the accepted one of the same view that followed."""

    n_rejects: int
    n: int
    """Rejects that an accepted exposure of the same view followed; the others tell no time."""
    median_s: float | None
    total_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """What rejects cost. None: it cannot be told to this viewer without telling of others, or not of one reason."""

    multiples: tuple[Multiples, ...] | None
    """Of what there were rejects of."""
    doses: tuple[RejectShare, ...] | None
    time: TimeLost | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A room, procedure, projection or operator on the funnel."""

    name: tuple[str | None, ...]
    """(room), (procedure) or (procedure, view); None where not known, `disclosure.POOLED` for several. Of an operator
    empty: dots have no names."""
    is_own: bool
    """The viewer's own figure."""
    rate: Rate
    position: Position | None
    """None where n is too small for one."""
    remark: Remark | None
    adjusted: Adjusted
    """Against the rates of all rooms together per projection, of the same source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Units of one basis around their joint rate, the largest n first: an order that says nothing of the rate."""

    by: By
    basis: Basis
    centre: float | None
    """k / n of all units together; None where there are no exposures."""
    units: tuple[Unit, ...]
    n_without_name: int
    """Of operators: exposures of nobody known, in the centre and in no unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The rejects of a scope, as this viewer may see them."""

    scope: Scope
    """What the figures are of."""
    viewer: Viewer
    figure: Figure
    own: Figure | None
    """The viewer's own, of the same scope; None where nobody is signed in."""
    charts: tuple[Chart, ...]
    """Week by week, per basis."""
    reasons: tuple[Pareto, ...]
    n_without_name: int
    """Exposures of which no operator is known."""
    n_unplaced: int
    """Rejects of which nothing was received, and so in no procedure, view, machine or modality: in none of the
    figures where the filter asks for one."""
    withheld: Withheld
    tallied: Tallied
    """The counts that all of it was made of."""
    own_tallied: Tallied
    """The viewer's own among them."""
