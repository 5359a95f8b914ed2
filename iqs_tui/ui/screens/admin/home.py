"""The application manager's first screen: how everything stands, and one key to each part."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.app import ComposeResult
from textual.containers import Vertical

from iqs_tui.locale import t
from iqs_tui.locale.numbers import day_and_time, decimal
from iqs_tui.store import documents
from iqs_tui.store.reading import mapping
from iqs_tui.store.reading.admin import answering_speed, notes, pictures, unsure
from iqs_tui.store.reading.admin import home as reading
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import ReadingAside
from iqs_tui.ui.screens.admin.received_box import ReceivedBox
from iqs_tui.ui.screens.admin.status_line import Mark, StatusLine
from iqs_tui.ui.screens.admin.words import gigabytes, line, when
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.registry import SCREENS

STALE = timedelta(seconds=90)
"""A node that holds its lock and says nothing for so long hangs."""
FULL = 0.1
"""Share of the disk that should stay free."""
COUNT_EVERY = timedelta(minutes=10)
"""How often the protocols without a mapping are counted."""
MENU = (
    ("k", "admin.rooms", "admin_rooms"),
    ("v", "admin.cases", "admin_cases"),
    ("b", "admin.blue_bin", "blue_bin"),
    ("a", "admin.analysis", "reject_analysis"),
    ("t", "admin.answers", "admin_answers"),
    ("u", "admin.unsure", "admin_unsure"),
    ("g", "admin.users", "admin_users"),
    ("r", "admin.rounds", "admin_rounds"),
    ("d", "admin.dose", "dose"),
    ("m", "admin.mapping", "mapping"),
    ("o", "admin.drift", "drift"),
    ("n", "admin.notes", "admin_notes"),
    ("s", "admin.outbox", "admin_outbox"),
    ("q", "admin.quarantine", "admin_quarantine"),
    ("l", "admin.log", "admin_log"),
)
_OF_REJECT = {"admin_cases", "blue_bin", "reject_analysis", "admin_answers", "admin_unsure", "admin_notes"}
_OF_DOSE = {"dose", "mapping", "drift"}
_ARROWS = (
    Key("up", "admin.up", "app.focus_previous", is_shown=False),
    Key("down", "admin.down", "app.focus_next", is_shown=False),
)


class AdminHomeScreen(ReadingAside, IqsScreen):
    """What runs, who sends, what waits, what went wrong; each with its number and its time."""

    keys = (
        *(Key(key, title, f"open('{screen}')", is_shown=False) for key, title, screen in MENU),
        *_ARROWS,
        Key("enter", "keys.choose", "choose"),
        Key("ctrl+q", "admin.quit", "app.quit_face"),
    )
    AUTO_FOCUS = "#admin_rooms"

    def __init__(self) -> None:
        super().__init__()
        self._n_unmapped: int | None = None
        self._counted: tuple[int | None, datetime] | None = None

    def compose_body(self) -> ComposeResult:
        """Node and disk, the menu that is also the state, and who sent last."""
        with Vertical(id="status"):
            yield StatusLine("", "admin.node", "node")
            yield StatusLine("", "admin.disk", "disk")
            yield StatusLine("", "admin.pictures", "pictures")
            for key, title, screen in self._menu():
                yield StatusLine(key, title, screen)
        yield ReceivedBox()

    def _menu(self) -> tuple[tuple[str, str, str], ...]:
        """What is switched off in every room leaves no line."""
        pillars = [room.pillars for room in self.iqs.config.rooms]
        off = set()
        if not any(pillar.reject for pillar in pillars):
            off |= _OF_REJECT
        if not any(room.retakes.write_notes for room in self.iqs.config.rooms):
            off.add("admin_notes")
        if not any(pillar.evaluation for pillar in pillars):
            off.add("admin_rounds")
        if not any(pillar.dose for pillar in pillars):
            off |= _OF_DOSE
        return tuple(entry for entry in MENU if entry[2] in SCREENS and entry[2] not in off)

    def visible_keys(self) -> tuple[Key, ...]:
        """Return the keys of what is in use."""
        shown = {f"open('{screen}')" for _, _, screen in self._menu()}
        return tuple(key for key in self.keys if not key.action.startswith("open(") or key.action in shown)

    def show(self) -> None:
        """Read everything once."""
        now = self.iqs.clock()
        view = reading.home(now)
        said = {
            "node": self._node(view.node, now),
            "disk": _disk(view),
            "pictures": self._pictures(now),
            "admin_rooms": self._senders(view),
            "admin_cases": self._cases(view, now),
            "blue_bin": ("none", t("admin.blue_bin_state"), ""),
            "reject_analysis": ("none", t("admin.analysis_state"), ""),
            "admin_answers": self._answers(now),
            "admin_unsure": _unsure(now),
            "admin_users": ("none", t("admin.users_state", n=view.n_users, badges=view.n_badges), ""),
            "admin_rounds": ("none", t("admin.rounds_state", n=view.n_rounds_open, tasks=view.n_tasks_open), ""),
            "admin_outbox": self._sync(view.sync, now),
            "admin_quarantine": self._quarantine(view, now),
            "admin_log": _log(view),
            "admin_notes": self._notes(),
            "dose": ("none", t("admin.dose_state"), ""),
            "mapping": _mapping(self._n_unmapped),
            "drift": ("none", t("admin.drift_state"), ""),
        }
        for status in self.query(StatusLine):
            status.show(*said[status.opens])
        self.query_one(ReceivedBox).show(view.received, now)
        if any(entry[2] == "mapping" for entry in self._menu()):
            self._count_unmapped(now)

    def _count_unmapped(self, now: datetime) -> None:
        """Count anew when the mapping changed, else now and then: it reads 90 days."""
        version = documents.version("drl")
        if self._counted is None or self._counted[0] != version or now - self._counted[1] >= COUNT_EVERY:
            self._counted = (version, now)
            self.read_aside(
                lambda _: len(mapping.unmapped(now, with_patients=False)), self._have_counted, key=version, again=True
            )

    def _have_counted(self, n_unmapped: int) -> None:
        self._n_unmapped = n_unmapped
        self.query_one("#mapping", StatusLine).show(*_mapping(n_unmapped))

    def action_choose(self) -> None:
        """Open what the cursor stands on."""
        if isinstance(self.focused, StatusLine) and self.focused.key:
            self.action_open(self.focused.opens)

    def _node(self, node: reading.NodeState, now: datetime) -> tuple[Mark, str, str]:
        zone = self.iqs.config.site.zone
        if not node.is_alive:
            last = when(node.beat_at, now, zone)
            return "wrong", t("admin.node_absent"), t("admin.node_seen", at=last) if node.beat_at else ""
        if node.error:
            return "wrong", t("admin.node_wrong", why=line(node.error)), ""
        if node.beat_at is not None and now - node.beat_at > STALE:
            return "wrong", t("admin.node_silent", at=when(node.beat_at, now, zone)), ""
        if node.port is None:
            return "off", t("admin.node_starts"), ""
        since = day_and_time(node.started_at, zone) if node.started_at else "–"
        listens = t("admin.node_listens", aet=line(node.ae_title), port=line(node.port))
        return "ok", listens, t("admin.since", at=since)

    def _pictures(self, now: datetime) -> tuple[Mark, str, str]:
        """How many there are, since when, for how long; whole objects too; and what waits or could not be made."""
        found, config = pictures.picture_figures(), self.iqs.config
        size = gigabytes(found.made_bytes + found.object_bytes)
        words = t("admin.pictures_state", n=found.n_made, objects=found.n_objects, size=size)
        if found.oldest_at is not None:
            words += t("admin.oldest", at=when(found.oldest_at, now, config.site.zone))
        if found.n_waiting or found.n_failed:
            return "none", words, t("admin.pictures_left", waiting=found.n_waiting, failed=found.n_failed)
        return "none", words, t("admin.days", n=config.retention.preview_days)

    def _senders(self, view: reading.AdminHome) -> tuple[Mark, str, str]:
        words = t("admin.senders_state", n=len(self.iqs.config.modalities), unknown=len(view.unknown))
        return ("wrong" if view.unknown else "none"), words, line(", ".join(view.unknown)) if view.unknown else ""

    def _cases(self, view: reading.AdminHome, now: datetime) -> tuple[Mark, str, str]:
        words = t("admin.cases_state", n=view.n_open)
        if view.oldest_open_at is not None:
            words += t("admin.oldest", at=when(view.oldest_open_at, now, self.iqs.config.site.zone))
        return "none", words, ""

    def _answers(self, now: datetime) -> tuple[Mark, str, str]:
        """The median time to an answer and how many were put off, each with what it rests on."""
        speed = answering_speed.speed([room.id for room in self.iqs.config.rooms], now)
        days = t("admin.days", n=answering_speed.WINDOW.days)
        if not speed.n_answered:
            return "none", t("admin.no_answers"), days
        median = "–" if speed.answer_s is None else decimal(speed.answer_s)
        later = {"later": speed.n_deferred, "n": speed.n_answered}
        return "none", t("admin.answers_state", seconds=median, n_timed=speed.n_timed, **later), days

    def _sync(self, sync: reading.SyncState, now: datetime) -> tuple[Mark, str, str]:
        zone = self.iqs.config.site.zone
        counts = t("admin.sync_counts", pending=sync.pending, dead=sync.dead)
        if not self.iqs.config.central.url:
            return "off", t("admin.sync_alone"), counts
        if not sync.is_enrolled:
            return "wrong", t("admin.sync_not_enrolled"), counts
        state = t(f"admin.sync_{sync.state}", at=when(sync.last_ok_at, now, zone))
        if sync.dead:
            return "wrong", t("admin.sync_dead", pending=sync.pending, dead=sync.dead), state
        mark: Mark = "ok" if sync.state == "ok" else "wrong" if sync.state == "refused" else "off"
        return mark, state, counts

    def _notes(self) -> tuple[Mark, str, str]:
        counts = notes.counts()
        words = t("admin.notes_state", sent=counts.n_sent, waiting=counts.n_waiting, failed=counts.n_failed)
        return ("wrong" if counts.n_failed else "ok"), words, ""

    def _quarantine(self, view: reading.AdminHome, now: datetime) -> tuple[Mark, str, str]:
        if not view.n_quarantined:
            return "none", t("admin.quarantine_clean"), ""
        at = when(view.quarantined_at, now, self.iqs.config.site.zone)
        return "none", t("admin.quarantine_state", n=view.n_quarantined), t("admin.last", at=at)


def _mapping(n_unmapped: int | None) -> tuple[Mark, str, str]:
    """How many protocols no mapping fits; until that is counted, that it is."""
    if n_unmapped is None:
        return "none", t("dose.calculating"), ""
    words = t("admin.mapping_state", n=n_unmapped) if n_unmapped else t("admin.mapping_none")
    return "none", words, t("admin.days", n=mapping.WINDOW.days)


def _unsure(now: datetime) -> tuple[Mark, str, str]:
    n = unsure.count(now)
    words = t("admin.unsure_state", n=n) if n else t("admin.unsure_none")
    return "none", words, t("admin.days", n=unsure.WINDOW.days)


def _disk(view: reading.AdminHome) -> tuple[Mark, str, str]:
    free, total = view.disk_free_bytes, view.disk_total_bytes
    if free is None or not total:
        return "none", "–", ""
    words = t("admin.disk_state", free=gigabytes(free), share=round(100 * free / total))
    return ("wrong" if free / total < FULL else "ok"), words, t("admin.of", total=gigabytes(total))


def _log(view: reading.AdminHome) -> tuple[Mark, str, str]:
    hours = round(reading.RECENT.total_seconds() / 3600)
    if not view.n_errors_recent:
        return "none", t("admin.log_clean", hours=hours), ""
    return "wrong", t("admin.log_state", n=view.n_errors_recent, hours=hours), ""
