"""What stands beside a picture: technique, dose, what a case rests on, what was put right in it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from iqs_tui.domain.dose import Quantity
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.blue_bin.case import BinCase, Corrected, Shot
from iqs_tui.ui import dose_words
from iqs_tui.ui.analysis_words import minus
from iqs_tui.ui.bin_choice import reason_in_words
from iqs_tui.ui.words import exposure_words

_DOSES: dict[str, Quantity] = {"dap_gym2": "DAP", "agd_mgy": "AGD", "ctdivol_mgy": "CTDIvol", "dlp_mgycm": "DLP"}


def when(moment: datetime | None, zone: ZoneInfo) -> str:
    """Return when an exposure was made, also where that is not known."""
    return numbers.day_and_time(moment, zone) if moment else t("blue_bin.no_time")


def technique(shot: Shot) -> tuple[str, ...]:
    """Return "120 kVp · 2,5 mAs" and "EI 251 (doel 250) · DI −0,3"; what is not known is left out."""
    has_target = shot.exposure_index is not None and shot.target_exposure_index is not None
    target = t("blue_bin.target", value=numbers.decimal(shot.target_exposure_index or 0, 0)) if has_target else ""
    lines = (
        (_said(shot.kvp, 0, "{} kVp"), _said(shot.mas, 1, "{} mAs")),
        (_said(shot.exposure_index, 0, "EI {}") + target, _said(shot.deviation_index, 1, "DI {}")),
    )
    return tuple(" · ".join(part for part in line if part) for line in lines if any(line))


def _said(value: float | None, digits: int, words: str) -> str:
    return "" if value is None else words.format(minus(numbers.decimal(value, digits)))


def dose(shot: Shot) -> str:
    """Return the dose of an exposure: "DAP 8,1 µGy·m²"; empty where none was received."""
    for name, quantity in _DOSES.items():
        value = getattr(shot, name)
        if value:
            return f"{quantity} {dose_words.amount(quantity, value)} {dose_words.unit(quantity)}"
    return ""


def name(shot: Shot) -> str:
    """Return what an exposure is called."""
    return exposure_words(shot.subject)


def answer(case: BinCase) -> str:
    """Return what was answered: a reason, "geen afkeur" and what it was, or that it waits."""
    if case.state == "open":
        return t("blue_bin.case_open")
    if case.state == "expired":
        return t("blue_bin.case_expired")
    words = reason_in_words(case.reason_code, case.reason_label)
    return f"{t('blue_bin.case_dismissed')}: {words}" if case.state == "dismissed" else words


def correction(one: Corrected, zone: ZoneInfo) -> str:
    """Return one correction in a sentence: when, who, from what to what, and why."""
    who = one.who or t("blue_bin.by_manager" if one.by == "admin" else "blue_bin.by_room")
    before, after = reason_in_words(one.before_code), reason_in_words(one.after_code)
    change = t("blue_bin.change", before=before, after=after)
    return f"{numbers.day_and_time(one.at, zone)} {who}: {change} “{one.why}”"
