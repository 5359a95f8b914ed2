"""The cases of a scope. When, where and what of each its exposure tells, so that it is one of its denominator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from peewee import JOIN, fn
from peewee import Case as If

from iqs_tui.domain.disclosure import Kind
from iqs_tui.domain.dose import short_view
from iqs_tui.domain.reject_rate import Exposed, Source
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.fields import utc_text
from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.reading.reject_analysis.names import name_of
from iqs_tui.store.reading.reject_analysis.tallied import CaseRow, Key
from iqs_tui.store.reading.reject_analysis.weeks_and_people import People, Weeks

_AHEAD = timedelta(days=2)
"""How far a modality's clock may run ahead: a case is noticed after its exposure was made, by our clock."""


class _Row(NamedTuple):
    """A case as the database has it; from `received` on of its exposure, all None where there is none."""

    case_id: str
    state: str
    counts_as: str
    is_question: int
    reason_code: str | None
    reason_label: str | None
    study_uid: str | None
    exposure_uid: str | None
    laterality: str | None
    room: str | None
    device_id: str | None
    procedure: str | None
    protocol: str | None
    view: str | None
    operator: str | None
    at: str
    modality: str | None
    is_derived: int | None
    is_quality_control: int | None
    is_counted: int | None
    has_image: int | None
    event_type: str | None


class CaseReading:
    """Reads the cases of one scope."""

    def __init__(
        self,
        scope: Scope,
        weeks: Weeks,
        people: People,
        sources: Mapping[str | None, Source],
        modalities: Mapping[str | None, str],
    ) -> None:
        """Take of each room its source, and its modality where that is the only one (`places.only_modalities`)."""
        self._scope = scope
        self._weeks = weeks
        self._people = people
        self._sources = sources
        self._modalities = modalities
        self.n_unplaced = 0
        """Rejects of which nothing was received, that may or may not be of the scope: known once all are read."""

    def rows(self) -> Iterator[CaseRow]:
        """Yield the cases; of several rejects of one exposure the first."""
        seen: set[str] = set()
        for row in map(_Row._make, database.execute(_query(self._scope))):
            case = self._case(row)
            if case is None:
                continue
            if case.is_reject and case.exposure_uid is not None:
                if case.exposure_uid in seen:
                    continue
                seen.add(case.exposure_uid)
            yield case

    def _case(self, row: _Row) -> CaseRow | None:
        is_received = row.exposure_uid is not None
        if not is_received:
            row = row._replace(modality=self._modalities.get(row.room))
        exposed = _exposed(row)
        if (is_received and not exposed.is_clinical) or not self._is_here(row):
            return None
        if not self._is_wanted(row):
            self.n_unplaced += not is_received and row.state == "answered" and self._is_unknown(row)
            return None
        kind = Kind(row.modality, row.procedure, short_view(row.view))
        key = Key(row.room, self._weeks.of(row.at), kind, self._people.of(row.operator))
        source = self._sources.get(row.room, "images")
        return CaseRow(
            key=key,
            kind=kind,
            case_id=row.case_id,
            study_uid=row.study_uid,
            exposure_uid=row.exposure_uid,
            laterality=row.laterality,
            at=row.at if is_received else None,
            state=row.state,
            counts_as=row.counts_as,
            is_question=bool(row.is_question),
            reason_code=row.reason_code,
            reason_label=row.reason_label,
            is_among=is_received and exposed.is_of(source),
            is_of_reason=_is_of_reason(row.reason_code, self._scope.reason),
        )

    def _is_here(self, row: _Row) -> bool:
        is_in_room = not self._scope.rooms or row.room in self._scope.rooms
        return is_in_room and self._weeks.first <= row.at < self._weeks.until

    def _is_wanted(self, row: _Row) -> bool:
        scope = self._scope
        return (
            scope.modality in {None, row.modality}
            and (not scope.devices or row.device_id in scope.devices)
            and (not scope.operators or (row.operator or "").casefold() in scope.operators)
            and (scope.procedure is None or (row.procedure or "") == scope.procedure)
            and (scope.protocol is None or (row.protocol or "") == scope.protocol)
            and (scope.view is None or (short_view(row.view) or "") == scope.view)
        )

    def _is_unknown(self, row: _Row) -> bool:
        """Whether the scope asks for something that nothing is known of."""
        scope = self._scope
        asked = (
            (scope.modality, row.modality),
            (scope.devices or None, row.device_id),
            (scope.operators or None, row.operator),
            (scope.procedure, row.procedure),
            (scope.protocol, row.protocol),
            (scope.view, row.view),
        )
        return any(wanted is not None and known is None for wanted, known in asked)


def _query(scope: Scope) -> Any:  # noqa: ANN401 (a peewee query)
    """Return the cases that may be of the scope, as `_Row` has them; the period itself is looked at later."""
    is_wanted = [(Exposure.modality == scope.modality) | Exposure.exposure_uid.is_null()] if scope.modality else []
    return (
        Case.select(
            Case.case_id,
            Case.state,
            Case.counts_as,
            Case.is_question,
            Case.reason_code,
            Case.reason_label,
            Case.study_uid,
            Exposure.exposure_uid,
            _of_exposure(Exposure.laterality, Case.laterality),
            _of_exposure(Exposure.room, Case.room),
            _of_exposure(Exposure.device_id, Case.device_id),
            _of_exposure(name_of(), Case.procedure),
            _of_exposure(Exposure.protocol, None),
            _of_exposure(Exposure.view, Case.view),
            _of_exposure(Exposure.operator, Case.operator),
            _of_exposure(
                fn.COALESCE(Exposure.acquired_at, Exposure.received_at),
                fn.COALESCE(Case.acquired_at, Case.detected_at),
            ),
            Exposure.modality,
            Exposure.is_derived,
            Exposure.is_quality_control,
            Exposure.is_counted,
            Exposure.image_facts.is_null(False),
            Exposure.event_type,
        )
        .join(Exposure, JOIN.LEFT_OUTER, on=(Exposure.exposure_uid == Case.exposure_uid))
        .where(*may_be_of(scope), Case.state != "withdrawn", *is_wanted)
        .order_by(Case.detected_at, Case.case_id)
    )


def may_be_of(scope: Scope) -> list[Any]:
    """Return the conditions on cases that leave out none of the scope, and most others.

    Where its exposure is of a room, so is the case (`store.casework`).
    """
    is_here = [Case.room.in_(scope.rooms)] if scope.rooms else []
    return [Case.detected_at >= utc_text(scope.first - _AHEAD), *is_here]


def _of_exposure(column: Any, else_of_case: Any) -> Any:  # noqa: ANN401 (peewee expressions)
    """Return what the exposure says, where there is one; only what left nothing is told of by its case."""
    return If(None, [(Exposure.exposure_uid.is_null(False), column)], else_of_case)


def _exposed(row: _Row) -> Exposed:
    return Exposed(
        is_derived=bool(row.is_derived),
        is_quality_control=bool(row.is_quality_control),
        is_counted=bool(row.is_counted),
        has_image=bool(row.has_image),
        event_type=row.event_type,
    )


def _is_of_reason(code: str | None, wanted: str | None) -> bool:
    return wanted is None or (code is not None and (code == wanted or code.startswith(f"{wanted}.")))
