"""The department: its rooms, what is made there, and what their machines tell of what went wrong. All made up.

Shares and rates are those of published reject analyses where there are any, else plausible: 8 % of all exposures
rejected, positioning 75 to 80 % of it, hips, knees and pelvis most. None of it knows a rule of `domain`.
"""

from dataclasses import dataclass, replace

from iqs_tui.simulator import catalogue, ct_catalogue
from iqs_tui.simulator.catalogue import Procedure, View
from iqs_tui.simulator.ct_catalogue import CtProcedure, Scan
from iqs_tui.simulator.flaws import CUT_OFF, MOVED, OFF_CENTRE, OVER, TILTED, UNDER
from iqs_tui.simulator.machines import BUCKY_1, BUCKY_2, CR_2, CT_1, MAMMO_1, RF_4, Machine

OPERATORS = tuple(f"{name}^{first}" for name, first in zip(
    "de Vries|Bakker|Yildiz|Jansen|Visser|Smit|Meijer|de Boer|Mulder|Bos|Vos|Peters|Hendriks|Dekker".split("|"),
    "Jolanda|Pieter|Elif|Sanne|Mark|Anouk|Tim|Fatima|Koen|Iris|Bram|Lotte|Daan|Noor".split("|"),
    strict=True,
))  # fmt: skip
CAUSES = (*(TILTED, OFF_CENTRE, CUT_OFF) * 26, *(MOVED,) * 11, *(OVER,) * 6, *(UNDER,) * 5)
"""Of 100 rejects: 78 positioning, 11 motion, 11 exposure."""


def _like(view: View, name: str, **changes: object) -> View:
    return replace(view, name=name, **changes)


def _one(name: str, code: str, *views: View) -> Procedure:
    return Procedure(name=name, code=code, views=views)


_knee, _knee_side = catalogue.KNEE_RIGHT.views
_hand, _shoulder = catalogue.HAND_LEFT.views[0], catalogue.SHOULDER_RIGHT.views[0]
KNEE_BED = _one("X-knie trauma", "XKNT", _like(_knee_side, "Knie horizontaal R"))
PATELLA = _one("X-patella", "XPAT", *(_like(_knee, "Patella axiaal R", position="AXIAL") for _ in range(3)))
WRIST = _one("X-pols links", "XPOL", _like(_hand, "Pols PA L"), _like(_hand, "Pols lateraal L", position="LL"))
FINGER = _one("X-vinger links", "XVGL", *(_like(_hand, "Vinger L") for _ in range(2)))
SHOULDER_TURNED = _one("X-schouder rechts", "XSCR2", *(_shoulder,) * 2)
HANDS = _one("X-handen beiderzijds", "XHNB", _hand, _like(_hand, "Hand PA R", laterality="R"))
RIBS = _one("X-ribben", "XRIB", *(_like(catalogue.THORAX_BED.views[0], "Ribben", body_part="RIBS") for _ in range(2)))
STANDING = _one("X-knie belast", "XKNS", _knee, _like(_knee, "Knie AP staand R"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A kind of examination in a room."""

    procedure: Procedure
    share: float
    reject_rate: float
    """Of its exposures that are made wrong."""
    kind: str = ""
    """Why its exposures may look like a retake; empty: they do not."""


def _work(procedure: Procedure, share: float, reject_rate: float, kind: str = "") -> Work:
    return Work(procedure=procedure, share=share, reject_rate=reject_rate, kind=kind)


_CHEST = (_work(catalogue.THORAX, 22, 0.065), _work(catalogue.THORAX_PA, 13, 0.06))
_BONES = (
    *(_work(catalogue.KNEE_RIGHT, 9, 0.13), _work(KNEE_BED, 1.5, 0.27), _work(catalogue.HAND_LEFT, 5, 0.03)),
    *(_work(WRIST, 6, 0.05), _work(catalogue.FOOT_LEFT, 6, 0.035), _work(catalogue.SHOULDER_RIGHT, 6, 0.11)),
    *(_work(catalogue.PELVIS_AP, 7, 0.16), _work(catalogue.HIP_LATERAL, 4, 0.28), _work(catalogue.ABDOMEN_AP, 4, 0.09)),
)
_LAWFUL = (
    *(_work(catalogue.KNEES, 4, 0.09, "bilateral"), _work(HANDS, 2, 0.03, "bilateral")),
    _work(catalogue.KNEES_UNMARKED, 0.8, 0.09, "bilateral, side not filled in"),
    *(_work(catalogue.LONG_LEG, 0.8, 0.04, "stitched"), _work(catalogue.WHOLE_SPINE, 0.6, 0.05, "stitched")),
    *(
        _work(catalogue.NECK_FUNCTION, 0.8, 0.06, "functional"),
        _work(catalogue.THORAX_BREATHS, 0.5, 0.06, "functional"),
    ),
    *(_work(STANDING, 1, 0.08, "functional"), _work(PATELLA, 0.7, 0.12, "several of one view")),
    *(_work(FINGER, 1.2, 0.03, "several of one view"), _work(SHOULDER_TURNED, 1.5, 0.11, "several of one view")),
    _work(RIBS, 0.5, 0.06, "several of one view"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room, and the habits of its machine. Shares are of rejects, studies or exposures, 0 to 1."""

    id: str
    machine: Machine
    work: tuple[Work, ...]
    studies: int
    """A year."""
    opens_at: int = 8
    closes_at: int = 18
    noted: float = 0.0
    """Rejects that are sent, and taken away by a rejection note."""
    marked: float = 0.0
    """Rejects that are sent with a private tag. What is neither noted nor marked is deleted at the console."""
    flagged: float = 0.0
    """Deleted ones that the dose report says were rejected."""
    reports: str = "end"
    """When the dose report comes: end (of the study), each (exposure, cumulative), none."""
    has_steps: bool = False
    drift_s: float = 0.0
    """How far the clock of the reports drifts in a month, before it is set right."""
    late: float = 0.004
    """Studies of which an image waits in the queue."""
    unmarked_side: float = 0.0
    is_paired: bool = False
    """Every image for processing and for presentation."""


BUCKY_3 = replace(BUCKY_1, ae_title="DX_BUCKY_3", station_name="BUCKY3", serial="LB-30018", model="Bucky 4")
MOBILE = replace(BUCKY_1, ae_title="DX_MOBIEL", station_name="MOBIEL1", serial="LB-60001", model="Mobiel 2")
BEDSIDE = (
    _work(catalogue.THORAX_BED, 82, 0.045),
    _work(catalogue.THORAX_BED, 12, 0.045, "follow-up hours later"),
    _work(catalogue.ABDOMEN_AP, 6, 0.06),
)
BREASTS = (_work(catalogue.MAMMOGRAPHY, 75, 0.02), _work(catalogue.MAMMOGRAPHY, 25, 0.02, "tomosynthesis"))
ROOMS = (
    Room(id="bucky-1", machine=BUCKY_1, work=_CHEST + _BONES + _LAWFUL, studies=8700, noted=0.85),
    Room(
        id="bucky-2",
        machine=BUCKY_2,
        work=_CHEST + _BONES + _LAWFUL,
        studies=6500,
        reports="each",
        drift_s=20.0,
        late=0.01,
        unmarked_side=0.15,
    ),
    Room(
        id="bucky-3",
        machine=BUCKY_3,
        work=_BONES + _LAWFUL,
        studies=4700,
        marked=0.6,
        flagged=0.6,
        is_paired=True,
    ),
    Room(id="mobiel", machine=MOBILE, work=BEDSIDE, studies=4000, opens_at=0, closes_at=24, reports="none", late=0.05),
    Room(id="cr", machine=CR_2, work=_BONES + _LAWFUL, studies=2300, reports="none", has_steps=True),
    Room(id="mammo", machine=MAMMO_1, work=BREASTS, studies=1100, noted=0.5),
    Room(id="rf", machine=RF_4, work=(_work(catalogue.SWALLOW, 1, 0.0, "fluoroscopy"),), studies=650),
    Room(id="ct", machine=CT_1, work=(), studies=2500, opens_at=0, closes_at=24),
)


def _phases(name: str, code: str, protocol: str, *phases: str) -> CtProcedure:
    scans = (_phase(f"{protocol} {phase}") for phase in phases)
    return replace(ct_catalogue.CT_ABDOMEN, name=name, code=code, scans=(ct_catalogue.TOPOGRAM, *scans))


def _phase(name: str) -> Scan:
    return replace(ct_catalogue.CT_ABDOMEN.scans[1], name=name)


SHEET = _phases("CT bovenbuik", "CTBB", "Bovenbuik", "arterieel", "veneus")
SAME_NAME = _phases("CT nieren", "CTNR", "Nieren", "", "")
"""Two phases under one protocol name: nothing but the contrast tells them apart."""
CT_WORK = (
    *((ct_catalogue.CT_ABDOMEN, 30, ""), (ct_catalogue.CT_BRAIN, 22, ""), (ct_catalogue.CT_PULMONARY, 6, "")),
    *((ct_catalogue.CT_BOLUS, 12, "bolus tracking"), (ct_catalogue.CT_LIVER, 7, "phases of contrast")),
    *((SHEET, 4, "phases of contrast"), (SAME_NAME, 1, "phases of contrast")),
)
CT_REPEAT_RATE, CTPA_REPEAT_RATE = 0.012, 0.031
