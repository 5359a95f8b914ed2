"""What taking in messages costs the processor: `python receiving_cost.py NAME` prints milliseconds per message.

A process of its own, so that with PYTHONPATH it measures another checkout, of an earlier release too.
"""

import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory

from iqs_tui.domain.records import Device, DoseReport, ExposureFacts, Instance, IrradiationEvent, RejectionNote, Sender
from iqs_tui.store import burst, database, receiving

try:
    from iqs_tui.domain.retake_rules import RetakeRules
except ImportError:  # of an earlier release
    from iqs_tui.domain.same_view import SameViewRules as RetakeRules

Message = Instance | DoseReport | RejectionNote

NOON = datetime(2026, 11, 21, 11, tzinfo=UTC)
BUCKY = Device(manufacturer="Acme", model="Bucky", device_serial="1234", station_name="DX1")
SENDER = Sender(ae_title="DX1", host="10.0.0.1", room="kamer-1", modality="DX")
VIEWS = ("PA", "LAT", "AP")
TAKE = {
    Instance: receiving.record_instance,
    DoseReport: receiving.record_dose_report,
    RejectionNote: receiving.record_rejection_note,
}


def image(study: int, number: int, modality: str = "DX", *, exposure: int | None = None) -> Instance:
    """Return image `number` of a study: an exposure of its own, of another protocol than the ones before."""
    facts = ExposureFacts(
        acquired_at=NOON + timedelta(minutes=number),
        **{"procedure": "X-thorax", "protocol": f"Protocol {number}", "body_part": "CHEST", "view": VIEWS[number % 3]},
        **{"operator": "J. de Vries", "kvp": 80.0, "mas": 2.0, "dap_gym2": 8e-6, "exposure_index": 300.0},
        **{"deviation_index": 0.4, "target_exposure_index": 280.0, "detector_id": "D1", "software_versions": "V1"},
    )
    return Instance(
        sop_instance_uid=f"1.2.3.{study}.{number}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        study_uid=f"1.2.9.{study}",
        series_uid="1.2.8",
        exposure_uid=f"1.2.5.{study}.{number if exposure is None else exposure}",
        device=BUCKY,
        modality=modality,
        facts=facts,
    )


def report(study: int, n: int, modality: str = "DX") -> DoseReport:
    """Return a dose report of a study's first n exposures."""
    return DoseReport(
        sop_instance_uid=f"1.2.6.{study}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.88.67",
        study_uid=f"1.2.9.{study}",
        device=BUCKY,
        modality=modality,
        events=tuple(
            IrradiationEvent(
                exposure_uid=f"1.2.5.{study}.{number}",
                facts=ExposureFacts(acquired_at=NOON + timedelta(minutes=number), dap_gym2=8e-6),
            )
            for number in range(1, n + 1)
        ),
    )


def note(study: int, number: int) -> RejectionNote:
    """Return a rejection note of one image, with its reason."""
    return RejectionNote(
        sop_instance_uid=f"1.2.7.{study}.{number}",
        study_uid=f"1.2.9.{study}",
        title_code="113001",
        instance_uids=(f"1.2.3.{study}.{number}",),
        device=BUCKY,
        reason_code="111207",
    )


def one_study(modality: str, n: int) -> list[Message]:
    """Return the images of one study."""
    return [image(1, number, modality) for number in range(1, n + 1)]


def radiographs(n_studies: int) -> list[Message]:
    """Return studies of four images each."""
    return [image(study, number) for study in range(2, n_studies + 2) for number in range(1, 5)]


def with_reports(n_studies: int) -> list[Message]:
    """Return the same, each with its dose report at the end."""
    return [
        message
        for study in range(2, n_studies + 2)
        for message in (*(image(study, number) for number in range(1, 5)), report(study, 4))
    ]


Told = tuple[Iterable[Message], list[Message]]
"""What comes before, and what is measured."""
TOLD: dict[str, Callable[[], Told]] = {
    "DX, 4 a study": lambda: ([], radiographs(40)),
    "DX, 4 and a report": lambda: ([], with_reports(40)),
    "DX, 100 in one": lambda: ([], one_study("DX", 100)),
    "XA, 60 in one": lambda: ([], one_study("XA", 60)),
    "XA, 500 in one": lambda: ([], one_study("XA", 500)),
    "XA, 200 after the report": lambda: ([report(1, 200, "XA")], one_study("XA", 200)),
    "CT, 1000 of 4 scans": lambda: ([], [image(1, n, "CT", exposure=n // 250) for n in range(1000)]),
    "notes with a reason": lambda: (radiographs(15), [note(study, n) for study in range(2, 17) for n in (1, 3)]),
}


def tell(messages: Iterable[Message]) -> None:
    """Take messages in, as the listener does."""
    for message in messages:
        take = TAKE[type(message)]
        take(*(message, SENDER, NOON, RetakeRules())[: len(signature(take).parameters)])


def milliseconds(name: str) -> float:
    """Return the processor time of one of its messages, on a database of its own."""
    before, measured = TOLD[name]()
    burst.forget()
    with TemporaryDirectory() as folder:
        database.open_database(Path(folder) / "iqs.db")
        tell([image(0, 1), *before])
        started = time.process_time()
        tell(measured)
        spent = time.process_time() - started
        database.close_connection()
    return 1000 * spent / len(measured)


if __name__ == "__main__":
    print(milliseconds(sys.argv[1]))
