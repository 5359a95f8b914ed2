"""What dose reports flag as rejected or repeated (PS3.16 TID 10003, 10013, 10042), and which exposure that is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from iqs_tui.domain.records import IrradiationEvent

Flags = dict[str, Any]
"""Of one event, as JSON values, each left out where the report does not say so: rejected, repeated (true or false),
reject_code, reject_words, repeat_code, repeat_words, repeats (the earlier event's UID)."""

_NAMES = {
    "rejected": "is_rejected",
    "reject_code": "reject_reason_code",
    "reject_words": "reject_reason_meaning",
    "repeated": "is_repeated",
    "repeat_code": "repeat_reason_code",
    "repeat_words": "repeat_reason_meaning",
    "repeats": "repeats_uid",
}
_ABOUT_REJECT = ("rejected", "reject_code", "reject_words")
_ABOUT_REPEAT = ("repeated", "repeat_code", "repeat_words", "repeats")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFlags:
    """What one report says, event by event."""

    sop_instance_uid: str
    content_at: datetime | None
    events: Mapping[str, Flags]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedEvent:
    """An event of the reports of a study, as the rule looks at it."""

    exposure_uid: str
    acquired_at: datetime | None
    device: str
    alike: tuple[str | None, ...]
    """Protocol, anatomy, view and laterality: two events that share them are the same view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """An exposure that was rejected, or made again."""

    exposure_uid: str
    flagged_uid: str
    """The event that carries the flag: of a repeat the later one."""
    is_repeat: bool
    code: str | None = None
    words: str | None = None


def flags_of(event: IrradiationEvent) -> Flags | None:
    """Return what a report says of an event; None where it flags nothing."""
    said = {name: value for name, field in _NAMES.items() if (value := getattr(event, field)) is not None}
    return said if "rejected" in said or "repeated" in said else None


def newest(reports: Iterable[ReportFlags]) -> dict[str, Flags]:
    """Return the flags of each event: reports are cumulative, and the newest that says so knows best."""
    found: dict[str, Flags] = {}
    for report in sorted(reports, key=_written):
        for uid, said in report.events.items():
            flags = found.setdefault(uid, {})
            for key, names in (("rejected", _ABOUT_REJECT), ("repeated", _ABOUT_REPEAT)):
                if key in said:
                    for name in names:
                        flags.pop(name, None)
                    flags |= {name: said[name] for name in names if name in said}
    return found


def flagged(flags: Mapping[str, Flags], events: Iterable[ReportedEvent]) -> list[Flagged]:
    """Return which exposures the flags are about.

    "Rejected" is about the event that carries it. "Repeated" is about an earlier one: the event that the report names,
    else the last one before it of the same view on the same machine; where there is none, the event itself is asked
    about. A repeat alone does not say that the earlier image was rejected: where both went on it counts as a repeat.
    """
    known = {event.exposure_uid: event for event in events}
    found = []
    for uid in sorted(flags.keys() & known.keys()):
        said = flags[uid]
        if said.get("rejected"):
            code, words = said.get("reject_code"), said.get("reject_words")
            found.append(Flagged(exposure_uid=uid, flagged_uid=uid, is_repeat=False, code=code, words=words))
        if said.get("repeated"):
            code, words = said.get("repeat_code"), said.get("repeat_words")
            earlier = _earlier(known[uid], said.get("repeats"), known)
            found.append(Flagged(exposure_uid=earlier, flagged_uid=uid, is_repeat=True, code=code, words=words))
    return found


def _earlier(event: ReportedEvent, named: str | None, known: Mapping[str, ReportedEvent]) -> str:
    if named is not None and named in known and named != event.exposure_uid:
        return named
    if event.acquired_at is None or not any(event.alike):
        return event.exposure_uid
    before = [
        (other.acquired_at, other.exposure_uid)
        for other in known.values()
        if (other.device, other.alike) == (event.device, event.alike)
        and other.acquired_at is not None
        and other.acquired_at < event.acquired_at
    ]
    return max(before)[1] if before else event.exposure_uid


def _written(report: ReportFlags) -> tuple[datetime, str]:
    return report.content_at or datetime.min.replace(tzinfo=UTC), report.sop_instance_uid
