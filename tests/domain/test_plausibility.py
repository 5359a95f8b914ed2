"""Doses that cannot be right are named; everything else is left alone."""

import tomllib
from pathlib import Path

import pytest

from iqs_tui.domain.plausibility import QUANTITIES, Described, WindowError, outside, read_windows

SHIPPED = Path(__file__).resolve().parents[2] / "db" / "reference" / "plausibility.toml"
WINDOWS = read_windows(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))


def flagged(modality: str, about: str = "", view: str = "", event_type: str = "", **values: float | None) -> list[str]:
    return outside(WINDOWS, Described(modality=modality, about=about, view=view, event_type=event_type), values)


@pytest.mark.parametrize("factor", [0.2, 1, 3])
@pytest.mark.parametrize(
    ("modality", "about", "view", "event_type", "values"),
    [
        ("DX", "CHEST Thorax PA", "PA", "", {"dap_gym2": 12e-6, "kvp": 42.0}),
        ("DX", "CHEST Thorax profiel", "LAT", "", {"dap_gym2": 40e-6}),
        ("DX", "Bekken", "AP", "", {"dap_gym2": 300e-6}),
        ("CR", "Lumbale wervelkolom", "LAT", "", {"dap_gym2": 250e-6}),
        ("DX", "HAND", "PA", "", {"dap_gym2": 1e-6}),
        ("MG", "BREAST", "MLO", "", {"agd_mgy": 1.3}),
        ("CT", "HEAD", "", "Spiral Acquisition", {"ctdivol_mgy": 50.0, "dlp_mgycm": 807.0}),
        ("CT", "CHEST", "", "Spiral Acquisition", {"ctdivol_mgy": 1.4, "dlp_mgycm": 35.0}),
        ("CT", "", "", "Constant Angle Acquisition", {"ctdivol_mgy": 0.2, "dlp_mgycm": 7.46}),
        ("CT", "", "", "Stationary Acquisition", {"ctdivol_mgy": 300.0}),
        ("XA", "", "", "Fluoroscopy", {"dap_gym2": 8e-3, "dose_rp_gy": 0.5}),
        ("RF", "", "", "Fluoroscopy", {"dap_gym2": 0.0, "dose_rp_gy": 0.0}),
    ],
)
def test_what_happens_in_practice_is_plausible(
    modality: str, about: str, view: str, event_type: str, values: dict[str, float], factor: float
) -> None:
    scaled = {name: value if name == "kvp" else value * factor for name, value in values.items()}
    assert flagged(modality, about, view, event_type, **scaled) == []


@pytest.mark.parametrize(
    ("modality", "about", "view", "values"),
    [
        ("DX", "ABDOMEN", "AP", {"dap_gym2": 13.5e-4}),
        ("DX", "CHEST", "PA", {"dap_gym2": 12e-5}),
        ("DX", "CHEST", "LAT", {"dap_gym2": 40e-5}),
        ("DX", "Bekken", "AP", {"dap_gym2": 30e-4}),
        ("DX", "KNIE", "AP", {"dap_gym2": 30e-5}),
        ("CR", "CHEST", "PA", {"dap_gym2": 0.0}),
        ("MG", "BREAST", "CC", {"agd_mgy": 13.0}),
        ("MG", "BREAST", "CC", {"agd_mgy": 0.0547}),
        ("CT", "HEAD", "", {"kvp": 120_000.0}),
        ("XA", "", "", {"dose_rp_gy": 12.0}),
    ],
)
def test_ten_times_too_much_or_a_wrong_unit_is_named(
    modality: str, about: str, view: str, values: dict[str, float]
) -> None:
    assert flagged(modality, about, view, **values) == list(values)


def test_head_ct_times_ten_is_named_where_the_kind_of_scan_is_told() -> None:
    values = {"dlp_mgycm": 8070.0, "ctdivol_mgy": 500.0}
    assert flagged("CT", event_type="Spiral Acquisition", **values) == ["ctdivol_mgy", "dlp_mgycm"]
    assert flagged("CT", event_type="Constant Angle Acquisition", ctdivol_mgy=20.0) == ["ctdivol_mgy"]


def test_absent_and_unknown_are_never_named() -> None:
    assert flagged("DX", dap_gym2=None) == []
    assert flagged("NM", dap_gym2=1e9) == []
    assert outside(WINDOWS, Described(modality=None), {"dap_gym2": 1e9}) == []
    assert flagged("MG", dap_gym2=1e9) == [], "no window is shipped for it"


def test_every_shipped_window_says_what_it_rests_on() -> None:
    assert {window.quantity for window in WINDOWS} == set(QUANTITIES)
    assert all(len(window.source) > 30 for window in WINDOWS)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"quantity": "dose"}, "'dose'"),
        ({"quantity": "kvp", "low": 2, "high": 1}, "low below high"),
        ({"quantity": "kvp", "low": 1, "high": 2}, "source"),
        ({"quantity": "kvp", "low": 1, "high": 2, "source": "x", "modalities": ["CT"], "about": "("}, "pattern"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: dict[str, object], named: str) -> None:
    with pytest.raises(WindowError, match=named):
        read_windows({"window": [row]})
