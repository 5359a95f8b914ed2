"""What an examination is called, from its reports."""

import pytest

from iqs_tui.domain.modalities import is_kind_of, told_modality


@pytest.mark.parametrize(
    ("reported", "told"),
    [
        ((), None),
        (("DX",), "DX"),
        (("DX", "RF"), "RF"),
        (("XA", "DX"), "XA"),
        (("XA", "RF"), "RF"),
        (("CT", "RF", "DX"), "CT"),
        (("MG", "DX"), "DX"),
    ],
)
def test_with_fluoroscopy_it_was_fluoroscopy(reported: tuple[str, ...], told: str | None) -> None:
    assert told_modality(reported) == told == told_modality(reported[::-1])


@pytest.mark.parametrize(
    ("modality", "other", "is_kind"),
    [("XA", "RF", True), ("PX", "DX", True), ("CR", "DX", True), ("DX", "RF", False), ("DX", "DX", False)],
)
def test_images_may_tell_it_more_precisely(modality: str, other: str, is_kind: bool) -> None:
    assert is_kind_of(modality, other) is is_kind
