"""Which reasons rejects have, the most frequent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from iqs_tui.store.reading.reject_analysis.figures import Pareto, ReasonShare
from iqs_tui.store.reading.reject_analysis.tallied import CaseRow


def reasons_of(cases: Iterable[CaseRow]) -> tuple[Pareto, ...]:
    """Return the reasons of the rejects, of CT apart from the rest; a list without rejects is not there."""
    lists: dict[bool, list[str | None]] = {False: [], True: []}
    for case in cases:
        if case.is_reject:
            lists[case.key.kind.modality == "CT"].append(case.reason_code)
    return tuple(_pareto(codes, is_ct=is_ct) for is_ct, codes in lists.items() if codes)


def _pareto(codes: Sequence[str | None], *, is_ct: bool) -> Pareto:
    given = [code for code in codes if code]
    first = Counter(code.split(".")[0] for code in given)
    full = Counter(given)
    return Pareto(
        is_ct=is_ct,
        n=len(given),
        n_without=len(codes) - len(given),
        reasons=tuple(
            ReasonShare(code=code, n=n, of=len(given), details=_details(code, n, full)) for code, n in _ordered(first)
        ),
    )


def _details(first: str, n: int, full: Counter[str]) -> tuple[ReasonShare, ...]:
    """Return the parts of a first-level reason; those without a detail stand under its own code."""
    parts = Counter({code: found for code, found in full.items() if code.split(".")[0] == first})
    return tuple(ReasonShare(code=code, n=found, of=n) for code, found in _ordered(parts))


def _ordered(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
