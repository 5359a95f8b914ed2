"""What a pretend machine does: studies and exposures, in the machine's own local time."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from iqs_tui.simulator.catalogue import MACHINES, OPERATORS, CtProcedure, Machine, Procedure, Scan, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A made-up patient; the name says that it is one."""

    name: str
    patient_id: str
    birth_date: date
    sex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One examination of one patient on one machine."""

    study_uid: str
    machine: Machine
    procedure: str
    procedure_code: str
    patient: Patient
    operator: str
    started_at: datetime
    accession: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One projection exposure, with its image."""

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
    """Mammography only."""
    exposure_index: float
    deviation_index: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One CT acquisition, with its slices."""

    scan: Scan
    procedure: CtProcedure
    event_uid: str
    series_uid: str
    frame_uid: str
    image_uids: tuple[str, ...]
    number: int
    at: datetime
    ctdivol_mgy: float


@dataclass(slots=True)
class Truth:
    """What really happened. It stays with the simulator: the node must find out from what it is sent."""

    study_uids: list[str] = field(default_factory=list)
    exposure_uids: list[str] = field(default_factory=list)
    image_uids: list[str] = field(default_factory=list)
    rejected_image_uids: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    """Rejected image UID to the CID 7011 code that the note brings with it."""
    repeated_image_uids: list[str] = field(default_factory=list)
    """Taken again without a word, and both sent on."""


class Stage:
    """Makes studies and exposures out of chance that can be repeated, and keeps the truth of them.

    The same seed and clock give the same UIDs, doses and times.
    """

    def __init__(self, seed: str, clock: Callable[[], datetime], zone: ZoneInfo) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (no secret is made of it)
        self.clock = clock
        self.zone = zone
        self.truth = Truth()

    def ago(self, **span: float) -> datetime:
        """Return the local moment so long before now: `ago(minutes=3)`."""
        return self.clock().astimezone(self.zone) - timedelta(**span)

    def uid(self) -> str:
        """Return a UID under 2.25 (PS3.5 B.2)."""
        return f"2.25.{self.chance.getrandbits(127)}"

    def study(self, kind: str, procedure: Procedure | CtProcedure, at: datetime, operator: str | None = None) -> Study:
        """Begin an examination on the machine of a kind."""
        study = Study(
            study_uid=self.uid(),
            machine=MACHINES[kind],
            procedure=procedure.name,
            procedure_code=procedure.code,
            patient=self._patient(at),
            operator=operator or self.chance.choice(OPERATORS),
            started_at=at,
            accession=f"SIM{self.chance.randrange(10**9):09d}",
        )
        self.truth.study_uids.append(study.study_uid)
        return study

    def shot(self, view: View, at: datetime, number: int = 1, dose_factor: float = 1.0) -> Shot:
        """Take one projection exposure; the dose spreads log-normally around the standard adult's."""
        factor = dose_factor * self.chance.lognormvariate(0, 0.35)
        deviation = round(self.chance.gauss(0, 0.8), 1)
        is_mammography = view.body_part == "BREAST"
        shot = Shot(
            view=view,
            event_uid=self.uid(),
            series_uid=self.uid(),
            image_uid=self.uid(),
            number=number,
            at=at,
            kvp=view.kvp,
            mas=round(view.mas * factor, 2),
            dap_gym2=view.dap_ugym2 * factor * 1e-6,
            agd_mgy=round(1.4 * factor, 3) if is_mammography else None,
            exposure_index=round(400 * 10 ** (deviation / 10), 1),
            deviation_index=deviation,
        )
        self._happened(shot.event_uid, shot.image_uid)
        return shot

    def run(self, procedure: CtProcedure, scan: Scan, at: datetime, number: int, n_slices: int) -> Run:
        """Make one CT acquisition of so many slices."""
        run = Run(
            scan=scan,
            procedure=procedure,
            event_uid=self.uid(),
            series_uid=self.uid(),
            frame_uid=self.uid(),
            image_uids=tuple(self.uid() for _ in range(n_slices)),
            number=number,
            at=at,
            ctdivol_mgy=round(scan.ctdivol_mgy * self.chance.lognormvariate(0, 0.25), 3),
        )
        self._happened(run.event_uid, *run.image_uids)
        return run

    def _happened(self, event_uid: str, *image_uids: str) -> None:
        self.truth.exposure_uids.append(event_uid)
        self.truth.image_uids.extend(image_uids)

    def _patient(self, at: datetime) -> Patient:
        number = self.chance.randrange(10**6)
        born = at.date() - timedelta(days=self.chance.randrange(20 * 365, 88 * 365))
        return Patient(
            name=f"Simulatie^P{number:06d}",
            patient_id=f"SIM{number:06d}",
            birth_date=born,
            sex=self.chance.choice("FM"),
        )
