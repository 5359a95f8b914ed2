"""From a dose report to its record: templates, units, makers' quirks, flags, and each event once."""

import itertools
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from iqs_tui.dicom.header import parse_header
from iqs_tui.dicom.rdsr import read_dose_report
from iqs_tui.dicom.reading import ReadingContext, Unreadable
from tests.dicom import builders
from tests.dicom.builders import NO, YES, coded, num

CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key of the tests", "SENDER")
PROJECTION = coded("121058", ("113704", "DCM", "Projection X-Ray"))
LEFT = coded("272741003", ("80248007", "SCT", "Left breast"), scheme="SCT")
RIGHT = coded("G-C171", ("T-04020", "SRT", "Right breast"), scheme="SRT")
BOTH = coded("272741003", ("63762007", "SCT", "Both breasts"), scheme="SCT")


def read(dataset: Dataset):
    got = read_dose_report(dataset, CONTEXT)
    assert got is not None
    return got


def event_of(*items: Dataset):
    """Return the only event of a projection report with these items in it."""
    return read(builders.report(PROJECTION, builders.projection_event(generate_uid(), *items))).events[0]


class TestCt:
    def test_totals_and_events(self) -> None:
        uids = [generate_uid(), generate_uid()]
        got = read(builders.ct_report([builders.ct_event(uid) for uid in uids]))
        assert (got.modality, got.dlp_total_mgycm, got.n_events_reported) == ("CT", 502.4, 2)
        assert [event.exposure_uid for event in got.events] == uids
        facts = got.events[0].facts
        assert (facts.ctdivol_mgy, facts.dlp_mgycm, facts.phantom_cm, facts.kvp) == (5.3, 251.2, 32, 120)
        assert facts.event_type == "Spiral Acquisition"
        assert facts.dap_gym2 is None

    def test_two_sources_are_one_event(self) -> None:
        sources = [
            builders.container("113831", num("113733", kv, "kV"), num("113736", mas, "mA.s"))
            for kv, mas in (("80", "100"), ("140", "40"))
        ]
        event = builders.container(
            "113819", builders.uid_reference(generate_uid()), builders.container("113822", *sources)
        )
        facts = read(builders.ct_report([event])).events[0].facts
        assert (facts.kvp, facts.mas) == (140, 140)

    def test_head_phantom(self) -> None:
        event = builders.ct_event(generate_uid())
        event.ContentSequence[3].ContentSequence[1].ConceptCodeSequence[0].CodeValue = "113690"
        assert read(builders.ct_report([event])).events[0].facts.phantom_cm == 16

    def test_the_start_of_the_report_is_that_of_its_only_event(self) -> None:
        start = builders.moment("113809", "20260310101600")
        only = builders.ct_report([builders.ct_event(generate_uid()), start])
        two = builders.ct_report([builders.ct_event(generate_uid()), builders.ct_event(generate_uid()), start])
        assert read(only).events[0].facts.acquired_at == datetime(2026, 3, 10, 9, 16, tzinfo=UTC)
        assert [event.facts.acquired_at for event in read(two).events] == [None, None]

    def test_a_scout_without_dose_has_none(self) -> None:
        event = builders.container("113819", builders.uid_reference(generate_uid()))
        facts = read(builders.ct_report([event], dlp=None)).events[0].facts
        assert facts.ctdivol_mgy is None
        assert facts.dlp_mgycm is None


class TestUnits:
    @pytest.mark.parametrize(
        ("unit", "gym2"),
        [
            ("Gy.m2", 2.0),
            ("Gym2", 2.0),
            ("dGy.cm2", 2e-5),
            ("cGy.cm2", 2e-6),
            ("mGy.cm2", 2e-7),
            ("uGy.m2", 2e-6),
            ("GY.M2", 2.0),
            ("Gy", None),
            ("furlong", None),
            (None, None),
        ],
    )
    def test_dap_in_the_stated_unit(self, unit: str | None, gym2: float | None) -> None:
        found = event_of(num("122130", "2", unit)).facts.dap_gym2
        assert found == pytest.approx(gym2)

    @pytest.mark.parametrize(("unit", "gy"), [("Gy", 3.0), ("mGy", 3e-3), ("uGy", 3e-6), ("mm", None)])
    def test_dose_rp_in_the_stated_unit(self, unit: str, gy: float | None) -> None:
        assert event_of(num("113738", "3", unit)).facts.dose_rp_gy == pytest.approx(gy)

    @pytest.mark.parametrize(("unit", "mgy"), [("mGy", 1.3), ("dGy", 130.0), ("Gy", 1300.0)])
    def test_agd_in_the_stated_unit(self, unit: str, mgy: float) -> None:
        assert event_of(num("111631", "1.3", unit)).facts.agd_mgy == pytest.approx(mgy)

    @pytest.mark.parametrize(("unit", "mas"), [("uA.s", 4.5), ("uAs", 4.5), ("mA.s", 4500), ("mAs", 4500)])
    def test_mas_in_the_stated_unit(self, unit: str, mas: float) -> None:
        assert event_of(num("113736", "4500", unit)).facts.mas == pytest.approx(mas)


class TestQuirks:
    def test_an_empty_value_is_none_and_never_zero(self) -> None:
        facts = event_of(num("122130", None, None), num("113738", "", "Gy")).facts
        assert facts.dap_gym2 is None
        assert facts.dose_rp_gy is None

    def test_a_stated_zero_stays_zero(self) -> None:
        total = builders.plane_total(num("113722", "0", "Gy.m2"))
        assert read(builders.report(PROJECTION, total)).dap_total_gym2 == 0

    def test_of_a_multi_valued_number_the_first_counts(self) -> None:
        assert event_of(num("113738", ["0.5", "0.7"], "Gy")).facts.dose_rp_gy == 0.5

    def test_a_wrong_meaning_does_not_matter(self) -> None:
        event = event_of()
        assert event.facts.event_type == "Stationary Acquisition"
        assert event.plane == "Single Plane"

    def test_pulses_give_the_highest_kv_and_all_mas(self) -> None:
        pulses = [num("113733", kv, "kV") for kv in ("70", "74", "72")] + [num("113736", "500", "uA.s")] * 3
        facts = event_of(*pulses).facts
        assert (facts.kvp, facts.mas) == (74, pytest.approx(1.5))

    def test_indices(self) -> None:
        facts = event_of(num("113845", "400", "1"), num("113846", "500", "1"), num("113847", "-1", "1")).facts
        assert (facts.exposure_index, facts.target_exposure_index, facts.deviation_index) == (400, 500, -1)

    def test_region_view_and_side(self) -> None:
        side = coded("272741003", ("7771000", "SCT", "Left"), scheme="SCT")
        facts = event_of(
            coded("91723000", ("76752008", "SCT", "Breast"), side, scheme="SCT"),
            coded("123014", ("76752008", "SCT", "Breast")),
            coded("111031", ("399162004", "SCT", "cranio-caudal")),
        ).facts
        assert (facts.body_part, facts.view, facts.laterality) == ("Breast", "cranio-caudal", "L")

    def test_the_operator_is_who_administered_the_irradiation(self) -> None:
        facts = event_of(
            builders.person_name("Baas^De", role="113850"), builders.person_name("Vries^Jan", role="113851")
        ).facts
        assert facts.operator == "Jan Vries"


class TestPlanes:
    def test_totals_of_two_planes_are_added(self) -> None:
        planes = [
            builders.plane_total(num("113722", dap, "Gy.m2"), num("113725", rp, "Gy"), plane=plane)
            for plane, dap, rp in (("113620", "0.002", "0.1"), ("113621", "0.001", "0.2"))
        ]
        got = read(builders.report(PROJECTION, *planes))
        assert got.dap_total_gym2 == pytest.approx(0.003)
        assert got.dose_rp_total_gy == pytest.approx(0.3)

    def test_a_total_of_all_planes_is_not_added_to_its_parts(self) -> None:
        planes = [
            builders.plane_total(num("113722", dap, "Gy.m2"), plane=plane)
            for plane, dap in (("113620", "0.002"), ("113621", "0.001"), ("113890", "0.003"))
        ]
        assert read(builders.report(PROJECTION, *planes)).dap_total_gym2 == pytest.approx(0.003)

    def test_one_plane_may_say_nothing(self) -> None:
        planes = [
            builders.plane_total(num("113722", "0.002", "Gy.m2"), plane="113620"),
            builders.plane_total(num("113722", None, None), plane="113621"),
        ]
        assert read(builders.report(PROJECTION, *planes)).dap_total_gym2 == pytest.approx(0.002)

    def test_no_total_is_none(self) -> None:
        got = read(builders.report(PROJECTION))
        assert (got.dap_total_gym2, got.dose_rp_total_gy, got.agd_total_mgy, got.dlp_total_mgycm) == (None,) * 4

    def test_two_planes_under_one_uid_both_count(self) -> None:
        uid = generate_uid()
        events = [
            builders.projection_event(uid, num("122130", dap, "Gy.m2"), plane=plane)
            for plane, dap in (("113620", "0.002"), ("113621", "0.001"))
        ]
        got = read(builders.report(PROJECTION, *events))
        assert len({event.exposure_uid for event in got.events}) == 2
        assert sum(event.facts.dap_gym2 for event in got.events) == pytest.approx(0.003)


class TestMammography:
    @pytest.mark.parametrize(
        ("sides", "total"),
        [
            ([(LEFT, "1.3"), (RIGHT, "1.28")], 2.58),
            ([(LEFT, "1.3")], 1.3),
            ([(BOTH, "2.58")], 2.58),
            ([(LEFT, "1.3"), (RIGHT, "1.28"), (BOTH, "2.58")], 2.58),
            ([], None),
        ],
    )
    def test_agd_of_the_sides(self, sides: list, total: float | None) -> None:
        parts = builders.plane_total(*(num("111637", value, "mGy", side) for side, value in sides))
        procedure = coded("121058", ("P5-40010", "SRT", "mammography"))
        got = read(builders.report(procedure, parts))
        assert got.modality == "MG"
        assert got.agd_total_mgy == pytest.approx(total)


class TestModality:
    @pytest.mark.parametrize(
        ("items", "modality"),
        [
            ([coded("121058", ("p5-08000", "SRT", "CT"))], "CT"),
            ([PROJECTION, builders.container("113811")], "CT"),
            ([PROJECTION, builders.plane_total(num("111637", "1", "mGy"))], "MG"),
            ([PROJECTION, builders.projection_event(None, kind="44491008")], "RF"),
            ([PROJECTION, builders.projection_event(None, kind="P5-06000")], "RF"),
            ([PROJECTION, builders.plane_total(num("113730", "28", "s"))], "RF"),
            ([PROJECTION, builders.plane_total(num("113730", "0", "s"))], "DX"),
            ([PROJECTION, coded("122142", ("113957", "DCM", "Fluoroscopy-Guided"))], "RF"),
            ([PROJECTION, coded("122142", ("113958", "DCM", "Integrated"))], "DX"),
            # Philips Azurion calls an angiography room an integrated radiography system.
            (
                [
                    PROJECTION,
                    coded("122142", ("113958", "DCM", "Integrated")),
                    builders.projection_event(None, kind="44491008"),
                ],
                "RF",
            ),
            ([coded("121058", ("168537006", "SCT", "Plain radiography"))], "DX"),
            ([PROJECTION], "DX"),
        ],
    )
    def test_from_what_was_done(self, items: list[Dataset], modality: str) -> None:
        assert read(builders.report(*items)).modality == modality


class TestFlags:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [(YES, True), (NO, False), (("R-0038D", "SRT", "Yes"), True), (("373068000", "SCT", "Undetermined"), None)],
    )
    def test_rejected(self, said: tuple[str, str, str], expected: bool | None) -> None:
        event = event_of(coded("130503", said, coded("130504", ("111210", "DCM", "Motion blur"))))
        assert event.is_rejected is expected
        assert event.reject_reason_code == "111210"
        assert event.is_repeated is None

    def test_repeated_in_ct(self) -> None:
        flag = coded("128551", YES, coded("128552", ("128553", "DCM", "Patient motion")))
        event = read(builders.ct_report([builders.ct_event(generate_uid(), 5.3, 251.2, flag)])).events[0]
        assert (event.is_repeated, event.repeat_reason_code) == (True, "128553")
        assert event.is_rejected is None

    @pytest.mark.parametrize("is_first", [True, False])
    def test_repeated_names_the_earlier_event(self, is_first: bool) -> None:
        own, earlier = generate_uid(), generate_uid()
        flag = coded("128551", YES, builders.uid_reference(earlier), coded("128552", ("128553", "DCM", "Motion")))
        parts = [flag, builders.uid_reference(own)] if is_first else [builders.uid_reference(own), flag]
        event = read(builders.report(PROJECTION, builders.container("113706", *parts))).events[0]
        assert (event.exposure_uid, event.repeats_uid) == (own, earlier)
        assert (event.repeat_reason_code, event.repeat_reason_meaning) == ("128553", "Motion")

    def test_a_reason_of_another_scheme_keeps_its_words_only(self) -> None:
        event = event_of(coded("130503", YES), coded("130504", ("R7", "99ACME", "Too dark")))
        assert (event.is_rejected, event.reject_reason_code, event.reject_reason_meaning) == (True, None, "Too dark")

    def test_without_a_flag_nothing_is_said(self) -> None:
        assert (event_of().is_rejected, event_of().is_repeated) == (None, None)

    def test_acquired_images(self) -> None:
        uids = [generate_uid(), generate_uid()]
        event = event_of(*(builders.acquired_image(uid) for uid in (*uids, uids[0])))
        assert event.acquired_image_uids == tuple(uids)


class TestEnhanced:
    def test_source_totals_and_events(self) -> None:
        event = builders.container(
            "130501",
            builders.uid_reference(generate_uid()),
            builders.moment("111526", "20260310101530"),
            builders.words("113832", "A"),
            coded("113721", ("113611", "DCM", "Stationary")),
            num("122130", "0.002", "Gy.m2"),
            coded("130503", YES),
        )
        totals = [
            builders.container("130500", builders.words("113832", source), num("113722", dap, "Gy.m2"))
            for source, dap in (("A", "0.002"), ("B", "0.001"), ("A and B", "0.003"))
        ]
        report = builders.report(PROJECTION, *totals, event, sop_class_uid=builders.ENHANCED_RDSR)
        got = read(report)
        assert got.dap_total_gym2 == pytest.approx(0.003)
        assert got.events[0].facts.dap_gym2 == 0.002
        assert got.events[0].is_rejected is True
        assert got.events[0].plane == "A"


class TestOnce:
    def test_an_event_that_stands_twice_is_one(self) -> None:
        event = builders.ct_event(generate_uid())
        assert len(read(builders.ct_report([event, event])).events) == 1

    def test_events_without_a_uid_are_named_alike_by_a_later_cumulative_report(self) -> None:
        study = generate_uid()
        first = builders.projection_event(None, num("122130", "0.001", "Gy.m2"))
        second = builders.projection_event(None, builders.moment("111526", "20260310103000"))
        second.ContentSequence = [item for item in second.ContentSequence if item.get("DateTime") != "20260310101530"]
        one = read(builders.report(PROJECTION, first, StudyInstanceUID=study))
        later = read(builders.report(PROJECTION, first, second, StudyInstanceUID=study))
        assert later.events[0].exposure_uid == one.events[0].exposure_uid
        assert len({event.exposure_uid for event in later.events}) == 2

    def test_two_nameless_events_of_one_moment_are_two(self) -> None:
        events = [builders.projection_event(None), builders.projection_event(None)]
        got = read(builders.report(PROJECTION, *events))
        assert len({event.exposure_uid for event in got.events}) == 2

    def test_the_order_of_the_report_does_not_change_names(self) -> None:
        events = [builders.ct_event(generate_uid(), ctdivol) for ctdivol in ("1", "2", "3")]
        study = generate_uid()
        readings = [
            {
                event.exposure_uid: event.facts
                for event in read(builders.ct_report(order, StudyInstanceUID=study)).events
            }
            for order in itertools.permutations(events)
        ]
        assert all(reading == readings[0] for reading in readings)


class TestWhatIsOne:
    def test_enhanced_sr_with_the_title_of_a_dose_report(self) -> None:
        report = builders.ct_report([builders.ct_event(generate_uid())], sop_class_uid=builders.ENHANCED_SR)
        assert read(report).modality == "CT"

    def test_another_structured_report_is_none(self) -> None:
        report = builders.report(
            builders.words("121071", "no finding"), sop_class_uid=builders.ENHANCED_SR, concept="126000"
        )
        assert read_dose_report(report, CONTEXT) is None

    def test_an_image_or_radiopharmaceutical_report_is_none(self) -> None:
        assert read_dose_report(builders.dx(), CONTEXT) is None
        report = builders.report(sop_class_uid="1.2.840.10008.5.1.4.1.1.88.68")
        assert read_dose_report(report, CONTEXT) is None

    def test_a_dose_report_without_its_study_is_refused(self) -> None:
        with pytest.raises(Unreadable) as caught:
            read_dose_report(builders.report(PROJECTION, StudyInstanceUID=None), CONTEXT)
        assert caught.value.refusal.reason == "StudyInstanceUID is missing"

    def test_header(self) -> None:
        got = read(builders.report(PROJECTION, StudyDescription="X-thorax", ProtocolName="Thorax"))
        assert got.content_at == datetime(2026, 3, 10, 9, 20, tzinfo=UTC)
        assert (got.procedure, got.protocol, got.operator) == ("X-thorax", "Thorax", "Jan de Vries")
        assert got.age_years == pytest.approx(76.19, abs=0.01)
        assert "Jansen" not in repr(got)


BYTES_OF_A_REPORT = builders.as_bytes(
    builders.ct_report([builders.ct_event("1.2.3"), builders.projection_event("1.2.4", num("122130", "1", "Gy.m2"))])
)


class TestGarbage:
    @settings(max_examples=200)
    @given(st.lists(st.tuples(st.integers(0, len(BYTES_OF_A_REPORT) - 1), st.integers(0, 255)), min_size=1, max_size=5))
    def test_changed_bytes_give_a_report_none_or_a_refusal(self, changes: list[tuple[int, int]]) -> None:
        data = bytearray(BYTES_OF_A_REPORT)
        for at, byte in changes:
            data[at] = byte
        try:
            got = read_dose_report(parse_header(bytes(data), ExplicitVRLittleEndian), CONTEXT)
        except Unreadable as unreadable:
            assert unreadable.refusal.status == 0xC000
        else:
            assert got is None or got.modality in {"CT", "DX", "MG", "RF"}

    def test_an_empty_report_is_one_without_events(self) -> None:
        report = builders.report()
        report.ContentSequence = Sequence([])
        assert read(report).events == ()

    def test_items_without_a_concept_are_passed_over(self) -> None:
        nameless = builders.container("113706", builders.uid_reference(generate_uid()))
        del nameless.ConceptNameCodeSequence
        assert read(builders.report(PROJECTION, nameless)).events == ()
