"""Images and reports of one examination, in any order and more than once: what is kept is the same."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from iqs_tui.domain.records import DoseReport, RejectionNote
from iqs_tui.domain.same_view import SameViewRules
from iqs_tui.store import burst, export, receiving
from iqs_tui.store import database as store
from tests.store.records import NOON, SENDER, image, note, report

RULES = SameViewRules()
WINDOW = export.Window(None, None, ZoneInfo("Europe/Amsterdam"))
OF_THE_MOMENT = {"received_at", "case_id", "detected_at", "answered_at"}

MESSAGES = (
    image(1, 1, view=None, dap_gym2=None, modality="CR"),
    image(2, 1, modality="CR"),
    replace(image(3, 1, dap_gym2=None), is_derived=True),
    image(4, 2, minutes=3, modality="DX"),
    image(5, 3, minutes=6, dap_gym2=None),
    replace(image(6, 3, minutes=6, dap_gym2=None), is_quality_control=True),
    replace(image(7, 4, minutes=9, dap_gym2=None, view="LAT"), is_derived=True),
    image(8, 5, minutes=12, dap_gym2=None, view=None, protocol=None),
    image(9, 6, minutes=40),
    report(1, 1),
    report(2, 1, 2, 4, dap=24e-6),
    replace(report(3, 6, dap=8e-6), modality="RF"),
    note(1, 4),
)
Message = object


def kept(order: list[int]) -> dict[str, list[dict[str, object]]]:
    """Return what is exported after these messages, by a node of its own."""
    burst.forget()
    with TemporaryDirectory() as folder:
        store.open_database(Path(folder) / "iqs.db")
        try:
            for index in order:
                take(MESSAGES[index])
            return {
                what: [plain(row) for row in export.rows(what, WINDOW)] for what in ("exposures", "studies", "cases")
            }
        finally:
            store.close_connection()


def take(message: Message) -> None:
    if isinstance(message, DoseReport):
        receiving.record_dose_report(message, SENDER, NOON, RULES)
    elif isinstance(message, RejectionNote):
        receiving.record_rejection_note(message, SENDER, NOON)
    else:
        receiving.record_instance(message, SENDER, NOON, RULES)


def plain(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in OF_THE_MOMENT}


def sorted_rows(found: dict[str, list[dict[str, object]]]) -> dict[str, list[str]]:
    return {what: sorted(map(repr, rows)) for what, rows in found.items()}


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    order=st.permutations(range(len(MESSAGES))),
    again=st.lists(st.sampled_from(range(len(MESSAGES))), max_size=5),
    some=st.integers(1, len(MESSAGES)),
)
@example(order=list(range(len(MESSAGES))), again=[], some=len(MESSAGES))
def test_order_and_repetition_change_nothing(order: list[int], again: list[int], some: int) -> None:
    part = order[:some]
    again = [index for index in again if index in part]
    assert sorted_rows(kept([*part, *again])) == sorted_rows(kept(sorted(part)))
