"""What the keys do in the log: choose a line, filter, search, copy, ask why. Nothing reaches the engine."""

from __future__ import annotations

from tui_bot.console.looking import Looking
from tui_bot.engine.identity import candle_of
from tui_bot.sanitise import sanitise


class Reading(Looking):
    """One method a registered action."""

    def log_focus(self) -> None:
        """Give it the keys; again: take them away."""
        panel = self._app.main.log_panel
        if panel.has_focus:
            self._app.main.set_focus(None)
        else:
            panel.focus()

    def log_up(self) -> None:
        """An older line."""
        self._app.main.log_panel.move(-1)

    def log_down(self) -> None:
        """A newer line."""
        self._app.main.log_panel.move(1)

    def log_page_up(self) -> None:
        """A page back."""
        self._app.main.log_panel.page(-1)

    def log_page_down(self) -> None:
        """A page on."""
        self._app.main.log_panel.page(1)

    def log_oldest(self) -> None:
        """The first line."""
        self._app.main.log_panel.oldest()

    def log_newest(self) -> None:
        """The last line, and follow."""
        self._app.main.log_panel.follow()

    def log_filter(self) -> None:
        """The next kind of lines."""
        panel = self._app.main.log_panel
        panel.choose(panel.book.kind.next)
        self._app.tell(f"log: {panel.book.kind.value}")

    def log_search(self) -> None:
        """Ask what for."""
        from tui_bot.console.find import Find

        before = self._app.main.log_panel.book.pattern
        self._app.push_screen(Find(self._app.view, before), self._searched)

    def log_hit_older(self) -> None:
        """The next one back."""
        self._hit(-1)

    def log_hit_newer(self) -> None:
        """The next one on."""
        self._hit(1)

    def log_copy(self) -> None:
        """Through the terminal; whether it obeys is not told."""
        line = sanitise(self._app.main.log_panel.sentence(), 1000)
        if not line:
            self._app.tell("no line to copy")
            return
        self._app.copy_to_clipboard(line)
        self._app.tell("copied, if the terminal allows it (OSC 52)")

    def why_of(self, signal: str) -> None:
        """The decision that was the cause of an order."""
        begin = candle_of(signal)
        if begin is None:
            self._app.tell("no candle is its cause: it was ordered by hand, or to protect what is held")
        else:
            self._open_xray(begin)

    def _searched(self, pattern: str | None) -> None:
        if pattern is None:
            return
        self._app.main.log_panel.focus()
        if not self._app.main.log_panel.search(pattern):
            self._app.tell(f"not in these lines: {sanitise(pattern, 60)}", "warning")

    def _hit(self, way: int) -> None:
        panel = self._app.main.log_panel
        if not panel.book.pattern:
            self._app.tell("nothing is searched for: start with " + self._app.view.keymap.key("log.search"))
        elif not panel.hit(way):
            self._app.tell("no other line has it")
