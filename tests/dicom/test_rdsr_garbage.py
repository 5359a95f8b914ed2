"""Whatever stands in a dose report: it is read, or refused in words, and no dose comes of it that nobody stated."""

import copy
import math
from collections.abc import Iterator
from dataclasses import fields
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from iqs_tui.dicom.rdsr import read_dose_report
from iqs_tui.dicom.reading import ReadingContext, Unreadable
from iqs_tui.domain.records import DoseReport, ExposureFacts
from tests.dicom import maker_reports as makers
from tests.dicom.report_parts import over_the_wire, with_raw

CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key of the tests", "SENDER")
REPORTS = [
    makers.siemens_zee(""),
    makers.siemens_dual_source(),
    makers.ge_ct(),
    makers.hologic(),
    makers.philips_neuro(),
    makers.siemens_arcadis(),
]
DOSES = ("dap_gym2", "dose_rp_gy", "agd_mgy", "ctdivol_mgy", "dlp_mgycm", "ssde_mgy")
TOTALS = ("dap_total_gym2", "dose_rp_total_gy", "agd_total_mgy", "dlp_total_mgycm", "fluoro_time_total_s")
NO_NUMBERS = st.sampled_from(
    [
        b"",
        b" ",
        b"nan",
        b"-inf",
        b"INF",
        b"n/a",
        b"1,5",
        b"1_0",
        b"0x1F",
        b"1e999",
        b"-3",
        b"--",
        b"\\\\",
        b"\x00",
        b"1 2",
    ]
)
BYTES = st.one_of(NO_NUMBERS, st.binary(max_size=24), st.sampled_from([b"0", b"1e-5", b"12\\13", b"1" * 40]))
CHANGES = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(["raw", "empty", "gone"]), BYTES), max_size=8)


def within(report: Dataset) -> Iterator[Dataset]:
    """Yield all data sets of a report: itself and every item at whatever depth."""
    yield report
    for tag in list(report.keys()):
        if report.get_item(tag).VR == "SQ":
            for item in report[tag].value:
                yield from within(item)


def numbers_of(got: DoseReport) -> Iterator[tuple[str, float]]:
    """Yield every number of a record by its name."""
    for each in (got, *(event.facts for event in got.events)):
        for field in fields(each):
            value = getattr(each, field.name)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                yield field.name, value


def doses_of(got: DoseReport) -> list[float]:
    found = [getattr(got, name) for name in TOTALS]
    found += [getattr(event.facts, name) for event in got.events for name in DOSES]
    return [dose for dose in found if dose is not None]


def changed(report: Dataset, changes: list[tuple[int, str, bytes]]) -> Dataset:
    """Return a copy of the report with some of its content items' attributes made garbage, emptied or left out."""
    made = copy.deepcopy(report)
    for at, how, value in changes:
        places = [(item, item.get_item(tag)) for item in within(made) if item is not made for tag in list(item.keys())]
        item, element = places[at % len(places)]
        if how == "gone":
            del item[element.tag]
        elif how == "empty":
            item[element.tag].value = Sequence([]) if element.VR == "SQ" else None
        else:
            vr = "LO" if element.VR == "SQ" else element.VR
            padded = value + b" " * (len(value) % 2)
            item[element.tag] = RawDataElement(element.tag, vr, len(padded), padded, 0, False, True)
    return made


@settings(max_examples=150)
@given(st.sampled_from(REPORTS), CHANGES)
def test_any_content_gives_a_report_none_or_a_refusal(report: Dataset, changes: list[tuple[int, str, bytes]]) -> None:
    try:
        got = read_dose_report(over_the_wire(changed(report, changes)), CONTEXT)
    except Unreadable as unreadable:
        assert unreadable.refusal.status == 0xC000
        return
    if got is None:
        return
    for name, value in numbers_of(got):
        assert math.isfinite(value)
        assert value >= 0 or name == "deviation_index"
    assert len({event.exposure_uid for event in got.events}) == len(got.events)


@settings(max_examples=50)
@given(st.sampled_from(REPORTS), NO_NUMBERS)
def test_what_is_no_number_is_no_dose(report: Dataset, said: bytes) -> None:
    made = copy.deepcopy(report)
    for item in list(within(made)):
        if "NumericValue" in item:
            with_raw(item, NumericValue=said)
    got = read_dose_report(over_the_wire(made), CONTEXT)
    assert got is not None
    assert doses_of(got) == []


@settings(max_examples=50)
@given(st.sampled_from(REPORTS), st.text("GymcdsuA.²·x1", max_size=6))
def test_a_number_without_a_known_unit_is_no_dose(report: Dataset, unit: str) -> None:
    made = copy.deepcopy(report)
    for item in list(within(made)):
        if "MeasurementUnitsCodeSequence" in item:
            item.MeasurementUnitsCodeSequence[0].CodeValue = f"/{unit}"
    got = read_dose_report(over_the_wire(made), CONTEXT)
    assert got is not None
    assert doses_of(got) == []


@settings(max_examples=50)
@given(st.sampled_from(REPORTS), st.randoms())
def test_the_order_within_a_report_changes_no_dose(report: Dataset, chance) -> None:
    made = copy.deepcopy(report)
    for item in within(made):
        if "ContentSequence" in item and item is made:
            items = list(item.ContentSequence)
            chance.shuffle(items)
            item.ContentSequence = Sequence(items)
    one, other = (read_dose_report(over_the_wire(each), CONTEXT) for each in (report, made))
    assert one is not None
    assert other is not None
    assert sorted(doses_of(one)) == pytest.approx(sorted(doses_of(other)))
    assert by_name(one) == by_name(other)


def by_name(got: DoseReport) -> dict[str, ExposureFacts]:
    return {event.exposure_uid: event.facts for event in got.events}
