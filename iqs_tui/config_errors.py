"""What msgspec says of a wrong setting, in words for who edits config.toml: the key, what is wrong, what is allowed."""

import re
from typing import Any

import msgspec
from msgspec import Struct


def explain(error: str, settings: type[Struct]) -> str:
    """Return the words for msgspec's message on a tree of these settings; lists are counted from 1."""
    what, _, where = error.partition(" - at `$")
    key = re.sub(r"\[(\d+)\]", lambda m: f"[{int(m[1]) + 1}]", where.rstrip("`").lstrip("."))
    unknown = re.fullmatch(r"Object contains unknown field `(.+)`", what)
    if unknown:
        allowed = settings_at(key, settings).__struct_fields__
        return f"{_dotted(key, unknown[1])}: no such key; allowed: {', '.join(allowed)}"
    missing = re.fullmatch(r"Object missing required field `(.+)`", what)
    if missing:
        return f"{_dotted(key, missing[1])}: must be filled in"
    choice = re.fullmatch(r"Invalid enum value (.+)", what)
    if choice:
        return f"{key}: {choice[1]} is not allowed; allowed: {', '.join(_choices_of(key, settings))}"
    return f"{key}: {what[0].lower()}{what[1:]}"


def settings_at(key: str, settings: type[Struct]) -> type[Struct]:
    """Return the settings under a key such as `rooms[1].pillars`; an empty key: all."""
    found = settings
    for name in re.sub(r"\[[^\]]*\]", "", key).split("."):
        if name:
            inner = _field_type(found, name)
            found = getattr(inner, "item_type", inner).cls
    return found


def _dotted(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _field_type(settings: type[Struct], name: str) -> Any:  # noqa: ANN401 (msgspec's description of a type)
    kind: Any = msgspec.inspect.type_info(settings)
    return next(one.type for one in kind.fields if one.name == name)


def _choices_of(key: str, settings: type[Struct]) -> tuple[str, ...]:
    table, _, name = key.rpartition(".")
    return tuple(str(value) for value in getattr(_field_type(settings_at(table, settings), name), "values", ()))
