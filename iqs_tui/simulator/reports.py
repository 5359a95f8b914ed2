"""Pretend documents: dose reports (PS3.16 TID 10001, TID 10011) and rejection notes (TID 2010)."""

from collections.abc import Sequence as Items
from datetime import datetime, timedelta

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import KeyObjectSelectionDocumentStorage, XRayRadiationDoseSRStorage

from iqs_tui.simulator.codes import (
    Code,
    code_item,
    coded,
    container,
    dcm,
    image_item,
    moment_item,
    number,
    person_item,
    reference,
    template,
    text_item,
    uid_item,
)
from iqs_tui.simulator.images import IMAGE_CLASS, started
from iqs_tui.simulator.study import Run, Shot, Study

_REPORT = dcm("113701", "X-Ray Radiation Dose Report")
_SINGLE_PLANE = code_item(dcm("113764", "Acquisition Plane"), dcm("113622", "Single Plane"), "HAS CONCEPT MOD")
_YES = Code("373066001", "SCT", "Yes")
_GRIDS = {
    "NONE": dcm("111646", "No grid"),
    "FIXED": dcm("111641", "Fixed grid"),
    "FOCUSED": dcm("111642", "Focused grid"),
    "RECIPROCATING": dcm("111643", "Reciprocating grid"),
}
"""CID 10017, by Grid (0018,1166)."""


def projection_dose_report(study: Study, shots: Items[Shot], uid: str, series_uid: str) -> Dataset:
    """Return the dose report of a projection study (TID 10001), with one event per exposure."""
    is_mammography = study.machine.kind == "MG"
    kind = Code("71651007", "SCT", "Mammography") if is_mammography else dcm("113704", "Projection X-Ray")
    report = _dose_report(study, uid, series_uid, shots[-1].at, "10001")
    content = [*_context(study, kind), *_available_data(), _projection_totals(shots, is_mammography)]
    content += [_projection_event(study, shot) for shot in shots]
    content.append(code_item(dcm("113854", "Source of Dose Information"), dcm("113856", "Automated Data Collection")))
    report.ContentSequence = Sequence(content)
    report.CurrentRequestedProcedureEvidenceSequence = _evidence(study, shots)
    return report


def ct_dose_report(study: Study, runs: Items[Run], uid: str, series_uid: str) -> Dataset:
    """Return the dose report of a CT study (TID 10011), with one event per acquisition."""
    end = runs[-1].at + timedelta(seconds=10)
    report = _dose_report(study, uid, series_uid, end, "10011")
    total = sum(run.ctdivol_mgy * run.scan.length_cm for run in runs)
    totals = [
        number(dcm("113812", "Total Number of Irradiation Events"), len(runs), "{events}"),
        number(dcm("113813", "CT Dose Length Product Total"), total, "mGy.cm"),
    ]
    content = _context(study, Code("77477000", "SCT", "Computed Tomography X-Ray"))
    content.append(moment_item(dcm("113809", "Start of X-Ray Irradiation"), runs[0].at, "HAS OBS CONTEXT"))
    content.append(moment_item(dcm("113810", "End of X-Ray Irradiation"), end, "HAS OBS CONTEXT"))
    content.append(_study_scope(study))
    content.append(container(dcm("113811", "CT Accumulated Dose Data"), totals))
    content += [_ct_event(run) for run in runs]
    content.append(code_item(dcm("113854", "Source of Dose Information"), dcm("113856", "Automated Data Collection")))
    report.ContentSequence = Sequence(content)
    return report


def rejection_note(
    study: Study,
    shots: Items[Shot],
    uid: str,
    series_uid: str,
    at: datetime,
    reason: Code | None = None,
    words: str | None = None,
) -> Dataset:
    """Return a note that takes images away for quality (113001), with or without its reason (CID 7011)."""
    note = _document(study, KeyObjectSelectionDocumentStorage, uid, series_uid, at)
    note.Modality, note.SeriesDescription = "KO", "Rejected images"
    note.ConceptNameCodeSequence = coded(dcm("113001", "Rejected for Quality Reasons"))
    note.ContentTemplateSequence = template("2010")
    note.CurrentRequestedProcedureEvidenceSequence = _evidence(study, shots)
    content = []
    if reason is not None:
        content.append(code_item(dcm("113011", "Document Title Modifier"), reason, "HAS CONCEPT MOD"))
    if words is not None:
        content.append(text_item(dcm("113012", "Key Object Description"), words))
    image_class = IMAGE_CLASS[study.machine.kind]
    content += [image_item(image_class, shot.image_uid) for shot in shots]
    note.ContentSequence = Sequence(content)
    return note


def _document(study: Study, sop_class_uid: str, uid: str, series_uid: str, at: datetime) -> Dataset:
    document = started(study, sop_class_uid, uid, series_uid, at)
    del document.AcquisitionDate, document.AcquisitionTime
    document.SeriesNumber, document.InstanceNumber = 900, 1
    document.ReferencedPerformedProcedureStepSequence = Sequence()
    document.ValueType, document.ContinuityOfContent = "CONTAINER", "SEPARATE"
    return document


def _dose_report(study: Study, uid: str, series_uid: str, at: datetime, tid: str) -> Dataset:
    report = _document(study, XRayRadiationDoseSRStorage, uid, series_uid, at)
    report.Modality, report.SeriesDescription = "SR", "Dose Report"
    report.ConceptNameCodeSequence, report.ContentTemplateSequence = coded(_REPORT), template(tid)
    report.CompletionFlag, report.VerificationFlag = "COMPLETE", "UNVERIFIED"
    report.PerformedProcedureCodeSequence = Sequence()
    return report


def _context(study: Study, procedure: Code) -> list[Dataset]:
    reported = code_item(dcm("121058", "Procedure reported"), procedure, "HAS CONCEPT MOD")
    intent = code_item(
        Code("363703001", "SCT", "Has Intent"),
        Code("261004008", "SCT", "Diagnostic Intent"),
        "HAS CONCEPT MOD",
    )
    reported.ContentSequence = Sequence([intent])
    context = "HAS OBS CONTEXT"
    machine = study.machine
    return [
        reported,
        code_item(dcm("121005", "Observer Type"), dcm("121007", "Device"), context),
        uid_item(
            dcm("121012", "Device Observer UID"),
            "2.25." + str(int.from_bytes(machine.serial.encode(), "big")),
            context,
        ),
        text_item(dcm("121013", "Device Observer Name"), machine.station_name, context),
        text_item(dcm("121014", "Device Observer Manufacturer"), machine.manufacturer, context),
        text_item(dcm("121015", "Device Observer Model Name"), machine.model, context),
        text_item(dcm("121016", "Device Observer Serial Number"), machine.serial, context),
        code_item(dcm("121005", "Observer Type"), dcm("121006", "Person"), context),
        person_item(dcm("121008", "Person Observer Name"), study.operator, context),
    ]


def _available_data() -> list[Dataset]:
    names = (("113945", "X-Ray Detector Data Available"), ("113943", "X-Ray Source Data Available"))
    return [code_item(dcm(value, meaning), _YES) for value, meaning in names]


def _study_scope(study: Study) -> Dataset:
    scope = code_item(dcm("113705", "Scope of Accumulation"), dcm("113014", "Study"), "HAS OBS CONTEXT")
    scope.ContentSequence = Sequence([uid_item(dcm("110180", "Study Instance UID"), study.study_uid, "HAS PROPERTIES")])
    return scope


def _projection_totals(shots: Items[Shot], is_mammography: bool) -> Dataset:
    content: list[Dataset] = [_SINGLE_PLANE]
    if is_mammography:
        for side, code in (
            ("L", Code("80248007", "SCT", "Left breast")),
            ("R", Code("73056007", "SCT", "Right breast")),
        ):
            dose = sum(shot.agd_mgy or 0.0 for shot in shots if shot.view.laterality == side)
            glandular = number(dcm("111637", "Accumulated Average Glandular Dose"), dose, "mGy")
            glandular.ContentSequence = Sequence(
                [code_item(Code("272741003", "SCT", "Laterality"), code, "HAS CONCEPT MOD")]
            )
            content.append(glandular)
    else:
        content.append(number(dcm("113722", "Dose Area Product Total"), sum(shot.dap_gym2 for shot in shots), "Gy.m2"))
    content.append(number(dcm("113731", "Total Number of Radiographic Frames"), len(shots), "1"))
    return container(dcm("113702", "Accumulated X-Ray Dose Data"), content)


def _projection_event(study: Study, shot: Shot) -> Dataset:
    content = [
        _SINGLE_PLANE,
        uid_item(dcm("113769", "Irradiation Event UID"), shot.event_uid),
        moment_item(dcm("111526", "DateTime Started"), shot.at),
        code_item(dcm("113721", "Irradiation Event Type"), dcm("113611", "Stationary Acquisition")),
        text_item(dcm("125203", "Acquisition Protocol"), shot.view.name),
        code_item(Code("123014", "DCM", "Target Region"), shot.view.region),
        code_item(dcm("111031", "Image View"), shot.view.code),
        number(dcm("113733", "KVP"), shot.kvp, "kV"),
        number(dcm("113736", "Exposure"), shot.mas * 1000, "uA.s"),
        *_technique(shot),
        image_item(IMAGE_CLASS[study.machine.kind], shot.image_uid, dcm("113795", "Acquired Image")),
    ]
    if shot.agd_mgy is not None:
        content.append(number(dcm("111631", "Average Glandular Dose"), shot.agd_mgy, "mGy"))
    else:
        content.append(number(dcm("122130", "Dose Area Product"), shot.dap_gym2, "Gy.m2"))
        content.append(number(dcm("113845", "Exposure Index"), shot.exposure_index, "1"))
        content.append(number(dcm("113846", "Target Exposure Index"), 400, "1"))
        content.append(number(dcm("113847", "Deviation Index"), shot.deviation_index, "1"))
    return container(dcm("113706", "Irradiation Event X-Ray Data"), content)


def _technique(shot: Shot) -> list[Dataset]:
    stand = shot.view.stand
    content = [
        number(dcm("113734", "X-Ray Tube Current"), stand.current_ma, "mA"),
        number(dcm("113824", "Exposure Time"), shot.time_ms, "ms"),
        number(dcm("113750", "Distance Source to Detector"), stand.distance_mm, "mm"),
    ]
    content += [code_item(dcm("111635", "X-Ray Grid"), _GRIDS[grid]) for grid in stand.grid]
    if shot.thickness_mm is not None and shot.compression_n is not None:
        content.append(number(dcm("111633", "Compression Thickness"), shot.thickness_mm, "mm"))
        content.append(number(dcm("111647", "Compression Force"), shot.compression_n, "N"))
    return content


def _ct_event(run: Run) -> Dataset:
    scan = run.scan
    source = container(
        dcm("113831", "CT X-Ray Source Parameters"),
        [
            text_item(dcm("113832", "Identification of the X-Ray Source"), "A"),
            number(dcm("113733", "KVP"), scan.kvp, "kV"),
            number(dcm("113734", "X-Ray Tube Current"), scan.mas * 2, "mA"),
        ],
    )
    parameters = [
        number(dcm("113824", "Exposure Time"), 5, "s"),
        number(dcm("113825", "Scanning Length"), scan.length_cm * 10, "mm"),
        source,
    ]
    dose = [
        number(dcm("113830", "Mean CTDIvol"), run.ctdivol_mgy, "mGy"),
        code_item(dcm("113835", "CTDIw Phantom Type"), run.procedure.phantom),
        number(dcm("113838", "DLP"), run.ctdivol_mgy * scan.length_cm, "mGy.cm"),
    ]
    content = [
        text_item(dcm("125203", "Acquisition Protocol"), scan.name),
        code_item(dcm("113820", "CT Acquisition Type"), scan.type_code),
        uid_item(dcm("113769", "Irradiation Event UID"), run.event_uid),
        moment_item(dcm("111526", "DateTime Started"), run.at),
        container(dcm("113822", "CT Acquisition Parameters"), parameters),
        container(dcm("113829", "CT Dose"), dose),
    ]
    return container(dcm("113819", "CT Acquisition"), content)


def _evidence(study: Study, shots: Items[Shot]) -> Sequence:
    series_items = []
    for shot in shots:
        series = Dataset()
        series.SeriesInstanceUID = shot.series_uid
        series.ReferencedSOPSequence = Sequence([reference(IMAGE_CLASS[study.machine.kind], shot.image_uid)])
        series_items.append(series)
    evidence = Dataset()
    evidence.StudyInstanceUID, evidence.ReferencedSeriesSequence = study.study_uid, Sequence(series_items)
    return Sequence([evidence])
