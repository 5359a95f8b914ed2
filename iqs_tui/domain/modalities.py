"""What a dose report calls a modality, and what images of the same work call it."""

from collections.abc import Iterable

_FAMILY = {"CR": "DX", "PX": "DX", "IO": "DX", "XA": "RF"}
_FLUOROSCOPY = frozenset({"RF", "XA"})


def family_of(modality: str) -> str:
    """Return the modality that a report gives to work of this one: images say CR where the report says DX."""
    return _FAMILY.get(modality, modality)


def is_kind_of(modality: str, other: str) -> bool:
    """Say whether a modality is another one, told more precisely: XA is a kind of RF, as CR and PX are of DX."""
    return modality != other and family_of(modality) == other


def told_modality(reported: Iterable[str]) -> str | None:
    """Return the modality of an examination from those of its reports; None without any.

    One station can send reports of fluoroscopy and of radiographs (Siemens dRF Max): with both it was fluoroscopy.
    """
    names = set(reported)
    return min(names - {"DX"} if names & _FLUOROSCOPY else names, default=None)
