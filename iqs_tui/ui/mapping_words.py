"""Mappings and DRN rows in words, as the mapping screens say them; and who edits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from iqs_tui import locale
from iqs_tui.domain import roles
from iqs_tui.domain.drl import DrlBook, DrlRow, RowMapping
from iqs_tui.domain.traffic import Catch, Caught, Unmapped
from iqs_tui.locale import t
from iqs_tui.store.drl_editing import Editor, EditRefused
from iqs_tui.store.reading.mapping import WINDOW
from iqs_tui.ui import dose_words

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

DAYS = WINDOW.days
"""In which it is counted what a mapping catches."""
_SPECIAL = re.compile(r"([\\.^$*+?{}\[\]|()])")
_TAKEN_SHOWN = 2


def editor(app: IqsApp) -> Editor:
    """Return who edits: who is signed in, else the account under which the face runs."""
    user = app.session.user
    if user is not None:
        return Editor(actor=user.user_id, name=user.name)
    from iqs_tui.ui.screens.admin.words import system_user

    account = system_user()
    return Editor(actor=account, name=account.partition(":")[2] or account)


def may_sign(app: IqsApp) -> bool:
    """Say whether who is here may sign a mapping off: at a kiosk that is a klinisch fysicus, not a manager."""
    user = app.session.user
    return app.face == "admin" or roles.may_sign(user.role if user else None)


def exactly(name: str) -> str:
    """Return the pattern that is this name and no other."""
    return "^" + _SPECIAL.sub(r"\\\1", name) + "$"


def row_name(item: RowMapping, book: DrlBook) -> str:
    """Return the DRN row that a mapping names, with its class; one that is not in the table says so."""
    if item.is_none:
        return t("mapping.none")
    rows = book.rows_of(item)
    name = procedure(rows[0]) if rows else item.procedure_nl
    words = f"{name} · {item.age_or_weight}" if item.age_or_weight else name
    return words if rows else t("mapping.not_in_table", name=words)


def procedure(row: DrlRow) -> str:
    """Return the procedure of a row in the language of the screen."""
    return (row.procedure_en if locale.language() == "en" else "") or row.procedure_nl


def pattern(item: RowMapping) -> str:
    """Return what is looked for, in one line: station, name, and what leaves it out."""
    parts = [item.matches]
    if item.excludes:
        parts.append(t("mapping.but_not", pattern=item.excludes))
    if item.station:
        parts.append(t("mapping.at_station", pattern=item.station))
    return " ".join(parts)


def classes(item: RowMapping) -> str:
    """Return the class of a mapping: "≥ 18 jaar"; empty where it has none."""
    bounds = (
        ("years", item.age_from, item.age_below),
        ("kg", item.weight_from, item.weight_below),
        ("mm", item.thickness_from_mm, item.thickness_below_mm),
    )
    return ", ".join(words for unit, low, below in bounds if (words := _class(t(f"mapping.unit_{unit}"), low, below)))


def _class(unit: str, low: float | None, below: float | None) -> str:
    if low is None and below is None:
        return ""
    if below is None:
        return t("mapping.from", low=number(low), unit=unit)
    if low is None:
        return t("mapping.below", below=number(below), unit=unit)
    return t("mapping.between", low=number(low), below=number(below), unit=unit)


def number(value: float | None) -> str:
    """Return a bound as a person types it: "18", "0,25"; empty where there is none."""
    if value is None:
        return ""
    text = f"{value:g}"
    return text.replace(".", ",") if locale.language() == "nl" else text


def signed(who: str, on: object) -> str:
    """Return who signed off and when; a dash where nobody did."""
    return f"{who} {on or ''}".strip() if who else "–"


def counted(caught: Caught) -> str:
    """Return what is caught: "134 opnamen van 41 patiënten in 90 dagen"."""
    if caught.n_exposures and caught.n_examinations:
        what = t("mapping.n_both", exposures=caught.n_exposures, examinations=caught.n_examinations)
    elif caught.n_examinations:
        what = t("mapping.n_examinations", n=caught.n_examinations)
    else:
        what = t("mapping.n_exposures", n=caught.n_exposures)
    return t("mapping.counted", what=what, patients=caught.n_patients, days=DAYS)


def caught_names(catch: Catch) -> str:
    """Return the names that are caught most, each with its number, and how many more there are."""
    names = " · ".join(f"{name or t('dose.unnamed')} {n}" for name, n in catch.top)
    more = catch.n_names - len(catch.top)
    return f"{names} · {t('mapping.more_names', n=more)}" if more > 0 else names


def costs(catch: Catch, book: DrlBook) -> list[str]:
    """Return what it takes from other mappings, what an earlier one keeps, and what lacks an age or weight."""
    lines = [
        t("mapping.taken", n=n, place=place + 1, row=row_name(book.mappings[place], book))
        for place, n in catch.taken[:_TAKEN_SHOWN]
    ]
    if catch.n_before:
        lines.append(t("mapping.kept_before", n=catch.n_before))
    if catch.n_unknown:
        lines.append(t("mapping.unknown_class", n=catch.n_unknown))
    return lines


def open_title(row: Unmapped) -> str:
    """Return the name of a protocol without a mapping."""
    return row.protocol or row.procedure or t("dose.unnamed")


def level(row: DrlRow, value: float | None) -> str:
    """Return a value of the table in the unit of the screens; a dash where it is not known."""
    return "–" if value is None else f"{dose_words.level(row.quantity, value)} {dose_words.unit(row.quantity)}"


def refused(problem: EditRefused) -> str:
    """Say why an edit was refused."""
    if problem.field:
        return t(f"mapping.problem_{problem.problem}", field=t(f"mapping.field_{problem.field}"))
    return t(f"mapping.refused_{problem.problem}")
