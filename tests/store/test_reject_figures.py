"""What the reject analysis tells of a department that a test makes by hand."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.domain.disclosure import POOLED
from iqs_tui.domain.rates import wilson
from iqs_tui.domain.reject_rate import Basis
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import writing
from iqs_tui.store.models import Case, Examination, Exposure, User
from iqs_tui.store.reading.reject_analysis import exporting
from iqs_tui.store.reading.reject_analysis.analysis import analyse
from iqs_tui.store.reading.reject_analysis.burden import burden_of
from iqs_tui.store.reading.reject_analysis.figures import Analysis, By, Funnel, Multiples, Viewer
from iqs_tui.store.reading.reject_analysis.funnels import funnels_of, standards_of
from iqs_tui.store.reading.reject_analysis.showing import NotForViewer

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 9, 6, 22, tzinfo=UTC)
"""Midnight in Amsterdam."""
NOW = MONDAY + timedelta(weeks=10)
SCOPE = Scope(first=MONDAY, until=MONDAY + timedelta(weeks=2))
ALL = Viewer(sees_everyone=True)
TEAM = ("Anna", "Bram", "Cees", "Dirk", "Eva")
counter: Iterator[int]


@pytest.fixture(autouse=True)
def fresh(db: Path) -> None:
    global counter
    counter = iter(range(10**6))


def made(n: int = 1, *, study: str | None = None, minutes: float = 600, **said: Any) -> list[str]:
    """Make exposures, each of an examination of its own unless a study is named; return their names."""
    rows, examinations = [], []
    for _ in range(n):
        number = next(counter)
        at = MONDAY + timedelta(minutes=minutes, seconds=0 if study else number % 3000)
        shared = {"study_uid": study or f"s{number}", "device_id": "d", "room": "kamer-1", "modality": "DX"}
        shared |= {"operator": "Anna", "received_at": at, "updated_at": at}
        shared |= {name: value for name, value in said.items() if name in shared}
        values = {"procedure": "X-thorax", "view": "PA", "image_facts": {}, "acquired_at": at} | shared | said
        rows.append({"exposure_uid": f"e{number}"} | values)
        examinations.append(shared | {"started_at": at})
    with writing():
        Exposure.insert_many(rows).execute()
        Examination.insert_many(examinations).on_conflict_ignore().execute()
    return [row["exposure_uid"] for row in rows]


def rejected(uids: list[str], state: str = "answered", reason: str | None = "motion") -> None:
    shared = {"instance_uids": [], "signals": ["key"], "state": state, "reason_code": reason, "updated_at": NOW}
    rows = [
        {"case_id": f"c{next(counter)}", "exposure_uid": one.exposure_uid, "study_uid": one.study_uid}
        | {"room": one.room, "detected_at": one.received_at}
        | shared
        for one in Exposure.select().where(Exposure.exposure_uid.in_(uids))
    ]
    with writing():
        Case.insert_many(rows).execute()


def told(viewer: Viewer = ALL, **changes: Any) -> Analysis:
    return analyse(replace(SCOPE, **changes), viewer, NOW, AMSTERDAM)


def funnels(found: Analysis, by: By) -> tuple[Funnel, ...]:
    return funnels_of(found, by, standards_of(found, NOW, AMSTERDAM))


def units(found: Analysis, by: By) -> dict[tuple[str | None, ...], Any]:
    return {unit.name: unit for funnel in funnels(found, by) for unit in funnel.units}


def test_rooms_of_different_sources_are_told_apart():
    rejected(made(40, report_facts={}, image_facts=None)[:4])
    made(60, report_facts={})
    rejected(made(80, room="kamer-2")[:2])
    found = told()
    events, images = Basis("DX", "events"), Basis("DX", "images")
    assert [(rate.basis, rate.k, rate.n) for rate in found.figure.rates] == [(events, 4, 100), (images, 2, 80)]
    assert [(chart.basis, chart.weeks[0].n) for chart in found.charts] == [(events, 100), (images, 80)]
    assert [funnel.basis for funnel in funnels(found, "room")] == [events, images]


def test_a_ct_is_never_held_against_radiographs():
    """Of a CT 1.4 % is usual, of radiographs 8 %: together each room would lie outside, by itself none does."""
    rejected(made(500)[:40])
    rejected(made(500, room="kamer-2", modality="CR")[:40])
    rejected(made(700, room="kamer-3", modality="CT", procedure="CT abdomen", view=None)[:10])
    rejected(made(700, room="kamer-4", modality="CT", procedure="CT abdomen", view=None)[:10])
    found = told()
    plain, scans = funnels(found, "room")
    assert [(rate.basis.family, rate.k, rate.n) for rate in found.figure.rates] == [("DX", 80, 1000), ("CT", 20, 1400)]
    assert [chart.centre for chart in found.charts] == [plain.centre, scans.centre] == [0.08, 20 / 1400]
    assert {unit.name: unit.position for funnel in (plain, scans) for unit in funnel.units} == {
        (room,): "within" for room in ("kamer-1", "kamer-2", "kamer-3", "kamer-4")
    }
    assert burden_of(found).multiples == (
        Multiples(family="DX", n_examinations=1000, n_with=80, n_with_more=0, low=0.0, high=wilson(0, 1000)[1]),
        Multiples(family="CT", n_examinations=1400, n_with=20, n_with_more=0, low=0.0, high=wilson(0, 1400)[1]),
    )


def test_what_left_nothing_is_of_the_modality_of_its_room_where_there_is_but_one():
    def unseen(room: str) -> None:
        Case.create(case_id=f"c{next(counter)}", instance_uids=[], signals=["key"], state="answered", room=room,
                    acquired_at=MONDAY + timedelta(days=1), detected_at=MONDAY + timedelta(days=1),
                    updated_at=NOW)  # fmt: skip

    made(60)
    made(60, room="kamer-2")
    made(60, room="kamer-2", modality="CT")
    unseen("kamer-1")
    unseen("kamer-2")
    rates = told().figure.rates
    assert [(rate.basis.family, rate.k, rate.n) for rate in rates] == [("DX", 1, 121), ("CT", 0, 60), (None, 1, 1)]
    of_one = told(modality="DX")
    assert ([(rate.k, rate.n) for rate in of_one.figure.rates], of_one.n_unplaced) == ([(1, 121)], 1)


def test_what_is_expected_is_the_same_of_one_room_as_of_all():
    """Also of projections that are rare: they are weighed with those of their own modality."""
    rejected(made(250)[:20])
    rejected(made(20, procedure="X-heup")[:8])
    rejected(made(25, procedure="X-pols", room="kamer-2")[:1])
    made(300, room="kamer-2")
    rejected(made(20, room="kamer-3", modality="CT", procedure="CT abdomen")[:10])
    one, all_rooms = (units(told(rooms=rooms), "room")["kamer-1",] for rooms in (("kamer-1",), ()))
    assert one.adjusted == all_rooms.adjusted
    assert one.adjusted.expected == pytest.approx(250 * 20 / 550 + 20 * 9 / 45)


def test_an_event_without_an_image_is_in_a_count_of_images_only_where_it_was_a_reject():
    made(30)
    rejected(made(10, report_facts={}, image_facts=None)[:4])
    [rate] = told().figure.rates
    assert (rate.basis.source, rate.k, rate.n) == ("images", 4, 34)


def test_somebody_with_two_names_is_one_dot_without_a_name():
    User.create(user_id="u1", name="Anna de Wit", initials="AW", operators_names=["anna"], updated_at=NOW)
    rejected(made(300)[:20])
    made(300, operator="Anna de Wit")
    made(300, operator="Bram")
    made(7, operator=None)
    found = told()
    [funnel] = funnels(found, "operator")
    assert [(unit.name, unit.rate.n, unit.is_own) for unit in funnel.units] == [((), 600, False), ((), 300, False)]
    assert (funnel.n_without_name, found.n_without_name) == (7, 7)
    assert funnel.units[1].position == "low_95"
    assert funnel.units[1].remark == "low_coverage"


def test_a_unit_is_held_against_the_mix_of_the_department():
    """Hips are hard everywhere: whoever makes them has more rejects, and no more than expected."""
    rejected(made(250, procedure="X-heup", operator="Anna")[:75])
    rejected(made(100, procedure="X-heup", operator="Bram", room="kamer-2")[:30])
    rejected(made(700, procedure="X-hand", operator="Bram", room="kamer-2")[:7])
    only_one = units(told(rooms=("kamer-1",)), "room")["kamer-1",]
    assert (only_one.adjusted.observed, only_one.adjusted.expected) == (75, pytest.approx(75))
    both = units(told(), "room")
    assert both["kamer-1",].position == "high_998"
    assert both["kamer-1",].adjusted.ratio == pytest.approx(1.0)
    assert list(both) == [("kamer-2",), ("kamer-1",)]


def test_what_rejects_cost():
    for study, gap in (("x", 1.0), ("y", 3.0)):
        rejected(made(study=study, minutes=60, dap_gym2=2e-6))
        made(study=study, minutes=60 + gap, dap_gym2=2e-6)
    rejected(made(2, study="z", minutes=60, dap_gym2=2e-6))
    made(study="z", minutes=60.5, view="LL", dap_gym2=2e-6)
    found = burden_of(told())
    assert found.time is not None
    assert (found.time.n_rejects, found.time.n, found.time.median_s, found.time.total_s) == (4, 2, 120.0, 240.0)
    assert found.multiples is not None
    [multiples] = found.multiples
    assert (multiples.n_examinations, multiples.n_with, multiples.n_with_more) == (3, 3, 1)
    assert found.doses is not None
    assert found.doses[0].share == pytest.approx(4 / 7)


def test_reasons_by_level_and_of_ct_apart():
    rejected(made(3), reason="motion.child")
    rejected(made(2), reason="motion")
    rejected(made(1), reason=None)
    rejected(made(1, modality="CT", procedure="CT abdomen"), reason="contrast_timing")
    plain, scans = told().reasons
    assert [(one.code, one.n, one.of) for one in plain.reasons] == [("motion", 5, 5)]
    assert [(one.code, one.n, one.of) for one in plain.reasons[0].details] == [("motion.child", 3, 5), ("motion", 2, 5)]
    assert (plain.n_without, scans.is_ct, scans.n, scans.reasons[0].code) == (1, True, 1, "contrast_timing")
    of_one = told(reason="motion.child").figure.counts
    assert (of_one.n_rejects, of_one.n_exposures, of_one.asked.n_answered) == (3, 7, 7)


def of_team(n: int, **said: Any) -> None:
    for name in TEAM:
        made(n, operator=name, **said)


def test_a_radiographer_sees_the_own_figure_and_whole_weeks():
    of_team(20)
    rejected(made(10, operator="Anna")[:3])
    made(30, operator="Bram", room="kamer-2")
    made(40, minutes=8 * 24 * 60, operator="Cees")
    anna = Viewer(names=frozenset({"anna"}))
    found = told(anna, first=MONDAY - timedelta(days=2))
    assert (found.figure.counts.n_exposures, found.withheld.n_room_weeks, found.withheld.is_narrowed) == (110, 2, True)
    assert found.own is not None
    assert (found.own.counts.n_exposures, found.own.counts.n_rejects) == (30, 3)
    [funnel] = funnels(found, "operator")
    assert [(unit.is_own, unit.rate.n) for unit in funnel.units] == [(True, 30)]
    burden = burden_of(found)
    assert (burden.doses, burden.multiples) == (None, None)
    assert burden.time is not None
    assert told(Viewer()).own is None
    assert funnels(told(Viewer()), "operator")[0].units == ()


def test_an_own_filter_tells_everything_and_that_of_another_nothing():
    made(3, operator="ANNA")
    made(3, operator="Bram")
    anna = Viewer(names=frozenset({"anna", "aw"}))
    assert told(anna, operators=("anna",)).figure.counts.n_exposures == 3
    with pytest.raises(NotForViewer):
        told(anna, operators=("bram",))
    with pytest.raises(NotForViewer):
        told(anna, operators=("anna", "bram"))
    assert told(operators=("bram",)).figure.counts.n_exposures == 3


def test_what_few_people_made_stands_among_the_rest():
    of_team(10)
    made(5, operator="Anna", procedure="X-heup")
    anna = Viewer(names=frozenset({"anna"}))
    assert list(units(told(anna), "procedure")) == [(POOLED,)]
    assert told(anna, procedure="X-heup").figure.counts.n_exposures == 0
    of_team(1, procedure="X-heup")
    assert {name: unit.rate.n for name, unit in units(told(anna), "procedure").items()} == {
        ("X-thorax",): 50,
        ("X-heup",): 10,
    }


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_the_file_says_what_was_shown_and_no_name(file_format):
    rejected(made(300, operator="Anna")[:20], reason="motion.child")
    made(300, operator="Bram")
    found = told(Viewer(names=frozenset({"anna"}), sees_everyone=True))
    shown = [funnel for by in ("room", "projection", "operator") for funnel in funnels(found, by)]
    file = io.BytesIO()
    n = exporting.write(found, shown, file_format, file, zone=AMSTERDAM)
    if file_format == "csv":
        text = file.getvalue().decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == n
        assert "bram" not in text.casefold()
        figures = [row["figure"] for row in rows]
        assert figures == [
            "total",
            "own",
            "week",
            "reason",
            "reason_detail",
            "room",
            "projection",
            "own_operator",
            "operator",
        ]
        total = rows[0]
        assert (total["n_rejects"], total["n_exposures"], total["n_answered"], total["source"]) == (
            "20",
            "600",
            "20",
            "images",
        )
        assert all(row["scope_from"].startswith("2026-09-07T00:00") for row in rows)
    else:
        import pyarrow.parquet as pq

        file.seek(0)
        assert pq.read_table(file).num_rows == n
