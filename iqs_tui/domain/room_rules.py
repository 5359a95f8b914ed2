"""A room's own rule by which its modality marks an image as rejected: an AE title, or a tag with a value.

Makers have private tags for it and no two the same, so the rule stands in the room's settings and not in code.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

_TAG = re.compile(r"([0-9a-f]{4}),(xx|[0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)


_MAX_WORDS = 64


class RuleTag(NamedTuple):
    """A tag as a rule names it: of a private one only the low byte counts, since its block differs from image to image.

    `element` is the whole element of a standard tag, and the low byte of a private one.
    """

    group: int
    element: int

    @property
    def is_private(self) -> bool:
        """Its group is odd (PS3.5 7.8)."""
        return self.group % 2 == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRule:
    """One rule: images of an AE title, or images with a tag of a value."""

    name: str
    ae_title: str = ""
    """Of who sends, or as which the kiosk was called: a modality with a destination of its own for rejects."""
    creator: str = ""
    """Private creator, where a tag is private."""
    tag: RuleTag | None = None
    value: str = ""
    """Empty: any value."""
    reason_tag: RuleTag | None = None
    reasons: tuple[tuple[str, str], ...] = ()
    """The modality's words for a reason, and our code."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """What a rule found on an image."""

    rule: str
    value: str = ""
    """As the rule has it: never more of the header than was asked for."""
    reason: str = ""
    """A code of reasons.toml."""
    words: str = ""
    """The modality's words, where they map to none."""


Read = Callable[[str, RuleTag], tuple[str, ...]]


def parse_tag(written: str) -> RuleTag | None:
    """Return a tag written as `gggg,eeee` or `gggg,xxee`; None where it is neither, or xx stands in a standard tag."""
    found = _TAG.fullmatch(written.strip())
    if found is None:
        return None
    group, block, low = int(found[1], 16), found[2].lower(), int(found[3], 16)
    if group % 2:
        return RuleTag(group, low)
    return None if block == "xx" else RuleTag(group, int(block, 16) << 8 | low)


def problems(
    *,
    ae_title: str,
    creator: str,
    tag: str,
    value: str,
    reason_tag: str,
    reasons: Mapping[str, str],
    known_reasons: Collection[str],
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a rule as it is written: field, and words for who edits the settings."""
    if bool(ae_title) == bool(tag):
        yield "tag", "fill in either ae_title or tag" + (", not both" if tag else "")
    if value and not tag:
        yield "value", "needs a tag"
    for field, written in (("tag", tag), ("reason_tag", reason_tag)):
        parsed = parse_tag(written)
        if written and parsed is None:
            yield field, f"{written!r} is no tag; allowed: such as 0028,0300, or 0021,xx0F for a private one"
        elif parsed is not None and parsed.is_private and not creator:
            yield "creator", f"must be filled in: {field} {written} is private"
    if reasons and not reason_tag:
        yield "reasons", "needs a reason_tag"
    for code in sorted({*reasons.values()} - {*known_reasons}):
        yield "reasons", f"{code!r} is not a code of reasons.toml; allowed: {', '.join(known_reasons)}"


def marks(rules: Iterable[RoomRule], ae_titles: Collection[str], read: Read) -> tuple[Mark, ...]:
    """Return what the rules find on an image.

    Args:
        rules: of the room.
        ae_titles: of the sender, and as which it called the kiosk.
        read: gives the values of a tag of a private creator (empty: a standard tag), as text.
    """
    found = []
    for rule in rules:
        if rule.ae_title in ae_titles if rule.tag is None else _has_value(rule.value, read(rule.creator, rule.tag)):
            words = read(rule.creator, rule.reason_tag) if rule.reason_tag else ()
            found.append(_mark(rule, words))
    return tuple(sorted(found))


def _mark(rule: RoomRule, words: Iterable[str]) -> Mark:
    """Return the mark with the first reason that maps to a code of ours, else with the words."""
    said = [word for word in words if word]
    codes = {theirs.casefold(): ours for theirs, ours in rule.reasons}
    reason = next((codes[word.casefold()] for word in said if word.casefold() in codes), "")
    return Mark(rule.name, rule.value, reason, "" if reason else ", ".join(said)[:_MAX_WORDS])


def _has_value(wanted: str, values: Iterable[str]) -> bool:
    """Say whether one of the values is the wanted one: capitals and the way a number is written do not count."""
    return any(bool(value) if not wanted else _plain(value) == _plain(wanted) for value in values)


def _plain(value: str) -> str:
    words = value.strip().casefold()
    return f"{float(words):g}" if _NUMBER.fullmatch(words) else words
