"""Which machine an exposure, a dose report and a procedure step belong to.

A report is often made elsewhere than its images: a workstation, a PACS console, a second station name of the same
scanner. A rule that looks at all that is known of a study, and never at what came first, gives one answer for every
order of arrival: images name their machine, reports follow the images whose irradiation events they tell of.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from iqs_tui.domain.modalities import family_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A device by its key (`domain.records.Device.key`), with what tells two of one type apart."""

    key: str
    manufacturer: str | None = None
    model: str | None = None
    device_serial: str | None = None
    station_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imaging:
    """A machine that made images of a study, derived ones not counted."""

    machine: Machine
    modalities: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A dose report or a procedure step: who says so, and of which exposures."""

    uid: str
    machine: Machine
    modality: str | None
    exposure_uids: frozenset[str] = field(default_factory=frozenset)


def owners(
    claims: Sequence[Claim], imaged: Mapping[str, str], imaging: Sequence[Imaging], reporting: Sequence[Imaging] = ()
) -> dict[str, str]:
    """Return the device key that each claim belongs to, by the claim's uid.

    Claims that share an exposure belong together. They belong to the machine of the images whose exposures they name;
    else to their own where that made images; else to the one machine of the study that made images of their modality
    and is not plainly another of the same type, or where none did to the one of their station's name; else, in the same
    way, to the one of `reporting`; else to their own.

    Args:
        claims: of one study.
        imaged: exposure to the key of the machine that made its images.
        imaging: the machines that made images of the study.
        reporting: machines that reports already belong to, for what names no images.
    """
    found: dict[str, str] = {}
    for group in _joined(claims):
        owner = _owner(group, imaged, imaging, reporting)
        found.update((claim.uid, owner) for claim in group)
    return found


def _owner(
    group: Sequence[Claim], imaged: Mapping[str, str], imaging: Sequence[Imaging], reporting: Sequence[Imaging]
) -> str:
    own = {claim.machine.key for claim in group}
    named = Counter(imaged[uid] for uid in frozenset().union(*(c.exposure_uids for c in group)) if uid in imaged)
    if named:
        return min(named, key=lambda key: (key not in own, -named[key], key))
    for machines in (imaging, reporting):
        found = _the_one(group, own, machines)
        if found is not None:
            return found
    return min(own)


def _the_one(group: Sequence[Claim], own: set[str], machines: Sequence[Imaging]) -> str | None:
    """Return the machine that a group without images must mean; None where it is not clear."""
    themselves = [each.machine.key for each in machines if each.machine.key in own]
    if themselves:
        return min(themselves)
    alike = [each for each in machines if _is_alike(group, each.modalities)]
    # A room that screens says RF in its procedure step and DX in its images: then only the station's name tells.
    named = [each for each in alike or machines if _has_station(group, each.machine)]
    if len(named) == 1:
        return named[0].machine.key
    if len(alike) == 1 and not any(_is_sibling(claim.machine, alike[0].machine) for claim in group):
        return alike[0].machine.key
    return None


def _is_alike(group: Iterable[Claim], modalities: Iterable[str]) -> bool:
    families = {family_of(modality) for modality in modalities}
    return any(claim.modality is None or family_of(claim.modality) in families for claim in group)


def _has_station(group: Iterable[Claim], machine: Machine) -> bool:
    return machine.station_name is not None and any(c.machine.station_name == machine.station_name for c in group)


def _is_sibling(one: Machine, other: Machine) -> bool:
    """Say whether two are plainly not the same: one type, two serial numbers."""
    is_type_same = (one.manufacturer, one.model) == (other.manufacturer, other.model)
    return bool(is_type_same and one.device_serial and other.device_serial and one.device_serial != other.device_serial)


def _joined(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Put the claims together that share an exposure, directly or through others between them."""
    groups: list[tuple[set[str], list[Claim]]] = []
    for claim in claims:
        of_it, members = set(claim.exposure_uids), [claim]
        apart = []
        for group in groups:
            if of_it.isdisjoint(group[0]):
                apart.append(group)
            else:
                of_it |= group[0]
                members = [*group[1], *members]
        groups = [*apart, (of_it, members)]
    return [members for _, members in groups]
