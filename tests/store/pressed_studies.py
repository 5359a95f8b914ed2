"""Studies of one room in which the key is pressed for an image that is not here, and what else tells of its exposure.

A press happens once, however often a message comes. All else comes an hour after noon, when the keys were pressed long
ago, but for what was `Here` already.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from iqs_tui.domain.records import DoseReport
from iqs_tui.domain.room_rules import Mark
from tests.store.records import NOON, SENDER, image, note, report
from tests.store.studies import PACS, Message, slices
from tests.store.told_studies import Told, ToldStudy, flagged, named_by, scan_note, step, written

OTHER = "1.2.10"
"""The study of the next patient."""


@dataclass(frozen=True)
class Pressed:
    """The key for an image that is not here, so many minutes after noon, and the answer where it was given at once."""

    minutes: float
    reason: str | None = None


@dataclass(frozen=True)
class Here:
    """A message that came before any key was pressed."""

    message: object


@dataclass(frozen=True)
class Look:
    """The node looks whether a study is quiet, and finds that it is: what is lost is missed from then on."""


def press(minutes: float, reason: str | None = None) -> Message:
    return Pressed(minutes, reason), SENDER


def shot(number: int, *, study: str = "1.2.9", **said: object) -> Message:
    """Return the image of an exposure, made so many minutes after noon as its number; no two are of one view."""
    return replace(image(number, number, minutes=number, view=f"view {number}"), study_uid=study, **said), SENDER


def told_of(number: int, *events: int, study: str = "1.2.9") -> DoseReport:
    return replace(report(number, *events), study_uid=study)


def counted(number: int, n_exposures: int, *images: int, study: str = "1.2.9", since: float = 0) -> Message:
    """Return a procedure step of ten minutes that counts exposures and names images."""
    record, sender = step(number, n_exposures, *images)
    begun = NOON + timedelta(minutes=since)
    moments = {"started_at": begun, "ended_at": begun + timedelta(minutes=10)}
    return replace(record, study_uid=study, **moments), sender


def noted(number: int, *images: int, study: str = "1.2.9", minutes: float, **said: object) -> Message:
    return replace(written(note(number, *images), minutes=minutes), study_uid=study, **said), SENDER


def _rejected(told: DoseReport, exposure: int) -> Message:
    return flagged(told, exposure, is_rejected=True), SENDER


_LATE = shot(2)
_MARKED = shot(2, rejected_by=(Mark("deleted", "YES"),))
_EVENT = (told_of(1, 1, 2, 3), SENDER)
_NOTED = noted(1, 2, minutes=5)
_FLAGGED = _rejected(told_of(2, 1, 2, 3), 2)
_COUNTED = counted(1, 3, 1, 3)
_LOST = {
    "event": (_EVENT, "no_image"),
    "note": (_NOTED, "rejection_note"),
    "flag": (_FLAGGED, "no_image", "rdsr_flag"),
    "count": (_COUNTED,),
    "rule": (_MARKED, "rule"),
}
"""What may tell of exposure 2, and the signals of it that stand while no (other) image of it comes."""


def _pair(one: str, other: str) -> ToldStudy:
    """Return a press and two things that tell of its exposure."""
    messages = [press(4, "cut_off"), shot(1), shot(3), _LOST[one][0], _LOST[other][0]]
    signals = {"key", *_LOST[one][1:], *_LOST[other][1:]}
    if "rule" in (one, other):
        signals.discard("no_image")
    is_named = not {one, other} <= {"note", "count"}
    return ToldStudy(messages, (Told("2" if is_named else None, tuple(sorted(signals)), "answered", "cut_off"),))


def _with_late_image(one: str) -> ToldStudy:
    """Return a press, what tells of its exposure, and its image after all: then only what says rejected stands."""
    left = tuple(sorted({"key", *_LOST[one][1:]} - {"no_image"}))
    told = Told("2" if left != ("key",) else None, left, "answered", "cut_off")
    return ToldStudy([press(4, "cut_off"), shot(1), shot(3), _LOST[one][0], _LATE], (told,))


PRESSED: dict[str, ToldStudy] = {
    **{f"{a} and {b}": _pair(a, b) for a in _LOST for b in _LOST if a < b},
    **{f"{a} and the image late": _with_late_image(a) for a in _LOST if a != "rule"},
    "image of a note that names its event": ToldStudy(
        [press(4), shot(1), (named_by(told_of(1, 1, 2), 2, 22), SENDER), noted(1, 22, minutes=5)],
        (Told("2", ("key", "no_image", "rejection_note")),),
    ),
    "no key, an event and a note that name nothing in common": ToldStudy(
        [shot(1), shot(3), _EVENT, noted(1, 22, minutes=5), (Look(), SENDER)],
        (Told("2", ("no_image", "rejection_note")),),
    ),
    "no key, and the image of that event after all": ToldStudy(
        [shot(1), shot(3), _EVENT, noted(1, 22, minutes=5), (Look(), SENDER), _LATE],
        (Told(None, ("rejection_note",)),),
    ),
    "rejected image that was here": ToldStudy(
        [press(4), (Here(_LATE[0]), SENDER), _NOTED],
        (Told(None, ("key",)), Told("2", ("rejection_note",))),
    ),
    "note days later": ToldStudy(
        [press(4), noted(1, 2, minutes=3000)], (Told(None, ("key",)), Told(None, ("rejection_note",)))
    ),
    "wrong worklist entry": ToldStudy(
        [press(4), noted(1, 2, minutes=5, title_code="113038")],
        (Told(None, ("key",)), Told(None, ("rejection_note",), counts_as="identification")),
    ),
    "slices of which none came": ToldStudy(
        [press(4), (replace(scan_note(1, *range(101, 160)), noted_at=NOON + timedelta(minutes=5)), SENDER)],
        (Told(None, ("key", "rejection_note")),),
    ),
    "slices of which some came": ToldStudy(
        [press(4), *((record, SENDER) for record, _ in slices(100, 1, 3)), (scan_note(1, *range(100, 109)), SENDER)],
        (Told("1", ("key", "rejection_note")),),
    ),
    "other room": ToldStudy(
        [(Pressed(4), PACS), shot(1), shot(3), _EVENT, _COUNTED],
        (Told(None, ("key",)), Told("2", ("no_image",))),
    ),
    "counts of two": ToldStudy(
        [press(4), press(6, "motion"), counted(1, 4, 1), shot(1)],
        (Told(None, ("key",)), Told(None, ("key",), "answered", "motion"), Told(None, ("mpps_count",))),
    ),
    "two patients, one lost exposure": ToldStudy(
        [
            *(press(4, "motion"), press(24, "cut_off"), shot(1), shot(20, study=OTHER)),
            *((told_of(1, 1, 2), SENDER), (told_of(2, 20, 22, study=OTHER), SENDER)),
        ],
        (
            Told("2", ("key", "no_image"), "answered", "motion"),
            Told("22", ("key", "no_image"), "answered", "cut_off"),
        ),
    ),
    "two patients, and a press that could be about the first one too": ToldStudy(
        [
            *(press(3, "motion"), press(25, "cut_off"), shot(1), shot(29, study=OTHER)),
            *((told_of(1, 1, 2), SENDER), (told_of(2, 28, 29, study=OTHER), SENDER)),
        ],
        (
            Told("2", ("key", "no_image"), "answered", "motion"),
            Told("28", ("key", "no_image"), "answered", "cut_off"),
        ),
    ),
    "two patients, one press": ToldStudy(
        [
            *(press(24, "cut_off"), shot(1), shot(20, study=OTHER)),
            *((told_of(1, 1, 2), SENDER), (told_of(2, 20, 22, study=OTHER), SENDER)),
        ],
        (Told("2", ("no_image",)), Told("22", ("key", "no_image"), "answered", "cut_off")),
    ),
}

TWO_PATIENTS: list[Message] = [
    *(shot(1), shot(3), shot(14, study=OTHER), shot(16, study=OTHER)),
    (told_of(1, 1, 2), SENDER),
    (told_of(2, 1, 2, 3, 5), SENDER),
    _rejected(told_of(3, 14, 15, 16, study=OTHER), 15),
    noted(1, 99, study=OTHER, minutes=18, device=image(1, 1).device),
    noted(2, 16, minutes=19, study=OTHER, reason_code="111210"),
    counted(1, 4, 1, 3),
    counted(2, 4, 14, 16, study=OTHER, since=12),
    shot(5),
    shot(15, study=OTHER),
    (Look(), SENDER),
]
"""Ten minutes between them: in each something was lost, and of some of that an image comes after all."""
