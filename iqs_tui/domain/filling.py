"""Filling in a form with one key per answer: what is asked now, and taking the last answer back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from iqs_tui.domain.forms import NOT_APPLICABLE_KEY, Criterion, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A form as far as it is filled in. The criteria are answered in the form's order."""

    form: Form
    values: tuple[int | None, ...] = ()
    """Points of the first criteria; None: not applicable."""
    remark: str = ""

    @classmethod
    def of(cls, form: Form, answers: Mapping[str, int | None], remark: str | None) -> Filling:
        """Return a form that was filled in before."""
        values = tuple(answers[criterion.code] for criterion in form.criterion)
        return cls(form=form, values=values, remark=remark or "")

    @property
    def current(self) -> Criterion | None:
        """What is asked now; None where all is answered."""
        return None if self.is_complete else self.form.criterion[len(self.values)]

    @property
    def is_complete(self) -> bool:
        """Whether every criterion has its answer."""
        return len(self.values) == len(self.form.criterion)

    @property
    def is_begun(self) -> bool:
        """Whether there is anything to lose."""
        return bool(self.values or self.remark)

    @property
    def answers(self) -> dict[str, int | None]:
        """The answers so far: criterion code to points."""
        return {criterion.code: value for criterion, value in zip(self.form.criterion, self.values, strict=False)}

    def press(self, key: str) -> Filling:
        """Answer what is asked now with a key; a key that is no answer changes nothing."""
        if self.current is None:
            return self
        if key == NOT_APPLICABLE_KEY:
            return replace(self, values=(*self.values, None))
        step = self.form.scale_of(self.current.code).by_key(key)
        return self if step is None else replace(self, values=(*self.values, step.value))

    def back(self) -> Filling:
        """Take the last answer back."""
        return replace(self, values=self.values[:-1])
