"""The listener alone, with an inbox that only counts; prints its port, ends when its standard input closes."""

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from iqs_tui.dicom.listener import Listener, ListenerSettings
from iqs_tui.domain.records import Refusal, Sender


class CountingInbox:
    """Takes everything and keeps nothing."""

    def sender(self, ae_title: str, host: str) -> Sender:
        return Sender(ae_title=ae_title, host=host, room="kamer-1")

    def association_opened(self, sender: Sender, at: datetime) -> int:
        return 1

    def association_closed(self, token: int, at: datetime, n_objects: int) -> None:
        print(f"closed n_objects={n_objects}", flush=True)

    def refused(self, refusal: Refusal, sender: Sender) -> None:
        print(f"refused {refusal}", flush=True)

    def _take(self, record: object, sender: Sender, source: object = None) -> None:
        pass

    instance = dose_report = rejection_note = procedure_step = _take


def main() -> None:
    settings = ListenerSettings(
        ae_title="IQS",
        host="127.0.0.1",
        port=0,
        max_associations=20,
        network_timeout_s=30,
        max_object_bytes=2048 * 1024**2,
        zone=ZoneInfo("Europe/Amsterdam"),
        patient_key=b"key",
    )
    listener = Listener(settings, CountingInbox())
    print(f"ready aet=IQS port={listener.start()}", flush=True)
    sys.stdin.read()
    listener.stop(1)


if __name__ == "__main__":
    main()
