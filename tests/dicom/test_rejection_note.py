"""KOS rejection notes: what is read, and which key objects are none."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from iqs_tui.dicom.reading import ReadingContext, Unreadable
from iqs_tui.dicom.rejection_note import read_rejection_note
from tests.dicom.listening import object_of

CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key", "PACS")
KOS = "1.2.840.10008.5.1.4.1.1.88.59"


def concept(value: str, meaning: str = "x", scheme: str = "DCM") -> list[Dataset]:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return [item]


def references(*uids: str) -> list[Dataset]:
    items = []
    for uid in uids:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.1.1", uid
        items.append(item)
    return items


def content(relation: str, kind: str, name: str | None = None, **values: object) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relation, kind
    if name:
        item.ConceptNameCodeSequence = concept(name)
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def evidence(study_uid: str, *uids: str) -> list[Dataset]:
    study, series = Dataset(), Dataset()
    study.StudyInstanceUID = study_uid
    series.SeriesInstanceUID = generate_uid()
    series.ReferencedSOPSequence = references(*uids)
    study.ReferencedSeriesSequence = [series]
    return [study]


def note(
    title: str = "113001",
    listed: tuple[str, ...] = ("1.2.3.1",),
    shown: tuple[str, ...] = (),
    items: tuple[Dataset, ...] = (),
    **attributes: object,
) -> Dataset:
    dataset = object_of(KOS, Modality="KO", ContentDate="20261121", ContentTime="101500.5", **attributes)
    dataset.ConceptNameCodeSequence = concept(title)
    dataset.CurrentRequestedProcedureEvidenceSequence = evidence(dataset.StudyInstanceUID, *listed)
    images = [content("CONTAINS", "IMAGE", ReferencedSOPSequence=references(uid)) for uid in shown]
    dataset.ContentSequence = [*items, *images]
    return dataset


def test_reads_what_a_note_says():
    found = read_rejection_note(
        note(
            listed=("1.2.3.1", "1.2.3.2"),
            shown=("1.2.3.2", "1.2.3.3"),
            items=(
                content("HAS OBS CONTEXT", "PNAME", "121008", PersonName="Vries^J."),
                content("HAS CONCEPT MOD", "CODE", "113011", ConceptCodeSequence=concept("111209", "Positioning")),
                content("CONTAINS", "TEXT", "113012", TextValue="rand\x1b[31m eraf"),
            ),
        ),
        CONTEXT,
    )
    assert found is not None
    assert found.title_code == "113001"
    assert found.instance_uids == ("1.2.3.1", "1.2.3.2", "1.2.3.3")
    assert (found.reason_code, found.reason_meaning) == ("111209", "Positioning")
    assert found.description == "rand[31m eraf"
    assert found.operator == "J. Vries"
    assert found.noted_at is not None and found.noted_at.isoformat() == "2026-11-21T09:15:00.500000+00:00"
    assert found.device.station_name == "CT1"


@pytest.mark.parametrize("title", ["113001", "113037", "113038", "113039"])
def test_titles_that_reject(title: str):
    found = read_rejection_note(note(title), CONTEXT)
    assert found is not None and found.title_code == title


@pytest.mark.parametrize("title", ["113000", "113004", "113008", "113010", "113013"])
def test_other_key_objects_reject_nothing(title: str):
    assert read_rejection_note(note(title), CONTEXT) is None


def test_a_title_of_another_scheme_is_not_that_title():
    dataset = note()
    dataset.ConceptNameCodeSequence = concept("113001", scheme="99LOCAL")
    assert read_rejection_note(dataset, CONTEXT) is None


def test_a_reason_outside_cid_7011_keeps_its_words_only():
    modifier = content("HAS CONCEPT MOD", "CODE", "113011", ConceptCodeSequence=concept("R7", "Too dark", "99ACME"))
    found = read_rejection_note(note(items=(modifier,)), CONTEXT)
    assert found is not None and (found.reason_code, found.reason_meaning) == (None, "Too dark")


def test_a_code_of_the_modality_beside_that_of_the_standard_hides_nothing():
    codes = concept("R7", "Te donker", "99ACME"), concept("111210", "Motion blur"), concept("111209", "Positioning")
    items = tuple(content("HAS CONCEPT MOD", "CODE", "113011", ConceptCodeSequence=code) for code in codes)
    found = read_rejection_note(note(items=items), CONTEXT)
    assert found is not None and (found.reason_code, found.reason_meaning) == ("111210", "Motion blur")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hoort bij mevr. Jansen", None),
        ("verwisseld: P-771234", None),
        ("VAN DEN BERG/JANSEN", None),
        ("rand van het bekken eraf", "rand van het bekken eraf"),
        ("jans en piet hielden vast", "jans en piet hielden vast"),
    ],
)
def test_words_that_name_the_patient_are_not_kept(typed: str, kept: str | None):
    words = content("CONTAINS", "TEXT", "113012", TextValue=typed)
    dataset = note(items=(words,), PatientName="Jansen-Bakker^Anna^^van der", PatientID="P-771234")
    found = read_rejection_note(dataset, CONTEXT)
    assert found is not None and found.description == kept


def test_operator_of_the_header_where_no_observer_is_named():
    found = read_rejection_note(note(OperatorsName="Jansen^P"), CONTEXT)
    assert found is not None and found.operator == "P Jansen"


def test_absent_is_none():
    dataset = note()
    del dataset.ContentDate
    found = read_rejection_note(dataset, CONTEXT)
    assert found is not None
    assert (found.noted_at, found.reason_code, found.reason_meaning, found.description, found.operator) == (None,) * 5


@pytest.mark.parametrize("listed", [(), ("../../etc/passwd",), ("1.2.03.4",)])
def test_a_note_without_a_valid_reference_is_refused(listed: tuple[str, ...]):
    with pytest.raises(Unreadable) as refused:
        read_rejection_note(note(listed=listed), CONTEXT)
    assert refused.value.refusal.status == 0xC000


@given(
    listed=st.lists(st.integers(1, 9), max_size=6),
    shown=st.lists(st.integers(1, 9), max_size=6),
    nested=st.lists(st.integers(1, 9), max_size=4),
)
def test_every_reference_counts_once_wherever_it_stands(listed: list[int], shown: list[int], nested: list[int]):
    if not (listed or shown or nested):
        return
    container = content(
        "CONTAINS",
        "CONTAINER",
        ContentSequence=[content("CONTAINS", "IMAGE", ReferencedSOPSequence=references(f"1.2.{n}")) for n in nested],
    )
    dataset = note(
        listed=tuple(f"1.2.{n}" for n in listed),
        shown=tuple(f"1.2.{n}" for n in shown),
        items=(container,),
    )
    found = read_rejection_note(dataset, CONTEXT)
    assert found is not None
    assert len(set(found.instance_uids)) == len(found.instance_uids)
    assert set(found.instance_uids) == {f"1.2.{n}" for n in (*listed, *shown, *nested)}


def revoking(*listed: str, scheme: str = "99DCM4CHEE") -> Dataset:
    dataset = note(listed=listed)
    dataset.ConceptNameCodeSequence = concept("REVOKE_REJECTION", "Restore rejected Instances", scheme)
    return dataset


def test_an_archive_gives_images_back():
    found = read_rejection_note(revoking("1.2.3.1"), CONTEXT)
    assert found is not None and (found.title_code, found.instance_uids) == ("REVOKE_REJECTION", ("1.2.3.1",))
    assert read_rejection_note(revoking("1.2.3.1", scheme="DCM"), CONTEXT) is None


def test_images_of_other_studies_keep_their_study():
    dataset = note(listed=("1.2.3.1",), shown=("1.2.3.9",))
    dataset.CurrentRequestedProcedureEvidenceSequence += evidence("1.2.77", "1.2.3.2", "1.2.3.3")
    found = read_rejection_note(dataset, CONTEXT)
    assert found is not None
    assert found.instance_uids == ("1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.9")
    assert found.other_studies == {"1.2.3.2": "1.2.77", "1.2.3.3": "1.2.77"}
