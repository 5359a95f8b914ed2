"""Exposure index of digital X-ray detectors (IEC 62494-1): how far from its target. It is no patient dose."""

import math


def deviation_index(exposure_index: float | None, target: float | None) -> float | None:
    """Return the deviation index 10·log10(EI / EIT): 0 on target, ±3 a factor 2; None unless both are above zero."""
    if exposure_index is None or target is None or exposure_index <= 0 or target <= 0:
        return None
    return 10 * math.log10(exposure_index / target)
