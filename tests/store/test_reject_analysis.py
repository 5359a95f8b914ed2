"""The reject analysis equals one made the slow and plain way from the rows, whatever was received."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from iqs_tui.domain.dose import short_view
from iqs_tui.domain.scope import Scope
from iqs_tui.store import database as store
from iqs_tui.store.models import Case, Examination, Exposure
from iqs_tui.store.reading.reject_analysis.analysis import analyse
from iqs_tui.store.reading.reject_analysis.figures import Viewer

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 9, 1, tzinfo=UTC)
NOW = START + timedelta(days=60)
ROOMS = ("kamer-1", "kamer-2", None)
ALL = Viewer(sees_everyone=True)

moments = st.integers(0, 480).map(lambda hours: START + timedelta(hours=hours))
names = st.sampled_from(["A", "B", None])
exposures = st.fixed_dictionaries(
    {
        "study_uid": st.sampled_from(["1", "2", "3", "4"]),
        "device_id": st.sampled_from(["d1", "d2"]),
        "room": st.sampled_from(ROOMS),
        "modality": st.sampled_from(["DX", "CT", None]),
        "procedure": names,
        "protocol": names,
        "view": st.sampled_from(["PA", "postero-anterior", "LL", None]),
        "laterality": st.sampled_from(["L", None]),
        "operator": st.sampled_from(["Jan", "JAN", "Piet", "jv", None]),
        "event_type": st.sampled_from([None, None, "Stationary Acquisition", "Fluoroscopy"]),
        "acquired_at": st.none() | moments,
        "received_at": moments,
        "facts": st.sampled_from([({}, None), ({}, None), ({}, {}), ({}, {}), (None, {})]),
        "is_derived": st.sampled_from([False, False, False, True]),
        "is_counted": st.sampled_from([True, True, True, False]),
        "is_quality_control": st.sampled_from([False, False, False, True]),
    }
).map(lambda row: row | {"image_facts": row["facts"][0], "report_facts": row["facts"][1]})
states = st.sampled_from(["answered", "answered", "answered", "dismissed", "open", "expired", "withdrawn"])
cases = st.fixed_dictionaries(
    {
        "of": st.integers(0, 14),
        "state": states,
        "counts_as": st.sampled_from(["reject", "reject", "repeat", "identification"]),
        "is_question": st.booleans(),
        "reason_code": st.sampled_from(["motion", "motion.child", "exposure", None]),
        "room": st.sampled_from(ROOMS),
        "procedure": names,
        "view": st.sampled_from(["PA", None]),
        "operator": st.sampled_from(["Jan", None]),
        "acquired_at": st.none() | moments,
        "detected_at": st.integers(0, 300).map(lambda hours: START + timedelta(days=20, hours=hours)),
    }
)
scopes = st.builds(
    Scope,
    first=st.sampled_from([START, START + timedelta(days=5)]),
    until=st.sampled_from([START + timedelta(days=12), START + timedelta(days=40)]),
    rooms=st.sampled_from([(), (), ("kamer-1",), ("kamer-1", "kamer-2")]),
    modality=st.sampled_from([None, None, "DX", "CT"]),
    procedure=st.sampled_from([None, None, "A", ""]),
    view=st.sampled_from([None, None, "PA", "LL", ""]),
    operators=st.sampled_from([(), (), ("jan",)]),
    reason=st.sampled_from([None, None, "motion", "motion.child"]),
)


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One for all examples: each takes its rows back."""
    yield store.open_database(tmp_path_factory.mktemp("db") / "iqs.db")
    store.close_connection()


def write(made: list[dict[str, Any]], asked: list[dict[str, Any]]) -> None:
    for number, row in enumerate(made):
        said = {name: value for name, value in row.items() if name != "facts"}
        Exposure.create(exposure_uid=f"e{number}", updated_at=START, **said)
    for study in ("1", "2", "3"):
        Examination.create(study_uid=study, device_id="d1", procedure="B", received_at=START, updated_at=START)
    for number, row in enumerate(asked):
        said = {name: value for name, value in row.items() if name != "of"}
        uid = f"e{row['of']}" if row["of"] < len(made) else None
        if uid:
            said["room"] = made[row["of"]]["room"] or row["room"]  # as store.casework has it
        Case.create(case_id=f"c{number:03}", exposure_uid=uid, study_uid="1" if uid else None, instance_uids=[],
                    signals=[], updated_at=START, **said)  # fmt: skip


def when(row: dict[str, Any]) -> datetime:
    return row["acquired_at"] or row["received_at"]


def is_clinical(row: dict[str, Any]) -> bool:
    return not (row["is_derived"] or row["is_quality_control"] or row["event_type"] == "Fluoroscopy")


def named(row: dict[str, Any]) -> str | None:
    of_study = "B" if row["modality"] == "CT" and row["device_id"] == "d1" and row["study_uid"] in "123" else None
    return row["procedure"] or of_study or row["protocol"]


def plain_sources(scope: Scope, made: list[dict[str, Any]]) -> dict[str | None, str]:
    machines: dict[str | None, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for row in made:
        if is_clinical(row) and row["is_counted"] and scope.first <= when(row) < scope.until:
            machines[row["room"]][row["device_id"]].append(row["report_facts"] is not None)
    return {
        room: "events" if all(sum(told) >= 0.95 * len(told) for told in found.values()) else "images"
        for room, found in machines.items()
    }


def plain_modalities(made: list[dict[str, Any]]) -> dict[str | None, str]:
    known = {room: {row["modality"] for row in made if row["room"] == room and row["modality"]} for room in ROOMS}
    return {room: min(modalities) for room, modalities in known.items() if len(modalities) == 1}


def is_in(scope: Scope, room: Any, at: datetime, what: dict[str, Any]) -> bool:
    wanted = {"modality": scope.modality, "procedure": scope.procedure, "view": scope.view}
    return (
        scope.first <= at < scope.until
        and (not scope.rooms or room in scope.rooms)
        and (not scope.operators or (what["operator"] or "").casefold() in scope.operators)
        and all(asked is None or asked == (what[name] or "") for name, asked in wanted.items())
    )


def plainly(
    scope: Scope, made: list[dict[str, Any]], asked: list[dict[str, Any]]
) -> dict[tuple[str | None, str], Counter[str]]:
    """Counts per modality and source, exposure by exposure and case by case."""
    sources, only = plain_sources(scope, made), plain_modalities(made)
    found: dict[tuple[str | None, str], Counter[str]] = defaultdict(Counter)
    among = set()
    for number, row in enumerate(made):
        source = sources.get(row["room"], "images")
        kind = {"modality": row["modality"], "procedure": named(row), "view": short_view(row["view"])}
        if is_clinical(row) and is_in(scope, row["room"], when(row), kind | {"operator": row["operator"]}):
            is_of = row["is_counted"] if source == "events" else row["image_facts"] is not None
            if is_of:
                among.add(number)
                found[row["modality"], source]["n_exposures"] += 1
    seen = set()
    order = sorted(enumerate(asked), key=lambda item: (item[1]["detected_at"], item[0]))
    for _, case in order:
        row = made[case["of"]] if case["of"] < len(made) else None
        if case["state"] == "withdrawn" or (row is not None and not is_clinical(row)):
            continue
        if row is None:
            kind = {
                "modality": only.get(case["room"]),
                "procedure": case["procedure"],
                "view": short_view(case["view"]),
            }
            room, at, operator = case["room"], case["acquired_at"] or case["detected_at"], case["operator"]
        else:
            kind = {"modality": row["modality"], "procedure": named(row), "view": short_view(row["view"])}
            room, at, operator = row["room"], when(row), row["operator"]
        if not is_in(scope, room, at, kind | {"operator": operator}):
            continue
        is_reject = case["state"] == "answered" and case["counts_as"] == "reject"
        if is_reject and row is not None:
            if case["of"] in seen:
                continue
            seen.add(case["of"])
        told = found[kind["modality"], sources.get(room, "images")]
        told[("question_" if case["is_question"] else "asked_") + case["state"]] += 1
        if case["state"] != "answered":
            continue
        if case["counts_as"] != "reject":
            told[case["counts_as"]] += 1
            continue
        told["n_exposures"] += case["of"] not in among
        code = case["reason_code"] or ""
        if scope.reason is None or code == scope.reason or code.startswith(scope.reason + "."):
            told["reject"] += 1
            told["unseen"] += row is None
    return {basis: told for basis, told in found.items() if told.total()}


@settings(max_examples=25, phases=[Phase.generate, Phase.target])
@given(st.lists(exposures, max_size=15), st.lists(cases, max_size=12), scopes)
def test_every_count_is_as_made_plainly(one_database, made, asked, scope):
    with one_database.atomic() as transaction:
        write(made, asked)
        found = analyse(scope, ALL, NOW, AMSTERDAM)
        transaction.rollback()
    wanted = plainly(scope, made, asked)
    assert set(found.figure.by_basis) == set(wanted)
    for basis, told in wanted.items():
        tally = found.figure.by_basis[basis]
        counts = (tally.n_exposures, tally.n_rejects, tally.n_unseen, tally.n_repeats, tally.n_identifications)
        assert counts == tuple(told[name] for name in ("n_exposures", "reject", "unseen", "repeat", "identification"))
        for which, answers in (("asked", tally.asked), ("question", tally.questions)):
            answered = told[f"{which}_answered"] + told[f"{which}_dismissed"]
            assert (answers.n_answered, answers.n_open, answers.n_expired) == (
                answered,
                told[f"{which}_open"],
                told[f"{which}_expired"],
            )
        assert tally.n_rejects <= tally.n_exposures
    whole = found.figure.counts
    assert sum(week.n for chart in found.charts for week in chart.weeks) == whole.n_exposures
    assert sum(week.k for chart in found.charts for week in chart.weeks) == whole.n_rejects
    assert sum(pareto.n + pareto.n_without for pareto in found.reasons) == whole.n_rejects
