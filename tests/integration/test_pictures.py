"""A radiograph on its way from a real sender to its picture; nobody is named in any file on the way."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.integration.modality import ct_slice, dx_image
from tests.integration.processes import Node, store
from tests.waiting import wait_for

NOW = datetime.now().replace(microsecond=0)  # noqa: DTZ005 (a modality's own clock)
PATIENT = {
    "PatientName": "Sijbrandij^Geertruida",
    "PatientID": "90817263",
    "ImageComments": "mw. Sijbrandij, Dorpsstraat 5",
    "PatientComments": "belt haar dochter 90817263",
    "AdditionalPatientHistory": "viel bij Dorpsstraat 5, zegt Geertruida",
}
SHADES = (np.add.outer(np.arange(300), np.arange(200)) * 8).astype("<u2")
KEEPS = '[[rooms]]\nid = "kamer-1"\n[rooms.retakes]\nkeep_objects = true\n'


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(tmp_path_factory.mktemp("node"), KEEPS) as node:
        yield node


def radiograph(folder: Path, **attributes: object) -> Path:
    usual = {"Rows": 300, "Columns": 200, "PixelData": SHADES.tobytes(), **PATIENT}
    return dx_image(folder, study_uid=generate_uid(), at=NOW, **(usual | attributes))


def made(node: Node, instance_uid: str) -> tuple:
    query = "SELECT width, height, picture FROM preview WHERE instance_uid = ? AND state = 'made'"
    wait_for(lambda: node.rows(query, instance_uid))
    return node.rows(query, instance_uid)[0]


def test_a_radiograph_becomes_a_picture_and_names_nobody(node: Node, peer, tmp_path: Path) -> None:
    image = radiograph(tmp_path)
    store(node.port, image, sender=peer("storescu"))
    width, height, data = made(node, image.stem)
    shown = np.asarray(Image.open(BytesIO(data))).astype(int)
    assert (width, height) == (200, 300) and shown[0, 0] < 10 and shown[-1, -1] > 245
    [(path,)] = node.rows("SELECT path FROM kept_object WHERE instance_uid = ?", image.stem)
    kept = dcmread(node.folder / path)
    assert (kept.pixel_array == SHADES).all() and kept.PatientName == ""
    for name, content in node.contents().items():
        for words in (b"Sijbrandij", b"Geertruida", b"90817263", b"Dorpsstraat"):
            assert words not in content, name


def test_slices_and_images_with_words_get_none(node: Node, peer, tmp_path: Path) -> None:
    burned = radiograph(tmp_path, BurnedInAnnotation="YES")
    uids = {"study_uid": generate_uid(), "series_uid": generate_uid()}
    ct = ct_slice(tmp_path, **uids, number=1, at=NOW, pixels=bytes(32 * 32 * 2))
    store(node.port, burned, ct, sender=peer("storescu"))
    query = "SELECT state, why FROM preview WHERE instance_uid = ?"
    assert node.rows(query, burned.stem) == [("none", "burned_in")]
    assert node.rows(query, ct.stem) == []
    assert not node.rows("SELECT 1 FROM kept_object WHERE instance_uid IN (?, ?)", burned.stem, ct.stem)


def test_what_cannot_be_decoded_is_taken_in_all_the_same(node: Node, peer, tmp_path: Path) -> None:
    broken = radiograph(tmp_path, HighBit=3)
    store(node.port, broken, sender=peer("storescu"))
    query = "SELECT why FROM preview WHERE instance_uid = ? AND state = 'failed'"
    wait_for(lambda: node.rows(query, broken.stem) == [("unreadable",)])
    assert node.rows("SELECT count(*) FROM instance WHERE sop_instance_uid = ?", broken.stem) == [(1,)]


def test_a_folder_that_cannot_be_written_costs_no_record(peer, tmp_path: Path) -> None:
    folder = tmp_path / "node"
    folder.mkdir()
    (folder / "objects").write_text("in the way")
    image = radiograph(tmp_path)
    with Node(folder) as node:
        store(node.port, image, image, sender=peer("storescu"))
        assert node.rows("SELECT state, why FROM preview") == [("failed", "write")]
        assert node.rows("SELECT count(*) FROM instance") == [(1,)]
        told = "SELECT count(*) FROM log WHERE message LIKE 'images for pictures cannot%'"
        wait_for(lambda: node.rows(told) == [(1,)])


def test_a_node_that_was_killed_makes_the_pictures_that_waited(peer, tmp_path: Path) -> None:
    images = [radiograph(tmp_path) for _ in range(2)]
    with Node(tmp_path / "node") as node:
        store(node.port, *images, sender=peer("storescu"))
        node.process.kill()
        node.process.wait()
        stray = node.folder / "objects" / ".left.dcm.1.part"
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"half")
        node.start()
        for image in images:
            made(node, image.stem)
        wait_for(lambda: not any((node.folder / "objects").iterdir()))
        assert node.rows("SELECT count(*) FROM kept_object") == [(0,)]
