"""A scan over the same range again is asked about: by what the dose report says, else by where the slices lie."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from iqs_tui.domain.ct_overlap import CtOverlapRules
from iqs_tui.domain.records import DoseReport
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import burst, receiving
from iqs_tui.store.evidence import quiet
from iqs_tui.store.models import Case, Settling, Signal
from tests.store.records import NOON
from tests.store.studies import STUDIES, Message

RULES = RetakeRules()


@pytest.fixture(autouse=True)
def nothing_remembered(db: Path):
    burst.forget()


def take(messages: list[Message], rules: RetakeRules = RULES, *, minutes: float = 0) -> None:
    for record, sender in messages:
        receive = receiving.record_dose_report if isinstance(record, DoseReport) else receiving.record_instance
        receive(record, sender, NOON + timedelta(minutes=minutes), rules)


def rest(rules: RetakeRules = RULES, *, minutes: float = 10) -> None:
    """Let the study be quiet until so many minutes after noon."""
    quiet.look_again(lambda _: rules, NOON + timedelta(minutes=minutes))


def asked() -> list[tuple[str, list[str], bool]]:
    return [(case.exposure_uid, case.signals, case.is_question) for case in Case.select()]


ABOUT_THE_FIRST = [("1.2.5.1", ["ct_overlap"], True)]


def test_the_report_says_where_was_scanned() -> None:
    take(STUDIES["scanned again"])
    assert asked() == []
    rest()
    assert asked() == ABOUT_THE_FIRST
    about = Signal.get().about
    assert about == {"earlier": "1.2.5.1", "later": "1.2.5.2", "gap_s": 61.0, "overlap_percent": 98}
    assert (Case.get().counts_as, Signal.get().confidence) == ("repeat", 0.4)
    assert Settling.select().count() == 0


def test_slices_say_where_was_scanned_once_they_are_all_there() -> None:
    *slices, report = STUDIES["scanned again by its slices"]
    take([report, *slices[:4]])
    take(slices[4:], minutes=8)
    rest()
    assert asked() == []
    rest(minutes=18)
    assert asked() == ABOUT_THE_FIRST


def test_a_question_stays_while_more_comes() -> None:
    *slices, report = STUDIES["scanned again by its slices"]
    take([report, *slices[:6]])
    rest()
    case_id = Case.get().case_id
    take(slices[6:], minutes=30)
    assert Case.get().case_id == case_id


def test_phases_that_are_meant_are_not_asked_about() -> None:
    meant = RetakeRules(ct_overlap=CtOverlapRules(multiphase_protocols=("abdomen pv",)))
    take(STUDIES["scanned again"], meant)
    rest(meant)
    assert asked() == []


def test_a_third_scan_over_the_range_takes_the_question_back() -> None:
    one, all_three = (message for message in STUDIES["scanned again"] if isinstance(message[0], DoseReport))
    events = all_three[0].events
    two = replace(all_three[0], sop_instance_uid="1.2.6.77", events=events[:2])
    take([one, (two, one[1])])
    rest()
    assert asked() == ABOUT_THE_FIRST
    third = replace(events[2], facts=replace(events[2].facts, scan_low_mm=-300.0, scan_high_mm=80.0))
    take([(replace(all_three[0], events=(*events[:2], third)), one[1])], minutes=20)
    assert asked() == []
