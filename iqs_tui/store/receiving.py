"""Writes what came over DICOM: each message in one transaction, which is committed before the sender is answered."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from iqs_tui.domain.cases import REJECTION_NOTE, REVOCATION, Signal, signal_id
from iqs_tui.domain.exposures import SLICED
from iqs_tui.domain.notes import RETENTION_EXPIRED, REVOKING
from iqs_tui.domain.rdsr_flags import flags_of
from iqs_tui.domain.records import (
    NO_DEVICE,
    DoseReport,
    Instance,
    ProcedureStep,
    Refusal,
    RejectionNote,
    Sender,
)
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import (
    attributing,
    burst,
    devices,
    evidence,
    examinations,
    exposures,
    homes,
    marks,
    outgoing_notes,
    signals,
)
from iqs_tui.store.database import writing
from iqs_tui.store.evidence import moved
from iqs_tui.store.models import (
    AssociationLog,
    DoseReportRow,
    Peer,
    Quarantine,
    Step,
)
from iqs_tui.store.study import Study

_ENDED = frozenset({"COMPLETED", "DISCONTINUED"})
_TOTALS = ("dap_total_gym2", "dose_rp_total_gy", "agd_total_mgy", "dlp_total_mgycm", "fluoro_time_total_s")


def record_instance(record: Instance, sender: Sender, at: datetime, rules: RetakeRules) -> None:
    """Keep an image's header record, its exposure, and the cases that follow.

    The same image again changes nothing, but for marks that it did not have (`store.marks`).
    """
    with writing():
        if not burst.insert_instance(record, sender, at):
            marked = marks.add(record, at)
            _look_again(marked, sender, rules, at, attributing.refresh(marked, at))
            return
        if burst.count_if_known(record, sender, at):
            return
        devices.meet(record.device, record.modality, sender, at, day=record.study_date, is_image=True)
        joined = exposures.join_image(record, sender, at)
        read = attributing.add_image(record, joined, sender.room, at)
        if (
            record.modality not in SLICED
            or joined.is_far_reaching
            or record.rejected_by
            or burst.is_asked_about(record)
        ):
            told = homes.told_of(record.sop_instance_uid)
            _look_again(joined.studies | told | moved.twin_studies(record), sender, rules, at, read)
    burst.remember(record, sender, exposures.facts_of(joined.facts))


def record_dose_report(record: DoseReport, sender: Sender, at: datetime, rules: RetakeRules) -> None:
    """Keep a dose report, its events, and the totals and cases that follow. The same report again changes nothing.

    A report cannot tell an angiography room from a fluoroscopy room; the config can.
    """
    if record.modality == "RF" and sender.modality == "XA":
        record = replace(record, modality="XA")
    with writing():
        inserted = (
            DoseReportRow.insert(
                sop_instance_uid=record.sop_instance_uid,
                study_uid=record.study_uid,
                device_id=record.device.key,
                room=sender.room,
                modality=record.modality,
                content_at=record.content_at,
                received_at=at,
                **{name: getattr(record, name) for name in _TOTALS},
                exposure_uids=[event.exposure_uid for event in record.events],
                sop_class_uid=record.sop_class_uid,
                said=examinations.said_by_report(record),
                image_events={image: each.exposure_uid for each in record.events for image in each.acquired_image_uids},
                flags={each.exposure_uid: said for each in record.events if (said := flags_of(each))} or None,
            )
            .on_conflict_ignore()
            .as_rowcount()
            .execute()
        )
        if not inserted:
            return
        devices.meet(record.device, record.modality, sender, at, day=record.study_date, is_image=False)
        studies = {record.study_uid} | exposures.join_report(record, sender, at)
        _look_again(studies, sender, rules, at, attributing.refresh(studies, at))


def record_rejection_note(record: RejectionNote, sender: Sender, at: datetime, rules: RetakeRules) -> None:
    """Keep a note as one signal per image that it rejects or gives back, and the cases that follow.

    A note that the node itself wrote, and that comes back from the archive, says nothing new.
    """
    if record.title_code == RETENTION_EXPIRED:
        return
    kind = REVOCATION if record.title_code == REVOKING else REJECTION_NOTE
    with writing():
        if outgoing_notes.is_own(record.sop_instance_uid):
            return
        studies = {record.study_uid, *record.other_studies.values()}
        for instance_uid in record.instance_uids:
            series = record.series_of_slices.get(instance_uid)
            signals.add(
                Signal(
                    signal_id=signal_id(kind, record.sop_instance_uid, instance_uid),
                    kind=kind,
                    source_uid=record.sop_instance_uid,
                    study_uid=record.other_studies.get(instance_uid, record.study_uid),
                    instance_uid=instance_uid,
                    at=at,
                    said_at=record.noted_at,
                    title=record.title_code,
                    about={"series": series} if series else None,
                    cid7011=record.reason_code,
                    description=record.description or (None if record.reason_code else record.reason_meaning),
                    operator=record.operator,
                    room=sender.room,
                )
            )
        _look_again(studies, sender, rules, at)


def record_step(record: ProcedureStep, sender: Sender, at: datetime, rules: RetakeRules) -> None:
    """Keep a procedure step; a later message adds what it says. A step that has ended stays so (PS3.4 F.7.2.2)."""
    said = {
        name: getattr(record, name)
        for name in (
            "study_uid",
            "modality",
            "status",
            "procedure",
            "operator",
            "started_at",
            "ended_at",
            "discontinuation_code",
            "n_exposures",
            "dap_total_gym2",
            "fluoro_time_total_s",
        )
        if getattr(record, name) is not None
    }
    if record.image_uids:
        said["image_uids"] = list(record.image_uids)
    with writing():
        step = Step.get_or_none(Step.step_uid == record.step_uid)
        if step is None:
            values = {"status": "IN PROGRESS", "image_uids": []} | said
            Step.insert(
                step_uid=record.step_uid,
                device_id=record.device.key,
                room=sender.room,
                received_at=at,
                **values,
            ).execute()
        else:
            if step.status in _ENDED:
                said.pop("status", None)
            if step.device_id == NO_DEVICE or (record.device.station_name and "|" not in step.device_id):
                said["device_id"] = record.device.key
            if said:
                Step.update(**said).where(Step.step_uid == record.step_uid).execute()
        studies = {study for study in (record.study_uid, step.study_uid if step is not None else None) if study}
        _look_again(studies, sender, rules, at, attributing.refresh(studies, at))


def record_refusal(refusal: Refusal, sender: Sender, at: datetime) -> None:
    """Keep that an object was not taken in, and why."""
    with writing():
        Quarantine.insert(**asdict(refusal), at=at, ae_title=sender.ae_title, host=sender.host).execute()


def open_association(sender: Sender, at: datetime) -> int:
    """Keep that a sender connected; return the number to close it with."""
    with writing():
        meet_peer(sender, at)
        row = AssociationLog.create(ae_title=sender.ae_title, host=sender.host, room=sender.room, opened_at=at)
        return int(row.id)


def close_association(token: int, at: datetime, n_objects: int, device_id: str | None = None) -> None:
    """Keep that an association ended, what it brought and of which device."""
    with writing():
        AssociationLog.update(closed_at=at, n_objects=n_objects, device_id=device_id).where(
            AssociationLog.id == token
        ).execute()


def meet_peer(sender: Sender, at: datetime, *, is_refused: bool = False) -> None:
    """Keep that a sender was met; call it inside a transaction."""
    counted = {"n_refused": 1, "n_associations": 0} if is_refused else {"n_refused": 0, "n_associations": 1}
    now: dict[Any, Any] = {
        Peer.last_seen: at,
        Peer.is_known: sender.is_known,
        Peer.room: sender.room,
        Peer.modality: sender.modality,
        Peer.n_refused: Peer.n_refused + counted["n_refused"],
        Peer.n_associations: Peer.n_associations + counted["n_associations"],
    }
    Peer.insert(
        ae_title=sender.ae_title,
        host=sender.host,
        room=sender.room,
        modality=sender.modality,
        is_known=sender.is_known,
        first_seen=at,
        last_seen=at,
        **counted,
    ).on_conflict(conflict_target=[Peer.ae_title, Peer.host], update=now).execute()


def refuse_peer(sender: Sender, at: datetime) -> None:
    """Keep that a sender was turned away."""
    with writing():
        meet_peer(sender, at, is_refused=True)


def _look_again(
    studies: Iterable[str], sender: Sender, rules: RetakeRules, at: datetime, read: Study | None = None
) -> None:
    for study_uid in sorted(homes.move(studies)):
        known = read if read is not None and read.study_uid == study_uid else None
        evidence.refresh(study_uid, sender.room, rules, at, known)
