"""The smallest Textual app that shows something: what a first frame costs at least."""

from textual.app import App, ComposeResult
from textual.widgets import Label


class MinimalApp(App[None]):
    """One label."""

    def compose(self) -> ComposeResult:
        yield Label("Kamer 1")


if __name__ == "__main__":
    MinimalApp().run()
