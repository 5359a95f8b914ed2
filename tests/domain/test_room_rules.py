"""A room's own rules: how a tag is written, which value marks an image, what its words mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.no_patient import NoPatient
from iqs_tui.domain.room_rules import Mark, RoomRule, RuleTag, marks, parse_tag

FLAG, WHY = RuleTag(0x0021, 0x0F), RuleTag(0x0021, 0x10)
DELETED = RoomRule(
    name="deleted",
    creator="ACME",
    tag=FLAG,
    value="YES",
    reason_tag=WHY,
    reasons=(("Positioning", "projection"), ("MOTION", "motion.patient")),
)
DESTINATION = RoomRule(name="destination", ae_title="DX1_REJ")


def found(*rules: RoomRule, ae: str = "DX1", flag: tuple[str, ...] = (), why: tuple[str, ...] = ()) -> tuple[Mark, ...]:
    values = {("ACME", FLAG): flag, ("ACME", WHY): why}
    return marks(rules, {ae, "IQS"}, lambda creator, tag: values.get((creator, tag), ()))


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("0028,0300", RuleTag(0x0028, 0x0300)),
        ("0021,xx0F", FLAG),
        ("0021,XX0f", FLAG),
        (" 0021,100F ", FLAG),
        ("0028,xx00", None),
        ("(0028,0300)", None),
        ("00280300", None),
        ("0021,0F", None),
        ("", None),
    ],
)
def test_a_tag_as_it_is_written(written: str, tag: RuleTag | None) -> None:
    assert parse_tag(written) == tag


@given(st.text(max_size=12))
def test_any_text_is_a_tag_or_not(written: str) -> None:
    tag = parse_tag(written)
    assert tag is None or 0 <= tag.element <= 0xFFFF


@pytest.mark.parametrize(
    ("value", "wanted", "is_marked"),
    [
        (("YES",), "YES", True),
        (("yes ",), "YES", True),
        (("NO", "Yes"), "YES", True),
        (("NO",), "YES", False),
        ((), "YES", False),
        (("1",), "1", True),
        (("1.0",), "1", True),
        (("01",), "1", True),
        (("1e0",), "1", False),
        (("J. de Vries",), "", True),
        ((), "", False),
    ],
)
def test_the_value_that_marks_an_image(value: tuple[str, ...], wanted: str, is_marked: bool) -> None:
    rule = RoomRule(name="own", creator="ACME", tag=FLAG, value=wanted)
    assert found(rule, flag=value) == ((Mark("own", wanted),) if is_marked else ())


def test_all_images_of_an_ae_title_are_marked() -> None:
    assert found(DESTINATION, ae="DX1_REJ") == (Mark("destination"),)
    assert found(DESTINATION, ae="DX1") == ()


def test_the_modalitys_words_become_our_reason() -> None:
    assert found(DELETED, flag=("YES",), why=("x", "motion")) == (Mark("deleted", "YES", "motion.patient"),)


def test_words_that_map_to_nothing_are_kept_short() -> None:
    (mark,) = found(DELETED, flag=("YES",), why=("Patient moved", "y" * 90))
    assert mark.reason == ""
    assert mark.words.startswith("Patient moved, y")
    assert len(mark.words) == 64


def test_the_order_of_the_rules_is_nothing() -> None:
    said = {"ae": "DX1_REJ", "flag": ("YES",), "why": ("MOTION",)}
    assert found(DELETED, DESTINATION, **said) == found(DESTINATION, DELETED, **said)  # type: ignore[arg-type]


def test_who_is_no_patient() -> None:
    site = NoPatient(("QC.*", "fantoom"), frozenset({"SERVICE"}))
    assert site.is_one("qc-17", ["DX1"])
    assert site.is_one("FANTOOM", ["DX1"])
    assert site.is_one("0123456", ["SERVICE"])
    assert not site.is_one("0123QC", ["DX1"])
    assert not site.is_one(None, ["DX1"])
    assert not NoPatient().is_one("QC-17", ["DX1"])
