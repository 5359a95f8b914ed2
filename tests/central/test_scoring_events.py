"""Rounds and scores as the kiosk tells them become rows of the server, whatever way they went."""

from datetime import timedelta

import pytest

from iqs_tui.central.rows import read_row
from iqs_tui.store import outbox, rounds, scoring
from iqs_tui.store.models import Outbox, Round, Task
from tests.store.good_images import NOW, ROOM, VRIES, person, receive

pytestmark = pytest.mark.usefixtures("db")


def told(kind: str) -> list:
    rows = Outbox.select().where(Outbox.type == kind).order_by(Outbox.seq)
    return [read_row(kind, outbox.EVENT_VERSION, row.payload.encode(), row.occurred_at) for row in rows]


def test_a_round_arrives_whole():
    receive(1)
    at = NOW + timedelta(days=14)
    round_id = rounds.draw_round(ROOM, "quality_analysis", "thorax", "", 5, None, "admin", NOW, at)
    before = Round.select().dicts().get()
    (row,) = told("round")
    Round.delete().execute()
    row.write()
    assert row.subject == round_id
    assert Round.select().dicts().get() == before


def test_a_score_that_was_taken_back_arrives_as_not_scored():
    user = person(VRIES, "JV", "quality")
    receive(1)
    rounds.draw_round(ROOM, "quality_analysis", "projection", "", 1, None, "admin", NOW)
    task = Task.get()
    scoring.skip(task.task_id, user, NOW)
    scoring.reopen(task.task_id, user, NOW)
    skipped, reopened = told("task")
    Task.delete().execute()
    skipped.write()
    assert Task.get().state == "skipped"
    reopened.write()
    assert (Task.get().state, Task.get().scored_by) == ("open", None)
