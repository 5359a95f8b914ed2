"""The tables. One module per subject; `ALL` names them for the migration tests and for `db verify`."""

from iqs_tui.store.models.cases import Case, Signal
from iqs_tui.store.models.central import ConflictingEvent, EnrolCode, Kiosk, ReceivedEvent
from iqs_tui.store.models.evaluation import Round, Score, Task
from iqs_tui.store.models.people import Audit, User
from iqs_tui.store.models.received import (
    AssociationLog,
    Device,
    DoseReportRow,
    Examination,
    Exposure,
    Instance,
    Peer,
    Quarantine,
    Step,
)
from iqs_tui.store.models.system import Document, DocumentVersion, Job, LogEntry, Outbox, Setting

ALL = (
    Device,
    Examination,
    Exposure,
    Instance,
    DoseReportRow,
    Step,
    AssociationLog,
    Peer,
    Quarantine,
    Signal,
    Case,
    Round,
    Task,
    Score,
    User,
    Audit,
    Outbox,
    Setting,
    Job,
    LogEntry,
    Document,
    DocumentVersion,
    Kiosk,
    EnrolCode,
    ReceivedEvent,
    ConflictingEvent,
)

__all__ = [
    "ALL",
    "AssociationLog",
    "Audit",
    "Case",
    "ConflictingEvent",
    "Device",
    "Document",
    "DocumentVersion",
    "DoseReportRow",
    "EnrolCode",
    "Examination",
    "Exposure",
    "Instance",
    "Job",
    "Kiosk",
    "LogEntry",
    "Outbox",
    "Peer",
    "Quarantine",
    "ReceivedEvent",
    "Round",
    "Score",
    "Setting",
    "Signal",
    "Step",
    "Task",
    "User",
]
