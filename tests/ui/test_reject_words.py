"""The figures of the reject analysis in words: what they find and rest on; nobody is named, ranked or judged."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from iqs_tui import locale
from iqs_tui.domain.control_chart import WeekCount, chart
from iqs_tui.domain.reject_rate import Answers, Basis, Rate
from iqs_tui.domain.standardised import Standard
from iqs_tui.store.reading.reject_analysis.figures import Unit
from iqs_tui.ui import reject_chart_words, reject_words
from iqs_tui.ui.analysis_words import in_lines

PLAIN = Basis("DX", "events")


class TestWeeksInWords:
    @staticmethod
    def told(rates: list[int], n: int = 500) -> str:
        monday = date(2026, 3, 2)
        weeks = [WeekCount(monday=monday + timedelta(weeks=i), k=k, n=n) for i, k in enumerate(rates)]
        return reject_chart_words.finding(chart(PLAIN, weeks))

    def test_a_level_that_stays_higher(self):
        told = self.told([30, 34] * 6 + [40, 41, 39, 42, 40, 43, 41, 38, 39])
        assert told == ("Sinds week 22 (25 mei) hoger niveau: 9 weken op rij boven de middelste week (6,8 %).")

    def test_one_that_came_back(self):
        told = self.told([30, 41] * 5 + [20] * 9 + [30, 41] * 3 + [70])
        assert "Van week 20 (11 mei) tot en met week 28 lager niveau" in told
        assert "1 week buiten 99,8 %: week 35." in told

    def test_chance(self):
        assert self.told([20, 30, 22, 28] * 4) == "Geen ander niveau gevonden: 16 weken wisselen zoals bij toeval."

    def test_too_few_and_nothing(self):
        assert self.told([20, 30]) == "Nog geen uitspraak over het niveau: 2 bruikbare weken, 10 nodig."
        assert self.told([]) == "Nog geen uitspraak over het niveau: 0 bruikbare weken, 10 nodig."
        assert "0 bruikbare weken" in self.told([1, 2, 3], n=20)


class TestUnitsInWords:
    @staticmethod
    def unit(k: int, n: int, answered: int, raised: int, **more: Any) -> Unit:
        coverage = Answers(n_answered=answered, n_open=raised - answered)
        rate = Rate(basis=PLAIN, k=k, n=n, low=0.01, high=0.1, coverage=coverage)
        adjusted = Standard({"a": (80, 1000)}).adjusted({"a": (k, n)})
        values: dict[str, Any] = {"name": ("X", None), "is_own": False, "position": "low_998", "adjusted": adjusted}
        return Unit(rate=rate, **values | more)

    def test_low_is_a_signal_too_and_coverage_comes_first(self):
        told = reject_chart_words.grounds(self.unit(2, 500, 10, 60, remark="low_coverage"))
        assert "Laag is ook een signaal: kijk eerst of de vragen beantwoord zijn (17 % van de vragen" in told
        told = reject_chart_words.grounds(self.unit(2, 500, 10, 10, remark="look_closer"))
        assert "Laag is ook een signaal: kijk naar mobiele opnamen" in told

    def test_observed_beside_expected_with_its_interval(self):
        told = reject_chart_words.grounds(self.unit(80, 1000, 80, 80, remark=None))
        assert told == "Verwacht bij deze projecties 80,0, gevonden 80: verhouding 1,00 (0,79–1,24)"
        told = reject_chart_words.grounds(self.unit(1, 20, 1, 1, remark=None))
        assert told == "Verwacht bij deze projecties 1,6, gevonden 1. Vergelijken kan vanaf 63 opnamen."

    def test_a_name_that_is_not_there(self, config: Any):
        one = self.unit(1, 2, 0, 0, remark=None)
        assert reject_chart_words.unit_name(one, "projection", config) == "X"
        nameless = self.unit(1, 2, 0, 0, remark=None, name=(None,))
        assert reject_chart_words.unit_name(nameless, "procedure", config) == "niet vermeld"
        assert reject_chart_words.unit_name(nameless, "room", config) == "zonder kamer"


def test_a_basis_says_what_is_counted_and_from_what():
    said = [reject_words.basis(Basis(name, "images")) for name in ("DX", "CT", "NM", None)]
    assert said == [f"{name}, ontvangen beelden" for name in ("röntgen", "CT", "NM", "modaliteit niet vermeld")]


class TestWords:
    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_nothing_judges_ranks_or_alarms(self, language: str):
        never = (
            r"\b(beste|slechtste|slecht|beter|slechter|rang|ranglijst|score|fout(en)?|te veel|te hoog|norm|schuld|"
            r"presteert|prestatie|waarschuw|alarm|gevaar|best|worst|bad|better|worse|rank|error|too (many|high)|blame|"
            r"performance|warning|danger|fail)"
        )
        words = {key: text for key, text in locale.catalogue(language).items() if key.startswith("reject.")}
        assert len(words) > 80
        assert {key: text for key, text in words.items() if re.search(never, text, re.IGNORECASE)} == {}

    def test_the_style_sheet_has_no_colour_of_alarm(self):
        sheet = (Path(__file__).parents[2] / "styles" / "reject.tcss").read_text(encoding="utf-8")
        assert not re.search(r"\$(error|warning|success|accent)", sheet)


def test_a_legend_is_never_broken_within_a_part():
    assert in_lines(("● binnen 99,8 %", "· 95 %", "┅ 99,8 %"), 24) == "● binnen 99,8 %   · 95 %\n┅ 99,8 %"
    assert in_lines(("● binnen 99,8 %", "· 95 %"), 3) == "● binnen 99,8 %\n· 95 %"
    assert in_lines((), 10) == ""


def test_durations_and_scales():
    assert reject_words._span(84) == "1 min 24 s"
    assert reject_words._span(9.6) == "10 s"
    assert reject_words._span(59.9) == "1 min 00 s"
    assert reject_words._span(7300) == "2 u 02 min"
    assert reject_words.scale() == 0.1
