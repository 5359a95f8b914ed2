"""Studies in which something tells of a reject or a repeat, message by message; one or more per kind of signal.

A new kind of signal adds its studies to `TOLD_STUDIES` with the cases that they must end in: `test_one_case` then sends
each in every order, and doubled.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from iqs_tui.domain.records import DoseReport, IrradiationEvent, ProcedureStep, RejectionNote
from tests.store.records import BUCKY, NOON, SENDER, image, note, report
from tests.store.studies import MPPS, PACS, Message, slices, unnamed

REVOKED = "REVOKE_REJECTION"


@dataclass(frozen=True)
class Told:
    """What a case must look like."""

    exposure: str | None
    signals: tuple[str, ...]
    state: str = "open"
    reason: str | None = None
    counts_as: str = "reject"


@dataclass(frozen=True)
class ToldStudy:
    """Messages, and the cases that they end in, by the number of the exposure."""

    messages: list[Message]
    cases: tuple[Told, ...]


def written(said: RejectionNote, *, minutes: float) -> RejectionNote:
    """Return a note that was written so many minutes after noon."""
    return replace(said, noted_at=NOON + timedelta(minutes=minutes))


def revocation(number: int, *images: int, minutes: float | None = None) -> RejectionNote:
    """Return a note that gives these images back."""
    said = note(number, *images, title=REVOKED)
    return said if minutes is None else written(said, minutes=minutes)


def flagged(told: DoseReport, exposure: int, **flags: object) -> DoseReport:
    """Return a report that flags one of its events."""
    uid = f"1.2.5.{exposure}"
    return replace(told, events=tuple(replace(e, **flags) if e.exposure_uid == uid else e for e in told.events))


def at(told: DoseReport, minutes: float) -> DoseReport:
    """Return a report that was written so many minutes after noon."""
    return replace(told, content_at=NOON + timedelta(minutes=minutes))


def _views(*exposures: int) -> list[Message]:
    """Return images of different views, one per exposure: nothing of them looks like a repeat."""
    names = ("PA", "LAT", "AP", "LPO", "RPO")
    return [(image(n, n, minutes=n, view=names[n % 5], protocol=f"Thorax {names[n % 5]}"), SENDER) for n in exposures]


def step(number: int, n_exposures: int | None, *images: int, status: str = "COMPLETED") -> Message:
    """Return a procedure step that counts exposures and names images."""
    return (
        ProcedureStep(
            step_uid=f"1.1.{number}",
            device=BUCKY,
            status=status,
            study_uid="1.2.9",
            modality="DX",
            procedure="X-thorax",
            started_at=NOON,
            ended_at=NOON + timedelta(minutes=9),
            n_exposures=n_exposures,
            image_uids=tuple(f"1.2.3.{image}" for image in images),
        ),
        MPPS,
    )


def _of_two_studies() -> list[Message]:
    other = replace(image(2, 2), study_uid="1.2.10")
    both = replace(note(1, 1, 2), other_studies={"1.2.3.2": "1.2.10"})
    wrong = replace(note(2, 2), study_uid="1.2.9")
    return [(image(1, 1), SENDER), (other, SENDER), (both, PACS), (wrong, PACS)]


def scan_note(number: int, *images: int) -> RejectionNote:
    """Return a note of the slices of one series."""
    said = note(number, *images)
    return replace(said, series_of_slices=dict.fromkeys(said.instance_uids, "1.2.8.1"))


def named_by(told: DoseReport, exposure: int, image_number: int) -> DoseReport:
    """Return a report that names the image of one of its events."""
    uid, named = f"1.2.5.{exposure}", (f"1.2.3.{image_number}",)
    events = (replace(e, acquired_image_uids=named) if e.exposure_uid == uid else e for e in told.events)
    return replace(told, events=tuple(events))


def _named_by_the_report() -> list[Message]:
    told = report(1, 1)
    event: IrradiationEvent = replace(told.events[0], acquired_image_uids=("1.2.3.7", "1.2.3.8"))
    return [(replace(told, events=(event,)), SENDER), (note(1, 7), PACS), (note(2, 8, reason="111210"), PACS)]


TOLD_STUDIES: dict[str, ToldStudy] = {
    "quality, safety, worklist, retention": ToldStudy(
        [
            *_views(1, 2, 3, 4),
            (note(1, 1), PACS),
            (note(2, 2, title="113037"), PACS),
            (note(3, 3, title="113038", reason="111210"), PACS),
            (note(4, 4, title="113039"), PACS),
        ],
        (
            Told("1", ("rejection_note",)),
            Told("2", ("rejection_note",)),
            Told("3", ("rejection_note",), counts_as="identification"),
        ),
    ),
    "worklist and quality of one exposure": ToldStudy(
        [*_views(1), (note(1, 1, title="113038"), PACS), (note(2, 1, reason="111210"), PACS)],
        (Told("1", ("rejection_note",), "answered", "motion"),),
    ),
    "two images of one exposure, two reasons": ToldStudy(
        [
            (image(1, 1), SENDER),
            (image(2, 1), SENDER),
            (written(note(1, 1, reason="111210"), minutes=5), PACS),
            (written(note(2, 2, reason="111212"), minutes=3), SENDER),
        ],
        (Told("1", ("rejection_note",), "answered", "exposure.over"),),
    ),
    "revoked": ToldStudy(
        [
            *_views(1, 2, 3, 4),
            (written(note(1, 1, reason="111210"), minutes=5), PACS),
            (revocation(2, 1, minutes=9), PACS),
            (written(note(3, 2, reason="111210"), minutes=5), PACS),
            (written(note(4, 2), minutes=12), PACS),
            (revocation(5, 2, minutes=9), PACS),
            (note(6, 3), PACS),
            (revocation(7, 3, minutes=1), PACS),
            (written(note(8, 4), minutes=3), PACS),
            (revocation(9, 1, 2), replace(PACS, ae_title="OTHER")),
            (written(note(10, 2), minutes=20), PACS),
        ],
        (Told("4", ("rejection_note",)),),
    ),
    "revoked and rejected again": ToldStudy(
        [
            *_views(1),
            (written(note(1, 1, reason="111210"), minutes=5), PACS),
            (revocation(2, 1, minutes=9), PACS),
            (written(note(3, 1), minutes=12), PACS),
        ],
        (Told("1", ("rejection_note",)),),
    ),
    "images of two studies": ToldStudy(
        _of_two_studies(), (Told("1", ("rejection_note",)), Told("2", ("rejection_note",)))
    ),
    "image that only the report names": ToldStudy(
        _named_by_the_report(), (Told("1", ("rejection_note",), "answered", "motion"),)
    ),
    "flags of cumulative reports": ToldStudy(
        [
            *_views(1, 2, 3),
            (at(report(1, 1), 1), SENDER),
            (at(flagged(report(2, 1, 2), 1, is_rejected=True, reject_reason_code="111210"), 2), SENDER),
            (at(flagged(report(3, 1, 2, 3), 2, is_rejected=True, reject_reason_meaning="te donker"), 3), SENDER),
            (at(flagged(report(4, 1, 2, 3), 3, is_rejected=True), 2), SENDER),
            (at(flagged(report(5, 3), 3, is_rejected=False), 4), SENDER),
            (note(1, 1), PACS),
        ],
        (
            Told("1", ("rdsr_flag", "rejection_note"), "answered", "motion"),
            Told("2", ("rdsr_flag",)),
        ),
    ),
    "repeat that names what it repeats": ToldStudy(
        [*_views(1, 2, 3), (flagged(report(1, 1, 2, 3), 3, is_repeated=True, repeats_uid="1.2.5.1"), SENDER)],
        (Told("1", ("rdsr_flag",), counts_as="repeat"),),
    ),
    "repeat of the last one of its view": ToldStudy(
        [
            (image(1, 1, minutes=1, view="PA"), SENDER),
            (image(2, 2, minutes=30, view="PA"), SENDER),
            (image(3, 3, minutes=31, view="LAT"), SENDER),
            (image(4, 4, minutes=90, view="PA"), SENDER),
            (
                flagged(
                    replace(
                        report(1, 1, 2, 3, 4),
                        events=tuple(
                            replace(e, facts=replace(e.facts, acquired_at=NOON + timedelta(minutes=m)))
                            for e, m in zip(report(1, 1, 2, 3, 4).events, (1, 30, 31, 90), strict=True)
                        ),
                    ),
                    4,
                    is_repeated=True,
                    repeat_reason_code="128553",
                ),
                SENDER,
            ),
        ],
        (Told("2", ("rdsr_flag",), "answered", "motion", "repeat"),),
    ),
    "repeat of nothing known": ToldStudy(
        [*_views(1, 2), (flagged(report(1, 1, 2), 2, is_repeated=True), SENDER)],
        (Told("2", ("rdsr_flag",), counts_as="repeat"),),
    ),
    "same view and a note": ToldStudy(
        [(image(1, 1), SENDER), (image(2, 2, minutes=2), SENDER), (image(3, 3, minutes=4), SENDER), (note(1, 2), PACS)],
        (
            Told("1", ("same_view",), counts_as="repeat"),
            Told("2", ("rejection_note", "same_view")),
        ),
    ),
    "notes and a repeat in one study": ToldStudy(
        [
            (image(1, 1), SENDER),
            (image(2, 1), SENDER),
            (image(3, 2, minutes=3), SENDER),
            (image(4, 3, minutes=20, view="LL"), SENDER),
            (note(1, 1, 2), PACS),
            (note(2, 4, reason="111210"), PACS),
            (note(3, 2), PACS),
        ],
        (
            Told("1", ("rejection_note", "same_view")),
            Told("3", ("rejection_note",), "answered", "motion"),
        ),
    ),
    "more exposures than images": ToldStudy(
        [*_views(1, 2), step(1, 4, 1, 2)], (Told(None, ("mpps_count",)), Told(None, ("mpps_count",)))
    ),
    "counts that are explained": ToldStudy(
        [*_views(1, 2), step(1, 4, 1, 2), (note(1, 3), PACS)],
        (Told(None, ("mpps_count",)), Told(None, ("rejection_note",))),
    ),
    "counts that say nothing": ToldStudy(
        [
            *_views(1, 2, 3),
            (replace(image(21, 2, minutes=2, view="AP"), is_derived=True), SENDER),
            step(1, 2, 1, 2, 21),
            step(2, 1, 3),
            step(3, None, 3),
            step(4, 0, 3),
            step(5, 3),
            step(6, 7, 3, status="DISCONTINUED"),
            step(7, 7, 3, status="IN PROGRESS"),
        ],
        (),
    ),
    "a pair of images of one exposure": ToldStudy(
        [
            (image(1, 1), SENDER),
            (unnamed(replace(image(2, 1), series_uid="1.2.8.2")), SENDER),
            (note(1, 2), PACS),
            (note(2, 1), PACS),
            step(1, 2, 1, 2),
        ],
        (Told("1", ("rejection_note",)), Told(None, ("mpps_count",))),
    ),
    "slices of a CT": ToldStudy(
        [*slices(100, 1, 3), (replace(note(1, 101), study_uid="1.2.9"), PACS)],
        (Told("1", ("rejection_note",)),),
    ),
    "exposure without an image": ToldStudy(
        [*_views(1, 3), (report(1, 1), SENDER), (report(2, 1, 2, 3), SENDER)],
        (Told("2", ("no_image",)),),
    ),
    "exposure without an image, and all that may tell of it": ToldStudy(
        [
            *_views(1, 3),
            (report(1, 1, 2), SENDER),
            (flagged(report(2, 1, 2, 3), 2, is_rejected=True), SENDER),
            step(1, 3, 1, 3),
            (named_by(report(3, 1, 2, 3), 2, 22), SENDER),
            (note(1, 22, reason="111210"), PACS),
        ],
        (Told("2", ("no_image", "rdsr_flag", "rejection_note"), "answered", "motion"),),
    ),
    "image that came after all": ToldStudy([*_views(1, 2, 3), (report(1, 1, 2, 3), SENDER)], ()),
    "slices of which none came": ToldStudy(
        [(scan_note(1, *range(101, 160)), PACS), *_views(1)],
        (Told(None, ("rejection_note",)),),
    ),
    "slices of which some came": ToldStudy(
        [*slices(100, 1, 3), *slices(110, 2, 1), (scan_note(1, *range(100, 109)), PACS)],
        (Told("1", ("rejection_note",)),),
    ),
}
