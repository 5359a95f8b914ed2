"""Numbers in the unit they state, converted to the unit we keep.

Kept inside: dose-area product in Gy.m2, dose at the reference point in Gy, AGD and CTDIvol in mGy, DLP in mGy.cm,
tube load in mAs, tube voltage in kV, tube current in mA, time in s or ms, distance in mm, force in N. Reports state
units as UCUM codes, with and without dots (facts counted in 41 real reports): `Gy.m2`, `Gym2`, `dGy.cm2`, `mGycm`.
An unknown unit gives None: a number without its unit is not a dose. So does a number below zero: none of these
quantities has one.
"""

import math

_TO_GY_M2 = {
    "gym2": 1.0,
    "dgym2": 1e-1,
    "cgym2": 1e-2,
    "mgym2": 1e-3,
    "ugym2": 1e-6,
    "gycm2": 1e-4,
    "dgycm2": 1e-5,
    "cgycm2": 1e-6,
    "mgycm2": 1e-7,
    "ugycm2": 1e-10,
}
_TO_GY = {"gy": 1.0, "dgy": 1e-1, "cgy": 1e-2, "mgy": 1e-3, "ugy": 1e-6}
_TO_MGY = {"gy": 1e3, "dgy": 1e2, "cgy": 10.0, "mgy": 1.0, "ugy": 1e-3}
_TO_MGY_CM = {"mgycm": 1.0, "ugycm": 1e-3, "gycm": 1e3, "dgycm": 1e2, "cgycm": 10.0, "gym": 1e5, "mgym": 1e2}
_TO_MAS = {"mas": 1.0, "uas": 1e-3, "as": 1e3}
_TO_KV = {"kv": 1.0, "v": 1e-3}
_TO_MA = {"ma": 1.0, "ua": 1e-3, "a": 1e3}
_TO_S = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "min": 60.0, "h": 3600.0}
_TO_MS = {"ms": 1.0, "us": 1e-3, "s": 1e3, "min": 6e4, "h": 3.6e6}
_TO_MM = {"mm": 1.0, "um": 1e-3, "cm": 10.0, "dm": 100.0, "m": 1000.0}
_TO_N = {"n": 1.0, "dan": 10.0, "kn": 1e3}

_PLAIN = str.maketrans({"µ": "u", "μ": "u", "²": "2"} | dict.fromkeys(".·⋅*^ "))


def dap_gym2(value: float, unit: str) -> float | None:
    """Return a dose-area product in Gy.m2, or None where the unit is not one of dose times area."""
    return _convert(value, unit, _TO_GY_M2)


def dose_gy(value: float, unit: str) -> float | None:
    """Return a dose in Gy, or None where the unit is not one of dose."""
    return _convert(value, unit, _TO_GY)


def dose_mgy(value: float, unit: str) -> float | None:
    """Return a dose in mGy, or None where the unit is not one of dose."""
    return _convert(value, unit, _TO_MGY)


def dlp_mgycm(value: float, unit: str) -> float | None:
    """Return a dose-length product in mGy.cm, or None where the unit is not one of dose times length."""
    return _convert(value, unit, _TO_MGY_CM)


def load_mas(value: float, unit: str) -> float | None:
    """Return a tube load in mAs, or None where the unit is not one of current times time."""
    return _convert(value, unit, _TO_MAS)


def voltage_kv(value: float, unit: str) -> float | None:
    """Return a tube voltage in kV, or None where the unit is not one of voltage."""
    return _convert(value, unit, _TO_KV)


def current_ma(value: float, unit: str) -> float | None:
    """Return a tube current in mA, or None where the unit is not one of current."""
    return _convert(value, unit, _TO_MA)


def time_s(value: float, unit: str) -> float | None:
    """Return a duration in seconds, or None where the unit is not one of time."""
    return _convert(value, unit, _TO_S)


def time_ms(value: float, unit: str) -> float | None:
    """Return a duration in milliseconds, or None where the unit is not one of time."""
    return _convert(value, unit, _TO_MS)


def length_mm(value: float, unit: str) -> float | None:
    """Return a distance in mm, or None where the unit is not one of length."""
    return _convert(value, unit, _TO_MM)


def position_mm(value: float, unit: str) -> float | None:
    """Return a place along an axis in mm, which may be below zero; None where the unit is not one of length."""
    found = _convert(abs(value), unit, _TO_MM)
    return -found if found is not None and value < 0 else found


def force_n(value: float, unit: str) -> float | None:
    """Return a force in newton, or None where the unit is not one of force."""
    return _convert(value, unit, _TO_N)


def _convert(value: float, unit: str, factors: dict[str, float]) -> float | None:
    factor = factors.get(_plain(unit))
    if factor is None or not value >= 0:
        return None
    found = value * factor
    return found if math.isfinite(found) else None


def _plain(unit: str) -> str:
    return unit.strip().translate(_PLAIN).lower()
