"""The line on which a remark is typed: hidden until a letter opens it. What is half typed is not lost."""

from textual.widgets import Input

from iqs_tui.locale import t

LONGEST = 200


class RemarkLine(Input):
    """An input that opens, and closes again with its text kept as a draft of its case."""

    def __init__(self) -> None:
        super().__init__(placeholder=t("prompt.remark_hint"), max_length=LONGEST, select_on_focus=False)
        self.cursor_blink = False
        self._drafts: dict[str, str] = {}
        self._case_id = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody is typing."""
        return self.has_class("-shown")

    def open(self, case_id: str, begin: str) -> None:
        """Open for a case, with what was typed for it before and the letter that opened it."""
        self._case_id = case_id
        self.value = self._drafts.pop(case_id, "") + begin
        self.add_class("-shown")
        self.focus()
        self.cursor_position = len(self.value)

    def put_away(self) -> None:
        """Close, and keep what stands there for the next time."""
        if self.value.strip():
            self._drafts[self._case_id] = self.value
        self._close()

    def take(self) -> str | None:
        """Close, and return what was typed; None where nothing was, or the line is not open."""
        text = self.value.strip() if self.is_open else ""
        self._close()
        return text or None

    def _close(self) -> None:
        self.value = ""
        self.remove_class("-shown")
        self.screen.set_focus(None)
