"""What the scores of a round come to: a bar per criterion with the numbers beside it."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from iqs_tui.domain.forms import Form, words
from iqs_tui.domain.scoring import CriterionResult
from iqs_tui.locale import language, numbers, t
from iqs_tui.ui.glyphs import bar, glyphs

_NAME, _COUNT, _MEAN, _NONE = 26, 22, 16, 9


class ResultsChart(Widget):
    """One criterion per line; on a high screen with a line of air."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._form: Form | None = None
        self._results: tuple[CriterionResult, ...] = ()

    def set_results(self, form: Form, results: tuple[CriterionResult, ...]) -> None:
        """Show these results."""
        self._form, self._results = form, results
        self.refresh()

    def render(self) -> RenderResult:
        """Draw as wide as there is room: the mean only where it fits."""
        if self._form is None:
            return Content("")
        is_airy = self.content_size.height >= 2 * len(self._results)
        rows = [self._row(self._form, result) for result in self._results]
        return Content("\n\n" if is_airy else "\n").join(rows)

    def _row(self, form: Form, result: CriterionResult) -> Content:
        width = self.content_size.width
        name = next(words(one, language()) for one in form.criterion if one.code == result.code)
        has_mean = width >= 100
        cells = max(8, min(40, width - _NAME - _COUNT - _NONE - (_MEAN if has_mean else 0) - 4))
        parts: list[Content | str | tuple[str, str]] = [(f"{name:<{_NAME}}", "bold")]
        if result.share_sufficient is None:
            parts += [
                (glyphs(self.app.theme).line * cells, "$rule"),
                ("  " + t("scoring.no_scores").ljust(_COUNT), "$muted"),
            ]
        else:
            count = t("scoring.n_sufficient", k=result.n_sufficient, n=result.n)
            parts += [(bar(result.share_sufficient, cells, self.app.theme), "$primary"), f"  {count:<{_COUNT}}"]
        if has_mean:
            parts.append((_mean(result).ljust(_MEAN), "$muted"))
        if result.n_not_applicable:
            parts.append((t("scoring.n_not_applicable", n=result.n_not_applicable), "$muted"))
        return Content.assemble(*parts).truncate(width, ellipsis=True)


def _mean(result: CriterionResult) -> str:
    """A mean of ja and nee says no more than their count."""
    if result.mean is None or result.max < 2:
        return ""
    return t("scoring.mean", mean=numbers.decimal(result.mean), max=result.max)
