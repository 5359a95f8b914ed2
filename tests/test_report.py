"""The monthly report: every rate names its denominator, and what rests on too little is not shown."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from iqs_tui import report
from iqs_tui.config import Config, Pillars, Room
from iqs_tui.domain.months import Month
from iqs_tui.domain.reject_rate import Basis
from iqs_tui.store.models import Case, Device, Examination, Exposure, Round, Task
from iqs_tui.store.reading import report as reading

NOON = datetime(2026, 10, 14, 10, 0, tzinfo=UTC)
START, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
CONFIG = Config()
OCTOBER = Month(2026, 10)


def exposures(n: int, first: int = 0, **said: object) -> None:
    values = {"modality": "DX", "room": "kamer-1", "procedure": "X-thorax PA", "view": "PA", "image_facts": {}} | said
    for number in range(first, first + n):
        at = NOON + timedelta(minutes=number)
        Exposure.create(
            exposure_uid=f"e{number}",
            study_uid=f"s{number}",
            device_id="d",
            acquired_at=at,
            received_at=at,
            updated_at=at,
            **values,
        )
        Examination.create(study_uid=f"s{number}", device_id="d", age_years=50, received_at=at, updated_at=at)


def case(case_id: str, state: str, signals: tuple[str, ...] = ("rejection_note",), **said: object) -> None:
    Case.create(
        case_id=case_id,
        state=state,
        signals=list(signals),
        is_question=signals == ("same_view",),
        counts_as={"same_view": "repeat", "worklist": "identification"}.get(signals[0], "reject"),
        instance_uids=[],
        detected_at=NOON,
        updated_at=NOON,
        **said,
    )


def test_a_wrong_worklist_entry_is_shown_apart(db) -> None:
    exposures(60)
    assert "erwisseling" not in report.markdown(CONFIG, OCTOBER)
    case("1", "answered", ("worklist",), exposure_uid="e1", reason_label="Verkeerde patiënt / zijde")
    found = reading.rejects(START, END)
    counts = found.figure.counts
    assert (counts.n_rejects, counts.n_identifications, found.n_dismissed, found.reasons) == (0, 1, 0, ())
    assert "Verwisselingen gemeld: 1" in report.markdown(CONFIG, OCTOBER)


def test_rejects_that_left_nothing_are_in_numerator_and_denominator(db) -> None:
    exposures(60)
    exposures(5, first=60, is_quality_control=True)
    exposures(2, first=70, is_derived=True)
    case("1", "answered", exposure_uid="e1", reason_label="Beweging / ademstand")
    case("2", "answered", ("key",), room="kamer-1", reason_label="Beweging / ademstand")
    case("3", "answered", ("same_view",), exposure_uid="e3")
    case("4", "dismissed", ("same_view",), exposure_uid="e4")
    case("5", "open", exposure_uid="e5")
    case("6", "expired", exposure_uid="e6")
    found = reading.rejects(START, END)
    counts = found.figure.counts
    assert list(found.figure.by_basis) == [Basis("DX", "images")]
    assert (counts.n_exposures, counts.n_unseen, found.n_quality_control) == (61, 1, 5)
    assert (counts.n_rejects, counts.n_repeats, found.n_dismissed) == (2, 1, 1)
    assert (counts.asked.n_raised, counts.questions.n_raised) == (4, 2)
    assert found.reasons == (("Beweging / ademstand", 2),)
    text = report.markdown(CONFIG, OCTOBER)
    assert "2 van 61 opnamen, 3,3 % (95 %-interval 0,9–11,2 %)" in text
    assert "2 van 4 vragen beantwoord (50,0 %); 1 open, 1 niet opgegeven" in text
    assert "overname: 2 van 2 beantwoord (100,0 %)" in text
    assert "Noemer: 61 opnamen (röntgen), geteld uit ontvangen beelden" in text


def test_rooms_of_different_sources_have_a_rate_each(db) -> None:
    exposures(60)
    exposures(50, first=100, room="kamer-2", report_facts={})
    case("1", "answered", exposure_uid="e1")
    case("2", "answered", exposure_uid="e100")
    text = report.markdown(CONFIG, OCTOBER)
    assert "1 van 60 opnamen" in text
    assert "1 van 50 opnamen" in text
    assert "110" not in text.split("## Dosis")[0]
    assert "over alles samen is er geen percentage" in text


def test_a_small_month_has_no_percentage(db) -> None:
    exposures(49)
    case("1", "answered", exposure_uid="e1")
    line = next(line for line in report.markdown(CONFIG, OCTOBER).splitlines() if line.startswith("Afkeur:"))
    assert "1 van 49" in line
    assert "%" not in line.replace("percentage", "")


@pytest.mark.parametrize(("n", "shown"), [(19, "pas vanaf 20 patiënten |  | "), (20, "8,0 µGy·m² | 8,0 | 8,0–8,0")])
def test_a_median_needs_enough_patients(db, n: int, shown: str) -> None:
    exposures(n, dap_gym2=8e-6)
    exposures(1, first=50, dap_gym2=None)
    assert f"| DAP | {n} | {n} | {shown} |" in report.markdown(CONFIG, OCTOBER)


def test_many_exposures_of_one_patient_are_no_group(db) -> None:
    exposures(25, dap_gym2=8e-6)
    Examination.update(patient_key="k1:a").execute()
    assert "| DAP | 25 | 1 | pas vanaf 20 patiënten |" in report.markdown(CONFIG, OCTOBER)


def test_rejected_exposures_are_not_in_a_median(db) -> None:
    exposures(20, dap_gym2=8e-6)
    case("1", "answered", exposure_uid="e1")
    [group] = reading.doses(START, END)
    assert group.statistics.n == 19


def test_scoring_counts_images_per_kind_of_round(db) -> None:
    Round.create(
        round_id="r", kind="peer_review", form_id="f", form_version=1, seed="s", n=3, n_candidates=9, drawn_at=NOON
    )
    for number, state in enumerate(("done", "done", "skipped", "open")):
        Task.create(task_id=str(number), round_id="r", position=number, exposure_uid="e", instance_uid="i", state=state)
    assert "| Intercollegiale toetsing | 2 | 1 | 1 |" in report.markdown(CONFIG, OCTOBER)


def test_the_month_is_local(db) -> None:
    exposures(1)
    Exposure.update(acquired_at=datetime(2026, 9, 30, 22, 30, tzinfo=UTC)).execute()
    assert "Noemer: 1 opname (röntgen)" in report.markdown(CONFIG, OCTOBER)
    assert "Er zijn geen opnamen ontvangen" in report.markdown(CONFIG, OCTOBER.next(-1))


def test_hours_of_a_scanner_add_up_to_the_month(db) -> None:
    Device.create(device_id="d", modality="DX", station_name="BUCKY1", room="kamer-1", first_seen=NOON, last_seen=NOON)
    exposures(30)
    [device] = reading.device_times(START, END, datetime(2026, 12, 1, tzinfo=UTC))
    assert sum(device.in_state.values(), timedelta()) == END - START
    assert device.in_state["scanning"] > timedelta()


def test_a_pillar_that_is_off_everywhere_has_no_section(db) -> None:
    room = Room(id="kamer-1", pillars=Pillars(dose=False, idle=False))
    text = report.markdown(msgspec.structs.replace(CONFIG, rooms=(room,)), OCTOBER)
    assert "## Afkeur" in text
    assert "## Dosis" not in text
    assert "## Scanners" not in text


def test_a_name_from_a_header_is_no_markdown(db) -> None:
    exposures(1, procedure="<script>|*x*", dap_gym2=1e-6)
    assert "\\<script\\>\\|\\*x\\*" in report.markdown(CONFIG, OCTOBER)
