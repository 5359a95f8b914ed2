"""Doses in words: value, unit, DRN and age class, as the dose panel and its screen both say them."""

from __future__ import annotations

from collections.abc import Sequence

from iqs_tui import locale
from iqs_tui.domain.dose import QUANTITIES, SHOWN_IN
from iqs_tui.domain.drl import Choice
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.analysis.groups import Group
from iqs_tui.store.reading.analysis.listing import DoseRow
from iqs_tui.store.reading.analysis.rejects import RejectShare
from iqs_tui.store.reading.dose import DoseGroup
from iqs_tui.store.reading.dose_rows import Dose, Dosed

SEVERAL = frozenset(modality for modality, found in QUANTITIES.items() if len(found) > 1)
"""Modalities with more than one quantity: there a name does not tell which."""


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
    named = {
        "age_unknown": "dose.no_drl_age",
        "weight_unknown": "dose.no_drl_weight",
        "thickness_unknown": "dose.no_drl_thickness",
        "phantom": "dose.no_drl_phantom",
        "no_value": "dose.no_drl_value",
    }
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


def group_name(group: DoseGroup | Group) -> str:
    """Return what a group is made of: "X-thorax PA", "CT abdomen · 5–9 jaar"."""
    name = titled(group.name, group.view)
    return " · ".join(part for part in (name, age_class(group.band)) if part)


def titled(name: str | None, view: str | None) -> str:
    """Return a procedure with its view, once: "X-thorax PA", but "X-thorax PA en lateraal PA", which has two of them.

    A name ends with its own view, or with the side after it: "Knie AP R".
    """
    words = name or t("dose.unnamed")
    return words if not view or view.casefold() in words.casefold().split()[-2:] else f"{words} {view}"


def full_name(group: Group) -> str:
    """Return the name of a group with what else tells it from others: the protocol and the quantity of a CT."""
    parts = group_name(group).split(" · ")
    if group.protocol and group.protocol != group.name:
        parts.insert(1, group.protocol)
    if group.modality in SEVERAL:
        parts[0] = f"{parts[0]} {group.quantity}"
    return " · ".join(parts)


def counted(group: Group) -> str:
    """Say what a group rests on: "n = 412 doses van 388 patiënten"."""
    return t("dose.n_doses_patients", n=group.statistics.n, patients=group.n_patients)


def standing(group: DoseGroup | Group) -> str:
    """Say how a group stands to its DRN; one that is too small is not compared."""
    if group.standing == "no_drl":
        return no_drl(group.drl)
    if group.standing == "too_few":
        return not_yet(group)
    return t(f"dose.standing_{group.standing}")


def not_yet(group: DoseGroup | Group) -> str:
    """Say that a group is of too few patients to be compared: "n = 12, nog geen toets (20 nodig)"."""
    return t("dose.not_yet_group", n=group.n_patients, needed=group.needed)


def standing_short(group: Group) -> str:
    """Say the same in a table's cell."""
    if group.standing == "too_few":
        return t("dose.short_too_few", needed=group.needed)
    return t(f"dose.short_{group.standing}")


def left_out(group: Group) -> str:
    """Say how many doses are in no statistic because their value cannot be right; empty where there are none."""
    return t("dose.n_implausible", n=group.n_implausible) if group.n_implausible else ""


def known_size(group: Group, whole: Group | None = None) -> str:
    """Say of how many the weight and length are known.

    `whole`: the group with patients of any size, where `group` has those of standard size only.
    """
    if whole is None:
        return t("dose.n_known_size", k=group.n_known_size, n=group.statistics.n)
    known, of = whole.n_known_size, whole.statistics.n
    return t("dose.n_standard_size", n=group.statistics.n, known=known, of=of)


def reject_shares(found: Sequence[RejectShare]) -> str:
    """Say what part of the dose went to rejects, a line per modality; those without rejects share one."""
    lines = [_reject_share(one) for one in found if one.n_rejects]
    without = ", ".join(f"{one.modality} (n = {one.n_total})" for one in found if not one.n_rejects)
    return "\n".join([*lines, t("dose.no_rejects", of=without)] if without else lines)


def _reject_share(found: RejectShare) -> str:
    counts = {
        "n": found.n_rejects,
        "k": found.n_rejects_with_dose,
        "reports": found.n_from_report,
        "total": found.n_total_with_dose,
        "modality": found.modality,
        "quantity": found.quantity,
    }
    if found.share is None or not found.n_rejects_with_dose:
        return t("dose.rejects_without_dose", **counts)
    share = numbers.decimal(100 * found.share)
    return t("dose.rejects", share=share, **counts)


def group_grounds(group: Group, whole: Group | None = None) -> str:
    """Say what a group rests on, and on a second line how it stands and whose DRN that is; `whole` as `known_size`."""
    size = known_size(group, whole) if whole or group.n_known_size < group.statistics.n else ""
    head = " · ".join(part for part in (full_name(group), counted(group), left_out(group)) if part)
    row = "" if group.drl.row is None else grounds(group.drl)
    return f"{head}\n{' · '.join(part for part in (standing(group), size, row) if part)}"


def remark(dose: Dose) -> str:
    """Say what stands in the way of comparing one dose: a value that cannot be right, a weight that is not known."""
    if dose.implausible:
        return t("dose.implausible")
    return no_drl(dose.drl) if dose.drl.missing.endswith("_unknown") else ""


def marks(row: DoseRow) -> list[str]:
    """Return what is to be known of one dose of a list, each a sign with its words."""
    found = [t("dose.rejected", reason=row.reason_label or "").rstrip(" :")] if row.is_rejected else []
    return [*found, f"? {t('dose.implausible')}"] if row.implausible else found
