"""Rejection notes as documents: what a retry may change, and what a PACS may answer."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydicom.dataset import Dataset

from iqs_tui.dicom.note_writing import CannotWrite, write_note
from iqs_tui.domain.note_writing import Note, Reference

NOTE = Note(
    sop_instance_uid="1.2.7.1",
    study_uid="1.2.9",
    title="113001",
    cid7011="111210",
    description="bewogen",
    rejected_at=datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
    references=(Reference("1.2.8", "1.2.840.10008.5.1.4.1.1.1.1", "1.2.3.1"),),
)


def written(hour: int, kiosk: str = "kiosk-1", **study: object) -> Dataset:
    found = Dataset()
    for keyword, value in study.items():
        setattr(found, keyword, value)
    local = datetime(2026, 10, 25, hour, tzinfo=UTC).astimezone(ZoneInfo("Europe/Amsterdam"))
    return write_note(NOTE, found, local, kiosk)


def test_its_moment_is_that_of_the_rejection_however_late_it_is_sent_and_in_the_offset_that_it_states():
    summer, winter = written(0), written(5)  # the clock goes back at one o'clock UTC
    assert (summer.ContentDate, summer.ContentTime, summer.TimezoneOffsetFromUTC) == ("20261025", "003000", "+0200")
    assert (winter.ContentDate, winter.ContentTime, winter.TimezoneOffsetFromUTC) == ("20261024", "233000", "+0100")


def test_an_identity_of_several_values_is_copied_as_it_stands():
    assert written(0, PatientID=["A-1", "B-2"]).PatientID == ["A-1", "B-2"]


def test_a_reason_that_dicom_does_not_know_holds_no_other_note_up():
    with pytest.raises(CannotWrite):
        write_note(replace(NOTE, cid7011="999999"), Dataset(), NOTE.rejected_at, "kiosk-1")


def test_each_kiosk_is_a_device_of_its_own():
    def device(document: Dataset) -> str:
        return next(item.UID for item in document.ContentSequence if "UID" in item)

    assert device(written(0)) == device(written(5))
    assert device(written(0)) != device(written(0, kiosk="kiosk-2"))
