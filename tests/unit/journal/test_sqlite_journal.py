"""Writing and recalling: what was acknowledged is there, once, and belongs to its market."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.journal.entries import NOON_MS, PAIR, decided, filled, intent, meant, moved, record
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.memory import Memory, Override, Run, RunState
from tui_bot.engine.ports import Journal, JournalError
from tui_bot.engine.records import IntentMade, Note, OverrideChanged, Record, RunChanged
from tui_bot.journal.reader import read
from tui_bot.journal.sqlite_journal import SqliteJournal
from tui_bot.market.order import Order, OrderState


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "demo" / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    with closing(SqliteJournal(path, PAIR, 60, now=lambda: 7)) as journal:
        yield journal


def reopened(path: Path, pair: str = PAIR, interval: int = 60) -> Memory:
    with closing(SqliteJournal(path, pair, interval)) as journal:
        return journal.recall()


def test_it_is_the_engines_journal(journal: SqliteJournal) -> None:
    port: Journal = journal
    memory = port.recall()
    assert memory == Memory(memory.journal_id)
    assert len(memory.journal_id) == 8


def test_the_id_is_made_once_and_the_second_opening_is_known(journal: SqliteJournal, path: Path) -> None:
    first = journal.recall()
    journal.close()
    second = reopened(path)
    assert (first.opened_before, second.opened_before) == (False, True)
    assert first.journal_id == second.journal_id


def test_run_override_target_and_candle_are_the_newest(journal: SqliteJournal, path: Path) -> None:
    override = Override(Contract(Until.CANDLES, 3), 2, NOON_MS)
    paused = RunState(Run.PAUSED, "key p", NOON_MS)
    journal.write([record(RunChanged(RunState(Run.RUN, "start", 1))), record(decided(1, "0.001"))])
    journal.write(
        [record(RunChanged(paused)), record(OverrideChanged(override, "trade")), record(decided(2, "0"))]
    )
    journal.close()
    memory = reopened(path)
    assert memory.run == paused
    assert memory.override == override
    assert memory.target == Decimal(0)
    assert memory.decided == decided(2).decision.candle


def test_an_override_that_ended_is_none(journal: SqliteJournal) -> None:
    override = Override(Contract(Until.RELEASED), 0, NOON_MS)
    journal.write([record(OverrideChanged(override, "trade")), record(OverrideChanged(None, "released"))])
    assert journal.recall().override is None


def test_orders_are_folded_to_their_latest_state(journal: SqliteJournal) -> None:
    journal.write([meant(1), meant(2), record(moved(1, OrderState.SENT)), meant(3)])
    journal.write(
        [record(moved(2, OrderState.CLOSED, "0.001")), record(moved(1, OrderState.PARTIAL, "0.0005"))]
    )
    orders = journal.recall().orders
    wanted = [moved(1, OrderState.PARTIAL, "0.0005").order, moved(2, OrderState.CLOSED, "0.001").order]
    assert list(orders) == [*wanted, Order(intent(3), changed_ms=intent(3).created_ms)]


def test_old_orders_are_left_out_unless_their_end_is_unknown(journal: SqliteJournal) -> None:
    journal.write([meant(number) for number in range(1100)])
    journal.write(
        [record(moved(number, OrderState.CLOSED, "0.001")) for number in range(1100) if number != 5]
    )
    journal.write([record(moved(5, OrderState.UNKNOWN))])
    orders = journal.recall().orders
    assert [order.intent.cl_ord_id for order in orders] == [
        "c5-open",
        *(f"c{n}-open" for n in range(100, 1100)),
    ]


def test_fills_are_all_there_in_order_and_once(journal: SqliteJournal) -> None:
    journal.write([record(filled(2)), record(filled(1))])
    journal.write([record(filled(2)), record(filled(3))])
    assert [fill.trade_id for fill in journal.recall().fills] == ["T2", "T1", "T3"]


def test_a_repeated_decision_changes_nothing(journal: SqliteJournal, path: Path) -> None:
    journal.write([record(decided(1, "0.001"))])
    journal.write([record(decided(1, "0"))])
    assert journal.recall().target == Decimal("0.001")
    assert len(list(read(path))) == 1


@pytest.mark.parametrize("again", [meant(1), meant(1, "close")], ids=["a leg", "the other leg"])
def test_a_repeated_intent_is_refused_with_all_that_came_along(
    journal: SqliteJournal, path: Path, again: Record
) -> None:
    journal.write([meant(1), meant(1, "close")])
    with pytest.raises(JournalError, match="recorded before; it is not sent again"):
        journal.write([record(Note("info", "along")), again])
    assert len(list(read(path))) == 2
    journal.write([meant(2)])
    assert len(journal.recall().orders) == 3


def test_a_signals_leg_is_taken_once_whatever_its_id(journal: SqliteJournal) -> None:
    journal.write([meant(1)])
    with pytest.raises(JournalError, match="recorded before"):
        journal.write([record(IntentMade(replace(intent(1), cl_ord_id="another")))])


def test_another_market_has_a_memory_of_its_own(journal: SqliteJournal, path: Path) -> None:
    halted = RunState(Run.HALTED, "why", 1)
    override = Override(Contract(Until.RELEASED), 0, NOON_MS)
    journal.write([meant(1), record(filled(1)), record(decided(1, "0.001"))])
    journal.write([record(RunChanged(halted)), record(OverrideChanged(override, "x"))])
    journal.close()
    other = reopened(path, "ETH/USD")
    assert (other.orders, other.fills, other.target, other.decided, other.override) == (
        (),
        (),
        None,
        None,
        None,
    )
    assert other.run == halted, "a halt is not lifted by choosing another pair"
    slower = reopened(path, PAIR, 3600)
    assert (slower.target, slower.decided, len(slower.fills)) == (Decimal("0.001"), None, 1)


def test_the_same_candle_of_another_market_is_another_decision(journal: SqliteJournal, path: Path) -> None:
    journal.write([record(decided(1))])
    journal.close()
    with closing(SqliteJournal(path, PAIR, 300)) as slower:
        slower.write([record(decided(1))])
    assert len(list(read(path))) == 2


def test_both_clocks_are_noted(journal: SqliteJournal, path: Path) -> None:
    journal.write([record(Note("info", "x"), at_ms=5)])
    entry = next(read(path))
    assert (entry.seq, entry.at_ms, entry.wall_ms, entry.pair) == (1, 5, 7, PAIR)


def test_nothing_written_can_be_changed(journal: SqliteJournal, path: Path) -> None:
    journal.write([meant(1)])
    with closing(sqlite3.connect(path)) as other:
        for table in ("entry", "run", "journal"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                other.execute(f"DELETE FROM {table}")  # noqa: S608
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute("UPDATE entry SET body = ''")


def test_texts_of_any_kind_are_kept(journal: SqliteJournal) -> None:
    odd = "\ud800 \0 ' \" \x1b[2J \N{SNOWMAN}"
    record_with = record(RunChanged(RunState(Run.RUN, odd, 1)))
    journal.write([record_with, record(Note("info", odd, {odd: odd}))])
    state = journal.recall().run
    assert state is not None
    assert state.reason == odd


def test_after_closing_it_says_so(journal: SqliteJournal) -> None:
    journal.close()
    journal.close()
    for use in (journal.recall, lambda: journal.write([meant(1)])):
        with pytest.raises(JournalError, match="is closed"):
            use()


def test_an_empty_batch_is_nothing(journal: SqliteJournal, path: Path) -> None:
    journal.write([])
    assert list(read(path)) == []
