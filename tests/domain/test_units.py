"""Units as reports state them, and that one without a known unit is no dose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain import units


@pytest.mark.parametrize(
    ("unit", "gym2"),
    [
        ("Gy.m2", 1.0),
        ("Gym2", 1.0),
        ("Gy·m²", 1.0),
        ("mGy.m2", 1e-3),
        ("uGy.m2", 1e-6),
        ("µGy·m2", 1e-6),  # micro sign
        ("μGy·m2", 1e-6),  # Greek mu
        ("Gy.cm2", 1e-4),
        ("dGy.cm2", 1e-5),
        ("cGy.cm2", 1e-6),
        ("mGy.cm2", 1e-7),
        ("dGy*cm2", 1e-5),
        (" DGY.CM2 ", 1e-5),
    ],
)
def test_dose_area_products(unit: str, gym2: float) -> None:
    assert units.dap_gym2(1.0, unit) == pytest.approx(gym2, rel=1e-12)


def test_the_conversions_of_the_facts_agree() -> None:
    one = [units.dap_gym2(*stated) for stated in ((1e4, "Gy.cm2"), (1e5, "dGy.cm2"), (1e6, "uGy.m2"), (1e7, "mGy.cm2"))]
    assert one == pytest.approx([1.0] * 4, rel=1e-12)


@pytest.mark.parametrize(("unit", "gy"), [("Gy", 1), ("dGy", 0.1), ("cGy", 0.01), ("mGy", 1e-3), ("uGy", 1e-6)])
def test_doses(unit: str, gy: float) -> None:
    assert units.dose_gy(1.0, unit) == pytest.approx(gy, rel=1e-12)
    assert units.dose_mgy(1.0, unit) == pytest.approx(gy * 1e3, rel=1e-12)


def test_a_dose_in_the_unit_we_keep_is_not_touched() -> None:
    assert units.dose_mgy(0.547, "mGy") == 0.547
    assert units.dlp_mgycm(236.09, "mGycm") == 236.09


@pytest.mark.parametrize(
    ("unit", "mgycm"), [("mGy.cm", 1), ("mGycm", 1), ("Gy.cm", 1e3), ("mGy.m", 100), ("Gy.m", 1e5)]
)
def test_dose_length_products(unit: str, mgycm: float) -> None:
    assert units.dlp_mgycm(1.0, unit) == pytest.approx(mgycm, rel=1e-12)


@pytest.mark.parametrize(("unit", "mas"), [("mA.s", 1), ("mAs", 1), ("uA.s", 1e-3), ("uAs", 1e-3), ("A.s", 1e3)])
def test_tube_loads(unit: str, mas: float) -> None:
    assert units.load_mas(1.0, unit) == pytest.approx(mas, rel=1e-12)


def test_tube_voltage() -> None:
    assert units.voltage_kv(120, "kV") == 120
    assert units.voltage_kv(120_000, "V") == pytest.approx(120)
    assert units.voltage_kv(120, "mA") is None


@pytest.mark.parametrize(
    ("convert", "value", "unit", "expected"),
    [
        (units.current_ma, 0.25, "A", 250),
        (units.current_ma, 118989.614, "uA", 118.989614),
        (units.time_s, 1.5, "min", 90),
        (units.time_s, 90_000, "ms", 90),
        (units.time_s, 1, "h", 3600),
        (units.time_ms, 7.49, "s", 7490),
        (units.time_ms, 8500, "us", 8.5),
        (units.length_mm, 1.8, "m", 1800),
        (units.length_mm, 5.3, "cm", 53),
        (units.force_n, 9, "daN", 90),
    ],
)
def test_technique(convert, value: float, unit: str, expected: float) -> None:
    assert convert(value, unit) == pytest.approx(expected, rel=1e-12)
    assert convert(value, "mGy") is None


@pytest.mark.parametrize("value", [-1.0, -1e-300, float("nan"), float("inf"), float("-inf")])
def test_no_quantity_is_below_zero_or_without_end(value: float) -> None:
    assert units.dap_gym2(value, "Gy.m2") is None
    assert units.time_s(value, "s") is None
    assert units.dose_mgy(1e307, "Gy") is None


@pytest.mark.parametrize("unit", ["", "1", "mm", "Gy/m2", "Gy.m-2", "mGy/h", "Sv", "Gy.m3"])
def test_an_unknown_unit_is_no_dose(unit: str) -> None:
    for convert in (units.dap_gym2, units.dose_gy, units.dose_mgy, units.dlp_mgycm):
        assert convert(1.0, unit) is None


@given(st.text(max_size=12), st.floats(allow_nan=False, allow_infinity=False))
def test_any_unit_gives_a_number_or_none(unit: str, value: float) -> None:
    for convert in (units.dap_gym2, units.dose_mgy, units.dlp_mgycm):
        found = convert(value, unit)
        assert found is None or isinstance(found, float)


@given(st.sampled_from(["Gy.m2", "dGy.cm2"]), st.sampled_from([units.dose_gy, units.dlp_mgycm, units.load_mas]))
def test_a_quantity_is_never_read_as_another(unit: str, convert) -> None:
    assert convert(1.0, unit) is None
