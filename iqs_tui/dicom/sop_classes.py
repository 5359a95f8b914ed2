"""SOP classes (PS3.4 B.5) and Image Types (PS3.3 C.7.6.1.1.2) sorted by what they say of the scanner's work."""

_STORAGE = "1.2.840.10008.5.1.4.1.1."

X_RAY_DOSE_REPORTS = frozenset({f"{_STORAGE}88.67", f"{_STORAGE}88.76"})
"""X-Ray Radiation Dose SR and Enhanced X-Ray Radiation Dose SR.

Not Patient Radiation Dose SR (88.73): it estimates organ doses from irradiation events that the equipment's own
report has already told of (PS3.16 TID 10030), so it would count them twice. Not Radiopharmaceutical Radiation Dose SR
(88.68): no X-rays.
"""

GENERAL_REPORTS = frozenset({f"{_STORAGE}88.{kind}" for kind in (22, 33, 34, 35)})
"""Enhanced, Comprehensive, Comprehensive 3D and Extensible SR: a dose report where their content is one.

GE CT and Siemens Arcadis send theirs as Enhanced SR.
"""

PROJECTION = frozenset({"CR", "DX", "MG", "PX", "IO", "XA", "RF"})

SLICES = frozenset({f"{_STORAGE}2", f"{_STORAGE}4", f"{_STORAGE}128"})
"""CT, MR and PET Image Storage: one object per slice, by the thousand; the enhanced classes have one per scan."""

_GENERATED = frozenset({"GENERATED_2D", "ADDITION", "SUBTRACTION"})
"""Image Type value 4 of mammograms that were computed from others (PS3.3 C.8.11.7.1.4); value 3 may be empty."""

_SECONDARY_CAPTURES = f"{_STORAGE}7"
_NEVER_ACQUIRED = (
    _SECONDARY_CAPTURES,
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
    if modality == "MG" and not _GENERATED.isdisjoint(values[2:4]):
        return True
    return not (modality in PROJECTION and values[1:2] == ("PRIMARY",))


def is_secondary_capture(sop_class_uid: str) -> bool:
    """Say whether the class is a secondary capture, of one frame or more."""
    return _is_of(sop_class_uid, _SECONDARY_CAPTURES)


def _is_never_acquired(sop_class_uid: str) -> bool:
    """Say whether no object of this class comes straight from a detector."""
    return any(_is_of(sop_class_uid, stem) for stem in _NEVER_ACQUIRED)


def _is_of(sop_class_uid: str, stem: str) -> bool:
    return sop_class_uid == stem or sop_class_uid.startswith(f"{stem}.")
