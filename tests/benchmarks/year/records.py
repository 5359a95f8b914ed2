"""What a simulated room is made of: its examinations, its messages, and the truth."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from pydicom.dataset import Dataset

from iqs_tui.simulator.images import Rendition
from iqs_tui.simulator.reports import Flag
from iqs_tui.simulator.study import Shot, Stage, Study

ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Message:
    """Something that arrives at the node."""

    at: datetime
    what: str
    """image, report, note, step begun or step ended."""
    ae_title: str
    make: Callable[[], Dataset]
    step_uid: str = ""


@dataclass(slots=True)
class Facts:
    """The truth of a stretch of a room."""

    stage: Stage
    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Exposure to why it may look like a retake."""
    studies: dict[str, str] = field(default_factory=dict)
    """Exposure to study."""
    untold: set[str] = field(default_factory=set)
    """Rejects of which nothing at all is sent."""
    tests: set[str] = field(default_factory=set)
    """Exposures of no patient."""
    fluoroscopy: set[str] = field(default_factory=set)
    n_untold_by_study: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Study to exposures that left no image."""

    def name(self, kind: str, *exposures: str) -> None:
        """Keep why exposures may look like a retake."""
        for uid in exposures:
            self.kinds[uid].add(kind)


@dataclass(slots=True)
class Exam:
    """One examination while it is being made."""

    study: Study
    shots: list[Shot] = field(default_factory=list)
    renditions: dict[str, list[Rendition]] = field(default_factory=dict)
    """Exposure to the images that are sent of it."""
    noted: list[Shot] = field(default_factory=list)
    marked: set[str] = field(default_factory=set)
    flags: dict[str, Flag] = field(default_factory=dict)
