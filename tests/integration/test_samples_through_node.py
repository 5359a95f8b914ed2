"""The real dose reports and headers of many makers, sent to a node: `export studies` against their expected totals."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dicom.test_samples import EXPECTED, SAMPLES, total
from tests.integration.processes import Node
from tests.waiting import PATIENCE_S

TOTALS = {
    "dap_total_gym2": "dap",
    "dose_rp_total_gy": "dose_rp",
    "agd_total_mgy": "agd",
    "dlp_total_mgycm": "dlp",
}
FILES = [SAMPLES / entry["path"] for entry in EXPECTED["file"]]


@pytest.fixture(scope="module", params=["as listed", "reversed"])
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that has received all samples, in one order or the other, each over an association of its own."""
    from tests.conftest import find_peer

    dcmsend = find_peer("dcmsend")
    with Node(tmp_path_factory.mktemp("node")) as node:
        for path in FILES if request.param == "as listed" else reversed(FILES):
            send(dcmsend, node, path)
        yield node


def send(dcmsend: str, node: Node, *paths: Path) -> None:
    command = [dcmsend, "-v", "--no-uid-checks", "-aet", "SAMPLES", "127.0.0.1", str(node.port), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"with status SUCCESS  : {len(paths)}" in done.stdout + done.stderr, done.stdout + done.stderr


def expected_studies() -> dict[str, dict[str, Any]]:
    """Return what each study adds up to, by its UID."""
    studies: dict[str, dict[str, Any]] = {}
    for entry in EXPECTED["file"]:
        if entry["negative"]:
            continue
        study = studies.setdefault(entry["header"]["study_instance_uid"], {"exposures": {}})
        study["entry"] = entry
        if entry["kind"] == "image header":
            study["n_images"] = study.get("n_images", 0) + 1
            # The For-Processing and For-Presentation images of one moment are one exposure.
            study["exposures"][_moment(entry)] = entry["expected_normalised"]
    return {uid: _sum(study) for uid, study in studies.items()}


def _moment(entry: dict[str, Any]) -> str:
    stem = entry["path"].removesuffix("_ForProcessing.dcm").removesuffix("_ForPresentation.dcm")
    return str(stem)


def _sum(study: dict[str, Any]) -> dict[str, Any]:
    entry, doses = study["entry"], list(study["exposures"].values())
    found: dict[str, Any] = {"n_images": study.get("n_images", 0), "entry": entry}
    sources = set()
    for column, name in TOTALS.items():
        if doses:
            values = [dose[name] for dose in doses if name in dose]
            found[column], source = (sum(values), "summed") if values else (None, None)
        elif (reported := _reported(entry, name)) is not None:
            found[column], source = reported, "reported"
        else:
            found[column] = entry["sum_over_events"].get(name)
            source = None if found[column] is None else "summed"
        sources.add(source)
    found["total_source"] = "reported" if "reported" in sources else "summed" if "summed" in sources else None
    found["n_exposures"] = len(doses) or entry["number_of_irradiation_events"]
    return found


def _reported(entry: dict[str, Any], name: str) -> float | None:
    if name == "dlp":
        return entry.get("totals", {}).get("dlp_total")
    if name == "agd":
        sides = [total(entry, f"accumulated_agd_{side}_breast") for side in ("left", "right")]
        return sum(side for side in sides if side) if any(sides) else None
    return total(entry, f"{name}_total")


def test_every_study_adds_up(node: Node) -> None:
    rows = {row["study_uid"]: row for row in node.export("studies")}
    expected = expected_studies()
    assert set(rows) == set(expected)
    wrong = []
    for uid, study in expected.items():
        entry, row = study.pop("entry"), rows[uid]
        study["modality"] = entry["modality"]
        study["manufacturer"] = entry["header"].get("manufacturer")
        study["station_name"] = entry["header"].get("station_name")
        day = entry["header"]["study_date"]
        study["study_date"] = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        for key, value in study.items():
            same = pytest.approx(value, rel=1e-6) if isinstance(value, float) else value
            if row[key] != same:
                wrong.append(f"{entry['path']}: {key} is {row[key]!r}, expected {value!r}")
    assert not wrong, "\n".join(wrong)


def test_every_event_is_one_exposure(node: Node) -> None:
    exposures = node.export("exposures")
    per_study = {uid: study["n_exposures"] for uid, study in expected_studies().items()}
    assert len(exposures) == sum(per_study.values())
    for uid, n in per_study.items():
        assert len([row for row in exposures if row["study_uid"] == uid]) == n
    assert not node.rows("SELECT reason FROM quarantine")


def test_sent_again_adds_nothing(node: Node, peer: Callable[[str], str]) -> None:
    before = node.export("studies"), node.export("exposures"), node.export("tags")
    for path in FILES:
        send(peer("dcmsend"), node, path)
    assert (node.export("studies"), node.export("exposures"), node.export("tags")) == before
