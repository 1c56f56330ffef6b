"""What happens within a candle and at the exchange's own will: stops, take-profits, margin that gives way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from tests.support.bots import wide_bot
from tests.support.histories import random_terms
from tui_bot.backtest.event import Replay, run_events
from tui_bot.backtest.fast import run_fast
from tui_bot.backtest.history import History
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.stops import Stops
from tui_bot.backtest.terms import Borrowing, Fills, Terms
from tui_bot.backtest.walk import Inexpressible
from tui_bot.engine.memory import Run
from tui_bot.engine.settings import BotSettings
from tui_bot.market.order import Side

D = Decimal
FREE = Borrowing()
TERMS = random_terms(
    0, leverage=0, stake=D(1), taker_fee=D(0), cost_minimum=D(0), fills=Fills.NEXT_OPEN, slippage=2,
    long=FREE, short=FREE,
)  # fmt: skip

#: Falls, turns up at the fourth close, and is bought at the open of the fifth candle, 1000.
TURN_UP = [(1010, 1010), (1000, 1000), (990, 990), (990, 1001)]


def history(*candles: tuple[int, ...]) -> History:
    """Candles as (open, close) or (open, high, low, close), in ticks."""
    rows = [one if len(one) == 4 else (one[0], max(one), min(one), one[1]) for one in (*TURN_UP, *candles)]
    opened, high, low, close = np.array(rows, np.int32).T
    begin = 1_767_600_000 + 60 * np.arange(len(rows), dtype=np.int64)
    return History("BTC/USD", 60, D("0.1"), begin, opened, high, low, close, np.ones(len(rows)))


def bot(of: History, terms: Terms = TERMS, **changes: Decimal) -> BotSettings:
    return replace(wide_bot(of, Rule(2), terms), **changes)  # type: ignore[arg-type]


def exits(*candles: tuple[int, ...], terms: Terms = TERMS, **changes: Decimal) -> list[tuple[int, Decimal]]:
    """How many candles a trade was held, and at what price it was left; the same in both modes."""
    of = history(*candles)
    result = run_events(of, bot(of, terms, **changes), terms)
    stops = Stops(changes.get("stop_loss", D(0)), changes.get("take_profit", D(0)))
    if terms.leverage or not (stops.loss and stops.profit):
        assert run_fast(of, Rule(2), terms, stops=stops).difference(result) == ""
    return [(trade.bars, trade.exit) for trade in result.each() if trade.exit is not None]


def test_a_stop_fills_at_its_trigger_and_against_itself() -> None:
    # bought at 1002 with slippage, the stop 5 % below at 951.9: rounded down to 951
    assert exits((1000, 1010), (1010, 1011, 940, 1000), stop_loss=D("0.05")) == [(1, D("94.9"))]


def test_a_stop_that_the_market_opens_beyond_fills_at_the_open() -> None:
    assert exits((1000, 1010), (900, 910, 890, 905), stop_loss=D("0.05")) == [(1, D("89.8"))]


def test_a_stop_works_from_the_candle_of_the_entry_on() -> None:
    assert exits((1000, 1010, 950, 1005), (1006, 1007), stop_loss=D("0.05")) == [(0, D("94.9"))]


def test_a_stop_works_as_soon_where_the_account_had_to_be_read_for_the_entry() -> None:
    of = history((1000, 1010, 950, 1005), (1006, 1007))
    hourly = replace(of, interval=3600, begin=1_767_600_000 + 3600 * np.arange(len(of), dtype=np.int64))
    result = run_events(hourly, bot(hourly, stop_loss=D("0.05")), TERMS)
    assert [(trade.bars, trade.exit) for trade in result.each()] == [(0, D("94.9"))]


def test_a_stop_that_is_not_reached_does_nothing() -> None:
    assert exits((1000, 1010), (1010, 1012, 952, 1011), stop_loss=D("0.05")) == []


def test_a_take_profit_fills_at_its_price() -> None:
    # 1002 and 5 % are 1052.1: rounded up to 1053
    assert exits((1000, 1010), (1010, 1060, 1009, 1055), take_profit=D("0.05")) == [(1, D("105.1"))]


def test_of_two_that_one_candle_reaches_the_stop_came_first() -> None:
    terms = replace(TERMS, leverage=2)
    both = {"stop_loss": D("0.05"), "take_profit": D("0.05")}
    assert exits((1000, 1010), (1010, 1070, 940, 1000), terms=terms, **both)[0] == (1, D("94.9"))


def test_after_a_stop_the_bot_waits_for_the_next_turn() -> None:
    of = history((1000, 1010), (1010, 1011, 940, 1015), (1016, 1030), (1030, 1040))
    replay = Replay(of, bot(of, stop_loss=D("0.05")), TERMS)
    replay.run()
    assert replay.bot.state.position.is_flat
    assert len(replay.result().trades) == 1
    assert not replay.venue.account().open_orders


def test_margin_that_gives_way_closes_the_position_and_halts_the_bot() -> None:
    terms = replace(TERMS, leverage=5, cash=D(30), long=FREE, short=FREE)
    of = history((1000, 1005), (1005, 1006), (800, 780), (790, 1020), (1030, 1050), (1000, 900))
    replay = Replay(of, bot(of, terms), terms)
    replay.run()
    result = replay.result()
    trade = result.trade(0)
    assert (trade.side, trade.entry, trade.exit) == (Side.BUY, D("100.2"), D("78.8"))
    assert len(result.trades) == 1
    assert replay.bot.state.run.run is Run.HALTED
    assert "LIQUIDATED" in result.notes[-1]
    with pytest.raises(Inexpressible, match="closed a position by force"):
        run_fast(of, Rule(2), terms)


def test_what_holding_cost_until_a_stop_is_charged() -> None:
    terms = replace(TERMS, leverage=2, long=Borrowing(D("0.001"), D("0.01")))
    of = history((1000, 1010), (1010, 1011, 940, 1000))
    slow = replace(of, interval=14_400, begin=1_767_600_000 + 14_400 * np.arange(len(of), dtype=np.int64))
    trade = run_events(slow, bot(slow, terms, stop_loss=D("0.05")), terms).trade(0)
    # 100.2 opened at 0.1 %, and two ends of four hours at 1 %
    assert (trade.exit, trade.fees) == (D("94.9"), D("0.10020") + 2 * D("1.00200"))
