"""Reject reasons: two levels, one key each, mapped to CID 7011 (PS3.16) and back; per kind of modality its own list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from iqs_tui.domain.coded import refuse_doubles, words

KEYS_IN_NUMPAD_ORDER = "789456123"
OTHER = "other"
"""Stands for every modality that no answer of the list names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A second-level reason."""

    code: str
    key: str
    nl: str
    en: str
    cid7011: str | None = None
    cid10034: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A first-level reason: one key of the numpad; without a key it is only ever brought by a modality."""

    code: str
    key: str
    nl: str
    en: str
    cid7011: str
    cid10034: str | None = None
    """Reason for Repeating Acquisition (CID 10034), where it is one."""
    modality: tuple[str, ...] = (OTHER,)
    """Whose prompt shows it, as DICOM writes a modality."""
    detail: tuple[Detail, ...] = ()
    note_nl: str | None = None
    note_en: str | None = None
    asks_text: bool = False
    identification: bool = False
    """Its details say what was wrong where the patient or the order was (CID 7010, 113038)."""
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReject:
    """A way in which an exposure that looked like a retake was none: a full answer."""

    code: str
    key: str
    nl: str
    en: str
    modality: tuple[str, ...] = (OTHER,)


class _Answer(Protocol):
    @property
    def key(self) -> str: ...

    @property
    def modality(self) -> tuple[str, ...]: ...


_A = TypeVar("_A", bound=_Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonList:
    """The reasons in force, as read from `db/reference/reasons.toml` or handed out by the central server."""

    version: int
    source: str
    reason: tuple[Reason, ...]
    no_reject: tuple[NoReject, ...]

    def __post_init__(self) -> None:
        """Refuse a list in which two answers of one modality share a key, or any two a code."""
        refuse_doubles("reason.code", [reason.code for reason in self.reason])
        refuse_doubles("no_reject.code", [kind.code for kind in self.no_reject])
        named = (*(reason.modality for reason in self.reason), *(kind.modality for kind in self.no_reject))
        for modality in {OTHER}.union(*named):
            where = "" if modality == OTHER else f" of {modality}"
            refuse_doubles(f"reason.key{where}", [reason.key for reason in self.reasons_of(modality)])
            refuse_doubles(f"no_reject.key{where}", [kind.key for kind in self.no_reject_of(modality)])
        for reason in self.reason:
            refuse_doubles(f"detail.key of {reason.code}", [detail.key for detail in reason.detail])

    def reasons_of(self, modality: str | None) -> tuple[Reason, ...]:
        """Return the first-level reasons that the prompt shows for a modality, in the order of the list."""
        return tuple(reason for reason in _of(self.reason, modality) if reason.key and not reason.retired)

    def no_reject_of(self, modality: str | None) -> tuple[NoReject, ...]:
        """Return the kinds of "geen afkeur" that the prompt shows for a modality."""
        return tuple(kind for kind in _of(self.no_reject, modality) if kind.key)

    def identification_of(self, modality: str | None) -> Reason | None:
        """Return the reason whose details say what was wrong with the patient or the order."""
        return next((reason for reason in self.reasons_of(modality) if reason.identification and reason.detail), None)

    def by_key(self, key: str, modality: str | None = None) -> Reason | None:
        """Return the first-level reason that this key answers."""
        return next((reason for reason in self.reasons_of(modality) if reason.key == key), None)

    def by_code(self, code: str) -> Reason | None:
        """Return the first-level reason of a code, also when the code is of one of its details."""
        first = code.split(".")[0]
        return next((reason for reason in self.reason if reason.code == first), None)

    def label(self, code: str, language: str = "nl") -> str | None:
        """Return the words for any code of the list, details with their first level: "Belichting: te veel"."""
        for item in self.no_reject:
            if item.code == code:
                return words(item, language)
        reason = self.by_code(code)
        if reason is None:
            return None
        if reason.code == code:
            return words(reason, language).rstrip("…")
        detail = next((item for item in reason.detail if item.code == code), None)
        if detail is None:
            return None
        more = words(detail, language)
        return f"{words(reason, language)}: {more[0].lower()}{more[1:]}"

    def cid7011(self, code: str) -> str | None:
        """Return the CID 7011 code of a reason or a detail; None for "geen afkeur" and for unknown codes."""
        reason = self.by_code(code)
        if reason is None:
            return None
        detail = next((item for item in reason.detail if item.code == code), None)
        return (detail.cid7011 if detail else None) or reason.cid7011

    def from_cid7011(self, cid7011: str, modality: str | None = None) -> str | None:
        """Return our code for a CID 7011 code that a modality brought; None where the list has none for it.

        Coded words that are coarser than our answers (111209 Positioning is three keys of ours) have an entry without
        a key; after those a detail comes before a first level, since it says more. What the modality's own list does
        not have is looked for in the whole.
        """
        unkeyed = [reason for reason in self.reason if not reason.key]
        ranked = (*unkeyed, *_details_first(_of(self.reason, modality)), *_details_first(self.reason))
        return next((item.code for item in ranked if item.cid7011 == cid7011), None)

    def from_cid10034(self, cid10034: str, modality: str | None = None) -> str | None:
        """Return our code for why a modality says that it acquired again (CID 10034); None where the list has none."""
        ranked = (*_details_first(_of(self.reason, modality)), *_details_first(self.reason))
        return next((item.code for item in ranked if item.cid10034 == cid10034), None)


def _of(answers: Sequence[_A], modality: str | None) -> Sequence[_A]:
    """Return the answers that name this modality; where none does, those for every other."""
    own = [answer for answer in answers if modality in answer.modality]
    return own or [answer for answer in answers if OTHER in answer.modality]


def _details_first(reasons: Sequence[Reason]) -> Iterator[Reason | Detail]:
    for reason in reasons:
        yield from reason.detail
    yield from reasons


CID_7011 = frozenset({str(code) for code in range(111207, 111222)} | {"113026"})
"""Rejected for Quality Reason, scheme DCM (PS3.16)."""
CID_10034 = frozenset({"128553", "128554"})
"""Reason for Repeating Acquisition, scheme DCM (PS3.16): patient motion, suboptimal contrast timing."""
