"""On what a case rests, in words: every kind of signal with how sure it is, and what else it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from iqs_tui.locale import t
from iqs_tui.locale.numbers import duration

if TYPE_CHECKING:
    from iqs_tui.store.reading.prompt import Evidence, OpenCase

_SURE = ((0.9, "prompt.sure"), (0.7, "prompt.probable"), (0.0, "prompt.perhaps"))
"""From which confidence on a word is used."""


def rests_on(case: OpenCase) -> str:
    """Say everything that a case rests on, the most certain first."""
    return " · ".join(filter(None, map(said, case.evidence)))


def said(evidence: Evidence) -> str:
    """Say one kind of signal, how sure it is, and what else it says."""
    sure = next(t(key) for least, key in _SURE if evidence.confidence >= least)
    return ", ".join((f"{t(f'prompt.rests_on_{evidence.kind}')} ({sure})", *_more(evidence)))


def _more(evidence: Evidence) -> Iterator[str]:
    about = evidence.about
    if about.get("gap_s") is not None:
        yield _gap(timedelta(seconds=about["gap_s"]))
    if about.get("overlap_percent") is not None:
        yield t("prompt.overlap", percent=about["overlap_percent"])
    if about.get("exposures") is not None and about.get("images") is not None:
        yield t("prompt.counts", exposures=about["exposures"], images=about["images"])
    if about.get("missing") is not None and about.get("told") is not None:
        yield t("prompt.missing", missing=about["missing"], told=about["told"])
    if about.get("rule"):
        yield str(about["rule"])


def _gap(gap: timedelta) -> str:
    if gap < timedelta(minutes=2):
        return t("prompt.gap_seconds", seconds=round(gap.total_seconds()))
    return t("prompt.gap", gap=duration(gap))
