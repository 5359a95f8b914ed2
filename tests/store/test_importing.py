"""Reading in a spreadsheet: all of it or nothing, and every bad cell named."""

import csv
import io
from datetime import UTC, datetime

import pytest

from iqs_tui import locations
from iqs_tui.store import document_history, documents, drl, importing, people
from iqs_tui.store.models import Audit, User

AT = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def a_file(tmp_path, text: str):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_users_are_added_and_changed_by_their_initials(db, tmp_path) -> None:
    told = []
    file = a_file(
        tmp_path,
        "name,initials,operators_names,role,badge\n"
        "Jolanda de Vries,JV,de Vries^Jolanda;J. de Vries,reviewer,00012345\n"
        "Pieter Bakker,PB,,,\n",
    )
    done = importing.import_users(file, "admin", AT, lambda n, total: told.append((n, total)))
    assert (done.added, done.changed) == (2, 0)
    assert told == [(1, 2), (2, 2)]
    jolanda = User.get(User.initials == "JV")
    assert jolanda.operators_names == ["jolanda de vries", "j. de vries"]
    assert people.person_of_badge("00012345") == jolanda.user_id
    again = importing.import_users(a_file(tmp_path, "name,initials\nJolanda Vries,jv\n"), "admin", AT)
    assert (again.added, again.changed) == (0, 1)
    changed = User.get(User.user_id == jolanda.user_id)
    assert (changed.name, changed.role, changed.operators_names) == (
        "Jolanda Vries",
        "reviewer",
        jolanda.operators_names,
    )
    assert people.person_of_badge("00012345") == jolanda.user_id


def test_a_dutch_spreadsheet_parts_cells_by_semicolons(db, tmp_path) -> None:
    file = a_file(tmp_path, '\ufeffname;initials;operators_names\nJ. de Vries;JV;"Vries^J;de Vries"\n')
    assert importing.import_users(file, "admin", AT).added == 1
    assert len(User.get().operators_names) == 2


def test_nothing_is_half_imported_and_every_bad_cell_is_named(db, tmp_path) -> None:
    file = a_file(
        tmp_path,
        "name,initials,role,badge\nJolanda,JV,radiographer,1234\n,PB,radiographer,\nElif,EY,boss,\nKees,KB,,12\nAn,jv,,\n",
    )
    with pytest.raises(importing.ImportRefused) as refused:
        importing.import_users(file, "admin", AT)
    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "row 3, name",
        "row 4, role",
        "row 5, badge",
        "row 6, initials",
    ]
    assert "radiographer" in refused.value.problems[1]
    assert "12" not in refused.value.problems[2].split("allowed")[0].replace("row 5", "")
    assert User.select().count() == 0
    assert Audit.select().count() == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,surname\nA,B\n", "'surname' is no column"),
        ("name\nA\n", "initials is missing"),
        ("name,initials\nVries, J. de,JV\n", "row 2: more cells"),
    ],
)
def test_a_wrong_heading_is_said(db, tmp_path, text: str, words: str) -> None:
    with pytest.raises(importing.ImportRefused, match=words):
        importing.import_users(a_file(tmp_path, text), "admin", AT)


def test_text_that_is_not_utf_8_is_refused(db, tmp_path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes("name,initials\nMaría,MA\n".encode("cp1252"))
    with pytest.raises(importing.ImportRefused, match="UTF-8"):
        importing.import_users(file, "admin", AT)


def test_a_drn_table_comes_in_force_under_the_same_mapping(db, tmp_path) -> None:
    before = drl.book()
    text = locations.shipped("db", "reference", "drl.csv").read_text(encoding="utf-8")
    done = importing.import_drl(a_file(tmp_path, text.replace(",,12,,", ",,11,,")), "admin", AT)
    assert done.added == len(before.rows)
    after = drl.book()
    assert after.mappings == before.mappings
    assert after.rows != before.rows
    assert documents.document("drl") is not None


def test_a_second_table_replaces_the_first(db, tmp_path) -> None:
    text = locations.shipped("db", "reference", "drl.csv").read_text(encoding="utf-8")
    importing.import_drl(a_file(tmp_path, text), "admin", AT)
    importing.import_drl(a_file(tmp_path, text.replace(",,12,,", ",,11,,")), "admin", AT)
    assert drl.book().table_version == 3


def test_a_bad_table_changes_nothing(db, tmp_path) -> None:
    text = locations.shipped("db", "reference", "drl.csv").read_text(encoding="utf-8")
    with pytest.raises(importing.ImportRefused, match="row 2, drn"):
        importing.import_drl(a_file(tmp_path, text.replace(",,12,,", ",,twaalf,,")), "admin", AT)
    assert documents.document("drl") is None


def test_a_table_of_a_dutch_spreadsheet_comes_in(db, tmp_path) -> None:
    text = locations.shipped("db", "reference", "drl.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([[cell.replace("5.9", "5,9") for cell in row] for row in rows])
    before = drl.book().rows
    importing.import_drl(a_file(tmp_path, out.getvalue()), "admin", AT)
    assert drl.book().rows == before


def test_the_former_table_is_in_the_history_with_who_and_from_what_file(db, tmp_path) -> None:
    text = locations.shipped("db", "reference", "drl.csv").read_text(encoding="utf-8")
    importing.import_drl(a_file(tmp_path, text.replace(",,12,,", ",,11,,")), "admin", AT)
    newest, first = document_history.versions("drl")
    assert (newest.number, newest.installed_by, newest.note) == (3, "admin", "list.csv")
    assert (first.number, first.source) == (2, "shipped")
    assert "drl.table" in [row.action for row in Audit.select()]
