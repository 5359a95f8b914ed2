"""The technique of an exposure from its header: units, finest field, enhanced objects, makers' ways, patient size."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

from iqs_tui.dicom.header import parse_header, read_instance
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.domain.exposure_index import deviation_index
from iqs_tui.domain.exposures import join_same_source, moment_uid
from iqs_tui.domain.records import ExposureFacts
from tests.dicom import builders

SAMPLES = Path(os.environ.get("IQS_SAMPLES") or Path(__file__).resolve().parents[3] / "shared" / "samples") / "dose"
CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key of the tests", "SENDER")
TECHNIQUE = {
    "XRayTubeCurrent": "250",
    "ExposureTime": "12",
    "DistanceSourceToDetector": "1800",
    "Grid": ["FIXED", "FOCUSED"],
    "ExposureControlMode": "AUTOMATIC",
    "DetectorID": "D-77",
    "SoftwareVersions": ["V2.1", "B8"],
}


def facts(dataset: Dataset) -> ExposureFacts:
    return read_instance(dataset, CONTEXT).facts


class TestStandard:
    @pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
    def test_all_of_it(self, syntax: str) -> None:
        got = facts(parse_header(builders.as_bytes(builders.dx(**TECHNIQUE), syntax), syntax))
        assert (got.tube_current_ma, got.exposure_time_ms, got.source_detector_mm) == (250, 12, 1800)
        assert (got.grid, got.exposure_control) == ("FIXED, FOCUSED", "AUTOMATIC")
        assert (got.detector_id, got.software_versions) == ("D-77", "V2.1, B8")

    def test_what_is_not_there_is_none(self) -> None:
        got = facts(builders.dx())
        said = (got.tube_current_ma, got.exposure_time_ms, got.source_detector_mm, got.grid, got.exposure_control)
        assert (*said, got.thickness_mm, got.compression_n, got.detector_id) == (None,) * 8

    def test_no_grid_is_said_where_it_is_stated(self) -> None:
        assert facts(builders.dx(Grid="NONE")).grid == "NONE"
        assert facts(builders.dx(Grid="")).grid is None

    @pytest.mark.parametrize(
        ("fields", "current"),
        [
            ({"XRayTubeCurrentInmA": 0.4, "XRayTubeCurrent": "1"}, 0.4),
            ({"XRayTubeCurrentInuA": "400", "XRayTubeCurrent": "0"}, 0.4),
            ({"XRayTubeCurrentInuA": "250000", "XRayTubeCurrent": "250"}, 250),
            ({"XRayTubeCurrentInuA": "250", "XRayTubeCurrent": "250"}, 250),
            ({"XRayTubeCurrent": "0"}, None),
        ],
    )
    def test_current_from_the_finest_field(self, fields: dict, current: float | None) -> None:
        assert facts(builders.dx(**fields)).tube_current_ma == pytest.approx(current)

    @pytest.mark.parametrize(
        ("fields", "time"),
        [
            ({"ExposureTimeInms": 1.25, "ExposureTime": "1"}, 1.25),
            ({"ExposureTimeInuS": "1250", "ExposureTime": "1"}, 1.25),
            ({"ExposureTime": "6800"}, 6800),
        ],
    )
    def test_time_from_the_finest_field(self, fields: dict, time: float) -> None:
        assert facts(builders.dx(**fields)).exposure_time_ms == pytest.approx(time)

    @pytest.mark.parametrize(("stated", "distance"), [("660", 660), ("11.5", None), ("180000", None), ("-5", None)])
    def test_a_distance_that_is_none_in_mm(self, stated: str, distance: float | None) -> None:
        assert facts(builders.dx(DistanceSourceToDetector=stated)).source_detector_mm == distance

    def test_breast_thickness_and_force(self) -> None:
        got = facts(builders.mg(BodyPartThickness="55", CompressionForce="110.5"))
        assert (got.thickness_mm, got.compression_n) == (55, 110.5)

    @pytest.mark.parametrize("kind", ["PX", "IO"])
    def test_dental_dose_area_product(self, kind: str) -> None:
        """NewTom: panoramic, 0.81 dGy.cm2, no acquisition date, no patient ID."""
        sop_class = "1.2.840.10008.5.1.4.1.1.1.3"
        image = builders.image(
            sop_class,
            kind,
            ImageAndFluoroscopyAreaDoseProduct="0.81",
            AcquisitionDate=None,
            AcquisitionTime=None,
            ContentDate="20210412",
            ContentTime="151420",
        )
        got = facts(image)
        assert got.dap_gym2 == pytest.approx(0.81e-5)
        assert got.acquired_at is not None

    @pytest.mark.parametrize("modality", ["XA", "RF", "CR", "DX"])
    def test_dose_area_product_of_every_projection(self, modality: str) -> None:
        image = builders.image(builders.XA, modality, ImageAndFluoroscopyAreaDoseProduct="35")
        assert facts(image).dap_gym2 == pytest.approx(35e-5)


class TestExposureIndex:
    def test_numbers_from_before_the_standard_are_not_read(self) -> None:
        got = facts(
            builders.dx(
                ExposureIndex=None,
                TargetExposureIndex=None,
                DeviationIndex=None,
                RelativeXRayExposure="1460",
                Sensitivity="200",
            )
        )
        assert (got.exposure_index, got.target_exposure_index, got.deviation_index) == (None, None, None)

    @pytest.mark.parametrize(("index", "deviation"), [("800", 3.0103), ("400", 0), ("51.745061", -8.882)])
    def test_the_deviation_is_derived_where_it_is_not_stated(self, index: str, deviation: float) -> None:
        image = builders.dx(ExposureIndex=index, TargetExposureIndex="400", DeviationIndex=None)
        assert facts(image).deviation_index == pytest.approx(deviation, abs=1e-3)

    def test_a_stated_deviation_goes_before(self) -> None:
        image = builders.dx(ExposureIndex="800", TargetExposureIndex="400", DeviationIndex="2.9")
        assert facts(image).deviation_index == 2.9

    @pytest.mark.parametrize(("index", "target"), [(None, 400), (400, None), (0, 400), (400, 0)])
    def test_half_of_it_gives_none(self, index: float | None, target: float | None) -> None:
        assert deviation_index(index, target) is None


class TestEnhanced:
    def test_technique_in_functional_groups(self) -> None:
        exposure = builders.dataset(XRayTubeCurrentInmA=210.0, ExposureTimeInms=500.0, CTDIvol=7.0)
        shared = builders.dataset(CTExposureSequence=Sequence([exposure]))
        got = facts(
            builders.image(builders.ENHANCED_CT, "CT", SharedFunctionalGroupsSequence=Sequence([shared]), KVP=None)
        )
        assert (got.tube_current_ma, got.exposure_time_ms, got.ctdivol_mgy) == (210, 500, 7)

    def test_tomosynthesis(self) -> None:
        dose = builders.dataset(OrganDose="0.0181", OrganExposed="BREAST")
        shared = builders.dataset(XRayAcquisitionDoseSequence=Sequence([dose]))
        sweep = builders.dataset(KVP="31", ExposureInmAs=60.0, BodyPartThickness="48", CompressionForce="90")
        got = facts(
            builders.image(
                "1.2.840.10008.5.1.4.1.1.13.1.3",
                "MG",
                KVP=None,
                SharedFunctionalGroupsSequence=Sequence([shared]),
                XRay3DAcquisitionSequence=Sequence([sweep]),
            )
        )
        assert got.agd_mgy == pytest.approx(1.81)
        assert (got.kvp, got.mas, got.thickness_mm, got.compression_n) == (31, 60, 48, 90)

    @pytest.mark.parametrize(("kind", "is_derived"), [("GENERATED_2D", True), ("SUBTRACTION", True), ("LOW", False)])
    def test_a_mammogram_computed_from_others_brings_no_dose(self, kind: str, is_derived: bool) -> None:
        for third in ("TOMOSYNTHESIS", ""):
            got = read_instance(builders.mg(ImageType=["DERIVED", "PRIMARY", third, kind]), CONTEXT)
            assert got.is_derived == is_derived
            assert (got.facts.agd_mgy is None) == is_derived


class TestMakers:
    @pytest.mark.parametrize(("maker", "model", "distance"), [("KODAK", "DR 7500", 1150), ("KODAK", "CR 975", None)])
    def test_kodak_dr_7500_writes_decimetres(self, maker: str, model: str, distance: float | None) -> None:
        image = builders.dx(Manufacturer=maker, ManufacturerModelName=model, DistanceSourceToDetector="11.5")
        assert facts(image).source_detector_mm == distance

    def test_ge_force_is_in_no_standard_unit(self) -> None:
        image = builders.mg(
            Manufacturer="GE MEDICAL SYSTEMS",
            CompressionForce="30",
            CommentsOnRadiationDose="31 %",
            OrganDose="0.00547",
        )
        got = facts(image)
        assert (got.compression_n, got.agd_mgy) == (None, pytest.approx(0.547))

    def test_toshiba_radrex_keeps_the_protocol_in_the_comments(self) -> None:
        said = {"ProtocolName": None, "ImageComments": "CHEST PA", "SeriesDescription": "series"}
        radrex = {"Manufacturer": "TOSHIBA_MEC", "SoftwareVersions": "TM_TFD_1.0"}
        assert facts(builders.dx(**said, **radrex)).protocol == "CHEST PA"
        assert facts(builders.dx(**said)).protocol == "series"

    def test_fuji_swaps_procedure_and_protocol(self) -> None:
        said = {
            "ProtocolName": None,
            "PerformedProtocolCodeSequence": Sequence([builders.code_item("1", "L", "Mobile chest")]),
            "SeriesDescription": "CHEST AP",
            "StudyDescription": "study",
        }
        fuji = facts(builders.dx(**said, Manufacturer="FUJIFILM Corporation"))
        assert (fuji.procedure, fuji.protocol) == ("Mobile chest", "CHEST AP")
        other = facts(builders.dx(**said))
        assert (other.procedure, other.protocol) == ("study", "Mobile chest")

    def test_siemens_multix_wrong_length(self) -> None:
        """A binary number one byte short is no number, and the rest of the header is read."""
        image = builders.dx(Exposure="5", ExposureInuAs=None)
        tag = Tag("ExposureInmAs")
        image[tag] = RawDataElement(tag, "FD", 7, b"\0" * 7, 0, False, True)
        image[Tag("Rows")] = RawDataElement(Tag("Rows"), "US", 1, b"\x02", 0, False, True)
        got = facts(image)
        assert (got.mas, got.kvp) == (5, 120)

    def test_carestream_filters_and_text_in_numbers(self) -> None:
        image = builders.dx(FilterMaterial=["ALUMINUM", "COPPER"])
        for keyword, value in {
            "FilterThicknessMinimum": b"0.94,0.194",
            "FilterThicknessMaximum": b"0.5,0.1",
            "XRayTubeCurrent": b"250 mA",
            "ExposureTime": b"12.5 ",
        }.items():
            tag = Tag(keyword)
            image[tag] = RawDataElement(tag, None, len(value), value, 0, True, True)
        got = facts(image)
        assert (got.tube_current_ma, got.exposure_time_ms) == (None, 12.5)
        assert got.dap_gym2 == pytest.approx(1.2e-5)

    def test_drgem_writes_decimals_in_whole_fields(self) -> None:
        value, tag = b"8.5 ", Tag("XRayTubeCurrent")
        image = builders.dx()
        image[tag] = RawDataElement(tag, None, len(value), value, 0, True, True)
        assert facts(image).tube_current_ma == 8.5


class TestPatientSize:
    @pytest.mark.parametrize(
        ("weight", "kg"), [("77", 77), ("3.4", 3.4), ("0", None), ("1200", None), ("80 kg", None), ("", None)]
    )
    def test_weight(self, weight: str, kg: float | None) -> None:
        assert read_instance(raw(builders.dx(), PatientWeight=weight), CONTEXT).weight_kg == kg

    @pytest.mark.parametrize(
        ("length", "metres"), [("1.74", 1.74), ("0.51", 0.51), ("174", None), ("0", None), ("3", None)]
    )
    def test_length_is_in_metres_or_not_known(self, length: str, metres: float | None) -> None:
        assert read_instance(raw(builders.dx(), PatientSize=length), CONTEXT).length_m == metres


def raw(image: Dataset, **values: str) -> Dataset:
    for keyword, value in values.items():
        tag = Tag(keyword)
        image[tag] = RawDataElement(tag, None, len(value), value.encode(), 0, True, True)
    return image


def pair(*, processing_uid: str | None, presentation_uid: str | None) -> tuple[Dataset, Dataset]:
    """Two images of one exposure, as mammography sends them; the raw one knows its detector, the other its view."""
    study = generate_uid()
    processing = builders.mg(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.1.2.1",
        StudyInstanceUID=study,
        PresentationIntentType="FOR PROCESSING",
        IrradiationEventUID=processing_uid,
        DetectorID="D-1",
        ViewPosition=None,
    )
    presentation = builders.mg(
        StudyInstanceUID=study, PresentationIntentType="FOR PRESENTATION", IrradiationEventUID=presentation_uid
    )
    return processing, presentation


class TestPairs:
    @pytest.mark.parametrize("event", [None, "1.2.826.0.1.3680043.8.498.7"])
    def test_one_exposure_with_or_without_its_event(self, event: str | None) -> None:
        one, other = (read_instance(each, CONTEXT) for each in pair(processing_uid=event, presentation_uid=event))
        assert one.exposure_uid == other.exposure_uid
        assert one.series_uid != other.series_uid

    def test_the_one_without_its_event_has_the_name_of_the_moment(self) -> None:
        event = generate_uid()
        one, other = (read_instance(each, CONTEXT) for each in pair(processing_uid=None, presentation_uid=event))
        moment = other.facts.acquired_at
        assert isinstance(moment, datetime)
        assert one.exposure_uid == moment_uid(other.study_uid, other.device.key, moment)
        assert other.exposure_uid == event

    @given(st.permutations([0, 1, 0, 1]))
    def test_order_and_sending_again_change_nothing(self, order: list[int]) -> None:
        images = pair(processing_uid=None, presentation_uid=None)
        joined = ExposureFacts()
        for index in order:
            joined = join_same_source(joined, facts(images[index]))
        assert joined == join_same_source(facts(images[0]), facts(images[1]))
        assert (joined.detector_id, joined.view, joined.agd_mgy) == ("D-1", "CC", pytest.approx(1.32))


@pytest.mark.skipif(not (SAMPLES / "openrem").is_dir(), reason=f"no samples in {SAMPLES}")
class TestRealHeaders:
    def test_ge_senographe(self) -> None:
        got = real("MG-Im-GE_Seno_1_ForPresentation.dcm")
        assert (got.grid, got.exposure_control, got.detector_id) == ("NONE", "AUTOMATIC", "PM980_03")
        assert (got.thickness_mm, got.source_detector_mm, got.compression_n) == (20, 660, None)
        assert (got.exposure_index, got.deviation_index) == (None, None)

    def test_ge_xr220(self) -> None:
        got = real("DX-Im-GE_XR220-1.dcm")
        assert (got.grid, got.exposure_control, got.detector_id) == ("NONE", "MANUAL", "UA1234-6")
        assert (got.tube_current_ma, got.exposure_time_ms) == (189, 6)
        assert got.software_versions == "dm_Platform_release_superbee-FW23.1-SB"
        assert got.deviation_index == pytest.approx(deviation_index(51.745061, 438.469173), abs=0.06)

    def test_carestream_revolution(self) -> None:
        got = real("DX-Im-Carestream_DRX.dcm")
        assert (got.tube_current_ma, got.exposure_time_ms, got.deviation_index) == (250, 4, 0.55)


def real(name: str) -> ExposureFacts:
    return facts(pydicom.dcmread(SAMPLES / "openrem" / name, stop_before_pixels=True))
