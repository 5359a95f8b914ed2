"""What pretend images show: the body as a few dozen soft shapes, enough to see at a glance how it was positioned.

Both axes of a picture run from -1 to 1, to the right and down.
"""

import math
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Limb:
    """A round bar from one end to the other, in which the rays go through tissue or bone."""

    start: tuple[float, float]
    end: tuple[float, float]
    widths: tuple[float, float]
    """Half the thickness at both ends."""
    density: float
    """How much is held back in its middle; below zero it is air."""
    hollow: float = 0.0
    """How much less dense its inside is than its wall."""


@dataclass(frozen=True, slots=True)
class Oval:
    """A round body."""

    centre: tuple[float, float]
    radii: tuple[float, float]
    density: float
    hollow: float = 0.0
    tilt_deg: float = 0.0


Shape = Limb | Oval
Figure = tuple[Shape, ...]


def _bone(x0: float, y0: float, w0: float, x1: float, y1: float, w1: float, density: float = 0.55) -> Limb:
    return Limb((x0, y0), (x1, y1), (w0, w1), density, hollow=0.45)


def _flesh(x0: float, y0: float, w0: float, x1: float, y1: float, w1: float, density: float = 0.55) -> Limb:
    return Limb((x0, y0), (x1, y1), (w0, w1), density)


def _sides(*shapes: Shape) -> Figure:
    """Return shapes of the right half of the picture, and the same on the left."""
    return shapes + tuple(_mirrored(shape) for shape in shapes)


def _mirrored(shape: Shape) -> Shape:
    if isinstance(shape, Limb):
        (x0, y0), (x1, y1) = shape.start, shape.end
        return Limb((-x0, y0), (-x1, y1), shape.widths, shape.density, shape.hollow)
    (x, y), tilt = shape.centre, -shape.tilt_deg
    return Oval((-x, y), shape.radii, shape.density, shape.hollow, tilt)


def _vertebrae(points: list[tuple[float, float]], half: float, density: float = 0.3) -> Figure:
    """Return one block per point, as wide as `half` on both sides."""
    return tuple(_flesh(x - half, y, 0.045, x + half, y, 0.045, density) for x, y in points)


def _ribs(density: float) -> Figure:
    """Return nine ribs on both sides, each an arc of four bars."""
    found: list[Shape] = []
    for number in range(9):
        y, reach = -0.62 + 0.135 * number, 0.42 + 0.035 * number
        arc = [(math.sin(a) * reach + 0.04, y - 0.1 + 0.2 * (1 - math.cos(a))) for a in (0.1, 0.6, 1.1, 1.6, 2.1)]
        found += [Limb(one, other, (0.026, 0.026), density) for one, other in pairwise(arc)]
    return _sides(*found)


def _chest() -> Figure:
    lungs = _sides(Oval((0.40, -0.12), (0.33, 0.66), -0.62, tilt_deg=-4))
    heart = (Oval((0.12, 0.30), (0.34, 0.30), 0.50, tilt_deg=25), Oval((0.03, -0.25), (0.15, 0.40), 0.25))
    belly = _sides(Oval((0.42, 0.86), (0.48, 0.40), 0.55))
    torso = (Oval((0, 0.15), (0.92, 1.25), 0.72), _flesh(0, -1.1, 0.2, 0, -0.6, 0.3, 0.3))
    collar = _sides(_bone(0.06, -0.66, 0.035, 0.62, -0.80, 0.04, 0.3))
    spine = _vertebrae([(0, -0.95 + 0.14 * n) for n in range(14)], 0.07, 0.16)
    return torso + lungs + belly + heart + collar + spine + _ribs(0.13)


def _chest_side() -> Figure:
    torso = (Oval((0, 0.1), (0.66, 1.2), 0.8),)
    lungs = (Oval((0.02, -0.1), (0.50, 0.72), -0.55, tilt_deg=6), Oval((0.1, 0.85), (0.62, 0.38), 0.5))
    heart = (Oval((-0.22, 0.25), (0.26, 0.3), 0.38, tilt_deg=-30),)
    spine = _vertebrae([(0.40 + 0.06 * math.sin(n / 4), -0.9 + 0.14 * n) for n in range(14)], 0.07, 0.3)
    return torso + lungs + heart + spine + (_bone(-0.52, -0.5, 0.03, -0.6, 0.15, 0.03, 0.3),)


def _knee() -> Figure:
    return (
        _flesh(0, -1.1, 0.50, 0, 1.1, 0.40),
        _bone(-0.02, -1.1, 0.17, 0, -0.35, 0.20),
        Oval((-0.17, -0.16), (0.22, 0.20), 0.45),
        Oval((0.18, -0.16), (0.22, 0.20), 0.45),
        Oval((0.0, -0.28), (0.15, 0.17), 0.22),
        _bone(-0.24, 0.13, 0.10, 0.24, 0.13, 0.10, 0.40),
        _bone(0.0, 0.2, 0.22, -0.03, 1.1, 0.14),
        _bone(0.30, 0.34, 0.07, 0.26, 1.1, 0.05, 0.4),
    )


def _knee_side() -> Figure:
    return (
        _flesh(0.35, -1.1, 0.46, 0.02, -0.05, 0.46),
        _flesh(0.02, 0.0, 0.42, 0.25, 1.1, 0.36),
        _bone(0.32, -1.1, 0.15, 0.08, -0.3, 0.18),
        Oval((0.05, -0.12), (0.25, 0.22), 0.5),
        Oval((-0.34, -0.24), (0.08, 0.15), 0.5, tilt_deg=12),
        _bone(0.04, 0.2, 0.20, 0.18, 1.1, 0.13),
        _bone(0.26, 0.34, 0.06, 0.36, 1.1, 0.05, 0.4),
    )


def _hand() -> Figure:
    palm: Figure = (_flesh(0, 0.15, 0.42, 0, 0.5, 0.34, 0.3), _flesh(0, 0.5, 0.27, 0, 1.1, 0.24, 0.32))
    fingers: list[Shape] = []
    for x, tip, lean in ((-0.36, -0.42, -0.12), (-0.13, -0.72, -0.03), (0.10, -0.80, 0.03), (0.31, -0.62, 0.1)):
        joints = [0.42, 0.0, 0.0 + (tip - 0.0) * 0.5, tip * 0.8, tip]
        spots = [(x * 0.8 + lean * (0.42 - y), y) for y in joints]
        fingers.append(Limb(spots[1], spots[-1], (0.11, 0.08), 0.28))
        fingers += [_bone(*one, 0.050, *other, 0.042, 0.5) for one, other in pairwise(spots) if one != other]
    thumb: Figure = (
        _flesh(0.34, 0.36, 0.13, 0.78, -0.05, 0.09, 0.28),
        _bone(0.26, 0.46, 0.055, 0.50, 0.22, 0.05, 0.5),
        _bone(0.54, 0.18, 0.05, 0.74, 0.0, 0.04, 0.5),
    )
    wrist = tuple(Oval((-0.16 + 0.11 * (n % 4), 0.55 + 0.11 * (n // 4)), (0.075, 0.07), 0.4) for n in range(8))
    forearm = (_bone(0.1, 0.78, 0.12, 0.1, 1.1, 0.1), _bone(-0.16, 0.80, 0.07, -0.16, 1.1, 0.07))
    return palm + tuple(fingers) + thumb + wrist + forearm


def _foot() -> Figure:
    toes: list[Shape] = []
    for number in range(5):
        x, tip = -0.30 + 0.15 * number, -0.60 - 0.07 * number
        toes += [
            _flesh(x, -0.1, 0.10, x * 1.2, tip, 0.075, 0.26),
            _bone(x * 0.7, 0.25, 0.055, x, -0.2, 0.05),
            _bone(x, -0.24, 0.045, x * 1.2, tip + 0.05, 0.04),
        ]
    tarsus = tuple(Oval((-0.15 + 0.15 * (n % 3), 0.36 + 0.15 * (n // 3)), (0.1, 0.09), 0.4) for n in range(6))
    return (_flesh(0, -0.1, 0.40, 0, 0.9, 0.26, 0.35), *toes, *tarsus, _bone(0, 0.7, 0.17, 0, 1.05, 0.15))


def _shoulder() -> Figure:
    return (
        Oval((-0.5, 0.5), (0.9, 1.1), 0.45),
        _flesh(0.25, -0.2, 0.42, 0.5, 1.1, 0.36, 0.5),
        Oval((-0.62, 0.45), (0.36, 0.7), -0.4),
        Oval((0.22, -0.2), (0.26, 0.26), 0.5),
        _bone(0.3, -0.05, 0.18, 0.48, 1.1, 0.13),
        _bone(-0.9, -0.42, 0.05, 0.1, -0.58, 0.06, 0.45),
        _bone(-0.12, -0.3, 0.13, -0.4, 0.65, 0.07, 0.3),
        *_ribs(0.1)[::3],
    )


def _pelvis() -> Figure:
    halves = _sides(
        Oval((0.45, -0.30), (0.34, 0.42), 0.34, hollow=0.5, tilt_deg=-28),
        Oval((0.24, 0.52), (0.15, 0.2), 0.4, hollow=1.1, tilt_deg=20),
        Oval((0.57, 0.24), (0.15, 0.15), 0.42),
        _bone(0.60, 0.26, 0.1, 0.78, 0.42, 0.1, 0.42),
        _bone(0.78, 0.45, 0.11, 0.70, 1.1, 0.11, 0.5),
        _flesh(0.6, 0.5, 0.36, 0.58, 1.1, 0.36, 0.25),
    )
    spine = _vertebrae([(0, -0.95 + 0.17 * n) for n in range(5)], 0.13, 0.3)
    return (Oval((0, 0.0), (0.98, 0.95), 0.5), *halves, *spine, _flesh(0, -0.15, 0.22, 0, 0.25, 0.06, 0.32))


def _hip_side() -> Figure:
    return (
        Oval((-0.35, -0.1), (0.9, 0.9), 0.55),
        _flesh(0.0, 0.1, 0.5, 1.0, 0.5, 0.5, 0.3),
        Oval((-0.30, -0.22), (0.22, 0.22), 0.5),
        Oval((-0.36, -0.26), (0.34, 0.32), 0.25, hollow=0.9),
        _bone(-0.2, -0.15, 0.13, 0.15, 0.05, 0.14),
        _bone(0.15, 0.05, 0.17, 1.1, 0.50, 0.14),
        Oval((0.18, 0.2), (0.13, 0.16), 0.3),
    )


def _abdomen() -> Figure:
    gas = [
        ((-0.5, -0.1), (0.14, 0.3)),
        ((0.52, -0.2), (0.13, 0.34)),
        ((0.1, -0.42), (0.34, 0.1)),
        ((0.2, 0.3), (0.12, 0.1)),
    ]
    spine = _vertebrae([(0, -0.95 + 0.2 * n) for n in range(7)], 0.13, 0.32)
    crests = _sides(Oval((0.55, 0.85), (0.34, 0.42), 0.3, hollow=0.5, tilt_deg=-30))
    air = tuple(Oval(centre, radii, -0.22) for centre, radii in gas)
    liver = (Oval((-0.42, -0.62), (0.5, 0.36), 0.15), Oval((0.5, -0.7), (0.2, 0.24), 0.1))
    return (Oval((0, 0), (0.96, 1.35), 0.6), *liver, *air, *spine, *crests)


def _neck(bend: float) -> Figure:
    """Return the neck from the side; bent forwards below zero, backwards above."""
    path = [(0.12 + bend * (1 - n / 6) ** 2, -0.45 + 0.2 * n) for n in range(7)]
    skull = (path[0][0] - 0.2 + bend * 0.4, -0.85)
    return (
        *(Limb(one, other, (0.42, 0.46), 0.16) for one, other in pairwise(path)),
        Oval(skull, (0.62, 0.42), 0.35, hollow=0.5, tilt_deg=bend * 50),
        *_vertebrae(path, 0.09, 0.38),
        *(_bone(x + 0.17, y, 0.03, x + 0.36, y + 0.06, 0.035, 0.3) for x, y in path[1:]),
        Oval((0.1, 1.05), (0.9, 0.35), 0.4),
    )


def _spine() -> Figure:
    path = [(0.10 * math.sin(n / 3.2), -0.97 + 0.095 * n) for n in range(20)]
    return (
        Oval((0, 0), (0.6, 1.5), 0.5),
        *_sides(Oval((0.28, -0.35), (0.22, 0.42), -0.32), Oval((0.33, 0.88), (0.22, 0.26), 0.3, hollow=0.5)),
        *(_flesh(x - 0.075, y, 0.03, x + 0.075, y, 0.03, 0.36) for x, y in path),
    )


def _leg() -> Figure:
    return (
        _flesh(0, -1.1, 0.30, 0, 1.1, 0.17, 0.5),
        Oval((-0.12, -0.88), (0.09, 0.08), 0.5),
        _bone(0.06, -0.8, 0.07, 0.0, -0.05, 0.06),
        _bone(-0.06, -0.02, 0.06, 0.06, -0.02, 0.06, 0.4),
        _bone(0.0, 0.05, 0.07, 0.0, 0.88, 0.05),
        _bone(0.08, 0.1, 0.03, 0.07, 0.9, 0.03),
        _bone(-0.04, 0.93, 0.06, 0.06, 0.93, 0.06),
    )


def _breast(reach: float) -> Figure:
    spots = [(0.35, -0.1, 0.2), (0.1, 0.15, 0.25), (0.45, 0.2, 0.15), (0.2, -0.25, 0.18), (-0.1, -0.05, 0.25)]
    gland = tuple(Oval((x - 0.2, y), (size, size * 0.7), 0.2) for x, y, size in spots)
    return (Oval((-1.0, 0.05), (1.0 + reach, 0.85), 0.42), *gland)


def _phantom() -> Figure:
    steps = tuple(_flesh(-0.6 + 0.2 * n, 0.6, 0.08, -0.6 + 0.2 * n, 0.7, 0.08, 0.1 + 0.07 * n) for n in range(7))
    holes = tuple(Oval((-0.45 + 0.3 * n, -0.1), (0.1, 0.1), 0.06 * (n + 1)) for n in range(4))
    return (_flesh(-0.6, 0, 0.9, 0.6, 0, 0.9, 0.4), *steps, *holes, _flesh(-0.7, -0.6, 0.02, 0.7, -0.6, 0.02, 0.5))


FIGURES: dict[str, Figure] = {
    "chest": _chest(),
    "chest_side": _chest_side(),
    "knee": _knee(),
    "knee_side": _knee_side(),
    "hand": _hand(),
    "foot": _foot(),
    "shoulder": _shoulder(),
    "pelvis": _pelvis(),
    "hip_side": _hip_side(),
    "abdomen": _abdomen(),
    "neck_bent": _neck(-0.35),
    "neck_back": _neck(0.30),
    "spine": _spine(),
    "leg": _leg(),
    "breast_cc": _breast(0.55),
    "breast_mlo": (*_breast(0.45), _flesh(-1.1, -1.1, 0.5, -1.0, 0.3, 0.1, 0.35)),
    "phantom": _phantom(),
}
"""By `catalogue.View.figure`."""
