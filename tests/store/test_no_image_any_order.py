"""Whenever messages come and the node looks whether a study is quiet: it ends in the same cases and exposures."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from iqs_tui.store.models import Case, Settling
from iqs_tui.store.models import Instance as InstanceRow
from tests.store.records import NOON
from tests.store.studies import STUDIES, Message
from tests.store.telling import own_node
from tests.store.test_no_image import exposures, settle, take, unsure

WHERE_IMAGES_LACK = ("deleted at the console", "images without events", "images without events beside another machine")


def outcome(steps: Sequence[tuple[int, Message]], turns: Sequence[int]) -> object:
    """Return what is found when messages come, and the node looks, at these minutes."""
    with own_node():
        for minute in range(61):
            take(*(message for at, message in steps if at == minute), at=NOON + timedelta(minutes=minute))
            for _ in range(turns.count(minute)):
                settle(NOON + timedelta(minutes=minute))
        while Settling.select().exists():
            settle()
        rows = Case.select().order_by(Case.exposure_uid)
        cases = [(row.exposure_uid, row.signals, row.state) for row in rows]
        images = InstanceRow.select().order_by(InstanceRow.sop_instance_uid)
        return cases, exposures(), unsure(), [(row.sop_instance_uid, row.exposure_uid) for row in images]


@pytest.mark.parametrize("name", WHERE_IMAGES_LACK)
@settings(max_examples=8, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_whenever_messages_come_and_the_node_looks_it_ends_the_same(name: str, data: st.DataObject) -> None:
    messages = STUDIES[name]
    part = data.draw(st.permutations(messages), label="order")[: data.draw(st.integers(1, len(messages)), label="n")]
    again = data.draw(st.lists(st.sampled_from(part), max_size=2), label="again")
    minutes = data.draw(st.lists(st.integers(0, 60), min_size=len(part) + 2, max_size=len(part) + 2), label="minutes")
    turns = data.draw(st.lists(st.integers(0, 60), max_size=6), label="turns")
    steps = list(zip(minutes, [*part, *again], strict=False))
    at_once = [(0, message) for message in messages if message in part]
    assert outcome(steps, turns) == outcome(at_once, [])
