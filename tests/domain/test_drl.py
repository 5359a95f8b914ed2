"""The DRN table and its mapping: what may be called DRN, and for which examination."""

from dataclasses import replace
from datetime import date

import pytest

from iqs_tui.domain.drl import COLUMNS, DrlBook, DrlTableError, RowMapping, Subject, parse_table
from iqs_tui.domain.drl_rules import problems

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


def test_a_dutch_spreadsheet_has_semicolons_and_may_have_decimal_commas():
    lines = [";".join(part.split(",")) for part in (HEADER, CHEST.replace(",12,6,", ",12%5,6,"))]
    rows = parse_table("\ufeff" + "\r\n".join(lines).replace("%", ",") + "\r\n")
    assert rows[0].drl == pytest.approx(12.5e-6)
    assert table(CHEST.replace(",12,", ",12.5,"))[0].drl == pytest.approx(12.5e-6)
    with pytest.raises(DrlTableError, match=r"row 2, drn: '1\.000\.5'"):
        parse_table("\n".join(lines).replace("12%5", "1.000,5"))


def test_a_decimal_comma_between_commas_is_an_error_and_never_another_number():
    with pytest.raises(DrlTableError, match="row 2, -: 'more cells than the heading'"):
        table(CHEST.replace(",12,", ",12,5,"))


SIGNED = f"{HEADER},signed_off_by,signed_off_on"


def test_a_row_may_be_signed_off_and_a_table_without_those_columns_still_reads():
    row = parse_table(f"{SIGNED}\n{CHEST},K. Fysicus,2026-11-21\n")[0]
    assert (row.signed_off_by, row.signed_off_on) == ("K. Fysicus", date(2026, 11, 21))
    assert parse_table(f"{SIGNED}\n{CHEST},,\n{CT_HEAD}\n")[1].signed_off_on is None
    assert table(CHEST)[0].signed_off_by == ""


@pytest.mark.parametrize("cells", ["K. Fysicus,", ",2026-11-21", "K. Fysicus,21-11-2026", "K. Fysicus,20261121", "K,x"])
def test_a_signature_is_a_name_and_a_date(cells: str):
    with pytest.raises(DrlTableError, match=r"row 2, signed_off_on.*a date such as 2026-11-21"):
        parse_table(f"{SIGNED}\n{CHEST},{cells}\n")


def test_a_row_that_is_there_twice_is_an_error_and_another_class_is_not():
    with pytest.raises(DrlTableError, match=r"row 4, procedure_nl.*row 2 is the same"):
        table(CHEST, SURVEY, CHEST.replace(",12,", ",11,").replace("X-thorax", "x-Thorax"))
    assert len(table(CHEST, CHEST.replace("standard", "< 50 kg"))) == 2


BY_WEIGHT = ("NL child,DX,X-abdomen kind,Abdomen,DAP,uGy.m2,,{},,{},NCS,yes").format
LIGHT, HEAVY = BY_WEIGHT(2, "<15 kg"), BY_WEIGHT(9, "15-<50 kg")


def of_class(name: str, **changes: object) -> RowMapping:
    values = {
        "population": "NL child", "procedure_nl": "X-abdomen kind", "modalities": ("DX",), "matches": "abdomen",
        "age_or_weight": name, "age_below": 18,
    }  # fmt: skip
    return RowMapping(**values | changes)


def child(**changes: object) -> Subject:
    return Subject(**{"modality": "DX", "procedure": "Abdomen", "age_years": 6.0, **changes})


def test_children_are_classed_by_weight_and_an_unknown_weight_fits_no_class():
    classes = of_class("<15 kg", weight_below=15), of_class("15-<50 kg", weight_from=15, weight_below=50)
    shelf = DrlBook(table_version=1, mapping_version=1, rows=table(LIGHT, HEAVY), mappings=classes)
    chosen = [shelf.choose(child(weight_kg=kg), "DAP").row.drl for kg in (3.0, 14.9, 15.0, 49.9)]
    assert chosen == pytest.approx([2e-6, 2e-6, 9e-6, 9e-6])
    assert shelf.choose(child(), "DAP").missing == "weight_unknown"
    assert shelf.choose(child(weight_kg=50.0), "DAP").missing == "unmapped"
    assert shelf.choose(child(age_years=None, weight_kg=20.0), "DAP").missing == "age_unknown"
    assert shelf.choose(child(age_years=40.0), "DAP").missing == "unmapped", "known not to fit"


def test_of_several_classes_without_one_named_none_is_guessed():
    shelf = DrlBook(table_version=1, mapping_version=1, rows=table(LIGHT, HEAVY), mappings=(of_class(""),))
    assert shelf.choose(child(weight_kg=20.0), "DAP").missing == "ambiguous"


def test_mammography_may_be_classed_by_thickness():
    row = "NL adult,MG,Mammografie,Mammography,AGD,mGy,,2,,50-60 mm,NCS,yes"
    item = RowMapping(
        population="NL adult", procedure_nl="Mammografie", modalities=("MG",), matches="mammo",
        thickness_from_mm=50, thickness_below_mm=60,
    )  # fmt: skip
    shelf = DrlBook(table_version=1, mapping_version=1, rows=table(row), mappings=(item,))
    breast = {"modality": "MG", "procedure": "Mammografie"}
    assert shelf.choose(Subject(**breast, thickness_mm=55.0), "AGD").row is not None
    assert shelf.choose(Subject(**breast, thickness_mm=60.0), "AGD").missing == "unmapped"
    assert shelf.choose(Subject(**breast), "AGD").missing == "thickness_unknown"


def test_a_station_may_be_asked_for_by_its_name_or_its_ae_title():
    there = replace(ADULT_CHEST, station="^bed|mobiel")
    shelf = book(there)
    assert shelf.choose(chest(station="BED3"), "DAP").row is not None
    assert shelf.choose(chest(station="DX1", ae_title="MOBIEL_2"), "DAP").row is not None
    assert shelf.choose(chest(station="DX1"), "DAP").missing == "unmapped"
    assert shelf.choose(chest(), "DAP").missing == "unmapped"


def test_of_several_that_fit_the_first_counts_and_its_signature():
    first, second = (
        replace(ADULT_CHEST, signed_off_by="A"),
        replace(ADULT_CHEST, matches="thorax pa", signed_off_by="B"),
    )
    assert book(first, second).choose(chest(), "DAP").signed_off_by == "A"
    assert book(second, first).choose(chest(), "DAP").signed_off_by == "B"
    nothing = RowMapping(population="", procedure_nl="", modalities=("DX",), matches="thorax")
    assert book(nothing, first).choose(chest(), "DAP").missing == "no_value", "said to have no DRN"


def test_what_fits_by_name_is_remembered_and_that_changes_nothing():
    shelf = book(ADULT_CHEST)
    subjects = [chest(), chest(view="LL"), chest(age_years=None), chest()]
    once = [shelf.choose(subject, "DAP") for subject in subjects]
    assert [shelf.choose(subject, "DAP") for subject in subjects] == once
    assert shelf == book(ADULT_CHEST)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"procedure_nl": "X-hand"}, (("row", "unknown"),)),
        ({"population": "BE adult (not Dutch)", "procedure_nl": "Abdomen"}, (("row", "unknown"),)),
        ({"population": "", "procedure_nl": ""}, ()),
        ({"modalities": ()}, (("modalities", "empty"),)),
        ({"modalities": ("DX", "US")}, (("modalities", "unknown"),)),
        ({"matches": ""}, (("matches", "empty"),)),
        ({"view": "("}, (("view", "syntax"),)),
        ({"station": "(a+)+"}, (("station", "slow"),)),
        ({"age_from": 18, "age_below": 18}, (("age", "order"),)),
        ({"weight_from": -1}, (("weight", "number"),)),
        ({"thickness_below_mm": 1e9}, (("thickness", "number"),)),
    ],
)
def test_a_mapping_that_cannot_be_used_is_said_per_field(changes: dict, expected: tuple):
    assert problems(replace(ADULT_CHEST, **changes), table(CHEST, BELGIUM)) == expected
