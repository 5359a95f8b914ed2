"""A face on a database of its own: builders that fill it, a clock that stands still, and the two sizes."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.css.stylesheet import Stylesheet

from iqs_tui import config as settings
from iqs_tui import locale
from iqs_tui.config import Config
from iqs_tui.store import node_lock
from iqs_tui.store.models import AssociationLog, Case, Device, Examination, Exposure, Round, Task, User
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.screens.base import IqsScreen
from tests.ui.stillness import NOW, StillClock, until_idle
from tests.waiting import PATIENCE_S

WIDE, SMALL = (120, 36), (80, 24)
DEVICE = "Acme|DX One|SN-1"
TEAM = ("J. de Vries", "P. Jansen", "S. Bakker", "M. Yilmaz")
LAST_WEEK = 7 * 1440 + 60
"""Minutes ago."""


@pytest.fixture(autouse=True, scope="session")
def _style_sheets_parsed_once() -> Iterator[None]:
    """The apps of a theme have the same ones, and parsing them was a sixth of the start of each."""
    parse, parsed = Stylesheet._parse_rules, {}

    def parse_once(self: Stylesheet, css: str, *place: Any, **more: Any) -> Any:
        key = (css, place, tuple(more.items()), tuple(self._variables.items()))
        if key not in parsed:
            parsed[key] = parse(self, css, *place, **more)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> StillClock:
    """The clock of the app, and of its screens' timers; nothing waits for real time, but for a thread or a process."""
    clock = StillClock()
    monkeypatch.setattr(IqsScreen, "set_timer", lambda *given, **named: clock.hold(*given, **named))
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", until_idle)
    return clock


@pytest.fixture
def config(db: Path) -> Config:
    """The shipped settings, on this test's database."""
    return settings.load(database=str(db), environ={})


@pytest.fixture
def listening(db: Path) -> Iterator[None]:
    """As if a node runs for this database, so that the header has nothing to complain of."""
    with node_lock.acquire(db):
        yield


def changed(config: Config, section: str, **values: Any) -> Config:
    """The settings with some values of a section replaced."""
    return msgspec.structs.replace(config, **{section: msgspec.structs.replace(getattr(config, section), **values)})


@pytest.fixture
def make_app(config: Config, clock: StillClock, listening: None) -> Callable[..., IqsApp]:
    """Make the kiosk: `make_app(theme="vt", language="en", locked=True)`."""

    def make(language: str = "nl", face: str = "kiosk", **kiosk: Any) -> IqsApp:
        locale.use(language)
        return IqsApp(changed(config, "kiosk", **kiosk), face=face, clock=clock)

    return make


class Shelf:
    """Puts things in the database, as the node would have."""

    def __init__(self) -> None:
        Device.create(
            device_id=DEVICE, manufacturer="Acme", model="DX One", modality="DX", room="kamer-1",
            first_seen=NOW, last_seen=NOW,
        )  # fmt: skip
        self._n = 0

    def study(self, procedure: str = "X-thorax", operator: str | None = "J. de Vries", **more: Any) -> str:
        self._n += 1
        uid = f"1.2.826.0.1.{self._n}"
        values = {
            "study_uid": uid, "device_id": DEVICE, "room": "kamer-1", "modality": "DX", "procedure": procedure,
            "operator": operator, "started_at": NOW, "received_at": NOW, "updated_at": NOW,
        }  # fmt: skip
        Examination.create(**values | more)
        return uid

    def exposure(
        self, minutes_ago: float, protocol: str = "Thorax PA", study: str = "1.2.826.0.1.1", **more: Any
    ) -> str:
        self._n += 1
        uid = f"{study}.9.{self._n}"
        at = NOW - timedelta(minutes=minutes_ago)
        values = {
            "exposure_uid": uid, "study_uid": study, "device_id": DEVICE, "room": "kamer-1", "modality": "DX",
            "acquired_at": at, "received_at": at, "updated_at": at, "protocol": protocol, "procedure": "X-thorax",
            "operator": "J. de Vries", "image_facts": {},
        }  # fmt: skip
        Exposure.create(**values | more)
        return uid

    def case(self, exposure_uid: str | None = None, **more: Any) -> str:
        self._n += 1
        exposure = Exposure.get_or_none(Exposure.exposure_uid == exposure_uid) if exposure_uid else None
        values: dict[str, Any] = {
            "case_id": f"case-{self._n:03}", "room": "kamer-1", "instance_uids": [], "signals": ["rejection_note"],
            "detected_at": NOW, "updated_at": NOW, "exposure_uid": exposure_uid, "operator": "J. de Vries",
        }  # fmt: skip
        if exposure is not None:
            values |= {"study_uid": exposure.study_uid, "acquired_at": exposure.acquired_at, "view": exposure.view}
        Case.create(**values | more)
        return values["case_id"]

    def user(self, name: str = "J. de Vries", initials: str = "JdV", **more: Any) -> str:
        values = {
            "user_id": f"user-{initials}", "name": name, "initials": initials, "updated_at": NOW,
            "operators_names": [name.casefold()],
        }  # fmt: skip
        User.create(**values | more)
        return values["user_id"]

    def two_open(self) -> tuple[str, str]:
        """A reject with its repeat, and a question of another study; return their cases, newest first."""
        thorax = self.study(age_years=61.0)
        self.exposure(5, "Thorax lateraal", thorax, view="LL", dap_gym2=2.3e-5)
        rejected = self.exposure(4, "Thorax PA", thorax, view="PA", dap_gym2=7.9e-6)
        self.exposure(3, "Thorax PA", thorax, view="PA", dap_gym2=8.1e-6)
        knee = self.study("X-knie")
        twice = self.exposure(22, "Knie lateraal", knee, view="LL", laterality="R", procedure="X-knie")
        return self.case(rejected), self.case(twice, signals=["same_view"], is_question=True, laterality="R")

    def answered(self, n: int = 12) -> None:
        """Rejects of the last whole week, of which everybody may see the figures: four people worked."""
        codes = ["rotation", "cut_off.collimation", "motion.breathing", "rotation", "exposure", "other"]
        labels = {
            "rotation": "Rotatie / kanteling",
            "cut_off.collimation": "Anatomie afgesneden: te krap gediafragmeerd",
            "motion.breathing": "Beweging / ademstand: ademstand",
            "exposure": "Belichting",
            "other": "Anders",
        }
        study = self.study()
        for i in range(n):
            code = codes[i % len(codes)]
            ago = 1440 * (7 + i % 6) + 37 * (i // 6)
            protocol, operator = ["Thorax PA", "Knie AP R", "Bekken AP"][i % 3], TEAM[i % len(TEAM)]
            exposure = self.exposure(ago, protocol, study, dap_gym2=8e-6, operator=operator)
            self.case(
                exposure, state="answered", reason_code=code, reason_label=labels[code], answered_by="room",
                answered_at=NOW, detected_at=NOW - timedelta(minutes=ago),
            )  # fmt: skip

    def morning(self) -> None:
        """A day's work: chests of adults with their dose, with a quiet hour and a lunch between them."""
        minutes = (430, 422, 415, 398, 390, 381, 372, 300, 290, 284, 271, 262, 255, 240, 120, 111, 95, 60, 52, 30, 14)
        for number, ago in enumerate(minutes):
            study = self.study(age_years=54.0)
            self.exposure(ago, "Thorax PA", study, view="PA", dap_gym2=6.2e-6 + 4e-7 * (number * 7 % 11))
            self.exposure(ago - 1, "Thorax lateraal", study, view="LL", dap_gym2=2.1e-5)
        AssociationLog.create(
            ae_title="DX1", host="10.0.0.1", room="kamer-1", device_id=DEVICE,
            opened_at=NOW - timedelta(minutes=433), closed_at=NOW - timedelta(minutes=432),
        )  # fmt: skip

    def round(self, kind: str, procedure: str, n: int, n_done: int, days: int, form: str = "projection") -> None:
        """A scoring round of which some tasks are done."""
        self._n += 1
        uid = f"round-{self._n}"
        Round.create(
            round_id=uid, room="kamer-1", kind=kind, form_id=form, form_version=1, procedure=procedure, seed="s",
            n=n, n_candidates=4 * n, drawn_at=NOW - timedelta(days=2), due_at=NOW + timedelta(days=days),
        )  # fmt: skip
        for position in range(n):
            Task.create(
                task_id=f"{uid}-{position}", round_id=uid, position=position, exposure_uid=f"{uid}.{position}",
                instance_uid=f"{uid}.{position}.1", procedure=procedure, view="PA",
                state="done" if position < n_done else "open",
            )  # fmt: skip


@pytest.fixture
def shelf(db: Path) -> Shelf:
    return Shelf()


def text_of(app: IqsApp) -> str:
    """What stands on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def wait_for(pilot: Any, condition: Callable[[], bool]) -> None:
    """Let the app run until the condition holds; fail when it never does."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await pilot.pause(0.02)
