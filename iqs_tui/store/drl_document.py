"""The DRN document as it is handed out: the table as CSV text, and the mapping of procedures to its rows."""

from functools import lru_cache

import msgspec

from iqs_tui.domain.drl import DrlBook, RowMapping, parse_table
from iqs_tui.domain.drl_rules import pattern_problems

_WORDS = {
    "syntax": "no regular expression",
    "too_long": "a pattern that is too long",
    "slow": "a pattern with too many choices",
}


class DrlBody(msgspec.Struct, frozen=True, kw_only=True):
    """`drl_mapping.toml`, with the text of `drl.csv` under `table`."""

    version: int
    table_version: int
    table: str
    mapping: tuple[RowMapping, ...] = ()


@lru_cache(maxsize=4)
def read(body: str) -> DrlBook:
    """Read the JSON that the server hands out: `drl_mapping.toml`, with the text of `drl.csv` under `table`.

    Raises:
        ValueError: it is not that JSON, a row of the table is bad, or a pattern is no regular expression.
    """
    return book_of(decode(body))


def decode(body: str) -> DrlBody:
    """Read the JSON, not yet its table and its patterns.

    Raises:
        ValueError: it is not that JSON.
    """
    try:
        return msgspec.json.decode(body, type=DrlBody)
    except msgspec.DecodeError as error:
        raise ValueError(f"drl: {error}") from None


def book_of(body: DrlBody) -> DrlBook:
    """Return the table and mapping of a document.

    Raises:
        ValueError: a row of the table is bad, or a pattern is no regular expression or may take too long.
    """
    for item in body.mapping:
        for name, problem in pattern_problems(item):
            raise ValueError(f"drl mapping of {item.procedure_nl}: {name}: {_WORDS[problem]}")
    return DrlBook(
        table_version=body.table_version,
        mapping_version=body.version,
        rows=parse_table(body.table),
        mappings=body.mapping,
    )
