"""Signals become cases: one exposure, one case, whatever the order in which the messages came.

A signal names an exposure, or an image that may not have arrived yet, or (the key on the kiosk for an image that was
deleted at the console) neither. What is known of images decides which signals belong together; it is decided anew
whenever a signal or an image arrives, so order and repetition change nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

KEY = "key"
REJECTION_NOTE = "rejection_note"
REVOCATION = "revocation"
RDSR_FLAG = "rdsr_flag"
NO_IMAGE = "no_image"
RULE = "rule"
SAME_VIEW = "same_view"
CT_OVERLAP = "ct_overlap"
MPPS_COUNT = "mpps_count"

TOLD = frozenset({KEY, REJECTION_NOTE, REVOCATION})
"""Kinds that are kept as they came; the others are derived, and taken back when the rows no longer say so."""
CONFIDENCE = {
    KEY: 1.0,
    REJECTION_NOTE: 0.98,
    REVOCATION: 0.98,
    RDSR_FLAG: 0.95,
    RULE: 0.95,
    NO_IMAGE: 0.85,
    MPPS_COUNT: 0.5,
    SAME_VIEW: 0.4,
    CT_OVERLAP: 0.4,
}
"""How far a signal of each kind is trusted, 0 to 1, where it does not say so itself."""
REPEATS = frozenset({SAME_VIEW, CT_OVERLAP})
"""Kinds whose images went on to the PACS, both of them: alone they tell of a repeat, never of a reject (TG-305)."""
QUESTIONS = REPEATS | {MPPS_COUNT}
"""Kinds that only ask: alone they never say that anything was rejected."""
_EXPLAINED = frozenset({NO_IMAGE, MPPS_COUNT})
"""Kinds that miss an image: a note of a wrong worklist entry explains why."""

IDENTIFICATION_TITLE = "113038"
"""Incorrect Modality Worklist Entry, of CID 7010: the image is good, but of another patient or examination."""

REJECT, REPEAT, IDENTIFICATION = "reject", "repeat", "identification"
"""What a case counts as once it is answered: each exposure in one of them only."""


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
    said_at: datetime | None = None
    """When the document that brought it was written; `at` is when it came in."""
    title: str | None = None
    """Of a note: its code of CID 7010."""
    about: dict[str, Any] | None = None
    """What else it rests on, as JSON values: the other exposure, the gap, the rule's name, the counts."""
    confidence: float | None = None
    """0 to 1; None: that of its kind (`CONFIDENCE`)."""
    cid7011: str | None = None
    description: str | None = None
    operator: str | None = None
    room: str | None = None
    case_id: str | None = None
    """The case it belonged to when last looked at."""

    @property
    def is_press(self) -> bool:
        """The key on the kiosk for an image that was deleted: which exposure it is about may turn out later."""
        return self.kind == KEY and self.signal_id == signal_id(KEY, self.source_uid, None)

    @property
    def tells_of(self) -> str:
        """Reject, repeat or identification; of a dose report's flag its `about` says which."""
        if self.kind in REPEATS or (self.kind == RDSR_FLAG and (self.about or {}).get("flag") == "repeated"):
            return REPEAT
        if self.kind == REJECTION_NOTE and self.title == IDENTIFICATION_TITLE:
            return IDENTIFICATION
        return REJECT

    @property
    def series(self) -> str | None:
        """The series of the slice that a note names."""
        return (self.about or {}).get("series")

    @property
    def reason(self) -> str | None:
        """The code of reasons.toml that a room's rule makes of the modality's words."""
        return (self.about or {}).get("reason") if self.kind == RULE else None

    @property
    def trust(self) -> float:
        """Its confidence, 0 to 1."""
        return CONFIDENCE[self.kind] if self.confidence is None else self.confidence


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
    def room(self) -> str | None:
        """The room that its signals name, first of all the key on the kiosk."""
        return next((signal.room for signal in self.signals if signal.room), None)

    @property
    def is_question(self) -> bool:
        """It rests on kinds that only ask."""
        return all(signal.kind in QUESTIONS for signal in self.signals)

    @property
    def counts_as(self) -> str:
        """What it counts as once answered.

        Who or what says that the image was rejected goes first; then that it belongs elsewhere, which explains why
        an image is missing or seems made twice; then that an image is missing. What is left was made twice, and both
        images went on.
        """
        told = {signal.tells_of for signal in self.signals}
        if REJECT in {signal.tells_of for signal in self.signals if signal.kind not in _EXPLAINED}:
            return REJECT
        return next(kind for kind in (IDENTIFICATION, REJECT, REPEAT) if kind in told)

    @property
    def confidence(self) -> float:
        """That of the best of its signals, 0 to 1."""
        return max(signal.trust for signal in self.signals)

    @property
    def cid7011(self) -> str | None:
        """The reason that a signal brought, of several the most trusted's; a wrong worklist entry brings none."""
        return self._brought("cid7011")

    @property
    def reason(self) -> str | None:
        """The code of reasons.toml that a room's rule brought."""
        return self._brought("reason")

    @property
    def cid10034(self) -> str | None:
        """Why a dose report says that it was made again."""
        return next((code for signal in self.signals if (code := (signal.about or {}).get("cid10034"))), None)

    @property
    def description(self) -> str | None:
        """The free text that came with the reason, of several the most trusted's."""
        return self._brought("description")

    def _brought(self, what: str) -> str | None:
        if self.counts_as == IDENTIFICATION:
            return None
        brought = [s for s in self.signals if getattr(s, what) and s.tells_of == self.counts_as]
        if not brought:
            return None
        best = min(brought, key=lambda s: (-s.trust, s.said_at is None, s.said_at or s.at, s.signal_id))
        return str(getattr(best, what))

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
        exposure_of: SOP Instance UID to exposure, of the images that have arrived. Slices that have not are asked about
            by series: a note may come before the thousand images of a scan, or without them.
    """
    together: dict[tuple[str, str], list[Signal]] = {}
    for signal in sorted(signals, key=lambda s: s.signal_id):
        together.setdefault(_target(signal, exposure_of), []).append(signal)
    _join_unseen(together)
    return [
        Group(
            exposure_uid=name if kind == "exposure" else None,
            instance_uids=tuple(sorted({s.instance_uid for s in members if s.instance_uid})),
            signals=tuple(members),
        )
        for (kind, name), members in sorted(together.items())
    ]


def _join_unseen(together: dict[tuple[str, str], list[Signal]]) -> None:
    """Join a note on an image that never came with the exposure without an image: where there is one of each."""
    unseen = [target for target in together if target[0] in {"instance", "series"}]
    lost = [target for target, its in together.items() if NO_IMAGE in {signal.kind for signal in its}]
    if len(unseen) == len(lost) == 1 and REJECTION_NOTE not in {signal.kind for signal in together[lost[0]]}:
        together[lost[0]] += together.pop(unseen[0])


def _target(signal: Signal, exposure_of: Mapping[str, str]) -> tuple[str, str]:
    if signal.exposure_uid:
        return "exposure", signal.exposure_uid
    if signal.instance_uid:
        exposure_uid = exposure_of.get(signal.instance_uid)
        if exposure_uid:
            return "exposure", exposure_uid
        return ("series", signal.series) if signal.series else ("instance", signal.instance_uid)
    return "signal", signal.signal_id


def without_explained(groups: Iterable[Group], shown: Collection[str], settled: Collection[str]) -> list[Group]:
    """Return the groups without the counts that others explain.

    A procedure step that counts more exposures than images does not say which: every exposure without an image that
    something else tells of is one of them, and is asked about once. Where a person answered for the count already, that
    is the answer for the exposure: the count then joins what explains it.

    Args:
        groups: of one study.
        shown: exposures with an image, and images that a procedure step says were stored.
        settled: cases that are answered or dismissed.
    """
    found = list(groups)
    counts = sorted((group for group in found if group.kinds == [MPPS_COUNT]), key=lambda g: not _is_of(g, settled))
    others = [group for group in found if group.kinds != [MPPS_COUNT]]
    free = [number for number, group in enumerate(others) if _is_without_image(group, shown)]
    n_left = max(len(counts) - len(free), 0)
    for count in counts[n_left:]:
        if not _is_of(count, settled):
            continue
        own = {signal.case_id for signal in count.signals}
        fitting = [n for n in free if _is_of(others[n], own)] or [n for n in free if not _is_of(others[n], settled)]
        if fitting:
            free.remove(fitting[0])
            others[fitting[0]] = replace(others[fitting[0]], signals=(*others[fitting[0]].signals, *count.signals))
    return [*others, *counts[:n_left]]


def _is_of(group: Group, cases: Collection[str | None]) -> bool:
    return any(signal.case_id in cases for signal in group.signals if signal.case_id)


def _is_without_image(group: Group, shown: Collection[str]) -> bool:
    if group.exposure_uid:
        return group.exposure_uid not in shown
    is_told = bool(group.instance_uids) or KEY in group.kinds
    return is_told and not any(uid in shown for uid in group.instance_uids)


_OUTCOMES = {REJECT: "rejected", REPEAT: "repeated", IDENTIFICATION: "misidentified"}


def outcome(state: str, counts_as: str) -> str:
    """Return what a case is in every figure: rejected, repeated or misidentified where it was answered, else its state.

    Where both images went on to the PACS it is a repeat and no reject (AAPM TG-305); where the image is good but of
    another patient or examination it is neither.
    """
    return _OUTCOMES[counts_as] if state == "answered" else state


_SETTLED = {"answered": 0, "dismissed": 1, "pressed": 2, "noted": 3, "expired": 4, "open": 5}


def survivor(cases: Iterable[tuple[str, str, datetime]]) -> str | None:
    """Choose which case of one exposure stays: what a person answered, then what a press opened, then the oldest.

    Args:
        cases: (case_id, state, detected_at) of each; the state is `noted` where only the note answered it, and
            `pressed` where no person answered the case that a press of the key opened.
    """
    ranked = sorted(cases, key=lambda case: (_SETTLED.get(case[1], 9), case[2], case[0]))
    return ranked[0][0] if ranked else None
