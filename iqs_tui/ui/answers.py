"""Which reasons the prompt offers for a case, and on which keys: those of its modality, in the order the room chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iqs_tui.domain.reason_order import WINDOW, by_use, shift_began
from iqs_tui.domain.reasons import Reason, ReasonList
from iqs_tui.store.reading.reason_use import reasons_used

if TYPE_CHECKING:
    from collections import Counter
    from datetime import datetime

    from iqs_tui.store.reading.prompt import OpenCase
    from iqs_tui.ui.app import IqsApp


class Answers:
    """The first-level reasons of one prompt; what was used is counted once a shift."""

    def __init__(self, reasons: ReasonList, app: IqsApp) -> None:
        self._reasons = reasons
        self._app = app
        self._used: tuple[datetime, Counter[str]] | None = None

    def first(self, case: OpenCase | None) -> tuple[Reason, ...]:
        """Return the reasons for a case, each with the key that answers it."""
        shown = self._reasons.reasons_of(case.modality if case else None)
        return by_use(shown, self._counts()) if self._app.config.retakes.reason_order == "use" else shown

    def _counts(self) -> Counter[str]:
        config = self._app.config
        began = shift_began(self._app.clock(), config.retakes.shift_starts, config.site.zone)
        if self._used is None or self._used[0] != began:
            self._used = (began, reasons_used(self._app.room.id, began - WINDOW, began))
        return self._used[1]
