"""Rejection notes: every title, every order, and the note that is taken back."""

from datetime import timedelta

from iqs_tui.simulator import notes
from iqs_tui.simulator.actions import Actions, Pause, dose_report, image, note, plain_study, rejection, retake, shots_of
from iqs_tui.simulator.catalogue import HAND_LEFT, HIP_LATERAL, KNEE_RIGHT, PELVIS_AP, THORAX, THORAX_PA
from iqs_tui.simulator.codes import Code
from iqs_tui.simulator.flaws import CUT_OFF, MOVED, OFF_CENTRE, OVER, TILTED
from iqs_tui.simulator.images import Rendition
from iqs_tui.simulator.machines import BUCKY, BUCKY_1
from iqs_tui.simulator.scenarios.scenario import Scenario
from iqs_tui.simulator.study import Stage


def _reject_note(stage: Stage) -> Actions:
    study, bad, good = retake(stage, KNEE_RIGHT, stage.ago(minutes=4), TILTED)
    yield image(study, bad)
    yield rejection(stage, study, bad, bad.at + timedelta(seconds=15))
    yield from (image(study, shot) for shot in good)
    yield dose_report(stage, study, [bad, *good])


def _reject_note_reason(stage: Stage) -> Actions:
    study, bad, good = retake(stage, KNEE_RIGHT, stage.ago(minutes=4), MOVED)
    yield image(study, bad)
    yield rejection(stage, study, bad, bad.at + timedelta(seconds=15), MOVED.reason, MOVED.words)
    yield from (image(study, shot) for shot in good)
    yield dose_report(stage, study, [bad, *good])


def _reject_note_first(stage: Stage) -> Actions:
    """A note may come before its images: the console sends it at once, the images at the end of the study."""
    study, bad, good = retake(stage, THORAX_PA, stage.ago(minutes=4), CUT_OFF)
    yield rejection(stage, study, bad, bad.at + timedelta(seconds=20))
    yield Pause(seconds=0.5)
    yield from (image(study, shot) for shot in (bad, *good))
    yield dose_report(stage, study, [bad, *good])


def _reject_note_late(stage: Stage) -> Actions:
    """A PACS that is tidied up days later writes the note then."""
    study, bad, good = retake(stage, HIP_LATERAL, stage.ago(days=3), OFF_CENTRE)
    yield from (image(study, shot) for shot in (bad, *good))
    yield dose_report(stage, study, [bad, *good])
    yield rejection(stage, study, bad, stage.ago(minutes=1))


def _reject_note_safety(stage: Stage) -> Actions:
    study, bad, good = retake(stage, PELVIS_AP, stage.ago(minutes=4), OVER)
    yield from (image(study, shot) for shot in (bad, *good))
    stage.reject(bad)
    yield note(stage, study, [bad], stage.ago(minutes=2), notes.SAFETY)
    yield dose_report(stage, study, [bad, *good])


def _reject_note_revoked(stage: Stage) -> Actions:
    """The radiologist wanted the image after all: it is restored, and was no reject."""
    study, bad, good = retake(stage, KNEE_RIGHT, stage.ago(minutes=8), TILTED)
    yield from (image(study, shot) for shot in (bad, *good))
    yield dose_report(stage, study, [bad, *good])
    yield note(stage, study, [bad], stage.ago(minutes=6), notes.QUALITY)
    yield Pause(seconds=0.2)
    yield note(stage, study, [bad], stage.ago(minutes=2), notes.REVOKED)
    stage.truth.repeats[bad.event_uid] = good[0].event_uid


def _wrong_entry(stage: Stage) -> Actions:
    """The study stood under the wrong worklist entry: it is sent again under the right one, and taken away here."""
    at = stage.ago(minutes=9)
    wrong, right = (stage.study(BUCKY_1, THORAX, at) for _ in range(2))
    shots = shots_of(stage, THORAX.views, at)
    yield from (image(wrong, shot) for shot in shots)
    yield dose_report(stage, wrong, shots)
    yield note(stage, wrong, shots, stage.ago(minutes=3), notes.WRONG_ENTRY)
    for shot in shots:
        moved = Rendition(uid=stage.uid())
        stage.truth.images[moved.uid] = shot.event_uid
        stage.truth.misidentified.add(shot.event_uid)
        yield image(right, shot, moved)


def _after_a_good_hand(stage: Stage, title: Code, **ago: float) -> Actions:
    study = stage.study(BUCKY_1, HAND_LEFT, stage.ago(**ago))
    shots = shots_of(stage, HAND_LEFT.views, study.started_at)
    yield from (image(study, shot) for shot in shots)
    yield dose_report(stage, study, shots)
    yield note(stage, study, shots, stage.ago(minutes=1), title)
    stage.truth.lawful.update(shot.event_uid for shot in shots)


def _quality_issue(stage: Stage) -> Actions:
    yield from _after_a_good_hand(stage, notes.QUALITY_ISSUE, minutes=4)


def _retention(stage: Stage) -> Actions:
    yield from _after_a_good_hand(stage, notes.RETENTION, days=40)
    yield from plain_study(stage, BUCKY_1, THORAX_PA, stage.ago(minutes=2))


SCENARIOS = tuple(
    Scenario(name, summary, (BUCKY,), play)
    for name, summary, play in (
        ("reject_note", "an image, a rejection note without a reason, the retake", _reject_note),
        ("reject_note_reason", "the same, and the note brings the reason", _reject_note_reason),
        ("reject_note_first", "the rejection note comes before its images", _reject_note_first),
        ("reject_note_late", "the rejection note comes three days after its images", _reject_note_late),
        ("reject_note_safety", "rejected for patient safety (113037)", _reject_note_safety),
        ("reject_note_revoked", "a rejection note, taken back minutes later", _reject_note_revoked),
        ("wrong_entry", "a study moved to another patient (113038): no reject", _wrong_entry),
        ("quality_issue", "an image flagged as flawed but kept (113010): no reject", _quality_issue),
        ("retention", "old images taken away (113039): no reject", _retention),
    )
)
