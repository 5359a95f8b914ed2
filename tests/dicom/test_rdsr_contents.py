"""What a dose report says beside its doses, and which reports bring none: technique, dose check, templates, titles."""

from zoneinfo import ZoneInfo

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from iqs_tui.dicom.contexts import offered_contexts
from iqs_tui.dicom.rdsr import read_dose_report
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.domain.records import DoseReport
from tests.dicom import builders
from tests.dicom import maker_reports as makers
from tests.dicom.builders import coded, container, num, words
from tests.dicom.report_parts import (
    CT,
    FLUOROSCOPY,
    MAMMOGRAPHY,
    PLANE_A,
    PLANE_B,
    PROJECTION,
    ROTATIONAL,
    STEPPING,
    ct,
    ct_dose,
    ct_event,
    event,
    num_saying,
    over_the_wire,
    projection,
)

CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key of the tests", "SENDER")
STORAGE = "1.2.840.10008.5.1.4.1.1.88."
BASIC_TEXT, COMPREHENSIVE, COMPREHENSIVE_3D, EXTENSIBLE = (f"{STORAGE}{kind}" for kind in (11, 33, 34, 35))
RADIOPHARMACEUTICAL, PATIENT = f"{STORAGE}68", f"{STORAGE}73"


def read(report: Dataset) -> DoseReport:
    got = read_dose_report(over_the_wire(report), CONTEXT)
    assert got is not None
    return got


def facts_of(*items: Dataset):
    return read(projection(event(*items))).events[0].facts


def checked(details: str, *items: Dataset):
    """Return what is kept of the dose check of a scan of 5.3 mGy and 251.2 mGy.cm."""
    return read(ct([ct_event(dose=[*ct_dose("5.3", "251.2"), container(details, *items)])])).events[0].facts


class TestTechnique:
    def test_current_time_and_distance(self) -> None:
        facts = facts_of(num("113734", "160", "mA"), num("113824", "5", "ms"), num("113750", "1800", "mm"))
        assert (facts.tube_current_ma, facts.exposure_time_ms, facts.source_detector_mm) == (160, 5, 1800)

    def test_in_the_stated_unit(self) -> None:
        facts = facts_of(num("113734", "0.16", "A"), num("113824", "0.005", "s"), num("113750", "18", "dm"))
        assert facts.tube_current_ma == pytest.approx(160)
        assert (facts.exposure_time_ms, facts.source_detector_mm) == (5, 1800)

    def test_the_average_current_goes_before_that_of_pulses(self) -> None:
        pulses = [num("113734", current, "mA") for current in ("90", "110")]
        assert facts_of(*pulses).tube_current_ma == 100
        assert facts_of(*pulses, num("113767", "96", "mA")).tube_current_ma == 96

    def test_the_time_of_pulses_is_added_and_never_that_of_both_codes(self) -> None:
        facts = facts_of(num("113824", ["4", "6"], "ms"), num("113735", "10", "ms"))
        assert facts.exposure_time_ms == 10

    def test_zero_is_not_filled_in(self) -> None:
        zeros = [num(concept, "0", unit) for concept, unit in (("113733", "kV"), ("113734", "mA"), ("113750", "mm"))]
        facts = facts_of(*zeros, num("113824", "0", "ms"), num("113736", "0", "uA.s"), num("111647", "0", "N"))
        assert (facts.kvp, facts.tube_current_ma, facts.source_detector_mm) == (None, None, None)
        assert (facts.exposure_time_ms, facts.mas, facts.compression_n) == (None, None, None)

    @pytest.mark.parametrize(
        ("grids", "said"),
        [
            ([("111646", "DCM", "No grid")], "NONE"),
            ([("111643", "DCM", "Reciprocating grid"), ("111642", "DCM", "Focused grid")], "FOCUSED, RECIPROCATING"),
            ([("gridin", "99HOLX", "Grid in")], "GRID IN"),
            ([], None),
        ],
    )
    def test_grid(self, grids: list, said: str | None) -> None:
        assert facts_of(*(coded("111635", grid) for grid in grids)).grid == said

    def test_compression(self) -> None:
        facts = facts_of(num("111633", "5.3", "cm"), num("111647", "9", "daN"))
        assert (facts.thickness_mm, facts.compression_n) == (53, 90)

    def test_software_of_the_equipment_goes_with_every_event(self) -> None:
        got = read(projection(event(), event(), SoftwareVersions=["VB10", "SP2"]))
        assert [each.facts.software_versions for each in got.events] == ["VB10, SP2"] * 2
        assert read(projection(event())).events[0].facts.software_versions is None

    def test_a_ct_says_whether_its_current_was_modulated(self) -> None:
        for modulation, mode in (("XYZ_EC", "AUTOMATIC"), ("NONE", "MANUAL"), (None, None)):
            scan = ct_event()
            if modulation:
                scan.ContentSequence.append(words("113842", modulation))
            assert read(ct([scan])).events[0].facts.exposure_control == mode

    @pytest.mark.parametrize(
        ("ends", "where"),
        [
            ((("113895", "-12.5", "mm"), ("113896", "-41.25", "cm")), (-412.5, -12.5)),
            ((("113895", "-400", "mm"), ("113896", "10", "mm")), (-400, 10)),
            ((("113897", "90", "mm"), ("113898", "-10", "mm"), ("113895", "80", "mm"), ("113896", "0", "mm")), (0, 80)),
            ((("113897", "90", "mm"), ("113898", "-10", "mm"), ("113895", "80", "mm")), (-10, 90)),
            ((("113895", "0", "mm"), ("113896", "0", "mm")), (None, None)),
            ((("113895", "100", "mm"),), (None, None)),
            ((("113895", "100", "s"), ("113896", "0", "mm")), (None, None)),
            ((), (None, None)),
        ],
        ids=[
            "in any unit",
            "feet up",
            "what is reconstructed first",
            "else the scan",
            "not filled in",
            "one",
            "s",
            "none",
        ],
    )
    def test_where_a_ct_was_scanned(self, ends: tuple, where: tuple) -> None:
        got = read(ct([ct_event(*(num(*end) for end in ends))])).events[0].facts
        assert (got.scan_low_mm, got.scan_high_mm) == where

    def test_size_specific_dose(self) -> None:
        facts = read(ct([ct_event(dose=[*ct_dose("5", "100"), num("113930", "7.1", "mGy")])])).events[0].facts
        assert (facts.ssde_mgy, facts.ctdivol_mgy) == (7.1, 5)

    def test_weight_and_length(self) -> None:
        got = read(projection(event(), PatientWeight="86.2", PatientSize="1.78"))
        assert (got.weight_kg, got.length_m) == (86.2, 1.78)


class TestTotals:
    def test_one_outside_the_part_of_a_plane_counts(self) -> None:
        got = read(projection(num("113722", "2e-5", "Gy.m2"), num("113730", "4", "s"), event()))
        assert (got.dap_total_gym2, got.fluoro_time_total_s) == (2e-5, 4)

    def test_one_outside_is_not_added_to_those_of_the_planes(self) -> None:
        got = read(projection(builders.plane_total(num("113722", "2e-5", "Gy.m2")), num("113722", "3e-5", "Gy.m2")))
        assert got.dap_total_gym2 == 2e-5


class TestFluoroscopyTime:
    @pytest.mark.parametrize(
        ("value", "unit", "seconds"),
        [("90", "s", 90), ("1.5", "min", 90), ("90000", "ms", 90), ("90", "mm", None), ("90", None, None)],
    )
    def test_in_the_stated_unit(self, value: str, unit: str | None, seconds: float | None) -> None:
        got = read(projection(builders.plane_total(num("113730", value, unit))))
        assert got.fluoro_time_total_s == seconds

    def test_of_two_planes_is_added(self) -> None:
        planes = [
            builders.plane_total(num("113730", time, "s"), plane=plane)
            for plane, time in ((PLANE_A, "60"), (PLANE_B, "30"))
        ]
        assert read(projection(*planes)).fluoro_time_total_s == 90

    def test_absent_is_none(self) -> None:
        assert read(projection(event())).fluoro_time_total_s is None


class TestKinds:
    @pytest.mark.parametrize(
        ("kind", "name"),
        [
            (FLUOROSCOPY, "Fluoroscopy"),
            (STEPPING, "Stepping Acquisition"),
            (ROTATIONAL, "Rotational Acquisition"),
        ],
    )
    def test_of_projection_events(self, kind: str, name: str) -> None:
        facts = read(projection(event(num("122130", "2e-5", "Gy.m2"), kind=kind))).events[0].facts
        assert (facts.event_type, facts.dap_gym2) == (name, 2e-5)

    def test_a_second_plane_is_no_radiography_room(self) -> None:
        runs = [event(num("122130", "2e-5", "Gy.m2"), kind=ROTATIONAL, plane=plane) for plane in (PLANE_A, PLANE_B)]
        assert read(projection(*runs)).modality == "RF"

    def test_glandular_dose_per_side(self) -> None:
        breast = [
            event(coded("272741003", (side, "SCT", "-"), scheme="SCT"), num("111631", agd, "mGy"))
            for side, agd in (("7771000", "1.1"), ("24028007", "1.4"), ("7771000", "1.2"))
        ]
        got = read(builders.report(MAMMOGRAPHY, *breast))
        assert [(each.facts.laterality, each.facts.agd_mgy) for each in got.events] == [
            ("L", 1.1),
            ("R", 1.4),
            ("L", 1.2),
        ]
        assert got.agd_total_mgy is None


class TestDoseCheck:
    def test_what_is_only_configured_says_nothing(self) -> None:
        facts = checked("113900", num("113903", "1000", "mGy.cm"), num("113904", "1000", "mGy"))
        assert (facts.dose_check, facts.ctdivol_mgy, facts.dlp_mgycm) == (None, 5.3, 251.2)

    @pytest.mark.parametrize(
        ("details", "estimate", "value", "unit", "kind"),
        [
            ("113900", "113905", "113903", "mGy.cm", "alert"),
            ("113900", "113906", "113904", "mGy", "alert"),
            ("113908", "113913", "113911", "mGy.cm", "notification"),
            ("113908", "113914", "113912", "mGy", "notification"),
        ],
    )
    def test_an_estimate_above_its_value(self, details: str, estimate: str, value: str, unit: str, kind: str) -> None:
        assert checked(details, num(value, "50", unit), num(estimate, "51", unit)).dose_check == kind
        assert checked(details, num(value, "50", unit), num(estimate, "50", unit)).dose_check is None
        assert checked(details, num(estimate, "51", unit)).dose_check is None

    def test_estimate_and_value_each_have_their_unit(self) -> None:
        assert checked("113900", num("113904", "1", "Gy"), num("113906", "80", "mGy")).dose_check is None

    @pytest.mark.parametrize(("details", "kind"), [("113900", "alert"), ("113908", "notification")])
    def test_a_reason_for_proceeding(self, details: str, kind: str) -> None:
        assert checked(details, words("113907", "obese patient")).dose_check == kind

    def test_an_alert_goes_before_a_notification(self) -> None:
        both = [container(details, words("113907", "trauma")) for details in ("113908", "113900")]
        scan = ct_event(dose=[*ct_dose("5.3", "251.2"), *both])
        assert read(ct([scan])).events[0].facts.dose_check == "alert"

    def test_its_values_are_no_doses_where_the_scan_has_none(self) -> None:
        values = [num("113903", "100", "mGy.cm"), num("113904", "10", "mGy"), num("113905", "251", "mGy.cm")]
        scan = ct_event(dose=[container("113900", *values)])
        got = read(ct([scan]))
        assert (got.events[0].facts.ctdivol_mgy, got.events[0].facts.dlp_mgycm) == (None, None)
        assert (got.dlp_total_mgycm, got.events[0].facts.dose_check) == (None, "alert")


class TestEnhancedTemplate:
    def test_ct(self) -> None:
        scan = container(
            "130501",
            builders.uid_reference(generate_uid()),
            coded("113820", ("116152004", "SCT", "Spiral Acquisition")),
            *ct_dose("8", "320"),
        )
        totals = container("130500", num("113813", "320", "mGy.cm"))
        for items in ((CT, totals, scan), (totals, scan)):
            got = read(builders.report(*items, sop_class_uid=builders.ENHANCED_RDSR))
            assert (got.modality, got.dlp_total_mgycm) == ("CT", 320)
            facts = got.events[0].facts
            assert (facts.ctdivol_mgy, facts.dlp_mgycm, facts.event_type) == (8, 320, "Spiral Acquisition")

    def test_technique_kept_apart_from_the_event(self) -> None:
        uids = [generate_uid(), generate_uid()]
        events = [
            container("130501", builders.uid_reference(uid), num("122130", dap, "Gy.m2"))
            for uid, dap in zip(uids, ("1e-5", "2e-5"), strict=True)
        ]
        details = [
            container(
                "130505",
                builders.uid_reference(uid),
                container("130511", num("113733", kv, "kV"), num("113734", "200", "mA")),
                num("122130", "9", "Gy.m2"),
            )
            for uid, kv in zip(uids, ("70", "81"), strict=True)
        ]
        of_both = container("130505", *(builders.uid_reference(uid) for uid in uids), num("113736", "4", "mA.s"))
        got = read(builders.report(PROJECTION, *events, *details, of_both, sop_class_uid=builders.ENHANCED_RDSR))
        said = [each.facts for each in got.events]
        assert [(facts.dap_gym2, facts.kvp, facts.tube_current_ma) for facts in said] == [
            (1e-5, 70, 200),
            (2e-5, 81, 200),
        ]
        assert [facts.mas for facts in said] == [None, None]


class TestNames:
    def test_two_planes_under_one_uid_are_named_alike_in_any_order(self) -> None:
        uid, study = generate_uid(), generate_uid()
        planes = [
            event(num("122130", dap, "Gy.m2"), uid=uid, plane=plane)
            for plane, dap in ((PLANE_A, "0.002"), (PLANE_B, "0.001"))
        ]
        one, other = (
            {each.exposure_uid: each.facts.dap_gym2 for each in read(projection(*order, StudyInstanceUID=study)).events}
            for order in (planes, planes[::-1])
        )
        assert one == other
        assert one[uid] == 0.002

    def test_scans_without_uid_or_moment_are_told_apart_by_what_they_say(self) -> None:
        """Continued reports: both have a first spiral, and they are two."""
        study = generate_uid()
        one, other = (
            read(makers.siemens_ct([makers.ct_scan(None, number)], study)).events[0].exposure_uid for number in (1, 2)
        )
        assert one != other

    def test_another_machine_or_study_has_other_events(self) -> None:
        scan = makers.ct_scan(None, 1)
        names = {
            read(makers.siemens_ct([scan], study)).events[0].exposure_uid for study in (generate_uid(), generate_uid())
        }
        assert len(names) == 2


def general(sop_class_uid: str, *items: Dataset, concept: str = "113701") -> Dataset:
    return builders.report(*items, sop_class_uid=sop_class_uid, concept=concept)


class TestWhichReports:
    @pytest.mark.parametrize("kind", (22, 33, 34, 35, 67, 68, 73, 76))
    def test_the_listener_takes_them(self, kind: int) -> None:
        assert f"{STORAGE}{kind}" in {str(context.abstract_syntax) for context in offered_contexts()}

    @pytest.mark.parametrize("sop_class_uid", [builders.ENHANCED_SR, COMPREHENSIVE, COMPREHENSIVE_3D, EXTENSIBLE])
    def test_a_dose_report_as_a_general_one(self, sop_class_uid: str) -> None:
        scan = ct_event(dose=ct_dose("5", "100"))
        assert read(general(sop_class_uid, CT, scan)).events[0].facts.dlp_mgycm == 100
        assert read(general(sop_class_uid, CT, scan, concept="-")).events[0].facts.dlp_mgycm == 100

    @pytest.mark.parametrize("sop_class_uid", [BASIC_TEXT, builders.ENHANCED_SR, COMPREHENSIVE, COMPREHENSIVE_3D])
    def test_a_radiologists_report_that_mentions_the_dose_brings_none(self, sop_class_uid: str) -> None:
        """PS3.16 TID 2008: the exposure in the report of the examination repeats what the dose report said."""
        mentioned = container(
            "113923",
            words("113921", "Dosis: DLP 320 mGy.cm, DAP 2 Gy.cm2"),
            num("113813", "320", "mGy.cm"),
            num("113722", "2e-4", "Gy.m2"),
            num("113830", "8", "mGy"),
        )
        report = general(sop_class_uid, words("121071", "geen afwijkingen"), mentioned, concept="126000")
        assert read_dose_report(over_the_wire(report), CONTEXT) is None

    @pytest.mark.parametrize("kind", (11, 40, 50, 59, 65, 69, 70))
    def test_text_cad_key_objects_and_the_like_bring_none(self, kind: int) -> None:
        report = general(f"{STORAGE}{kind}", ct_event(dose=ct_dose("5", "100")))
        assert read_dose_report(over_the_wire(report), CONTEXT) is None

    def test_a_patient_dose_report_counts_nothing_a_second_time(self) -> None:
        """PS3.16 TID 10030: estimates of organ dose, from events that their own reports tell of."""
        estimate = container(
            "128402",
            builders.uid_reference(generate_uid()),
            container("128412", num("128513", "12", "mGy"), num("113838", "100", "mGy.cm")),
        )
        copied = ct_event(dose=ct_dose("5", "100"))
        for report in (general(PATIENT, estimate, concept="128401"), general(PATIENT, CT, copied)):
            assert read_dose_report(over_the_wire(report), CONTEXT) is None

    def test_a_radiopharmaceutical_report_has_no_x_rays(self) -> None:
        administered = container("113502", num("113507", "250", "MBq"), num("113518", "2", "mGy"))
        report = general(RADIOPHARMACEUTICAL, administered, concept="113500")
        assert read_dose_report(over_the_wire(report), CONTEXT) is None


class TestNoNumber:
    @pytest.mark.parametrize("said", [b"-1e-5", b"-0.5", b"1e999", b"nan", b"inf", b"0x10", b"1_0", b"", b"\\", b"1e"])
    def test_is_no_dose(self, said: bytes) -> None:
        report = projection(
            builders.plane_total(num_saying("113722", said, "Gy.m2")), event(num_saying("122130", said, "Gy.m2"))
        )
        got = read(report)
        assert (got.dap_total_gym2, got.events[0].facts.dap_gym2) == (None, None)

    def test_a_number_that_overflows_in_our_unit_is_none(self) -> None:
        assert facts_of(num("111631", "1e308", "Gy")).agd_mgy is None

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
    def test_floating_point_value(self, value: float) -> None:
        item = num("122130", "1", "Gy.m2")
        del item.MeasuredValueSequence[0].NumericValue
        item.MeasuredValueSequence[0].FloatingPointValue = value
        assert facts_of(item).dap_gym2 is None
        item.MeasuredValueSequence[0].FloatingPointValue = 2e-5
        assert facts_of(item).dap_gym2 == 2e-5

    def test_a_deviation_that_is_not_stated_follows_from_index_and_target(self) -> None:
        index, target = num("113845", "800", "1"), num("113846", "400", "1")
        assert facts_of(index, target).deviation_index == pytest.approx(3.01, abs=0.01)
        assert facts_of(index, target, num("113847", "2.9", "1")).deviation_index == 2.9
        assert facts_of(index).deviation_index is None

    def test_an_index_below_zero_is_none_but_a_deviation_may_be(self) -> None:
        facts = facts_of(num("113845", "-4", "1"), num("113846", "-4", "1"), num("113847", "-4", "1"))
        assert (facts.exposure_index, facts.target_exposure_index, facts.deviation_index) == (None, None, -4)
