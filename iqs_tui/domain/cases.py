"""Signals become cases: one exposure, one case, whatever the order in which the messages came.

A signal names an exposure, or an image that may not have arrived yet, or (the key on the kiosk for an image that was
deleted at the console) neither. What is known of images decides which signals belong together; it is decided anew
whenever a signal or an image arrives, so order and repetition change nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

KEY = "key"
REJECTION_NOTE = "rejection_note"
SAME_VIEW = "same_view"

CONFIDENCE = {KEY: 1.0, REJECTION_NOTE: 0.98, SAME_VIEW: 0.4}
QUESTIONS = frozenset({SAME_VIEW})
"""Kinds that only ask: alone they never say that anything was rejected."""

REJECT_TITLES = frozenset({"113001", "113037"})
"""Titles of CID 7010 by which an image is rejected: for quality, for patient safety. A wrong worklist entry (113038) is
an identification error and retention (113039) housekeeping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One piece of evidence; `signal_id` is the same whenever the same message says the same."""

    signal_id: str
    kind: str
    source_uid: str
    at: datetime
    study_uid: str | None = None
    exposure_uid: str | None = None
    instance_uid: str | None = None
    cid7011: str | None = None
    description: str | None = None
    operator: str | None = None
    case_id: str | None = None
    """The case it belonged to when last looked at."""


@dataclass(frozen=True, slots=True)
class Group:
    """The signals of one exposure."""

    exposure_uid: str | None
    instance_uids: tuple[str, ...]
    signals: tuple[Signal, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds of its signals, sorted, each once."""
        return sorted({signal.kind for signal in self.signals})

    @property
    def is_question(self) -> bool:
        """It rests on kinds that only ask."""
        return all(signal.kind in QUESTIONS for signal in self.signals)

    @property
    def cid7011(self) -> str | None:
        """The reason that a signal brought, the earliest where several did."""
        brought = [signal for signal in self.signals if signal.cid7011]
        return min(brought, key=lambda s: (s.at, s.signal_id)).cid7011 if brought else None

    @property
    def description(self) -> str | None:
        """The free text that a signal brought, the earliest where several did."""
        brought = [signal for signal in self.signals if signal.description]
        return min(brought, key=lambda s: (s.at, s.signal_id)).description if brought else None

    @property
    def detected_at(self) -> datetime:
        """When the first signal came."""
        return min(signal.at for signal in self.signals)


def signal_id(kind: str, source_uid: str, target: str | None) -> str:
    """Name a signal by what it is, so that a message sent twice is one signal."""
    return f"{kind}:{source_uid}:{target or '-'}"


def group_signals(signals: Iterable[Signal], exposure_of: Mapping[str, str]) -> list[Group]:
    """Put the signals of one exposure together.

    Args:
        signals: of one study.
        exposure_of: SOP Instance UID to exposure, of the images that have arrived.
    """
    together: dict[tuple[str, str], list[Signal]] = {}
    for signal in sorted(signals, key=lambda s: s.signal_id):
        together.setdefault(_target(signal, exposure_of), []).append(signal)
    return [
        Group(
            exposure_uid=name if kind == "exposure" else None,
            instance_uids=tuple(sorted({s.instance_uid for s in members if s.instance_uid})),
            signals=tuple(members),
        )
        for (kind, name), members in sorted(together.items())
    ]


def _target(signal: Signal, exposure_of: Mapping[str, str]) -> tuple[str, str]:
    if signal.exposure_uid:
        return "exposure", signal.exposure_uid
    if signal.instance_uid:
        exposure_uid = exposure_of.get(signal.instance_uid)
        return ("exposure", exposure_uid) if exposure_uid else ("instance", signal.instance_uid)
    return "signal", signal.signal_id


def outcome(state: str, *, is_question: bool) -> str:
    """Return what a case counts as in every figure: rejected, repeated, or its state.

    Where only the same view told of it, both images went on to the PACS: answered, that is a repeat and no reject
    (AAPM TG-305).
    """
    if state != "answered":
        return state
    return "repeated" if is_question else "rejected"


_SETTLED = {"answered": 0, "dismissed": 1, "noted": 2, "expired": 3, "open": 4}


def survivor(cases: Iterable[tuple[str, str, datetime]]) -> str | None:
    """Choose which of several cases of one exposure stays: what a person answered, then the oldest.

    Args:
        cases: (case_id, state, detected_at) of each; the state is `noted` where only the note answered it.
    """
    ranked = sorted(cases, key=lambda case: (_SETTLED.get(case[1], 9), case[2], case[0]))
    return ranked[0][0] if ranked else None
