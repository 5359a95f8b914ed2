"""The DRN table and its mapping: what may be called DRN, and for which examination."""

import pytest

from iqs_tui.domain.drl import COLUMNS, DrlBook, DrlTableError, RowMapping, Subject, parse_table

HEADER = ",".join(COLUMNS)
CHEST = "NL adult,DX,X-thorax PA,Chest PA,DAP,uGy.m2,,12,6,standard,Bijwaard 2017,yes"
SURVEY = "NL adult survey P75 (not a DRN),DX,X-thorax PA,Chest PA,DAP,uGy.m2,,5.9,,standard,survey,yes"
BELGIUM = "BE adult (not Dutch),CT,Abdomen,Abdomen,CTDIvol,mGy,,10,8,standard,FANC,yes"
CT_HEAD = "NL child,CT,CT-hoofd kind,CT head,CTDIvol,mGy,16,30,,1-<5,NCS,no"
EMPTY = "NL adult,CT,CT abdomen,CT abdomen,DLP,mGy.cm,32,,,standard,NCS 21,no"
ADULT_CHEST = RowMapping(
    population="NL adult",
    procedure_nl="X-thorax PA",
    modalities=("DX", "CR"),
    matches=r"\bthorax\b",
    excludes="kind",
    view="PA",
    age_from=18,
)


def table(*lines: str):
    return parse_table("\n".join((HEADER, *lines)))


def book(*mappings: RowMapping) -> DrlBook:
    rows = table(CHEST, SURVEY, BELGIUM, CT_HEAD, EMPTY)
    return DrlBook(table_version=1, mapping_version=1, rows=rows, mappings=mappings)


def chest(**changes: object) -> Subject:
    values = {"modality": "DX", "procedure": "Thorax PA", "view": "PA", "age_years": 54.0, **changes}
    return Subject(**values)


def test_values_are_kept_in_our_units():
    row = table(CHEST)[0]
    assert row.drl == pytest.approx(12e-6)
    assert row.achievable == pytest.approx(6e-6)
    assert table(EMPTY)[0].drl is None


def test_only_dutch_levels_are_drn():
    assert [row.is_drn for row in table(CHEST, SURVEY, BELGIUM)] == [True, False, False]


@pytest.mark.parametrize(
    ("line", "column", "allowed"),
    [
        (CHEST.replace("DAP", "DAPP"), "quantity", "DAP, CTDIvol, DLP, AGD"),
        (CHEST.replace("uGy.m2", "mGy"), "unit", "uGy.m2"),
        (CHEST.replace(",12,", ',"12,5",'), "drn", "a number above 0 with a point"),
        (CHEST.replace(",12,", ",0,"), "drn", "a number above 0"),
        (CHEST.replace(",12,", ",-3,"), "drn", "a number above 0"),
        (EMPTY.replace(",32,", ",20,"), "phantom_cm", "16, 32 or empty"),
        (CHEST.replace("Bijwaard 2017", ""), "source", "where the value comes from"),
        (CHEST.replace("yes", "ja"), "verified", "yes, no"),
        ("NL adult", "modality", "CT, CR, DX"),
    ],
)
def test_a_bad_row_is_named_with_row_column_and_what_is_allowed(line: str, column: str, allowed: str):
    with pytest.raises(DrlTableError) as caught:
        table(SURVEY, line)
    problem = next(p for p in caught.value.problems if p.column == column)
    assert problem.row == 3
    assert allowed in problem.allowed
    assert f"row 3, {column}:" in str(caught.value)


def test_all_bad_cells_are_named_at_once():
    with pytest.raises(DrlTableError) as caught:
        table(CHEST.replace("DAP", "x").replace("yes", "?"), BELGIUM.replace("FANC", ""))
    assert [(p.row, p.column) for p in caught.value.problems] == [
        (2, "quantity"),
        (2, "unit"),
        (2, "verified"),
        (3, "source"),
    ]


def test_a_missing_column_is_named():
    with pytest.raises(DrlTableError, match="achievable"):
        parse_table(HEADER.replace("achievable,", "") + "\n")


def test_a_mapped_examination_has_its_row_and_the_survey_is_not_taken_for_it():
    choice = book(ADULT_CHEST).choose(chest(), "DAP")
    assert choice.row is not None
    assert choice.row.drl == pytest.approx(12e-6)
    assert choice.signed_off_by == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"procedure": "Hand PA"},
        {"view": "LL"},
        {"view": None},
        {"modality": "RF"},
        {"age_years": 7.0},
        {"protocol": "thorax kind"},
        {"procedure": None},
        {"procedure": "Thoraxdrain"},
    ],
)
def test_nothing_is_mapped_by_likeness(changes: dict):
    assert book(ADULT_CHEST).choose(chest(**changes), "DAP").missing == "unmapped"


def test_an_unknown_age_is_not_taken_for_an_adult():
    assert book(ADULT_CHEST).choose(chest(age_years=None), "DAP").missing == "age_unknown"


def test_a_mapped_row_without_a_value_is_no_drn():
    mapping = RowMapping(population="NL adult", procedure_nl="CT abdomen", modalities=("CT",), matches="abdomen")
    subject = Subject(modality="CT", procedure="CT abdomen", age_years=60.0)
    choice = book(mapping).choose(subject, "DLP")
    assert choice.row is None
    assert choice.missing == "no_value"


def test_a_foreign_row_is_never_chosen_even_when_mapped():
    mapping = RowMapping(
        population="BE adult (not Dutch)", procedure_nl="Abdomen", modalities=("CT",), matches="abdomen"
    )
    assert book(mapping).choose(Subject(modality="CT", procedure="CT abdomen"), "CTDIvol").row is None


def test_another_phantom_is_not_compared():
    mapping = RowMapping(
        population="NL child", procedure_nl="CT-hoofd kind", modalities=("CT",), matches="hoofd", age_below=18
    )
    head = {"modality": "CT", "procedure": "CT hoofd", "age_years": 3.0}
    assert book(mapping).choose(Subject(**head, phantom_cm=32), "CTDIvol").missing == "phantom"
    assert book(mapping).choose(Subject(**head, phantom_cm=16), "CTDIvol").row is not None
