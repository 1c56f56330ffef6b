"""Fast mode: a whole history at once, on whole ticks and whole units of money."""

from __future__ import annotations

import numpy as np

from tui_bot.backtest.booking import book, equity_of
from tui_bot.backtest.history import History
from tui_bot.backtest.result import Result
from tui_bot.backtest.rule import WINDOW, Rule
from tui_bot.backtest.signals import Places, Sides, effective, signals
from tui_bot.backtest.tariff import Tariff
from tui_bot.backtest.terms import Terms


def cannot(rule: Rule, terms: Terms) -> str | None:
    """Why fast mode cannot express these numbers, None when it can."""
    if not 2 <= rule.period <= WINDOW - 2:
        return f"a period of {rule.period} candles: the engine sees {WINDOW} of them"
    if terms.lots < 1:
        return f"a trade size of {terms.stake}: it is below the smallest lot"
    return None


def run_fast(history: History, rule: Rule, terms: Terms, *, equity: bool = True) -> Result:
    """Trade every turn of the average.

    Args:
        history: the candles.
        rule: when to trade.
        terms: how orders fill and what they cost.
        equity: whether to mark the account at every close.

    Raises:
        ValueError: fast mode cannot express this, see ``cannot``.
    """
    if reason := cannot(rule, terms):
        raise ValueError(f"fast mode cannot express {reason}")
    tariff = Tariff.of(terms)
    places, sides = signals(history, rule)
    first, last, side = positions(places, sides, len(history), can_short=terms.can_short)
    books = book(history, terms, tariff, first, last, side)
    trades = books.trades
    return Result(
        pair=history.pair,
        interval=history.interval,
        begin=int(history.begin[0]) if len(history) else 0,
        end=history.end,
        candles=len(history),
        rule=rule,
        terms=terms,
        mode="fast",
        engine="numpy",
        trades=trades,
        equity=equity_of(history, terms, tariff, books) if equity else None,
        start=books.start,
        worth=books.start + int(trades.net.sum()),
        turnover=books.turnover,
        fees=int(trades.fees.sum()),
        signals=len(places),
        blocked=0,
    )


def positions(places: Places, sides: Sides, count: int, *, can_short: bool) -> tuple[Places, Places, Sides]:
    """The places of the opens at which positions begin and end, and their sides, if every order is filled.

    What follows the last of ``count`` closes is not filled any more; an open position ends at ``count``.
    """
    changes = effective(sides, can_short=can_short)
    fills, sides = places[changes] + 1, sides[changes]
    if len(fills) and fills[-1] == count:
        fills, sides = fills[:-1], sides[:-1]
    if can_short:
        return fills, np.append(fills[1:], count) if len(fills) else fills, sides
    first, last = fills[::2], fills[1::2]
    if len(first) > len(last):
        last = np.append(last, count)
    return first, last, sides[::2]
