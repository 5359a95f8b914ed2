"""Pretend dose reports of CT (PS3.16 TID 10011), with one event per acquisition (TID 10013)."""

from collections.abc import Mapping
from collections.abc import Sequence as Items
from datetime import timedelta

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from iqs_tui.simulator.codes import Code, code_item, container, dcm, moment_item, number, text_item, uid_item
from iqs_tui.simulator.reports import AUTOMATIC, Flag, context, dose_report, flag_items, told_at
from iqs_tui.simulator.study import Run, Study


def ct_dose_report(study: Study, runs: Items[Run], uid: str, series_uid: str, flags: Mapping[str, Flag]) -> Dataset:
    """Return the dose report of a CT study; `flags` are by Irradiation Event UID."""
    end = runs[-1].at + timedelta(seconds=10)
    report = dose_report(study, uid, series_uid, end, "10011")
    total = sum(run.ctdivol_mgy * run.scan.length_cm for run in runs)
    totals = [
        number(dcm("113812", "Total Number of Irradiation Events"), len(runs), "{events}"),
        number(dcm("113813", "CT Dose Length Product Total"), total, "mGy.cm"),
    ]
    content = context(study, Code("77477000", "SCT", "Computed Tomography X-Ray"))
    for name, at in (("113809", runs[0].at), ("113810", end)):
        word = "Start" if name == "113809" else "End"
        content.append(moment_item(dcm(name, f"{word} of X-Ray Irradiation"), told_at(study, at), "HAS OBS CONTEXT"))
    content.append(_study_scope(study))
    content.append(container(dcm("113811", "CT Accumulated Dose Data"), totals))
    content += [_ct_event(study, run, flags.get(run.event_uid)) for run in runs]
    report.ContentSequence = Sequence([*content, AUTOMATIC])
    return report


def _study_scope(study: Study) -> Dataset:
    scope = code_item(dcm("113705", "Scope of Accumulation"), dcm("113014", "Study"), "HAS OBS CONTEXT")
    scope.ContentSequence = Sequence([uid_item(dcm("110180", "Study Instance UID"), study.study_uid, "HAS PROPERTIES")])
    return scope


def _ct_event(study: Study, run: Run, flag: Flag | None) -> Dataset:
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
        number(dcm("113895", "Top Z Location of Reconstructable Volume"), scan.top_mm, "mm"),
        number(dcm("113896", "Bottom Z Location of Reconstructable Volume"), scan.top_mm - scan.length_cm * 10, "mm"),
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
        moment_item(dcm("111526", "DateTime Started"), told_at(study, run.at)),
        container(dcm("113822", "CT Acquisition Parameters"), parameters),
        container(dcm("113829", "CT Dose"), dose),
        *flag_items(flag),
    ]
    return container(dcm("113819", "CT Acquisition"), content)
