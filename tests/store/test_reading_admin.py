from datetime import UTC, datetime, timedelta

import pytest

from iqs_tui.store import ids, jobs, log, node_lock, outbox, people, settings
from iqs_tui.store.database import writing
from iqs_tui.store.models import Case, Device, Instance, LogEntry, Peer, Quarantine, Round, Task
from iqs_tui.store.reading import admin
from iqs_tui.store.reading.admin import home, lists, peers, rounds, users
from iqs_tui.store.reading.admin.peers import Registered

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


def case(state="open", *, room="kamer-1", shown=None, answered=None, **more):
    Case.create(
        case_id=ids.new_id(),
        room=room,
        instance_uids=[],
        signals=["key"],
        state=state,
        detected_at=more.pop("detected_at", NOW),
        shown_at=shown,
        answered_at=answered,
        updated_at=NOW,
        **more,
    )


def met(ae_title, host="10.0.0.1", *, known=True, at=NOW, **more):
    Peer.create(ae_title=ae_title, host=host, is_known=known, first_seen=at, last_seen=at, **more)


def test_an_empty_database_reads_as_nothing_yet_not_as_zero_seconds(db):
    seen = home.home(NOW)
    assert not seen.node.is_alive
    assert seen.node.port is None
    assert seen.received == ()
    assert (seen.n_open, seen.oldest_open_at) == (0, None)
    assert (seen.sync.state, seen.sync.pending, seen.sync.dead, seen.sync.last_ok_at) == ("off", 0, 0, None)
    assert (seen.n_quarantined, seen.quarantined_at) == (0, None)
    assert seen.disk_free_bytes is not None


def test_the_node_is_alive_while_it_holds_its_lock(db):
    settings.put("node", {"port": 11112, "ae_title": "IQS", "started_at": NOW.isoformat(), "beat_at": None})
    with node_lock.acquire(db):
        alive = home.node_state()
    assert (alive.is_alive, alive.port, alive.started_at, alive.beat_at) == (True, 11112, NOW, None)
    assert not home.node_state().is_alive


@pytest.mark.parametrize("told", [None, {}, {"started_at": "gisteren"}, {"started_at": 5}])
def test_an_odd_heartbeat_fails_nothing(db, told):
    settings.put("node", told)
    assert home.node_state().started_at is None


def test_sync_says_since_when_it_stands_so(db):
    told = {
        "state": "offline",
        "at": NOW.isoformat(),
        "last_ok_at": None,
        "pending": 3,
        "message": "no route",
    }
    settings.put("sync", told)
    settings.put("kiosk", {"kiosk_id": "k"})
    sync = home.sync_state()
    assert (sync.state, sync.since, sync.last_ok_at, sync.message) == ("offline", NOW, None, "no route")
    assert sync.is_enrolled


def test_home_counts_what_there_is(db):
    Device.create(device_id="d1", station_name="DX1", modality="DX", room="kamer-1", first_seen=NOW, last_seen=NOW)
    for number, age in enumerate((timedelta(hours=1), timedelta(hours=25))):
        Instance.create(
            sop_instance_uid=f"1.2.{number}",
            sop_class_uid="1",
            study_uid="1",
            series_uid="1",
            exposure_uid="1",
            device_id="d1",
            received_at=NOW - age,
        )
    case(detected_at=NOW - timedelta(minutes=5))
    case()
    with writing():
        outbox.put("case", {}, NOW)
        outbox.put("case", {}, NOW)
    outbox.mark_dead(outbox.pending()[0].event_id, "kapot")
    met("VREEMD", known=False)
    met("DX1")
    Quarantine.create(at=NOW, ae_title="A", host="h", status=0xC000, reason="no Study Instance UID")
    seen = home.home(NOW)
    assert [(item.name, item.n_recent, item.last_at) for item in seen.received] == [("DX1", 1, NOW)]
    assert (seen.n_open, seen.oldest_open_at) == (2, NOW - timedelta(minutes=5))
    assert (seen.sync.pending, seen.sync.dead) == (1, 1)
    assert seen.unknown == ("VREEMD (10.0.0.1)",)
    assert (seen.n_quarantined, seen.quarantined_at) == (1, NOW)


def test_peers_join_the_config_with_who_was_met(db):
    met("DX1", "10.0.0.1", n_associations=3)
    met("DX1", "10.0.0.2", at=NOW - timedelta(hours=1))
    met("VREEMD", known=False)
    rows = peers.peers(
        [
            Registered(ae_title="CT1", host="", port=104, room="kamer-2", kind="CT"),
            Registered(ae_title="DX1", host="10.0.0.1", port=104, room="kamer-1", kind="DX"),
        ]
    )
    assert [(row.ae_title, row.host, row.is_known, row.n_associations) for row in rows] == [
        ("CT1", "", True, 0),
        ("DX1", "10.0.0.1", True, 3),
        ("VREEMD", "10.0.0.1", False, 0),
        ("DX1", "10.0.0.2", False, 0),
    ]
    assert len({row.key for row in rows}) == 4


def test_a_modality_of_any_host_is_met_wherever_it_comes_from(db):
    met("DX1", "10.0.0.1")
    met("DX1", "10.0.0.2")
    rows = peers.peers([Registered(ae_title="DX1", host="", port=0, room="kamer-1", kind="DX")])
    assert {(row.host, row.is_known) for row in rows} == {("10.0.0.1", True), ("10.0.0.2", True)}


def test_a_modality_that_never_called_still_shows_its_last_echo(db):
    registered = [Registered(ae_title="CT1", host="10.0.0.9", port=104, room="kamer-1", kind="CT")]
    for ok in (True, False):
        job_id = jobs.ask("echo", {"ae_title": "CT1", "host": "10.0.0.9", "port": 104}, "admin")
        jobs.finish(job_id, result={"ok": ok, "ms": 3, "message": ""})
    (row,) = peers.peers(registered)
    assert (row.last_seen, row.last_echo_ok) == (None, False)


def test_pages_together_are_the_whole_log_newest_first(db):
    for number in range(admin.PAGE + 5):
        log.write("node", "warning" if number % 2 else "info", "test", f"regel {number}")
    first, second = lists.log(), lists.log(offset=admin.PAGE)
    assert (len(first.rows), len(second.rows), first.total) == (admin.PAGE, 5, admin.PAGE + 5)
    assert first.has_more
    assert not second.has_more
    messages = [line.message for line in (*first.rows, *second.rows)]
    assert messages == [f"regel {number}" for number in reversed(range(admin.PAGE + 5))]


def test_the_log_is_filtered_by_level(db):
    for level in ("info", "warning", "error", "critical"):
        LogEntry.create(at=NOW, process="node", level=level, source="s", message=level)
    assert [line.level for line in lists.log("warning").rows] == ["critical", "error", "warning"]
    assert [line.level for line in lists.log("error").rows] == ["critical", "error"]


def test_open_cases_are_of_the_room_asked_for_oldest_first(db):
    case(room="kamer-2", detected_at=NOW)
    case(room="kamer-1", detected_at=NOW - timedelta(hours=1))
    case("answered")
    assert [row.room for row in lists.open_cases().rows] == ["kamer-1", "kamer-2"]
    assert lists.open_cases("kamer-2").total == 1


def test_refused_events_come_before_waiting_ones_and_acked_ones_not(db):
    with writing():
        for _ in range(3):
            outbox.put("case", {}, NOW)
    first, second, third = outbox.pending()
    outbox.mark_acked([first.event_id], NOW)
    outbox.mark_dead(third.event_id, "schema")
    assert [(row.seq, row.state) for row in lists.waiting_events().rows] == [
        (third.seq, "dead"),
        (second.seq, "pending"),
    ]
    assert [row.verdict for row in lists.waiting_events(only_dead=True).rows] == ["schema"]


def test_rounds_say_how_far_they_are(db):
    Round.create(
        round_id="r1",
        kind="peer_review",
        form_id="projection",
        form_version=1,
        seed="s",
        n=2,
        n_candidates=9,
        drawn_at=NOW,
    )
    for number, state in enumerate(("done", "open")):
        Task.create(
            task_id=f"t{number}",
            round_id="r1",
            position=number,
            exposure_uid="1",
            instance_uid="1",
            state=state,
        )
    (row,) = rounds.rounds().rows
    assert (row.n, row.n_done, row.n_candidates) == (2, 1, 9)
    seen = home.home(NOW)
    assert (seen.n_rounds_open, seen.n_tasks_open) == (1, 1)


def test_users_stand_active_first_and_show_of_a_badge_only_that_it_is_there(db):
    zed = people.add(people.Draft(name="Zed", initials="Z"), "ict", NOW).user_id
    abel = people.add(people.Draft(name="Abel", initials="A"), "ict", NOW).user_id
    people.set_active(abel, False, "ict", NOW)
    people.set_badge(zed, "20481596", "ict", NOW)
    assert [(row.name, row.has_badge, row.is_active) for row in users.users().rows] == [
        ("Zed", True, True),
        ("Abel", False, False),
    ]
    assert users.user("nobody") is None
    assert (home.home(NOW).n_users, home.home(NOW).n_badges) == (1, 1)
