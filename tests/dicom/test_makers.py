"""Every maker's dose report read right: the quirks of `maker_reports`, one test each; `quirks` is their table."""

import ast
import inspect
import tracemalloc
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from iqs_tui.dicom.rdsr import read_dose_report
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.domain.records import DoseReport, ExposureFacts
from iqs_tui.domain.totals import REPORTED, SUMMED, ReportedTotal, summed_over, total
from tests.dicom import builders
from tests.dicom import maker_reports as makers
from tests.dicom.listening import MemoryInbox, associated, listening
from tests.dicom.quirks import QUIRKS
from tests.dicom.report_parts import over_the_wire

CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key of the tests", "SENDER")
HERE = Path(__file__).parent


def read(report: Dataset) -> DoseReport:
    """Return the record of a report that came over the network."""
    got = read_dose_report(over_the_wire(report), CONTEXT)
    assert got is not None
    return got


def only(report: Dataset) -> ExposureFacts:
    """Return the facts of a report's only event."""
    (event,) = read(report).events
    return event.facts


def dlp_of(reports: list[DoseReport]) -> tuple[float | None, str | None]:
    """Return the examination's DLP as the store makes it of these reports."""
    events = {event.exposure_uid: event.facts.dlp_mgycm for report in reports for event in report.events}
    told = [
        ReportedTotal(
            report_uid=report.sop_instance_uid,
            exposure_uids=frozenset(event.exposure_uid for event in report.events),
            value=report.dlp_total_mgycm,
        )
        for report in reports
    ]
    return total(told, summed_over(events.values()))


class TestCanon:
    def test_ultimax_states_dgycm2_and_mgy(self) -> None:
        got = read(makers.canon_ultimax())
        assert got.dap_total_gym2 == pytest.approx(1.25e-4)
        assert got.dose_rp_total_gy == pytest.approx(0.0042)
        assert got.events[0].facts.dap_gym2 == pytest.approx(1.25e-4)
        assert got.events[0].facts.dose_rp_gy == pytest.approx(0.0042)

    def test_cxdi_leaves_doses_empty(self) -> None:
        got = read(makers.canon_cxdi())
        assert (got.dap_total_gym2, got.dose_rp_total_gy) == (None, None)
        facts = got.events[0].facts
        assert (facts.dap_gym2, facts.dose_rp_gy, facts.kvp) == (None, None, 90)


class TestToshiba:
    def test_variable_helical_pitch_has_several_numbers_in_one(self) -> None:
        facts = only(makers.toshiba_vhp())
        assert (facts.kvp, facts.tube_current_ma) == (120, 180)
        assert (facts.ctdivol_mgy, facts.dlp_mgycm) == (5.3, 251.2)

    def test_a_picture_of_doses_is_no_report(self) -> None:
        assert read_dose_report(over_the_wire(makers.toshiba_dose_screen()), CONTEXT) is None

    def test_the_orientation_of_a_cath_lab_does_not_matter(self) -> None:
        got = read(makers.toshiba_cath_lab())
        assert (got.modality, got.dap_total_gym2) == ("RF", 0.00021)
        assert got.events[0].facts.dap_gym2 == 0.00021


class TestSiemensCt:
    @pytest.mark.parametrize("has_uids", [True, False])
    def test_cumulative_reports_tell_of_the_same_scans(self, has_uids: bool) -> None:
        uids = [generate_uid() if has_uids else None for _ in range(3)]
        reports = [read(report) for report in makers.siemens_ct_cumulative(uids, generate_uid())]
        names = [[event.exposure_uid for event in report.events] for report in reports]
        assert names[1][:1] == names[0]
        assert names[2][:2] == names[1]
        assert len(set(names[2])) == 3
        assert dlp_of(reports) == (600, REPORTED)

    def test_continued_reports_add_up(self) -> None:
        reports = [read(report) for report in makers.siemens_ct_continued(generate_uid())]
        assert dlp_of(reports) == (300, REPORTED)

    def test_intevo_means_tube_current_by_its_code(self) -> None:
        assert only(makers.siemens_intevo()).tube_current_ma == 21

    def test_dual_source_is_one_scan(self) -> None:
        facts = only(makers.siemens_dual_source())
        assert (facts.kvp, facts.mas, facts.tube_current_ma) == (150, 100, 163)
        assert (facts.exposure_time_ms, facts.ctdivol_mgy, facts.dlp_mgycm) == (2500, 7, 210)


class TestSiemensXray:
    def test_zee_units_have_no_dots_and_time_has_the_retired_code(self) -> None:
        got = read(makers.siemens_zee())
        assert (got.modality, got.dap_total_gym2, got.dose_rp_total_gy) == ("RF", 1.2e-6, 0.00019)
        assert got.fluoro_time_total_s == 28
        facts = got.events[0].facts
        assert (facts.mas, facts.exposure_time_ms, facts.tube_current_ma) == (pytest.approx(24.128), 249, 96.9)
        assert facts.source_detector_mm == 1200
        assert facts.software_versions == "VC14J 150507"

    def test_zee_xml_in_a_comment_is_never_parsed(self) -> None:
        tracemalloc.start()
        got = read(makers.siemens_zee(makers.XML_BOMB))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 20_000_000
        assert got == read_same(got, makers.siemens_zee("no comment"))

    def test_arcadis_has_codes_of_its_own_and_no_events(self) -> None:
        got = read(makers.siemens_arcadis())
        assert (got.modality, got.events) == ("RF", ())
        assert got.dap_total_gym2 == pytest.approx(0.84e-4)
        assert got.fluoro_time_total_s == 90
        assert (got.dose_rp_total_gy, got.dlp_total_mgycm) == (None, None)

    def test_arcadis_without_a_unit_has_no_dose(self) -> None:
        assert read(makers.siemens_arcadis(dap_unit=None)).dap_total_gym2 is None

    def test_its_codes_in_another_scheme_are_not_arcadis(self) -> None:
        report = makers.siemens_arcadis()
        report.ConceptNameCodeSequence[0].CodingSchemeDesignator = "99OTHER"
        assert read_dose_report(over_the_wire(report), CONTEXT) is None

    def test_drf_max_sends_both_modalities_from_one_station(self) -> None:
        screened, shot = (read(report) for report in makers.siemens_drf_max())
        assert screened.device.key == shot.device.key
        assert (screened.modality, shot.modality) == ("RF", "DX")
        assert (screened.fluoro_time_total_s, shot.fluoro_time_total_s) == (12, 0)


class TestGe:
    def test_ct_sends_an_enhanced_sr(self) -> None:
        got = read(makers.ge_ct())
        assert (got.modality, got.dlp_total_mgycm, got.n_events_reported) == ("CT", 429.19, 2)
        assert [event.facts.dlp_mgycm for event in got.events] == [None, 429.19]
        assert got.events[0].facts.event_type == "Constant Angle Acquisition"

    @pytest.mark.parametrize("title", ["126000", "125000", "111036", None])
    def test_another_enhanced_sr_is_no_dose_report(self, title: str | None) -> None:
        """Measurements, echo and CAD reports."""
        report = builders.report(
            builders.words("121071", "effectieve dosis 3 mSv, DLP 400 mGy.cm"),
            sop_class_uid=builders.ENHANCED_SR,
            concept=title or "-",
        )
        assert read_dose_report(over_the_wire(report), CONTEXT) is None

    def test_oec_spells_and_types_as_it_likes(self) -> None:
        got = read(makers.ge_oec())
        assert (got.modality, got.dap_total_gym2) == ("RF", 0.00012)
        facts = got.events[0].facts
        assert (facts.dap_gym2, facts.event_type, facts.body_part) == (0.00012, "Fluoroscopy", "Hip")
        assert facts.laterality is None


class TestPhilips:
    def test_azurion_is_no_radiography_system(self) -> None:
        got = read(makers.philips_azurion())
        assert (got.modality, got.dap_total_gym2, got.fluoro_time_total_s) == ("RF", 0.0021, 120)
        assert (got.dose_rp_total_gy, got.events[0].facts.dose_rp_gy) == (None, None)

    def test_allura_private_codes_and_pulses(self) -> None:
        got = read(makers.philips_allura())
        facts = got.events[0].facts
        assert (got.dap_total_gym2, facts.dap_gym2) == (1e-5, 1e-5)
        assert (facts.kvp, facts.tube_current_ma, facts.mas) == (70, 52, pytest.approx(0.9))
        assert facts.source_detector_mm == 1194

    def test_neuro_has_two_planes(self) -> None:
        got = read(makers.philips_neuro())
        assert got.dap_total_gym2 == pytest.approx(0.003)
        assert got.dose_rp_total_gy == pytest.approx(0.1)
        assert got.fluoro_time_total_s == 90
        assert [(event.plane, event.facts.event_type) for event in got.events] == [
            ("Plane A", "Rotational Acquisition"),
            ("Plane B", "Fluoroscopy"),
        ]

    def test_big_bore_target_region_is_empty(self) -> None:
        facts = only(makers.philips_big_bore())
        assert (facts.body_part, facts.dlp_mgycm) == (None, 400)

    def test_pixelmed_target_region_is_an_empty_code(self) -> None:
        facts = only(makers.pixelmed_ge_ct())
        assert (facts.body_part, facts.dlp_mgycm) == (None, 400)

    def test_brilliance_tells_no_time(self) -> None:
        got = read(makers.philips_brilliance())
        assert got.content_at is None
        assert [event.facts.acquired_at for event in got.events] == [None, None]

    def test_brilliance_without_total_is_summed_and_says_so(self) -> None:
        got = read(makers.philips_brilliance())
        assert got.dlp_total_mgycm is None
        assert dlp_of([got]) == (550, SUMMED)


class TestOthers:
    def test_carestream_joins_filters(self) -> None:
        facts = only(makers.carestream_filters())
        assert (facts.dap_gym2, facts.source_detector_mm) == (8.2e-7, 1017)

    def test_hologic_side_and_glandular_dose(self) -> None:
        got = read(makers.hologic())
        assert (got.modality, got.agd_total_mgy) == ("MG", pytest.approx(2.58))
        said = [event.facts for event in got.events]
        assert [(facts.laterality, facts.agd_mgy) for facts in said] == [("L", 1.3), ("R", 1.28)]
        assert (said[0].view, said[0].body_part, said[0].grid) == ("Rolled Lateral", "Breast", "GRID IN")
        assert (said[0].thickness_mm, said[0].compression_n, said[0].mas) == (43, 90, pytest.approx(90.2))

    def test_varian_has_no_totals(self) -> None:
        got = read(makers.varian())
        assert (got.modality, got.dap_total_gym2, got.events[0].facts.dap_gym2) == ("DX", None, 0.00005)

    def test_ziehm_leaves_parts_out(self) -> None:
        got = read(makers.ziehm())
        assert (got.dap_total_gym2, got.fluoro_time_total_s, got.modality) == (6e-6, 9, "RF")
        facts = got.events[0].facts
        assert (facts.dap_gym2, facts.dose_rp_gy, facts.event_type) == (6e-6, None, None)

    def test_spectrum_dynamics_is_ct(self) -> None:
        got = read(makers.spectrum_dynamics())
        assert (got.modality, got.dlp_total_mgycm) == ("CT", 81)
        assert (got.events[0].facts.dlp_mgycm, got.events[0].facts.event_type) == (81, None)

    def test_opera_swing_calibration_has_no_date(self) -> None:
        got = read(makers.opera_swing())
        assert (got.modality, got.dap_total_gym2, got.fluoro_time_total_s) == ("RF", 4e-5, 4)

    def test_drgem_writes_decimals_for_whole_numbers(self) -> None:
        assert read(makers.drgem()).dap_total_gym2 == 3e-6


class TestAnyMaker:
    def test_long_code_values(self) -> None:
        facts = only(makers.long_codes())
        assert (facts.body_part, facts.view, facts.dap_gym2) == ("Thorax", "postero-anterior", 1e-5)

    def test_procedure_reported_in_another_case(self) -> None:
        assert read(makers.wrong_case()).modality == "MG"

    def test_no_date_and_no_time(self) -> None:
        got = read(makers.without_date_or_time())
        assert (got.content_at, got.study_date, got.age_years) == (None, None, None)
        assert (got.dap_total_gym2, got.events[0].facts.acquired_at) == (1e-5, None)

    def test_modalities_in_study_twice(self) -> None:
        assert read(makers.modalities_twice()).modality == "DX"

    def test_several_operators(self) -> None:
        got = read(makers.several_operators())
        assert (got.operator, got.events[0].facts.operator) == ("Jan Vries", "Jan Vries")

    def test_a_filter_upside_down(self) -> None:
        assert only(makers.filter_upside_down()).dap_gym2 == 1e-5

    def test_text_in_numbers_is_no_number(self) -> None:
        got = read(makers.text_in_numbers())
        assert (got.dap_total_gym2, got.dose_rp_total_gy) == (None, None)
        facts = got.events[0].facts
        assert (facts.dap_gym2, facts.dose_rp_gy, facts.kvp, facts.mas, facts.exposure_time_ms) == (None,) * 5

    @pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
    def test_mixed_character_sets(self) -> None:
        got = read(makers.mixed_character_sets())
        assert got.events[0].facts.dap_gym2 == 1e-5
        assert "Thorax" in (got.events[0].facts.protocol or "")


def test_all_of_them_over_the_network() -> None:
    """Each is answered with success and kept, but for what brings no dose."""
    singles = single_reports()
    assert len(singles) > 25
    reports = [*singles, *makers.siemens_drf_max(), *makers.siemens_ct_continued(generate_uid())]
    without_dose = [
        builders.report(sop_class_uid="1.2.840.10008.5.1.4.1.1.88.68", concept="113500"),
        builders.report(sop_class_uid="1.2.840.10008.5.1.4.1.1.88.73", concept="128401"),
        builders.report(sop_class_uid=builders.ENHANCED_SR, concept="126000"),
    ]
    inbox = MemoryInbox()
    classes = {str(each.SOPClassUID) for each in (*reports, *without_dose)}
    with listening(inbox) as port, associated(port, *classes) as association:
        for report in (*reports, *without_dose):
            report.ensure_file_meta()
            report.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            assert association.send_c_store(report).Status == 0x0000
    assert [record.sop_instance_uid for record in inbox.records] == [str(report.SOPInstanceUID) for report in reports]
    assert inbox.refusals == []


def single_reports() -> list[Dataset]:
    """Return what each builder of one report builds."""
    return [
        function()
        for name, function in vars(makers).items()
        if inspect.isfunction(function)
        and function.__module__ == makers.__name__
        and inspect.signature(function).return_annotation is Dataset
        and all(each.default is not each.empty for each in inspect.signature(function).parameters.values())
        and name != "toshiba_dose_screen"
    ]


@pytest.mark.parametrize("quirk", QUIRKS, ids=str)
def test_every_quirk_has_its_test(quirk: str) -> None:
    for name in QUIRKS[quirk]:
        file, _, test = name.partition("::")
        functions = [each.name for each in ast.walk(ast.parse((HERE / file).read_text())) if is_function(each)]
        assert test in functions, f"{quirk}: no test {name}"


def is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef)


def read_same(got: DoseReport, report: Dataset) -> DoseReport:
    """Return the record of another report that has the UIDs of one that was read."""
    report.SOPInstanceUID, report.StudyInstanceUID = got.sop_instance_uid, got.study_uid
    report.ContentSequence[2].ContentSequence[0].UID = got.events[0].exposure_uid
    return read(report)
