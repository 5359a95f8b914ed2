"""What monitoring reads: of the node, the listener and the counts, with null for what is not known."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from iqs_tui.store import node_lock, settings, status
from iqs_tui.store.fields import utc_text
from iqs_tui.store.models import Case

NOW = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def gather(path):
    return status.gather(path, ZoneInfo("Europe/Amsterdam"), NOW, is_clock_synchronised=None)


def beat(at: datetime, error: str | None = None) -> None:
    settings.put(
        "node",
        {
            "pid": 7,
            "port": 104,
            "ae_title": "IQS",
            "started_at": utc_text(NOW),
            "beat_at": utc_text(at),
            "error": error,
        },
    )


def test_a_fresh_database(db) -> None:
    state = gather(db)
    assert state["node"]["alive"] is False
    assert state["listener"]["listening"] is False
    assert (state["open_cases"], state["outbox_depth"], state["last_sync"]) == (0, 0, None)
    assert state["disk"]["free_bytes"] > 0
    assert state["clock"]["offset"] == "+01:00"
    assert state["clock"]["is_synchronised"] is None


def test_a_node_that_beats_listens(db) -> None:
    with node_lock.acquire(db):
        beat(NOW - timedelta(seconds=4))
        state = gather(db)
    assert state["node"]["alive"] is True
    assert state["node"]["beat_age_s"] == 4.0
    assert state["listener"] | {"listening": True, "port": 104, "ae_title": "IQS"} == state["listener"]


def test_a_node_that_hangs_or_has_no_port_does_not_listen(db) -> None:
    with node_lock.acquire(db):
        beat(NOW - timedelta(minutes=2))
        assert gather(db)["listener"]["listening"] is False
        beat(NOW, error="port 104: permission denied")
        assert gather(db)["listener"]["listening"] is False
    beat(NOW)
    assert gather(db)["listener"]["listening"] is False


def test_cases_are_counted_by_state(db) -> None:
    for number, state in enumerate(("open", "open", "answered", "expired")):
        Case.create(case_id=str(number), state=state, instance_uids=[], signals=[], detected_at=NOW, updated_at=NOW)
    state = gather(db)
    assert state["open_cases"] == 2
    assert state["counts"]["cases"] == {"open": 2, "answered": 1, "dismissed": 0, "expired": 1}
