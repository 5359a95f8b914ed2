"""How long after one another exposures were made of which was asked "overname?", by how that was answered, per room.

To set the window of `[retakes]`: where what was denied lies beyond what was confirmed, it can be shorter.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from iqs_tui.domain.cases import SAME_VIEW
from iqs_tui.store.models import Case, Signal

WINDOW = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Of one room; None where there are none."""

    n_confirmed: int
    confirmed_s: float | None
    """The median."""
    n_denied: int
    denied_s: float | None


def by_room(since: datetime) -> dict[str, Gaps]:
    """Return the gaps of the questions answered since, by room."""
    rows: Any = (
        Signal.select(Signal.about, Case.room, Case.state)
        .join(Case, on=(Signal.case_id == Case.case_id))
        .where(Signal.kind == SAME_VIEW, Case.state.in_(("answered", "dismissed")), Case.answered_at >= since)
        .dicts()
    )
    found: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        gap = (row["about"] or {}).get("gap_s")
        if gap is not None:
            found.setdefault(row["room"] or "", {"answered": [], "dismissed": []})[row["state"]].append(gap)
    return {room: _gaps(its["answered"], its["dismissed"]) for room, its in sorted(found.items())}


def _gaps(confirmed: list[float], denied: list[float]) -> Gaps:
    return Gaps(
        n_confirmed=len(confirmed),
        confirmed_s=median(confirmed) if confirmed else None,
        n_denied=len(denied),
        denied_s=median(denied) if denied else None,
    )
