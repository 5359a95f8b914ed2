"""Every screen of figures on departments as they come: empty, of one exposure or modality, with unforeseen names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iqs_tui.store.models import Device, Examination, Exposure
from iqs_tui.ui.app import IqsApp
from tests.dose_department import fill
from tests.ui.conftest import SMALL, WIDE, Shelf, text_of
from tests.ui.dose_pages import press, settled

NAMES = (
    "[red]x[/]",
    "[/bold] [link=http://x]klik[/link] $primary",
    "Thorax PA " * 20,
    "צילום חזה",
    "🫁 胸部 X線",
    "a\tb\nc",
    "'; drop table exposure; --",
    "",
    None,
)
WALKS = (
    ("d", "enter", "v", "l", "v", "down", "right", "left", "l", "w", "escape", "i", "escape", "escape"),
    ("d", "v", "enter", "escape", "escape", "tab", "down", "enter", "escape", "l", "l", "i", "w", "o"),
    ("d", "w", "w", "enter", "p", "v", "g", "down", "enter", "v", "d", *"3-11", "enter", "escape", "escape"),
    ("d", "i", "v", "p", "p", "v", "s", "u", "down", "tab", "down", "escape", "escape"),
    ("d", "o", "down", "v", "v", "a", "down", "escape", "escape"),
    ("d", "f", *["right", "down"] * 9, "r", *["enter", "down", "enter", "down"] * 3, "escape", "escape", "enter", "x"),
    ("b", "a", "r", "w", "v", "t", "down", "t", "t", "v", "t", "b", "f", *["right", "down"] * 7, "escape", "o", "x"),
)
ADMIN_WALK = (
    *("d", "enter", "v", "l", "x", "enter", "escape", "escape", "escape"),
    *("m", "enter", "escape", "down", "enter", "escape", "t", "tab", "b", "escape", "escape"),
    *("o", "v", "a", "down"),
)


def only(modality: str) -> None:
    """A department that makes one thing."""
    fill(weeks=6, rooms=("kamer-1",), per_day=6)
    for model in (Exposure, Examination, Device):
        model.delete().where(model.modality != modality).execute()


def fluoroscopy(modality: str) -> None:
    """Fluoroscopy or angiography: dose per examination, exposures with a header at most."""
    fill(weeks=8, rooms=("kamer-1",), per_day=4)
    examinations = Examination.select().where(Examination.modality == "DX")
    kept = [one.study_uid for one in examinations]
    Exposure.delete().where(Exposure.study_uid.not_in(kept)).execute()
    Examination.delete().where(Examination.study_uid.not_in(kept)).execute()
    Exposure.update(modality=modality, dose_rp_gy=0.01).execute()
    Examination.update(modality=modality, dose_rp_total_gy=0.05, fluoro_time_total_s=95.0).execute()
    Device.update(modality=modality).where(Device.modality == "DX").execute()


def odd_names() -> None:
    shelf = Shelf()
    for turn in range(3):
        for number, name in enumerate(NAMES):
            uid = shelf.study(name, age_years=50.0, protocol=name, patient_key=f"p{turn}{number}", modality="DX")
            view = {0: "PA", 1: name, 2: None}[turn]
            for minute in range(12):
                shelf.exposure(
                    turn * 1440 + number * 30 + minute, name, uid, procedure=name, view=view, operator=name,
                    dap_gym2=1e-5 * (1 + minute / 10), kvp=120.0, mas=2.0 + minute, report_facts={"dap_gym2": 1},
                    grid=name, exposure_control=name, software_versions=name, detector_id=name,
                )  # fmt: skip


def many_groups() -> None:
    shelf = Shelf()
    for number in range(300):
        uid = shelf.study(f"X-verrichting {number:03}", age_years=50.0, protocol=f"P{number}")
        shelf.exposure(number, f"P{number}", uid, procedure=f"X-verrichting {number:03}", view="AP", dap_gym2=1e-5)


def without_dose() -> None:
    fill(weeks=2, rooms=("kamer-1",), per_day=4)
    Exposure.update(dap_gym2=None, agd_mgy=None, ctdivol_mgy=None, dlp_mgycm=None).execute()
    Examination.update(dap_total_gym2=None, agd_total_mgy=None, dlp_total_mgycm=None, ctdivol_max_mgy=None).execute()


def only_implausible() -> None:
    fill(weeks=2, rooms=("kamer-1",), per_day=4)
    Exposure.update(implausible="dap_gym2,agd_mgy,ctdivol_mgy,dlp_mgycm").execute()


def one_exposure() -> None:
    shelf = Shelf()
    shelf.exposure(5, study=shelf.study(age_years=50.0), dap_gym2=8e-6, view="PA", report_facts={"dap_gym2": 8e-6})


DEPARTMENTS: dict[str, Callable[[], None]] = {
    "empty": lambda: None,
    "one exposure": one_exposure,
    "CT": lambda: only("CT"),
    "MG": lambda: only("MG"),
    "RF": lambda: fluoroscopy("RF"),
    "XA": lambda: fluoroscopy("XA"),
    "odd names": odd_names,
    "300 groups": many_groups,
    "without dose": without_dose,
    "implausible": only_implausible,
}


async def walk(app: IqsApp, keys: tuple[str, ...], size: Any) -> None:
    """Press the keys; nothing breaks, something always stands there, and Esc leads back to the first screen."""
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        if not app.is_home:
            await press(pilot, "escape")
        for key in keys:
            await press(pilot, key)
            body = app.screen.query_one("#body")
            assert any(one.size.area and one.display for one in body.query("*")), (key, text_of(app))
            assert text_of(app).strip().count("\n") > 3, key
        for _ in range(12):
            if not app.is_home:
                await press(pilot, "escape")
        assert app.is_home, text_of(app)


TOURS = [(name, number % len(WALKS)) for number, name in enumerate(DEPARTMENTS)]
"""Each department by one of the walks, each walk through one department or more: all pairs would take minutes."""


@pytest.mark.parametrize(("name", "number"), TOURS)
async def test_every_key_at_the_kiosk(make_app: Callable[..., IqsApp], db: Path, name: str, number: int):
    DEPARTMENTS[name]()
    is_small = number % 2
    await walk(make_app(theme="vt" if is_small else "dark"), WALKS[number], SMALL if is_small else WIDE)


@pytest.mark.parametrize("name", ["empty", "odd names", "XA", "300 groups"])
async def test_every_key_of_the_manager(make_app: Callable[..., IqsApp], db: Path, name: str):
    DEPARTMENTS[name]()
    await walk(make_app("en", face="admin"), ADMIN_WALK, SMALL)
