"""What can be wrong with an image: the reason that a person would give, and how it shows."""

from dataclasses import dataclass

from iqs_tui.simulator.codes import Code, dcm

POSITIONING = dcm("111209", "Positioning")
MOTION = dcm("111210", "Motion blur")
UNDER_EXPOSED = dcm("111211", "Under exposed")
OVER_EXPOSED = dcm("111212", "Over exposed")
PATIENT_MOTION = dcm("128553", "Patient motion")
"""CID 7011 of images, CID 10034 of the CT scans that are made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """A flaw, with what it does to the picture."""

    reason: Code | None
    """CID 7011."""
    words: str
    """As a Dutch radiographer would say it."""
    tilt_deg: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    """To the right and down, in halves of the picture."""
    field: float = 0.97
    """How much of the picture the collimator leaves open."""
    blur: float = 0.0
    """How far the patient moved, in halves of the picture."""
    dose_factor: float = 1.0


NO_FLAW = Flaw(reason=None, words="")
TILTED = Flaw(reason=POSITIONING, words="scheef ingesteld", tilt_deg=17, shift=(0.05, 0.0))
CUT_OFF = Flaw(reason=POSITIONING, words="anatomie afgesneden", shift=(0.1, -0.45), field=0.72)
OFF_CENTRE = Flaw(reason=POSITIONING, words="niet gecentreerd", shift=(-0.42, 0.12))
MOVED = Flaw(reason=MOTION, words="patiënt bewoog", blur=0.09)
OVER = Flaw(reason=OVER_EXPOSED, words="overbelicht", dose_factor=5.0)
UNDER = Flaw(reason=UNDER_EXPOSED, words="te weinig belicht", dose_factor=0.2)
FLAWS = (TILTED, CUT_OFF, OFF_CENTRE, TILTED, CUT_OFF, OFF_CENTRE, MOVED, OVER)
"""As a department sees them: three in four are positioning (published reject analyses: 75 to 80 %)."""
