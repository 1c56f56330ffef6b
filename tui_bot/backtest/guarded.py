"""Whether fast mode can follow a bot's settings: what it has no words for, and what would have bitten.

Fast mode trades every turn. A guard that would have held an order back makes another run of it, and only the
bot itself can tell which. So a fast run of guarded settings counts only where for certain none did.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from tui_bot.backtest.history import History
from tui_bot.backtest.result import Column, Result
from tui_bot.backtest.tariff import Tariff
from tui_bot.backtest.terms import Terms
from tui_bot.engine.day import DAY_MS, HOUR_MS
from tui_bot.engine.settings import BotSettings, Flip, Limits
from tui_bot.market.position import ROLLOVER_RATE

DAY_S = DAY_MS // 1000


def wordless(settings: BotSettings) -> str | None:
    """The setting that fast mode cannot express at all, None where it knows all."""
    if settings.stop_loss:
        return "a stop (trading.stop_loss_percent)"
    if settings.take_profit:
        return "a take-profit (trading.take_profit_percent)"
    return None


def biting(settings: BotSettings, history: History, terms: Terms, result: Result) -> str | None:
    """The guard that would have held back an order of a fast run, or might have; None if certainly none."""
    if not len(history):
        return None
    limits = settings.limits
    highest = int(max(history.open.max(), history.close.max())) + terms.quoted
    lowest = int(min(history.open.min(), history.close.min()))
    times = 2 if terms.leverage and terms.flip is Flip.ONE_ORDER else 1
    if terms.stake > limits.max_position:
        return "the largest position (limits.max_position) is below the trade size"
    if times * terms.stake * highest * terms.tick > limits.max_notional:
        return "the largest order (limits.max_notional)"
    if terms.quoted > min(limits.collar, limits.exit_collar) * lowest:
        return "the collar (limits.collar_percent): the spread is wider"
    return _too_many(limits, result) or _too_much_lost(limits, history, terms, result)


def _too_many(limits: Limits, result: Result) -> str | None:
    """Orders that open exposure, within an hour and within a day."""
    entered = result.trades.entered
    for most, span_s, name in (
        (limits.orders_per_hour, HOUR_MS // 1000, "limits.orders_per_hour"),
        (limits.orders_per_day, DAY_S, "limits.orders_per_day"),
    ):
        if most < len(entered) and bool((entered[most:] - entered[:-most] < span_s).any()):
            return f"{name}: too many orders"
    return None


def _too_much_lost(limits: Limits, history: History, terms: Terms, result: Result) -> str | None:
    if not limits.daily_loss:
        return None
    if result.equity is None:
        return "the loss of a day (limits.daily_loss), which is not known without equity"
    worst = _worst_day(history, result.equity) * terms.money
    if worst + _unseen(history, terms, result) < limits.daily_loss:
        return None
    return "the loss of a day (limits.daily_loss)"


def _worst_day(history: History, equity: Column) -> int:
    """The most that the marks of one UTC day fell from the highest before."""
    day = (history.begin + history.interval) // DAY_S
    edges: Any = np.flatnonzero(np.diff(day)) + 1
    worst = 0
    for start, stop in zip([0, *edges.tolist()], [*edges.tolist(), len(day)], strict=True):
        marks = equity[start:stop]
        worst = max(worst, int((np.maximum.accumulate(marks) - marks).max()))
    return worst


def _unseen(history: History, terms: Terms, result: Result) -> Decimal:
    """What the bot may count beyond the marks: the fee of an exit, the way from a close to the next fill, and
    holding a position, which it reckons at the dearest rate."""
    cost = Tariff.of(terms).cost
    highest = int(max(history.open.max(), history.close.max())) + terms.against
    gap = int(np.abs(history.open[1:].astype(np.int64) - history.close[:-1]).max()) if len(history) > 1 else 0
    most = cost.take(highest) * terms.money
    fee = (terms.taker_fee + max(terms.long.opening, terms.short.opening)) * most
    unseen = fee + cost.take(gap + 2 * terms.against) * terms.money
    if terms.leverage:
        _days, entries = np.unique(result.trades.entered // DAY_S, return_counts=True)
        busiest = int(entries.max()) if len(entries) else 0
        unseen += ROLLOVER_RATE * most * (2 * busiest + 8)
    return unseen
