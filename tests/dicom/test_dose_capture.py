"""CT dose from captured dose screens: Philips' and GE's layouts, what may be missing, and what is no capture."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

from iqs_tui.dicom.dose_capture import read_dose_capture
from iqs_tui.dicom.header import parse_header
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.domain.dose_sources import is_capture
from iqs_tui.domain.records import DoseReport, Instance
from tests.dicom import builders
from tests.dicom.listening import MemoryInbox, associated, listening

CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key of the tests", "SENDER")
SCOUT = {"AcquisitionType": "CONSTANT_ANGLE", "SeriesDescription": "Surview", "SeriesNumber": "1", "CTDIvol": 0.0}


def philips(**changes: object) -> Dataset:
    """A scout without dose and a spiral."""
    scout = builders.capture_item("0", **SCOUT, AcquisitionDateTime="20260310101400")
    return builders.dose_capture(scout, builders.capture_item(), **changes)


def read(dataset: Dataset) -> DoseReport:
    got = read_dose_capture(dataset, CONTEXT)
    assert got is not None
    return got


class TestPhilips:
    @pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
    def test_each_acquisition_with_its_dose(self, syntax: UID) -> None:
        got = read(parse_header(builders.as_bytes(philips(), syntax), syntax))
        scout, spiral = (event.facts for event in got.events)
        assert (scout.event_type, scout.ctdivol_mgy, scout.dlp_mgycm) == ("Constant Angle Acquisition", None, None)
        assert (spiral.event_type, spiral.protocol) == ("Spiral Acquisition", "70sec delay")
        assert (spiral.ctdivol_mgy, spiral.dlp_mgycm) == (pytest.approx(7.4263), pytest.approx(434.382979))
        assert (spiral.kvp, spiral.exposure_time_ms) == (120, 15598)
        assert spiral.tube_current_ma == pytest.approx(118.989614)
        assert spiral.acquired_at == datetime(2026, 3, 10, 9, 15, 5, tzinfo=UTC)

    def test_the_study(self) -> None:
        got = read(philips(PatientWeight="81", PatientSize="1.79"))
        assert (got.modality, got.procedure, got.protocol) == ("CT", "CT abdomen", "Abdomen")
        assert (got.dlp_total_mgycm, got.n_events_reported) == (pytest.approx(445), 2)
        assert (got.weight_kg, got.length_m) == (81, 1.79)
        assert got.sop_class_uid == builders.SECONDARY_CAPTURE
        assert is_capture(got.sop_class_uid)
        assert not is_capture(builders.RDSR)
        assert "Jansen" not in repr(got)

    def test_without_time_stamps(self) -> None:
        """Brilliance: no Acquisition DateTime in the items, and no content time."""
        items = [builders.capture_item(AcquisitionDateTime=None, SeriesNumber=str(n)) for n in (2, 3)]
        got = read(builders.dose_capture(*items))
        assert got.content_at is None
        assert [event.facts.acquired_at for event in got.events] == [None, None]
        assert len({event.exposure_uid for event in got.events}) == 2

    def test_the_total_is_optional(self) -> None:
        assert read(philips(dlp_total=None)).dlp_total_mgycm is None

    @pytest.mark.parametrize(("words", "phantom"), [("32 CM", 32), ("16 CM ", 16), ("BODY", None)])
    def test_the_phantom_is_private_too(self, words: str, phantom: int | None) -> None:
        item = builders.capture_item()
        item.private_block(0x01E1, "ELSCINT1", create=True).add_new(0x26, "UN", words.encode())
        assert read(builders.dose_capture(item)).events[0].facts.phantom_cm == phantom

    def test_a_private_number_of_another_maker_is_no_dose(self) -> None:
        item = builders.capture_item(dlp=None)
        item.private_block(0x00E1, "OTHER", create=True).add_new(0x21, "DS", "99")
        assert read(builders.dose_capture(item, dlp_total=None)).events[0].facts.dlp_mgycm is None

    def test_the_comments_fill_in_what_is_missing(self) -> None:
        comments = (
            "Series #2 OS Average CTDIvol=23.3 DLP=899.8\r\nSeries #6 ctdivol = 5.0 dlp = 100\r\nTotal DLP=1510.1"
        )
        items = [
            builders.capture_item(dlp=None, SeriesNumber="2", CTDIvol=None),
            builders.capture_item(dlp="610.3", SeriesNumber="6"),
        ]
        got = read(builders.dose_capture(*items, dlp_total=None, CommentsOnRadiationDose=comments))
        assert [event.facts.ctdivol_mgy for event in got.events] == [23.3, pytest.approx(7.4263)]
        assert [event.facts.dlp_mgycm for event in got.events] == [899.8, 610.3]
        assert got.dlp_total_mgycm == 1510.1


def test_ge_numbers_its_events_in_the_comments() -> None:
    phantom = Sequence([builders.code_item("113691")])
    items = [
        builders.capture_item(dlp=None, SeriesNumber=None, CTDIvol=dose, CTDIPhantomTypeCodeSequence=phantom)
        for dose in (24.33, 8.0)
    ]
    got = read(
        builders.dose_capture(
            *items,
            dlp_total=None,
            Manufacturer="GE MEDICAL SYSTEMS",
            SeriesDescription="Dose Report",
            CommentsOnRadiationDose="EVENT=1 DLP=950.10 EVENT=2 DLP=321.5 TOTAL DLP=1271.6",
        )
    )
    assert [event.facts.dlp_mgycm for event in got.events] == [950.1, 321.5]
    assert (got.dlp_total_mgycm, got.events[0].facts.phantom_cm) == (1271.6, 32)


class TestWhatIsNoCapture:
    def test_a_secondary_capture_without_dose(self) -> None:
        assert read_dose_capture(builders.image(builders.SECONDARY_CAPTURE, "OT"), CONTEXT) is None

    def test_a_localizer_in_the_dose_series_without_numbers(self) -> None:
        assert read_dose_capture(builders.ct(SeriesDescription="Dose Info"), CONTEXT) is None
        empty = builders.capture_item(dlp=None, CTDIvol=None)
        assert read_dose_capture(builders.dose_capture(empty, dlp_total=None), CONTEXT) is None

    def test_a_slice_that_carries_the_sequence(self) -> None:
        slice_ = builders.ct(ExposureDoseSequence=Sequence([builders.capture_item()]))
        assert read_dose_capture(slice_, CONTEXT) is None
        slice_.SeriesDescription = "Dose Info"
        assert read_dose_capture(slice_, CONTEXT) is not None

    def test_an_angiography_capture_with_technique_only(self) -> None:
        item = builders.dataset(RadiationMode="PULSED", KVP="75", XRayTubeCurrentInuA="300000")
        capture = builders.image(builders.SECONDARY_CAPTURE, "XA", ExposureDoseSequence=Sequence([item]))
        assert read_dose_capture(capture, CONTEXT) is None


class TestNames:
    def test_the_same_on_every_sending(self) -> None:
        one = philips()
        assert read(one).events == read(one).events
        again = philips(StudyInstanceUID=one.StudyInstanceUID)
        assert names(read(again)) == names(read(one))
        assert names(read(philips())).isdisjoint(names(read(one)))

    @settings(max_examples=50)
    @given(st.data())
    def test_a_later_capture_names_the_earlier_scans_the_same_in_any_order(self, data: st.DataObject) -> None:
        moments = st.sampled_from([None, "20260310101400", "20260310101500"])
        scans = data.draw(st.lists(st.tuples(moments, st.integers(1, 4)), min_size=1, max_size=6))
        study = generate_uid()
        n_first = data.draw(st.integers(1, len(scans)))
        mixed = data.draw(st.permutations(scans))
        first, later, other = (read(captured(study, part)) for part in (scans[:n_first], scans, mixed))
        assert names(first) <= names(later) == names(other)
        assert len(names(later)) == len(scans)


def captured(study: str, scans: list[tuple[str | None, int]]) -> Dataset:
    items = [builders.capture_item(AcquisitionDateTime=at, SeriesNumber=str(number)) for at, number in scans]
    return builders.dose_capture(*items, StudyInstanceUID=study)


def names(report: DoseReport) -> set[str]:
    return {event.exposure_uid for event in report.events}


_READ = ("SeriesNumber", "CTDIvol", "KVP", "AcquisitionDateTime", "AcquisitionType", "XRayTubeCurrentInuA")


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(_READ), st.tuples(st.sampled_from(["DS", "FD", "SQ", "UN"]), st.binary(max_size=20))
    ),
    st.text(max_size=200) | st.text("SERIES #12CTDVOLP=. EN", max_size=200),
    st.binary(max_size=20),
)
def test_no_value_stops_the_reader(garbage: dict, comments: str, private: bytes) -> None:
    item = builders.capture_item(dlp=None)
    item.private_block(0x00E1, "ELSCINT1", create=True).add_new(0x21, "UN", private)
    for keyword, (vr, value) in garbage.items():
        tag = Tag(keyword)
        item[tag] = RawDataElement(tag, vr, len(value), value, 0, False, True)
    got = read(builders.dose_capture(item, CommentsOnRadiationDose=comments))
    for event in got.events:
        doses = (event.facts.ctdivol_mgy, event.facts.dlp_mgycm)
        assert all(dose is None or dose > 0 for dose in doses)


def test_over_the_network() -> None:
    """A dose capture is a report; a plain capture and a plain structured report bring no dose."""
    inbox, plain_report = MemoryInbox(), builders.report(concept="121070", sop_class_uid=builders.ENHANCED_SR)
    copied = {"ImageAndFluoroscopyAreaDoseProduct": "12", "OrganDose": "0.01", "OrganExposed": "BREAST", "CTDIvol": 9.0}
    plain = builders.image(builders.SECONDARY_CAPTURE, "OT", **copied)
    basic_text = builders.report(concept="18748-4", sop_class_uid="1.2.840.10008.5.1.4.1.1.88.11")
    classes = (builders.SECONDARY_CAPTURE, builders.ENHANCED_SR, str(basic_text.SOPClassUID))
    with listening(inbox) as port, associated(port, *classes) as association:
        for dataset in (philips(), plain, plain_report, basic_text):
            dataset.ensure_file_meta()
            dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            assert association.send_c_store(dataset).Status == 0x0000
    report, picture = inbox.records
    assert isinstance(report, DoseReport)
    assert report.dlp_total_mgycm == pytest.approx(445)
    assert isinstance(picture, Instance)
    assert picture.is_derived
    facts = picture.facts
    doses = (facts.dap_gym2, facts.dose_rp_gy, facts.agd_mgy, facts.ctdivol_mgy, facts.dlp_mgycm)
    assert doses == (None,) * 5
    assert inbox.refusals == []
