"""X-ray dose reports: what they say of the study and of its irradiation events (PS3.16 TID 10001, 10011, 10040).

Reports differ by maker more than the templates do (facts counted in 41 real reports), so content is found by code
value wherever it stands, and converted from the unit it states.
"""

from pydicom.dataset import Dataset

from iqs_tui.dicom import codes, reading
from iqs_tui.dicom.identity import (
    age_years_of,
    device_of,
    length_m_of,
    patient_key_of,
    require_uid,
    weight_kg_of,
)
from iqs_tui.dicom.image_facts import procedure_of
from iqs_tui.dicom.moments import date_of, moment_of
from iqs_tui.dicom.rdsr_events import events_of, operator_of
from iqs_tui.dicom.rdsr_projection import has_fluoroscopy
from iqs_tui.dicom.rdsr_totals import is_arcadis, totals_of
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.dicom.sop_classes import GENERAL_REPORTS, X_RAY_DOSE_REPORTS
from iqs_tui.dicom.sr_tree import Item, coded, tree_of
from iqs_tui.domain.records import DoseReport


def read_dose_report(dataset: Dataset, context: ReadingContext) -> DoseReport | None:
    """Return the record of an X-ray dose report; None for any other structured report.

    Raises:
        Unreadable: 0xC000 where a dose report's UID of object or study is missing or malformed.
    """
    sop_class_uid = require_uid(dataset, "SOPClassUID")
    if sop_class_uid not in X_RAY_DOSE_REPORTS | GENERAL_REPORTS:
        return None
    root = tree_of(dataset)
    if sop_class_uid in GENERAL_REPORTS and not _holds_dose(root):
        return None
    study_uid = require_uid(dataset, "StudyInstanceUID")
    device = device_of(dataset, context)
    totals = totals_of(root)
    return DoseReport(
        sop_instance_uid=require_uid(dataset, "SOPInstanceUID"),
        sop_class_uid=sop_class_uid,
        study_uid=study_uid,
        device=device,
        modality=modality_of(root),
        content_at=moment_of(dataset, "ContentDate", "ContentTime", context),
        study_date=date_of(dataset, "StudyDate"),
        procedure=procedure_of(dataset),
        protocol=reading.text(dataset, "ProtocolName"),
        operator=reading.person(dataset, "OperatorsName") or operator_of(root) or _observer(root),
        patient_key=patient_key_of(dataset, context),
        age_years=age_years_of(dataset),
        weight_kg=weight_kg_of(dataset),
        length_m=length_m_of(dataset),
        dap_total_gym2=totals.dap_gym2,
        dose_rp_total_gy=totals.dose_rp_gy,
        agd_total_mgy=totals.agd_mgy,
        dlp_total_mgycm=totals.dlp_mgycm,
        fluoro_time_total_s=totals.fluoro_time_s,
        n_events_reported=totals.n_events,
        events=events_of(root, study_uid, device, context),
    )


def modality_of(root: Item) -> str:
    """Return CT, MG, RF or DX from what was done; the device type comes last, because it is rare and can be wrong.

    A report does not tell an angiography room from a fluoroscopy room: both are RF here, the config knows the room.
    """
    reported = coded(root, codes.PROCEDURE_REPORTED)
    procedure = reported.value.upper() if reported else ""
    if procedure in codes.CT_PROCEDURES or root.first(codes.CT_EVENT, codes.ACCUMULATED_CT):
        return "CT"
    if not procedure and root.first(codes.DLP_TOTAL, codes.CT_ACQUISITION_TYPE):
        return "CT"  # the enhanced template (TID 10040) has one kind of event for all
    if procedure in codes.MG_PROCEDURES or root.first(codes.AGD, codes.AGD_TOTAL):
        return "MG"
    if procedure in codes.RF_PROCEDURES or is_arcadis(root) or has_fluoroscopy(root) or _has_two_planes(root):
        return "RF"
    if procedure in codes.DX_PROCEDURES:
        return "DX"
    device_type = coded(root, codes.ACQUISITION_DEVICE_TYPE)
    return "RF" if device_type and device_type.value == codes.FLUOROSCOPY_GUIDED_SYSTEM else "DX"


def _has_two_planes(root: Item) -> bool:
    """Say whether the equipment has a second plane: no radiography room has, so it is angiography."""
    planes = (reading.code(item.dataset, "ConceptCodeSequence") for item in root.all(codes.PLANE))
    return any(plane.value == codes.PLANE_B for plane in planes if plane)


def _holds_dose(root: Item) -> bool:
    """Say whether a general report is a dose report: by its title, else by its parts."""
    if root.concept == codes.DOSE_REPORT or is_arcadis(root):
        return True
    return root.first(*codes.ACCUMULATIONS, *codes.EVENTS) is not None


def _observer(root: Item) -> str | None:
    """Return the person who wrote the report (TID 1003), where their role is to operate the equipment."""
    roles = (reading.code(item.dataset, "ConceptCodeSequence") for item in root.children)
    is_operator = any(
        item.concept in codes.OBSERVER_ROLES and role is not None and role.value in codes.OPERATING_ROLES
        for item, role in zip(root.children, roles, strict=True)
    )
    named = next((item for item in root.children if item.concept == codes.PERSON_OBSERVER), None)
    return reading.person(named.dataset, "PersonName") if named and is_operator else None
