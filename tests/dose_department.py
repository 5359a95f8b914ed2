"""A department that has worked for months: devices, examinations, exposures with dose and technique, rejects.

Everything follows from `seed`: the same call gives the same rows. Each room has a DX, a CT and an MG machine.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from peewee import Model

from iqs_tui.store.models import Case, Device, Examination, Exposure
from tests.store import bulk

NOW = datetime(2026, 11, 21, 13, 43, tzinfo=UTC)
OPERATORS = ("J. de Vries", "P. Jansen", "S. Bakker", "M. Yilmaz")
DAY = ("thorax", "ct", "thorax", "knie", "thorax", "mammo", "bekken", "thorax")
"""The kinds of examination of a day, in turn."""
REASONS = (
    ("rotation", "Rotatie / kanteling"),
    ("cut_off.collimation", "Anatomie afgesneden: te krap gediafragmeerd"),
    ("motion.breathing", "Beweging / ademstand: ademstand"),
    ("exposure", "Belichting"),
)
DOSES = ("dap_gym2", "agd_mgy", "ctdivol_mgy", "dlp_mgycm")
BEFORE, AFTER = "VB10A", "VB20A"
"""Software Versions (0018,1020) before and after `change_at`."""


@dataclass(frozen=True)
class View:
    """One projection: its names, the dose of a standard adult, and how it is made."""

    protocol: str
    view: str
    dap_gym2: float
    kvp: float
    source_detector_mm: float
    target_exposure_index: float
    grid: str | None = "Focused"
    exposure_control: str = "AUTOMATIC"


PROJECTIONS = {
    "thorax": (
        "X-thorax",
        (View("Thorax PA", "PA", 7.6e-6, 125, 1800, 250), View("Thorax lateraal", "LL", 22e-6, 125, 1800, 300)),
    ),
    "knie": (
        "X-knie",
        (
            View("Knie AP", "AP", 2.8e-6, 60, 1150, 400, None, "MANUAL"),
            View("Knie lateraal", "LL", 2.6e-6, 60, 1150, 400, None, "MANUAL"),
        ),
    ),
    "bekken": ("X-bekken", (View("Bekken AP", "AP", 165e-6, 80, 1150, 350),)),
}


@dataclass
class _Rows:
    examinations: list[dict[str, Any]] = field(default_factory=list)
    exposures: list[dict[str, Any]] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)

    def date_cases(self) -> None:
        """Give every case the moment of its exposure."""
        at = {one["exposure_uid"]: one["acquired_at"] for one in self.exposures}
        for case in self.cases:
            case |= dict.fromkeys(("acquired_at", "detected_at", "answered_at", "updated_at"), at[case["exposure_uid"]])


@dataclass(frozen=True, kw_only=True)
class Department:
    """`weeks` of work, `per_day` examinations a day and room, none on Sundays.

    `change_at`: from then on doses in the first room are `change_factor` times what they were, its examinations
    shorter and its software newer. `drift_from`: doses there creep up by steps to `drift_factor`, software unchanged.
    """

    weeks: int = 26
    rooms: tuple[str, ...] = ("kamer-1", "kamer-2")
    per_day: int = 8
    seed: int = 7
    until: datetime = NOW
    change_at: datetime | None = None
    change_factor: float = 0.8
    drift_from: datetime | None = None
    drift_factor: float = 1.3
    reject_rate: float = 0.08


def fill(**said: Any) -> None:
    """Put a `Department` in the database."""
    department = Department(**said)
    _write_devices(department)
    for model, values in _work(department):
        bulk.write(model, values)


@lru_cache(maxsize=8)
def _work(of: Department) -> list[tuple[type[Model], list[list[Any]]]]:
    """Return what stands in the tables: many tests want the same, and to make it takes longer than to write it."""
    made = _Rows()
    for number, room in enumerate(of.rooms):
        chance = random.Random(f"{of.seed} {room}")
        builder = _Builder(room, number, chance, made, of.reject_rate)
        for at in _moments(of.until, of.weeks, of.per_day):
            is_changed = number == 0 and of.change_at is not None and at >= of.change_at
            is_drifted = number == 0 and of.drift_from is not None and at >= of.drift_from
            factor = (of.change_factor if is_changed else 1.0) * (of.drift_factor if is_drifted else 1.0)
            builder.examination(at, factor, is_changed, of.until)
    made.date_cases()
    of_model = ((Examination, made.examinations), (Exposure, made.exposures), (Case, made.cases))
    return [(model, bulk.values_of(model, rows)) for model, rows in of_model]


def _moments(until: datetime, weeks: int, per_day: int) -> Iterator[datetime]:
    first = until.date() - timedelta(weeks=weeks)
    for number in range(weeks * 7 + 1):
        day: date = first + timedelta(days=number)
        if day.weekday() == 6:
            continue
        for turn in range(per_day):
            at = datetime.combine(day, time(7), UTC) + timedelta(minutes=turn * 540 / per_day)
            if at < until - timedelta(minutes=20):
                yield at


class _Builder:
    """Makes the examinations of one room."""

    def __init__(self, room: str, number: int, chance: random.Random, made: _Rows, reject_rate: float) -> None:
        self.room, self.number, self.chance, self.made, self.reject_rate = room, number, chance, made, reject_rate
        self.n = 0

    def examination(self, at: datetime, factor: float, is_changed: bool, until: datetime) -> None:
        kind = DAY[self.n % len(DAY)]
        self.n += 1
        chance = self.chance
        is_child = chance.random() < 0.05 and kind == "thorax"
        weight = chance.gauss(27, 4) if is_child else min(130, max(45, chance.gauss(77, 14)))
        knows_size = chance.random() < 0.7
        modality = {"ct": "CT", "mammo": "MG"}.get(kind, "DX")
        study = {
            "study_uid": f"1.2.826.0.2.{self.number + 1}.{self.n}",
            "device_id": device_of(self.number, modality),
            "room": self.room,
            "modality": modality,
            "study_date": f"{at:%Y%m%d}",
            "operator": OPERATORS[int(chance.random() * len(OPERATORS))],
            "patient_key": f"{self.room}-{self.n - (chance.random() < 0.05)}",
            "age_years": chance.uniform(6, 9) if is_child else chance.uniform(19, 90),
            "weight_kg": round(weight, 1) if knows_size else None,
            "length_m": round(chance.gauss(1.28 if is_child else 1.74, 0.07), 2) if knows_size else None,
            "started_at": at,
            "received_at": at,
            "updated_at": at,
            "total_source": "reported",
            "is_told": True,
        }
        common = {"software_versions": AFTER if is_changed else BEFORE}
        size = math.exp(0.016 * (weight - 77))
        make = {"ct": self._ct, "mammo": self._mammo}.get(kind)
        if make is None:
            exposures = self._projection(kind, study, factor, size, common)
        else:
            exposures = make(study, factor, size, common)
        step = timedelta(seconds=(95 if is_changed else 130) * chance.uniform(0.7, 1.3))
        for index, exposure in enumerate(exposures):
            exposure["acquired_at"] = min(at + step * index, until)
            exposure["received_at"] = exposure["updated_at"] = exposure["acquired_at"]
        study |= {
            "ended_at": exposures[-1]["acquired_at"],
            "n_exposures": len(exposures),
            "n_images": len(exposures),
            **_totals(modality, exposures),
        }
        self.made.examinations.append(study)
        self.made.exposures += exposures

    def _exposure(
        self, study: dict[str, Any], index: int, *, has_image: bool = True, has_report: bool = True, **facts: Any
    ) -> dict[str, Any]:
        """One row: what a report says goes before the image, which tells of the dose where no report came."""
        said = {name: value for name, value in facts.items() if value is not None and name != "implausible"}
        without_dose = {name: value for name, value in said.items() if name not in DOSES}
        return {
            "exposure_uid": f"{study['study_uid']}.9.{index}",
            **{name: study[name] for name in ("study_uid", "device_id", "room", "modality", "operator")},
            "image_facts": (without_dose if has_report else said) if has_image else None,
            "report_facts": said if has_report else None,
            "is_told": True,
            **facts,
        }

    def _projection(
        self, kind: str, study: dict[str, Any], factor: float, size: float, common: dict[str, Any]
    ) -> list[dict[str, Any]]:
        procedure, views = PROJECTIONS[kind]
        study |= {"procedure": procedure, "protocol": views[0].protocol}
        made: list[dict[str, Any]] = []
        for view in views:
            if self.chance.random() < self.reject_rate:
                rejected = self._image(study, len(made), procedure, view, factor, size, common, is_bad=True)
                made.append(rejected)
                self._case(rejected)
            made.append(self._image(study, len(made), procedure, view, factor, size, common))
        return made

    def _image(
        self,
        study: dict[str, Any],
        index: int,
        procedure: str,
        view: View,
        factor: float,
        size: float,
        common: dict[str, Any],
        is_bad: bool = False,
    ) -> dict[str, Any]:
        chance = self.chance
        deviation = chance.gauss(0, 0.8) + 10 * math.log10(factor) + (chance.choice((-3.5, 3.2)) if is_bad else 0)
        dap = view.dap_gym2 * factor * size * math.exp(chance.gauss(0, 0.22)) * 10 ** (0.04 * deviation)
        kvp = view.kvp + chance.choice((-2, 0, 0, 0, 2))
        is_odd = not is_bad and chance.random() < 0.003
        values = {
            "procedure": procedure,
            "protocol": view.protocol,
            "body_part": procedure.removeprefix("X-").upper(),
            "view": view.view,
            "laterality": "R" if procedure == "X-knie" else None,
            "kvp": float(kvp),
            "mas": round(dap / view.dap_gym2 * 2.4 * (view.kvp / kvp) ** 2, 2),
            "exposure_index": round(view.target_exposure_index * 10 ** (deviation / 10), 1),
            "target_exposure_index": view.target_exposure_index,
            "deviation_index": round(deviation, 2),
            "dap_gym2": dap * (1000 if is_odd else 1),
            "implausible": "dap_gym2" if is_odd else None,
            "source_detector_mm": view.source_detector_mm,
            "grid": view.grid,
            "exposure_control": view.exposure_control,
            "detector_id": f"D-{self.number + 1}",
            **common,
        }
        has_image = not (is_bad and chance.random() < 0.8)
        has_report = not has_image or chance.random() >= 0.08
        if is_bad and not has_report:
            values["dap_gym2"] = None
        return self._exposure(study, index, has_image=has_image, has_report=has_report, **values)

    def _case(self, exposure: dict[str, Any]) -> None:
        code, label = REASONS[int(self.chance.random() * len(REASONS))]
        self.made.cases.append(
            {
                "case_id": f"case-{exposure['exposure_uid']}",
                **{name: exposure[name] for name in ("room", "device_id", "study_uid", "exposure_uid", "operator")},
                "procedure": exposure["procedure"],
                "view": exposure["view"],
                "instance_uids": [],
                "signals": ["rejection_note"],
                "state": "answered",
                "reason_code": code,
                "reason_label": label,
                "answered_by": "room",
            }
        )

    def _ct(self, study: dict[str, Any], factor: float, size: float, common: dict[str, Any]) -> list[dict[str, Any]]:
        chance = self.chance
        study |= {"procedure": "CT abdomen", "protocol": "Abdomen portoveneus"}
        ctdi = 9.0 * factor * size**0.8 * math.exp(chance.gauss(0, 0.15))
        length = chance.uniform(42, 54)
        parts = [
            ("Constant Angle Acquisition", 0.12, 0.12 * 55, 120.0),
            ("Stationary Acquisition", 1.6, 1.6, 100.0),
            ("Spiral Acquisition", ctdi, ctdi * length, 100.0),
        ]
        if chance.random() < 0.25:
            parts.append(("Spiral Acquisition", ctdi * 0.7, ctdi * 0.7 * length, 100.0))
        return [
            self._exposure(
                study,
                index,
                procedure="CT abdomen",
                protocol="Abdomen portoveneus",
                event_type=event,
                kvp=kvp,
                ctdivol_mgy=mgy,
                dlp_mgycm=mgycm,
                phantom_cm=32,
                exposure_control="Modulated",
                tube_current_ma=round(mgy * 21),
                exposure_time_ms=4200.0,
                **common,
            )
            for index, (event, mgy, mgycm, kvp) in enumerate(parts)
        ]

    def _mammo(self, study: dict[str, Any], factor: float, size: float, common: dict[str, Any]) -> list[dict[str, Any]]:
        chance = self.chance
        study |= {"procedure": "Mammografie", "protocol": "Mammografie routine"}
        thickness = min(90, max(25, chance.gauss(55, 11)))
        made = []
        for index, (side, view) in enumerate((("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))):
            agd = 1.3 * factor * math.exp(0.017 * (thickness - 55)) * math.exp(chance.gauss(0, 0.1))
            made.append(
                self._exposure(
                    study,
                    index,
                    procedure="Mammografie",
                    protocol=f"{side} {view}",
                    view=view,
                    laterality=side,
                    agd_mgy=agd,
                    kvp=29.0,
                    mas=round(62 * agd, 1),
                    thickness_mm=round(thickness + chance.gauss(0, 2), 1),
                    compression_n=round(chance.gauss(110, 15), 1),
                    exposure_control="AUTOMATIC",
                    **common,
                )
            )
        return made


def device_of(number: int, modality: str) -> str:
    """The key of the machine of this kind in the room of this number, counted from 0."""
    return f"Acme|{modality} One|SN-{number + 1}"


def _totals(modality: str, exposures: list[dict[str, Any]]) -> dict[str, float | None]:
    if modality == "CT":
        return {
            "dlp_total_mgycm": sum(one["dlp_mgycm"] for one in exposures),
            "ctdivol_max_mgy": max(one["ctdivol_mgy"] for one in exposures),
        }
    name, total = ("agd_mgy", "agd_total_mgy") if modality == "MG" else ("dap_gym2", "dap_total_gym2")
    return {total: sum(one[name] or 0.0 for one in exposures)}


def _write_devices(of: Department) -> None:
    devices = [
        {
            "device_id": device_of(number, modality), "manufacturer": "Acme", "model": f"{modality} One",
            "device_serial": f"SN-{number + 1}", "modality": modality, "room": room, "first_seen": of.until,
            "last_seen": of.until,
        }
        for number, room in enumerate(of.rooms)
        for modality in ("DX", "CT", "MG")
    ]  # fmt: skip
    known = {row.device_id for row in Device.select(Device.device_id)}
    bulk.insert(Device, [row for row in devices if row["device_id"] not in known])
