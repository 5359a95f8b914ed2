"""What a radiographer is shown, of whatever views, never tells what one or two others did.

Every count is given as a power of ten of its own, so that each figure shown says of which counts it is the sum. An
attacker may add and subtract figures of several views, and take off the own part: what is left must always hold the
work of three other people. By linear algebra, which finds every combination there is.
"""

from datetime import date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iqs_tui.domain.disclosure import Kind
from iqs_tui.domain.scope import Scope
from iqs_tui.store.reading.reject_analysis import showing
from iqs_tui.store.reading.reject_analysis.figures import Viewer
from iqs_tui.store.reading.reject_analysis.showing import NotForViewer, shown
from iqs_tui.store.reading.reject_analysis.tallied import Key, Tallied

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = date(2026, 9, 7)
WEEKS = tuple(MONDAY + timedelta(weeks=number) for number in range(3))
NOW = datetime(2026, 11, 1, tzinfo=AMSTERDAM)
PEOPLE = "abcdefg"
KINDS = (Kind("DX", "A", "PA"), Kind("DX", "A", "LL"), Kind("DX", "B", None), Kind("CT", "C", None))
worked = st.lists(
    st.builds(
        Key,
        st.sampled_from(["kamer-1", "kamer-2"]),
        st.sampled_from(WEEKS),
        st.sampled_from(KINDS),
        st.sampled_from([*PEOPLE, None]),
    ),
    unique=True,
    min_size=8,
    max_size=60,
)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM)


def views() -> list[Scope]:
    """Every period of whole weeks and a crooked one (which is narrowed), of all rooms and of one."""
    ends = [*WEEKS, WEEKS[-1] + timedelta(weeks=1)]
    periods = [(moment(first), moment(until)) for first, until in combinations(ends, 2)]
    periods.append((moment(WEEKS[0]) + timedelta(days=2), moment(ends[-1]) - timedelta(days=1)))
    places: tuple[tuple[str, ...], ...] = ((), ("kamer-1",))
    filters = (
        {},
        {"modality": "DX"},
        {"modality": "CT"},
        {"procedure": "A"},
        {"view": "PA"},
        {"procedure": "A", "view": "LL"},
    )
    return [
        Scope(first=first, until=until, rooms=rooms, **only)
        for first, until in periods
        for rooms in places
        for only in filters
    ]


def figures(shown_of: Tallied) -> set[int]:
    """Every figure of a view: the whole, and its parts by week, room, procedure and projection."""
    by = (
        lambda key: None,
        lambda key: key.kind.modality,
        lambda key: (key.kind.modality, key.monday),
        lambda key: key.monday,
        lambda key: key.room,
        lambda key: key.kind.procedure,
        lambda key: key.kind,
    )
    sums: dict[object, int] = {}
    for key, n in shown_of.exposures.items():
        for number, of in enumerate(by):
            sums[number, of(key)] = sums.get((number, of(key)), 0) + n
    return set(sums.values())


def read_from(counts: dict[Key, int]):
    def read(scope: Scope, zone: ZoneInfo, progress: object = None) -> Tallied:
        def holds(key: Key) -> bool:
            begin = moment(key.monday)
            wanted = Kind(scope.modality, scope.procedure, scope.view)
            is_wanted = all(asked is None or asked == part for asked, part in zip(wanted, key.kind, strict=True))
            is_here = not scope.rooms or key.room in scope.rooms
            return scope.first <= begin and begin + timedelta(weeks=1) <= scope.until and is_here and is_wanted

        return Tallied(exposures={key: n for key, n in counts.items() if holds(key)}, cases=(), sources={})

    return read


@settings(max_examples=15)
@given(worked)
def test_no_combination_of_figures_is_of_fewer_than_three_others(keys):
    counts = {key: 10**number for number, key in enumerate(keys)}
    told: set[int] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(showing, "read", read_from(counts))
        for scope in views():
            for viewer in (Viewer(), Viewer(names=frozenset("a"))):
                patch.setattr(showing, "persons", lambda names: frozenset(names))
                told |= figures(shown(scope, viewer, NOW, AMSTERDAM)[1])
    rows = np.array([[n // 10**number % 10 for number in range(len(keys))] for n in sorted(told)]).reshape(
        len(told), len(keys)
    )
    for viewer_name in PEOPLE:
        others = [index for index, key in enumerate(keys) if key.person not in {viewer_name, None}]
        rank = _rank(rows[:, others])
        for pair in combinations(sorted(set(PEOPLE) - {viewer_name}), 2):
            rest = [index for index in others if keys[index].person not in pair]
            assert _rank(rows[:, rest]) == rank, (viewer_name, pair)


def _rank(matrix: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(matrix)) if matrix.size else 0


def test_the_figures_are_not_all_withheld():
    """Else the rule above would hold for nothing."""
    keys = [Key("kamer-1", week, kind, one) for week in WEEKS for kind in KINDS[:3] for one in "abcde"]
    keys += [Key("kamer-1", WEEKS[0], KINDS[3], "a"), Key("kamer-2", WEEKS[0], KINDS[0], "b")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(showing, "read", read_from(dict.fromkeys(keys, 1)))
        patch.setattr(showing, "persons", lambda names: frozenset(names))
        scope = Scope(first=moment(WEEKS[0]), until=moment(WEEKS[-1]) + timedelta(weeks=1))
        _, found, own, withheld = shown(scope, Viewer(names=frozenset("a")), NOW, AMSTERDAM)
    assert sum(found.exposures.values()) == 3 * 3 * 5, "the CT of one person is not in it"
    assert sum(own.exposures.values()) == 3 * 3 + 1
    assert (withheld.n_room_weeks, withheld.is_narrowed) == (2, False)


@pytest.mark.parametrize(
    "filters", [{"operators": ("b",)}, {"operators": ("a", "b")}, {"devices": ("d",)}, {"protocol": "x"}]
)
def test_one_other_person_or_machine_is_not_for_everyone(filters):
    scope = Scope(first=moment(WEEKS[0]), until=moment(WEEKS[-1]), **filters)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(showing, "persons", lambda names: frozenset(names))
        with pytest.raises(NotForViewer):
            shown(scope, Viewer(names=frozenset("a")), NOW, AMSTERDAM)
