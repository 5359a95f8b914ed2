"""Unique identifiers: what is one, and that derived ones are steady."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.uids import derived_uid, is_uid


@pytest.mark.parametrize("text", ["1.2", "0.0", "2.25.340282366920938463463374607431768211455", "1." + "2" * 62])
def test_well_formed(text: str) -> None:
    assert is_uid(text)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.", ".1", "1..2", "1.02", "01.2", "1.2 ", "1.a", "1.2\n", "../x", "1." + "2" * 63, None, 1.2, "１.２"],
)
def test_malformed(text: object) -> None:
    assert not is_uid(text)


@given(st.lists(st.one_of(st.text(), st.integers(), st.none()), min_size=1))
def test_derived_uids_are_well_formed_and_steady(parts: list[object]) -> None:
    assert is_uid(derived_uid(*parts))
    assert derived_uid(*parts) == derived_uid(*parts)


def test_other_parts_give_another_uid() -> None:
    assert len({derived_uid("a", "bc"), derived_uid("ab", "c"), derived_uid("abc"), derived_uid("a", "b", "c")}) == 4
