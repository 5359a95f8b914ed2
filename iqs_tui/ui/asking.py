"""One question after another: which case is asked about, who answers it, and what is written. Knows no widget."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from iqs_tui import locale
from iqs_tui.domain.reasons import Detail, NoReject, Reason
from iqs_tui.store import answering, documents
from iqs_tui.store.reading import people
from iqs_tui.store.reading import prompt as reading
from iqs_tui.ui.answers import Answers
from iqs_tui.ui.session import ROOM, LastAnswer

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

DEFER_MINUTES = 15
_REACTION = timedelta(seconds=1)
"""Who presses a key this soon after the question went away by itself, meant the one that was there."""


class Asking:
    """The case in front, and what can be done with it."""

    def __init__(self, app: IqsApp, case_id: str | None = None) -> None:
        self._app = app
        self.reasons = documents.reasons()
        self._answers = Answers(self.reasons, app)
        self.case = reading.open_case(case_id) if case_id else None
        self.given: str | None = None
        """The reason that was given for the case in front, while it may still be refined."""
        self._given_by = ROOM
        self._shown: dict[str, datetime] = {}
        self._noted: set[str] = set()
        self._keys: list[datetime] = []
        self._replaced_at: datetime | None = None
        if self.case is None:
            self.take_next()

    @property
    def n_open(self) -> int:
        """How many cases wait, the one in front included."""
        return len(reading.waiting(self._app.room.id, self._app.clock()))

    @property
    def is_settled(self) -> bool:
        """Whether the case in front was answered elsewhere in the meantime."""
        if self.case is None or self.given is not None:
            return False
        now_open = {case_id for case_id, _ in reading.waiting(self._app.room.id, self._app.clock())}
        put_off = {case.case_id for case in reading.put_off_cases(self._app.room.id, self._app.clock())}
        return self.case.case_id not in now_open | put_off

    @property
    def is_just_replaced(self) -> bool:
        """Whether the case in front came in the place of another one so shortly ago that nobody can have seen it."""
        return self._replaced_at is not None and timedelta() <= self._app.clock() - self._replaced_at < _REACTION

    @property
    def proposed(self) -> people.Person | None:
        """Who made the exposure, where the DICOM header names somebody who may sign in."""
        return people.match(self.case.operator) if self.case else None

    @property
    def answerer(self) -> tuple[str, str | None]:
        """Who answers: user_id and name. Signed in goes before proposed; else the room."""
        session = self._app.session
        if session.user is not None:
            return session.user.user_id, session.user.name
        proposed = None if session.as_room else self.proposed
        return (proposed.user_id, proposed.name) if proposed else (ROOM, None)

    @property
    def first(self) -> tuple[Reason, ...]:
        """The reasons that the case in front can be answered with, each with its key."""
        return self._answers.first(self.case)

    @property
    def kinds(self) -> tuple[NoReject, ...]:
        """The kinds of "geen afkeur" for the case in front."""
        return self.reasons.no_reject_of(self.case.modality if self.case else None)

    @property
    def likely(self) -> NoReject | None:
        """The kind of "geen afkeur" that a signal thinks the case in front is."""
        return next((kind for kind in self.kinds if self.case and kind.code == self.case.likely), None)

    @property
    def identification(self) -> Reason | None:
        """The reason that asks what was wrong with patient or order, where the case in front is about that."""
        if self.case is None or self.case.counts_as != "identification":
            return None
        return self.reasons.identification_of(self.case.modality)

    def take_next(self) -> None:
        """Put the next case in front: one that waits, newest first; where none does, one that was put off by hand."""
        room, now = self._app.room.id, self._app.clock()
        self.given = None
        self._keys.clear()
        waiting = reading.open_cases(room, now)
        self.case = waiting[0] if waiting else None

    def note_replaced(self) -> None:
        """Keep that the case in front took the place of one that was answered elsewhere or withdrawn."""
        self._replaced_at = self._app.clock()

    def take_put_off(self) -> None:
        """Put a case in front that was put off, because somebody asks for it."""
        cases = reading.put_off_cases(self._app.room.id, self._app.clock())
        self.case = cases[0] if cases else None

    def take(self, case_id: str) -> None:
        """Put this case in front, as after an undo."""
        self.given, self.case = None, reading.open_case(case_id)
        self._keys.clear()

    def answer(self, item: Reason | Detail, text: str | None = None) -> None:
        """Keep a reason at once; a detail refines it."""
        if self.case is None:
            return
        self._keep_keys(self.case.case_id)
        answering.answer(self.case.case_id, item.code, self.answerer[0], self._app.clock(), text, at_prompt=True)
        self.given, self._given_by = item.code, self.answerer[0]
        self._remember(self.case.case_id, item.code)

    @property
    def is_to_hand_over(self) -> bool:
        """Whether somebody switched since the reason was given."""
        return self.case is not None and self.given is not None and self.answerer[0] != self._given_by

    def hand_over(self) -> None:
        """Keep the reason that was just given under the name of who switched in the meantime."""
        if self.case is not None and self.given is not None and self.is_to_hand_over:
            answering.answer(self.case.case_id, self.given, self.answerer[0], self._app.clock())
            self._given_by = self.answerer[0]

    def remark(self, text: str) -> None:
        """Keep a remark with the reason that was given; without one, with "other"."""
        item = self.reasons.by_code(self.given) if self.given else self.other
        if self.case is None or item is None:
            return
        code = self.given or item.code
        self._keep_keys(self.case.case_id)
        answering.answer(self.case.case_id, code, self.answerer[0], self._app.clock(), text, at_prompt=True)
        self.given, self._given_by = code, self.answerer[0]
        self._remember(self.case.case_id, code)

    def dismiss(self, item: NoReject) -> None:
        """Keep that nothing was rejected, and what it was."""
        if self.case is not None:
            self._keep_keys(self.case.case_id)
            answering.dismiss(self.case.case_id, item.code, self.answerer[0], self._app.clock(), at_prompt=True)
            self._remember(self.case.case_id, item.code)

    def defer(self) -> None:
        """Put the case off."""
        if self.case is not None:
            self._keep_keys(self.case.case_id)
            answering.defer(self.case.case_id, self._app.clock(), DEFER_MINUTES)

    def note_shown(self) -> None:
        """Note when the question was first on the screen.

        Raises:
            peewee.OperationalError: the database is busy; the moment is remembered for the next time.
        """
        if self.case is not None and self.case.case_id not in self._noted:
            at = self._shown.setdefault(self.case.case_id, self._app.clock())
            answering.note_shown(self.case.case_id, at)
            self._noted.add(self.case.case_id)

    def note_key(self) -> None:
        """Count a key; it is kept with what the keys came to."""
        self._keys.append(self._app.clock())

    def _keep_keys(self, case_id: str) -> None:
        while self._keys:
            answering.note_key(case_id, self._keys[0])
            del self._keys[0]

    @property
    def other(self) -> Reason | None:
        """The reason that asks for words."""
        return next((reason for reason in self.reasons.reason if reason.asks_text and not reason.retired), None)

    def _remember(self, case_id: str, code: str) -> None:
        until = self._app.clock() + timedelta(seconds=self._app.config.kiosk.undo_seconds)
        words = self.reasons.label(code, locale.language()) or code
        self._app.session.last_answer = LastAnswer(case_id, words, until)
