"""The limits by which signals are derived from what was received, for one room."""

from dataclasses import dataclass, field

from iqs_tui.domain.ct_overlap import CtOverlapRules
from iqs_tui.domain.no_image import NoImageRules
from iqs_tui.domain.same_view import SameViewRules


@dataclass(frozen=True, slots=True, kw_only=True)
class RetakeRules:
    """The limits of every rule that a room's settings reach."""

    same_view: SameViewRules = field(default_factory=SameViewRules)
    ct_overlap: CtOverlapRules = field(default_factory=CtOverlapRules)
    no_image: NoImageRules = field(default_factory=NoImageRules)
