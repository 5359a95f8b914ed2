"""Orthanc as the PACS of a test: own folder, own ports, no plugins."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.waiting import PATIENCE_S, wait_for


class Pacs:
    """A running Orthanc, asked over its REST interface."""

    def __init__(self, dicom_port: int, http_port: int) -> None:
        self.port = dicom_port
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{http_port}", timeout=PATIENCE_S)

    def is_ready(self) -> bool:
        try:
            return self._http.get("/system").status_code == 200
        except httpx.TransportError:
            return False

    def studies(self) -> list[dict[str, Any]]:
        """Return what it shows of its studies."""
        return [self._http.get(f"/studies/{name}").json() for name in self._http.get("/studies").json()]

    def instances(self, modality: str) -> list[str]:
        """Return its own names of the instances of a modality."""
        query = {"Level": "Instance", "Query": {"Modality": modality}}
        return list(self._http.post("/tools/find", json=query).json())

    def file(self, instance: str) -> bytes:
        """Return an instance as a DICOM file."""
        return self._http.get(f"/instances/{instance}/file").content


@contextmanager
def running(program: str, folder: Path, dicom_port: int, http_port: int) -> Iterator[Pacs]:
    """Run Orthanc until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "Name": "PACS",
        "DicomAet": "PACS",
        "DicomPort": dicom_port,
        "HttpPort": http_port,
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "index"),
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomAlwaysAllowFind": True,
        "DicomAlwaysAllowStore": True,
        "Plugins": [],
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, str(folder / "orthanc.json")], stdout=log, stderr=log)
    try:
        pacs = Pacs(dicom_port, http_port)
        wait_for(pacs.is_ready, what="Orthanc")
        yield pacs
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
