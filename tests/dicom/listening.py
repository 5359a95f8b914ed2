"""A listener with an inbox in memory, and objects to send to it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid
from pynetdicom import AE

from iqs_tui.dicom.calling import CALLER
from iqs_tui.dicom.listener import Listener, ListenerSettings
from iqs_tui.domain.pictures import PictureSource
from iqs_tui.domain.records import Refusal, Sender
from tests.waiting import PATIENCE_S

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass
class MemoryInbox:
    """Keeps what it is given; `fails_with` is raised instead, `waits_s` makes writing slow."""

    records: list[object] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    opened: dict[int, Sender] = field(default_factory=dict)
    closed: dict[int, int] = field(default_factory=dict)
    senders: list[Sender] = field(default_factory=list)
    sources: list[PictureSource | None] = field(default_factory=list)
    known: Callable[[str, str], bool] = lambda ae_title, host: True
    fails_with: Exception | None = None
    evidence_fails: bool = False
    waits_s: float = 0.0

    def sender(self, ae_title: str, host: str) -> Sender | None:
        return Sender(ae_title=ae_title, host=host, room="kamer-1") if self.known(ae_title, host) else None

    def association_opened(self, sender: Sender, at: datetime) -> int:
        if self.evidence_fails:
            raise OSError("disk full")
        token = len(self.opened) + 1
        self.opened[token] = sender
        return token

    def association_closed(self, token: int, at: datetime, n_objects: int) -> None:
        assert token not in self.closed
        self.closed[token] = n_objects

    def refused(self, refusal: Refusal, sender: Sender) -> None:
        self.refusals.append(refusal)

    def _write(self, record: object, sender: Sender, source: PictureSource | None = None) -> None:
        time.sleep(self.waits_s)
        if self.fails_with is not None:
            raise self.fails_with
        self.records.append(record)
        self.senders.append(sender)
        self.sources.append(source and PictureSource(source.why, (b"".join(source.pieces),)))

    instance = dose_report = rejection_note = procedure_step = _write


@contextmanager
def listening(inbox: object, grace_s: float = 1.0, **changes: object) -> Iterator[int]:
    """Run a listener on a free port of the loopback interface; gives the port."""
    listener = Listener(ListenerSettings(**{**SETTINGS, **changes}), inbox)
    try:
        yield listener.start()
    finally:
        listener.stop(grace_s)


SETTINGS: dict[str, object] = {
    "ae_title": "IQS",
    "host": "127.0.0.1",
    "port": 0,
    "max_associations": 10,
    "network_timeout_s": 20,
    "max_object_bytes": 64 * 1024**2,
    "zone": AMSTERDAM,
    "patient_key": b"key of the tests",
}


@contextmanager
def associated(port: int, *contexts: str, ae_title: str = "CT_1", syntaxes: list[str] | None = None):
    """An association of pynetdicom's SCU with the listener."""
    entity = AE(ae_title=ae_title)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = PATIENCE_S
    for context in contexts:
        entity.add_requested_context(context, syntaxes or [ExplicitVRLittleEndian])
    association = entity.associate("127.0.0.1", port, ae_title="IQS", evt_handlers=CALLER)
    try:
        yield association
    finally:
        if association.is_established:
            association.release()


def object_of(sop_class_uid: str = CTImageStorage, **attributes: object) -> Dataset:
    """A data set with the UIDs it must have; attributes of None are left out."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    values = {
        "SOPClassUID": sop_class_uid,
        "SOPInstanceUID": generate_uid(),
        "StudyInstanceUID": generate_uid(),
        "SeriesInstanceUID": generate_uid(),
        "Modality": "CT",
        "PatientID": "0012345",
        "PatientName": "Jansen^Piet",
        "Manufacturer": "ACME",
        "StationName": "CT1",
        **attributes,
    }
    for keyword, value in values.items():
        if value is not None:
            setattr(dataset, keyword, value)
    return dataset


def ct_slice(size_bytes: int = 512 * 512 * 2, **attributes: object) -> Dataset:
    """A CT slice with pixels."""
    dataset = object_of(CTImageStorage, **attributes)
    dataset.StudyDate, dataset.AcquisitionDate, dataset.AcquisitionTime = "20261121", "20261121", "101500.00"
    dataset.AcquisitionNumber, dataset.InstanceNumber, dataset.KVP = 1, 1, "120"
    dataset.Rows, dataset.Columns, dataset.BitsAllocated = 512, size_bytes // 1024, 16
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 11, 0
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.PixelData = bytes(size_bytes)
    return dataset


def write_part10(dataset: Dataset, path: Path) -> Path:
    """Write a data set as a DICOM file, for dcmtk's senders."""
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dcmwrite(path, dataset, enforce_file_format=True)
    return path
