"""The projection examinations of the pretend department. All of them are made up."""

from dataclasses import dataclass, replace

from iqs_tui.simulator.codes import Code
from iqs_tui.simulator.machines import BREAST_STAND, TABLE, TABLE_TOP, WALL, Stand


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
    """U unpaired, empty where nobody filled it in."""
    stand: Stand
    kvp: float
    mas: float
    dap_ugym2: float
    """Dose-area product of a standard adult, in uGy.m2."""
    figure: str
    """What its image shows (`simulator.anatomy`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """An examination as it is ordered."""

    name: str
    code: str
    views: tuple[View, ...]


CHEST = Code("51185008", "SCT", "Chest")
KNEE = Code("72696002", "SCT", "Knee")
HAND = Code("85562004", "SCT", "Hand")
PELVIS = Code("12921003", "SCT", "Pelvis")
BREAST = Code("76752008", "SCT", "Breast")
ABDOMEN = Code("113345001", "SCT", "Abdomen")
HIP = Code("24136001", "SCT", "Hip joint")
SHOULDER = Code("16982005", "SCT", "Shoulder")
FOOT = Code("56459004", "SCT", "Foot")
LEG = Code("30021000", "SCT", "Leg")
NECK = Code("122494005", "SCT", "Cervical spine")
SPINE = Code("421060004", "SCT", "Spine")
ESOPHAGUS = Code("32849002", "SCT", "Esophagus")
PA = Code("272479007", "SCT", "postero-anterior")
AP = Code("399348003", "SCT", "antero-posterior")
LATERAL = Code("399067008", "SCT", "lateral")
CC = Code("399162004", "SCT", "cranio-caudal")
MLO = Code("399368009", "SCT", "medio-lateral oblique")
_STANDS = {
    "CHEST": WALL,
    "CSPINE": WALL,
    "SPINE": WALL,
    "PELVIS": TABLE,
    "HIP": TABLE,
    "ABDOMEN": TABLE,
    "BREAST": BREAST_STAND,
}
_ORIENTATIONS = {"PA": ("L", "F"), "AP": ("L", "F"), "CC": ("A", "R"), "MLO": ("A", "FR")}


def _view(
    name: str,
    body_part: str,
    region: Code,
    code: Code,
    position: str,
    technique: tuple[float, float, float],
    figure: str,
    laterality: str = "U",
) -> View:
    kvp, mas, dap = technique
    return View(
        name=name,
        body_part=body_part,
        region=region,
        code=code,
        position=position,
        orientation=_ORIENTATIONS.get(position, ("A", "F")),
        laterality=laterality,
        stand=_STANDS.get(body_part, TABLE_TOP),
        kvp=kvp,
        mas=mas,
        dap_ugym2=dap,
        figure=figure,
    )


def _knee(side: str) -> tuple[View, View]:
    return (
        _view(f"Knie AP {side}", "KNEE", KNEE, AP, "AP", (63, 5.0, 3.1), "knee", side),
        _view(f"Knie lateraal {side}", "KNEE", KNEE, LATERAL, "LL", (63, 4.5, 2.9), "knee_side", side),
    )


def _chest(name: str, code: Code = PA, position: str = "PA") -> View:
    return _view(name, "CHEST", CHEST, code, position, (125, 2.2, 8.1), "chest")


def _neck(name: str, figure: str) -> View:
    return _view(name, "CSPINE", NECK, LATERAL, "LL", (75, 12.0, 6.0), figure)


def _long(name: str, body_part: str, region: Code, figure: str) -> View:
    return _view(name, body_part, region, AP, "AP", (80, 20.0, 45.0), figure)


def unmarked(view: View) -> View:
    """Return a view of which nobody filled in the side, in the header or in the name."""
    return replace(view, name=view.name.removesuffix(f" {view.laterality}"), laterality="")


CHEST_LATERAL = _view("Thorax lateraal", "CHEST", CHEST, LATERAL, "LL", (125, 5.4, 24.0), "chest_side")
THORAX = Procedure(name="X-thorax PA en lateraal", code="XTHX2", views=(_chest("Thorax PA"), CHEST_LATERAL))
THORAX_PA = Procedure(name="X-thorax PA", code="XTHX1", views=THORAX.views[:1])
THORAX_BED = Procedure(name="X-thorax op bed", code="XTHXB", views=(_chest("Thorax AP bed", AP, "AP"),))
THORAX_BREATHS = Procedure(
    name="X-thorax in- en expiratie",
    code="XTHXIE",
    views=(_chest("Thorax PA inspiratie"), _chest("Thorax PA expiratie")),
)
KNEE_RIGHT = Procedure(name="X-knie rechts", code="XKNR", views=_knee("R"))
KNEES = Procedure(name="X-knieën beiderzijds", code="XKNB", views=(_knee("R")[0], _knee("L")[0]))
KNEES_UNMARKED = Procedure(name="X-knieën beiderzijds", code="XKNB", views=tuple(map(unmarked, KNEES.views)))
HAND_LEFT = Procedure(
    name="X-hand links", code="XHNL", views=(_view("Hand PA L", "HAND", HAND, PA, "PA", (50, 2.0, 0.4), "hand", "L"),)
)
FOOT_LEFT = Procedure(
    name="X-voet links", code="XVTL", views=(_view("Voet AP L", "FOOT", FOOT, AP, "AP", (52, 2.5, 0.6), "foot", "L"),)
)
SHOULDER_RIGHT = Procedure(
    name="X-schouder rechts",
    code="XSCR",
    views=(_view("Schouder AP R", "SHOULDER", SHOULDER, AP, "AP", (66, 8.0, 9.0), "shoulder", "R"),),
)
PELVIS_AP = Procedure(
    name="X-bekken", code="XBEK", views=(_view("Bekken AP", "PELVIS", PELVIS, AP, "AP", (80, 25.0, 190.0), "pelvis"),)
)
HIP_LATERAL = Procedure(
    name="X-heup rechts axiaal",
    code="XHPR",
    views=(_view("Heup axiaal R", "HIP", HIP, LATERAL, "LL", (80, 50.0, 140.0), "hip_side", "R"),),
)
ABDOMEN_AP = Procedure(
    name="X-buikoverzicht",
    code="XBOZ",
    views=(_view("Buik AP", "ABDOMEN", ABDOMEN, AP, "AP", (80, 28.0, 200.0), "abdomen"),),
)
NECK_FUNCTION = Procedure(
    name="X-CWK functie",
    code="XCWF",
    views=(_neck("CWK flexie", "neck_bent"), _neck("CWK extensie", "neck_back")),
)
LONG_LEG = Procedure(
    name="X-lange-beenopname",
    code="XLBO",
    views=tuple(_long(f"Lange-beenopname {part}", "LEG", LEG, "leg") for part in ("heup", "knie", "enkel")),
)
WHOLE_SPINE = Procedure(
    name="X-wervelkolom totaal",
    code="XWKT",
    views=tuple(_long(f"Wervelkolom totaal {part}", "SPINE", SPINE, "spine") for part in ("boven", "onder")),
)
SWALLOW = Procedure(
    name="Slikfoto",
    code="RFSLK",
    views=(_view("Oesofagus", "ESOPHAGUS", ESOPHAGUS, AP, "AP", (85, 2.0, 60.0), "chest"),),
)
MAMMOGRAPHY = Procedure(
    name="Mammografie beiderzijds",
    code="MAMB",
    views=tuple(
        _view(f"{name} {side}", "BREAST", BREAST, code, name, (28, 90.0, 0.0), f"breast_{name.lower()}", side)
        for side in "RL"
        for name, code in (("CC", CC), ("MLO", MLO))
    ),
)
BUCKY_WORK = (THORAX, THORAX_PA, KNEE_RIGHT, KNEES, HAND_LEFT, PELVIS_AP)
