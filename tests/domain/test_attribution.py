"""Which machine a report belongs to, whatever came first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.attribution import Claim, Imaging, Machine, owners

DX = Machine(key="Acme|Bucky|1", manufacturer="Acme", model="Bucky", device_serial="1", station_name="DX1")
SISTER = Machine(key="Acme|Bucky|2", manufacturer="Acme", model="Bucky", device_serial="2", station_name="DX2")
CT = Machine(key="Acme|Spiral|7", manufacturer="Acme", model="Spiral", device_serial="7", station_name="CT1")
CONSOLE = Machine(key="Other|Console|WS1", manufacturer="Other", model="Console", station_name="WS1")
NAMELESS = Machine(key="PACS")


def made(machine: Machine, *modalities: str) -> Imaging:
    return Imaging(machine=machine, modalities=frozenset(modalities))


def claim(machine: Machine, modality: str | None, events: str = "", uid: str = "r") -> Claim:
    return Claim(uid=uid, machine=machine, modality=modality, exposure_uids=frozenset(events))


@pytest.mark.parametrize("reporter", [CONSOLE, NAMELESS, DX, SISTER])
def test_a_report_belongs_to_the_machine_of_the_images_that_it_names(reporter: Machine) -> None:
    assert owners([claim(reporter, "DX", "ab")], {"a": DX.key}, [made(DX, "DX")]) == {"r": DX.key}


def test_of_several_machines_the_one_of_most_images_counts_and_its_own_before_that() -> None:
    imaged = {"a": DX.key, "b": DX.key, "c": CT.key}
    imaging = [made(DX, "DX"), made(CT, "CT")]
    assert owners([claim(CONSOLE, "CT", "abc")], imaged, imaging) == {"r": DX.key}
    assert owners([claim(CT, "CT", "abc")], imaged, imaging) == {"r": CT.key}


@pytest.mark.parametrize("modality", ["DX", "CR", None])
def test_a_report_without_images_belongs_to_the_one_machine_of_its_modality(modality: str | None) -> None:
    assert owners([claim(CONSOLE, modality, "x")], {}, [made(DX, "DX")]) == {"r": DX.key}


def test_an_angiography_report_belongs_to_the_room_whose_images_say_xa() -> None:
    assert owners([claim(CONSOLE, "RF")], {}, [made(DX, "DX"), made(CT, "XA")]) == {"r": CT.key}


def test_a_report_stays_with_its_own_machine_where_nothing_says_otherwise() -> None:
    assert owners([claim(CONSOLE, "CT", "x")], {}, []) == {"r": CONSOLE.key}
    assert owners([claim(CONSOLE, "CT", "x")], {}, [made(DX, "DX")]) == {"r": CONSOLE.key}
    two = [made(CT, "CT"), made(NAMELESS, "CT")]
    assert owners([claim(CONSOLE, "CT", "x")], {}, two) == {"r": CONSOLE.key}
    assert owners([claim(CT, "CT", "x")], {}, two) == {"r": CT.key}


def test_the_report_of_a_sister_machine_whose_images_are_gone_is_not_given_to_the_other_room() -> None:
    assert owners([claim(SISTER, "DX", "x")], {}, [made(DX, "DX")]) == {"r": SISTER.key}


def test_of_two_machines_the_name_of_the_station_tells() -> None:
    step = claim(Machine(key="||DX2", station_name="DX2"), "DX")
    assert owners([step], {}, [made(DX, "DX"), made(SISTER, "DX")]) == {"r": SISTER.key}


def test_a_station_of_another_modality_counts_only_where_no_machine_made_images_of_its_own() -> None:
    step = claim(Machine(key="||DX1", station_name="DX1"), "RF")
    assert owners([step], {}, [made(DX, "DX"), made(CT, "CT")]) == {"r": DX.key}
    assert owners([step], {}, [made(DX, "DX"), made(CT, "RF")]) == {"r": CT.key}


def test_reports_that_share_an_event_belong_together() -> None:
    claims = [claim(CT, "CT", "a", "1"), claim(CONSOLE, "CT", "abc", "2"), claim(NAMELESS, "CT", "c", "3")]
    assert owners(claims, {}, [made(CT, "CT")]) == dict.fromkeys("123", CT.key)
    assert len(set(owners(claims, {}, []).values())) == 1


def test_what_names_no_images_follows_the_reports() -> None:
    step = claim(Machine(key="OLD"), "CT")
    assert owners([step], {}, [], [made(CT, "CT")]) == {"r": CT.key}
    assert owners([step], {}, [made(CONSOLE, "CT")], [made(CT, "CT")]) == {"r": CONSOLE.key}


@given(
    st.lists(
        st.builds(
            claim,
            st.sampled_from([DX, SISTER, CT, CONSOLE, NAMELESS]),
            st.sampled_from(["DX", "CT", "RF"]),
            st.text("abcd", max_size=3),
        ),
        max_size=5,
    ),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from([DX.key, CT.key])),
    st.randoms(use_true_random=False),
)
def test_the_order_of_claims_is_nothing(claims: list[Claim], imaged: dict[str, str], random) -> None:
    named = [
        Claim(uid=str(n), machine=c.machine, modality=c.modality, exposure_uids=c.exposure_uids)
        for n, c in enumerate(claims)
    ]
    imaging = [made(CT, "CT"), made(DX, "DX", "CR")]
    expected = owners(named, imaged, imaging)
    random.shuffle(named)
    assert owners(named, imaged, imaging) == expected
