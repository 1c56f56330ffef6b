"""A console on a pty of its own, whose terminal is emulated: does the terminal show what the app means?

``Painted`` drives the child from outside: keys and sizes over the pty, the market over a pipe. The child is
this file as a program; it says which rows its compositor holds once nothing is left to be drawn.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import random
import re
import select
import signal
import struct
import sys
import termios
import threading
import time
import traceback
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte

from tests.console.play import HandClock
from tests.console.stage import NOW_MS, FakeEngine, order, snapshot
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.events import Quote
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.records import Note, Record
from tui_bot.market.order import OrderState
from tui_bot.market.position import Position

#: Sequences that the emulator would take for text.
_UNHEARD_OF = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p")

_WORDS = ("the average turned up", "no turn", "東京 wide words", "funds", "é", "x" * 60, "a b " * 40)


class Painted:
    """A running console and the emulated terminal it draws on."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        self.size = size
        self._dice = random.Random(seed)
        self.done: list[str] = []
        ask, self._ask = os.pipe()
        self._said, say = os.pipe()
        for handle in (ask, say):
            os.set_inheritable(handle, True)
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            environment = {
                **os.environ,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "PYTHONPATH": ".",
            }
            module = ["-m", "tests.console.painted", str(ask), str(say), str(seed)]
            os.execve(sys.executable, [sys.executable, *module], environment)  # noqa: S606
        os.close(ask)
        os.close(say)
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._set_size()
        self._quiet(0.3)

    # -- what is done to it ------------------------------------------------------------------------

    def key(self, *keys: str) -> None:
        """Type."""
        self.done.append(f"keys {keys!r}")
        for text in keys:
            os.write(self._terminal, text.encode())
            self._take(0.03)

    def resize(self, size: tuple[int, int]) -> None:
        """Another window size. What a terminal keeps of its content then is its own business."""
        self.done.append(f"size {size}")
        self.size = size
        self._take(0.0)
        self._screen.resize(size[1], size[0])
        self._set_size()

    def scramble(self) -> None:
        """To another size and back at once: the app may hear of one size only."""
        columns, lines = self.size
        self.resize((columns - 7, lines - 3))
        self.resize((columns, lines))

    def market(self, times: int = 1) -> None:
        """The market moves, and much else with it."""
        self.done.append(f"market {times}")
        os.write(self._ask, b"m" * times)

    def stop(self, number: int) -> None:
        """Stop it by this signal, let somebody else draw on the terminal, and let it go on."""
        self.done.append(f"stopped by {number}")
        os.kill(self._child, number)
        deadline = time.monotonic() + 10
        while Path(f"/proc/{self._child}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            assert time.monotonic() < deadline, "it does not stop"
            self._take(0.02)
        self._take(0.02)
        self._stream.feed(b"\x1b[H\x1b[7msomebody else's words \x1b[m" * 3 + b"\r\n$ " * self.size[1])
        os.kill(self._child, signal.SIGCONT)

    # -- what is seen ------------------------------------------------------------------------------

    def differences(self) -> list[str]:
        """The rows in which terminal and app differ when nothing is left to be drawn."""
        found: list[str] = []
        for patience in (0.12, 0.12, 0.5, 2.0):
            self._quiet(patience)
            meant, shown = self._meant(), self.rows()
            found = (
                [
                    f"{y}: meant {wanted!r}\n    shown {have!r}"
                    for y, (wanted, have) in enumerate(zip(meant, shown, strict=True))
                    if wanted != have
                ]
                if len(meant) == len(shown)
                else [f"{len(meant)} rows meant, {len(shown)} shown"]
            )
            if not found:
                return []
        return found

    def rows(self) -> list[str]:
        """What the terminal shows."""
        return [row.rstrip() for row in self._screen.display]

    def _meant(self) -> list[str]:
        os.write(self._ask, b"r")
        said, end = b"", time.monotonic() + 20
        while not said.endswith(b"\n"):
            assert time.monotonic() < end, "\n".join(["it does not answer", *self.rows(), *self.done[-12:]])
            self._take(0.01)
            if select.select([self._said], [], [], 0)[0]:
                said += os.read(self._said, 1 << 20)
        self._take(0.05)
        rows: list[str] = json.loads(said)
        return rows

    def _quiet(self, seconds: float) -> None:
        """Until it is silent for so long; a blinking cursor never is."""
        end = time.monotonic() + 4 * seconds
        while self._take(seconds) and time.monotonic() < end:
            pass

    def _take(self, seconds: float) -> bool:
        """Feed what it wrote meanwhile to the emulator."""
        part, end = b"", time.monotonic() + 5
        while select.select([self._terminal], [], [], seconds)[0]:
            assert time.monotonic() < end, f"it writes without end: {part[-300:]!r} {self.done[-12:]}"
            try:
                part += os.read(self._terminal, 1 << 18)
            except OSError as error:
                raise AssertionError(f"the console ended: {self.done}") from error
        if b"\x1b[c" in part:
            os.write(self._terminal, b"\x1b[?1;2c")
        self._stream.feed(_UNHEARD_OF.sub(b"", part))
        return bool(part)

    def _set_size(self) -> None:
        packed = struct.pack("HHHH", self.size[1], self.size[0], 0, 0)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, packed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        for handle in (self._terminal, self._ask, self._said):
            os.close(handle)


# -- the child -------------------------------------------------------------------------------------


def _moved(engine: FakeEngine, clock: HandClock, dice: random.Random) -> None:
    """Another market, position, run state, override, log; sometimes an order of unknown fate."""
    snap = engine.newest
    assert snap is not None
    assert snap.quote is not None
    clock.now += dice.choice((0.0, 0.3, 7.0))
    last = snap.quote.last + Decimal(dice.randint(-900, 900)) / 10
    at = snap.at_ms + dice.randint(0, 3000)
    changes: dict[str, Any] = {
        "at_ms": at,
        "quote": Quote(last, last + Decimal("0.1"), last, at),
        "feed": replace(snap.feed, heard_ms=at - dice.choice((100, 100, 20_000))),
    }
    if snap.forming is not None:
        low, high = min(snap.forming.low, last), max(snap.forming.high, last)
        changes["forming"] = replace(snap.forming, close=last, low=low, high=high)
    if dice.random() < 0.4:
        count = dice.choice((1, 1, 3, 30))
        texts = (" ".join(dice.choices(_WORDS, k=3)) for _ in range(count))
        new = (Record(at, Note(dice.choice(("info", "warning", "error")), text)) for text in texts)
        changes["log"] = (*snap.log, *new)[-500:]
    if dice.random() < 0.3:
        size = dice.choice((Decimal("0.001"), Decimal("-0.001"), Decimal(0)))
        changes["position"] = Position(size, last, Decimal(-3), Decimal("31.2"), Decimal("0.27"), NOW_MS)
    if dice.random() < 0.2:
        run = dice.choice((Run.RUN, Run.PAUSED, Run.HALTED))
        changes["run"] = RunState(run, "the exchange holds another size", at)
    if dice.random() < 0.2:
        override = Override(Contract(Until.RELEASED), 0, at)
        changes["override"] = dice.choice((None, override))
    if dice.random() < 0.2:
        state = dice.choice((OrderState.CLOSED, OrderState.UNKNOWN, OrderState.OPEN))
        changes["orders"] = (order(state, price=last), *snap.orders[-4:])
    engine.publish(**changes)


def main(ask: int, say: int, seed: int) -> None:
    """Show the console; move the market or say the rows when asked."""
    os.environ["TEXTUAL_FPS"] = "120"
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    from textual._context import active_app, visible_screen_stack

    from tui_bot.console.app import ConsoleApp

    engine, clock, dice = FakeEngine(snapshot()), HandClock(), random.Random(seed)
    app = ConsoleApp(lambda: engine, mode="demo", clock=clock)

    def move() -> None:
        _moved(engine, clock, dice)
        app.tick()

    def tell_rows() -> None:
        active_app.set(app)
        visible_screen_stack.set(app._background_screens)
        try:
            rows = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
        except Exception:  # told instead, and asked again
            rows = ["nothing is meant:", *traceback.format_exc().splitlines()]
        os.write(say, json.dumps(rows).encode() + b"\n")

    def listen() -> None:
        while byte := os.read(ask, 1):
            while app._loop_of_app is None:
                time.sleep(0.01)
            app._loop_of_app.call_soon_threadsafe(move if byte == b"m" else tell_rows)

    threading.Thread(target=listen, daemon=True).start()
    app.run(mouse=False)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
