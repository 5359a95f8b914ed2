"""From the payload of an event to a row of its table: every column of the right type, or a reason why not.

Text passes `clean_text` here too: the server is a door of its own. Columns that this version does not know are left
out of the row; they stay in the payload, which is kept as it came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from peewee import (
    BooleanField,
    CompositeKey,
    DoubleField,
    Field,
    IntegerField,
    JSONField,
    Model,
    TextField,
)

from iqs_tui.domain.cases import IDENTIFICATION, REJECT, REPEAT
from iqs_tui.domain.text import clean_text
from iqs_tui.store.fields import UtcField, utc_text
from iqs_tui.store.models import Case, Examination, Exposure, Round, Task, User

VERSIONS = (1,)
MAX_PAYLOAD_BYTES = 256 * 1024
MAX_TEXT = 4000
MAX_INTEGER = 2**31 - 1
_TABLES: dict[str, type[Model]] = {
    "case": Case,
    "exposure": Exposure,
    "examination": Examination,
    "round": Round,
    "task": Task,
    "user": User,
}


class NotARow(Exception):
    """The event cannot become a row; the message says why, without any content of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is ready to be written."""

    model: type[Model]
    subject: str
    """Its key, as one text."""
    values: dict[str, Any]
    is_withdrawn: bool = False
    """The kiosk has the row no more: a dose report turned out to be of another machine of the study."""

    def write(self) -> None:
        """Insert the row, or replace what is there under its key; a row that was withdrawn is taken away."""
        keys = _key_names(self.model)
        if self.is_withdrawn:
            self.model.delete().where(*(self.model._meta.fields[key] == self.values[key] for key in keys)).execute()
            return
        rest = {name: value for name, value in self.values.items() if name not in keys}
        insert = self.model.insert(**self.values)
        insert.on_conflict(conflict_target=[self.model._meta.fields[key] for key in keys], update=rest).execute()


def read_row(type_: str, version: int, payload: bytes, occurred_at: datetime) -> Row:
    """Read the payload of an event; a row without `updated_at` of its own was updated when the event occurred.

    Raises:
        NotARow: the type or version is unknown, or the payload does not fit its table.
    """
    model = _TABLES.get(type_)
    if model is None:
        raise NotARow("unknown type")
    if version not in VERSIONS:
        raise NotARow(f"unknown version {version} of {type_}")
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise NotARow(f"larger than {MAX_PAYLOAD_BYTES} bytes")
    try:
        said = msgspec.json.decode(payload, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotARow(f"not a JSON object: {error}") from None
    if model is Case:
        said = _counted(said)
    values = _values(model, {"updated_at": utc_text(occurred_at)} | said)
    subject = "|".join(str(values[key]) for key in _key_names(model))
    return Row(model, subject, values, is_withdrawn=model is Examination and said.get("is_withdrawn") is True)


def _counted(said: dict[str, Any]) -> dict[str, Any]:
    """Return a case with what it counts as: a kiosk of before that column said of a repeat that it was a question."""
    counts_as = said.get("counts_as", REPEAT if said.get("is_question") is True else REJECT)
    if counts_as not in (REJECT, REPEAT, IDENTIFICATION):
        raise NotARow("counts_as is not one of those known")
    return said | {"counts_as": counts_as}


def _key_names(model: type[Model]) -> tuple[str, ...]:
    key = model._meta.primary_key
    return tuple(key.field_names) if isinstance(key, CompositeKey) else (key.name,)


def _values(model: type[Model], said: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for name, field in model._meta.fields.items():
        value = said.get(name)
        if value is not None:
            value = _convert(field, value)
        if value is None and not field.null:
            value = _stand_in(field)
        values[name] = value
    return values


def _stand_in(field: Field) -> Any:  # noqa: ANN401 (a column value)
    if field.default is None:
        raise NotARow(f"{field.name} must be filled in")
    return field.default() if callable(field.default) else field.default


def _convert(field: Field, value: Any) -> Any:  # noqa: ANN401 (JSON in, a column value out)
    if isinstance(field, UtcField):
        return _moment(field, value)
    if isinstance(field, TextField) and isinstance(value, str):
        return _text(field, value)
    if isinstance(field, BooleanField) and isinstance(value, bool):
        return value
    if isinstance(field, IntegerField) and isinstance(value, int) and not isinstance(value, bool):
        return _within(field, value)
    if isinstance(field, DoubleField) and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(field, JSONField) and isinstance(value, list | dict):
        return _clean_tree(value)
    raise NotARow(f"{field.name} is of the wrong type")


def _moment(field: Field, value: object) -> str:
    try:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError
        return utc_text(moment)
    except (ValueError, OverflowError):
        raise NotARow(f"{field.name} is not a moment with its offset") from None


def _text(field: Field, value: str) -> str | None:
    if len(value) > MAX_TEXT:
        raise NotARow(f"{field.name} is longer than {MAX_TEXT} characters")
    return clean_text(value, MAX_TEXT)


def _within(field: Field, value: int) -> int:
    if abs(value) > MAX_INTEGER:
        raise NotARow(f"{field.name} is out of range")
    return value


def _clean_tree(value: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, str):
        return clean_text(value, MAX_TEXT)
    if isinstance(value, list):
        return [_clean_tree(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key, MAX_TEXT) or "": _clean_tree(item) for key, item in value.items()}
    return value
