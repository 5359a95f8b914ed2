"""What a pretend machine does: studies and exposures, in the machine's own local time."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from iqs_tui.simulator.catalogue import Procedure, View
from iqs_tui.simulator.codes import Code, dcm
from iqs_tui.simulator.ct_catalogue import CtProcedure, Scan
from iqs_tui.simulator.flaws import NO_FLAW, Flaw
from iqs_tui.simulator.machines import OPERATORS, Machine
from iqs_tui.simulator.truth import Reject, Truth

STATIONARY = dcm("113611", "Stationary Acquisition")
FLUOROSCOPY = Code("44491008", "SCT", "Fluoroscopy")
_STANDARD_KG = 77.0
_STANDARD_BREAST_MM = 55.0
_SIZE_KNOWN = 0.7
"""The part of the patients whose weight and length somebody noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A made-up patient; the name says that it is one."""

    name: str
    patient_id: str
    birth_date: date
    sex: str
    weight_kg: float
    length_m: float
    is_size_known: bool
    """Whether the department noted weight and length, and the machines send them along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One examination of one patient on one machine."""

    study_uid: str
    frame_uid: str
    """Frame of Reference (0020,0052): the patient stays on the table."""
    machine: Machine
    procedure: str
    procedure_code: str
    patient: Patient
    operator: str
    started_at: datetime
    accession: str
    is_quality_control: bool = False
    """Of a test object, not of a patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One projection exposure, with its image, of which nothing may be left."""

    view: View
    event_uid: str
    series_uid: str
    image_uid: str
    number: int
    at: datetime
    kvp: float
    mas: float
    dap_gym2: float
    agd_mgy: float | None = None
    """Mammography only, as are thickness and force."""
    thickness_mm: float | None = None
    compression_n: float | None = None
    exposure_index: float
    deviation_index: float
    event_type: Code
    """Irradiation Event Type (CID 10002)."""
    flaw: Flaw | None = None

    @property
    def time_ms(self) -> float:
        """How long the tube was on, at the stand's fixed current."""
        return self.mas / self.view.stand.current_ma * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One CT acquisition, with its slices."""

    scan: Scan
    procedure: CtProcedure
    event_uid: str
    series_uid: str
    image_uids: tuple[str, ...]
    number: int
    at: datetime
    ctdivol_mgy: float


class Stage:
    """Makes studies and exposures out of chance that can be repeated, and keeps the truth of them.

    The same seed and clock give the same UIDs, doses and times. What a patient weighs and how thick a breast is comes
    from a second source of chance, also of that seed.
    """

    def __init__(self, seed: str, clock: Callable[[], datetime], zone: ZoneInfo) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (no secret is made of it)
        self.bodies = random.Random(f"{seed} bodies")  # noqa: S311 (no secret is made of it)
        self.clock = clock
        self.zone = zone
        self.truth = Truth()
        self._patient_now: Patient | None = None

    def ago(self, **span: float) -> datetime:
        """Return the local moment so long before now: `ago(minutes=3)`."""
        return self.clock().astimezone(self.zone) - timedelta(**span)

    def uid(self) -> str:
        """Return a UID under 2.25 (PS3.5 B.2)."""
        return f"2.25.{self.chance.getrandbits(127)}"

    def study(
        self,
        machine: Machine,
        procedure: Procedure | CtProcedure,
        at: datetime,
        operator: str | None = None,
        software: str | None = None,
        is_quality_control: bool = False,
    ) -> Study:
        """Begin an examination on a machine, whose software may have been another one then."""
        study = Study(
            study_uid=self.uid(),
            frame_uid=self.uid(),
            machine=replace(machine, software=software or machine.software),
            procedure=procedure.name,
            procedure_code=procedure.code,
            patient=self._patient(at),
            operator=operator or self.chance.choice(OPERATORS),
            started_at=at,
            accession=f"SIM{self.chance.randrange(10**9):09d}",
            is_quality_control=is_quality_control,
        )
        self._patient_now = study.patient
        self.truth.study_uids.append(study.study_uid)
        return study

    def shot(
        self,
        view: View,
        at: datetime,
        number: int = 1,
        dose_factor: float = 1.0,
        *,
        flaw: Flaw | None = None,
        event_type: Code = STATIONARY,
        has_image: bool = True,
    ) -> Shot:
        """Take one projection exposure; the dose spreads log-normally around what the patient's size asks for."""
        is_mammography = view.body_part == "BREAST"
        thickness = round(min(90, max(20, self.bodies.gauss(55, 12)))) if is_mammography else None
        size = thickness / _STANDARD_BREAST_MM if thickness else self._bulk() if view.stand.is_automatic else 1.0
        wrong = flaw.dose_factor if flaw else 1.0
        factor = dose_factor * wrong * size * self.chance.lognormvariate(0, 0.35)
        deviation = round(self.chance.gauss(0, 0.8) + 10 * math.log10(wrong), 1)
        shot = Shot(
            view=view,
            event_uid=self.uid(),
            series_uid=self.uid(),
            image_uid=self.uid(),
            number=number,
            at=at,
            kvp=view.kvp if view.stand.is_automatic else view.kvp + self.bodies.choice((-3, 0, 0, 0, 3)),
            mas=round(view.mas * factor, 2),
            dap_gym2=view.dap_ugym2 * factor * 1e-6,
            agd_mgy=round(1.4 * factor, 3) if is_mammography else None,
            thickness_mm=thickness,
            compression_n=round(self.bodies.gauss(110, 15)) if is_mammography else None,
            exposure_index=round(400 * 10 ** (deviation / 10), 1),
            deviation_index=deviation,
            event_type=event_type,
            flaw=flaw,
        )
        self._happened(shot.event_uid, *([shot.image_uid] if has_image else []))
        return shot

    def run(self, procedure: CtProcedure, scan: Scan, at: datetime, number: int, n_slices: int) -> Run:
        """Make one CT acquisition of so many slices."""
        run = Run(
            scan=scan,
            procedure=procedure,
            event_uid=self.uid(),
            series_uid=self.uid(),
            image_uids=tuple(self.uid() for _ in range(n_slices)),
            number=number,
            at=at,
            ctdivol_mgy=round(scan.ctdivol_mgy * self._bulk() ** 0.5 * self.chance.lognormvariate(0, 0.25), 3),
        )
        self._happened(run.event_uid, *run.image_uids)
        return run

    def reject(self, shot: Shot, told: Code | None = None) -> None:
        """Keep in the truth that an exposure was rejected, and the reason that the node is told."""
        self.truth.rejects[shot.event_uid] = Reject(flaw=shot.flaw or NO_FLAW, image_uid=shot.image_uid)
        if told is not None:
            self.truth.told[shot.event_uid] = told.value

    def _happened(self, event_uid: str, *image_uids: str) -> None:
        self.truth.exposure_uids.append(event_uid)
        self.truth.images.update(dict.fromkeys(image_uids, event_uid))

    def _bulk(self) -> float:
        """Return how much more dose the patient on the table asks for than a standard adult."""
        return self._patient_now.weight_kg / _STANDARD_KG if self._patient_now else 1.0

    def _patient(self, at: datetime) -> Patient:
        number = self.chance.randrange(10**6)
        born = at.date() - timedelta(days=self.chance.randrange(20 * 365, 88 * 365))
        sex = self.chance.choice("FM")
        length = min(2.05, max(1.45, self.bodies.gauss(1.81 if sex == "M" else 1.67, 0.07)))
        weight = self.bodies.lognormvariate(math.log(25.4), 0.15) * length**2
        return Patient(
            name=f"Simulatie^P{number:06d}",
            patient_id=f"SIM{number:06d}",
            birth_date=born,
            sex=sex,
            weight_kg=round(weight, 1),
            length_m=round(length, 2),
            is_size_known=self.bodies.random() < _SIZE_KNOWN,
        )
