"""Figures three rows high, of box drawing that every console font has."""

from textual.renderables.digits import DIGITS, DIGITS3X3_BOLD

ROWS = 3


def big(text: str) -> list[str]:
    """Return a number as three rows; a character without a large form leaves its place blank."""
    forms = [_form(character) for character in text]
    return ["".join(form[row] for form in forms) for row in range(ROWS)]


def _form(character: str) -> list[str]:
    at = DIGITS.find(character) * ROWS
    found = DIGITS3X3_BOLD[at : at + ROWS] if at >= 0 else []
    return [row.ljust(3) for row in found] or ["   "] * ROWS
