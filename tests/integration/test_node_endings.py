"""What was acknowledged is kept: when the node is told to end, is killed, or cannot write."""

import itertools
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, DigitalXRayImageStorageForPresentation, generate_uid
from pynetdicom.association import Association

from iqs_tui import config
from iqs_tui.node.inbox import Inbox
from iqs_tui.store import database
from tests.dicom.listening import associated, ct_slice, listening, object_of
from tests.integration.processes import Node
from tests.waiting import PATIENCE_S, wait_for

DX = DigitalXRayImageStorageForPresentation


class Modality:
    """Sends objects one after another, until it is told to stop or the line breaks; knows which were acknowledged."""

    def __init__(self, port: int, objects: Iterator[Dataset]) -> None:
        self.acknowledged: list[Dataset] = []
        self._port, self._objects = port, objects
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        with associated(self._port, CTImageStorage, DX) as association:
            for dataset in self._objects:
                if self._is_over.is_set():
                    return
                if "Status" not in (answer := association.send_c_store(dataset)):
                    association.abort()
                    return
                if answer.Status == 0x0000:
                    self.acknowledged.append(dataset)


def slices() -> Iterator[Dataset]:
    """A CT that never ends: slices of one exposure."""
    study_uid, series_uid = generate_uid(), generate_uid()
    while True:
        yield ct_slice(8192, StudyInstanceUID=study_uid, SeriesInstanceUID=series_uid)


def radiographs() -> Iterator[Dataset]:
    """A bucky that never ends: each image an exposure of its own."""
    study_uid = generate_uid()
    for number in itertools.count(1):
        yield object_of(DX, Modality="DX", StudyInstanceUID=study_uid, IrradiationEventUID=f"{study_uid}.{number}")


@contextmanager
def burst(node: Node) -> Iterator[list[Modality]]:
    """Two modalities that send at once, each with at least fifty objects taken in."""
    senders = [Modality(node.port, slices()), Modality(node.port, radiographs())]
    try:
        wait_for(lambda: all(len(sender.acknowledged) > 50 for sender in senders), what="a burst")
        yield senders
    finally:
        for sender in senders:
            sender.stop()


def send_again(node: Node, datasets: list[Dataset]) -> None:
    """Send all over one association, as a modality does."""
    with associated(node.port, CTImageStorage, DX) as association:
        assert {association.send_c_store(dataset).Status for dataset in datasets} == {0x0000}


def kept(node: Node) -> set[str]:
    return {uid for (uid,) in node.rows("SELECT sop_instance_uid FROM instance")}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_acknowledged_is_there_and_a_resend_adds_nothing(tmp_path: Path, how: signal.Signals) -> None:
    with Node(tmp_path) as node:
        with burst(node) as senders:
            status = node.end(how)
        assert status == (0 if how is signal.SIGTERM else -signal.SIGKILL)
        acknowledged = {dataset.SOPInstanceUID for sender in senders for dataset in sender.acknowledged}
        assert acknowledged <= kept(node)

        node.start()
        before = node.export("exposures"), node.export("studies"), kept(node)
        send_again(node, [*senders[0].acknowledged[-100:], *senders[1].acknowledged[-100:]])
        assert (node.export("exposures"), node.export("studies"), kept(node)) == before
        images = sum(len(row["instance_uids"]) for row in before[0])
        assert images == sum(row["n_images"] for row in before[1]) == len(before[2])
        assert node.run("db", "verify").returncode == 0
        assert node.end() == 0


def test_ends_while_a_modality_is_connected_but_silent(tmp_path: Path) -> None:
    with Node(tmp_path) as node, associated(node.port, CTImageStorage) as association:
        assert association.send_c_store(ct_slice(8192)).Status == 0x0000
        assert node.end() == 0
        assert node.rows("SELECT count(*) FROM association WHERE closed_at IS NULL") == [(0,)]
        assert node.rows("SELECT n_objects FROM association") == [(1,)]


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Write to the database from another process than the node's, and do not come to an end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("n_senders", [1, 3])
def test_a_database_that_stays_locked_is_no_success_and_recovers(tmp_path: Path, n_senders: int) -> None:
    """Each is refused when the node's patience is over, and not before."""
    with Node(tmp_path) as node, _lines(node, n_senders) as lines, ThreadPool(n_senders) as aside:
        objects = [ct_slice(8192) for _ in lines]
        with locked(node.database):
            began = time.monotonic()
            answers = aside.starmap_async(Association.send_c_store, zip(lines, objects, strict=True)).get(PATIENCE_S)
            assert time.monotonic() - began > 4.5
        assert [answer.Status for answer in answers] == [0xA700] * n_senders
        assert kept(node) == set()
        for line, dataset in zip(lines, objects, strict=True):
            assert line.send_c_store(dataset).Status == 0x0000
        assert kept(node) == {dataset.SOPInstanceUID for dataset in objects}


def test_a_lock_is_waited_for(db: Path) -> None:
    database.be_quick(round(1000 * PATIENCE_S))
    inbox = Inbox(config.load(database=str(db), environ={}))
    with listening(inbox) as port, associated(port, CTImageStorage) as association, ThreadPool(1) as aside:
        with locked(db):
            answer = aside.apply_async(association.send_c_store, (ct_slice(8192),))
            answer.wait(0.3)
            assert not answer.ready(), "it is not there before it is committed"
        assert answer.get(PATIENCE_S).Status == 0x0000


@contextmanager
def _lines(node: Node, n: int) -> Iterator[list[object]]:
    with ExitStack() as stack:
        yield [stack.enter_context(associated(node.port, CTImageStorage)) for _ in range(n)]
