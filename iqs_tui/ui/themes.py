"""The three themes and their dim variants.

All of them fill the same variables, so that a style sheet never asks which theme is in force. Text on every surface
has a contrast of at least 7:1 (WCAG 2.2, 1.4.6); the tests compute it. `vt` uses the console's own sixteen colours.
"""

from textual.theme import Theme

_DARK = {
    "background": "#0d1318",
    "surface": "#131b22",
    "panel": "#1c2730",
    "foreground": "#e8eef3",
    "muted": "#a9b9c6",
    "rule": "#3f5363",
    "primary": "#86c8f7",
    "secondary": "#a9b9c6",
    "accent": "#ffc457",
    "success": "#7ddba3",
    "warning": "#ffc457",
    "error": "#ffab9f",
    "cell": "#1a2731",
    "cell-hover": "#27404f",
    "key-foreground": "#0d1318",
    "key-background": "#86c8f7",
}
_LIGHT = {
    "background": "#eef2f5",
    "surface": "#fbfcfd",
    "panel": "#dde5ec",
    "foreground": "#101a22",
    "muted": "#364653",
    "rule": "#8497a5",
    "primary": "#0a4270",
    "secondary": "#364653",
    "accent": "#6b3a00",
    "success": "#0a4a2b",
    "warning": "#6b3a00",
    "error": "#7d1717",
    "cell": "#fbfcfd",
    "cell-hover": "#cfdfec",
    "key-foreground": "#ffffff",
    "key-background": "#0a4270",
}
_VT = {
    "background": "ansi_black",
    "surface": "ansi_black",
    "panel": "ansi_black",
    "foreground": "ansi_bright_white",
    "muted": "ansi_white",
    "rule": "ansi_white",
    "primary": "ansi_bright_cyan",
    "secondary": "ansi_white",
    "accent": "ansi_bright_yellow",
    "success": "ansi_bright_green",
    "warning": "ansi_bright_yellow",
    "error": "ansi_bright_red",
    "cell": "ansi_black",
    "cell-hover": "ansi_blue",
    "key-foreground": "ansi_black",
    "key-background": "ansi_bright_cyan",
}
_DARK_DIM = {
    **_DARK,
    "background": "#05080a",
    "surface": "#070b0e",
    "panel": "#0a1014",
    "foreground": "#7f8d98",
    "muted": "#66737d",
    "rule": "#1c262e",
    "primary": "#5d8094",
    "accent": "#9a7d45",
    "success": "#58806a",
    "warning": "#9a7d45",
    "error": "#99746e",
    "cell": "#0a1014",
    "key-background": "#33444f",
}
_LIGHT_DIM = {
    **_LIGHT,
    "background": "#2a3035",
    "surface": "#30373d",
    "panel": "#363e45",
    "foreground": "#b9c3cb",
    "muted": "#98a4ad",
    "rule": "#4b565f",
    "primary": "#9fb9cc",
    "accent": "#c9ac80",
    "success": "#9dbdaa",
    "warning": "#c9ac80",
    "error": "#cda6a2",
    "cell": "#363e45",
    "cell-hover": "#434d56",
    "key-foreground": "#2a3035",
    "key-background": "#8b9aa5",
}
_VT_DIM = {**_VT, **dict.fromkeys(("foreground", "primary", "accent", "success", "warning", "error"), "ansi_white")}
PALETTES = {
    "dark": _DARK,
    "light": _LIGHT,
    "vt": _VT,
    "dark-dim": _DARK_DIM,
    "light-dim": _LIGHT_DIM,
    "vt-dim": _VT_DIM,
}
"""The colours by theme: also what the contrast test reads."""
_OWN = ("muted", "rule", "cell", "cell-hover", "key-foreground", "key-background")


def themes() -> list[Theme]:
    """Return all themes, ready to register."""
    return [_theme(name, palette) for name, palette in PALETTES.items()]


def is_console(name: str) -> bool:
    """Say whether a theme is for a bare console: sixteen colours, and only the glyphs that console fonts have."""
    return name.startswith("vt")


def _theme(name: str, palette: dict[str, str]) -> Theme:
    return Theme(
        name=name,
        primary=palette["primary"],
        secondary=palette["secondary"],
        accent=palette["accent"],
        success=palette["success"],
        warning=palette["warning"],
        error=palette["error"],
        foreground=palette["foreground"],
        background=palette["background"],
        surface=palette["surface"],
        panel=palette["panel"],
        dark=not name.startswith("light"),
        ansi=is_console(name),
        variables=_variables(palette),
    )


def _variables(palette: dict[str, str]) -> dict[str, str]:
    """The names of Textual that would otherwise be blended, and our own (`$muted`, `$rule`, `$cell`, `$key-…`)."""
    return {
        **{name: palette[name] for name in _OWN},
        "text": palette["foreground"],
        "text-muted": palette["muted"],
        "text-disabled": palette["muted"],
        "foreground-muted": palette["muted"],
        "surface": palette["surface"],
        "panel": palette["panel"],
        "border": palette["primary"],
        "border-blurred": palette["rule"],
        "block-cursor-foreground": palette["key-foreground"],
        "block-cursor-background": palette["key-background"],
        "block-cursor-blurred-foreground": palette["foreground"],
        "block-cursor-blurred-background": palette["cell-hover"],
        "block-hover-background": palette["cell-hover"],
        "input-cursor-foreground": palette["key-foreground"],
        "input-cursor-background": palette["key-background"],
        "input-selection-foreground": palette["key-foreground"],
        "input-selection-background": palette["primary"],
        "scrollbar": palette["rule"],
        "scrollbar-hover": palette["primary"],
        "scrollbar-active": palette["primary"],
        "scrollbar-background": palette["background"],
        "scrollbar-background-hover": palette["background"],
        "scrollbar-background-active": palette["background"],
        "scrollbar-corner-color": palette["background"],
        "ansi-background": palette["background"],
        "ansi-foreground": palette["foreground"],
    }
