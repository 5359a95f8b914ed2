"""The head of the prompt: which exposure, what its case rests on, who answers, and what was made around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from iqs_tui import locale
from iqs_tui.domain.reasons import Reason
from iqs_tui.locale import t
from iqs_tui.store.reading import prompt as reading
from iqs_tui.ui.evidence_words import rests_on
from iqs_tui.ui.words import exposure_time, exposure_words, label

if TYPE_CHECKING:
    from iqs_tui.store.reading.exposures import Named
    from iqs_tui.ui.app import IqsApp
    from iqs_tui.ui.asking import Asking


class Question(Vertical):
    """Four lines: the exposure, the question, what it rests on, the exposures before and after."""

    def compose(self) -> ComposeResult:
        """Two lines with a left and a right, and two whole."""
        with Horizontal():
            yield Static(id="question-exposure")
            yield Static(id="question-count")
        with Horizontal():
            yield Static(id="question-words")
            yield Static(id="question-person")
        yield Static(id="question-rests")
        yield Static(id="question-around")

    def show(self, asking: Asking, phase: str, reason: Reason | None) -> None:
        """Draw for this case and phase."""
        if asking.case is None:
            for static in self.query(Static):
                static.update("")
            self._put("exposure", Content.styled(t("prompt.nothing"), "bold"))
            self._put("words", Content.styled(t("prompt.nothing_hint"), "$muted"))
            return
        self._put("exposure", self._exposure(asking.case))
        self._put("count", _count(asking))
        self._put("words", Content.styled(_words(phase, reason, asking), "bold"))
        self._put("person", _person(asking, says_how=self.screen.has_class("-wide")))
        self._put("rests", Content.styled(rests_on(asking.case), "$muted"))
        self._put("around", self._around(asking.case.case_id, asking.case.subject))

    def _put(self, name: str, content: Content) -> None:
        self.query_one(f"#question-{name}", Static).update(content)

    def _exposure(self, case: reading.OpenCase) -> Content:
        zone = cast("IqsApp", self.app).config.site.zone
        repeat = reading.neighbours(case.case_id).repeat
        again = t("prompt.made_again", at=exposure_time(repeat, zone)) if repeat is not None else ""
        return Content.assemble(
            (exposure_time(case.subject, zone), "bold $accent"),
            ("   " + exposure_words(case.subject), "bold $accent"),
            ("   " + again, "$muted"),
        )

    def _around(self, case_id: str, subject: Named) -> Content:
        """The exposure before and after, with this one between them."""
        zone = cast("IqsApp", self.app).config.site.zone
        around = reading.neighbours(case_id)
        if around.before is None and around.after is None:
            return Content("")

        def name(named: Named | None) -> str:
            return f"{exposure_time(named, zone)} {exposure_words(named)}" if named else t("prompt.none")

        return Content.assemble(
            (f"{t('prompt.before')} {name(around.before)}", "$muted"),
            ("  →  ", "$muted"),
            (exposure_time(subject, zone), "$accent"),
            ("  →  ", "$muted"),
            (f"{t('prompt.after')} {name(around.after)}", "$muted"),
        )


def _count(asking: Asking) -> Content:
    """How many wait; once this one has its reason, how many are left."""
    n = asking.n_open
    if asking.given is not None:
        return Content.styled(t("prompt.n_left", n=n), "bold $accent") if n else Content("")
    return Content.styled(t("common.n_open", n=n), "bold $accent") if n > 1 else Content("")


def _words(phase: str, reason: Reason | None, asking: Asking) -> str:
    if phase == "dismiss":
        return t("prompt.what_was_it")
    if phase == "refine" and reason is not None:
        note = reason.note_en if locale.language() == "en" else reason.note_nl
        return " ".join(part for part in (f"{label(reason)}.", note, t("prompt.refine")) if part)
    if phase == "identify":
        return t("prompt.what_identity")
    if asking.case is not None and asking.case.is_question:
        return t("prompt.why_question")
    return t("prompt.why")


def _person(asking: Asking, *, says_how: bool) -> Content:
    """Who answers; where there is width, also how to switch, which the keys below say too."""
    name = asking.answerer[1]
    how = f"  {t('prompt.switch')}" if says_how else ""
    if name is None:
        return Content.styled(f"{t('prompt.you_are_room')}{how}", "$muted")
    return Content.assemble((t("prompt.you_are"), "$muted"), (f" {name}", "bold"), (how, "$muted"))
