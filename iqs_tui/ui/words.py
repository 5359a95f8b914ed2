"""Sentences that several screens share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from iqs_tui import locale
from iqs_tui.domain.reasons import Detail, NoReject, Reason
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.exposures import Named

if TYPE_CHECKING:
    from iqs_tui.store.reading.prompt import OpenCase

_STRONGEST_FIRST = ("rejection_note", "rdsr_flag", "rule", "key", "no_image", "mpps_count", "same_view", "ct_overlap")


def evidence(signals: Iterable[str]) -> str:
    """Say on what a case rests, by its strongest signal."""
    kinds = set(signals)
    strongest = next((kind for kind in _STRONGEST_FIRST if kind in kinds), None)
    return t(f"prompt.rests_on_{strongest}") if strongest else ""


def case_evidence(case: OpenCase) -> str:
    """Say on what an open case rests, in few words."""
    return evidence(case.signals)


def exposure_words(subject: Named) -> str:
    """Return what an exposure is called, also where nothing is known of it."""
    return subject.name or t("prompt.no_name")


def exposure_time(subject: Named, zone: ZoneInfo) -> str:
    """Return when an exposure was made: "14:39", or dashes of the same width."""
    return numbers.clock_time(subject.at, zone) if subject.at else "--:--"


def label(item: Reason | Detail | NoReject) -> str:
    """Return the words of an answer in the language of the screens."""
    return item.en if locale.language() == "en" else item.nl
