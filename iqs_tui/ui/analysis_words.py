"""What the analysis screens say alike: signed numbers, intervals, tests in plain words, where and what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.cells import cell_len

from iqs_tui.domain.comparison import SIGNIFICANT
from iqs_tui.domain.dose import SHOWN_IN
from iqs_tui.domain.scope import Scope
from iqs_tui.locale import numbers, t
from iqs_tui.ui import choosing, dose_words

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

MINUS = "−"


def minus(words: str) -> str:
    """Return a number with a minus sign instead of a hyphen."""
    return words.replace("-", MINUS, 1) if words.startswith("-") else words


def signed(words: str) -> str:
    """Return a difference with its sign: "+0,8", "−0,8", and "0" without one."""
    if not any(digit in "123456789" for digit in words):
        return words.removeprefix("-")
    return minus(words) if words.startswith("-") else f"+{words}"


def percent(fraction: float, digits: int = 0) -> str:
    """Return a fraction as a percentage without a sign of its own: -0.2 is "−20 %"."""
    return f"{minus(numbers.decimal(100 * fraction + 0.0, digits))} %"


def probability(p_value: float) -> str:
    """Return "p < 0,001", "p = 0,012" or "p = 0,31"."""
    if p_value < 0.001:
        return f"p < {numbers.decimal(0.001, 3)}"
    return f"p = {numbers.decimal(p_value, 3 if p_value < 0.1 else 2)}"


def verdict(p_value: float) -> str:
    """Return what a rank test says: "verschil aantoonbaar (p < 0,001)"."""
    key = "change.test_difference" if p_value < SIGNIFICANT else "change.test_none"
    return t(key, p=probability(p_value))


def in_lines(parts: Iterable[str], width: int) -> str:
    """Return parts beside each other in as few lines as fit, none of them broken."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}   {part}" if lines else part
        if lines and cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return "\n".join(lines)


def shown_unit(quantity: str) -> tuple[float, str]:
    """Return by what an inside value is multiplied on the screen, and its unit there; DI has neither."""
    return (1.0, "") if quantity == "DI" else SHOWN_IN[quantity]


def own_rooms(iqs: IqsApp) -> tuple[str, ...]:
    """Return the rooms a face looks at by itself: the kiosk its own, the manager's face all."""
    return () if iqs.face == "admin" else (iqs.room.id,)


def of_what(iqs: IqsApp, scope: Scope) -> str:
    """Return what a scope holds: procedure and view, rooms, and every filter that is not the usual one."""
    named = scope.modality or ""
    if scope.procedure is not None:
        named = dose_words.titled(scope.procedure or None, scope.view)
    parts = [named, choosing.rooms_in_words(iqs.config, scope.rooms)]
    parts.append("" if scope.which == "good" else t(f"dose.which_{scope.which}"))
    parts.append(dose_words.age_class(scope.band) if scope.band else "")
    parts.append(t("dose.size_standard") if scope.size == "standard" else "")
    parts.append(t("change.one_operator") if scope.operators else "")
    return " · ".join(part for part in parts if part)
