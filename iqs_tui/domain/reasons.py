"""Reject reasons: two levels, one key each, mapped to CID 7011 (PS3.16) and back."""

from dataclasses import dataclass

from iqs_tui.domain.coded import refuse_doubles, words

KEYS_IN_NUMPAD_ORDER = "789456123"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A second-level reason."""

    code: str
    key: str
    nl: str
    en: str
    cid7011: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A first-level reason: one key of the numpad; without a key it is only ever brought by a modality."""

    code: str
    key: str
    nl: str
    en: str
    cid7011: str
    detail: tuple[Detail, ...] = ()
    note_nl: str | None = None
    note_en: str | None = None
    asks_text: bool = False
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReject:
    """A way in which an exposure that looked like a retake was none: a full answer."""

    code: str
    key: str
    nl: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonList:
    """The reasons in force, as read from `db/reference/reasons.toml` or handed out by the central server."""

    version: int
    source: str
    reason: tuple[Reason, ...]
    no_reject: tuple[NoReject, ...]

    def __post_init__(self) -> None:
        """Refuse a list in which two answers share a key or a code."""
        for name, group in (("reason", self.reason), ("no_reject", self.no_reject)):
            shown = [item for item in group if item.key and not getattr(item, "retired", False)]
            refuse_doubles(f"{name}.key", [item.key for item in shown])
            refuse_doubles(f"{name}.code", [item.code for item in group])
        for reason in self.reason:
            refuse_doubles(f"detail.key of {reason.code}", [detail.key for detail in reason.detail])

    def by_key(self, key: str) -> Reason | None:
        """Return the first-level reason that this key answers."""
        return next((reason for reason in self.reason if reason.key == key and not reason.retired), None)

    def by_code(self, code: str) -> Reason | None:
        """Return the first-level reason of a code, also when the code is of one of its details."""
        first = code.split(".")[0]
        return next((reason for reason in self.reason if reason.code == first), None)

    def label(self, code: str, language: str = "nl") -> str | None:
        """Return the words for any code of the list, details with their first level: "Belichting: te veel"."""
        for item in self.no_reject:
            if item.code == code:
                return words(item, language)
        reason = self.by_code(code)
        if reason is None:
            return None
        if reason.code == code:
            return words(reason, language).rstrip("…")
        detail = next((item for item in reason.detail if item.code == code), None)
        if detail is None:
            return None
        more = words(detail, language)
        return f"{words(reason, language)}: {more[0].lower()}{more[1:]}"

    def cid7011(self, code: str) -> str | None:
        """Return the CID 7011 code of a reason or a detail; None for "geen afkeur" and for unknown codes."""
        reason = self.by_code(code)
        if reason is None:
            return None
        detail = next((item for item in reason.detail if item.code == code), None)
        return (detail.cid7011 if detail else None) or reason.cid7011

    def from_cid7011(self, cid7011: str) -> str | None:
        """Return our code for a CID 7011 code that a modality brought; None where the list has none for it.

        Coded words that are coarser than our answers (111209 Positioning is three keys of ours) have an entry without
        a key; after those a detail comes before a first level, since it says more.
        """
        unkeyed: list[Reason | Detail] = [reason for reason in self.reason if not reason.key]
        details: list[Reason | Detail] = [detail for reason in self.reason for detail in reason.detail]
        first: list[Reason | Detail] = [reason for reason in self.reason if reason.key]
        return next((item.code for item in (*unkeyed, *details, *first) if item.cid7011 == cid7011), None)


CID_7011 = frozenset({str(code) for code in range(111207, 111222)} | {"113026"})
"""Rejected for Quality Reason, scheme DCM (PS3.16)."""
