"""The smallest Textual app: what start-up and memory are compared with."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("minimal app is ready")


if __name__ == "__main__":
    Minimal().run(mouse=False)
