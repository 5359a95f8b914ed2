"""Images as they come in at the door, for the tests of scoring."""

from datetime import UTC, datetime, timedelta

from iqs_tui.domain.records import Device, DoseReport, ExposureFacts, Instance, IrradiationEvent, RejectionNote, Sender
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import people, receiving

NOW = datetime(2026, 11, 21, 13, 43, tzinfo=UTC)
DEVICE = Device(manufacturer="Philips", model="DigitalDiagnost", station_name="DX1", device_serial="4711")
ROOM = "kamer-1"
VRIES, BAKKER = "J. de Vries", "K. Bakker"


def receive(
    number: int,
    *,
    procedure: str | None = "Thorax PA",
    operator: str | None = VRIES,
    modality: str = "DX",
    room: str = ROOM,
    image: int = 1,
    at: datetime = NOW - timedelta(hours=1),
    **changes: object,
) -> str:
    """Take in image `image` of exposure `number`, each in a study of its own; return its exposure_uid."""
    exposure_uid = f"1.2.3.{number}"
    facts = ExposureFacts(
        acquired_at=at - timedelta(minutes=number),
        procedure=procedure,
        operator=operator,
        view="PA",
        laterality="R",
    )
    record = Instance(
        sop_instance_uid=f"{exposure_uid}.{image}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        study_uid=f"1.2.9.{number}",
        series_uid=f"1.2.9.{number}.1",
        exposure_uid=exposure_uid,
        device=DEVICE,
        facts=facts,
        modality=modality,
        **changes,
    )
    receiving.record_instance(record, Sender(ae_title="DX1", host="10.0.0.1", room=room), at, RetakeRules())
    return exposure_uid


def reject(number: int, image: int = 1, at: datetime = NOW) -> None:
    """Take in a rejection note on an image."""
    note = RejectionNote(
        sop_instance_uid=f"1.2.8.{number}.{image}",
        study_uid=f"1.2.9.{number}",
        title_code="113001",
        instance_uids=(f"1.2.3.{number}.{image}",),
        device=DEVICE,
    )
    receiving.record_rejection_note(note, Sender(ae_title="DX1", host="10.0.0.1", room=ROOM), at, RetakeRules())


def report(number: int, event_type: str, modality: str = "RF", at: datetime = NOW) -> None:
    """Take in a dose report that says what kind of exposure it was."""
    event = IrradiationEvent(exposure_uid=f"1.2.3.{number}", facts=ExposureFacts(event_type=event_type))
    record = DoseReport(
        sop_instance_uid=f"1.2.7.{number}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.88.67",
        study_uid=f"1.2.9.{number}",
        device=DEVICE,
        modality=modality,
        events=(event,),
    )
    receiving.record_dose_report(record, Sender(ae_title="DX1", host="10.0.0.1", room=ROOM), at, RetakeRules())


def person(name: str, initials: str, role: str = "radiographer") -> str:
    """Add somebody who can sign in; return the user_id."""
    draft = people.Draft(name=name, initials=initials, operators_names=(name,), role=role)
    return people.add(draft, "admin", NOW - timedelta(days=1)).user_id
