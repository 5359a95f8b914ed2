"""What a case counts as, and which notes and counts still stand."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from iqs_tui.domain.cases import (
    KEY,
    MPPS_COUNT,
    NO_IMAGE,
    RDSR_FLAG,
    REJECTION_NOTE,
    REVOCATION,
    RULE,
    SAME_VIEW,
    Group,
    Signal,
    group_signals,
    outcome,
    without_explained,
)
from iqs_tui.domain.notes import standing

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def signal(kind: str, number: int = 1, *, minutes: float | None = None, **said: object) -> Signal:
    moment = None if minutes is None else NOON + timedelta(minutes=minutes)
    name = f"{kind}:{number}"
    return Signal(signal_id=name, kind=kind, source_uid=name, at=NOON, said_at=moment, **said)  # type: ignore[arg-type]


WRONG_ENTRY = signal(REJECTION_NOTE, 2, title="113038")
REPEATED = signal(RDSR_FLAG, about={"flag": "repeated"})


@pytest.mark.parametrize(
    ("signals", "counts_as"),
    [
        ([signal(KEY)], "reject"),
        ([signal(REJECTION_NOTE, title="113001"), WRONG_ENTRY], "reject"),
        ([signal(REJECTION_NOTE, title="113037")], "reject"),
        ([signal(REJECTION_NOTE)], "reject"),
        ([WRONG_ENTRY], "identification"),
        ([WRONG_ENTRY, signal(NO_IMAGE)], "identification"),
        ([WRONG_ENTRY, signal(SAME_VIEW)], "identification"),
        ([WRONG_ENTRY, signal(KEY)], "reject"),
        ([WRONG_ENTRY, signal(RULE)], "reject"),
        ([signal(SAME_VIEW)], "repeat"),
        ([REPEATED, signal(SAME_VIEW)], "repeat"),
        ([REPEATED, signal(NO_IMAGE)], "reject"),
        ([signal(RDSR_FLAG, about={"flag": "rejected"}), signal(SAME_VIEW)], "reject"),
        ([signal(MPPS_COUNT)], "reject"),
    ],
)
def test_what_a_case_counts_as(signals: list[Signal], counts_as: str) -> None:
    for order in itertools.permutations(signals):
        assert Group("1.2.5.1", (), order).counts_as == counts_as


def test_outcomes() -> None:
    assert [outcome("answered", kind) for kind in ("reject", "repeat", "identification")] == [
        "rejected",
        "repeated",
        "misidentified",
    ]
    assert outcome("dismissed", "reject") == "dismissed"


@pytest.mark.parametrize(
    ("noted", "revoked", "stands"),
    [(1, 2, False), (2, 2, False), (3, 2, True), (None, 2, False), (3, None, False), (None, None, False)],
)
def test_a_revocation_takes_back_what_was_written_before_it(
    noted: float | None, revoked: float | None, stands: bool
) -> None:
    note = signal(REJECTION_NOTE, minutes=noted, instance_uid="1.2.3.1")
    other = signal(REJECTION_NOTE, 2, minutes=noted, instance_uid="1.2.3.2")
    back = signal(REVOCATION, minutes=revoked, instance_uid="1.2.3.1")
    for order in itertools.permutations((note, other, back, signal(KEY, instance_uid="1.2.3.1"))):
        assert {each.signal_id for each in standing(order)} == {"key:1", "rejection_note:2"} | (
            {"rejection_note:1"} if stands else set()
        )


def test_a_note_on_an_image_unseen_and_an_exposure_without_image_are_one_where_there_is_one_of_each() -> None:
    lost = [signal(NO_IMAGE, n, exposure_uid=f"1.2.5.{n}") for n in (1, 2)]
    unseen = [signal(REJECTION_NOTE, n, instance_uid=f"1.2.3.{n}") for n in (1, 2)]
    seen = signal(REJECTION_NOTE, 3, exposure_uid="1.2.5.1")
    assert [group.kinds for group in group_signals([lost[0], unseen[0]], {})] == [[NO_IMAGE, REJECTION_NOTE]]
    for several in ([*lost, unseen[0]], [lost[0], *unseen]):
        assert len(group_signals(several, {})) == 3
    assert len(group_signals([lost[0], unseen[0], seen], {})) == 2, "that one is noted already"


def test_counts_ask_only_after_what_nothing_else_explains() -> None:
    counts = [signal(MPPS_COUNT, number) for number in (1, 2, 3)]
    unseen = signal(NO_IMAGE, exposure_uid="1.2.5.7")
    seen = signal(REJECTION_NOTE, exposure_uid="1.2.5.1")
    stored = signal(REJECTION_NOTE, 2, instance_uid="1.2.3.9")
    deleted = signal(REJECTION_NOTE, 3, instance_uid="1.2.3.8")
    groups = group_signals([*counts, unseen, seen, stored, deleted], {})
    left = without_explained(groups, {"1.2.5.1", "1.2.3.9"}, settled=set())
    assert sum(group.kinds == [MPPS_COUNT] for group in left) == 1
    assert len(left) == 5
