"""Key objects that take images away or give them back (PS3.16 CID 7010; IHE IOCM), and which of them still stand."""

from collections import defaultdict
from collections.abc import Iterable

from iqs_tui.domain.cases import REJECTION_NOTE, REVOCATION, Signal

RETENTION_EXPIRED = "113039"
"""Housekeeping: says nothing of the image."""
REJECTING = frozenset({"113001", "113037", "113038", RETENTION_EXPIRED})
"""Titles of scheme DCM: quality, patient safety, incorrect worklist entry, retention expired."""
REVOKING = "REVOKE_REJECTION"
REVOKING_SCHEME = "99DCM4CHEE"
"""Title by which dcm4chee gives rejected images back; DICOM has no code for that."""


def standing(signals: Iterable[Signal]) -> list[Signal]:
    """Return the signals without revocations and without the notes that they take back.

    A revocation takes back the notes on its image that were written before it, or at the same moment. Where either
    tells no time it takes back all of them: who restores an image means it to be seen. The moments of the documents
    decide, not those of arrival, so a note that was written later rejects again, and the order of arrival is nothing.
    """
    told = list(signals)
    revoked: dict[str | None, list[Signal]] = defaultdict(list)
    for signal in told:
        if signal.kind == REVOCATION:
            revoked[signal.instance_uid].append(signal)
    return [
        signal
        for signal in told
        if signal.kind != REVOCATION
        and not (
            signal.kind == REJECTION_NOTE
            and any(_takes_back(revocation, signal) for revocation in revoked[signal.instance_uid])
        )
    ]


def _takes_back(revocation: Signal, note: Signal) -> bool:
    return revocation.said_at is None or note.said_at is None or note.said_at <= revocation.said_at
