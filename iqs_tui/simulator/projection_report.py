"""Pretend dose reports of projection X-ray (PS3.16 TID 10001), with one event per exposure (TID 10003)."""

from collections.abc import Mapping
from collections.abc import Sequence as Items

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from iqs_tui.simulator.codes import (
    Code,
    code_item,
    container,
    dcm,
    image_item,
    moment_item,
    number,
    text_item,
    uid_item,
)
from iqs_tui.simulator.documents import evidence
from iqs_tui.simulator.images import IMAGE_CLASS
from iqs_tui.simulator.reports import AUTOMATIC, YES, Flag, context, dose_report, flag_items, told_at
from iqs_tui.simulator.study import FLUOROSCOPY, Shot, Study

_SINGLE_PLANE = code_item(dcm("113764", "Acquisition Plane"), dcm("113622", "Single Plane"), "HAS CONCEPT MOD")
_GRIDS = {
    "NONE": dcm("111646", "No grid"),
    "FIXED": dcm("111641", "Fixed grid"),
    "FOCUSED": dcm("111642", "Focused grid"),
    "RECIPROCATING": dcm("111643", "Reciprocating grid"),
}
"""CID 10017, by Grid (0018,1166)."""


def projection_dose_report(
    study: Study, shots: Items[Shot], uid: str, series_uid: str, flags: Mapping[str, Flag]
) -> Dataset:
    """Return the dose report of a projection study; `flags` are by Irradiation Event UID."""
    is_mammography = study.machine.kind == "MG"
    kind = Code("71651007", "SCT", "Mammography") if is_mammography else dcm("113704", "Projection X-Ray")
    report = dose_report(study, uid, series_uid, shots[-1].at, "10001")
    content = [*context(study, kind), *_available_data(), _projection_totals(shots, is_mammography)]
    content += [_projection_event(study, shot, flags.get(shot.event_uid)) for shot in shots]
    report.ContentSequence = Sequence([*content, AUTOMATIC])
    if study.machine.names_images:
        report.CurrentRequestedProcedureEvidenceSequence = evidence(
            study, [shot for shot in shots if shot.event_type != FLUOROSCOPY]
        )
    return report


def _available_data() -> list[Dataset]:
    names = (("113945", "X-Ray Detector Data Available"), ("113943", "X-Ray Source Data Available"))
    return [code_item(dcm(value, meaning), YES) for value, meaning in names]


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


def _projection_event(study: Study, shot: Shot, flag: Flag | None) -> Dataset:
    content = [
        _SINGLE_PLANE,
        uid_item(dcm("113769", "Irradiation Event UID"), shot.event_uid),
        moment_item(dcm("111526", "DateTime Started"), told_at(study, shot.at)),
        code_item(dcm("113721", "Irradiation Event Type"), shot.event_type),
        text_item(dcm("125203", "Acquisition Protocol"), shot.view.name),
        code_item(Code("123014", "DCM", "Target Region"), shot.view.region),
        code_item(dcm("111031", "Image View"), shot.view.code),
        number(dcm("113733", "KVP"), shot.kvp, "kV"),
        number(dcm("113736", "Exposure"), shot.mas * 1000, "uA.s"),
        *_technique(shot),
        *flag_items(flag),
    ]
    if study.machine.names_images and shot.event_type != FLUOROSCOPY:
        image_class = IMAGE_CLASS[study.machine.kind]
        content.append(image_item(image_class, shot.image_uid, dcm("113795", "Acquired Image")))
    if shot.agd_mgy is not None:
        content.append(number(dcm("111631", "Average Glandular Dose"), shot.agd_mgy, "mGy"))
    else:
        content.append(number(dcm("122130", "Dose Area Product"), shot.dap_gym2, "Gy.m2"))
    if shot.agd_mgy is None and shot.event_type != FLUOROSCOPY:
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
