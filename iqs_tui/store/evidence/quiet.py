"""Looks again at studies that have been quiet for a while: what did not come by then is missed (`store.settling`)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import evidence, settling
from iqs_tui.store.database import writing

_AGAIN_AFTER = timedelta(minutes=10)


def look_again(rules_of: Callable[[str | None], RetakeRules], now: datetime) -> int:
    """Look at the studies whose moment has come, each in its own transaction; return how many."""
    waiting = settling.due(now)
    for row in waiting:
        with writing():  # should it fail, it does not keep the others waiting at every turn
            settling.wait(row.study_uid, row.room, now + _AGAIN_AFTER)
        with writing():
            settling.wait(row.study_uid, row.room, None)
            evidence.refresh(row.study_uid, row.room, rules_of(row.room), now)
    return len(waiting)
