"""A key for an image that is not here, and all that may tell of its exposure: one case, whatever came first."""

from collections.abc import Iterable
from functools import cache

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.store.pressed_studies import PRESSED, TWO_PATIENTS, press
from tests.store.studies import Message
from tests.store.test_one_case import as_told, cases_after

REASONS = (None, "cut_off", "motion")


@cache
def _in_order(name: str) -> list[dict[str, object]]:
    return cases_after(PRESSED[name].messages)


@pytest.mark.parametrize("name", PRESSED)
def test_a_press_and_what_tells_of_its_exposure_end_in_one_case(name: str) -> None:
    found = [as_told(case) for case in _in_order(name)]
    assert sorted(found, key=repr) == sorted(PRESSED[name].cases, key=repr)


@settings(max_examples=24, phases=[Phase.explicit, Phase.generate])
@given(name=st.sampled_from(sorted(PRESSED)), data=st.data())
def test_order_and_repetition_change_nothing(name: str, data: st.DataObject) -> None:
    assert cases_after(_shuffled(PRESSED[name].messages, data)) == _in_order(name)


@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_two_patients_of_one_room_with_keys_in_between(data: st.DataObject) -> None:
    minutes = data.draw(st.lists(st.integers(0, 48), max_size=4, unique=True), label="pressed")
    presses = [press(at, data.draw(st.sampled_from(REASONS))) for at in sorted(minutes)]
    some = data.draw(st.lists(st.sampled_from(range(len(TWO_PATIENTS))), min_size=3, unique=True), label="what comes")
    messages = [*presses, *(TWO_PATIENTS[index] for index in sorted(some))]
    assert cases_after(_shuffled(messages, data)) == cases_after(messages)


def _shuffled(messages: list[Message], data: st.DataObject) -> Iterable[Message]:
    order = data.draw(st.permutations(range(len(messages))), label="order")
    again = data.draw(st.lists(st.sampled_from(order), max_size=4), label="again")
    return [messages[index] for index in (*order, *again)]
