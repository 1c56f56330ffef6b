"""kill -9 at any moment: what was acknowledged is there afterwards, and the journal opens."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.unit.journal.entries import PAIR
from tui_bot.journal.reader import read
from tui_bot.journal.sqlite_journal import SqliteJournal

WRITER = """
import os, sys
from pathlib import Path
from tests.unit.journal.entries import PAIR, decided, filled, meant, moved, record
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.market.order import OrderState
path = Path(sys.argv[1])
os.write(1, b"ready\\n")
for line in sys.stdin:
    if os.fork():
        os.wait()
        os.write(1, b"gone\\n")
        continue
    os.write(1, f"pid {os.getpid()}\\n".encode())
    journal = SqliteJournal(path, PAIR, 60)
    number = int(line)
    while True:
        journal.write([record(decided(number)), meant(number)])
        os.write(1, f"{number}\\n".encode())
        journal.write([record(moved(number, OrderState.CLOSED, "0.001")), record(filled(number))])
        number += 1
"""


def test_acknowledged_entries_survive_forty_kills(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    chance = random.Random(7)
    acknowledged: list[int] = []
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        for round_ in range(40):
            writer.stdin.write(f"{round_ * 100_000}\n")
            pid = int(writer.stdout.readline().removeprefix("pid "))
            # Some lives end while the journal opens, others well into their writing, whatever the machine.
            acknowledged += [int(writer.stdout.readline()) for _ in range(chance.choice((0, 1, 3, 12)))]
            time.sleep(chance.uniform(0.0, 0.03))
            os.kill(pid, signal.SIGKILL)
            while (line := writer.stdout.readline()) != "gone\n":
                acknowledged.append(int(line))
            if round_ % 8 == 7:
                check(path, acknowledged)
        writer.stdin.close()
    check(path, acknowledged)
    assert len(acknowledged) > 100


def check(path: Path, acknowledged: list[int]) -> None:
    kinds = [type(entry.body).__name__ for entry in read(path)]
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        connection = journal._connection
        assert connection is not None
        held = {row[0] for row in connection.execute("SELECT ident FROM entry WHERE kind = 'intent'")}
        memory = journal.recall()
    assert {f"c{number}-open" for number in acknowledged} <= held
    assert kinds.count("IntentMade") == kinds.count("DecisionMade") == len(held)
    assert kinds.count("OrderMoved") == kinds.count("Filled") == len(memory.fills)
    assert len(held) - len(memory.fills) <= 40
