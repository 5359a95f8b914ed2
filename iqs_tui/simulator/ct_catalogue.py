"""The CT examinations of the pretend department. All of them are made up."""

from dataclasses import dataclass

from iqs_tui.simulator.codes import Code


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
    top_mm: float = 0.0
    """Where its head end lies, along the patient."""

    @property
    def has_many_slices(self) -> bool:
        """Whether it is a stack, and no scout and no single slice."""
        return self.type_code == SPIRAL


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
STATIONARY = Code("113806", "DCM", "Stationary Acquisition")
BODY_PHANTOM = Code("113691", "DCM", "IEC Body Dosimetry Phantom")
HEAD_PHANTOM = Code("113690", "DCM", "IEC Head Dosimetry Phantom")


def _spiral(name: str, kvp: float, mas: float, ctdivol_mgy: float, length_cm: float, top_mm: float = 0.0) -> Scan:
    return Scan(
        name=name,
        type_code=SPIRAL,
        kvp=kvp,
        mas=mas,
        ctdivol_mgy=ctdivol_mgy,
        length_cm=length_cm,
        top_mm=top_mm,
    )


TOPOGRAM = Scan(name="Topogram", type_code=SCOUT, kvp=120, mas=35, ctdivol_mgy=0.14, length_cm=51, top_mm=30)
TOPOGRAM_SIDE = Scan(
    name="Topogram lateraal", type_code=SCOUT, kvp=120, mas=35, ctdivol_mgy=0.14, length_cm=51, top_mm=30
)
_ONE_SLICE = {"type_code": STATIONARY, "kvp": 100, "ctdivol_mgy": 0.9, "length_cm": 1, "top_mm": -120}
PREMONITORING = Scan(name="Premonitoring", mas=20, **_ONE_SLICE)
MONITORING = Scan(name="Monitoring", mas=22, **_ONE_SLICE)
"""The one slice at which the contrast is waited for."""
PULMONARY_ANGIOGRAM = _spiral("CTPA", 80, 120, 4.2, 30, -20)

CT_ABDOMEN = CtProcedure(
    name="CT abdomen",
    code="CTABD",
    body_part="ABDOMEN",
    phantom=BODY_PHANTOM,
    scans=(TOPOGRAM, _spiral("Abdomen portoveneus", 100, 140, 7.9, 46)),
)
CT_PULMONARY = CtProcedure(
    name="CTA thorax (longembolie)",
    code="CTPA",
    body_part="CHEST",
    phantom=BODY_PHANTOM,
    scans=(TOPOGRAM, PULMONARY_ANGIOGRAM),
)
CT_BOLUS = CtProcedure(
    name="CTA thorax (longembolie)",
    code="CTPA",
    body_part="CHEST",
    phantom=BODY_PHANTOM,
    scans=(TOPOGRAM, TOPOGRAM_SIDE, PREMONITORING, MONITORING, PULMONARY_ANGIOGRAM),
)
CT_BRAIN = CtProcedure(
    name="CT hersenen",
    code="CTHRS",
    body_part="HEAD",
    phantom=HEAD_PHANTOM,
    scans=(TOPOGRAM, _spiral("Hersenen blanco", 120, 230, 41.0, 16)),
)
CT_LIVER = CtProcedure(
    name="CT lever meerfasen",
    code="CTLEV",
    body_part="ABDOMEN",
    phantom=BODY_PHANTOM,
    scans=(
        TOPOGRAM,
        _spiral("Lever blanco", 100, 110, 6.1, 24),
        _spiral("Lever arterieel", 100, 130, 7.2, 24),
        _spiral("Lever portoveneus", 100, 130, 7.2, 24),
        _spiral("Lever laat", 100, 120, 6.6, 24),
    ),
)
CT_WORK = (CT_ABDOMEN, CT_PULMONARY, CT_BRAIN)
