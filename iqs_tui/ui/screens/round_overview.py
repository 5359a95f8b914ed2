"""What the scores of one round come to, over the images whose scores who is signed in may see."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.forms import words
from iqs_tui.locale import language, t
from iqs_tui.store.reading.scoring import RoundOverview, overview
from iqs_tui.ui import scoring_words
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.results_chart import ResultsChart

MAX_GAINS = 3
"""More names in one line are no advice any more."""


class RoundOverviewScreen(IqsScreen):
    """Per criterion how often it was sufficient, always with the number it rests on."""

    title_key = "scoring.overview"
    keys = (
        Key("enter", "keys.next", "back"),
        Key("l", "keys.sign_in", "open('sign_in')"),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self, round_id: str) -> None:
        super().__init__()
        self._round_id = round_id

    def compose_body(self) -> ComposeResult:
        """What it rests on, the criteria, and where there is most to gain."""
        yield Static(id="overview-head")
        yield ResultsChart()
        yield Static(id="overview-foot")

    def show(self) -> None:
        """Read the scores."""
        found = overview(self._round_id, scoring_words.viewer_of(self.iqs))
        if found is None:
            self.call_next(self.action_back)
            return
        chart = self.query_one(ResultsChart)
        chart.display = bool(found.n_scored)
        chart.set_results(found.line.form, found.results)
        self.query_one("#overview-head", Static).update(_head(found))
        self.query_one("#overview-foot", Static).update(self._foot(found))

    def visible_keys(self) -> tuple[Key, ...]:
        """Who is signed in need not sign in."""
        return tuple(key for key in self.keys if "sign_in" not in key.action or self.iqs.session.user is None)

    def _foot(self, found: RoundOverview) -> Content:
        if not found.n_scored:
            return Content(self._why_empty(found))
        parts: list[Content] = []
        if found.most_to_gain:
            parts.append(_gain(found))
        else:
            parts.append(Content.styled(t("scoring.all_sufficient"), "bold $success"))
        if found.remarks:
            parts.append(Content.styled(f"{t('scoring.remarks')}  {' · '.join(found.remarks)}", "$muted"))
        return Content("\n").join(parts)

    def _why_empty(self, found: RoundOverview) -> str:
        if self.iqs.session.user is None:
            return t("scoring.sign_in_to_see")
        return t("scoring.own_images_only" if found.n_hidden else "scoring.nothing_scored")


def _head(found: RoundOverview) -> Content:
    line = found.line
    rests_on = [t("scoring.scored_images", n=found.n_scored)]
    if found.n_skipped:
        rests_on.append(t("scoring.skipped_images", n=found.n_skipped))
    if found.n_hidden:
        rests_on.append(t("scoring.hidden_images", n=found.n_hidden))
    rests_on.append(t("scoring.on_form", form=line.form.label(language()), n=line.n_candidates))
    what = f"{scoring_words.kind(line)} · {scoring_words.procedure(line)}"
    return Content.assemble((what, "bold"), "\n", (" · ".join(rests_on), "$muted"))


def _gain(found: RoundOverview) -> Content:
    names = {one.code: words(one, language()) for one in found.line.form.criterion}
    parts: list[str | tuple[str, str]] = [t("scoring.most_to_gain")]
    for place, one in enumerate(found.most_to_gain[:MAX_GAINS]):
        count = t("scoring.n_of_n", done=one.n_sufficient, n=one.n)
        parts += [" · " if place else "  ", (names[one.code], "bold $accent"), f" {count}"]
    if len(found.most_to_gain) > MAX_GAINS:
        parts.append(f" · {t('scoring.more', n=len(found.most_to_gain) - MAX_GAINS)}")
    return Content.assemble(*parts)
