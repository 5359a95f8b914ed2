"""What people call an exposure."""

import pytest

from iqs_tui.domain.naming import exposure_name


@pytest.mark.parametrize(
    ("procedure", "protocol", "view", "laterality", "name"),
    [
        ("X-thorax", "Thorax PA", "PA", "U", "Thorax PA"),
        ("X-knie", "Knie lateraal", "LL", "R", "Knie lateraal R"),
        ("X-knie", "Knie lateraal R", "LL", "R", "Knie lateraal R"),
        ("X-hand links", None, "PA", "L", "X-hand links PA"),
        ("X-hand", None, None, "B", "X-hand B"),
        (None, None, "PA", None, "PA"),
        (None, None, None, "L", None),
        (None, None, None, None, None),
    ],
)
def test_the_protocol_goes_before_the_procedure_and_a_side_is_said_once(procedure, protocol, view, laterality, name):
    assert exposure_name(procedure, protocol, view, laterality) == name
