"""Scoring good images: the random draw, who may score and see what, and the overview.

Pillar 2 of the NVMBR's Image Quality System: zelfevaluatie, intercollegiale toetsing and kwaliteitsanalyse.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from iqs_tui.domain import roles
from iqs_tui.domain.forms import Answers, Form

SELF_EVALUATION: Final = "self_evaluation"
PEER_REVIEW: Final = "peer_review"
QUALITY_ANALYSIS: Final = "quality_analysis"
KINDS: Final = (SELF_EVALUATION, PEER_REVIEW, QUALITY_ANALYSIS)


def draw(candidates: Iterable[str], seed: str, n: int) -> list[str]:
    """Return at most `n` of the candidates, at random, in random order.

    The same seed draws the same from the same candidates, whatever their order, named once or more:
    each is put at the SHA-256 of seed and name. One that is added or taken away moves no other.
    """
    return sorted(set(candidates), key=lambda uid: (_place(seed, uid), uid))[: max(0, n)]


def _place(seed: str, uid: str) -> bytes:
    return hashlib.sha256(f"{seed}\x1f{uid}".encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Someone who is signed in, as far as scoring needs to know."""

    user_id: str
    operators_names: frozenset[str] = frozenset()
    """How this person appears in Operators' Name (0008,1070), case-folded."""
    role: str = "radiographer"

    def made(self, operator: str | None) -> bool:
        """Say whether the image with this Operators' Name is this person's own."""
        return operator is not None and operator.casefold() in self.operators_names

    @property
    def oversees(self) -> bool:
        """Whether this role looks at the quality of others' work."""
        return roles.oversees_scoring(self.role)


def may_score(kind: str, operator: str | None, viewer: Viewer | None) -> bool:
    """Say who may score an image: in a self-evaluation its maker, in a peer review anyone but its maker.

    A quality analysis is for the roles that oversee quality. Nobody scores without having signed in.
    """
    if viewer is None:
        return False
    if kind == SELF_EVALUATION:
        return viewer.made(operator)
    if kind == PEER_REVIEW:
        return not viewer.made(operator)
    return viewer.oversees


def may_see_scores(kind: str, operator: str | None, viewer: Viewer | None) -> bool:
    """Say who may see the scores of an image: an MBB'er those of their own images only (design, part 4).

    The overseeing roles also see peer reviews and quality analyses; a self-evaluation stays its maker's.
    """
    if viewer is None:
        return False
    return viewer.made(operator) or (viewer.oversees and kind != SELF_EVALUATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """What the scores of one criterion come to. Without scores there is no share and no mean."""

    code: str
    n: int
    n_sufficient: int
    n_not_applicable: int
    mean: float | None
    max: int

    @property
    def share_sufficient(self) -> float | None:
        """The part of the scored images that is sufficient, 0 to 1."""
        return self.n_sufficient / self.n if self.n else None


def overview(form: Form, answers: Sequence[Answers]) -> tuple[CriterionResult, ...]:
    """Return per criterion, in the form's order, what the answers of all images come to."""
    return tuple(_result(form, criterion.code, answers) for criterion in form.criterion)


def _result(form: Form, code: str, answers: Sequence[Answers]) -> CriterionResult:
    scale = form.scale_of(code)
    given = [answer[code] for answer in answers if code in answer]
    steps = [step for value in given if value is not None and (step := scale.by_value(value))]
    return CriterionResult(
        code=code,
        n=len(steps),
        n_sufficient=sum(step.sufficient for step in steps),
        n_not_applicable=sum(value is None for value in given),
        mean=sum(step.value for step in steps) / len(steps) if steps else None,
        max=scale.max,
    )


def most_to_gain(results: Sequence[CriterionResult]) -> tuple[CriterionResult, ...]:
    """Return the criteria that were least often sufficient, all that are equal; none where everything is sufficient."""
    shares = [(Fraction(result.n_sufficient, result.n), result) for result in results if result.n]
    lowest = min((share for share, _ in shares), default=Fraction(1))
    return tuple(result for share, result in shares if share == lowest < 1)
