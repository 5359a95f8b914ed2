"""What was answered in a room, from the audit log: it only grows, so what it says of the past stays the same."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from iqs_tui.store.models import Audit

_DEEDS = ("case.answered", "case.dismissed", "case.undone")


def reasons_used(room: str, since: datetime, until: datetime) -> Counter[str]:
    """Return how often each reason was answered by hand in a room; of a case its last answer before `until`."""
    last: dict[str, str | None] = {}
    for row in _newest_first(since):
        if row.at < until and row.subject is not None and row.action in _DEEDS and row.subject not in last:
            said = row.detail or {}
            counts = row.action == "case.answered" and said.get("room") == room
            last[row.subject] = said.get("reason") if counts else None
    return Counter(code for code in last.values() if code)


def _newest_first(since: datetime) -> Iterator[Audit]:
    """The log has no index on time; it stands in the order of time, so reading it backwards ends soon."""
    for row in Audit.select(Audit.at, Audit.action, Audit.subject, Audit.detail).order_by(Audit.seq.desc()).iterator():
        if row.at < since:
            return
        yield row
