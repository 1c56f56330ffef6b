"""Reading a journal from another terminal: in words, as JSON lines, as a chart."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.journal.entries import NOON_MS, PAIR, decided, filled, intent, meant, moved, record
from tui_bot.engine.commands import Change, Contract, Until
from tui_bot.engine.guards import Reading
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.ports import JournalError
from tui_bot.engine.records import (
    Body,
    DecisionMade,
    IntentMade,
    Note,
    Outcome,
    OverrideChanged,
    RunChanged,
    SettingsChanged,
)
from tui_bot.journal.chart import chart
from tui_bot.journal.json_lines import json_line
from tui_bot.journal.reader import Entry, read
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.journal.words import line, sentence
from tui_bot.market.order import OrderState

BLOCK = Reading("stale data", False, "12 s", "10 s", "wait")
BLOCKED = DecisionMade(decided(1).decision, Outcome.BLOCKED, Decimal("0.001"), (BLOCK,), "no entry", "abc")
MANUAL = Override(Contract(Until.CANDLES, 3), 2, NOON_MS)

SAID: list[tuple[Body, str, str]] = [
    (decided(1), "decision", "no trade: no turn, close 65000.5, average 65000.15 over 20, target 0"),
    (BLOCKED, "decision", "target 0.001, stale data: 12 s of 10 s, no entry"),
    (
        IntentMade(intent(1)),
        "intent",
        "bot buy 0.00100000 BTC/USD at 65000.10, signal 1 open, c1-open",
    ),
    (
        moved(1, OrderState.CLOSED, "0.001"),
        "order",
        "closed: bot buy 0.00100000 BTC/USD at 65000.10, executed 0.001",
    ),
    (filled(1), "fill", "bought 0.001 BTC/USD at 65000, fee 0.26, trade T1, c1-open"),
    (RunChanged(RunState(Run.HALTED, "disk full", 1)), "run", "HALTED: disk full"),
    (OverrideChanged(MANUAL, "trade"), "override", "manual, 2 candles left: trade"),
    (OverrideChanged(None, "released"), "override", "handed back to the bot: released"),
    (
        SettingsChanged((Change("strategy.period", "20", "30"),), "ab12"),
        "settings",
        "strategy.period 20 → 30 (settings ab12)",
    ),
    (Note("warning", "late", {"by": "3 s"}), "note", "warning: late (by 3 s)"),
]


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        journal.write([record(body, NOON_MS + at) for at, (body, _, _) in enumerate(SAID) if body != BLOCKED])
        yield path


@pytest.mark.parametrize(("body", "kind", "said"), SAID)
def test_every_kind_has_a_sentence_and_a_json_line(body: Body, kind: str, said: str) -> None:
    entry = Entry(3, NOON_MS + 7, NOON_MS, PAIR, body)
    assert line(entry).startswith(f"2026-11-22 12:00:00.007Z  {kind:<8}  ")
    assert said in line(entry)
    parsed = json.loads(json_line(entry))
    assert (parsed["seq"], parsed["kind"], parsed["pair"]) == (3, kind, PAIR)
    assert (parsed["time"], parsed["at_ms"]) == ("2026-11-22T12:00:00.007Z", NOON_MS + 7)
    assert "\n" not in json_line(entry)


def test_the_json_keys_are_the_documented_ones() -> None:
    from tui_bot.journal import json_lines

    documented = json_lines.__doc__ or ""
    for body, _, _ in SAID:
        for key in json.loads(json_line(Entry(1, 1, 1, PAIR, body))):
            assert f"``{key}``" in documented, key


def test_outside_text_cannot_steer_the_terminal() -> None:
    note = Note("info", "evil \x1b[2J\u202e\nline", {"\x07": "\x9b"})
    assert not {"\x1b", "\u202e", "\n", "\x07", "\x9b"} & set(sentence(note))
    assert json_line(Entry(1, 1, 1, PAIR, note)).isascii()


def test_the_newest_are_last(path: Path) -> None:
    entries = list(read(path))
    assert [entry.seq for entry in entries] == list(range(1, len(SAID)))
    assert list(read(path, newest=2)) == entries[-2:]
    assert list(read(path, newest=0)) == []


def test_it_is_read_by_others_while_it_is_written(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tui_bot.journal.reader import read;"
        "print(sum(1 for _ in read(Path(sys.argv[1]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == len(SAID) - 1


def test_a_reader_that_stops_in_the_middle_does_not_hold_up_the_writer(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        journal.write([meant(number) for number in range(1200)])
        entries = read(path)
        assert next(entries).seq == 1
        journal.write([meant(5000)])
        assert sum(1 for _ in entries) == 1200


def test_a_closed_journal_and_an_idle_one_of_somebody_else_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a dir?#" / "journal.sqlite"
    with closing(SqliteJournal(path, PAIR, 60)) as journal:
        journal.write([meant(1)])
    assert len(list(read(path))) == 1


def test_no_journal_yet(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="there is no journal yet: it begins with the first start"):
        list(read(tmp_path / "journal.sqlite"))
    assert not list(tmp_path.iterdir()), "reading makes no files"


def test_no_database(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello" * 1000)
    with pytest.raises(JournalError, match="damaged: file is not a database"):
        list(read(tmp_path / "x"))
    (tmp_path / "empty").touch()
    assert list(read(tmp_path / "empty")) == []


def entries_of(count: int) -> list[Entry]:
    closes = [str(65000 + number % 17) for number in range(count)]
    bodies: list[Body] = [
        decided(number, close=close, sums=number > 20) for number, close in enumerate(closes)
    ]
    bodies.append(filled(60_000 * (count - 5)))
    return [Entry(seq, NOON_MS, 1, PAIR, body) for seq, body in enumerate(bodies, 1)]


@pytest.mark.parametrize(("width", "height"), [(60, 15), (120, 40)])
def test_the_chart_fits_the_terminal(width: int, height: int) -> None:
    drawn = chart(entries_of(90), width, height, colour=False).splitlines()
    assert len(drawn) <= height
    assert max(map(len, drawn)) <= width
    text = "\n".join(drawn)
    for shown in ("BTC/USD", "close", "average", "bought", "▲", "12:"):
        assert shown in text
    assert "\x1b" not in text


def test_the_chart_in_colour_and_of_nothing() -> None:
    assert "\x1b[" in chart(entries_of(30), 80, 20)
    assert chart([], 80, 20) == "nothing to draw yet: fewer than two candles were judged"
    assert "nothing to draw" in chart(entries_of(1), 80, 20)
