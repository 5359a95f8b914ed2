"""Nobody's figures from somebody else's totals: what is shown to who may not see other people's figures.

The rule: to such a viewer a figure is shown only of work of at least four people, so that three others remain whoever
of them looks; and only in pieces that everyone's figures are made of. A piece is a room's whole, finished week with one
modality, parted by procedure and view as far as each part has its four people; parts with fewer are put together with
others of that week and modality. One on which fewer than four people worked is in no figure at all, nor in a total.

Why that holds: pieces never overlap, and they depend on room, week and modality only; not on what a filter was set to,
nor on who looks. Every figure of every view, of whatever period, is a sum of whole pieces; so is every sum and
difference of figures. What is left of any such combination is whole pieces, of four people at least each: one of them
may know and take off the own part. An exposure of which no operator is known is nobody's: it is in the figures, and
adds no person. What this cannot help: several people of one piece who put what they know together, who knows of each
reject whose it was, and a week of which images came in later than its figures were first looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

MIN_PEOPLE = 4
"""Three others, whoever of them looks."""
POOLED = "+"
"""Stands in a `Kind` for what is put together; no modality, procedure or view is called so."""


class Kind(NamedTuple):
    """What was made; None where it is not known, `POOLED` for several put together."""

    modality: str | None
    procedure: str | None
    view: str | None


def pieces(people: Mapping[Kind, Set[str]]) -> dict[Kind, Kind]:
    """Part the work of one room in one week into pieces that may be shown.

    Args:
        people: who made each kind; empty where no name is known.

    Returns:
        The piece of each kind, itself or a pooled one; a kind whose modality may not be shown at all is not in it.
    """
    found: dict[Kind, Kind] = {}
    for modality in {kind.modality for kind in people}:
        found |= _of_modality({kind: who for kind, who in people.items() if kind.modality == modality})
    return found


def _of_modality(people: Mapping[Kind, Set[str]]) -> dict[Kind, Kind]:
    found: dict[Kind, Kind] = {}
    left = set(people)
    for level in range(len(Kind._fields), 0, -1):
        groups: dict[Kind, set[Kind]] = {}
        for kind in left:
            groups.setdefault(_pooled(kind, level), set()).add(kind)
        for piece, members in groups.items():
            if len(_joined(members, people)) >= MIN_PEOPLE:
                found |= dict.fromkeys(members, piece)
                left -= members
    return found | _with_the_smallest(found, left, people) if found and left else found


def whole_weeks(first: datetime, until: datetime, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Narrow a period to the finished local weeks within it; an empty one begins where it ends.

    Args:
        first: UTC, included.
        until: UTC, excluded.
        now: UTC; a week that is not over by then is left out.
        zone: the site's.
    """
    begin = _monday(first, zone)
    if _midnight(begin, zone) < first:
        begin += timedelta(weeks=1)
    end = max(begin, _monday(min(until, now), zone))
    return _midnight(begin, zone), _midnight(end, zone)


def _pooled(kind: Kind, level: int) -> Kind:
    """Return what a kind is put together with where only so many of its parts may be told."""
    return Kind(*(part if number < level else POOLED for number, part in enumerate(kind)))


def _with_the_smallest(
    found: Mapping[Kind, Kind], left: Set[Kind], people: Mapping[Kind, Set[str]]
) -> dict[Kind, Kind]:
    """Put what is left together with the piece of the fewest people, which then is no piece of its own."""
    members: dict[Kind, set[Kind]] = {}
    for kind, piece in found.items():
        members.setdefault(piece, set()).add(kind)
    smallest = min(members, key=lambda piece: (len(_joined(members[piece], people)), _text(piece)))
    return dict.fromkeys(members[smallest] | left, _pooled(smallest, 1))


def _joined(kinds: Iterable[Kind], people: Mapping[Kind, Set[str]]) -> frozenset[str]:
    return frozenset().union(*(people[kind] for kind in kinds))


def _text(kind: Kind) -> tuple[str, ...]:
    return tuple(part or "" for part in kind)


def _monday(moment: datetime, zone: ZoneInfo) -> date:
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(_UTC)


_UTC = ZoneInfo("UTC")
