"""What pretend dose reports of every kind have in common (PS3.16 TID 10001, TID 10011)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import XRayRadiationDoseSRStorage

from iqs_tui.simulator.codes import Code, code_item, coded, dcm, person_item, template, text_item, uid_item
from iqs_tui.simulator.documents import document
from iqs_tui.simulator.study import Study

YES = Code("373066001", "SCT", "Yes")
AUTOMATIC = code_item(dcm("113854", "Source of Dose Information"), dcm("113856", "Automated Data Collection"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """What a dose report says of an exposure beyond its dose: rejected, or a repeat of an earlier one."""

    reason: Code
    repeats: str | None = None
    """The Irradiation Event UID of the earlier exposure; None where this one was rejected."""


def dose_report(study: Study, uid: str, series_uid: str, at: datetime, tid: str) -> Dataset:
    """Return a dose report of a template, without its content."""
    report = document(study, XRayRadiationDoseSRStorage, uid, series_uid, told_at(study, at))
    report.Modality, report.SeriesDescription = "SR", "Dose Report"
    report.ConceptNameCodeSequence = coded(dcm("113701", "X-Ray Radiation Dose Report"))
    report.ContentTemplateSequence = template(tid)
    report.CompletionFlag, report.VerificationFlag = "COMPLETE", "UNVERIFIED"
    report.PerformedProcedureCodeSequence = Sequence()
    return report


def told_at(study: Study, at: datetime) -> datetime:
    """Return a moment as the clock of the machine's dose reports has it."""
    return at + timedelta(seconds=study.machine.report_ahead_s)


def flag_items(flag: Flag | None) -> list[Dataset]:
    """Return the items by which an event says that it was rejected, or repeats another (TID 10003, 10013, 10042)."""
    if flag is None:
        return []
    if flag.repeats is None:
        said = code_item(dcm("130503", "Is Rejected Acquisition"), YES)
        why = dcm("130504", "Reason for Rejecting Acquisition")
        said.ContentSequence = Sequence([code_item(why, flag.reason, "HAS CONCEPT MOD")])
        return [said]
    said = code_item(dcm("128551", "Is Repeated Acquisition"), YES)
    said.ContentSequence = Sequence(
        [
            code_item(dcm("128552", "Reason for Repeating Acquisition"), flag.reason, "HAS CONCEPT MOD"),
            uid_item(dcm("113769", "Irradiation Event UID"), flag.repeats, "HAS PROPERTIES"),
        ]
    )
    return [said]


def context(study: Study, procedure: Code) -> list[Dataset]:
    """Return what was done, on which machine and by whom."""
    reported = code_item(dcm("121058", "Procedure reported"), procedure, "HAS CONCEPT MOD")
    intent = code_item(
        Code("363703001", "SCT", "Has Intent"),
        Code("261004008", "SCT", "Diagnostic Intent"),
        "HAS CONCEPT MOD",
    )
    reported.ContentSequence = Sequence([intent])
    relation = "HAS OBS CONTEXT"
    machine = study.machine
    return [
        reported,
        code_item(dcm("121005", "Observer Type"), dcm("121007", "Device"), relation),
        uid_item(
            dcm("121012", "Device Observer UID"),
            "2.25." + str(int.from_bytes(machine.serial.encode(), "big")),
            relation,
        ),
        text_item(dcm("121013", "Device Observer Name"), machine.station_name, relation),
        text_item(dcm("121014", "Device Observer Manufacturer"), machine.manufacturer, relation),
        text_item(dcm("121015", "Device Observer Model Name"), machine.model, relation),
        text_item(dcm("121016", "Device Observer Serial Number"), machine.serial, relation),
        code_item(dcm("121005", "Observer Type"), dcm("121006", "Person"), relation),
        person_item(dcm("121008", "Person Observer Name"), study.operator, relation),
    ]
