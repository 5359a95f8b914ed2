from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.widgets import DataTable, Input, ProgressBar, Static

from iqs_tui import locale
from iqs_tui.config import Central, Config, Modality, Pacs, Pillars, Room, RoomRetakes
from iqs_tui.store import jobs, log, node_lock, people
from iqs_tui.store.models import Audit, Job, LogEntry, Outbox, OutgoingNote, Peer, User
from iqs_tui.store.reading.admin import PAGE
from iqs_tui.store.reading.admin import home as reading
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.screens.admin.status_line import StatusLine
from iqs_tui.ui.screens.admin.words import system_user
from tests.ui.admin_department import DISK, fill
from tests.ui.conftest import NOW, SMALL, WIDE, Shelf, StillClock, changed, text_of
from tests.ui.dose_pages import from_home, press
from tests.ui.test_glyphs import no_glyphs

LISTS = ("rooms", "users", "cases", "outbox", "quarantine", "log", "rounds", "answers")
KEYS = dict(zip(LISTS, "kgvsqlrt", strict=True))
HOSTILE = "Jan\x1b]52;c;aGk=\x07\x9b31m[@click=app.quit]De[/] \u202eVries"


def department_config(config: Config, **kiosk: Any) -> Config:
    """Two rooms, three modalities and a central server."""
    rooms = (Room(id="kamer-1", name="Kamer 1"), Room(id="kamer-2", name="CT achter"))
    modalities = (
        Modality(ae_title="DX_BUCKY_1", host="10.0.3.17", port=104, room="kamer-1", kind="DX"),
        Modality(ae_title="CT_ACHTER", room="kamer-2", kind="CT"),
        Modality(ae_title="MAMMO", host="10.0.3.55", port=104, room="kamer-1", kind="MG"),
    )
    whole = msgspec.structs.replace(
        config, rooms=rooms, modalities=modalities, central=Central(url="https://iqs.example.nl")
    )
    return changed(whole, "kiosk", **kiosk) if kiosk else whole


@pytest.fixture
def make_admin(config: Config, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., IqsApp]:
    """Make the manager's face: `make_admin(theme="vt", language="en")`."""
    monkeypatch.setattr(reading.shutil, "disk_usage", lambda _: DISK)

    def make(language: str = "nl", **kiosk: Any) -> IqsApp:
        locale.use(language)
        return IqsApp(department_config(config, **kiosk), face="admin", clock=clock)

    return make


@pytest.fixture
def node(db: Path) -> Iterator[None]:
    """As if a node runs for this database."""
    with node_lock.acquire(db):
        yield


@pytest.fixture
def department(shelf: Shelf, node: None) -> None:
    fill(shelf)


def shown(app: IqsApp) -> str:
    """All the text that stands on the screen."""
    size = app.screen.size
    lines = app.screen._compositor.render_strips()[: size.height]
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def said(app: IqsApp) -> str:
    return str(app.screen.query_one("#said", Static).content)


def table(app: IqsApp) -> DataTable[Any]:
    return app.screen.query_one(DataTable)


async def settle(pilot: Any) -> None:
    """Until what is counted aside has been shown."""
    for _ in range(2):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


class TestPictures:
    @pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
    @pytest.mark.parametrize("keys", ["", *KEYS.values()], ids=["home", *KEYS])
    def test_screen(self, snap_compare, make_admin, department, keys, size):
        assert snap_compare(make_admin(), press=list(keys), terminal_size=size, run_before=settle)

    @pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
    @pytest.mark.parametrize(
        "keys",
        [("g", "enter"), ("g", "b"), ("r", "plus"), ("s", "k")],
        ids=["person", "badge", "draw", "enrol"],
    )
    def test_form(self, snap_compare, make_admin, department, keys, size):
        assert snap_compare(make_admin(), press=list(keys), terminal_size=size)

    @pytest.mark.parametrize("keys", ["", *KEYS.values()], ids=["home", *KEYS])
    def test_nothing_yet(self, snap_compare, config, clock, monkeypatch, node, keys):
        monkeypatch.setattr(reading.shutil, "disk_usage", lambda _: DISK)
        app = IqsApp(msgspec.structs.replace(config, modalities=()), face="admin", clock=clock)
        assert snap_compare(app, press=list(keys), terminal_size=SMALL, run_before=settle)

    @pytest.mark.parametrize("theme", ["light", "vt"])
    def test_theme(self, snap_compare, make_admin, department, theme):
        assert snap_compare(make_admin(theme=theme), press=["k"], terminal_size=SMALL)

    def test_english(self, snap_compare, make_admin, department):
        assert snap_compare(make_admin(language="en"), terminal_size=SMALL, run_before=settle)


class TestConsole:
    async def test_vt_draws_only_what_console_fonts_have(self, make_admin, department):
        deeper = [("g", "enter"), ("r", "plus"), ("s", "k"), ("k", "e")]
        pages = {" ".join(keys): tuple(keys) for keys in ["", *KEYS.values(), *deeper]}
        async with make_admin(theme="vt").run_test(size=SMALL) as pilot:
            missing = set()
            async for page, keys in from_home(pilot, pages):
                await press(pilot, *keys)
                missing |= {(page, sign) for sign in no_glyphs(shown(pilot.app))}
            assert not missing


class TestHome:
    @pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
    async def test_it_shows_every_state_with_its_number(self, make_admin, department, size):
        app = make_admin()
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            text = shown(app)
        for words in (
            "luistert als IQS op poort 11112",
            "VREEMD (10.0.9.9)",
            "3 open · oudste 09:43",
            "mediaan 2,5 s (n = 4) · straks 1 van 5   30 d",
            "1 geweigerd · 2 wachten",
            "39,0 GB vrij (61 %)",
            "niet aangenomen: 2",
            "41 in 24 u",
        ):
            assert words in text

    async def test_it_counts_the_protocols_without_a_mapping(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await settle(pilot)
            assert "zonder koppeling: 2 protocollen" in shown(app)

    @pytest.mark.parametrize(
        ("key", "screen"), [("d", "DoseScreen"), ("m", "MappingScreen"), ("o", "DriftScreen")], ids="dmo"
    )
    async def test_dose_mapping_and_maintenance_are_one_key_away(self, make_admin, department, key, screen):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await settle(pilot)
            await pilot.press(key)
            await settle(pilot)
            assert type(app.screen).__name__ == screen
            await pilot.press("escape")
            await settle(pilot)
            assert app.is_home

    async def test_news_of_another_process_is_shown(self, make_admin, node, db):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            assert "0 open" in shown(app)
            Shelf().case()
            app.announce()
            await pilot.pause()
            assert "1 open · oudste 14:43" in shown(app)

    async def test_without_a_node_it_says_that_nothing_comes_in(self, make_admin, db):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.pause()
            assert "draait niet: er komt niets binnen" in shown(app)

    async def test_a_node_that_hangs_is_told(self, make_admin, department, clock):
        clock.forward(minutes=5)
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.pause()
            assert "zegt niets meer sinds 14:43" in shown(app)

    async def test_what_is_switched_off_leaves_no_line_and_no_key(self, config, clock, node):
        off = Pillars(reject=False, evaluation=False)
        rooms = (Room(id="kamer-1", pillars=off),)
        app = IqsApp(msgspec.structs.replace(config, rooms=rooms), face="admin", clock=clock)
        async with app.run_test(size=SMALL) as pilot:
            await pilot.pause()
            assert {line.opens for line in app.screen.query(StatusLine)} & {"admin_cases", "admin_rounds"} == set()
            await pilot.press("v", "r")
            assert app.is_home

    async def test_every_screen_opens_by_key_by_touch_and_goes_back(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            async for name, key in from_home(pilot, KEYS):
                await pilot.press(key)
                await pilot.pause()
                assert app.shows(f"admin_{name}")
                await pilot.press("escape")
                assert app.is_home, name
                await pilot.click(f"#admin_{name}")
                await pilot.pause()
                assert app.shows(f"admin_{name}")

    async def test_arrows_and_enter_open_what_they_stand_on(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("down", "down", "up", "enter")
            await pilot.pause()
            assert app.shows("admin_cases")


class TestRooms:
    async def test_an_echo_is_asked_of_the_node_and_its_answer_shown(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("k", "e")
            job = jobs.take_next()
            assert job is not None
            assert (job.kind, job.params["ae_title"], job.params["port"]) == ("echo", "DX_BUCKY_1", 104)
            assert said(app) == "C-ECHO naar DX_BUCKY_1 …"
            jobs.finish(job.job_id, result={"ok": True, "ms": 11.6, "message": ""})
            app.announce()
            await pilot.pause()
            assert said(app) == "DX_BUCKY_1 antwoordt in 12 ms."

    async def test_a_refused_echo_says_why(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("k", "enter")
            job = jobs.take_next()
            jobs.finish(job.job_id, result={"ok": False, "ms": None, "message": "no answer \x1b[31m within 5 s"})
            app.announce()
            await pilot.pause()
            assert said(app) == "DX_BUCKY_1 antwoordt niet: no answer [31m within 5 s"

    async def test_an_outcome_is_told_in_the_language_of_the_screens(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("k", "enter")
            answer = {"ok": False, "ms": 5000.0, "message": "no connection", "outcome": "unreachable"}
            jobs.finish(jobs.take_next().job_id, result=answer)
            app.announce()
            await pilot.pause()
            assert said(app) == "DX_BUCKY_1 antwoordt niet: geen verbinding, of geen antwoord op tijd."

    async def test_without_a_node_nothing_is_asked(self, make_admin, db):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("k", "e")
            await pilot.pause()
            assert "draait geen node" in said(app)
            assert Job.select().count() == 0

    async def test_a_modality_without_a_port_is_not_asked(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("k", "down", "e")
            await pilot.pause()
            assert "een adres en een poort" in said(app)
            assert Job.select().count() == 0


class TestUsers:
    async def test_adding_changing_and_taking_back(self, make_admin, node, db):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("g", "plus")
            await pilot.press(*"J. Bos", "tab", *"JB", "tab", "right", "tab", *"Bos^J; bos j", "enter")
            await pilot.pause()
            user = User.get()
            assert (user.name, user.initials, user.role) == ("J. Bos", "JB", "reviewer")
            assert user.operators_names == ["j bos", "bos j"]
            assert "J. Bos is toegevoegd." in said(app)
            await pilot.press("d")
            assert not User.get().is_active
            await pilot.press("u")
            await pilot.pause()
            assert User.get().is_active
            assert said(app) == "Ongedaan gemaakt."
            assert {row.actor for row in Audit.select()} == {system_user()}

    async def test_a_wrong_field_says_what_is_wrong_and_keeps_the_rest(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("g", "plus", *"Nieuw", "tab", *"jdv", "enter")
            await pilot.pause()
            assert "Deze initialen zijn al van een ander." in shown(app)
            assert app.screen.query(Input)[0].value == "Nieuw"
            assert User.select().count() == 3

    async def test_escape_loses_nothing(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("g", "plus", *"Half", "escape", "plus")
            await pilot.pause()
            assert app.screen.query(Input)[0].value == "Half"

    async def test_looking_without_changing_remembers_nothing(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("g", "enter", "escape")
            await pilot.pause()
            assert app.screen.drafts == {}

    async def test_a_badge_is_masked_and_kept_as_a_hash(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("g", "b", *"99887766")
            await pilot.pause()
            assert "99887766" not in shown(app)
            await pilot.press("enter")
            await pilot.pause()
            bakker = User.get(User.initials == "AB")
            assert people.person_of_badge("99887766") == bakker.user_id
            assert "De badge van A. Bakker is bewaard." in said(app)
            await pilot.press("u")
            assert people.person_of_badge("99887766") is None

    async def test_a_badge_of_somebody_else_is_refused(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("g", "b", *"20481596", "enter")
            await pilot.pause()
            assert "Deze badge is al van een ander." in shown(app)
            assert app.screen.query_one(Input).value == ""

    async def test_somebody_who_is_gone_fails_nothing(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("g")
            await pilot.pause()
            User.delete().execute()
            await pilot.press("d")
            await pilot.pause()
            assert said(app) == "Deze gebruiker is er niet meer."


class TestOutbox:
    async def test_a_refused_event_is_offered_again(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("s", "enter")
            await pilot.pause()
            assert Outbox.select().where(Outbox.state == "dead").count() == 0
            assert said(app) == "Nummer 2 wordt opnieuw aangeboden."

    async def test_enrolment_and_sync_are_asked_of_the_node(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("s", "y")
            sync = jobs.take_next()
            await pilot.press("k", *"GEEL-7", "enter")
            enrol = jobs.take_next()
            assert (sync.kind, enrol.kind, enrol.params) == ("sync_now", "enrol", {"code": "GEEL-7"})
            jobs.finish(enrol.job_id, error="the code was used before")
            app.announce()
            await pilot.pause()
            assert said(app) == "Niet gelukt: the code was used before"

    async def test_without_a_central_server_there_is_nothing_to_enrol_with(self, config, clock, node):
        app = IqsApp(config, face="admin", clock=clock)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("s", "k", "y")
            await pilot.pause()
            assert app.shows("admin_outbox")
            assert Job.select().count() == 0


class TestRounds:
    async def test_a_draw_shows_how_far_it_is(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("r", "plus", "right", "enter")
            job = jobs.take_next()
            assert (job.kind, job.params["kind"], job.params["n"]) == ("draw_round", "peer_review", 5)
            jobs.progress(job.job_id, 30, 120)
            app.announce()
            await pilot.pause()
            bar = app.screen.query_one(ProgressBar)
            assert (bar.display, bar.progress, bar.total) == (True, 30, 120)
            await pilot.press("enter")
            assert jobs.take_next() is None, "a second draw was asked while the first runs"
            jobs.finish(job.job_id, result={"round_id": "r"})
            app.announce()
            await pilot.pause()
            assert said(app) == "De ronde staat klaar op de kiosk."
            assert not bar.display

    @pytest.mark.parametrize("typed", ["0", "501", "x", "-1", ""])
    async def test_a_number_that_cannot_be_is_told(self, make_admin, department, typed):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("r", "plus", "tab", "tab", "tab", "backspace", *typed, "enter")
            await pilot.pause()
            assert "Vul een getal in van 1 tot 500." in shown(app)
            assert Job.select().count() == 0

    async def test_a_node_that_stops_half_way_is_told(self, make_admin, db):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            with node_lock.acquire(db):
                await pilot.press("r", "plus", "enter")
            app.announce()
            await pilot.pause()
            assert "De node is gestopt" in said(app)


class TestTables:
    async def test_long_lists_page(self, make_admin, node, db):
        LogEntry.insert_many(
            {"at": NOW, "process": "node", "level": "info", "source": "s", "message": f"regel {n}"}
            for n in range(PAGE * 2 + 7)
        ).execute()
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("l")
            await pilot.pause()
            assert table(app).row_count == PAGE
            assert "1 tot 200 van 407" in shown(app)
            await pilot.press("n", "n")
            await pilot.pause()
            assert table(app).row_count == 7
            await pilot.press("n", "p")
            await pilot.pause()
            assert "201 tot 400 van 407" in shown(app)

    async def test_a_page_that_is_gone_goes_back_to_the_last_one(self, make_admin, node, db):
        for n in range(PAGE + 1):
            log.write("node", "info", "s", f"regel {n}")
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("l", "n")
            LogEntry.delete().where(LogEntry.message != "regel 3").execute()
            app.announce()
            await pilot.pause()
            assert table(app).row_count == 1

    async def test_news_changes_cells_and_leaves_the_cursor_where_it_was(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("k", "down", "down")
            Peer.update(n_associations=777).where(Peer.ae_title == "DX_BUCKY_1").execute()
            app.announce()
            await pilot.pause()
            assert "777" in shown(app)
            assert table(app).cursor_row == 2

    async def test_the_cursor_stays_on_its_row_when_rows_come_before_it(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("l", "down")
            chosen = app.screen.chosen
            log.write("node", "info", "s", "nieuw")
            app.announce()
            await pilot.pause()
            assert app.screen.chosen.row_id == chosen.row_id
            assert table(app).cursor_row == 2

    async def test_columns_follow_the_width(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=SMALL) as pilot:
            await pilot.press("q")
            await pilot.pause()
            narrow = len(table(app).columns)
            await pilot.resize_terminal(*WIDE)
            await pilot.pause()
            assert len(table(app).columns) == narrow + 2
            assert "no Study Instance UID" in shown(app)

    async def test_cases_are_filtered_by_room(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("v", "f", "f")
            await pilot.pause()
            assert "CT achter   aantal: 1" in shown(app)
            await pilot.press("f")
            await pilot.pause()
            assert table(app).row_count == 3

    async def test_the_log_is_filtered_by_level(self, make_admin, department):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("l", "f", "f")
            await pilot.pause()
            assert table(app).row_count == 1


class TestHostileText:
    async def test_markup_and_escapes_of_outside_are_only_text(self, make_admin, node, shelf):
        """Rows that came past the door (an older version, a foreign server) still cannot steer the terminal."""
        shelf.user(name=HOSTILE, initials="X")
        shelf.case(procedure=HOSTILE, room=HOSTILE, signals=[HOSTILE])
        Peer.create(ae_title=HOSTILE, host=HOSTILE, is_known=False, first_seen=NOW, last_seen=NOW)
        LogEntry.create(at=NOW, process=HOSTILE, level=HOSTILE, source=HOSTILE, message=HOSTILE)
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            for key in KEYS.values():
                await pilot.press(key, "down", "down", "down")
                await pilot.pause()
                text = shown(app)
                assert not set(text) & set("\x1b\x07\x9b\u202e"), key
                if key in "gkvl":
                    assert "[@click" in text, key
                for y in (7, 8, 9, 31, 32):
                    await pilot.click(offset=(30, y))
                assert app.is_running
                app.go_home()
                await pilot.pause()


class TestNotes:
    """The rejection notes that the node writes; only where a room asks for them."""

    @pytest.fixture
    def make_author(self, config: Config, clock: StillClock) -> IqsApp:
        rooms = (Room(id="kamer-1", name="Kamer 1", retakes=RoomRetakes(write_notes=True)),)
        to = Pacs(host="10.0.3.1", ae_title="PACS")
        return IqsApp(msgspec.structs.replace(config, rooms=rooms, pacs=to), face="admin", clock=clock)

    def _note(self, shelf: Shelf, state: str, tries: int = 0, error: str | None = None) -> None:
        exposure = shelf.exposure(40, study=shelf.study())
        case = shelf.case(
            exposure, state="answered", reason_code="rotation", reason_label="Rotatie / kanteling", answered_at=NOW
        )
        OutgoingNote.create(
            case_id=case, instance_uid=f"2.25.{case[-3:]}", state=state, tries=tries, due_at=NOW, error=error,
            created_at=NOW, sent_at=NOW if state == "sent" else None,
        )  # fmt: skip

    async def test_what_did_not_arrive_stands_first_and_one_key_offers_it_again(
        self, make_author: IqsApp, shelf: Shelf, node: None
    ):
        self._note(shelf, "sent")
        self._note(shelf, "failed", 17, "no connection with PACS at 10.0.3.1:104")
        async with make_author.run_test(size=WIDE) as pilot:
            await pilot.pause()
            assert "1 gestuurd · 0 wachten · 1 niet gelukt" in text_of(make_author)
            await pilot.press("n")
            table = make_author.screen.query_one(DataTable)
            assert "niet gelukt" in str(table.get_row_at(0)[3])
            assert "no connection with PACS" in text_of(make_author)
            await pilot.press("o")
            assert {row.state for row in OutgoingNote.select()} == {"sent", "waiting"}
            assert "opnieuw aangeboden: 1" in text_of(make_author)

    async def test_a_department_that_writes_none_has_no_line(self, make_admin, shelf: Shelf, node: None):
        app = make_admin()
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            assert "Afkeurnotities" not in text_of(app)

    @pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
    def test_picture(self, snap_compare, make_author: IqsApp, shelf: Shelf, node: None, size):
        self._note(shelf, "sent")
        self._note(shelf, "waiting", 2, "the PACS does not know the study (yet)")
        self._note(shelf, "failed", 17, "no connection with PACS at 10.0.3.1:104")
        assert snap_compare(make_author, terminal_size=size, press=["n"])
