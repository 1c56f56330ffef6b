"""I33 on a pty: hostile texts add no control sequence to what neutral ones bring; any size is survived."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import re
import signal
import struct
import sys
import termios

import pytest

from tests.console.test_run import ROOT, SHOWN, Terminal, start

ROUNDS = 12

#: Twenty texts a snapshot, on every way to the screen; the last snapshot says that it was the last.
TELL = """
import sys
from tests.console.stage import NOW_MS, FakeEngine, snapshot
from tests.console.test_hostile_strings import screen_of
from tests.support.hostile import hostile_texts
from tui_bot.console.run import run_console
from tui_bot.engine.records import Note, Record
rounds, neutral = int(sys.argv[2]), ["EOrder:Insufficient funds", "OQCLML-BW3P3-BUCMWZ", "XXBT", "0.001"]
texts = list(hostile_texts(7, rounds * 20)) if sys.argv[1] == "hostile" else neutral * rounds * 5
class Telling(FakeEngine):
    def run(self):
        for number in range(rounds):
            self.publish(**screen_of(texts[number * 20 : number * 20 + 20]))
            if self._over.wait(0.3):
                return
        self.publish(log=(Record(NOW_MS, Note("info", "THE-LAST-ONE")),))
        self._over.wait()
raise SystemExit(run_console(lambda: Telling(snapshot()), mode="demo"))
"""

#: A control sequence, a control string with its end, an escape, or a control by itself, 7 bits wide or 8.
_CONTROL = re.compile(
    r"\x1b(\[)([<-?]?)[0-9;:]*([ -/]*[@-~])|\x1b([\]PX^_].*?)(?:\x07|\x1b\\)"
    r"|\x1b([ -/]*[0-~])|([\x00-\x1f\x7f-\x9f])",
    re.DOTALL,
)


def kinds(stream: bytes) -> set[str]:
    """The control sequences in what a terminal was sent, without their numbers; control strings whole."""
    return {"".join(found) for found in _CONTROL.findall(stream.decode("utf-8", "replace"))}


def told(texts: str) -> bytes:
    """All that the console writes while it is told these."""
    pid, handle = pty.fork()
    if pid == 0:  # pragma: no cover - another process
        os.chdir(ROOT)
        os.environ.update(TERM="xterm-256color", PYTHONPATH=str(ROOT))
        os.execv(sys.executable, [sys.executable, "-c", TELL, texts, str(ROUNDS)])  # noqa: S606
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    terminal = Terminal(pid, handle)
    stream = terminal.read(40, until=b"THE-LAST-ONE")
    os.kill(pid, signal.SIGTERM)
    code, tail = terminal.ended_within(6, read=True)
    os.close(handle)
    assert b"THE-LAST-ONE" in stream
    assert code == 143
    return stream + tail


def test_f108_hostile_texts_bring_no_sequence_that_neutral_ones_do_not() -> None:
    neutral, hostile = told("neutral"), told("hostile")
    assert "�" in hostile.decode("utf-8", "replace")
    assert kinds(hostile) <= kinds(neutral)


@pytest.mark.parametrize(
    "count", [40, pytest.param(1000, marks=[pytest.mark.slow, pytest.mark.timeout(300)])]
)
def test_f101_resizes_one_after_the_other_are_survived(count: int) -> None:
    chance, terminal = random.Random(101), start("--updates", "10")
    assert SHOWN in terminal.read(15, until=SHOWN)
    for _ in range(count):
        wide = chance.choice((chance.randint(1, 12), chance.randint(13, 119), chance.randint(120, 400)))
        high = chance.choice((1, chance.randint(2, 19), chance.randint(20, 120)))
        resize(terminal, high, wide)
        terminal.read(chance.choice((0.0, 0.01, 0.05)))
    resize(terminal, 30, 100)
    terminal.read(1.0)
    resize(terminal, 31, 101)
    assert SHOWN in terminal.read(15, until=SHOWN), "it paints no more"
    os.kill(terminal.pid, signal.SIGTERM)
    code, tail = terminal.ended_within(6, read=True)
    os.close(terminal.handle)
    assert code == 143
    assert b"Traceback" not in tail


def resize(terminal: Terminal, high: int, wide: int) -> None:
    """The person drags the window's corner."""
    fcntl.ioctl(terminal.handle, termios.TIOCSWINSZ, struct.pack("HHHH", high, wide, 0, 0))
