"""The rows of signals: what was told stays, what was derived is made anew."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from iqs_tui.domain.cases import CONFIDENCE, TOLD, Signal
from iqs_tui.store.database import database
from iqs_tui.store.models import Signal as SignalRow

_SAID = ("study_uid", "said_at", "title", "about", "cid7011", "description", "operator", "confidence")
"""What a derived signal may come to say otherwise while it stays the same signal."""

_HAS_ANY = (
    "SELECT EXISTS (SELECT 1 FROM signal WHERE study_uid = ?) OR EXISTS (SELECT 1 FROM retake_case WHERE study_uid = ?)"
)
"""Nearly all studies have none: then four statements less at every message."""


def add(signal: Signal) -> None:
    """Keep a signal, unless it is there."""
    SignalRow.insert(**_columns(signal), case_id=None).on_conflict_ignore().execute()


def by_name(signal_id: str) -> Signal:
    """Return a signal that is kept."""
    return _signal(SignalRow.get_by_id(signal_id))


def is_kept(signal_id: str) -> bool:
    """Say whether a signal of this name is there."""
    return bool(SignalRow.select().where(SignalRow.signal_id == signal_id).exists())


def has_any(study_uid: str) -> bool:
    """Say whether a study has any signal or case."""
    return bool(database.execute_sql(_HAS_ANY, (study_uid, study_uid)).fetchone()[0])


def of_study(study_uid: str) -> list[Signal]:
    """Return all signals of a study."""
    return [_signal(row) for row in SignalRow.whole(SignalRow.study_uid == study_uid)]


def told(study_uid: str) -> list[Signal]:
    """Return those signals of a study that were told, not derived."""
    return [signal for signal in of_study(study_uid) if signal.kind in TOLD]


def make_derived(study_uid: str, found: Iterable[Signal]) -> None:
    """Make the derived signals of a study these: new ones added, overtaken ones taken back."""
    wanted = {signal.signal_id: signal for signal in found}
    is_concerned = (SignalRow.study_uid == study_uid) | SignalRow.signal_id.in_(sorted(wanted))
    for row in SignalRow.whole(is_concerned, SignalRow.kind.not_in(sorted(TOLD))):
        if row.signal_id not in wanted:
            row.delete_instance()
            continue
        now = _columns(wanted.pop(row.signal_id))
        said = {name: now[name] for name in _SAID if now[name] != getattr(row, name)}
        if said:
            SignalRow.update(**said).where(SignalRow.signal_id == row.signal_id).execute()
    for signal in wanted.values():
        add(signal)


def _columns(signal: Signal) -> dict[str, Any]:
    said = asdict(signal)
    del said["case_id"]
    if signal.confidence is None:
        said["confidence"] = CONFIDENCE[signal.kind]
    return said


def _signal(row: SignalRow) -> Signal:
    names = Signal.__dataclass_fields__
    return Signal(**{name: getattr(row, name) for name in names})
