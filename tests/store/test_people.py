from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as each_example
from hypothesis import strategies as st

from iqs_tui.store import audit, badges, people
from iqs_tui.store.database import database
from iqs_tui.store.models import Audit, User
from iqs_tui.store.people import Draft, PersonError

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
DE_VRIES = Draft(name="J. de Vries", initials="JdV", operators_names=("Vries^J^^de", "DE VRIES J"))


def add(draft: Draft = DE_VRIES) -> str:
    return people.add(draft, "ict", NOW).user_id


def test_a_person_is_kept_with_operators_names_as_they_are_compared(db):
    user = User.get_by_id(add())
    assert (user.name, user.initials, user.role, user.is_active) == (
        "J. de Vries",
        "JdV",
        "radiographer",
        True,
    )
    assert user.operators_names == ["j de vries", "de vries j"]
    assert user.badge_hash is None


def test_every_change_has_its_audit_row(db):
    user_id = add()
    people.change(user_id, Draft(name="Jan de Vries", initials="JdV"), "ict", NOW)
    people.set_badge(user_id, "20481596", "ict", NOW)
    people.set_active(user_id, False, "ict", NOW)
    actions = [row.action for row in Audit.select().order_by(Audit.seq)]
    assert actions == ["user_added", "user_changed", "user_badge_set", "user_deactivated"]
    assert {row.actor for row in Audit.select()} == {"ict"}
    assert audit.first_break() is None


def test_the_badge_number_is_nowhere_in_the_database(db):
    user_id = add()
    people.set_badge(user_id, "20481596", "ict", NOW)
    assert people.person_of_badge(" 20481596\r\n") == user_id
    dump = "\n".join(database.connection().iterdump())
    assert "20481596" not in dump
    assert User.get_by_id(user_id).badge_hash in dump
    assert User.get_by_id(user_id).badge_hash not in "".join(str(row.detail) for row in Audit.select())


def test_another_key_gives_another_hash_and_the_earlier_one_stays_good(db):
    user_id = add()
    people.set_badge(user_id, "20481596", "ict", NOW)
    first = badges.hashes("20481596")
    badges.adopt_key("00" * 32)
    badges.adopt_key("00" * 32)
    second = badges.hashes("20481596")
    assert second == [second[0], *first]
    assert second[0] not in first
    assert people.person_of_badge("20481596") == user_id
    with pytest.raises(PersonError):
        people.set_badge(add(Draft(name="P. Bakker", initials="PB")), "20481596", "ict", NOW)


def test_a_short_key_is_refused(db):
    with pytest.raises(ValueError, match="16 bytes"):
        badges.adopt_key("00")


def test_a_badge_opens_for_one_active_person_only(db):
    jan, piet = add(), add(Draft(name="P. Bakker", initials="PB"))
    people.set_badge(jan, "20481596", "ict", NOW)
    with pytest.raises(PersonError) as refused:
        people.set_badge(piet, "20481596", "ict", NOW)
    assert (refused.value.field, refused.value.problem) == ("badge", "taken")
    people.set_active(jan, False, "ict", NOW)
    assert people.person_of_badge("20481596") is None


@pytest.mark.parametrize(
    ("draft", "field", "problem"),
    [
        (Draft(name=" \x1b ", initials="X"), "name", "empty"),
        (Draft(name="x" * 65, initials="X"), "name", "too_long"),
        (Draft(name="X", initials=""), "initials", "empty"),
        (Draft(name="X", initials="ABCDEFGHI"), "initials", "too_long"),
        (Draft(name="X", initials="jdv"), "initials", "taken"),
        (Draft(name="X", initials="X", role="root"), "role", "unknown"),
    ],
)
def test_what_cannot_be_kept_says_where_and_why_and_leaves_nothing(db, draft, field, problem):
    add()
    before = (User.select().count(), Audit.select().count())
    with pytest.raises(PersonError) as refused:
        people.add(draft, "ict", NOW)
    assert (refused.value.field, refused.value.problem) == (field, problem)
    assert (User.select().count(), Audit.select().count()) == before


def test_nobody_can_be_changed_who_is_not_there(db):
    for attempt in (
        lambda: people.set_active("nobody", False, "ict", NOW),
        lambda: people.remove_badge("nobody", "ict", NOW),
        lambda: people.change("nobody", DE_VRIES, "ict", NOW),
    ):
        with pytest.raises(PersonError):
            attempt()
    assert Audit.select().count() == 0


def test_undo_puts_every_kind_of_change_back(db):
    user_id = add()
    people.set_badge(user_id, "20481596", "ict", NOW)
    before = User.select().where(User.user_id == user_id).dicts().first()
    for make in (
        lambda: people.change(user_id, Draft(name="Ander", initials="A", role="manager"), "ict", NOW),
        lambda: people.set_active(user_id, False, "ict", NOW),
        lambda: people.remove_badge(user_id, "ict", NOW),
        lambda: people.set_badge(user_id, "99999999", "ict", NOW),
    ):
        made = make()
        assert User.select().where(User.user_id == user_id).dicts().first() != before
        people.undo(made, "ict", NOW)
        assert User.select().where(User.user_id == user_id).dicts().first() == before
    assert audit.first_break() is None


def test_undo_of_adding_removes_the_person_but_not_the_audit(db):
    made = people.add(DE_VRIES, "ict", NOW)
    people.undo(made, "ict", NOW)
    assert User.select().count() == 0
    assert [row.action for row in Audit.select().order_by(Audit.seq)] == ["user_added", "user_change_undone"]


def test_undo_never_takes_what_went_to_another(db):
    jan, piet = add(), add(Draft(name="P. Bakker", initials="PB"))
    people.set_badge(jan, "20481596", "ict", NOW)
    removed = people.remove_badge(jan, "ict", NOW)
    people.set_badge(piet, "20481596", "ict", NOW)
    with pytest.raises(PersonError):
        people.undo(removed, "ict", NOW)
    assert people.person_of_badge("20481596") == piet


@given(number=st.text(max_size=40))
@each_example(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=50)
def test_no_badge_input_fails_and_white_space_never_matters(db, number):
    assert badges.hashes(number) == badges.hashes(f" {number}\n")
