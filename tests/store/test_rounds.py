"""Drawing rounds from what was received, scoring them, and who sees what."""

import json
from datetime import timedelta

import msgspec
import pytest

from iqs_tui.store import answering, audit, documents, outbox, people, rounds, scoring
from iqs_tui.store.candidates import Filter, candidates
from iqs_tui.store.forms import as_json, forms, parse, shipped_forms
from iqs_tui.store.models import Audit, Case, Outbox, Round, Score, Task
from iqs_tui.store.reading.scoring import next_task, overview, queue
from iqs_tui.store.reading.viewers import viewer
from iqs_tui.store.rounds import CannotDraw, StandingRound
from iqs_tui.store.scoring import CannotScore
from tests.store.good_images import BAKKER, NOW, ROOM, VRIES, person, receive, reject, report

pytestmark = pytest.mark.usefixtures("db")


def found(**chosen) -> set[str]:
    return {one.exposure_uid for one in candidates(Filter(**chosen), NOW)}


def drawn(n: int = 5, kind: str = "quality_analysis", seed: str | None = "seed", **changes) -> str:
    values = {"room": ROOM, "form_id": "projection", "procedure": "", "by": "admin", "at": NOW} | changes
    return rounds.draw_round(kind=kind, n=n, seed=seed, **values)


def tasks_of(round_id: str) -> list[Task]:
    return list(Task.select().where(Task.round_id == round_id).order_by(Task.position))


def exposures_of(round_id: str) -> list[str]:
    return [task.exposure_uid for task in tasks_of(round_id)]


def answers(value: int | None = 3, form: str = "projection") -> dict[str, int | None]:
    """The same answer to every criterion, on its own scale."""
    shape = shipped_forms()[form]
    return {
        one.code: None if value is None else (value if shape.scale_of(one.code).max == 4 else int(value > 2))
        for one in shape.criterion
    }


# Candidates


@pytest.mark.parametrize("modality", ["DX", "CR", "MG", "PX", "CT"])
def test_a_received_image_is_a_candidate(modality):
    assert found(room=ROOM) == set()
    uid = receive(1, modality=modality)
    assert found(room=ROOM) == {uid}


@pytest.mark.parametrize(
    "changes",
    [
        {"modality": "US"},
        {"modality": "MR"},
        {"is_derived": True},
        {"is_quality_control": True},
        {"modality": "CT", "image_type": ("ORIGINAL", "PRIMARY", "LOCALIZER")},
        {"at": NOW - timedelta(days=91)},
        {"at": NOW + timedelta(minutes=1)},
    ],
)
def test_what_cannot_be_scored_is_no_candidate(changes):
    receive(1, **changes)
    assert found(room=ROOM) == set()


def test_an_exposure_counts_once_with_its_lowest_instance():
    for image in (3, 1, 2):
        receive(1, modality="CT", image=image)
    (only,) = candidates(Filter(), NOW)
    assert only.instance_uid == "1.2.3.1.1"


def test_fluoroscopy_and_runs_are_no_candidates_but_a_single_exposure_is():
    single, _run, _fluoroscopy, plain = (receive(number, modality="RF") for number in range(1, 5))
    receive(2, modality="RF", image=2)
    report(3, "Fluoroscopy")
    report(4, "Stationary Acquisition")
    assert found() == {single, plain}


def test_a_rejected_image_is_no_candidate_unless_it_was_no_reject_after_all():
    receive(1)
    reject(1)
    assert found() == set()
    case = Case.get()
    answering.answer(case.case_id, "rotation", "room", NOW)
    assert found() == set()
    answering.dismiss(case.case_id, documents.reasons().no_reject[0].code, "room", NOW)
    assert found() == {"1.2.3.1"}


def test_an_expired_case_is_still_a_reject():
    receive(1)
    reject(1)
    answering.expire(NOW + timedelta(days=1), NOW + timedelta(days=1))
    assert Case.get().state == "expired"
    assert found() == set()


def test_the_filter_knows_room_procedure_and_operator():
    thorax = receive(1)
    receive(2, procedure="Knie", operator=BAKKER)
    receive(3, room="kamer-2")
    other = receive(4, procedure=None, operator=None)
    assert found(room=ROOM, procedure="THORAX") == {thorax}
    assert found(room=ROOM, procedure="100%") == set()
    assert found(room=ROOM, operator="j. DE vries") == {thorax}
    assert other in found(room=ROOM)


# The draw


def test_the_same_seed_draws_the_same_images_whatever_came_first():
    for number in range(1, 9):
        receive(number)
    first = exposures_of(drawn(3, seed="x"))
    Task.delete().execute()
    assert exposures_of(drawn(3, seed="x")) == first
    assert len(set(first)) == 3


def test_a_round_says_what_it_was_drawn_from_and_keeps_its_form():
    for number in range(1, 9):
        receive(number)
    row = Round.get_by_id(drawn(3, due_at=NOW + timedelta(days=14)))
    assert (row.n, row.n_candidates, row.seed, row.form_version) == (3, 8, "seed", 1)
    assert row.form == as_json(shipped_forms()["projection"])


def test_a_round_does_not_draw_again_what_one_of_its_kind_and_form_drew():
    for number in range(1, 5):
        receive(number)
    first, second = exposures_of(drawn(2)), exposures_of(drawn(5))
    assert len(second) == 2
    assert not set(first) & set(second)
    assert len(exposures_of(drawn(5, kind="peer_review"))) == 4


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "contest"}, "'contest' is no kind of round; allowed: self_evaluation"),
        ({"form_id": "x"}, "no form 'x'; there are: ct, mammography, projection, thorax"),
        ({"n": 0}, "at least 1"),
        ({"procedure": "knie"}, "no good image fits"),
    ],
)
def test_a_round_that_cannot_be_drawn_says_why_and_leaves_nothing(changes, says):
    receive(1)
    with pytest.raises(CannotDraw, match=says):
        drawn(**changes)
    assert not Round.select().exists()


def test_a_draw_is_audited_told_and_shows_its_progress():
    for number in range(1, 4):
        receive(number)
    seen = []
    round_id = drawn(2, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)
    row = Audit.get(Audit.action == "round.drawn")
    assert row.subject == round_id and row.detail["of"] == 3 and row.detail["drawn"] == exposures_of(round_id)
    event = Outbox.get(Outbox.type == "round")
    payload = json.loads(event.payload)
    assert (payload["round_id"], payload["n"], payload["drawn_at"]) == (round_id, 2, "2026-11-21T13:43:00.000000+00:00")


def test_a_self_evaluation_draws_no_images_that_are_nobodys_own():
    receive(1, operator=None)
    named = receive(2)
    assert exposures_of(drawn(kind="self_evaluation")) == [named]
    assert len(exposures_of(drawn(kind="peer_review"))) == 2


# Standing rounds

STANDING = StandingRound(kind="self_evaluation", form_id="projection", n=3, every_days=14)


def test_a_standing_round_waits_for_images_and_comes_back():
    assert rounds.draw_standing([STANDING], ROOM, NOW) == []
    for number in range(1, 10):
        receive(number)
    (first,) = rounds.draw_standing([STANDING], ROOM, NOW)
    assert Round.get_by_id(first).due_at == NOW + timedelta(days=14)
    assert rounds.draw_standing([STANDING], ROOM, NOW + timedelta(days=13)) == []
    (second,) = rounds.draw_standing([STANDING], ROOM, NOW + timedelta(days=14, hours=-3))
    assert not set(exposures_of(first)) & set(exposures_of(second))


def test_a_standing_round_that_found_too_little_is_filled_up():
    receive(1)
    (round_id,) = rounds.draw_standing([STANDING], ROOM, NOW)
    assert Round.get_by_id(round_id).n == 1
    for number in range(2, 7):
        receive(number)
    assert rounds.draw_standing([STANDING], ROOM, NOW + timedelta(minutes=1)) == []
    row = Round.get_by_id(round_id)
    assert (row.n, row.n_candidates) == (3, 6)
    assert [task.position for task in tasks_of(round_id)] == [1, 2, 3]
    rounds.draw_standing([STANDING], ROOM, NOW + timedelta(minutes=2))
    assert Round.get_by_id(round_id).n == 3


def test_an_image_that_is_rejected_after_the_draw_leaves_its_round():
    receive(1)
    receive(2)
    (round_id,) = rounds.draw_standing([StandingRound(kind="quality_analysis", form_id="projection", n=2)], ROOM, NOW)
    reject(1)
    user = viewer(person(BAKKER, "KB", "quality"))
    assert next_task(round_id, user).instance_uid == "1.2.3.2.1"
    rounds.draw_standing([], ROOM, NOW)
    assert exposures_of(round_id) == ["1.2.3.2"]
    assert Round.get_by_id(round_id).n == 1


def test_each_standing_round_counts_its_own_days():
    for number in range(1, 9):
        receive(number, procedure="Knie" if number % 2 else "Thorax PA")
    knee = StandingRound(kind="peer_review", form_id="projection", procedure="knie", n=1)
    assert len(rounds.draw_standing([STANDING, knee], ROOM, NOW)) == 2
    assert rounds.draw_standing([STANDING, knee], ROOM, NOW) == []
    assert len(rounds.draw_standing([STANDING, knee], "kamer-2", NOW)) == 0


def test_a_standing_round_on_an_unknown_form_is_logged_once_and_holds_up_no_other(caplog):
    receive(1)
    wrong = StandingRound(kind="self_evaluation", form_id="handen")
    assert len(rounds.draw_standing([wrong, STANDING], ROOM, NOW)) == 1
    rounds.draw_standing([wrong, STANDING], ROOM, NOW + timedelta(seconds=20))
    assert [record.message for record in caplog.records] == [
        "a standing round cannot be drawn: there is no form 'handen'; there are: ct, mammography, projection, thorax"
    ]


# Scoring


def test_a_score_is_kept_as_rows_audited_and_told_in_one_transaction():
    user = person(VRIES, "JV", "quality")
    receive(1)
    (task,) = tasks_of(drawn())
    scoring.submit(task.task_id, answers(4) | {"exposure": None}, "mooi\x1b[31m", user, NOW)
    kept = Task.get_by_id(task.task_id)
    assert (kept.state, kept.scored_by, kept.scored_at, kept.remark) == ("done", user, NOW, "mooi[31m")
    rows = {row.criterion: row.value for row in Score.select().where(Score.task_id == task.task_id)}
    assert rows == kept.scores == answers(4) | {"exposure": None}
    assert Audit.get(Audit.action == "task.done").actor == user
    assert json.loads(Outbox.get(Outbox.type == "task").payload)["scores"]["exposure"] is None
    assert audit.first_break() is None


def test_wrong_answers_leave_nothing_behind():
    user = person(VRIES, "JV", "quality")
    receive(1)
    (task,) = tasks_of(drawn())
    before = outbox.depth()
    with pytest.raises(ValueError, match="form projection"):
        scoring.submit(task.task_id, {"exposure": 3}, None, user, NOW)
    assert (Score.select().count(), outbox.depth(), Task.get().state) == (0, before, "open")


def test_an_image_is_scored_once():
    user = person(VRIES, "JV", "quality")
    receive(1)
    (task,) = tasks_of(drawn())
    scoring.submit(task.task_id, answers(), None, user, NOW)
    with pytest.raises(CannotScore, match="not_open"):
        scoring.submit(task.task_id, answers(), None, user, NOW)


@pytest.mark.parametrize("kind", ["self_evaluation", "peer_review", "quality_analysis"])
def test_nobody_scores_without_having_signed_in(kind):
    receive(1)
    (task,) = tasks_of(drawn(kind=kind))
    for deed in (
        lambda: scoring.skip(task.task_id, "room", NOW),
        lambda: scoring.submit(task.task_id, answers(), None, "room", NOW),
    ):
        with pytest.raises(CannotScore, match="not_allowed"):
            deed()


def test_one_cannot_score_the_self_evaluation_of_another_nor_review_oneself():
    vries, bakker = person(VRIES, "JV"), person(BAKKER, "KB")
    receive(1, operator=VRIES)
    (own,) = tasks_of(drawn(kind="self_evaluation"))
    (review,) = tasks_of(drawn(kind="peer_review"))
    with pytest.raises(CannotScore):
        scoring.submit(own.task_id, answers(), None, bakker, NOW)
    with pytest.raises(CannotScore):
        scoring.submit(review.task_id, answers(), None, vries, NOW)
    scoring.submit(own.task_id, answers(), None, vries, NOW)
    scoring.submit(review.task_id, answers(), None, bakker, NOW)


def test_a_skipped_image_has_no_scores_and_can_be_taken_back_by_the_same_person_only():
    user, other = person(VRIES, "JV", "quality"), person(BAKKER, "KB", "quality")
    receive(1)
    (task,) = tasks_of(drawn())
    scoring.skip(task.task_id, user, NOW)
    assert (Task.get().state, Score.select().count()) == ("skipped", 0)
    with pytest.raises(CannotScore, match="not_theirs"):
        scoring.reopen(task.task_id, other, NOW)
    scoring.reopen(task.task_id, user, NOW)
    with pytest.raises(CannotScore, match="unknown"):
        scoring.reopen(task.task_id, user, NOW)
    scoring.submit(task.task_id, answers(), "toch", user, NOW)
    scoring.reopen(task.task_id, user, NOW)
    kept = Task.get()
    assert (kept.state, kept.scores, kept.remark, kept.scored_at, Score.select().count()) == ("open", {}, None, None, 0)


# Reading


def test_an_empty_queue_says_why():
    user = viewer(person(VRIES, "JV"))
    assert queue(ROOM, user, NOW).empty == "no_images"
    receive(2, operator=None)
    assert queue(ROOM, user, NOW).empty == "no_names"
    receive(1, operator=BAKKER)
    assert queue(ROOM, user, NOW).empty == "no_round"
    drawn(kind="self_evaluation")
    assert queue(ROOM, user, NOW).empty == "none_for_you"
    assert queue(ROOM, None, NOW).rounds[0].n == 1
    assert queue("kamer-2", user, NOW).empty == "no_images"


def test_the_queue_counts_what_is_the_viewers_to_score():
    vries = person(VRIES, "JV")
    for number in range(1, 6):
        receive(number, operator=VRIES if number < 4 else BAKKER)
    own, review = drawn(5, kind="self_evaluation"), drawn(5, kind="peer_review")
    me = viewer(vries)
    scoring.submit(next_task(own, me).task_id, answers(), None, vries, NOW)
    lines = {line.round_id: (line.n_done, line.n) for line in queue(ROOM, me, NOW).rounds}
    assert lines == {own: (1, 3), review: (0, 2)}
    assert {line.round_id: (line.n_done, line.n) for line in queue(ROOM, None, NOW).rounds} == {
        own: (1, 5),
        review: (0, 5),
    }


def test_rounds_with_work_come_first_by_due_date():
    user = person(VRIES, "JV", "quality")
    for number in range(1, 4):
        receive(number)
    late = drawn(1, due_at=NOW + timedelta(days=9))
    soon = drawn(1, due_at=NOW + timedelta(days=2))
    done = drawn(1, due_at=NOW + timedelta(days=1))
    scoring.skip(tasks_of(done)[0].task_id, user, NOW)
    assert [line.round_id for line in queue(ROOM, viewer(user), NOW).rounds] == [soon, late, done]


def test_the_next_image_says_where_to_find_it():
    user = person(VRIES, "JV", "quality")
    receive(1)
    round_id = drawn()
    task = next_task(round_id, viewer(user))
    assert (task.number, task.n, task.room, task.modality, task.station) == (1, 1, ROOM, "DX", "DX1")
    assert (task.procedure, task.view, task.laterality) == ("Thorax PA", "PA", "R")
    assert next_task(round_id, None) is None
    assert next_task("unknown", viewer(user)) is None


def test_a_passed_over_image_comes_last():
    user = viewer(person(VRIES, "JV", "quality"))
    for number in range(1, 4):
        receive(number)
    round_id = drawn(3)
    assert [next_task(round_id, user, after=number).number for number in range(4)] == [1, 2, 3, 1]


@pytest.mark.parametrize("kind", ["self_evaluation", "peer_review", "quality_analysis"])
def test_a_radiographer_sees_the_scores_of_own_images_only(kind):
    vries, bakker, boss = person(VRIES, "JV"), person(BAKKER, "KB"), person("Q. Ali", "QA", "quality")
    receive(1, operator=VRIES)
    receive(2, operator=BAKKER)
    round_id = drawn(kind=kind)
    for task in tasks_of(round_id):
        maker, colleague = (vries, bakker) if task.operator == VRIES else (bakker, vries)
        by = {"self_evaluation": maker, "peer_review": colleague, "quality_analysis": boss}[kind]
        scoring.submit(task.task_id, answers(4 if task.operator == VRIES else 1), None, by, NOW)
    seen = overview(round_id, viewer(vries))
    assert (seen.n_scored, seen.n_hidden) == (1, 1)
    assert all(result.n_sufficient == result.n == 1 for result in seen.results)
    nobody = overview(round_id, None)
    assert nobody.n_scored == 0 and all(result.mean is None for result in nobody.results)
    assert overview(round_id, viewer(boss)).n_scored == (0 if kind == "self_evaluation" else 2)


def test_the_overview_names_where_most_is_to_gain():
    user = person(VRIES, "JV", "quality")
    for number in range(1, 4):
        receive(number)
    round_id = drawn(3)
    first, second, third = tasks_of(round_id)
    scoring.submit(first.task_id, answers(4) | {"centring": 1}, "rand", user, NOW)
    scoring.submit(second.task_id, answers(4), None, user, NOW)
    scoring.skip(third.task_id, user, NOW)
    seen = overview(round_id, viewer(user))
    (gain,) = seen.most_to_gain
    assert (gain.code, gain.n_sufficient, gain.n) == ("centring", 1, 2)
    assert (seen.n_scored, seen.n_skipped, seen.remarks) == (2, 1, ("rand",))


def test_a_name_that_two_people_answer_to_is_nobodys():
    first, second = person(VRIES, "JV"), person(VRIES, "JV2")
    assert not viewer(first).made(VRIES) and not viewer(second).made(VRIES)
    assert viewer(first).made("JV")
    people.set_active(first, False, "admin", NOW)
    assert viewer(first) is None


# Forms


def test_the_shipped_forms_are_complete_in_both_languages():
    known = shipped_forms()
    assert set(known) == {"projection", "thorax", "ct", "mammography"}
    for form in known.values():
        assert form.nl and form.en and "NVMBR" in form.source
        assert all(len(one.nl) <= 24 and len(one.en) <= 24 for one in form.criterion)
        assert all(one.ask_nl.endswith("?") and one.ask_en.endswith("?") for one in form.criterion)


def test_an_installed_form_replaces_the_shipped_one_but_not_for_a_round_under_way():
    user = person(VRIES, "JV", "quality")
    receive(1)
    (task,) = tasks_of(drawn())
    newer = as_json(shipped_forms()["projection"]) | {"version": 2}
    newer["criterion"] = newer["criterion"][:1]
    body = msgspec.json.encode({"version": 2, "form": [newer]}).decode()
    documents.install("forms", 2, body, "https://central")
    assert forms()["projection"].version == 2 and forms()["ct"].version == 1
    scoring.submit(task.task_id, answers(), None, user, NOW)
    assert set(Task.get().scores) == set(answers())


def test_an_unreadable_installed_form_leaves_the_shipped_ones():
    documents.Document.create(kind="forms", version=2, source="x", body='{"version": 2, "form": [{}]}', received_at=NOW)
    assert forms() == shipped_forms()


def test_a_form_document_that_is_wrong_says_where():
    with pytest.raises(ValueError, match=r"forms: .*\$\.form\[0\]"):
        parse('{"version": 1, "form": [{"code": "x"}]}')


# Retention


def test_old_rounds_are_forgotten_whole():
    user = person(VRIES, "JV", "quality")
    receive(1)
    (task,) = tasks_of(drawn())
    scoring.submit(task.task_id, answers(), None, user, NOW)
    assert rounds.forget(NOW) == 0
    assert rounds.forget(NOW + timedelta(days=1)) == 1
    assert not (Round.select().exists() or Task.select().exists() or Score.select().exists())
