"""SOP classes (PS3.4 B.5) and Image Types (PS3.3 C.7.6.1.1.2) sorted by what they say of the scanner's work."""

_STORAGE = "1.2.840.10008.5.1.4.1.1."

X_RAY_DOSE_REPORTS = frozenset({f"{_STORAGE}88.67", f"{_STORAGE}88.76"})
"""X-Ray Radiation Dose SR and Enhanced X-Ray Radiation Dose SR."""

GENERAL_REPORTS = frozenset({f"{_STORAGE}88.22", f"{_STORAGE}88.33"})
"""Enhanced SR and Comprehensive SR: a dose report where their content is one (GE CT, Siemens Arcadis)."""

PROJECTION = frozenset({"CR", "DX", "MG", "PX", "IO", "XA", "RF"})

_NEVER_ACQUIRED = (
    f"{_STORAGE}7",  # secondary captures
    f"{_STORAGE}11",  # presentation states
    f"{_STORAGE}30",  # parametric maps
    f"{_STORAGE}66",  # registrations, segmentations
    f"{_STORAGE}68",  # surface scans and the like
)


def is_derived(sop_class_uid: str, modality: str | None, image_type: tuple[str, ...]) -> bool:
    """Say whether an image was made from others, and so is no activity of the scanner.

    In projection X-ray, DERIVED with PRIMARY is how makers mark the very image of the exposure (GE XR220, GE
    Senographe, Carestream DRX): only DERIVED without PRIMARY is made afterwards. Elsewhere DERIVED says it.
    """
    if _is_never_acquired(sop_class_uid):
        return True
    values = tuple(value.upper() for value in image_type)
    if values[:1] != ("DERIVED",):
        return False
    return not (modality in PROJECTION and values[1:2] == ("PRIMARY",))


def _is_never_acquired(sop_class_uid: str) -> bool:
    """Say whether no object of this class comes straight from a detector."""
    return any(sop_class_uid == stem or sop_class_uid.startswith(f"{stem}.") for stem in _NEVER_ACQUIRED)
