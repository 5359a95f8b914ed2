"""Which images are one exposure, and that joining what is known of it does not depend on order or re-sends."""

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.exposures import exposure_uid_of, join_same_source, report_over_image
from iqs_tui.domain.records import ExposureFacts

AT = datetime(2026, 3, 10, 9, 15, tzinfo=UTC)
USUAL = {
    "irradiation_event_uid": None,
    "study_uid": "1.2.1",
    "series_uid": "1.2.2",
    "sop_instance_uid": "1.2.3",
    "device_key": "ACME|Ray|S1",
    "modality": "DX",
    "acquired_at": AT,
    "acquisition_number": None,
}

numbers = st.one_of(st.none(), st.floats(0, 1e6))
texts = st.one_of(st.none(), st.sampled_from(["CHEST", "chest", "AP", "PA"]))
facts = st.builds(
    ExposureFacts,
    acquired_at=st.one_of(st.none(), st.integers(0, 100).map(lambda minutes: AT + timedelta(minutes=minutes))),
    protocol=texts,
    view=texts,
    kvp=numbers,
    dap_gym2=numbers,
    ctdivol_mgy=numbers,
    phantom_cm=st.sampled_from([None, 16, 32]),
)


def uid(**changes: object) -> str:
    return exposure_uid_of(**(USUAL | changes))


class TestNaming:
    def test_the_irradiation_event_uid_names_it(self) -> None:
        assert uid(irradiation_event_uid="1.2.9") == "1.2.9"

    @pytest.mark.parametrize("bad", ["", "rubbish", "1.02"])
    def test_a_malformed_one_does_not(self, bad: str) -> None:
        assert uid(irradiation_event_uid=bad) == uid()

    def test_images_of_one_moment_on_one_device_are_one(self) -> None:
        assert uid(sop_instance_uid="1.2.4", series_uid="1.2.5") == uid()
        assert uid(acquired_at=AT + timedelta(seconds=1)) != uid()
        assert uid(device_key="ACME|Ray|S2") != uid()
        assert uid(study_uid="1.2.8") != uid()

    @pytest.mark.parametrize("modality", ["CT", "MR", "PT", "NM"])
    def test_slices_are_one_per_acquisition_and_series(self, modality: str) -> None:
        first = uid(modality=modality, acquisition_number=2)
        assert uid(modality=modality, acquisition_number=2, sop_instance_uid="1.2.4", acquired_at=None) == first
        assert uid(modality=modality, acquisition_number=3) != first
        assert uid(modality=modality, acquisition_number=2, series_uid="1.2.7") != first

    def test_slices_without_a_number_are_one_per_series(self) -> None:
        assert uid(modality="CT", acquired_at=AT + timedelta(seconds=1)) == uid(modality="CT")
        assert uid(modality="CT", series_uid="1.2.7") != uid(modality="CT")

    def test_an_image_without_a_moment_is_its_own(self) -> None:
        assert uid(acquired_at=None) != uid(acquired_at=None, sop_instance_uid="1.2.4")


class TestJoining:
    @given(st.lists(facts, min_size=1, max_size=5), st.randoms())
    def test_order_and_repetition_change_nothing(self, parts: list[ExposureFacts], random) -> None:
        expected = reduce(join_same_source, parts)
        shuffled = parts + parts
        random.shuffle(shuffled)
        assert reduce(join_same_source, shuffled) == expected

    @given(facts, facts, facts)
    def test_grouping_changes_nothing(self, a: ExposureFacts, b: ExposureFacts, c: ExposureFacts) -> None:
        assert join_same_source(join_same_source(a, b), c) == join_same_source(a, join_same_source(b, c))

    @given(facts)
    def test_nothing_known_adds_nothing(self, known: ExposureFacts) -> None:
        assert join_same_source(known, ExposureFacts()) == known == join_same_source(ExposureFacts(), known)

    def test_a_value_beats_none_and_zero_is_a_value(self) -> None:
        assert join_same_source(ExposureFacts(dap_gym2=0.0), ExposureFacts()).dap_gym2 == 0.0
        assert join_same_source(ExposureFacts(), ExposureFacts(dap_gym2=0.0)).dap_gym2 == 0.0

    def test_the_earliest_moment_wins(self) -> None:
        later = ExposureFacts(acquired_at=AT + timedelta(seconds=5))
        assert join_same_source(later, ExposureFacts(acquired_at=AT)).acquired_at == AT

    def test_a_report_goes_before_an_image(self) -> None:
        report = ExposureFacts(dap_gym2=1e-5, view=None)
        image = ExposureFacts(dap_gym2=2e-5, view="PA")
        assert report_over_image(report, image) == ExposureFacts(dap_gym2=1e-5, view="PA")
