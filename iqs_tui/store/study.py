"""All that is kept of one study, and what `domain.attribution` is asked about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from peewee import fn

from iqs_tui.domain import origins
from iqs_tui.domain.attribution import Claim, Imaging, Machine, owners
from iqs_tui.domain.exposures import MOMENTARY
from iqs_tui.domain.records import Instance as ImageRecord
from iqs_tui.store import examinations, exposures
from iqs_tui.store.database import database
from iqs_tui.store.fields import utc_text
from iqs_tui.store.models import Device, DoseReportRow, Examination, Exposure, Instance, Step

Span = tuple[datetime | None, datetime | None]
_IMAGES_ASKED = 500
"""Of a procedure step: enough to tell which machine made them."""
_ENDED = frozenset({"COMPLETED", "DISCONTINUED"})
_TOLD_OF = (
    "SELECT EXISTS (SELECT 1 FROM dose_report WHERE study_uid = ?), "
    "EXISTS (SELECT 1 FROM procedure_step WHERE study_uid = ?)"
)
"""Most images come before any report or step: then two statements less."""
_TELLS_DOSE = (
    "SELECT EXISTS (SELECT 1 FROM dose_report WHERE study_uid = ?) OR EXISTS (SELECT 1 FROM procedure_step "
    "WHERE study_uid = ? AND (dap_total_gym2 IS NOT NULL OR fluoro_time_total_s IS NOT NULL))"
)
_AT_ITS_MOMENT = (
    "SELECT EXISTS (SELECT 1 FROM instance WHERE study_uid = ? AND device_id = ? AND exposure_uid <> ? "
    "AND substr(acquired_at, 1, 23) = ?)"
)
"""To the millisecond, as `domain.exposures.moment_uid`."""
_DOSES = (
    f"SELECT {', '.join(examinations.Dose._fields)} FROM exposure "  # noqa: S608 (our own column names)
    "WHERE study_uid = ? AND +device_id = ? AND same_as IS NULL"
)
"""The plus: by the index of the study, not by that of the machine."""


@dataclass(slots=True)
class Study:
    """The rows of a study; what is derived of them is made by `load`."""

    study_uid: str
    exposures: dict[str, Exposure]
    examinations: dict[str, Examination]
    """By device key."""
    reports: list[DoseReportRow]
    captures: list[DoseReportRow]
    steps: list[Step]
    """Those that tell a dose: ended, with a total."""
    origin: dict[str, origins.Origin] = field(default_factory=dict)
    same_as: dict[str, str] = field(default_factory=dict)
    """Exposures under our own name, to the exposure that they turned out to be."""
    also: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The other way round."""
    owner: dict[str, str] = field(default_factory=dict)
    """Report or step, by its UID, to the key of the device that it belongs to."""

    def told(self) -> list[DoseReportRow]:
        """Return reports and captures."""
        return [*self.reports, *self.captures]

    def live(self) -> Iterator[Exposure]:
        """Yield the exposures that are not another one."""
        return (row for uid, row in self.exposures.items() if uid not in self.same_as)


def load(study_uid: str) -> Study:
    """Return a study with everything attributed."""
    has_reports, has_steps = tells(study_uid)
    told = list(DoseReportRow.whole(DoseReportRow.study_uid == study_uid)) if has_reports else []
    steps = Step.whole(Step.study_uid == study_uid) if has_steps else ()
    study = Study(
        study_uid,
        {row.exposure_uid: row for row in Exposure.whole(Exposure.study_uid == study_uid)},
        {row.device_id: row for row in Examination.whole(Examination.study_uid == study_uid)},
        [report for report in told if not examinations.is_captured(report)],
        [report for report in told if examinations.is_captured(report)],
        [step for step in steps if _tells_dose(step)],
    )
    study.origin = {uid: exposures.origin_of(row) or {} for uid, row in study.exposures.items()}
    named = sorted({pair for each in study.told() for pair in (each.image_events or {}).items()}, reverse=True)
    study.same_as = origins.same_exposures(study.origin, dict(named))
    for uid, other in sorted(study.same_as.items()):
        study.also[other].append(uid)
    if study.told() or study.steps:
        study.owner = _owners(study)
    return study


def tells(study_uid: str) -> tuple[bool, bool]:
    """Say whether any dose report, and whether any procedure step, tells of a study."""
    has_reports, has_steps = database.execute_sql(_TOLD_OF, (study_uid, study_uid)).fetchone()
    return bool(has_reports), bool(has_steps)


def changes_others(record: ImageRecord) -> bool:
    """Say whether an image may change what is known of the other exposures of its study.

    Not where nothing but images tells of the study, and no other one was made at its moment.
    """
    moment = record.facts.acquired_at
    if database.execute_sql(_TELLS_DOSE, (record.study_uid,) * 2).fetchone()[0]:
        return True
    if record.modality not in MOMENTARY or moment is None:
        return False
    values = (record.study_uid, record.device.key, record.exposure_uid, utc_text(moment)[:23])
    return bool(database.execute_sql(_AT_ITS_MOMENT, values).fetchone()[0])


def doses(study_uid: str, device_id: str) -> list[examinations.Dose]:
    """Return the doses of an examination's exposures, those that turned out to be another one left out."""
    return list(map(examinations.Dose._make, database.execute_sql(_DOSES, (study_uid, device_id))))


def spans(study_uid: str) -> dict[str, Span]:
    """Return the earliest and latest acquisition of the images of each machine, derived ones not counted."""
    query = Instance.select(Instance.device_id, fn.MIN(Instance.acquired_at), fn.MAX(Instance.acquired_at)).where(
        Instance.study_uid == study_uid,
        Instance.is_derived == False,  # noqa: E712 (SQL)
    )
    rows: Any = query.group_by(Instance.device_id).tuples()
    return {device: (start, end) for device, start, end in rows}


def _tells_dose(step: Step) -> bool:
    return step.status in _ENDED and (step.dap_total_gym2 is not None or step.fluoro_time_total_s is not None)


def _owners(study: Study) -> dict[str, str]:
    """Attribute the reports, then the captures, then the steps: each may follow what is known by then."""
    made = {
        device: facts
        for device, row in study.examinations.items()
        if "made" in (facts := examinations.image_facts(row))
    }
    machines = _machines({*made, *(report.device_id for report in study.told())})
    imaging = [
        Imaging(
            machine=replace(machines[device], station_name=facts.get("station_name")),
            modalities=frozenset(facts["made"]),
        )
        for device, facts in sorted(made.items())
    ]
    imaged = _imaged(study)
    found = owners([_claim(report, machines) for report in study.reports], imaged, imaging)
    known = _reporting(study.reports, found, machines)
    found |= owners([_claim(capture, machines) for capture in study.captures], imaged, imaging, known)
    of_steps = [_claim_of_step(step, names_images=bool(imaging)) for step in study.steps]
    known = _reporting(study.told(), found, machines)
    return found | owners(of_steps, _devices_of(of_steps), imaging, known)


def _imaged(study: Study) -> dict[str, str]:
    """Return the machine of the original images of each exposure, those that turned out to be it included."""
    found = {}
    for uid, origin in study.origin.items():
        whole = origins.join(origin, *(study.origin[other] for other in study.also.get(uid, ())))
        if "original" in whole:
            found[uid] = whole["original"][0]
    return found


def _machines(keys: Iterable[str]) -> dict[str, Machine]:
    wanted = sorted(keys)
    rows = {row.device_id: row for row in Device.select().where(Device.device_id.in_(wanted))}
    return {
        key: Machine(
            key=key,
            manufacturer=rows[key].manufacturer if key in rows else None,
            model=rows[key].model if key in rows else None,
            device_serial=rows[key].device_serial if key in rows else None,
        )
        for key in wanted
    }


def _reporting(reports: Iterable[DoseReportRow], owner: dict[str, str], machines: dict[str, Machine]) -> list[Imaging]:
    """Return the machines that reports belong to, with the modalities that they report."""
    modalities: dict[str, set[str]] = defaultdict(set)
    for report in reports:
        modalities[owner[report.sop_instance_uid]].add(report.modality)
    return [Imaging(machine=machines[key], modalities=frozenset(said)) for key, said in sorted(modalities.items())]


def _claim(report: DoseReportRow, machines: dict[str, Machine]) -> Claim:
    return Claim(
        uid=report.sop_instance_uid,
        machine=machines[report.device_id],
        modality=report.modality,
        exposure_uids=frozenset(report.exposure_uids),
    )


def _claim_of_step(step: Step, *, names_images: bool) -> Claim:
    """Return a step's claim: it names images, not exposures, which is asked for only where it can decide anything."""
    station = step.device_id.rpartition("|")[2] if "|" in step.device_id else None
    return Claim(
        uid=step.step_uid,
        machine=Machine(key=step.device_id, station_name=station),
        modality=step.modality,
        exposure_uids=frozenset(step.image_uids[:_IMAGES_ASKED] if names_images else ()),
    )


def _devices_of(claims: Sequence[Claim]) -> dict[str, str]:
    wanted = [uid for claim in claims for uid in claim.exposure_uids]
    if not wanted:
        return {}
    query = Instance.select(Instance.sop_instance_uid, Instance.device_id).where(
        Instance.sop_instance_uid.in_(wanted),
        Instance.is_derived == False,  # noqa: E712 (SQL)
    )
    rows: Any = query.tuples()
    return dict(rows)
