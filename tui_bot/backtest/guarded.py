"""Whether a guard of a bot's limits would have held an order of a fast run back.

Where for certain none would, the run stands as it is; else the walk goes through it turn by turn.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from tui_bot.backtest.extent import extent
from tui_bot.backtest.history import History
from tui_bot.backtest.result import Column, Trades
from tui_bot.backtest.tariff import Tariff
from tui_bot.backtest.terms import Terms
from tui_bot.engine.day import DAY_MS, HOUR_MS
from tui_bot.engine.settings import Flip, Limits
from tui_bot.market.position import ROLLOVER_RATE

DAY_S = DAY_MS // 1000


def biting(limits: Limits, history: History, terms: Terms, trades: Trades, equity: Column | None) -> bool:
    """Whether a guard would have held back an order of these trades, or one after the last close; or might
    have."""
    if not len(history):
        return False
    highest, lowest = extent(history).highest + terms.quoted, extent(history).lowest
    times = 2 if terms.leverage and terms.flip is Flip.ONE_ORDER else 1
    return (
        terms.stake > limits.max_position
        or times * terms.stake * highest * terms.tick > limits.max_notional
        or terms.quoted > min(limits.collar, limits.exit_collar) * lowest
        or _too_many(limits, np.append(trades.entered, history.end))
        or _too_much_lost(limits, history, terms, trades, equity)
    )


def _too_many(limits: Limits, entered: Column) -> bool:
    """Orders that open exposure, within an hour and within a day."""
    for most, span_s in ((limits.orders_per_hour, HOUR_MS // 1000), (limits.orders_per_day, DAY_S)):
        if most < len(entered) and bool((entered[most:] - entered[:-most] < span_s).any()):
            return True
    return False


def _too_much_lost(
    limits: Limits, history: History, terms: Terms, trades: Trades, equity: Column | None
) -> bool:
    if not limits.daily_loss:
        return False
    if equity is None:
        return True
    worst = _worst_day(history, equity) * terms.money
    return worst + _unseen(history, terms, trades) >= limits.daily_loss


def _worst_day(history: History, equity: Column) -> int:
    """The most that the marks of one UTC day fell from the highest before."""
    day = (history.begin + history.interval) // DAY_S
    edges: Any = np.flatnonzero(np.diff(day)) + 1
    worst = 0
    for start, stop in zip([0, *edges.tolist()], [*edges.tolist(), len(day)], strict=True):
        marks = equity[start:stop]
        worst = max(worst, int((np.maximum.accumulate(marks) - marks).max()))
    return worst


def _unseen(history: History, terms: Terms, trades: Trades) -> Decimal:
    """What the bot may count beyond the marks: the fee of an exit, the way from a close to the next fill, and
    holding a position, which it reckons at the dearest rate."""
    cost = Tariff.of(terms).cost
    highest = extent(history).highest + terms.against
    gap = int(np.abs(history.open[1:].astype(np.int64) - history.close[:-1]).max()) if len(history) > 1 else 0
    most = cost.take(highest) * terms.money
    opening = max(terms.long.opening, terms.short.opening)
    fee = max(terms.guard_fee, terms.taker_fee + opening) * most
    unseen = fee + cost.take(gap + 2 * terms.against) * terms.money
    if terms.leverage:
        _days, entries = np.unique(trades.entered // DAY_S, return_counts=True)
        busiest = int(entries.max()) if len(entries) else 0
        unseen += ROLLOVER_RATE * most * (2 * busiest + 8)
    return unseen
