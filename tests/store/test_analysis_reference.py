"""The comparison table equals one made the slow and plain way, whatever was received."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from iqs_tui.domain.dose import age_band, short_view, summarise
from iqs_tui.domain.patient_size import is_known, is_standard
from iqs_tui.domain.scope import Scope
from iqs_tui.store import database as store
from iqs_tui.store.models import Case, Examination, Exposure
from iqs_tui.store.reading.analysis.groups import groups
from iqs_tui.store.reading.analysis.listing import rows
from iqs_tui.store.reading.analysis.patients import MARGIN

START = datetime(2026, 9, 1, tzinfo=UTC)
ROOMS, DEVICES, MODALITIES = ("kamer-1", "kamer-2", None), ("d1", "d2"), ("DX", "CR", "MG", "CT", "XA")
VALUES = {"CTDIvol": "ctdivol_mgy", "AGD": "agd_mgy", "DAP": "dap_gym2"}
TOTALS = {"CT": ("DLP", "dlp_total_mgycm"), "XA": ("DAP", "dap_total_gym2")}
SCANS = ("Constant Angle Acquisition", "Stationary Acquisition", "Spiral Acquisition")

moments = st.integers(0, 20).map(lambda day: START + timedelta(days=day))
amounts = st.none() | st.sampled_from([0.0, 1.0, 2.0, 5.0])
names = st.sampled_from(["A", "B", None])
examinations = st.fixed_dictionaries(
    {
        "study_uid": st.sampled_from(["1", "2", "3", "4"]),
        "device_id": st.sampled_from(DEVICES),
        "room": st.sampled_from(ROOMS),
        "modality": st.sampled_from(MODALITIES),
        "procedure": names,
        "protocol": names,
        "operator": st.sampled_from(["Jan", "JAN", "Piet", None]),
        "patient_key": st.sampled_from(["k1:a", "k1:b", None]),
        "age_years": st.sampled_from([None, 0.5, 7.0, 18.0, 60.0]),
        "weight_kg": st.sampled_from([None, 0.0, 20.0, 77.0, 120.0]),
        "length_m": st.sampled_from([None, 1.74]),
        "started_at": st.none() | moments,
        "received_at": moments,
        "dlp_total_mgycm": amounts,
        "dap_total_gym2": amounts,
    }
)
exposures = st.fixed_dictionaries(
    {
        "study_uid": st.sampled_from(["1", "2", "3", "4", "5"]),
        "device_id": st.sampled_from(DEVICES),
        "room": st.sampled_from(ROOMS),
        "modality": st.sampled_from(MODALITIES),
        "procedure": names,
        "protocol": names,
        "view": st.sampled_from(["PA", "postero-anterior", "LL", None]),
        "operator": st.sampled_from(["Jan", "JAN", "Piet", None]),
        "event_type": st.sampled_from([*SCANS, None]),
        "acquired_at": st.none() | moments,
        "received_at": moments,
        "dap_gym2": amounts,
        "agd_mgy": amounts,
        "ctdivol_mgy": amounts,
        "implausible": st.sampled_from([None, None, "dap_gym2", "kvp,ctdivol_mgy", "dlp_mgycm"]),
        "is_derived": st.sampled_from([False, False, True]),
        "is_counted": st.sampled_from([True, True, False]),
        "is_quality_control": st.sampled_from([False, False, True]),
        "case": st.sampled_from([None, None, "answered", "dismissed", "open"]),
    }
)
scopes = st.builds(
    Scope,
    first=st.sampled_from([START, START + timedelta(days=5)]),
    until=st.sampled_from([START + timedelta(days=12), START + timedelta(days=30)]),
    rooms=st.sampled_from([(), (), ("kamer-1",), ("kamer-1", "kamer-2")]),
    modality=st.sampled_from([None, None, "DX", "CT", "XA"]),
    procedure=st.sampled_from([None, None, "A", ""]),
    view=st.sampled_from([None, None, None, "PA", "LL"]),
    band=st.sampled_from([None, None, None, "adult", "unknown", "5-9"]),
    which=st.sampled_from(["good", "good", "rejected", "both"]),
    operators=st.sampled_from([(), (), ("jan",)]),
    size=st.sampled_from(["all", "all", "standard"]),
)
Row = dict[str, Any]


def plainly(scope: Scope, studies: list[Row], made: list[Row]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return n, patients, known sizes, flagged, without dose and median of every group, by kind and device."""
    found: dict[tuple[Any, ...], list[tuple[float | None, bool, str, bool]]] = defaultdict(list)
    of = {(one["study_uid"], one["device_id"]): one for one in studies}
    for one in made:
        patient = of.get((one["study_uid"], one["device_id"]), {})
        modality = one["modality"]
        quantity = {"MG": "AGD", "CT": "CTDIvol"}.get(modality, "DAP")
        is_scout = modality == "CT" and one["event_type"] in SCANS[:2]
        if modality == "XA" or is_scout or not is_in(scope, one, patient) or not is_clinical(scope, one):
            continue
        name = one["procedure"] or (patient.get("procedure") if modality == "CT" else None) or one["protocol"]
        view = short_view(one["view"])
        if (scope.procedure is not None and (name or "") != scope.procedure) or scope.view not in {None, view}:
            continue
        protocol = (one["protocol"] or "") if quantity == "CTDIvol" else None
        is_flagged = VALUES[quantity] in (one["implausible"] or "").split(",")
        key = (one["room"] or "", one["device_id"], modality, name, protocol, view, quantity)
        add(found, key, patient, one["study_uid"], one[VALUES[quantity]], is_flagged)
    for one in studies if scope.which != "rejected" else ():
        quantity, column = TOTALS.get(one["modality"], (None, None))
        events = [e for e in made if (e["study_uid"], e["device_id"]) == (one["study_uid"], one["device_id"])]
        has_view = scope.view is None or any(short_view(e["view"]) == scope.view for e in events)
        name = one["procedure"] or one["protocol"]
        if quantity is None or column is None or not has_view or not is_in(scope, one, one, "started_at"):
            continue
        if scope.procedure is not None and (name or "") != scope.procedure:
            continue
        of_it = {"DLP": "dlp_mgycm", "DAP": "dap_gym2"}[quantity]
        flags = [
            event
            for event in events
            if event["modality"] == one["modality"] and event["room"] == one["room"]
            if event["is_counted"] and not event["is_derived"]
            if scope.first - MARGIN <= (event["acquired_at"] or event["received_at"]) < scope.until + MARGIN
        ]
        is_flagged = any(of_it in (event["implausible"] or "").split(",") for event in flags)
        key = (one["room"] or "", one["device_id"], one["modality"], name, None, None, quantity)
        add(found, key, one, one["study_uid"], one[column], is_flagged)
    return {key: told for key, doses in found.items() if (told := tell(doses)) is not None}


def is_clinical(scope: Scope, one: Row) -> bool:
    is_rejected = one["case"] == "answered"
    if scope.which != "both" and is_rejected != (scope.which == "rejected"):
        return False
    return one["is_counted"] and not one["is_derived"] and not one["is_quality_control"]


def is_in(scope: Scope, one: Row, patient: Row, made_at: str = "acquired_at") -> bool:
    at = one[made_at] or one["received_at"]
    band = age_band(patient.get("age_years"))
    size = (patient.get("weight_kg"), patient.get("length_m"))
    is_of_size = scope.size == "all" or band not in {"adult", "unknown"} or is_standard(*size)
    return (
        scope.first <= at < scope.until
        and (not scope.rooms or one["room"] in scope.rooms)
        and scope.modality in {None, one["modality"]}
        and (not scope.operators or (one["operator"] or "").casefold() in scope.operators)
        and scope.band in {None, band}
        and is_of_size
    )


def add(found: Any, key: tuple[Any, ...], patient: Row, study: str, value: float | None, is_flagged: bool) -> None:
    kind = (*key[:6], age_band(patient.get("age_years")), key[6])
    who = patient.get("patient_key") or study
    found[kind].append((value, is_flagged, who, is_known(patient.get("weight_kg"), patient.get("length_m"))))


def tell(doses: list[tuple[float | None, bool, str, bool]]) -> tuple[Any, ...] | None:
    sound = [dose for dose in doses if dose[0] and not dose[1]]
    statistics = summarise([value for value, _, _, _ in sound if value])
    if statistics is None:
        return None
    n_flagged = sum(1 for value, flagged, _, _ in doses if value and flagged)
    n_without = sum(1 for value, _, _, _ in doses if not value)
    return (statistics, len({who for _, _, who, _ in sound}), sum(known for *_, known in sound), n_flagged, n_without)


def written(studies: list[Row], made: list[Row]) -> None:
    at = {"updated_at": START}
    for one in studies:
        Examination.insert(**one, **at).execute()
    for number, one in enumerate(made):
        said = {name: value for name, value in one.items() if name != "case"}
        Exposure.insert(exposure_uid=f"9.{number}", **said, **at).execute()
        if one["case"]:
            values = {
                "case_id": f"c{number}",
                "exposure_uid": f"9.{number}",
                "state": one["case"],
                "detected_at": START,
            }
            Case.insert(instance_uids=[], signals=[], **values, **at).execute()


@settings(max_examples=120, phases=[Phase.explicit, Phase.generate, Phase.shrink])
@given(
    studies=st.lists(examinations, max_size=6, unique_by=lambda one: (one["study_uid"], one["device_id"])),
    made=st.lists(exposures, max_size=14),
    filters=st.lists(scopes, min_size=1, max_size=6),
)
def test_the_table_equals_the_plain_one_and_its_list_holds_what_it_counts(
    studies: list[Row], made: list[Row], filters: list[Scope]
) -> None:
    with TemporaryDirectory() as folder:
        store.open_database(Path(folder) / "iqs.db")
        try:
            written(studies, made)
            for scope in filters:
                check(scope, studies, made)
        finally:
            store.close_connection()


def check(scope: Scope, studies: list[Row], made: list[Row]) -> None:
    expected = plainly(scope, studies, made)
    seen = set()
    for group in groups(scope):
        kind = (group.modality, group.name, group.protocol, group.view, group.band, group.quantity)
        alike = [key for key in expected if key[0] == group.room and key[2:] == kind and group.device in {None, key[1]}]
        assert len(alike) == 1
        seen.add(alike[0])
        told = (group.statistics, group.n_patients, group.n_known_size, group.n_implausible, group.n_without_dose)
        assert told == expected[alike[0]]
        assert rows(scope, group).total == group.statistics.n + group.n_implausible + group.n_without_dose
    assert seen == set(expected)
