"""Procedure steps that count more exposures than images (MPPS, PS3.4 F.7): a question, never a count of its own.

Total Number of Exposures (0040,0301) is retired from DICOM, and an exposure may have two images (for processing and for
presentation): only what a completed step says of itself is weighed, and only where it says both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

COMPLETED = "COMPLETED"
MOST = 10
"""A step that lacks more images counts something else: frames, or all since it was switched on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedStep:
    """A procedure step, as the rule looks at it."""

    step_uid: str
    status: str
    n_exposures: int | None
    image_uids: tuple[str, ...]
    """The images that it says were stored (0040,0340)."""


@dataclass(frozen=True, slots=True)
class Lack:
    """How many exposures of a step no image shows."""

    step_uid: str
    n_exposures: int
    n_shown: int

    @property
    def n(self) -> int:
        """The difference."""
        return self.n_exposures - self.n_shown


def lacking(steps: Iterable[CountedStep], exposure_of: Mapping[str, str], n_imaged: int) -> list[Lack]:
    """Return the steps that count more exposures than images, by their name.

    A discontinued step says nothing: the examination was broken off. One that names no image says nothing either:
    whether its images went elsewhere cannot be told; nor one that counts far more than it can have lost (`MOST`).

    Args:
        steps: of one study.
        exposure_of: image to exposure, of the images that have arrived; any other is taken for an exposure of its own.
        n_imaged: exposures of the study with an image here, whichever step they are of.
    """
    told = sorted((step for step in steps if step.status == COMPLETED), key=lambda step: step.step_uid)
    counted = [step for step in told if step.image_uids and 0 < (step.n_exposures or 0) <= len(step.image_uids) + MOST]
    spare = sum(step.n_exposures or 0 for step in counted) - n_imaged
    found = []
    for step in counted:
        shown = len({exposure_of.get(image, image) for image in step.image_uids})
        n = min((step.n_exposures or 0) - shown, spare)
        if n > 0:
            spare -= n
            found.append(Lack(step.step_uid, step.n_exposures or 0, (step.n_exposures or 0) - n))
    return found
