"""The shipped reference documents as the central server hands them out.

Bodies: `reasons` as `db/reference/reasons.toml`; `forms` as `{"version", "form": [...]}` with the files of
`db/reference/forms/`; `drl` as `db/reference/drl_mapping.toml` with the text of `drl.csv` under `table`.
"""

import tomllib
from functools import cache
from typing import Any

from iqs_tui import locations

KINDS = ("reasons", "forms", "drl")


@cache
def shipped(kind: str) -> tuple[int, dict[str, Any]]:
    """Return the version and the body of a shipped document.

    The version of the forms is that of the newest; that of the DRN table is the sum of table and mapping, which rises
    with either.
    """
    if kind == "forms":
        folder = locations.shipped("db", "reference", "forms")
        found = [_toml("forms", file.name) for file in sorted(folder.glob("*.toml"))]
        version = max((form["version"] for form in found), default=0)
        return version, {"version": version, "form": found}
    if kind == "drl":
        body = _toml("drl_mapping.toml")
        table = locations.shipped("db", "reference", "drl.csv").read_text(encoding="utf-8")
        return body["version"] + body["table_version"], {**body, "table": table}
    body = _toml("reasons.toml")
    return body["version"], body


def _toml(*parts: str) -> dict[str, Any]:
    return tomllib.loads(locations.shipped("db", "reference", *parts).read_text(encoding="utf-8"))
