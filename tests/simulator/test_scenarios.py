"""What the simulator sends is valid DICOM, the same for the same seed, and its truth is never in it."""

import itertools
import math
import statistics
import subprocess
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.config import load
from iqs_tui.domain.uids import is_uid
from iqs_tui.simulator import catalogue, images
from iqs_tui.simulator.actions import BeginStep, EndStep, Pause, Send
from iqs_tui.simulator.machines import CR_2
from iqs_tui.simulator.scenarios import SCENARIOS
from iqs_tui.simulator.study import Stage

NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
ENDING = [name for name in SCENARIOS if name != "demo"]
KOS = "1.2.840.10008.5.1.4.1.1.88.59"


def a_stage(seed: str = "1") -> Stage:
    return Stage(seed, lambda: NOW, ZoneInfo("Europe/Amsterdam"))


def play(name: str, seed: str = "1"):
    stage = a_stage(seed)
    return list(itertools.islice(SCENARIOS[name].play(stage), 200)), stage.truth


def sent(name: str):
    return [action.dataset for action in play(name)[0] if isinstance(action, Send)]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_seed_sends_the_same(name: str) -> None:
    one, other = play(name)[0], play(name)[0]
    assert one == other
    assert play(name, "2")[0] != one


@pytest.mark.parametrize("name", ENDING)
def test_uids_are_valid_and_used_once(name: str) -> None:
    uids = [dataset.SOPInstanceUID for dataset in sent(name)]
    n_times = 2 if name == "resent" else 1
    assert set(Counter(uids).values()) == {n_times}
    assert all(is_uid(str(uid)) and uid.startswith("2.25.") for uid in uids)


@pytest.mark.parametrize("name", ENDING)
def test_nothing_is_made_in_the_future(name: str) -> None:
    now = NOW.astimezone(ZoneInfo("Europe/Amsterdam"))
    latest = f"{now:%Y%m%d%H%M%S}"
    assert all(dataset.ContentDate + dataset.ContentTime <= latest for dataset in sent(name))


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_scenario_names_its_machines(name: str) -> None:
    spoken = {action.machine.ae_title for action in play(name)[0] if not isinstance(action, Pause)}
    assert spoken == set(SCENARIOS[name].machines)


@pytest.mark.parametrize("name", ENDING)
def test_the_truth_speaks_of_what_is_there(name: str) -> None:
    actions, truth = play(name)
    images_ = [a.dataset for a in actions if isinstance(a, Send) and "PixelData" in a.dataset]
    assert len(truth.exposure_uids) == len(set(truth.exposure_uids))
    assert {image.SOPInstanceUID for image in images_} == set(truth.images)
    assert set(truth.images.values()) <= set(truth.exposure_uids)
    spoken_of = {*truth.rejects, *truth.repeats, *truth.repeats.values(), *truth.misidentified, *truth.lawful}
    assert spoken_of <= set(truth.exposure_uids)
    named = {(image.SOPInstanceUID, image.IrradiationEventUID) for image in images_ if "IrradiationEventUID" in image}
    assert named <= set(truth.images.items())


def test_the_settings_that_a_scenario_needs_are_valid(tmp_path) -> None:
    for scenario in SCENARIOS.values():
        path = tmp_path / "config.toml"
        path.write_text(f'[[rooms]]\nid = "kamer-1"\n{scenario.settings}')
        config = load(path, environ={})
        assert len(config.own_room.retakes.rules) == bool(scenario.settings)


def test_the_truth_of_a_reject() -> None:
    actions, truth = play("reject_note_reason")
    [(exposure, reject)] = truth.rejects.items()
    [note] = [a.dataset for a in actions if isinstance(a, Send) and a.dataset.SOPClassUID == KOS]
    series = note.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == reject.image_uid
    assert truth.told[exposure] == reject.flaw.reason.value == "111210"


def test_a_note_may_come_before_its_images() -> None:
    actions, truth = play("reject_note_first")
    order = [a.dataset.SOPClassUID if isinstance(a, Send) else "pause" for a in actions]
    assert order[:2] == [KOS, "pause"]
    [reject] = truth.rejects.values()
    assert reject.image_uid in [a.dataset.SOPInstanceUID for a in actions[2:] if isinstance(a, Send)]


def test_same_view_repeats_and_bilateral_does_not() -> None:
    assert len(play("same_view")[1].repeats) == 1
    assert play("bilateral")[1].repeats == {}
    assert [image.ImageLaterality for image in sent("bilateral")[:2]] == ["R", "L"]


def test_a_step_is_begun_and_ended_around_its_images() -> None:
    actions, _ = play("mpps_exam")
    assert isinstance(actions[0], BeginStep)
    assert isinstance(actions[-1], EndStep)
    assert actions[0].step_uid == actions[-1].step_uid
    assert actions[-1].dataset.TotalNumberOfExposures == len(catalogue.THORAX.views)


def test_the_demo_rejects_within_seconds_and_goes_on() -> None:
    actions, truth = play("demo")
    first_note = next(n for n, a in enumerate(actions) if isinstance(a, Send) and a.dataset.SOPClassUID == KOS)
    assert isinstance(actions[0], Send)
    assert sum(a.seconds for a in actions[:first_note] if isinstance(a, Pause)) <= 3
    assert len(actions) == 200
    assert len(truth.rejects) > 10


@pytest.mark.parametrize(
    "name",
    [
        *("quiet", "reject_note_reason", "mammography", "ct_day", "flag_rejected", "flag_repeated", "long_leg"),
        *("processing_pair", "phantom", "fluoroscopy", "rule_tag", "bilateral", "flexion_extension", "wrong_entry"),
    ],
)
def test_dciodvfy_finds_no_errors(peer, tmp_path, name: str) -> None:
    dciodvfy = peer("dciodvfy")
    kinds = {}
    for dataset in sent(name):
        kinds.setdefault((dataset.SOPClassUID, str(dataset.get("ImageType"))), dataset)
    for dataset in kinds.values():
        refuse_errors(dciodvfy, dataset, tmp_path / "object.dcm")


def test_dciodvfy_finds_no_errors_in_a_cr_image(peer, tmp_path) -> None:
    stage = a_stage()
    study = stage.study(CR_2, catalogue.THORAX_PA, stage.ago(minutes=1))
    image = images.projection_image(study, stage.shot(catalogue.THORAX_PA.views[0], stage.ago(minutes=1)))
    refuse_errors(peer("dciodvfy"), image, tmp_path / "cr.dcm")


def refuse_errors(dciodvfy: str, dataset, path) -> None:
    dataset.save_as(path, enforce_file_format=True)
    told = subprocess.run([dciodvfy, str(path)], capture_output=True, text=True).stderr
    assert [line for line in told.splitlines() if line.startswith("Error")] == []


def test_the_history_goes_back_weeks_and_changes_once() -> None:
    stage = a_stage()
    images_ = [
        action.dataset
        for action in SCENARIOS["dose_history"].play(stage)
        if isinstance(action, Send) and action.dataset.Modality == "DX"
    ]
    chest = [image for image in images_ if image.ProtocolName == "Thorax PA"]
    software = [image.SoftwareVersions for image in chest]
    assert sorted(set(software)) == ["V0.9", "V1.0"]
    assert software == sorted(software)
    assert chest[0].AcquisitionDate == "20260803"
    doses = {
        version: statistics.median(
            float(image.ImageAndFluoroscopyAreaDoseProduct) for image in chest if image.SoftwareVersions == version
        )
        for version in set(software)
    }
    assert doses["V0.9"] > doses["V1.0"]
    assert min(Counter(image.ProtocolName for image in images_).values()) >= 20
    assert stage.truth.rejects == {}


def test_what_the_history_says_of_technique_and_size() -> None:
    images_ = [dataset for dataset in sent("dose_history") if dataset.Modality == "DX"]
    by_grid = {image.BodyPartExamined: (list(as_many(image.Grid)), image.ExposureControlMode) for image in images_}
    assert by_grid["CHEST"] == (["FIXED", "FOCUSED"], "AUTOMATIC")
    assert by_grid["KNEE"] == (["NONE"], "MANUAL")
    known = [image for image in images_ if "PatientWeight" in image]
    assert 0.5 < len(known) / len(images_) < 0.9
    assert all(1.4 < image.PatientSize < 2.1 and 35 < image.PatientWeight < 190 for image in known)
    for image in images_:
        milliampere_seconds = image.XRayTubeCurrent * image.ExposureTimeInuS / 1e6
        assert milliampere_seconds == pytest.approx(image.ExposureInuAs / 1000, rel=0.01)
        index, target = image.ExposureIndex, image.TargetExposureIndex
        assert image.DeviationIndex == pytest.approx(10 * math.log10(index / target), abs=0.06)


def as_many(value):
    return [value] if isinstance(value, str) else value
