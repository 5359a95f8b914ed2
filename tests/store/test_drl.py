"""Editing the DRN document: every edit a version of its own, nothing lost, nobody's work wiped out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iqs_tui.domain.drl import RowMapping
from iqs_tui.store import audit, documents, drl, drl_editing, outbox, reference
from iqs_tui.store import document_history as history
from iqs_tui.store.drl_editing import Editor, EditRefused
from iqs_tui.store.models import Audit, Document, DocumentVersion, Outbox

AT = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
BY = Editor(actor="user-K", name="K. Fysicus")
KNEE = RowMapping(population="", procedure_nl="", modalities=("DX",), matches="knie")


def base() -> str:
    return drl_editing.stand().digest


def numbers() -> list[int]:
    return [one.number for one in history.versions("drl")]


def test_an_edit_is_in_force_at_once_with_its_version_event_and_audit_row(db):
    shipped = drl.book()
    made = drl_editing.add(KNEE, base(), BY, AT, "knie erbij")
    assert (made.number, made.before) == (3, 2)
    assert drl.book().mappings == (*shipped.mappings, KNEE)
    newest, first = history.versions("drl")
    assert (newest.number, newest.installed_by, newest.note, newest.installed_at) == (3, "K. Fysicus", "knie erbij", AT)
    assert (first.number, first.source, first.installed_by) == (2, "shipped", None)
    (event,) = outbox.pending()
    said = msgspec.json.decode(event.payload)
    assert (event.type, said["version"], said["by"], said["kind"]) == ("document", 3, "K. Fysicus", "drl")
    assert documents.digest(msgspec.json.encode(said["body"]).decode()) == base()
    row = Audit.get()
    assert (row.actor, row.action, row.subject) == ("user-K", "drl.added", "drl 3")
    assert audit.first_break() is None


def test_a_new_mapping_carries_nobodys_signature(db):
    drl_editing.add(replace(KNEE, signed_off_by="zelf", signed_off_on=AT.date()), base(), BY, AT)
    assert drl.book().mappings[-1].signed_off_by == ""


def test_a_signature_has_a_name_and_a_day_and_goes_with_a_change(db):
    drl_editing.sign_off(1, base(), BY, AT, day=AT.date())
    assert (drl.book().mappings[1].signed_off_by, drl.book().mappings[1].signed_off_on) == ("K. Fysicus", AT.date())
    drl_editing.move(1, -1, base(), BY, AT)
    assert drl.book().mappings[0].signed_off_by == "K. Fysicus", "what it says is the same"
    drl_editing.change(0, replace(drl.book().mappings[0], matches="bekken"), base(), BY, AT)
    assert drl.book().mappings[0].signed_off_by == ""
    drl_editing.sign_off(0, base(), BY, AT, day=AT.date())
    drl_editing.sign_off(0, base(), BY, AT, day=AT.date())
    assert drl.book().mappings[0].signed_off_on is None


@pytest.mark.parametrize(
    "edit",
    [
        lambda base: drl_editing.add(KNEE, base, BY, AT),
        lambda base: drl_editing.change(0, KNEE, base, BY, AT),
        lambda base: drl_editing.remove(0, base, BY, AT),
        lambda base: drl_editing.move(0, 1, base, BY, AT),
        lambda base: drl_editing.sign_off(0, base, BY, AT, day=AT.date()),
        lambda base: drl_editing.restore(2, base, BY, AT),
        lambda base: drl_editing.put_table("x", base, BY, AT),
    ],
    ids=["add", "change", "remove", "move", "sign", "restore", "table"],
)
def test_an_edit_on_what_was_changed_meanwhile_is_refused_and_nothing_is_lost(db, edit):
    seen = base()
    drl_editing.add(KNEE, seen, BY, AT, "van een ander")
    before = Document.get().body
    with pytest.raises(EditRefused) as refused:
        edit(seen)
    assert refused.value.problem == "changed"
    assert Document.get().body == before
    assert (numbers(), outbox.depth(), Audit.select().count()) == ([3, 2], 1, 1)


def test_a_former_version_is_put_back_as_a_new_one_table_and_mapping(db):
    shipped = drl.book()
    drl_editing.remove(0, base(), BY, AT)
    table = reference.shipped("drl")[1]["table"].replace(",,12,,", ",,11,,")
    drl_editing.put_table(table, base(), BY, AT)
    made = drl_editing.restore(2, base(), BY, AT, "terug")
    assert made.number == 5
    now = drl.book()
    assert (now.rows, now.mappings) == (shipped.rows, shipped.mappings)
    assert (now.table_version, now.mapping_version) == (3, 3), "numbers only rise"
    assert numbers() == [5, 4, 3, 2]
    with pytest.raises(EditRefused, match="gone"):
        drl_editing.restore(99, base(), BY, AT)


def test_a_former_version_that_can_no_longer_be_read_is_refused(db):
    drl_editing.add(KNEE, base(), BY, AT)
    DocumentVersion.update(body='{"version": "two"}').where(DocumentVersion.version == 2).execute()
    with pytest.raises(EditRefused, match="unusable"):
        drl_editing.restore(2, base(), BY, AT)
    assert numbers() == [3, 2]


def test_a_mapping_that_cannot_be_used_changes_nothing(db):
    with pytest.raises(EditRefused) as refused:
        drl_editing.add(replace(KNEE, matches="(a+)+"), base(), BY, AT)
    assert (refused.value.field, refused.value.problem) == ("matches", "slow")
    assert (documents.document("drl"), outbox.depth(), Audit.select().count()) == (None, 0, 0)
    assert DocumentVersion.select().count() == 0


def test_a_table_that_cannot_be_read_changes_nothing(db):
    with pytest.raises(EditRefused, match="unusable"):
        drl_editing.put_table("population,modality\n", base(), BY, AT)
    assert (documents.document("drl"), outbox.depth()) == (None, 0)


def test_what_the_server_hands_out_stands_in_the_history_too(db):
    body = msgspec.json.encode(reference.shipped("drl")[1]).decode()
    assert documents.install("drl", 9, body, "http://central/api")
    assert [(one.number, one.source) for one in history.versions("drl")] == [(9, "http://central/api"), (2, "shipped")]


def test_a_document_from_before_there_was_a_history_is_in_it(db):
    body = msgspec.json.encode(reference.shipped("drl")[1]).decode()
    Document.create(kind="drl", version=7, source="http://old", body=body, received_at=AT - timedelta(days=9))
    drl_editing.remove(0, base(), BY, AT)
    assert numbers() == [8, 7, 2]
    assert history.body_of("drl", 7) == body


def test_a_document_of_the_server_with_a_slow_pattern_is_not_installed(db):
    body = dict(reference.shipped("drl")[1])
    body["mapping"] = [dict(body["mapping"][0], matches="(x+)+$")]
    with pytest.raises(ValueError, match="matches: a pattern with too many choices"):
        documents.install("drl", 9, msgspec.json.encode(body).decode(), "http://c")
    assert documents.document("drl") is None


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(["a", "b", "c"])),
        st.tuples(st.just("remove"), st.integers(0, 30)),
        st.tuples(st.just("move"), st.integers(0, 30), st.sampled_from([-1, 1])),
        st.tuples(st.just("sign"), st.integers(0, 30)),
        st.tuples(st.just("restore"), st.integers(2, 12)),
    ),
    max_size=10,
)


@given(DEEDS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_done_every_version_can_be_put_back_exactly(db, deeds: list):
    for model in (Document, DocumentVersion, Outbox, Audit):
        model.delete().execute()
    stood = {2: drl.book().mappings}
    for deed, *rest in deeds:
        n = len(drl.book().mappings)
        try:
            if deed == "add":
                drl_editing.add(replace(KNEE, matches=rest[0]), base(), BY, AT)
            elif deed == "restore":
                drl_editing.restore(rest[0], base(), BY, AT)
            elif n and deed == "remove":
                drl_editing.remove(rest[0] % n, base(), BY, AT)
            elif n and deed == "move":
                drl_editing.move(rest[0] % n, rest[1], base(), BY, AT)
            elif n:
                drl_editing.sign_off(rest[0] % n, base(), BY, AT, day=AT.date())
        except EditRefused as refused:
            assert refused.problem == "gone"
        stood[drl_editing.stand().number] = drl.book().mappings
    assert set(numbers()) <= set(stood)
    for number in numbers():
        drl_editing.restore(number, base(), BY, AT)
        assert drl.book().mappings == stood[number]
    assert outbox.depth() == len(numbers()) - 1 if numbers() else outbox.depth() == 0
