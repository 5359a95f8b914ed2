"""An exposure deleted at the console, over a real association: the node asks about it, and not once its image came."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from iqs_tui import config
from iqs_tui.clock import utc_now
from iqs_tui.node.process import look_at_quiet_studies
from iqs_tui.store import database
from tests.dicom import builders
from tests.dicom.report_parts import projection
from tests.integration.modality import dx_image
from tests.integration.processes import Node, store

SETTINGS = """
[[modalities]]
ae_title = "BUCKY"
room = "kamer-1"
kind = "DX"
[[rooms]]
id = "kamer-1"
[rooms.retakes]
settle_minutes = 30
"""
TAKEN = datetime.now().replace(microsecond=0) - timedelta(minutes=5)  # noqa: DTZ005 (a modality's own clock)
MOMENTS = [TAKEN + timedelta(seconds=seconds) for seconds in (0, 37, 90)]
SETTLED = timedelta(minutes=30)
REPORT_IS_AHEAD = timedelta(seconds=47)


def dose_report(folder: Path, study_uid: str, events: dict[str, datetime]) -> Path:
    """Write the dose report of these events; return its file."""
    items = [
        builders.container(
            "113706",
            builders.uid_reference(uid),
            builders.coded("113721", ("113611", "DCM", "Stationary Acquisition")),
            builders.moment("111526", f"{at + REPORT_IS_AHEAD:%Y%m%d%H%M%S}"),
            builders.num("122130", 0.81e-5, "Gy.m2"),
        )
        for uid, at in events.items()
    ]
    made: Dataset = projection(
        *items,
        StudyInstanceUID=study_uid,
        Manufacturer="Acme",
        ManufacturerModelName="Bucky",
        DeviceSerialNumber="B-1",
        StationName="BUCKY1",
    )
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID, made.file_meta.MediaStorageSOPInstanceUID = (
        made.SOPClassUID,
        made.SOPInstanceUID,
    )
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path = folder / "report.dcm"
    FileDataset("", made, file_meta=made.file_meta, preamble=b"\0" * 128).save_as(path, enforce_file_format=True)
    return path


def look(node: Node, moment: datetime) -> list[dict]:
    """Take the turn of the node's clock at a moment to come; return the cases."""
    settings = config.load(node.config)
    database.open_database(node.database)
    try:
        look_at_quiet_studies(settings, moment)
    finally:
        database.close_connection()
    return node.export("cases")


@pytest.mark.parametrize("names_events", [True, False], ids=["images name their event", "images name none"])
def test_the_deleted_exposure_is_asked_about_until_its_image_comes(tmp_path, peer, names_events: bool) -> None:
    study_uid = generate_uid()
    events = {generate_uid(): at for at in MOMENTS}
    images = []
    for (uid, at), view in zip(events.items(), ("PA", "LATERAL", "AP"), strict=True):
        named = {"event_uid": uid} if names_events else {"IrradiationEventUID": None}
        images.append(dx_image(tmp_path / "images", study_uid=study_uid, at=at, view=view, **named))
    report = dose_report(tmp_path, study_uid, events)
    with Node(tmp_path / "node", SETTINGS) as node:
        before = utc_now()
        store(node.port, images[0], images[1], report, sender=peer("storescu"))
        assert look(node, before + SETTLED) == []
        [case] = look(node, utc_now() + SETTLED)
        assert (case["exposure_uid"], case["signals"], case["state"]) == (list(events)[2], ["no_image"], "open")
        assert case["dap_gym2"] == pytest.approx(0.81e-5)
        store(node.port, images[2], sender=peer("storescu"))
        assert look(node, utc_now() + 2 * SETTLED) == []
        assert [row["exposure_uid"] for row in node.export("exposures")] == list(events)
