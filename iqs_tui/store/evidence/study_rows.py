"""What is kept of one study, as the modules of evidence look at it: each table is read once, and only when asked."""

from datetime import UTC, datetime
from functools import cached_property

from peewee import fn

from iqs_tui.domain.cases import Signal
from iqs_tui.domain.exposures import SLICED
from iqs_tui.store import signals
from iqs_tui.store.database import database
from iqs_tui.store.models import DoseReportRow, Exposure, Instance, Step
from iqs_tui.store.study import Study, tells

_MODALITIES = "SELECT DISTINCT modality FROM exposure WHERE study_uid = ?"


class StudyRows:
    """The rows of a study. Read inside the transaction in which they are acted upon."""

    def __init__(self, study_uid: str, room: str | None, read: Study | None = None) -> None:
        self.study_uid = study_uid
        if read is not None:
            self.exposures = read.exposures
        self.room = room
        """Of the sender whose message is being taken in: for signals whose exposure names no room."""
        self.derived: list[Signal] = []
        """The derived signals found so far, of the kinds that come before in `evidence.DERIVED`."""

    @cached_property
    def exposures(self) -> dict[str, Exposure]:
        """The exposures by name, also those that turned out to be another one (`same_as`) or are derived."""
        return {row.exposure_uid: row for row in Exposure.whole(Exposure.study_uid == self.study_uid)}

    @cached_property
    def modalities(self) -> frozenset[str | None]:
        """Those of the exposures; empty where there is none. Of hundreds of runs it is all that is asked."""
        return frozenset(modality for (modality,) in database.execute_sql(_MODALITIES, (self.study_uid,)))

    @cached_property
    def images(self) -> list[Instance]:
        """The images but slices, of which a CT sends thousands: of those `exposures` tells enough (`image_facts`)."""
        of_study = Instance.study_uid == self.study_uid
        is_slice = Instance.modality.in_(sorted(SLICED))
        return list(Instance.whole(of_study, Instance.modality.is_null() | ~is_slice))

    @cached_property
    def reports(self) -> list[DoseReportRow]:
        """The dose reports and captured dose screens."""
        has_reports, _ = self._tells
        return list(DoseReportRow.whole(DoseReportRow.study_uid == self.study_uid)) if has_reports else []

    @cached_property
    def last_news_at(self) -> datetime:
        """When the last image or report came; long ago where neither did."""
        came = (
            model.select(fn.MAX(model.received_at)).where(model.study_uid == self.study_uid).scalar()
            for model in (Instance, DoseReportRow)
        )
        return max((moment for moment in came if moment is not None), default=datetime.min.replace(tzinfo=UTC))

    @cached_property
    def steps(self) -> list[Step]:
        """The procedure steps."""
        _, has_steps = self._tells
        return list(Step.whole(Step.study_uid == self.study_uid)) if has_steps else []

    @cached_property
    def _tells(self) -> tuple[bool, bool]:
        return tells(self.study_uid)

    @cached_property
    def told(self) -> list[Signal]:
        """The signals that were told: by a note, by the key on the kiosk."""
        return signals.told(self.study_uid)

    def name_of(self, exposure_uid: str) -> str:
        """Return the name of an exposure, where it turned out to be another one that one's."""
        row = self.exposures.get(exposure_uid)
        return row.same_as or exposure_uid if row else exposure_uid

    def room_of(self, exposure_uid: str) -> str | None:
        """Return the room of an exposure; where it names none, that of the sender."""
        row = self.exposures.get(exposure_uid)
        return (row.room if row else None) or self.room

    def exposure_of(self, image: Instance) -> str:
        """Return the exposure of an image: the one that its own turned out to be, where it did."""
        row = self.exposures.get(image.exposure_uid)
        return str((row.same_as if row else None) or image.exposure_uid)
