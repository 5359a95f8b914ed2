"""The pretend department's machines, stands and people. All of them are made up."""

from dataclasses import dataclass, replace

BUCKY = "DX_BUCKY_1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A pretend modality, as its headers name it."""

    kind: str
    """CT, DX, CR, MG or RF."""
    ae_title: str
    manufacturer: str
    model: str
    station_name: str
    serial: str
    software: str = "V1.0"
    states_offset: bool = False
    """Whether it writes Timezone Offset From UTC (0008,0201); most modalities do not."""
    names_events: bool = True
    """Whether its images carry Irradiation Event UID (0008,3010)."""
    names_images: bool = True
    """Whether its dose reports name the images of their events (Acquired Image)."""
    report_ahead_s: float = 0.0
    """How far the clock of its dose reports runs ahead of that of its images."""


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

BUCKY_1 = Machine(
    kind="DX",
    ae_title=BUCKY,
    manufacturer="Lichtbron",
    model="Bucky 3",
    station_name="BUCKY1",
    serial="LB-30017",
)
BUCKY_1_REJECTS = replace(BUCKY_1, ae_title=f"{BUCKY}_REJ")
"""The same machine, as it sends what was rejected at its console."""
BUCKY_2 = Machine(
    kind="DX",
    ae_title="DX_BUCKY_2",
    manufacturer="Zilverscherm",
    model="Paneel 8",
    station_name="BUCKY2",
    serial="ZS-8006",
    names_events=False,
    names_images=False,
    report_ahead_s=47.0,
)
CR_2 = Machine(
    kind="CR",
    ae_title="CR_ZAAL_2",
    manufacturer="Zilverscherm",
    model="Plaat 20",
    station_name="CRZAAL2",
    serial="ZS-2044",
    names_events=False,
)
MAMMO_1 = Machine(
    kind="MG",
    ae_title="MAMMO_1",
    manufacturer="Lichtbron",
    model="Mamma 2",
    station_name="MAMMO1",
    serial="LB-51002",
)
RF_4 = Machine(
    kind="RF",
    ae_title="RF_ZAAL_4",
    manufacturer="Lichtbron",
    model="Doorlicht 5",
    station_name="RFZAAL4",
    serial="LB-40412",
)
CT_1 = Machine(
    kind="CT",
    ae_title="CT_1",
    manufacturer="Ringbaan",
    model="Spiraal 64",
    station_name="CT1",
    serial="RB-64-008",
    states_offset=True,
)

OPERATORS = ("de Vries^Jolanda", "Bakker^Pieter", "Yildiz^Elif", "Smit^Daan", "El Amrani^Samira")
"""Made-up MBB'ers, enough for figures that are shown to all, as Operators' Name (0008,1070) holds them."""
