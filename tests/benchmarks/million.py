"""A department of two years in a local database: a million exposures in eight rooms, written straight into the tables.

As a kiosk that also stands in for its neighbours would hold them: text, JSON facts and indices as the program makes
them, so that the size of a row on disk is the real one.
"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from iqs_tui.store.database import database
from iqs_tui.store.fields import utc_text
from iqs_tui.store.models import Case, Device, Examination, Exposure

UNTIL = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
DAYS = 730
REJECTED = 0.08
OPERATORS = tuple(f"M. Bakker {number}" for number in range(24))
PROJECTIONS = (
    ("X-thorax", "Thorax", ("PA", "LL"), 8e-6),
    ("X-knie", "Knie", ("AP", "LL"), 2e-6),
    ("X-bekken", "Bekken", ("AP",), 150e-6),
    ("X-hand", "Hand", ("PA", "oblique"), 0.5e-6),
    ("X-LWK", "LWK", ("AP", "LL"), 180e-6),
    ("X-schouder", "Schouder", ("AP", "axial"), 6e-6),
)
REASONS = (
    *("rotation.patient", "rotation", "cut_off.collimation", "projection.centring", "motion.breathing"),
    *("exposure.over", "artifact_patient.clothing", "equipment.grid", "other"),
)
STATES = (("answered", 0.82), ("dismissed", 0.08), ("expired", 0.07), ("open", 0.03))
ASKED_AGAIN = 0.02
"""Of the good exposures: the same view was seen twice, which is only a question."""
NOT_SENT = 0.8
"""Of the rejects of a machine that reports its exposures: no image came."""
REPORTED = {"kamer-3": 0.5, "kamer-4": 0.0}
"""Of the rooms that do not report every exposure: which share they do."""
SCANS = (
    ("CT abdomen", ("Abdomen portaal",), 9.0, 32),
    ("CT thorax-abdomen", ("Thorax art", "Abdomen portaal"), 8.0, 32),
    ("CT hersenen", ("Hersenen blanco",), 45.0, 16),
    ("CTA thorax", ("CTPA",), 6.0, 32),
    ("CT urografie", ("Abdomen blanco", "Abdomen laat"), 7.0, 32),
)


class Room(NamedTuple):
    """One room, and how many examinations it makes a day."""

    name: str
    modality: str
    device: str
    a_day: int


ROOMS = (
    Room("kamer-1", "DX", "Acme|DX One|SN-1", 110),
    Room("kamer-2", "DX", "Acme|DX One|SN-2", 110),
    Room("kamer-3", "DX", "Boreas|Bucky|77", 110),
    Room("kamer-4", "CR", "Cirrus|Plate|4", 60),
    Room("kamer-5", "CT", "Delta|CT 128|5", 55),
    Room("kamer-6", "CT", "Delta|CT 128|6", 55),
    Room("kamer-7", "MG", "Echo|Mammo|7", 30),
    Room("kamer-8", "XA", "Foxtrot|Angio|8", 8),
)
A_FULL_SCALE = 980_000
"""How many exposures the rooms above make in that time."""
Row = dict[str, Any]


def fill(n_exposures: int = 1_000_000, seed: int = 7) -> None:
    """Write about so many exposures, spread over the two years, with their examinations and answered cases."""
    chance = random.Random(seed)
    for room in ROOMS:
        Device.create(device_id=room.device, modality=room.modality, room=room.name, first_seen=UNTIL, last_seen=UNTIL)
    with database.atomic():
        for day in range(DAYS):
            _write(list(_day(UNTIL - timedelta(days=DAYS - day), n_exposures / A_FULL_SCALE, chance)), chance)
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _write(studies: list[tuple[Row, list[Row]]], chance: random.Random) -> None:
    exposures = [one for _, made in studies for one in made]
    cases = list(_cases(exposures, chance))
    for model, rows in ((Examination, [study for study, _ in studies]), (Exposure, exposures), (Case, cases)):
        if rows:
            names = [model._meta.fields[name].column_name for name in rows[0]]
            marks = ", ".join("?" * len(names))
            sql = f'INSERT INTO "{model._meta.table_name}" ({", ".join(names)}) VALUES ({marks})'
            database.cursor().executemany(sql, [tuple(row.values()) for row in rows])


def _day(day: datetime, scale: float, chance: random.Random) -> Iterator[tuple[Row, list[Row]]]:
    for room in ROOMS:
        for number in range(round(room.a_day * scale)):
            at = day - timedelta(hours=9) + timedelta(seconds=number * 32400 / (room.a_day * scale))
            yield _study(room, at, chance)


def _study(room: Room, at: datetime, chance: random.Random) -> tuple[Row, list[Row]]:
    study_uid = f"1.2.826.0.1.3680043.8.498.{chance.getrandbits(100)}"
    age = None if chance.random() < 0.02 else round(chance.triangular(0, 95, 66), 1)
    build = max(0.5, chance.gauss(1.0, 0.18))
    exposures = [
        _exposure(room, study_uid, at + timedelta(seconds=20 * number), chance, said)
        for number, said in enumerate(_made(room, build, chance))
    ]
    has_size = chance.random() < (0.8 if room.modality == "CT" else 0.15)
    named = exposures[-1]
    return {
        "study_uid": study_uid,
        "device_id": room.device,
        "room": room.name,
        "modality": room.modality,
        "study_date": at.date().isoformat(),
        "procedure": named["procedure"],
        "protocol": named["protocol"],
        "operator": named["operator"],
        "patient_key": f"k1:{chance.getrandbits(128):032x}",
        "age_years": age,
        "weight_kg": round(77 * build, 1) if has_size else None,
        "length_m": round(chance.gauss(1.74, 0.09), 2) if has_size else None,
        "started_at": utc_text(at),
        "ended_at": utc_text(at + timedelta(seconds=20 * len(exposures))),
        "received_at": utc_text(at + timedelta(seconds=30)),
        "n_exposures": len(exposures),
        "n_images": len(exposures),
        "dap_total_gym2": sum(one["dap_gym2"] or 0.0 for one in exposures) or None,
        "agd_total_mgy": sum(one["agd_mgy"] or 0.0 for one in exposures) or None,
        "dlp_total_mgycm": sum(one["dlp_mgycm"] or 0.0 for one in exposures) or None,
        "ctdivol_max_mgy": max((one["ctdivol_mgy"] or 0.0 for one in exposures), default=None) or None,
        "total_source": "reported",
        "is_told": 1,
        "updated_at": utc_text(at),
    }, exposures


def _made(room: Room, build: float, chance: random.Random) -> Iterator[Row]:
    """Yield what is particular of each exposure of one study."""
    if room.modality == "CT":
        procedure, phases, ctdivol, phantom = chance.choice(SCANS)
        for _ in range(2):
            yield _scan(procedure, "Topogram", "Constant Angle Acquisition", 0.1, 4.0, phantom)
        if chance.random() < 0.4:
            yield _scan(procedure, "PreMonitoring", "Stationary Acquisition", 3.0, 3.0, phantom)
        for phase in phases:
            dose = ctdivol * build * chance.uniform(0.8, 1.2)
            yield _scan(procedure, phase, "Spiral Acquisition", dose, 45 * dose, phantom)
    elif room.modality == "MG":
        for side in "LR":
            for view in ("CC", "MLO"):
                yield {"procedure": "Mammografie", "protocol": view, "view": view, "laterality": side} | {
                    "agd_mgy": chance.uniform(0.9, 2.2),
                    "thickness_mm": chance.uniform(35, 75),
                }
    elif room.modality == "XA":
        for number in range(chance.randint(6, 18)):
            kind = "Fluoroscopy" if number % 2 else "Stationary Acquisition"
            yield {"procedure": "CAG", "protocol": "Coronair 15 b/s", "event_type": kind, "dap_gym2": 2e-4 * build}
    else:
        procedure, name, views, dap = chance.choice(PROJECTIONS)
        for view in views:
            dose = dap * build**2 * chance.lognormvariate(0, 0.25)
            yield {"procedure": procedure, "protocol": f"{name} {view}", "view": view, "dap_gym2": dose}


def _scan(procedure: str, protocol: str, kind: str, ctdivol: float, dlp: float, phantom: int) -> Row:
    return {"procedure": procedure, "protocol": protocol, "event_type": kind} | {
        "ctdivol_mgy": ctdivol,
        "dlp_mgycm": dlp,
        "phantom_cm": phantom,
    }


def _exposure(room: Room, study_uid: str, at: datetime, chance: random.Random, said: Row) -> Row:
    names = (
        "procedure protocol view laterality event_type dap_gym2 agd_mgy ctdivol_mgy dlp_mgycm phantom_cm thickness_mm"
    )
    facts = {name: said.get(name) for name in names.split()} | {
        "operator": chance.choice(OPERATORS),
        "kvp": float(chance.randint(50, 125)),
        "mas": chance.uniform(1, 40),
        "exposure_index": chance.uniform(150, 900),
        "target_exposure_index": 400.0,
        "deviation_index": chance.gauss(0, 1.5),
        "tube_current_ma": 320.0,
        "exposure_time_ms": chance.uniform(4, 90),
        "source_detector_mm": 1800.0,
        "grid": "FOCUSED",
        "exposure_control": "AUTOMATIC",
        "software_versions": "VA20A",
        "detector_id": "DET-1",
    }
    is_reported = chance.random() < REPORTED.get(room.name, 1.0)
    plain = json.dumps({name: value for name, value in facts.items() if value is not None})
    return {
        "exposure_uid": f"1.2.826.0.1.3680043.8.498.{chance.getrandbits(100)}",
        "study_uid": study_uid,
        "device_id": room.device,
        "room": room.name,
        "modality": room.modality,
        "acquired_at": None if chance.random() < 0.01 else utc_text(at),
        "received_at": utc_text(at + timedelta(seconds=30)),
        "body_part": "CHEST",
        **facts,
        "implausible": None,
        "is_derived": 0,
        "is_counted": 1,
        "is_unsure": 0,
        "is_quality_control": int(chance.random() < 0.01),
        "image_facts": plain,
        "report_facts": plain if is_reported else None,
        "is_told": 1,
        "updated_at": utc_text(at),
    }


def _cases(exposures: list[Row], chance: random.Random) -> Iterator[Row]:
    """Yield rejects, their images mostly not there where a report tells of them, and questions about the others."""
    for exposure in exposures:
        if chance.random() < REJECTED:
            if exposure["report_facts"] is not None and chance.random() < NOT_SENT:
                exposure["image_facts"] = None
            yield _case(exposure, chance, "no_image" if exposure["image_facts"] is None else "rejection_note")
        elif chance.random() < ASKED_AGAIN:
            yield _case(exposure, chance, "same_view")


def _case(exposure: Row, chance: random.Random, kind: str) -> Row:
    (state,) = chance.choices([name for name, _ in STATES], [share for _, share in STATES])
    is_question, reason = kind == "same_view", chance.choice(REASONS)
    shared = "room device_id study_uid exposure_uid procedure view laterality operator acquired_at updated_at"
    return {
        "case_id": f"{chance.getrandbits(128):032x}",
        **{name: exposure[name] for name in shared.split()},
        "instance_uids": "[]",
        "signals": json.dumps([kind]),
        "is_question": int(is_question),
        "counts_as": "repeat" if is_question else "reject",
        "state": state,
        "reason_code": reason if state == "answered" else "bilateral" if state == "dismissed" else None,
        "reason_label": reason.title() if state == "answered" else None,
        "detected_at": exposure["received_at"],
        "keys": 2,
        "deferred": 0,
        "at_prompt": 0,
    }
