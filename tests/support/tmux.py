"""A real terminal: a tmux server of its own, its keys and its screen."""

from __future__ import annotations

import shlex
import subprocess
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Self

from tests.support.processes import COMMAND


class Tmux:
    """One command in one window of a ``terminal`` known by that name; the server is killed at the end."""

    def __init__(
        self,
        arguments: Sequence[str],
        columns: int = 80,
        lines: int = 24,
        env: str = "",
        command: Sequence[str] = COMMAND,
        terminal: str = "tmux-256color",
    ) -> None:
        self._socket = f"tui-bot-{uuid.uuid4().hex[:12]}"
        shown = shlex.join([*command, *arguments])
        script = f"{env} {shown}; echo EXIT=$?; sleep 600"
        size = ("-x", str(columns), "-y", str(lines))
        options = ("set", "-g", "default-terminal", terminal, ";", "set", "-g", "status", "off", ";")
        self._tmux("start-server", ";", *options, "new-session", "-d", *size, "sh", "-c", script)

    def attached(self, columns: int, lines: int) -> Tmux:
        """A client on this window, in a terminal of its own and that terminal's size."""
        attach = ["tmux", "-u", "-L", self._socket, "attach"]
        return Tmux([], columns, lines, env="env -u TMUX", command=attach)

    def detach(self) -> None:
        """Send all clients away, as ctrl+b d does."""
        self._tmux("detach-client", "-s", "0")

    def screen(self) -> str:
        """The text on the screen now."""
        return self._tmux("capture-pane", "-p")

    def styled(self) -> str:
        """The same with its colours, as SGR sequences."""
        return self._tmux("capture-pane", "-p", "-e", "-N")

    def keys(self, *keys: str) -> None:
        """Press keys, in tmux's names, one after the other."""
        for key in keys:
            self._tmux("send-keys", key)
            time.sleep(0.1)

    def raw(self, sequence: str) -> None:
        """Send this as the terminal would, byte by byte as it is."""
        self._tmux("send-keys", "-l", sequence)

    def mouse_on(self) -> None:
        """As ``set -g mouse on`` does: tmux hears the mouse, and hands on what a program asks for."""
        self._tmux("set", "-g", "mouse", "on")

    def resize(self, columns: int, lines: int) -> None:
        """Change the window's size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(lines))

    def size(self) -> tuple[int, int]:
        """Columns and lines of the window."""
        columns, lines = self._tmux("display-message", "-p", "#{pane_width} #{pane_height}").split()
        return int(columns), int(lines)

    def expect(self, wanted: str | Callable[[str], bool], within: float = 20.0) -> str:
        """Wait until the screen shows a text or fits a condition."""
        fits = wanted if callable(wanted) else lambda shown: wanted in shown
        end = time.monotonic() + within
        while True:
            shown = self.screen()
            if fits(shown):
                return shown
            if time.monotonic() > end:
                raise AssertionError(f"{wanted!r} did not come; the screen shows:\n{shown}")
            time.sleep(0.1)

    def pid(self) -> int:
        """The process id of the command (the shell's child)."""
        shell = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        found = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, check=True)
        return int(found.stdout.split()[0])

    def in_alternate_screen(self) -> bool:
        """Whether the terminal was left in its alternate screen."""
        return self._tmux("display-message", "-p", "#{alternate_on}").strip() == "1"

    def kill_session(self) -> None:
        """Close the window, as a person who closes the terminal does."""
        self._tmux("kill-session")

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-L", self._socket, "-f", "/dev/null", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        subprocess.run(
            ["tmux", "-L", self._socket, "kill-server"], capture_output=True, timeout=20, check=False
        )
