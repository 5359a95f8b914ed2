"""Which answered cases get a rejection note written by us, and what it says (PS3.16 TID 2010, CID 7010; IHE IOCM).

A modality that knows nothing of notes so takes part: the archive hides the image, and whoever collects rejects has it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from iqs_tui.domain.cases import REJECTION_NOTE

QUALITY = "113001"
"""Rejected for Quality Reasons."""
WRONG_ENTRY = "113038"
"""Incorrect Modality Worklist Entry: the image belongs to another patient or order."""
_OF_WRONG_ENTRY = frozenset({"identity.patient", "identity.order", "ct_identity.patient", "ct_identity.order"})

RETRIES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    *(timedelta(hours=6),) * 12,
)
"""How long to wait after each try that failed: three days in all, then a person has to look."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An instance that a note takes away."""

    series_uid: str
    sop_class_uid: str
    sop_instance_uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A rejection note to write."""

    sop_instance_uid: str
    """Of the note itself: the same however often it is sent."""
    study_uid: str
    title: str
    """Code of CID 7010."""
    cid7011: str | None
    """The reason as Document Title Modifier (113011): only where the title is `QUALITY`."""
    description: str
    """The reason in the words of the screen, with what was typed."""
    rejected_at: datetime
    references: tuple[Reference, ...]


def is_due(*, state: str, counts_as: str, signals: Collection[str]) -> bool:
    """Say whether an answered case wants a note of ours: a reject, and nobody else wrote one."""
    return state == "answered" and counts_as == "reject" and REJECTION_NOTE not in signals


def title_of(reason_code: str) -> str:
    """Return the note's title for a reason: the wrong patient or order has one of its own."""
    return WRONG_ENTRY if reason_code in _OF_WRONG_ENTRY else QUALITY


def note(
    *,
    sop_instance_uid: str,
    study_uid: str,
    reason_code: str,
    cid7011: str | None,
    words: Iterable[str | None],
    rejected_at: datetime,
    references: Sequence[Reference],
) -> Note:
    """Return what the note of a case says; `words` are its reason and its detail."""
    title = title_of(reason_code)
    return Note(
        sop_instance_uid=sop_instance_uid,
        study_uid=study_uid,
        title=title,
        cid7011=cid7011 if title == QUALITY else None,
        description=", ".join(word for word in words if word),
        rejected_at=rejected_at,
        references=tuple(references),
    )


def next_try(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries that failed; None where it is given up."""
    return RETRIES[tries - 1] if 0 < tries <= len(RETRIES) else None
