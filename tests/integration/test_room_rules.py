"""A modality that marks its rejects in its own way, with a real node: by a private tag, or another destination."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import generate_uid

from tests.integration.modality import dx_image
from tests.integration.processes import Node, store
from tests.waiting import PATIENCE_S

NOW = datetime.now().replace(microsecond=0)  # noqa: DTZ005 (a modality's own clock)
SETTINGS = """
[retakes]
test_patients = ["QC-.*"]
[[rooms]]
id = "kamer-1"
[[rooms.retakes.rules]]
name = "deleted"
creator = "ACME REJECTS"
tag = "0021,xx0F"
value = "YES"
reason_tag = "0021,xx10"
reasons = { "Patient moved" = "motion.patient" }
[[rooms.retakes.rules]]
name = "destination"
ae_title = "IQS_REJ"
"""

Peer = Callable[[str], str]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node whose room has rules."""
    with Node(tmp_path_factory.mktemp("node"), SETTINGS) as node:
        yield node


def cases(node: Node, study_uid: str) -> list[dict]:
    return [row for row in node.export("cases") if row["study_uid"] == study_uid]


def marked(image: Path) -> Path:
    """Write the image again as the console sends it once it was deleted there."""
    ds = pydicom.dcmread(image)
    block = ds.private_block(0x0021, "ACME REJECTS", create=True)
    block.add_new(0x0F, "CS", "YES")
    block.add_new(0x10, "LO", "PATIENT MOVED")
    ds.save_as(image.with_suffix(".marked.dcm"))
    return image.with_suffix(".marked.dcm")


def test_an_image_that_is_marked_after_it_was_sent(node: Node, peer: Peer, tmp_path: Path) -> None:
    study_uid = generate_uid()
    image = dx_image(tmp_path, study_uid=study_uid, at=NOW)
    store(node.port, image, sender=peer("storescu"))
    assert cases(node, study_uid) == []
    store(node.port, marked(image), sender=peer("storescu"))
    [case] = cases(node, study_uid)
    assert (case["signals"], case["state"], case["reason_code"]) == (["rule"], "answered", "motion.patient")
    store(node.port, image, sender=peer("storescu"))
    assert cases(node, study_uid) == [case], "a mark once seen stays"


def test_a_destination_of_its_own_for_rejects(node: Node, peer: Peer, tmp_path: Path) -> None:
    study_uid = generate_uid()
    image = dx_image(tmp_path, study_uid=study_uid, at=NOW)
    subprocess.run(
        [peer("storescu"), "-aec", "IQS_REJ", "127.0.0.1", str(node.port), str(image)], check=True, timeout=PATIENCE_S
    )
    [case] = cases(node, study_uid)
    assert (case["signals"], case["state"]) == (["rule"], "open")


def test_a_test_patient_raises_no_question(node: Node, peer: Peer, tmp_path: Path) -> None:
    for patient, n in (("QC-1", 0), ("7654321", 1)):
        study_uid = generate_uid()
        images = [
            dx_image(tmp_path, study_uid=study_uid, at=NOW + timedelta(minutes=gap), PatientID=patient)
            for gap in (0, 2)
        ]
        store(node.port, *images, sender=peer("storescu"))
        assert len(cases(node, study_uid)) == n
