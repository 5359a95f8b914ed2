"""What can be wrong with the settings of retakes beyond their types: patterns, tags, reasons. In words, by key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from iqs_tui import locations
from iqs_tui.domain import expected_views, patterns, room_rules
from iqs_tui.domain.reasons import ReasonList

if TYPE_CHECKING:
    from iqs_tui.config import Config, RejectRule

_WORDS = {
    "empty": "must be filled in",
    "number": "must be 1 or more",
    "too_long": f"is longer than {patterns.MAX_LENGTH} characters",
    "syntax": "is no regular expression",
    "slow": "could take too long to look for; say it with fewer repeats",
}


def retake_problems(config: Config) -> Iterator[tuple[str, str]]:
    """Yield what cannot be used, lists counted from 1: key and problem."""
    for number, row in enumerate(config.retakes.expected, 1):
        counted = expected_views.Expected(about=row.about, view=row.view, n=row.n)
        for field, problem in expected_views.problems(counted):
            yield f"retakes.expected[{number}].{field}", _WORDS[problem]
    for number, pattern in enumerate(config.retakes.test_patients, 1):
        problem = patterns.problem_of(pattern) if pattern else "empty"
        if problem:
            yield f"retakes.test_patients[{number}]", _WORDS[problem]
    for number, room in enumerate(config.rooms, 1):
        rules = room.retakes.rules
        names = [rule.name for rule in rules]
        for place, rule in enumerate(rules, 1):
            key = f"rooms[{number}].retakes.rules[{place}]"
            if names.index(rule.name) != place - 1:
                yield f"{key}.name", f"{rule.name!r} stands twice; each rule needs its own"
            yield from ((f"{key}.{field}", problem) for field, problem in _rule_problems(rule))


def _rule_problems(rule: RejectRule) -> Iterator[tuple[str, str]]:
    return room_rules.problems(
        ae_title=rule.ae_title,
        creator=rule.creator,
        tag=rule.tag,
        value=rule.value,
        reason_tag=rule.reason_tag,
        reasons=rule.reasons,
        known_reasons=_reason_codes() if rule.reasons else (),
    )


@cache
def _reason_codes() -> tuple[str, ...]:
    """Return the codes of the reasons that ship, first and second level."""
    text = locations.shipped("db", "reference", "reasons.toml").read_text(encoding="utf-8")
    reasons = msgspec.convert(tomllib.loads(text), ReasonList).reason
    return tuple(code for reason in reasons for code in (reason.code, *(detail.code for detail in reason.detail)))
