"""What a run comes to, in the figures people compare strategies by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from tui_bot.backtest.falls import falls_of
from tui_bot.backtest.history import History
from tui_bot.backtest.holding import Holding, buy_and_hold
from tui_bot.backtest.result import Column, Result
from tui_bot.market.number import ZERO

DAY_S = 86_400

#: Crypto trades on every day of the year.
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The worst fall of the account from a peak: ``depth`` in quote units, ``share`` of that peak.

    ``peak``, ``bottom`` and ``back`` are Unix seconds; ``back`` is None while it has not come back.
    ``length_s`` is the longest time below a peak, of this fall or another.
    """

    depth: Decimal
    share: float
    peak: int
    bottom: int
    back: int | None
    length_s: int


@dataclass(frozen=True, slots=True)
class WorstDay:
    """The UTC day on which the account lost most: its first second, and the change in quote units."""

    day: int
    net: Decimal


@dataclass(frozen=True, slots=True)
class Statistics:
    """Amounts in quote units; shares and rates are fractions; times in seconds. None: cannot be told.

    ``trades`` are those that came to their end, ``open`` says whether one has not. ``won`` counts those with
    a net above zero. ``profit_factor`` is what was won over what was lost, net. ``net`` is the change of the
    account with what is open marked at the last close, ``gross`` the same before ``fees``. ``exposure`` is
    the share of closes at which a position was held. Sharpe and Sortino are of the account's changes from one
    UTC day's end to the next, against nothing, times the root of 365. ``flips_a_day`` counts executions that
    opened a position. ``cost_a_day`` is fees a day, ``cost_of_stake`` that as a share of the stake at the
    average entry. ``hold`` is what buying the stake once and keeping it would have brought. ``used_up`` is
    the second at which the account was first worth nothing, None if it never was.
    """

    days: float
    trades: int
    open: bool
    won: int
    win_rate: float | None
    profit_factor: float | None
    net: Decimal
    gross: Decimal
    fees: Decimal
    turnover: Decimal
    exposure: float
    drawdown: Drawdown
    sharpe: float | None
    sortino: float | None
    average_hold_s: float | None
    flips_a_day: float
    cost_a_day: Decimal
    cost_of_stake: float | None
    break_even: float | None
    worst_day: WorstDay | None
    hold: Holding
    used_up: int | None


def statistics(history: History, result: Result) -> Statistics:
    """The figures of a run that marked its equity.

    Raises:
        ValueError: it did not.
    """
    if result.equity is None:
        raise ValueError("the run kept no equity to take figures from")
    trades, closed = result.trades, result.trades.closed
    days = (result.end - result.begin) / DAY_S
    ended = trades.net[:closed]
    won = int(np.count_nonzero(ended > 0))
    gain, loss = int(ended[ended > 0].sum()), -int(ended[ended < 0].sum())
    net, fees = result.money(result.worth - result.start), result.money(result.fees)
    by_day = daily(history.begin, history.interval, result.equity, result.start)
    held = trades.left[:closed] - trades.entered[:closed]
    cost_a_day = fees / Decimal(days) if days else ZERO
    return Statistics(
        days=days,
        trades=closed,
        open=len(trades) > closed,
        won=won,
        win_rate=won / closed if closed else None,
        profit_factor=gain / loss if loss else None,
        net=net,
        gross=net + fees,
        fees=fees,
        turnover=result.money(result.turnover),
        exposure=int((trades.last - trades.first).sum()) / result.candles if result.candles else 0.0,
        drawdown=drawdown(history, result),
        sharpe=sharpe(by_day.returns),
        sortino=sortino(by_day.returns),
        average_hold_s=float(held.mean()) if closed else None,
        flips_a_day=len(trades) / days if days else 0.0,
        cost_a_day=cost_a_day,
        cost_of_stake=_of_stake(result, cost_a_day),
        break_even=_break_even(result),
        worst_day=_worst(result, by_day),
        hold=buy_and_hold(history, result.terms),
        used_up=_used_up(history, result.equity),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The account at the end of each UTC day: its number since 1970, the change over it in units of money,
    and that as a fraction of what it began with."""

    number: NDArray[np.int64]
    change: Column
    returns: NDArray[np.float64]


def daily(begin: NDArray[np.int64], interval: int, equity: Column, start: int) -> Days:
    """Marks at the ends of candles by UTC day; a candle that ends at midnight belongs to the day before."""
    number, lasts = _last_of_days(begin, interval)
    marks = equity[lasts]
    before = np.concatenate((np.array([start], dtype=equity.dtype), marks[:-1])) if len(marks) else marks
    change = marks - before
    base = before.astype(np.float64)
    returns = np.divide(change.astype(np.float64), base, out=np.zeros(len(base)), where=base > 0)
    return Days(number, change, returns)


def _last_of_days(begin: NDArray[np.int64], interval: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The days on which candles end, and the place of the last of each."""
    if not len(begin):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    first, last = ((int(one) + interval - 1) // DAY_S for one in (begin[0], begin[-1]))
    days = np.arange(first, last + 1)
    stops = begin.searchsorted((days + 1) * DAY_S - interval, "right")
    some = np.diff(stops, prepend=0) > 0
    return days[some], stops[some] - 1


def sharpe(returns: NDArray[np.float64]) -> float | None:
    """Mean over standard deviation (n - 1) of daily returns, a year's (Sharpe, 1994, riskless rate 0)."""
    if len(returns) < 2 or not (spread := float(returns.std(ddof=1))):
        return None
    return float(returns.mean()) / spread * math.sqrt(DAYS_A_YEAR)


def sortino(returns: NDArray[np.float64]) -> float | None:
    """Mean over the root mean square of losses among daily returns, a year's (Sortino and Price, 1994)."""
    losses = np.minimum(returns, 0.0)
    if len(returns) < 2 or not (spread := math.sqrt(float(np.mean(losses * losses)))):
        return None
    return float(returns.mean()) / spread * math.sqrt(DAYS_A_YEAR)


def drawdown(history: History, result: Result) -> Drawdown:
    """The deepest fall of the account's marks below their highest so far, the cash at the start included."""
    falls = result.falls
    if result.equity is not None:
        falls = falls_of(result.equity, history.begin, history.interval, result.start)
    if falls is None or not len(history):
        return Drawdown(ZERO, 0.0, result.begin, result.begin, None, 0)
    if not falls.depth:
        end = int(history.begin[0]) + history.interval
        return Drawdown(result.money(0), 0.0, end, end, None, falls.length_s)
    return Drawdown(
        depth=result.money(falls.depth),
        share=falls.depth / falls.top if falls.top > 0 else 0.0,
        peak=_end(history, falls.peak),
        bottom=_end(history, falls.bottom),
        back=_end(history, falls.back) if falls.back >= 0 else None,
        length_s=falls.length_s,
    )


def _end(history: History, place: int) -> int:
    """When a candle ends; for -1, when the first begins."""
    return int(history.begin[place]) + history.interval if place >= 0 else int(history.begin[0])


def _used_up(history: History, equity: Column) -> int | None:
    gone = equity <= 0
    return int(history.begin[gone.argmax()]) + history.interval if gone.any() else None


def _worst(result: Result, by_day: Days) -> WorstDay | None:
    if not len(by_day.change):
        return None
    place = int(by_day.change.argmin())
    if by_day.change[place] >= 0:
        return None
    return WorstDay(int(by_day.number[place]) * DAY_S, result.money(by_day.change[place]))


def _stake_cost(result: Result) -> Decimal | None:
    """What the stake costs at the average entry."""
    trades = result.trades
    if not len(trades):
        return None
    ticks = Decimal(int(trades.entry.sum())) / len(trades)
    return ticks * result.terms.tick * result.terms.stake


def _of_stake(result: Result, cost_a_day: Decimal) -> float | None:
    stake = _stake_cost(result)
    return float(cost_a_day / stake) if stake else None


def _break_even(result: Result) -> float | None:
    """How far the price has to move for a trade to pay its fees, as a fraction of the entry."""
    stake, closed = _stake_cost(result), result.trades.closed
    if not stake or not closed:
        return None
    fees = Decimal(int(result.trades.fees[:closed].sum())) * result.terms.money / closed
    return float(fees / stake)
