"""The tags of a room's rules, read from real bytes: private blocks, unknown representations, hostile content."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from iqs_tui.dicom.header import parse_header, read_instance
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.dicom.room_rules import read
from iqs_tui.domain.no_patient import NoPatient
from iqs_tui.domain.records import Sender
from iqs_tui.domain.room_rules import Mark, RoomRule, RuleTag
from tests.dicom import builders
from tests.dicom.listening import AMSTERDAM, MemoryInbox, listening, write_part10
from tests.waiting import PATIENCE_S

MAKER = "ACME REJECTS 1.0"
FLAG = RuleTag(0x0021, 0x0F)
RULES = (
    RoomRule(
        name="deleted",
        creator=MAKER,
        tag=FLAG,
        value="1",
        reason_tag=RuleTag(0x0021, 0x10),
        reasons=(("POSITIONING", "projection"),),
    ),
    RoomRule(name="destination", ae_title="IQS_REJ"),
)
CONTEXT = ReadingContext(AMSTERDAM, b"key", "DX1", rules=RULES)


def marked(vr: str = "IS", value: object = "1", *, block: int = 0x10, why: str | None = "POSITIONING") -> Dataset:
    """Return a radiograph with the flag in this block, after another maker's block."""
    made = builders.dx()
    for taken in range(0x10, block):
        made.add_new((0x0021, taken), "LO", f"OTHER {taken:02X}")
        made.add_new((0x0021, taken << 8 | FLAG.element), "IS", "1")
    made.add_new((0x0021, block), "LO", MAKER)
    made.add_new((0x0021, block << 8 | FLAG.element), vr, value)
    if why:
        made.add_new((0x0021, block << 8 | 0x10), "LO", why)
    return made


def marks(made: Dataset, syntax: str = ExplicitVRLittleEndian, context: ReadingContext = CONTEXT) -> tuple[Mark, ...]:
    return read_instance(parse_header(builders.as_bytes(made, syntax), syntax), context).rejected_by


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("block", [0x10, 0x13])
@pytest.mark.parametrize(
    ("vr", "value"),
    [
        ("IS", "1"),
        ("IS", ["0", "1"]),
        ("CS", "1"),
        ("LO", " 1"),
        ("DS", "1.0"),
        ("US", 1),
        ("SL", 1),
        ("UN", b"1 "),
        ("UN", b"0\\1"),
        ("UN", b"\x01\x00"),
        ("UN", b"\x01\x00\x00\x00"),
        ("OB", b"\x01\x00"),
    ],
)
def test_the_flag_is_found_whatever_its_block_and_representation(
    syntax: str, block: int, vr: str, value: object
) -> None:
    assert marks(marked(vr, value, block=block), syntax) == (Mark("deleted", "1", "projection"),)


@pytest.mark.parametrize(
    "made",
    [
        builders.dx(),
        marked(value="0"),
        marked("UN", b""),
        marked("UN", b"\xff" * 7),
        marked("SQ", Sequence([builders.dataset(PatientID="1")])),
    ],
)
def test_other_images_are_not_marked(made: Dataset) -> None:
    assert marks(made) == ()


def test_the_block_of_another_creator_is_not_looked_at() -> None:
    other = builders.dx()
    other.private_block(0x0021, "SOMEBODY ELSE", create=True).add_new(0x0F, "IS", "1")
    assert marks(other) == ()


def test_without_rules_nothing_is_marked() -> None:
    assert marks(marked(), context=replace(CONTEXT, rules=())) == ()


def test_a_standard_tag_needs_no_creator() -> None:
    rule = RoomRule(name="comments", tag=RuleTag(0x0020, 0x4000), value="reject")
    made = builders.dx(ImageComments="REJECT")
    assert marks(made, context=replace(CONTEXT, rules=(rule,))) == (Mark("comments", "reject"),)


@pytest.mark.parametrize("context", [{"ae_title": "IQS_REJ"}, {"called_ae_title": "IQS_REJ"}])
def test_an_ae_title_is_the_senders_or_the_one_that_was_called(context: dict[str, str]) -> None:
    assert marks(builders.dx(), context=replace(CONTEXT, **context)) == (Mark("destination"),)


@settings(max_examples=150)
@given(st.binary(max_size=70), st.binary(max_size=200), st.binary(max_size=200), st.integers(16, 255))
def test_hostile_bytes_are_only_bytes(creator: bytes, flag: bytes, why: bytes, block: int) -> None:
    made = builders.dx()
    for element, value in ((block, creator), (block << 8 | 0x0F, flag), (block << 8 | 0x10, why)):
        made.add_new((0x0021, element), "UN", value)
    for mark in marks(made):
        assert mark.words.isprintable()
        assert len(mark.words) <= 64
    for value in read(made, MAKER, FLAG):
        assert value.isprintable()


def test_words_of_the_modality_are_clean() -> None:
    (mark,) = marks(marked(why="Te \x1b[31mdonker"))
    assert mark.words == "Te [31mdonker"


@pytest.mark.parametrize(("patient", "is_phantom"), [("QC 12", True), ("qc", True), ("0123456", False), ("AQC", False)])
def test_a_test_patient_is_quality_control(patient: str, is_phantom: bool) -> None:
    context = replace(CONTEXT, no_patient=NoPatient(("QC.*",)))
    assert read_instance(builders.dx(PatientID=patient), context).is_quality_control == is_phantom


def test_the_fields_of_the_view() -> None:
    view = builders.code_item("R-10206", "SRT")
    view.ViewModifierCodeSequence = Sequence([builders.code_item("R-2"), builders.code_item("R-1")])
    image = read_instance(
        builders.dx(
            ViewCodeSequence=Sequence([view]),
            PerformedProtocolCodeSequence=Sequence([builders.code_item("P-7", "99X")]),
            AcquisitionDeviceProcessingDescription="Thorax zacht",
            SeriesDescription="Thorax PA",
        ),
        CONTEXT,
    )
    assert (image.view_code, image.view_modifier_code) == ("R-10206", "R-1+R-2")
    assert (image.protocol_code, image.processing_description) == ("P-7", "Thorax zacht")
    assert image.series_description == "Thorax PA"
    bare = read_instance(builders.dx(), CONTEXT)
    assert (bare.view_modifier_code, bare.protocol_code, bare.processing_description) == (None, None, None)


class RoomInbox(MemoryInbox):
    """Knows the room's rules."""

    def sender(self, ae_title: str, host: str) -> Sender | None:
        return Sender(ae_title=ae_title, host=host, room="kamer-1", rules=RULES)


@pytest.mark.parametrize("syntax", ["-xe", "-xi"])
def test_dcmtk_sends_a_marked_image(tmp_path: Path, peer: Callable[[str], str], syntax: str) -> None:
    """A private block by storescu, explicit or implicit; and once more to a destination of its own for rejects."""
    inbox, storescu = RoomInbox(), peer("storescu")
    images = []
    for number, made in enumerate((marked(block=0x12), builders.dx())):
        made.file_meta = FileMetaDataset()
        made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        images.append(write_part10(made, tmp_path / f"{number}.dcm"))
    with listening(inbox) as port:
        for called, files in (("IQS", images), ("IQS_REJ", images[1:])):
            command = [storescu, syntax, "-aet", "DX1", "-aec", called, "127.0.0.1", str(port), *map(str, files)]
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
    assert [record.rejected_by for record in inbox.records] == [
        (Mark("deleted", "1", "projection"),),
        (),
        (Mark("destination"),),
    ]
