"""Doses in words: value, unit, DRN and age class, as the dose panel and its screen both say them."""

from __future__ import annotations

from iqs_tui import locale
from iqs_tui.domain.dose import SHOWN_IN
from iqs_tui.domain.drl import Choice
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.dose import DoseGroup
from iqs_tui.store.reading.dose_rows import Dose, Dosed


def amount(quantity: str, value: float) -> str:
    """Return a dose in the unit of the screens, without it: 8.13e-6 Gy.m2 is "8,1"."""
    shown = value * SHOWN_IN[quantity][0]
    return numbers.significant(float(f"{shown:.1e}") if shown < 100 else shown)


def level(quantity: str, value: float) -> str:
    """Return a reference value, which is a round number: "12", "5,9"."""
    words = amount(quantity, value)
    return words[:-2] if words.endswith((",0", ".0")) else words


def unit(quantity: str) -> str:
    """Return the unit of the screens."""
    return SHOWN_IN[quantity][1]


def quantity_of(dose: Dose | DoseGroup) -> str:
    """Return what was measured; of a CT's CTDIvol, which differs per acquisition, the highest is kept."""
    return t("dose.quantity_max") if dose.quantity == "CTDIvol" else dose.quantity


def dose(item: Dose) -> str:
    """Return "8,1 µGy·m²", or that no dose was received."""
    if item.value is None:
        return t("dose.no_dose")
    return f"{amount(item.quantity, item.value)} {unit(item.quantity)}"


def no_drl(choice: Choice) -> str:
    """Say that there is no DRN, and why where that is known."""
    named = {"age_unknown": "dose.no_drl_age", "phantom": "dose.no_drl_phantom", "no_value": "dose.no_drl_value"}
    return t(named.get(choice.missing, "dose.no_drl"))


def source(dosed: Dosed) -> str:
    """Say where the dose comes from."""
    return t(f"dose.source_{dosed.source}") if dosed.source else ""


def grounds(choice: Choice) -> str:
    """Say whose DRN it is, where it comes from, and who signed its mapping off."""
    row, signed = choice.row, choice.signed_off_by
    if row is None:
        return no_drl(choice)
    procedure = row.procedure_en if locale.language() == "en" else row.procedure_nl
    mapping = t("dose.signed", who=signed) if signed else t("dose.not_signed")
    return f"{t('dose.drl_of', procedure=procedure)} · {mapping} · {t('dose.drl_source', source=row.source)}"


def age_class(band: str) -> str:
    """Return the age class where it is not an adult's."""
    if band == "adult":
        return ""
    return t(f"dose.band_{band}") if band in {"unknown", "0"} else t("dose.band_years", years=band.replace("-", "–"))


def group_name(group: DoseGroup) -> str:
    """Return what a group is made of: "X-thorax PA", "CT abdomen · 5–9 jaar"."""
    name = group.name or t("dose.unnamed")
    if group.view and group.view.casefold() not in name.casefold().split():
        name = f"{name} {group.view}"
    return " · ".join(part for part in (name, age_class(group.band)) if part)


def standing(group: DoseGroup) -> str:
    """Say how a group stands to its DRN; one that is too small is not compared."""
    if group.standing == "too_few":
        return t("dose.not_yet_row", needed=group.needed)
    return t(f"dose.standing_{group.standing}")
