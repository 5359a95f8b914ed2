"""The pretend department: its machines, procedures and people. All of them are made up."""

from dataclasses import dataclass

from iqs_tui.simulator.codes import Code

BUCKY = "DX_BUCKY_1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A pretend modality, as its headers name it."""

    kind: str
    """CT, DX, CR or MG."""
    ae_title: str
    manufacturer: str
    model: str
    station_name: str
    serial: str
    software: str = "V1.0"
    states_offset: bool = False
    """Whether it writes Timezone Offset From UTC (0008,0201); most modalities do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where a view is taken, and how the exposure is controlled there."""

    name: str
    """One letter: each stand has a detector of its own."""
    current_ma: float
    distance_mm: float
    """Distance Source to Detector (0018,1110)."""
    grid: tuple[str, ...]
    """Grid (0018,1166)."""
    is_automatic: bool


WALL = Stand(name="W", current_ma=320, distance_mm=1800, grid=("FIXED", "FOCUSED"), is_automatic=True)
TABLE = Stand(name="T", current_ma=400, distance_mm=1150, grid=("RECIPROCATING", "FOCUSED"), is_automatic=True)
TABLE_TOP = Stand(name="T", current_ma=200, distance_mm=1100, grid=("NONE",), is_automatic=False)
BREAST_STAND = Stand(name="D", current_ma=100, distance_mm=660, grid=("RECIPROCATING", "FOCUSED"), is_automatic=True)
_STANDS = {"CHEST": WALL, "PELVIS": TABLE, "BREAST": BREAST_STAND}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One view of a procedure, with the technique that a standard adult asks for."""

    name: str
    body_part: str
    """Body Part Examined (0018,0015)."""
    region: Code
    """Anatomic Region (CID 4009)."""
    code: Code
    """View Code (CID 4010 for DX, CID 4014 for MG)."""
    position: str
    """View Position (0018,5101)."""
    orientation: tuple[str, str]
    """Patient Orientation (0020,0020)."""
    laterality: str = "U"
    stand: Stand
    kvp: float
    mas: float
    dap_ugym2: float
    """Dose-area product of a standard adult, in uGy.m2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """An examination as it is ordered."""

    name: str
    code: str
    views: tuple[View, ...]


MACHINES = {
    "DX": Machine(
        kind="DX",
        ae_title=BUCKY,
        manufacturer="Lichtbron",
        model="Bucky 3",
        station_name="BUCKY1",
        serial="LB-30017",
    ),
    "CR": Machine(
        kind="CR",
        ae_title="CR_ZAAL_2",
        manufacturer="Zilverscherm",
        model="Plaat 20",
        station_name="CRZAAL2",
        serial="ZS-2044",
    ),
    "MG": Machine(
        kind="MG",
        ae_title="MAMMO_1",
        manufacturer="Lichtbron",
        model="Mamma 2",
        station_name="MAMMO1",
        serial="LB-51002",
    ),
    "CT": Machine(
        kind="CT",
        ae_title="CT_1",
        manufacturer="Ringbaan",
        model="Spiraal 64",
        station_name="CT1",
        serial="RB-64-008",
        states_offset=True,
    ),
}

OPERATORS = ("de Vries^Jolanda", "Bakker^Pieter", "Yildiz^Elif")
"""Three made-up MBB'ers, as Operators' Name (0008,1070) holds them."""

CHEST = Code("51185008", "SCT", "Chest")
KNEE = Code("72696002", "SCT", "Knee")
HAND = Code("85562004", "SCT", "Hand")
PELVIS = Code("12921003", "SCT", "Pelvis")
BREAST = Code("76752008", "SCT", "Breast")
PA = Code("272479007", "SCT", "postero-anterior")
AP = Code("399348003", "SCT", "antero-posterior")
LATERAL = Code("399067008", "SCT", "lateral")
CC = Code("399162004", "SCT", "cranio-caudal")
MLO = Code("399368009", "SCT", "medio-lateral oblique")


def _view(
    name: str,
    body_part: str,
    region: Code,
    code: Code,
    position: str,
    technique: tuple[float, float, float],
    laterality: str = "U",
) -> View:
    kvp, mas, dap = technique
    orientation = {"PA": ("L", "F"), "AP": ("L", "F"), "CC": ("A", "R"), "MLO": ("A", "FR")}.get(position, ("A", "F"))
    return View(
        name=name,
        body_part=body_part,
        region=region,
        code=code,
        position=position,
        orientation=orientation,
        laterality=laterality,
        stand=_STANDS.get(body_part, TABLE_TOP),
        kvp=kvp,
        mas=mas,
        dap_ugym2=dap,
    )


def _knee(side: str) -> tuple[View, View]:
    return (
        _view(f"Knie AP {side}", "KNEE", KNEE, AP, "AP", (63, 5.0, 3.1), side),
        _view(f"Knie lateraal {side}", "KNEE", KNEE, LATERAL, "LL", (63, 4.5, 2.9), side),
    )


THORAX = Procedure(
    name="X-thorax PA en lateraal",
    code="XTHX2",
    views=(
        _view("Thorax PA", "CHEST", CHEST, PA, "PA", (125, 2.2, 8.1)),
        _view("Thorax lateraal", "CHEST", CHEST, LATERAL, "LL", (125, 5.4, 24.0)),
    ),
)
THORAX_PA = Procedure(name="X-thorax PA", code="XTHX1", views=THORAX.views[:1])
KNEE_RIGHT = Procedure(name="X-knie rechts", code="XKNR", views=_knee("R"))
KNEES = Procedure(name="X-knieën beiderzijds", code="XKNB", views=(_knee("R")[0], _knee("L")[0]))
HAND_LEFT = Procedure(
    name="X-hand links", code="XHNL", views=(_view("Hand PA L", "HAND", HAND, PA, "PA", (50, 2.0, 0.4), "L"),)
)
PELVIS_AP = Procedure(
    name="X-bekken", code="XBEK", views=(_view("Bekken AP", "PELVIS", PELVIS, AP, "AP", (80, 25.0, 190.0)),)
)
MAMMOGRAPHY = Procedure(
    name="Mammografie beiderzijds",
    code="MAMB",
    views=tuple(
        _view(f"{name} {side}", "BREAST", BREAST, code, name, (28, 90.0, 0.0), side)
        for side in "RL"
        for name, code in (("CC", CC), ("MLO", MLO))
    ),
)
BUCKY_WORK = (THORAX, THORAX_PA, KNEE_RIGHT, KNEES, HAND_LEFT, PELVIS_AP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One acquisition of a CT protocol."""

    name: str
    type_code: Code
    """CT Acquisition Type (CID 10013)."""
    kvp: float
    mas: float
    ctdivol_mgy: float
    length_cm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CtProcedure:
    """A CT examination as it is ordered."""

    name: str
    code: str
    body_part: str
    phantom: Code
    """CTDIw Phantom Type (CID 4052)."""
    scans: tuple[Scan, ...]


SPIRAL = Code("116152004", "SCT", "Spiral Acquisition")
SCOUT = Code("113805", "DCM", "Constant Angle Acquisition")
BODY_PHANTOM = Code("113691", "DCM", "IEC Body Dosimetry Phantom")
HEAD_PHANTOM = Code("113690", "DCM", "IEC Head Dosimetry Phantom")
_TOPOGRAM = Scan(name="Topogram", type_code=SCOUT, kvp=120, mas=35, ctdivol_mgy=0.14, length_cm=51)
CT_WORK = (
    CtProcedure(
        name="CT abdomen",
        code="CTABD",
        body_part="ABDOMEN",
        phantom=BODY_PHANTOM,
        scans=(
            _TOPOGRAM,
            Scan(name="Abdomen portoveneus", type_code=SPIRAL, kvp=100, mas=140, ctdivol_mgy=7.9, length_cm=46),
        ),
    ),
    CtProcedure(
        name="CTA thorax (longembolie)",
        code="CTPA",
        body_part="CHEST",
        phantom=BODY_PHANTOM,
        scans=(
            _TOPOGRAM,
            Scan(name="CTPA", type_code=SPIRAL, kvp=80, mas=120, ctdivol_mgy=4.2, length_cm=30),
        ),
    ),
    CtProcedure(
        name="CT hersenen",
        code="CTHRS",
        body_part="HEAD",
        phantom=HEAD_PHANTOM,
        scans=(
            _TOPOGRAM,
            Scan(name="Hersenen blanco", type_code=SPIRAL, kvp=120, mas=230, ctdivol_mgy=41.0, length_cm=16),
        ),
    ),
)
