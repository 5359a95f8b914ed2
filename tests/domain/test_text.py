"""Text from outside, made safe for a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.text import clean_person_name, clean_text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  X-thorax  ", "X-thorax"),
        ("two\r\nlines\tand a tab", "two lines and a tab"),
        ("", None),
        ("   ", None),
        (None, None),
        ("\x00\x07", None),
        ("\x1b]52;c;ZWNobw==\x07", "]52;c;ZWNobw=="),
        ("\x9b31mred", "31mred"),
        ("\u202egnirts\u202c", "gnirts"),
        ("a\u200bb", "ab"),
        ("e\u0301", "é"),
        ("山田", "山田"),
        (12, "12"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    ],
)
def test_one_printable_line(raw: object, expected: str | None) -> None:
    assert clean_text(raw) == expected


def test_no_longer_than_asked() -> None:
    assert clean_text("a" * 300) == "a" * 256
    assert clean_text("abc def", 4) == "abc"


@given(st.text())
def test_nothing_is_left_that_steers(raw: str) -> None:
    clean = clean_text(raw)
    if clean is None:
        return
    assert clean == clean.strip()
    assert not {unicodedata.category(character) for character in clean} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert clean_text(clean) == clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("de Vries^Jan", "Jan de Vries"),
        ("Vries^Jan^P^Dr.^MBRT", "Dr. Jan P Vries MBRT"),
        ("Vries", "Vries"),
        ("JDV", "JDV"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Tarou Yamada"),
        ("^^^^", None),
        ("=", None),
        ("", None),
        (None, None),
        ("A^B^C^D^E^F^G", "D B C A E"),
        ("Vries^Jolanda^^de", "Jolanda de Vries"),
        ("Vries^Jan^^Dr.", "Dr. Jan Vries"),
    ],
)
def test_person_names_as_people_write_them(raw: object, expected: str | None) -> None:
    assert clean_person_name(raw) == expected


@given(st.text(alphabet="^=ab \x1b", max_size=12))
def test_any_person_name_is_a_line_or_none(raw: str) -> None:
    name = clean_person_name(raw)
    assert name is None or (name.strip() == name and "^" not in name and "\x1b" not in name)
