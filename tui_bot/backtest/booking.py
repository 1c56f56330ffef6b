"""From the candles at whose open a position was entered and left to what it cost and brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.extent import extent
from tui_bot.backtest.history import History
from tui_bot.backtest.result import Column, Trades
from tui_bot.backtest.signals import Places, Sides
from tui_bot.backtest.tariff import MOST, Tariff
from tui_bot.backtest.terms import Terms
from tui_bot.market.order import Side

ROLLOVER_S = 4 * 3600

#: So many closes are marked at a time: what is computed of them stays in the processor's cache.
STRETCH = 1 << 15


@dataclass(frozen=True, slots=True)
class Sums:
    """Trades added up, in units of money.

    ``poorest`` is the least that the ends of closed ones came to, at most 0; ``dearest`` the most that one
    paid in fees; ``won`` how many closed ones brought more than nothing.
    """

    turnover: int
    fees: int
    net: int
    poorest: int
    dearest: int
    won: int


def start_of(terms: Terms) -> int:
    """The cash at the beginning in units of money, what is smaller than one left out."""
    return int(terms.cash / terms.money)


def exact_type(history: History, terms: Terms, tariff: Tariff, trades: int) -> type[Any]:
    """int64 where no number of a run with so many trades can overflow it, else Python's own integers."""
    if not len(history):
        return np.int64
    ticks = extent(history).highest + terms.against
    rollovers = (history.end - int(history.begin[0])) // ROLLOVER_S
    return np.int64 if tariff.reach(ticks, trades, rollovers, start_of(terms)) < MOST else object


def book(
    history: History,
    terms: Terms,
    tariff: Tariff,
    kind: type[Any],
    first: Places,
    last: Places,
    side: Sides,
) -> Trades:
    """The trades that are entered and left at these opens; ``last`` is the number of candles while open.

    ``kind`` is the type of their amounts, see ``exact_type``.
    """
    amounts = np.empty((4, len(first)), kind)
    times = np.empty((2, len(first)), np.int64)
    for at in range(0, len(first), STRETCH):
        here = slice(at, at + STRETCH)
        _book_some(
            history, terms, tariff, (first[here], last[here], side[here]), times[:, here], amounts[:, here]
        )
    entered, left = times
    entry, exit_, fees, net = amounts
    lots = np.broadcast_to(np.array(terms.lots, kind), len(first))
    return Trades(first, last, entered, left, side, lots, entry, exit_, fees, net)


def _book_some(
    history: History,
    terms: Terms,
    tariff: Tariff,
    trades: tuple[Places, Places, Sides],
    times: NDArray[np.int64],
    amounts: Column,
) -> None:
    """Fill in when some trades were entered and left, their prices, fees and net."""
    (first, last, side), count = trades, len(history)
    entered, left = fill_times(history, first), fill_times(history, last)
    entry = _fill_prices(history, first, side, terms.against, amounts.dtype)
    exit_ = _fill_prices(history, np.minimum(last, count - 1), -side, terms.against, amounts.dtype)
    entry_cost, exit_cost = tariff.cost.take(entry), tariff.cost.take(exit_)
    fees, leaving = tariff.fee.take(entry_cost), tariff.fee.take(exit_cost)
    if terms.leverage:
        fees += _held(tariff, entry_cost, side, (left - entered) // ROLLOVER_S)
    if last[-1] == count:
        left[-1] = exit_[-1] = leaving[-1] = 0
        exit_cost[-1] = tariff.cost.take(int(history.close[-1]))
    fees += leaving
    times[:] = entered, left
    amounts[:] = entry, exit_, fees, side * (exit_cost - entry_cost) - fees


def equity_of(history: History, terms: Terms, tariff: Tariff, trades: Trades) -> Column:
    """What the account is worth at the close of each candle, before the order that follows it."""
    count, kind, start = len(history), trades.net.dtype, start_of(terms)
    edges: Any = np.empty(2 * len(trades) + 2, np.int64)
    edges[0], edges[1:-1:2], edges[2::2], edges[-1] = 0, trades.first, trades.last, count
    after = start + np.cumsum(trades.net)
    if len(trades) and not trades.left[-1]:
        after[-1] -= trades.net[-1]
    level = np.empty(2 * len(trades) + 1, kind)
    level[0], level[2::2] = start, after
    cost = tariff.cost.take(trades.entry)
    begun = tariff.fee.take(cost) + _opening(tariff, cost, trades.side)
    level[1::2] = np.concatenate((level[:1], after[:-1])) - trades.side * cost - begun
    way: Any = np.zeros(2 * len(trades) + 1, np.int8)
    way[1::2] = trades.side
    equity: Column = np.empty(count, kind)
    for at in range(0, count, STRETCH):
        until = min(at + STRETCH, count)
        first, last = int(edges.searchsorted(at, "right")) - 1, int(edges.searchsorted(until, "left"))
        lengths = np.diff(np.clip(edges[first : last + 1], at, until))
        marks = tariff.cost.take(history.close[at:until].astype(kind))
        marks *= np.repeat(way[first:last], lengths)
        marks += np.repeat(level[first:last], lengths)
        equity[at:until] = marks
    if terms.leverage:
        _take_rollovers(equity, history, tariff, trades)
    return equity


def sums_of(tariff: Tariff, trades: Trades) -> Sums:
    """All trades added up."""
    if not len(trades):
        return Sums(0, 0, 0, 0, 0, 0)
    left, nets, ended = trades.exit[: trades.closed], np.cumsum(trades.net), trades.net[: trades.closed]
    return Sums(
        turnover=int(tariff.cost.take(trades.entry).sum()) + int(tariff.cost.take(left).sum()),
        fees=int(trades.fees.sum()),
        net=int(nets[-1]),
        poorest=min(0, int(nets[: trades.closed].min())) if trades.closed else 0,
        dearest=int(trades.fees.max()),
        won=int(np.count_nonzero(ended > 0)),
    )


def fill_times(history: History, places: Places) -> Places:
    """An order fills as the candle before its open closes."""
    times: Places = history.begin[places - 1]
    times += history.interval
    return times


def _fill_prices(history: History, places: Places, side: Sides, against: int, kind: Any) -> Column:
    prices: Column = history.open[places].astype(kind)
    if against:
        prices += side.astype(kind) * against
        np.maximum(prices, 1, out=prices)
    return prices


def _opening(tariff: Tariff, cost: Column, side: Sides) -> Column:
    buy, sell = tariff.opening[Side.BUY], tariff.opening[Side.SELL]
    opening: Column = np.where(side > 0, buy.take(cost), sell.take(cost))
    return opening


def _rollover(tariff: Tariff, cost: Column, side: Sides) -> Column:
    buy, sell = tariff.rollover[Side.BUY], tariff.rollover[Side.SELL]
    rollover: Column = np.where(side > 0, buy.take(cost), sell.take(cost))
    return rollover


def _held(tariff: Tariff, cost: Column, side: Sides, times: NDArray[np.int64]) -> Column:
    """Opening and rollover fees of margin positions."""
    held: Column = _opening(tariff, cost, side) + _rollover(tariff, cost, side) * times
    return held


def _take_rollovers(equity: Column, history: History, tariff: Tariff, trades: Trades) -> None:
    """Take what an open position has paid for being held off the marks from then until it ends."""
    until = np.where(trades.left == 0, history.end, trades.left)
    times = (until - trades.entered) // ROLLOVER_S
    long = np.flatnonzero(times)
    if not len(long):
        return
    times = times[long]
    each = _rollover(tariff, tariff.cost.take(trades.entry[long]), trades.side[long])
    row = np.repeat(np.arange(len(long)), times)
    number = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times) + 1
    due = trades.entered[long][row] + number * ROLLOVER_S
    change = np.zeros(len(history) + 1, equity.dtype)
    np.subtract.at(change, np.searchsorted(history.begin, due - history.interval), each[row])
    np.add.at(change, trades.last[long], each * times)
    equity += np.cumsum(change[:-1])
