"""Real dose reports and headers of many makers against what a correct reader yields (shared/samples/dose)."""

import math
import os
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pydicom
import pytest

from iqs_tui.dicom.header import read_instance
from iqs_tui.dicom.rdsr import read_dose_report
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.domain.cases import CT_OVERLAP
from iqs_tui.domain.ct_overlap import CtOverlapRules
from iqs_tui.domain.exposures import join_same_source
from iqs_tui.domain.records import Sender
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import receiving
from iqs_tui.store.evidence import quiet
from iqs_tui.store.models import Exposure, Signal
from iqs_tui.store.reference import ct_multiphase

SAMPLES = Path(os.environ.get("IQS_SAMPLES") or Path(__file__).resolve().parents[3] / "shared" / "samples") / "dose"
ZONE = ZoneInfo("Europe/Amsterdam")
CONTEXT = ReadingContext(ZONE, b"key of the tests", "SENDER")
PHANTOM = {"IEC Head Dosimetry Phantom": 16, "IEC Body Dosimetry Phantom": 32}
N_FILES = 19
N_VALUES = 1840
"""How many values are compared at least, over all files: fewer means that the comparison has a hole."""

if not (SAMPLES / "expected.toml").is_file():
    pytest.skip(f"no samples in {SAMPLES}: set IQS_SAMPLES to their folder", allow_module_level=True)

EXPECTED = tomllib.loads((SAMPLES / "expected.toml").read_text())


def test_nothing_is_asked_about_a_real_ct_examination(db: Path) -> None:
    """Scouts, phases, a dual-source pair, cumulative reports: real reports, each also with scans made 90 s apart."""
    rules = RetakeRules(ct_overlap=CtOverlapRules(multiphase_protocols=ct_multiphase()))
    sender = Sender(ae_title="CT1", host="h", room="kamer-1", modality="CT")
    now = datetime(2026, 11, 21, tzinfo=UTC)
    for path in sorted((SAMPLES / "openrem").glob("*CT-*.dcm")):
        record = read_dose_report(pydicom.dcmread(path), CONTEXT)
        if record is None or record.modality != "CT":
            continue
        timed = (
            replace(event, facts=replace(event.facts, acquired_at=now + timedelta(seconds=90 * number)))
            for number, event in enumerate(record.events)
        )
        receiving.record_dose_report(record, sender, now, rules)
        twin = replace(record, sop_instance_uid=f"{record.sop_instance_uid}.1", events=tuple(timed))
        receiving.record_dose_report(twin, sender, now, rules)
    quiet.look_again(lambda _: rules, now + timedelta(minutes=10))
    assert Exposure.select().where(Exposure.modality == "CT").count() > 30
    assert Signal.select().where(Signal.kind == CT_OVERLAP).count() == 0


class Comparison:
    """Compares one file's record with what is expected, and counts."""

    def __init__(self) -> None:
        self.n = 0
        self.wrong: list[str] = []

    def same(self, what: str, found: object, expected: object) -> None:
        """Compare one value; numbers within the tolerance that expected.toml states."""
        self.n += 1
        if isinstance(found, float) and isinstance(expected, (int, float)):
            is_same = math.isclose(found, expected, rel_tol=1e-6)
        else:
            is_same = found == expected
        if not is_same:
            self.wrong.append(f"{what}: {found!r}, expected {expected!r}")


def read(path: str):
    """Return the record of a sample."""
    dataset = pydicom.dcmread(SAMPLES / path, stop_before_pixels=True)
    if dataset.Modality == "SR":
        return read_dose_report(dataset, CONTEXT)
    return read_instance(dataset, CONTEXT)


def years(age: str) -> float:
    return int(age[:-1]) * {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1}[age[-1]]


def moment(text: str) -> datetime:
    pattern = "%Y%m%d%H%M%S.%f" if "." in text else "%Y%m%d%H%M%S"
    return datetime.strptime(text, pattern).replace(tzinfo=ZONE).astimezone(UTC)


def compare_common(got, entry: dict, compare: Comparison) -> None:
    """Compare what images and reports share."""
    header = entry["header"]
    compare.same("modality", got.modality, entry["modality"])
    compare.same("sop_class_uid", got.sop_class_uid, entry["sop_class"])
    compare.same("sop_instance_uid", got.sop_instance_uid, header["sop_instance_uid"])
    compare.same("study_uid", got.study_uid, header["study_instance_uid"])
    compare.same("manufacturer", got.device.manufacturer, header.get("manufacturer"))
    compare.same("model", got.device.model, header.get("model"))
    compare.same("station_name", got.device.station_name, header.get("station_name"))
    compare.same("study_date", f"{got.study_date:%Y%m%d}", header["study_date"])
    age = entry.get("patient", {}).get("age")
    if age:  # where only a birth date stands, the age comes from it, and expected.toml is silent
        compare.same("age_years", got.age_years, years(age))
    patient = entry.get("patient", {})
    compare.same("weight_kg", got.weight_kg, float(patient["weight_kg"]) if "weight_kg" in patient else None)
    compare.same("length_m", got.length_m, float(patient["size_m"]) if "size_m" in patient else None)


def compare_image(got, entry: dict, compare: Comparison) -> None:
    """Compare an image's record, in the units we keep."""
    compare_common(got, entry, compare)
    image, dose, normalised = entry["image"], entry["header_dose"], entry["expected_normalised"]
    facts = got.facts
    compare.same("body_part", facts.body_part, image["BodyPartExamined"])
    compare.same("view", facts.view, image["ViewPosition"])
    compare.same("laterality", facts.laterality, image.get("ImageLaterality"))
    compare.same("image_type", got.image_type, tuple(v for v in image["ImageType"].split("\\") if v))
    compare.same("kvp", facts.kvp, dose["KVP"])
    compare.same("mas", facts.mas, dose["ExposureInuAs"] / 1000)
    compare.same("tube_current_ma", facts.tube_current_ma, dose["XRayTubeCurrent"])
    compare.same("exposure_time_ms", facts.exposure_time_ms, dose["ExposureTime"])
    compare.same("source_detector_mm", facts.source_detector_mm, dose.get("DistanceSourceToDetector"))
    compare.same("thickness_mm", facts.thickness_mm, dose.get("BodyPartThickness"))
    compare.same("exposure_index", facts.exposure_index, dose.get("ExposureIndex"))
    compare.same("target_exposure_index", facts.target_exposure_index, dose.get("TargetExposureIndex"))
    compare.same("deviation_index", facts.deviation_index, dose.get("DeviationIndex"))
    compare.same("dap_gym2", facts.dap_gym2, normalised.get("dap"))
    compare.same("agd_mgy", facts.agd_mgy, normalised.get("agd"))
    compare.same("is_derived", got.is_derived, False)
    if "protocol_name" in entry["header"]:
        compare.same("protocol", facts.protocol, entry["header"]["protocol_name"])


def total(entry: dict, key: str) -> float | None:
    """Return the planes' totals together, normalised."""
    values = [part.get(f"{key}_normalised", part.get(key)) for part in entry.get("accumulated", [])]
    return sum(v for v in values if v is not None) if any(v is not None for v in values) else None


def compare_report(got, entry: dict, compare: Comparison) -> None:
    """Compare a dose report: header, totals, events."""
    compare_common(got, entry, compare)
    sides = [total(entry, f"accumulated_agd_{side}_breast") for side in ("left", "right")]
    compare.same("agd_total", got.agd_total_mgy, sum(v for v in sides if v) if any(sides) else None)
    compare.same("dap_total", got.dap_total_gym2, total(entry, "dap_total"))
    compare.same("dose_rp_total", got.dose_rp_total_gy, total(entry, "dose_rp_total"))
    compare.same("dlp_total", got.dlp_total_mgycm, entry.get("totals", {}).get("dlp_total"))
    compare.same("fluoro_time_total", got.fluoro_time_total_s, total(entry, "total_fluoro_time"))
    compare.same("n_events", len(got.events), entry["number_of_irradiation_events"])
    reported = entry.get("totals", {}).get("number_of_irradiation_events")
    compare.same("n_events_reported", got.n_events_reported, int(reported) if reported is not None else None)
    compare.same("protocol", got.protocol, entry["header"].get("protocol_name"))
    if "operators" in entry["header"]:
        family, given = entry["header"]["operators"].split("^")
        compare.same("operator", got.operator, f"{given} {family}")
    for name, field in (("dap", "dap_gym2"), ("dose_rp", "dose_rp_gy"), ("agd", "agd_mgy"), ("dlp", "dlp_mgycm")):
        values = [getattr(event.facts, field) for event in got.events]
        said = [value for value in values if value is not None]
        summed = entry.get("sum_over_events", {}).get(name)
        compare.same(f"sum of {name}", sum(said) if said else None, summed)
        compare.same(f"events with {name}", len(said), entry["sum_over_events"].get(f"{name}_events_with_value", 0))
    for event in entry["event"]:
        compare_event(got.events[event["index"]], event, compare)


def compare_event(got, event: dict, compare: Comparison) -> None:
    """Compare one irradiation event: a key that is absent must give None."""
    facts = got.facts

    def same(field: str, expected: object) -> None:
        compare.same(f"event {event['index']} {field}", getattr(facts, field), expected)

    compare.same(f"event {event['index']} uid", got.exposure_uid, event["irradiation_event_uid"])
    compare.same(f"event {event['index']} plane", got.plane, event.get("plane"))
    same("protocol", event.get("protocol"))
    same("body_part", event.get("target_region"))
    same("view", event.get("image_view"))
    same("kvp", event.get("kvp"))
    same("event_type", event.get("event_type") or event.get("acquisition_type"))
    same("dap_gym2", event.get("dap_normalised", event.get("dap")))
    same("dose_rp_gy", event.get("dose_rp_normalised", event.get("dose_rp")))
    same("agd_mgy", event.get("agd_normalised", event.get("agd")))
    same("ctdivol_mgy", event.get("mean_ctdivol"))
    same("dlp_mgycm", event.get("dlp"))
    same("phantom_cm", PHANTOM.get(event.get("phantom")))
    same("thickness_mm", event.get("compression_thickness"))
    same("exposure_index", event.get("exposure_index"))
    same("target_exposure_index", event.get("target_exposure_index"))
    same("deviation_index", event.get("deviation_index"))
    if "started" in event:
        same("acquired_at", moment(event["started"]))


def compared(entry: dict) -> Comparison:
    """Return the comparison of one file."""
    compare = Comparison()
    got = read(entry["path"])
    if entry["negative"]:
        compare.same("record", got, None)
    else:
        (compare_image if entry["kind"] == "image header" else compare_report)(got, entry, compare)
    return compare


@pytest.mark.parametrize("entry", EXPECTED["file"], ids=lambda entry: entry["path"])
def test_gives_exactly_what_the_file_says(entry: dict) -> None:
    compare = compared(entry)
    assert not compare.wrong, "\n".join(compare.wrong)
    assert compare.n > 15 or entry["negative"]


def test_the_values_compared() -> None:
    counts = {entry["path"]: compared(entry) for entry in EXPECTED["file"]}
    right = sum(not compare.wrong for compare in counts.values())
    n_values = sum(compare.n for compare in counts.values())
    print(f"samples right: {right} of {len(counts)}; values compared: {n_values}")
    assert right == N_FILES
    assert n_values >= N_VALUES


def test_all_samples_are_there() -> None:
    assert len(EXPECTED["file"]) == N_FILES
    assert len(list(SAMPLES.glob("*/*.dcm"))) == N_FILES


def test_processing_and_presentation_image_are_one_exposure() -> None:
    one = read("openrem/MG-Im-GE_Seno_1_ForProcessing.dcm")
    other = read("openrem/MG-Im-GE_Seno_1_ForPresentation.dcm")
    assert one.exposure_uid == other.exposure_uid
    assert join_same_source(one.facts, other.facts).agd_mgy == pytest.approx(0.547)


def test_three_views_of_one_machine_are_three_exposures() -> None:
    images = [read(f"openrem/DX-Im-GE_XR220-{n}.dcm") for n in (1, 2, 3)]
    assert len({image.exposure_uid for image in images}) == 3
    assert len({image.device.key for image in images}) == 1


def test_cumulative_reports_name_their_events_the_same() -> None:
    reports = [read(f"openrem/CT-RDSR-Siemens-Multi-{n}.dcm") for n in (1, 2, 3)]
    uids = [[event.exposure_uid for event in report.events] for report in reports]
    assert uids[1][:1] == uids[0]
    assert uids[2][:2] == uids[1]
    assert [report.dlp_total_mgycm for report in reports] == [7.46, 77.27, 236.09]


def test_no_record_holds_a_name_or_a_birth_date() -> None:
    for entry in EXPECTED["file"]:
        dataset = pydicom.dcmread(SAMPLES / entry["path"], stop_before_pixels=True)
        words = repr(read(entry["path"]))
        for keyword in ("PatientName", "PatientBirthDate"):
            value = str(dataset.get(keyword) or "REMOVED")
            assert value in {"REMOVED", dataset.get("StudyDate")} or value not in words


def test_toshiba_went_on_above_its_alert_value() -> None:
    report = read("openrem/CT-RDSR-Toshiba_DoseCheck.dcm")
    assert [event.facts.dose_check for event in report.events] == ["alert", "alert"]
    assert [event.facts.exposure_time_ms for event in report.events] == [7490, 7490]


def test_siemens_only_configured_its_alert_value() -> None:
    report = read("openrem/CT-RDSR-Siemens-Multi-3.dcm")
    assert [event.facts.dose_check for event in report.events] == [None, None, None]
    assert [event.facts.tube_current_ma for event in report.events] == [34, 22, 19]
    assert [event.facts.exposure_control for event in report.events] == ["MANUAL", "AUTOMATIC", "AUTOMATIC"]


def test_technique_of_a_mammogram_and_of_fluoroscopy() -> None:
    mammogram = read("openrem/MG-RDSR-Hologic_2D.dcm").events[0].facts
    assert (mammogram.tube_current_ma, mammogram.exposure_time_ms, mammogram.mas) == (100, 854, 90.2)
    assert (mammogram.source_detector_mm, mammogram.grid, mammogram.compression_n) == (700, "GRID IN", None)
    screened = read("openrem/RF-RDSR-Siemens-Zee.dcm").events[0].facts
    assert (screened.tube_current_ma, screened.exposure_time_ms) == (95.1, 100.8)
    assert (screened.source_detector_mm, screened.software_versions) == (1200, "VC14J 150507")
