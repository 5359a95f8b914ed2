"""Draws pretend images: what stands before the detector, the patient's own build, and what went wrong."""

import math
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from iqs_tui.simulator.anatomy import FIGURES, Limb, Oval, Shape
from iqs_tui.simulator.flaws import NO_FLAW, Flaw

SIDE = 256
"""Rows and columns of a projection image."""
CT_SIDE = 96
BITS = 12
_BUILDS = 6
"""Different patients that a figure is drawn of."""
_MARKERS = {
    "L": ((0, -1, 0, 1), (0, 1, 0.9, 1)),
    "R": ((0, -1, 0, 1), (0, -1, 0.9, -0.6), (0, 0, 0.9, -0.6), (0, 0, 0.9, 1)),
}
"""The lead letters, as bars."""
_CT_SLICES = {
    "HEAD": (
        (0.62, 0.78, 0, 0, 1000),
        (0.55, 0.71, 0, 0, 35),
        (0.06, 0.2, -0.09, 0, 8),
        (0.06, 0.2, 0.09, 0, 8),
    ),
    "CHEST": (
        (0.9, 0.66, 0, 0, 40),
        (0.34, 0.5, -0.42, 0, -820),
        (0.34, 0.5, 0.42, 0, -820),
        (0.22, 0.3, 0.1, -0.05, 60),
        (0.12, 0.12, 0, 0.5, 420),
        (0.1, 0.06, 0.05, -0.2, 260),
    ),
    "ABDOMEN": (
        (0.9, 0.68, 0, 0, -90),
        (0.82, 0.6, 0, 0, 40),
        (0.44, 0.42, -0.34, -0.08, 105),
        (0.12, 0.16, -0.4, 0.28, 170),
        (0.12, 0.16, 0.4, 0.28, 170),
        (0.13, 0.13, 0, 0.4, 420),
        (0.07, 0.07, 0.06, 0.2, 210),
        (0.12, 0.08, 0.34, -0.3, -700),
    ),
}
"""Ovals of a slice, the later over the earlier: half width and height, place, and value in HU."""
Picture = NDArray[np.float64]


def projection(figure: str, laterality: str, name: str, flaw: Flaw | None) -> bytes:
    """Return the pixels of a projection image, SIDE by SIDE, 12 bits in 16, white where most is held back.

    Images of one name look the same.
    """
    return _projection(figure, laterality, zlib.crc32(name.encode()) % _BUILDS, flaw or NO_FLAW)


@cache
def ct_slice(body_part: str) -> bytes:
    """Return the pixels of a CT slice, CT_SIDE by CT_SIDE, as HU + 1024."""
    x, y = _grid(CT_SIDE)
    values = np.full(x.shape, -1000.0)
    for width, height, centre_x, centre_y, hounsfield in _CT_SLICES[body_part]:
        inside = ((x - centre_x) / width) ** 2 + ((y - centre_y) / height) ** 2 < 1
        values = np.where(inside, hounsfield, values)
    noise = np.random.default_rng(zlib.crc32(body_part.encode())).normal(0, 12, x.shape)
    return _stored(values + noise + 1024)


@cache
def _projection(figure: str, laterality: str, build: int, flaw: Flaw) -> bytes:
    chance = np.random.default_rng(zlib.crc32(f"{figure} {laterality} {build}".encode()))
    lean, size, right, down = chance.normal(0, (1.5, 0.03, 0.02, 0.02))
    held_back = np.zeros((SIDE, SIDE))
    steps = np.linspace(-flaw.blur, flaw.blur, 5) if flaw.blur else (0.0,)
    for moved in steps:
        pose = _Pose(
            turn=float(np.radians(lean + flaw.tilt_deg)),
            scale=1 + size,
            right=right + flaw.shift[0] + moved,
            down=down + flaw.shift[1] + moved / 2,
            mirror=-1 if laterality == "L" else 1,
        )
        for shape in FIGURES[figure]:
            _add(held_back, shape, pose)
    grey = _exposed(held_back / len(steps), flaw.dose_factor, chance)
    x, y = _grid(SIDE)
    grey = np.maximum(grey, _marker(laterality))
    grey[(abs(x) > flaw.field) | (abs(y) > flaw.field)] = 0
    return _stored(grey * ((1 << BITS) - 1))


def _exposed(held_back: Picture, dose_factor: float, chance: np.random.Generator) -> Picture:
    """Return the grey values, 0 to 1: noisy with little dose, the thin parts black with much."""
    grey = 1 - np.exp(-1.6 * np.clip(held_back, 0, None))
    noise = 0.012 if dose_factor >= 1 else 0.05
    grey += chance.normal(0, noise, grey.shape) / np.sqrt(dose_factor)
    return np.clip(grey - 0.38, 0, None) * 1.25 if dose_factor > 1 else grey


@dataclass(frozen=True, slots=True)
class _Pose:
    """How the body lies before the detector."""

    turn: float
    """Radians, clockwise."""
    scale: float
    right: float
    down: float
    mirror: int

    def to_body(self, x: Picture, y: Picture) -> tuple[Picture, Picture]:
        """Return where in the body a place in the picture lies."""
        u, v = (x - self.right) / self.scale, (y - self.down) / self.scale
        cosine, sine = np.cos(self.turn), np.sin(self.turn)
        return (u * cosine + v * sine) * self.mirror, v * cosine - u * sine

    def to_picture(self, u: float, v: float) -> tuple[float, float]:
        """Return where in the picture a place in the body lies."""
        cosine, sine = np.cos(self.turn), np.sin(self.turn)
        u *= self.mirror
        return (u * cosine - v * sine) * self.scale + self.right, (u * sine + v * cosine) * self.scale + self.down


_AS_IT_STANDS = _Pose(turn=0.0, scale=1.0, right=0.0, down=0.0, mirror=1)


def _add(picture: Picture, shape: Shape, pose: _Pose) -> None:
    """Add what a shape holds back, looking only at the part of the picture that it can reach."""
    centre, reach = _circle(shape)
    window = tuple(
        slice(*np.clip(np.array([at - span, at + span]) * SIDE / 2 + SIDE / 2 + (0, 1), 0, SIDE).astype(int))
        for at, span in zip(reversed(pose.to_picture(*centre)), 2 * (reach * pose.scale,), strict=True)
    )
    x, y = _grid(SIDE)
    picture[window] += _through(shape, *pose.to_body(x[window], y[window]))


def _circle(shape: Shape) -> tuple[tuple[float, float], float]:
    """Return the middle and the radius of a circle around a shape."""
    if isinstance(shape, Oval):
        return shape.centre, max(shape.radii)
    (x0, y0), (x1, y1) = shape.start, shape.end
    return ((x0 + x1) / 2, (y0 + y1) / 2), math.hypot(x1 - x0, y1 - y0) / 2 + max(shape.widths)


@cache
def _grid(side: int) -> tuple[Picture, Picture]:
    line = (np.arange(side) + 0.5) / side * 2 - 1
    x, y = np.meshgrid(line, line)
    return x, y


def _through(shape: Shape, x: Picture, y: Picture) -> Picture:
    """Return how much a round shape holds back along each ray."""
    apart = _oval_apart(shape, x, y) if isinstance(shape, Oval) else _limb_apart(shape, x, y)
    length = np.sqrt(np.clip(1 - apart**2, 0, None))
    inner = np.sqrt(np.clip(1 - (apart / 0.78) ** 2, 0, None))
    return shape.density * (length - shape.hollow * inner)


def _oval_apart(oval: Oval, x: Picture, y: Picture) -> Picture:
    angle = np.radians(oval.tilt_deg)
    u, v = x - oval.centre[0], y - oval.centre[1]
    along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
    return np.hypot(along / oval.radii[0], across / oval.radii[1])


def _limb_apart(limb: Limb, x: Picture, y: Picture) -> Picture:
    (x0, y0), (x1, y1) = limb.start, limb.end
    run, rise = x1 - x0, y1 - y0
    along = np.clip(((x - x0) * run + (y - y0) * rise) / (run**2 + rise**2), 0, 1)
    width = limb.widths[0] + (limb.widths[1] - limb.widths[0]) * along
    return np.hypot(x - x0 - along * run, y - y0 - along * rise) / width


def _marker(laterality: str) -> Picture:
    """Return the lead letter, in the upper corner of the patient's side."""
    right, down = (0.82, -0.84) if laterality == "L" else (-0.88, -0.84)
    letter = np.zeros((SIDE, SIDE))
    for x0, y0, x1, y1 in _MARKERS.get(laterality, ()):
        start, end = (right + x0 * 0.07, down + y0 * 0.07), (right + x1 * 0.07, down + y1 * 0.07)
        _add(letter, Limb(start, end, (0.018, 0.018), 3.0), _AS_IT_STANDS)
    return np.clip(letter, 0, 1)


def _stored(values: Picture) -> bytes:
    return np.clip(np.rint(values), 0, (1 << BITS) - 1).astype("<u2").tobytes()
