"""Scoring forms: the criteria on which one image is scored, one key per answer.

They are data: `db/reference/forms/`, or handed out by the central server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from iqs_tui.domain.coded import refuse_doubles, words

NOT_APPLICABLE_KEY: Final = "0"

Answers = Mapping[str, int | None]
"""Criterion code to points; None: not applicable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One answer of a scale: one key."""

    key: str
    value: int
    nl: str
    en: str
    sufficient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The answers a criterion can get, from low to high; "n.v.t." is always there, under 0."""

    code: str
    step: tuple[Step, ...]

    def __post_init__(self) -> None:
        """Refuse a scale that could not be answered or counted."""
        where = f"scale {self.code}"
        refuse_doubles(f"{where}: key", [step.key for step in self.step])
        refuse_doubles(f"{where}: value", [str(step.value) for step in self.step])
        wrong = [step.key for step in self.step if step.key not in {*"123456789"}]
        if wrong:
            raise ValueError(
                f"{where}: key {', '.join(map(repr, wrong))} is not allowed; allowed: 1 to 9 (0 is n.v.t.)"
            )
        if not any(step.sufficient for step in self.step):
            raise ValueError(f"{where}: no step is marked `sufficient = true`; at least one must be")
        if [step.value for step in self.step] != sorted(step.value for step in self.step):
            raise ValueError(f"{where}: the steps must go from the lowest value to the highest")

    @property
    def max(self) -> int:
        """The highest number of points."""
        return self.step[-1].value

    def by_key(self, key: str) -> Step | None:
        """Return the answer under a key."""
        return next((step for step in self.step if step.key == key), None)

    def by_value(self, value: int) -> Step | None:
        """Return the answer that gives so many points."""
        return next((step for step in self.step if step.value == value), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One question about one image: a short name for lists, and the question itself."""

    code: str
    scale: str
    nl: str
    en: str
    ask_nl: str
    ask_en: str

    def ask(self, language: str) -> str:
        """Return the question."""
        return self.ask_en if language == "en" else self.ask_nl


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A scoring form, as read from `db/reference/forms/` or handed out by the central server.

    Raises:
        ValueError: a code or key stands twice, or a criterion names a scale that is not there.
    """

    code: str
    version: int
    nl: str
    en: str
    source: str
    scale: tuple[Scale, ...]
    criterion: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        """Refuse a form that could not be filled in."""
        where = f"form {self.code}"
        if self.version < 1:
            raise ValueError(f"{where}: version {self.version} is not allowed; the first is 1")
        if not self.criterion:
            raise ValueError(f"{where}: has no criterion; at least one must be there")
        refuse_doubles(f"{where}: criterion code", [criterion.code for criterion in self.criterion])
        refuse_doubles(f"{where}: scale code", [scale.code for scale in self.scale])
        scales = [scale.code for scale in self.scale]
        for criterion in self.criterion:
            if criterion.scale not in scales:
                known = ", ".join(scales) or "none"
                raise ValueError(
                    f"{where}: criterion {criterion.code}: no scale {criterion.scale!r}; there are: {known}"
                )

    def scale_of(self, code: str) -> Scale:
        """Return the scale of a criterion.

        Raises:
            KeyError: the form has no such criterion.
        """
        scales = {scale.code: scale for scale in self.scale}
        return scales[{criterion.code: criterion.scale for criterion in self.criterion}[code]]

    def label(self, language: str) -> str:
        """Return the form's name."""
        return words(self, language)

    def check(self, answers: Answers) -> None:
        """Refuse answers that do not fill in the whole form.

        Raises:
            ValueError: a criterion is missing or unknown, or its value is not on the scale.
        """
        known = {criterion.code for criterion in self.criterion}
        if set(answers) != known:
            odd = ", ".join(sorted(set(answers) ^ known))
            raise ValueError(f"form {self.code}: answer each criterion once; missing or unknown: {odd}")
        for code, value in answers.items():
            if value is not None and self.scale_of(code).by_value(value) is None:
                raise ValueError(f"form {self.code}: {code}: {value} is not on its scale")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormList:
    """The forms in force, as the central server hands them out.

    Raises:
        ValueError: a form stands twice.
    """

    version: int
    form: tuple[Form, ...]

    def __post_init__(self) -> None:
        """Refuse a list in which two forms share a code."""
        refuse_doubles("form code", [form.code for form in self.form])
