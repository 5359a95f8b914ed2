"""Facts that the processes of one database tell each other: heartbeat, sync state, epoch, versions."""

from typing import Any

from iqs_tui.clock import utc_now
from iqs_tui.store.models import Setting


def get(key: str, default: Any = None) -> Any:  # noqa: ANN401 (JSON)
    """Return the JSON value kept under a key, or the default."""
    row = Setting.get_or_none(Setting.key == key)
    return default if row is None else row.value


def put(key: str, value: Any) -> None:  # noqa: ANN401 (JSON)
    """Keep a JSON value under a key."""
    now = utc_now()
    Setting.insert(key=key, value=value, updated_at=now).on_conflict(
        conflict_target=[Setting.key], update={Setting.value: value, Setting.updated_at: now}
    ).execute()


def get_or_make(key: str, value: Any) -> Any:  # noqa: ANN401 (JSON)
    """Return the value under a key; where there is none, keep this one first."""
    Setting.insert(key=key, value=value, updated_at=utc_now()).on_conflict_ignore().execute()
    return get(key)
