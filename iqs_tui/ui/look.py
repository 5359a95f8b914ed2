"""How a picture is looked at: contrast, brightness, zoom, and which part. Acts on the 8-bit preview, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Way = Literal["contrast", "brightness", "zoom", "right", "down"]

_CONTRAST, _BRIGHTNESS, _ZOOM = 1.25, 12, 1.5
_STEPS = {"contrast": (-6, 12), "brightness": (-16, 16), "zoom": (0, 7)}
_MIDDLE = 127.5
_PAN = 0.25
"""Of what is visible, at each step."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels of the picture."""


@dataclass(frozen=True, slots=True)
class Look:
    """Steps from the picture as it came; `x` and `y` (0 to 1) say which point stands in the middle."""

    contrast: int = 0
    brightness: int = 0
    zoom: int = 0
    x: float = 0.5
    y: float = 0.5

    @property
    def magnification(self) -> float:
        """How many times larger than where the whole picture fits."""
        return float(_ZOOM**self.zoom)

    @property
    def window(self) -> int:
        """How many of the 256 greys are spread from black to white."""
        return round(255 / _CONTRAST**self.contrast)

    @property
    def level(self) -> int:
        """Which grey becomes the middle one."""
        return round(_MIDDLE - _BRIGHTNESS * self.brightness)

    def turned(self, way: Way, steps: int) -> Look:
        """Return the look so many steps further, as far as it goes."""
        if way in {"right", "down"}:
            axis = "x" if way == "right" else "y"
            place = getattr(self, axis) + steps * _PAN / self.magnification
            return replace(self, **{axis: _clamped(place, self._half)})
        low, high = _STEPS[way]
        turned = replace(self, **{way: max(low, min(high, getattr(self, way) + steps))})
        return replace(turned, x=_clamped(turned.x, turned._half), y=_clamped(turned.y, turned._half))

    def at(self, x: float, y: float) -> Look:
        """Return the look with another point in the middle."""
        return replace(self, x=_clamped(x, self._half), y=_clamped(y, self._half))

    @property
    def _half(self) -> float:
        return 0.5 / self.magnification

    def greys(self, *, dim: bool = False) -> list[int]:
        """Return what each of the 256 greys becomes; `dim` where the whole screen is."""
        factor, share, level = _CONTRAST**self.contrast, 0.35 if dim else 1.0, _MIDDLE - _BRIGHTNESS * self.brightness
        return [round(share * max(0.0, min(255.0, _MIDDLE + (grey - level) * factor))) for grey in range(256)]

    def framed(self, width: int, height: int, across: int, down: int) -> tuple[Box, tuple[int, int]]:
        """Return which part of a picture is seen, and how large it is drawn, within `across` by `down` points."""
        scale = min(across / width, down / height) * self.magnification
        seen = min(float(width), across / scale), min(float(height), down / scale)
        middle = _within(self.x * width, seen[0], width), _within(self.y * height, seen[1], height)
        box = (middle[0] - seen[0] / 2, middle[1] - seen[1] / 2, middle[0] + seen[0] / 2, middle[1] + seen[1] / 2)
        return box, (max(1, round(seen[0] * scale)), max(1, round(seen[1] * scale)))


def _clamped(place: float, half: float) -> float:
    return max(half, min(1 - half, place))


def _within(middle: float, seen: float, whole: int) -> float:
    return max(seen / 2, min(whole - seen / 2, middle))
