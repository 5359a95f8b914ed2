"""One exposure, one case: whatever tells of it, in whatever order, and however often."""

from collections.abc import Iterable
from functools import cache

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from iqs_tui.store.models import Case, Signal
from tests.store.studies import Message
from tests.store.telling import told
from tests.store.told_studies import TOLD_STUDIES, Told

_COMPARED = (
    *("room", "study_uid", "exposure_uid", "instance_uids", "signals", "is_question", "counts_as", "confidence"),
    *("state", "reason_code", "reason_label", "cid7011_code", "detail", "answered_by"),
    *("procedure", "view", "operator", "device_id", "laterality", "detected_at"),
)


def cases_after(messages: Iterable[Message]) -> list[dict[str, object]]:
    """Return the cases after these messages, at a node of its own; every signal that counts stands in one of them."""
    with told(messages):
        rows = [{name: getattr(case, name) for name in _COMPARED} for case in Case.select()]
        ids = {case.case_id for case in Case.select(Case.case_id)}
        used = {row.case_id for row in Signal.select(Signal.case_id).where(Signal.case_id.in_(sorted(ids)))}
        assert used == ids
        exposures = [row["exposure_uid"] for row in rows if row["exposure_uid"]]
        assert len(set(exposures)) == len(exposures)
        return sorted(rows, key=repr)


@cache
def _in_order(name: str) -> list[dict[str, object]]:
    return cases_after(TOLD_STUDIES[name].messages)


def as_told(case: dict[str, object]) -> Told:
    """Return a case as studies say what they must end in."""
    exposure = str(case["exposure_uid"]).rpartition(".")[2] if case["exposure_uid"] else None
    return Told(exposure, tuple(case["signals"]), case["state"], case["reason_code"], case["counts_as"])


@pytest.mark.parametrize("name", TOLD_STUDIES)
def test_each_study_ends_in_its_cases(name: str) -> None:
    found = [as_told(case) for case in _in_order(name)]
    assert sorted(found, key=repr) == sorted(TOLD_STUDIES[name].cases, key=repr)


@pytest.mark.parametrize("name", TOLD_STUDIES)
@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_order_and_repetition_change_nothing(name: str, data: st.DataObject) -> None:
    messages = TOLD_STUDIES[name].messages
    order = data.draw(st.permutations(range(len(messages))), label="order")
    again = data.draw(st.lists(st.integers(0, len(messages) - 1), max_size=4), label="again")
    assert cases_after([messages[index] for index in (*order, *again)]) == _in_order(name)


@pytest.mark.parametrize("name", TOLD_STUDIES)
def test_backwards_and_twice_change_nothing(name: str) -> None:
    messages = TOLD_STUDIES[name].messages
    assert cases_after([*reversed(messages), *messages]) == _in_order(name)
    assert cases_after([each for message in reversed(messages) for each in (message, message)]) == _in_order(name)
