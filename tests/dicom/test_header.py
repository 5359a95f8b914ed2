"""From an image header to its record: units, order of sources, what is derived, and that garbage stops nothing."""

import re
from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    generate_uid,
)

from iqs_tui.dicom import identity, moments, reading
from iqs_tui.dicom.header import parse_header, read_instance
from iqs_tui.dicom.reading import ReadingContext, Unreadable
from iqs_tui.domain.tags import IQS_TAGS
from tests.dicom import builders

CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key of the tests", "SENDER")
BIT = {tag.keyword: 1 << bit for bit, tag in enumerate(IQS_TAGS)}


def facts(dataset: Dataset):
    return read_instance(dataset, CONTEXT).facts


class TestDoseUnits:
    def test_dap_is_in_dgy_cm2(self) -> None:
        assert facts(builders.dx(ImageAndFluoroscopyAreaDoseProduct="1.2")).dap_gym2 == pytest.approx(1.2e-5)

    def test_organ_dose_of_a_breast_is_in_dgy(self) -> None:
        assert facts(builders.mg(OrganDose="0.0132")).agd_mgy == pytest.approx(1.32)

    def test_organ_dose_of_another_organ_is_no_agd(self) -> None:
        assert facts(builders.dx(OrganDose="0.0132")).agd_mgy is None

    def test_ctdivol_comes_with_its_phantom(self) -> None:
        found = facts(builders.ct())
        assert (found.ctdivol_mgy, found.phantom_cm) == (8.5, 32)

    @pytest.mark.parametrize("image_type", [["DERIVED", "SECONDARY", "REFORMATTED"], ["DERIVED", "PRIMARY", "AXIAL"]])
    def test_a_reformat_has_no_ctdivol_of_its_own(self, image_type: list[str]) -> None:
        got = read_instance(builders.ct(ImageType=image_type), CONTEXT)
        assert got.is_derived
        assert got.facts.ctdivol_mgy is None

    def test_a_captured_dose_screen_has_no_ctdivol(self) -> None:
        capture = builders.ct(SOPClassUID=builders.SECONDARY_CAPTURE)
        assert facts(capture).ctdivol_mgy is None

    @pytest.mark.parametrize("keyword", ["ImageAndFluoroscopyAreaDoseProduct", "ExposureIndex", "KVP"])
    def test_zero_means_that_nothing_was_measured(self, keyword: str) -> None:
        got = facts(builders.dx(**{keyword: "0"}))
        field = {"ImageAndFluoroscopyAreaDoseProduct": "dap_gym2", "ExposureIndex": "exposure_index", "KVP": "kvp"}
        assert getattr(got, field[keyword]) is None

    def test_a_deviation_index_of_zero_is_on_target(self) -> None:
        assert facts(builders.dx(DeviationIndex="0")).deviation_index == 0

    @pytest.mark.parametrize(
        ("fields", "mas"),
        [
            ({"ExposureInmAs": 1.07}, 1.07),
            ({"ExposureInuAs": "400", "Exposure": "0"}, 0.4),
            ({"ExposureInuAs": "1040", "Exposure": "1"}, 1.04),
            ({"ExposureInuAs": "40", "Exposure": "40"}, 40),
            ({"ExposureInuAs": None, "Exposure": "40"}, 40),
            ({"ExposureInuAs": None, "Exposure": None}, None),
        ],
    )
    def test_mas_from_the_finest_field(self, fields: dict, mas: float | None) -> None:
        assert facts(builders.dx(**fields)).mas == pytest.approx(mas)

    def test_doses_of_an_enhanced_ct_are_in_its_functional_groups(self) -> None:
        exposure = builders.dataset(
            CTDIvol=7.0, ExposureInmAs=99.0, CTDIPhantomTypeCodeSequence=Sequence([builders.code_item("113690")])
        )
        shared = builders.dataset(
            CTExposureSequence=Sequence([exposure]),
            CTXRayDetailsSequence=Sequence([builders.dataset(KVP=100.0)]),
        )
        event = generate_uid()
        frame = builders.dataset(
            FrameContentSequence=Sequence([builders.dataset(FrameAcquisitionDateTime="20260310091500+0000")]),
            IrradiationEventIdentificationSequence=Sequence([builders.dataset(IrradiationEventUID=event)]),
        )
        got = read_instance(
            builders.image(
                builders.ENHANCED_CT,
                "CT",
                KVP=None,
                AcquisitionDate=None,
                AcquisitionTime=None,
                SharedFunctionalGroupsSequence=Sequence([shared]),
                PerFrameFunctionalGroupsSequence=Sequence([frame, Dataset()]),
            ),
            CONTEXT,
        )
        found = got.facts
        assert (found.ctdivol_mgy, found.mas, found.phantom_cm, found.kvp) == (7.0, 99.0, 16, 100.0)
        assert found.acquired_at == datetime(2026, 3, 10, 9, 15, tzinfo=UTC)
        assert got.exposure_uid == event
        assert got.source_event_uids == ()

    def test_an_image_of_several_events_names_them(self) -> None:
        one, other = generate_uid(), generate_uid()
        sources = Sequence([builders.dataset(IrradiationEventUID=uid) for uid in (one, other)])
        stitched = read_instance(builders.dx(SourceIrradiationEventSequence=sources), CONTEXT)
        assert stitched.source_event_uids[:2] == (one, other)
        several = read_instance(builders.dx(IrradiationEventUID=[one, other]), CONTEXT)
        assert (several.exposure_uid, several.source_event_uids) == (one, (one, other))
        frames = Sequence(
            builders.dataset(
                IrradiationEventIdentificationSequence=Sequence([builders.dataset(IrradiationEventUID=uid)])
            )
            for uid in (one, one, other)
        )
        sweep = read_instance(builders.dx(IrradiationEventUID=None, PerFrameFunctionalGroupsSequence=frames), CONTEXT)
        assert sweep.source_event_uids == (one, other)
        assert read_instance(builders.dx(IrradiationEventUID=one), CONTEXT).source_event_uids == ()


class TestNames:
    def test_view_falls_back_on_the_view_code(self) -> None:
        view = Sequence([builders.code_item("399348003", "SCT", "antero-posterior")])
        got = read_instance(builders.dx(ViewPosition="", ViewCodeSequence=view), CONTEXT)
        assert got.facts.view == "antero-posterior"
        assert got.view_code == "399348003"

    def test_body_part_falls_back_on_the_region(self) -> None:
        region = Sequence([builders.code_item("51185008", "SCT", "Chest")])
        got = read_instance(builders.dx(BodyPartExamined=None, AnatomicRegionSequence=region), CONTEXT)
        assert (got.facts.body_part, got.anatomic_region_code) == ("Chest", "51185008")

    def test_laterality_of_the_image_goes_before_that_of_the_series(self) -> None:
        assert facts(builders.dx(ImageLaterality="L", Laterality="R")).laterality == "L"
        assert facts(builders.dx(ImageLaterality=None, Laterality="R")).laterality == "R"

    def test_procedure_in_falling_order(self) -> None:
        fields = {
            "RequestedProcedureDescription": "asked",
            "ProcedureCodeSequence": Sequence([builders.code_item("1", "L", "coded")]),
            "PerformedProcedureStepDescription": "performed",
            "StudyDescription": "study",
        }
        for keyword, expected in zip(fields, ("asked", "coded", "performed", "study"), strict=True):
            assert facts(builders.dx(**fields)).procedure == expected
            fields = fields | {keyword: None}
        assert facts(builders.dx(**fields)).procedure is None

    def test_procedure_may_stand_in_the_request(self) -> None:
        request = Sequence([builders.dataset(RequestedProcedureDescription="X-thorax")])
        assert facts(builders.dx(RequestAttributesSequence=request, StudyDescription="XR")).procedure == "X-thorax"

    def test_protocol_in_falling_order(self) -> None:
        fields = {
            "ProtocolName": "protocol",
            "PerformedProtocolCodeSequence": Sequence([builders.code_item("1", "L", "coded")]),
            "AcquisitionDeviceProcessingDescription": "processing",
            "SeriesDescription": "series",
        }
        for keyword, expected in zip(fields, ("protocol", "coded", "processing", "series"), strict=True):
            assert facts(builders.dx(**fields)).protocol == expected
            fields = fields | {keyword: None}

    def test_operator_is_written_as_people_write_it(self) -> None:
        assert facts(builders.dx()).operator == "Jan de Vries"

    def test_text_that_steers_a_terminal_is_taken_out(self) -> None:
        got = facts(builders.dx(ProtocolName="Thorax\x1b]52;c;AAAA\x07\u202e"))
        assert got.protocol == "Thorax]52;c;AAAA"


class TestMoments:
    def test_datetime_goes_before_the_pair(self) -> None:
        got = facts(builders.dx(AcquisitionDateTime="20260310101500.5+0100"))
        assert got.acquired_at == datetime(2026, 3, 10, 9, 15, 0, 500_000, tzinfo=UTC)

    def test_pair_is_in_the_zone_of_the_site(self) -> None:
        assert facts(builders.dx()).acquired_at == datetime(2026, 3, 10, 9, 15, 30, 250_000, tzinfo=UTC)
        summer = facts(builders.dx(AcquisitionDate="20260710"))
        assert summer.acquired_at == datetime(2026, 7, 10, 8, 15, 30, 250_000, tzinfo=UTC)

    def test_pair_is_in_the_offset_of_the_object_where_it_has_one(self) -> None:
        got = facts(builders.dx(TimezoneOffsetFromUTC="-0500"))
        assert got.acquired_at == datetime(2026, 3, 10, 15, 15, 30, 250_000, tzinfo=UTC)

    def test_content_time_counts_for_an_original_radiograph_only(self) -> None:
        fields = {
            "AcquisitionDate": None,
            "AcquisitionTime": None,
            "ContentDate": "20260310",
            "ContentTime": "101600",
        }
        assert facts(builders.dx(**fields)).acquired_at == datetime(2026, 3, 10, 9, 16, tzinfo=UTC)
        assert facts(builders.dx(**fields, ImageType=["DERIVED", "SECONDARY"])).acquired_at is None
        assert facts(builders.ct(**fields)).acquired_at is None

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("2026", None),
            ("20260310", None),
            ("20260310101", None),
            ("20261310101500", None),
            ("00010101000000", None),
            ("20260310101560", datetime(2026, 3, 10, 9, 15, 59, tzinfo=UTC)),
            ("2026031010", datetime(2026, 3, 10, 9, 0, tzinfo=UTC)),
            ("20260310101500&9999", None),
            ("20260310101500+9999", None),
        ],
    )
    def test_half_and_bad_datetimes(self, words: str, expected: datetime | None) -> None:
        dataset = raw(AcquisitionDateTime=words.encode())
        assert moments.datetime_of(dataset, "AcquisitionDateTime", CONTEXT) == expected


class TestWhatItIs:
    def test_derived_primary_radiograph_is_the_exposure_itself(self) -> None:
        assert not read_instance(builders.dx(ImageType=["DERIVED", "PRIMARY"]), CONTEXT).is_derived
        assert read_instance(builders.dx(ImageType=["DERIVED", "SECONDARY"]), CONTEXT).is_derived

    @pytest.mark.parametrize(
        "sop_class_uid",
        [
            builders.SECONDARY_CAPTURE,
            "1.2.840.10008.5.1.4.1.1.7.4",
            "1.2.840.10008.5.1.4.1.1.11.1",
            "1.2.840.10008.5.1.4.1.1.66.4",
        ],
    )
    def test_captures_and_presentation_states_are_derived(self, sop_class_uid: str) -> None:
        assert read_instance(builders.image(sop_class_uid, "OT"), CONTEXT).is_derived

    def test_quality_control_by_image_or_subject(self) -> None:
        assert read_instance(builders.dx(QualityControlImage="YES"), CONTEXT).is_quality_control
        assert read_instance(builders.dx(QualityControlSubject="YES"), CONTEXT).is_quality_control
        assert not read_instance(builders.dx(QualityControlImage="NO"), CONTEXT).is_quality_control

    def test_slices_of_one_acquisition_are_one_exposure(self) -> None:
        first = builders.ct()
        second = builders.ct(
            StudyInstanceUID=first.StudyInstanceUID,
            SeriesInstanceUID=first.SeriesInstanceUID,
            AcquisitionTime="101531.100",
        )
        assert read_instance(first, CONTEXT).exposure_uid == read_instance(second, CONTEXT).exposure_uid


class TestWho:
    def test_patient_is_a_keyed_hash(self) -> None:
        one = read_instance(builders.dx(), CONTEXT).patient_key
        assert re.fullmatch("k1:[0-9a-f]{64}", one)
        assert read_instance(builders.ct(), CONTEXT).patient_key == one
        assert read_instance(builders.dx(PatientID="7"), CONTEXT).patient_key != one
        assert read_instance(builders.dx(IssuerOfPatientID="B"), CONTEXT).patient_key != one
        other_key = ReadingContext(CONTEXT.zone, b"another key")
        assert read_instance(builders.dx(), other_key).patient_key != one

    def test_without_an_id_or_a_key_there_is_no_hash(self) -> None:
        assert read_instance(builders.dx(PatientID=""), CONTEXT).patient_key is None
        assert identity.patient_key_of(builders.dx(), ReadingContext(CONTEXT.zone, b"")) is None

    @pytest.mark.parametrize(
        ("stated", "years"),
        [("045Y", 45), ("006M", 0.5), ("010D", 10 / 365.25), ("89Y", 89), ("004W", 28 / 365.25)],
    )
    def test_age_as_stated(self, stated: str, years: float) -> None:
        assert read_instance(builders.dx(PatientAge=stated), CONTEXT).age_years == pytest.approx(years)

    def test_age_from_the_birth_date_else(self) -> None:
        assert read_instance(builders.dx(), CONTEXT).age_years == pytest.approx(76.19, abs=0.01)
        assert read_instance(builders.dx(PatientBirthDate="20990101"), CONTEXT).age_years is None
        assert read_instance(builders.dx(PatientBirthDate=None), CONTEXT).age_years is None

    def test_no_name_and_no_birth_date_in_the_record(self) -> None:
        words = repr(read_instance(builders.dx(), CONTEXT))
        assert not [secret for secret in ("Jansen", "Truus", "0123456", "19500101", "1950") if secret in words]

    def test_device_by_serial_number(self) -> None:
        device = read_instance(builders.dx(), CONTEXT).device
        assert device.key == "ACME|Ray 1|S1"
        assert device.ae_title == "SENDER"


class TestTags:
    def test_present_and_valid(self) -> None:
        got = read_instance(builders.dx(StationName="", OperatorsName="UNKNOWN", KVP="1200"), CONTEXT)
        for keyword in ("StationName", "OperatorsName", "KVP"):
            assert got.tags_present & BIT[keyword]
            assert not got.tags_valid & BIT[keyword]
        for keyword in ("StudyDate", "ViewPosition", "IrradiationEventUID", "DeviationIndex", "AcquisitionTime"):
            assert got.tags_valid & BIT[keyword]
        assert not got.tags_present & BIT["CTDIvol"]

    def test_valid_is_never_more_than_present(self) -> None:
        for made in (builders.dx(), builders.ct(), builders.mg(), builders.xa()):
            got = read_instance(made, CONTEXT)
            assert got.tags_valid & ~got.tags_present == 0


class TestMandatory:
    @pytest.mark.parametrize("keyword", ["SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"])
    @pytest.mark.parametrize("value", [None, "", "../../etc/passwd", "1.2.03", "1." + "2" * 80])
    def test_a_missing_or_malformed_uid_is_refused(self, keyword: str, value: str | None) -> None:
        dataset = builders.dx()
        if value is None:
            del dataset[keyword]
        else:
            dataset.add(raw(**{keyword: value.encode()})[keyword])
        with pytest.raises(Unreadable) as caught:
            read_instance(dataset, CONTEXT)
        assert caught.value.refusal.status == 0xC000
        assert keyword in caught.value.refusal.reason
        assert "Jansen" not in caught.value.refusal.reason
        assert not value or value not in caught.value.refusal.reason


class TestParsing:
    @pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])
    def test_reads_up_to_the_pixels(self, syntax: UID) -> None:
        made = builders.dx(BitsAllocated=8, PixelData=b"\0" * 1000)
        made["PixelData"].VR = "OW"
        for data in (builders.as_bytes(made, syntax), BytesIO(builders.as_bytes(made, syntax))):
            parsed = parse_header(data, syntax)
            assert "PixelData" not in parsed
            assert read_instance(parsed, CONTEXT) == read_instance(made, CONTEXT)

    def test_pixels_may_be_cut_off(self) -> None:
        made = builders.dx(BitsAllocated=8, PixelData=b"\0" * 1000)
        made["PixelData"].VR = "OW"
        data = builders.as_bytes(made)[:-990]
        assert read_instance(parse_header(data, ExplicitVRLittleEndian), CONTEXT)

    def test_a_header_cut_off_in_an_element_is_refused(self) -> None:
        data = builders.as_bytes(builders.dx())
        for cut in (3, 9, 17):
            with pytest.raises(Unreadable) as caught:
                parse_header(data[:-cut], ExplicitVRLittleEndian)
            assert caught.value.refusal.status == 0xC000

    def test_too_deep_nesting_is_refused(self) -> None:
        item = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
        sequence = b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff"
        data = builders.as_bytes(builders.dx()) + (sequence + item) * 5000
        with pytest.raises(Unreadable) as caught:
            parse_header(data, ExplicitVRLittleEndian)
        assert caught.value.refusal.status == 0xC000

    def test_deflated_is_refused(self) -> None:
        with pytest.raises(Unreadable):
            parse_header(b"", DeflatedExplicitVRLittleEndian)

    @settings(max_examples=150)
    @given(data=st.binary(max_size=400), syntax=st.sampled_from([ImplicitVRLittleEndian, ExplicitVRLittleEndian]))
    def test_any_bytes_are_refused_or_read(self, data: bytes, syntax: UID) -> None:
        with pytest.raises(Unreadable):
            read_instance(parse_header(data, syntax), CONTEXT)

    @settings(max_examples=150)
    @given(at=st.integers(0, 2000), byte=st.integers(0, 255))
    def test_a_changed_byte_gives_a_record_or_a_refusal(self, at: int, byte: int) -> None:
        data = bytearray(BYTES_OF_AN_IMAGE)
        data[at % len(data)] = byte
        try:
            got = read_instance(parse_header(bytes(data), ExplicitVRLittleEndian), CONTEXT)
        except Unreadable as unreadable:
            assert unreadable.refusal.status == 0xC000
        else:
            assert got.sop_instance_uid


BYTES_OF_AN_IMAGE = builders.as_bytes(
    builders.ct(ViewCodeSequence=Sequence([builders.code_item("399348003", "SCT", "antero-posterior")]))
)

_READ_BY_HEADER = (
    *(tag.keyword for tag in IQS_TAGS),
    "SpecificCharacterSet",
    "ImageType",
    "Modality",
    "AcquisitionNumber",
    "InstanceNumber",
    "PatientAge",
    "PatientID",
    "TimezoneOffsetFromUTC",
    "SoftwareVersions",
    "ExposureInmAs",
    "ExposureInuAs",
    "ContentDate",
    "ContentTime",
    "AnatomicRegionSequence",
    "CTDIPhantomTypeCodeSequence",
    "ProcedureCodeSequence",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
    "QualityControlImage",
)
_VRS = st.sampled_from(
    ["AE", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "OB", "PN", "SH", "SQ", "TM", "UI", "UN", "US", None]
)


def raw(**values: bytes) -> Dataset:
    """Return a data set whose elements have not been decoded yet, as from the network."""
    made = Dataset()
    for keyword, value in values.items():
        tag = Tag(keyword)
        made[tag] = RawDataElement(tag, None, len(value), value, 0, True, True)
    return made


class TestSlicePosition:
    @pytest.mark.parametrize(
        ("image_type", "position", "slice_mm"),
        [
            (["ORIGINAL", "PRIMARY", "AXIAL"], ["-120.5", "-90", "-412.25"], -412.25),
            (["ORIGINAL", "PRIMARY", "LOCALIZER"], ["-120.5", "-90", "-412.25"], None),
            (["DERIVED", "SECONDARY", "MPR"], ["-120.5", "-90", "-412.25"], None),
            (["ORIGINAL", "PRIMARY"], ["-120.5", "-90", "-412.25"], None),
            (["ORIGINAL", "PRIMARY", "AXIAL"], ["-120.5", "-90"], None),
            (["ORIGINAL", "PRIMARY", "AXIAL"], None, None),
        ],
    )
    def test_only_of_an_axial_ct_slice(
        self, image_type: list[str], position: list[str] | None, slice_mm: float
    ) -> None:
        made = builders.ct(ImageType=image_type, **({"ImagePositionPatient": position} if position else {}))
        assert read_instance(made, CONTEXT).slice_mm == slice_mm
        assert read_instance(builders.dx(ImageType=image_type), CONTEXT).slice_mm is None


class TestGarbage:
    @settings(max_examples=300)
    @given(
        st.dictionaries(
            st.sampled_from(_READ_BY_HEADER), st.tuples(_VRS, st.binary(max_size=40), st.booleans()), min_size=1
        )
    )
    def test_no_value_stops_the_reader(self, garbage: dict) -> None:
        dataset = builders.dx()
        for keyword, (vr, value, is_implicit) in garbage.items():
            tag = Tag(keyword)
            dataset[tag] = RawDataElement(tag, None if is_implicit else vr, len(value), value, 0, is_implicit, True)
        got = read_instance(dataset, CONTEXT)
        assert got.study_uid
        assert got.facts.dap_gym2 is None or got.facts.dap_gym2 > 0
        assert got.tags_valid & ~got.tags_present == 0
        assert got.facts.acquired_at is None or got.facts.acquired_at.tzinfo is UTC

    @given(st.text(max_size=20))
    def test_a_number_is_finite_or_none(self, words: str) -> None:
        found = reading.as_number(words)
        assert found is None or abs(found) < float("inf")

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (b"12.5", 12.5),  # decimals in an integer field (DRGEM)
            (b"12", 12.0),
            (b" 7 ", 7.0),
            (b"7\\9", 7.0),
            (b"12 mAs", None),
            (b"nan", None),
            (b"1e999", None),
            (b"", None),
        ],
    )
    def test_integer_fields_as_they_come(self, value: bytes, expected: float | None) -> None:
        assert reading.number(raw(Exposure=value), "Exposure") == expected

    def test_a_text_field_never_gives_nested_data_as_text(self) -> None:
        dataset = builders.dataset(RequestAttributesSequence=Sequence([builders.dx()]))
        assert reading.text(dataset, "RequestAttributesSequence") is None
        assert reading.items(builders.dx(), "PatientName") == ()
