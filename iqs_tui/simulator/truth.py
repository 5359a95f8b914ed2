"""What really happened. It stays with the simulator: the node must find out from what it is sent."""

from dataclasses import dataclass, field

from iqs_tui.simulator.flaws import Flaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """An exposure that was rejected: dose, and nothing for the radiologist."""

    flaw: Flaw
    image_uid: str
    """As the machine named its image, which may have been deleted at the console."""


@dataclass(slots=True)
class Truth:
    """All of a scenario's studies together."""

    study_uids: list[str] = field(default_factory=list)
    exposure_uids: list[str] = field(default_factory=list)
    """Every irradiation event, as the machine names it."""
    images: dict[str, str] = field(default_factory=dict)
    """Every image that is sent, to its exposure."""
    rejects: dict[str, Reject] = field(default_factory=dict)
    """By exposure."""
    repeats: dict[str, str] = field(default_factory=dict)
    """Exposure to the one that repeats it; the images of both went on."""
    told: dict[str, str] = field(default_factory=dict)
    """Exposure to the code of its reason, where a note, a dose report or a tag brings one."""
    misidentified: set[str] = field(default_factory=set)
    """Exposures that were sent under the wrong patient or request."""
    lawful: set[str] = field(default_factory=set)
    """Exposures, and images, that look like a reject or a repeat and are none."""
