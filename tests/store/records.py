"""Small records to write in tests: one DX study of one device."""

from datetime import UTC, datetime, timedelta

from iqs_tui.domain.records import Device, DoseReport, ExposureFacts, Instance, IrradiationEvent, RejectionNote, Sender

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
BUCKY = Device(manufacturer="Acme", model="Bucky", device_serial="1234", station_name="DX1")
SENDER = Sender(ae_title="DX1", host="10.0.0.1", room="kamer-1", modality="DX")


def image(number: int, exposure: int, *, minutes: float = 0, modality: str = "DX", **facts: object) -> Instance:
    """Return image `number` of exposure `exposure`, taken so many minutes after noon."""
    said = {
        "acquired_at": NOON + timedelta(minutes=minutes),
        "procedure": "X-thorax",
        "protocol": "Thorax PA",
        "body_part": "CHEST",
        "view": "PA",
        "operator": "J. de Vries",
        "dap_gym2": 8e-6,
    } | facts
    return Instance(
        sop_instance_uid=f"1.2.3.{number}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        study_uid="1.2.9",
        series_uid="1.2.8",
        exposure_uid=f"1.2.5.{exposure}",
        device=BUCKY,
        modality=modality,
        facts=ExposureFacts(**said),  # type: ignore[arg-type]
    )


def note(number: int, *images: int, title: str = "113001", reason: str | None = None) -> RejectionNote:
    """Return rejection note `number` of these images."""
    return RejectionNote(
        sop_instance_uid=f"1.2.7.{number}",
        study_uid="1.2.9",
        title_code=title,
        instance_uids=tuple(f"1.2.3.{image}" for image in images),
        device=BUCKY,
        reason_code=reason,
    )


def report(number: int, *exposures: int, dap: float | None = None, dlp: float | None = None) -> DoseReport:
    """Return dose report `number` with these events, 8 µGy·m² each."""
    events = tuple(
        IrradiationEvent(
            exposure_uid=f"1.2.5.{exposure}",
            facts=ExposureFacts(acquired_at=NOON + timedelta(minutes=exposure), dap_gym2=8e-6),
        )
        for exposure in exposures
    )
    return DoseReport(
        sop_instance_uid=f"1.2.6.{number}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.88.67",
        study_uid="1.2.9",
        device=BUCKY,
        modality="DX",
        dap_total_gym2=dap,
        dlp_total_mgycm=dlp,
        events=events,
    )
