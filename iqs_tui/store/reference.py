"""The reference data that ships with the program (`db/reference/`), as the central server hands it out.

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
        found = [read_toml("forms", file.name) for file in sorted(folder.glob("*.toml"))]
        version = max((form["version"] for form in found), default=0)
        return version, {"version": version, "form": found}
    if kind == "drl":
        body = read_toml("drl_mapping.toml")
        table = locations.shipped("db", "reference", "drl.csv").read_text(encoding="utf-8")
        return body["version"] + body["table_version"], {**body, "table": table}
    body = read_toml("reasons.toml")
    return body["version"], body


@cache
def ct_multiphase() -> tuple[str, ...]:
    """Return the parts of CT protocol names whose scans over one range are meant."""
    return tuple(name for part in read_toml("ct_multiphase.toml")["part"] for name in part["names"])


def read_toml(*parts: str) -> dict[str, Any]:
    """Return what a TOML file of `db/reference/` holds."""
    return tomllib.loads(locations.shipped("db", "reference", *parts).read_text(encoding="utf-8"))
