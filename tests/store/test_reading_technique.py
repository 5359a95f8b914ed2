"""The technique of one projection, read from the tables."""

import math
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from iqs_tui.domain.scope import Scope
from iqs_tui.store import database
from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.reading.technique import Technique, projections, scope_of, technique
from tests.dose_department import NOW, fill

SCOPE = Scope(first=NOW - timedelta(days=90), until=NOW)


def write(number: int, **values: Any) -> None:
    at = NOW - timedelta(minutes=1 + number)
    said = {
        "exposure_uid": f"9.{number}", "study_uid": f"1.{number}", "device_id": "d1", "room": "kamer-1",
        "modality": "DX", "acquired_at": at, "received_at": at, "updated_at": at, "procedure": "X-thorax",
        "protocol": "Thorax PA", "view": "PA", "dap_gym2": 8e-6, "kvp": 125.0, **values,
    }  # fmt: skip
    Exposure.create(**said)


def reject(number: int, **values: Any) -> None:
    said = {
        "case_id": f"c{number}", "exposure_uid": f"9.{number}", "instance_uids": [], "signals": ["key"],
        "state": "answered", "detected_at": NOW, "updated_at": NOW, **values,
    }  # fmt: skip
    Case.create(**said)


def of(scope: Scope = SCOPE) -> Technique:
    found = technique(scope)
    assert found is not None
    return found


def named(found: Technique) -> dict[str, Any]:
    return {one.name: one for one in found.parameters}


def test_nothing_made_is_no_technique(db: Path):
    assert projections(SCOPE) == ()
    assert technique(SCOPE) is None


def test_what_can_be_chosen_comes_most_made_first_and_narrows_the_scope(db: Path):
    for number in range(3):
        write(number, view="postero-anterior" if number else "PA")
    write(10, view=None, procedure=None, protocol="Hand")
    write(11, modality="US")
    write(12, is_derived=True)
    chest, hand = projections(SCOPE)
    assert (chest.room, chest.modality, chest.name, chest.view, chest.n) == ("kamer-1", "DX", "X-thorax", "PA", 3)
    assert (hand.name, hand.view) == ("Hand", None)
    assert of(scope_of(SCOPE, chest)).n == 3
    assert of(scope_of(SCOPE, hand)).protocols == ("Hand",)


def test_each_parameter_says_how_many_state_it(db: Path):
    for number in range(10):
        write(number, mas=2.0 if number < 4 else None, source_detector_mm=1800.0)
    found = of()
    assert (found.n, found.quantity, found.view, found.room) == (10, "DAP", "PA", "kamer-1")
    assert named(found)["mas"].coverage == 0.4
    assert named(found)["source_detector_mm"].n == 10
    assert "thickness_mm" not in named(found)


def test_a_deviation_index_is_made_where_the_header_has_none(db: Path):
    write(1, exposure_index=500.0, target_exposure_index=250.0)
    write(2, deviation_index=1.0, exposure_index=500.0, target_exposure_index=250.0)
    assert named(of())["deviation_index"].high == pytest.approx(10 * math.log10(2))
    assert named(of())["deviation_index"].low == 1.0


def test_the_exposure_index_of_two_devices_is_never_put_together(db: Path):
    write(1, exposure_index=500.0, deviation_index=0.5)
    assert named(of())["exposure_index"].n == 1
    write(2, exposure_index=2000.0, deviation_index=0.4, device_id="d2")
    found = of()
    assert found.left_out == ("exposure_index",)
    assert "exposure_index" not in named(found)
    assert named(found)["deviation_index"].n == 2
    assert of(replace(SCOPE, devices=("d1",))).left_out == ()


def test_rejects_are_in_the_relation_and_in_the_spread_only_where_the_scope_says_so(db: Path):
    with database.writing():
        for number in range(60):
            write(number, mas=2.0 + number / 1000, grid="Focused")
        for number in range(100, 125):
            write(number, mas=9.0 + number / 1000, grid="Focused")
            reject(number)
        write(200, mas=2.0, grid="Focused")
        reject(200, is_question=True, counts_as="repeat")
    found = of()
    assert (found.n, found.n_rejected, found.n_all) == (61, 25, 86)  # a repeat went on: it is no reject
    mas = named(found)["mas"]
    assert (mas.n, mas.n_rejected, mas.n_accepted) == (61, 25, 61)
    assert mas.median_rejected > 9
    assert mas.p_value < 0.001
    (grid,) = found.grids
    assert (grid.value, grid.n_rejected, grid.n_all) == ("Focused", 25, 86)
    assert grid.reject_rate is not None
    assert of(replace(SCOPE, which="both")).n == 86
    assert of(replace(SCOPE, which="rejected")).n == 25


def test_an_implausible_dose_goes_with_nothing(db: Path):
    write(1, dap_gym2=8e-6)
    write(2, dap_gym2=8e-3, implausible="dap_gym2")
    write(3, dap_gym2=0.0)
    write(4, kvp=1250.0, implausible="kvp")
    found = of()
    assert [(one.value, one.n, one.n_dose, one.median_dose) for one in found.by_kvp] == [("125", 3, 1, 8e-6)]


def test_ct_is_of_its_scans_without_scouts(db: Path):
    ct = {"modality": "CT", "view": None, "procedure": "CT abdomen", "dap_gym2": None}
    write(1, **ct, event_type="Spiral Acquisition", ctdivol_mgy=9.0)
    write(2, **ct, event_type="Constant Angle Acquisition", ctdivol_mgy=0.1)
    write(3, **ct, event_type="Stationary Acquisition", ctdivol_mgy=2.0)
    found = of()
    assert (found.n, found.quantity, found.by_kvp[0].median_dose) == (1, "CTDIvol", 9.0)
    assert [one.n for one in projections(SCOPE)] == [1]


def test_an_outlier_leads_to_its_exposure(db: Path):
    with database.writing():
        for number in range(40):
            write(number, mas=2.0 + number / 100)
        write(500, mas=90.0)
    (one,) = of().outliers
    assert (one.exposure_uid, one.parameter, one.value) == ("9.500", "mas", 90.0)
    assert one.at == NOW - timedelta(minutes=501)


def test_a_department_shows_that_dose_follows_mas_and_rejects_lie_off_target(db: Path):
    fill(weeks=16, per_day=16, rooms=("kamer-1",), reject_rate=0.1)
    chest = next(one for one in projections(SCOPE) if one.view == "PA")
    found = of(scope_of(SCOPE, chest))
    assert named(found)["mas"].rho > 0.9
    assert [one.value for one in found.controls] == ["AUTOMATIC"]
    n_off = {one.value: (one.n_rejected, one.n_all) for one in found.by_deviation}
    far = sum(n_off.get(name, (0, 0))[0] for name in ("< -3", "-3 … -1", "+1 … +3", "> +3"))
    assert far > 0.9 * found.n_rejected
    breast = next(one for one in projections(SCOPE) if one.modality == "MG")
    mammo = of(scope_of(SCOPE, breast))
    assert (mammo.quantity, named(mammo)["thickness_mm"].coverage) == ("AGD", 1.0)
