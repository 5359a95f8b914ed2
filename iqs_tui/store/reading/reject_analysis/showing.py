"""Takes from the counts of a scope what a viewer may see (`domain.disclosure`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from iqs_tui.domain.disclosure import Kind, pieces, whole_weeks
from iqs_tui.domain.scope import Scope
from iqs_tui.store.reading.analysis.samples import Progress
from iqs_tui.store.reading.reject_analysis.figures import Viewer, Withheld
from iqs_tui.store.reading.reject_analysis.reading import read
from iqs_tui.store.reading.reject_analysis.tallied import Key, Tallied
from iqs_tui.store.reading.reject_analysis.weeks_and_people import persons

_Week = tuple[str | None, date]


class NotForViewer(PermissionError):
    """The scope asks for figures that this viewer may not see."""


def sees_all(scope: Scope, viewer: Viewer) -> bool:
    """Say whether nothing of a scope is withheld from the viewer: by role, or since it is about the viewer alone."""
    return viewer.sees_everyone or (bool(scope.operators) and viewer.names.issuperset(scope.operators))


def shown(
    scope: Scope, viewer: Viewer, now: datetime, zone: ZoneInfo, progress: Progress | None = None
) -> tuple[Scope, Tallied, Tallied, Withheld]:
    """Return of what the figures are, the counts that may be shown, the viewer's own, and what was left out.

    The own counts are under the same keys as the others.

    Raises:
        NotForViewer: it asks for one other person, machine or protocol, and the role does not allow that.
    """
    own = persons(viewer.names)
    if sees_all(scope, viewer):
        found = read(scope, zone, progress)
        return scope, found, found.only(lambda key: key.person in own), Withheld()
    if scope.operators or scope.devices or scope.protocol is not None:
        raise NotForViewer("only of everybody together, and not of a machine or protocol by itself")
    first, until = whole_weeks(scope.first, scope.until, now, zone)
    narrowed = replace(scope, first=first, until=until)
    # What a piece is may not depend on the filter: two would tell what lies between them. But it is of one modality.
    everything = read(replace(narrowed, procedure=None, view=None), zone, progress)
    names, n_withheld = _names(everything)
    holds = _filter(scope)
    kept = everything.renamed(names)
    withheld = Withheld(n_room_weeks=n_withheld, is_narrowed=(first, until) != (scope.first, scope.until))
    mine = everything.only(lambda key: key.person in own).renamed(lambda key: names(key) or key)
    return narrowed, kept.only(holds), mine.only(holds), withheld


def _names(found: Tallied) -> tuple[Callable[[Key], Key | None], int]:
    """Return under which piece each key is shown, None where it is not, and of how many weeks of rooms some is not."""
    people: dict[_Week, dict[Kind, set[str]]] = defaultdict(lambda: defaultdict(set))
    for key in (*found.exposures, *(case.key for case in found.cases)):
        people[key.room, key.monday][key.kind] |= {key.person} if key.person else set()
    parted = {week: pieces(kinds) for week, kinds in people.items()}

    def name(key: Key) -> Key | None:
        kind = parted[key.room, key.monday].get(key.kind)
        return None if kind is None else key._replace(kind=kind)

    return name, sum(len(parted[week]) < len(kinds) for week, kinds in people.items())


def _filter(scope: Scope) -> Callable[[Key], bool]:
    """Return whether a piece is of a scope; one put together of several procedures is of none of them."""
    wanted = Kind(scope.modality, scope.procedure, scope.view)

    def holds(key: Key) -> bool:
        return all(asked is None or asked == (is_ or "") for asked, is_ in zip(wanted, key.kind, strict=True))

    return holds
