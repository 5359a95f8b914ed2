"""The manager sees of how many exposures cannot be said whether an image came, room by room."""

from iqs_tui.store.models import Exposure
from iqs_tui.store.reading.admin import unsure
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.screens.admin.status_line import StatusLine
from tests.ui.conftest import NOW, WIDE


def put(number: int, room: str, *, is_unsure: bool) -> None:
    Exposure.create(
        exposure_uid=f"1.2.5.{number}",
        study_uid="1.2.9",
        device_id="d",
        room=room,
        modality="DX",
        received_at=NOW,
        report_facts={},
        is_unsure=is_unsure,
        updated_at=NOW,
    )


def said(app: IqsApp) -> str:
    return str(app.screen.query_one("#admin_unsure", StatusLine).render())


async def test_the_first_screen_counts_and_the_list_tells_the_rooms(db, config, clock) -> None:
    for number in range(5):
        put(number, "kamer-1", is_unsure=number > 1)
    app = IqsApp(config, face="admin", clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "3 opnamen: onduidelijk of er beeld is" in said(app)
        assert "30 d" in said(app)
        await pilot.press("u")
        await pilot.pause()
        [row] = unsure.by_room(NOW)
        assert (row.room, row.n_unsure, row.n_told) == ("kamer-1", 3, 5)
        assert "Irradiation Event UID" in app.screen.detail(row)  # type: ignore[attr-defined]
        await pilot.press("escape")
        await pilot.pause()
        assert said(app)


async def test_nothing_unclear_is_said_too(db, config, clock) -> None:
    put(1, "kamer-1", is_unsure=False)
    app = IqsApp(config, face="admin", clock=clock)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "van elke opname is duidelijk of er beeld is" in said(app)
    assert unsure.by_room(NOW) == ()


def test_the_count_reads_an_index_of_its_own(db) -> None:
    plan = Exposure._meta.database.execute_sql(
        "EXPLAIN QUERY PLAN " + unsure._unsure(NOW).sql()[0], unsure._unsure(NOW).sql()[1]
    )
    assert "exposure_unsure" in str(plan.fetchall())
