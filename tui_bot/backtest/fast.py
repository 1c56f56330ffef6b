"""Fast mode: a whole history at once, on whole ticks and whole units of money."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from tui_bot.backtest import compiled
from tui_bot.backtest.booking import Sums, book, equity_of, exact_type, start_of, sums_of
from tui_bot.backtest.compiled import Kernel, add_up, pass_over
from tui_bot.backtest.falls import Falls, falls_of
from tui_bot.backtest.guarded import biting
from tui_bot.backtest.history import History
from tui_bot.backtest.limits import held_back
from tui_bot.backtest.progress import Progress
from tui_bot.backtest.result import Column, Result, Trades
from tui_bot.backtest.rule import WINDOW, Rule
from tui_bot.backtest.signals import Places, Sides, effective, signals
from tui_bot.backtest.stops import Stops
from tui_bot.backtest.tariff import Tariff
from tui_bot.backtest.terms import Terms
from tui_bot.backtest.walk import Inexpressible, is_unbound, walk
from tui_bot.engine.settings import Limits

Engine = Literal["auto", "numpy", "compiled"]

#: What is said of a run that int64 cannot hold.
BIG = "the amounts are beyond 64 bits: counted in integers of any size, which takes longer"


def cannot(rule: Rule, terms: Terms) -> str | None:
    """Why fast mode cannot express these numbers, None when it can."""
    if not 2 <= rule.period <= WINDOW - 2:
        return f"a period of {rule.period} candles: the engine sees {WINDOW} of them"
    if terms.lots < 1:
        return f"a trade size of {terms.stake}: it is below the smallest lot"
    return None


def run_fast(
    history: History,
    rule: Rule,
    terms: Terms,
    *,
    equity: bool = True,
    falls: bool = False,
    engine: Engine = "auto",
    runs: int = 1,
    limits: Limits | None = None,
    stops: Stops | None = None,
    progress: Progress | None = None,
) -> Result:
    """Trade every turn of the average that the limits let pass.

    Args:
        history: the candles.
        rule: when to trade.
        terms: how orders fill and what they cost.
        equity: whether to keep the mark of the account at every close.
        falls: whether to measure how the account fell, marked at every close.
        engine: ``numpy``, ``compiled``, or whichever is sooner done; the result is the same.
        runs: how many such runs are to come, which decides what is sooner done.
        limits: those that a bot's guards hold orders to; without them only money and minimums bound.
        stops: what rests at the exchange for each position.
        progress: told how much is done, and of how much, where it takes long.

    Raises:
        Inexpressible: fast mode cannot tell what would have happened, see ``cannot`` and ``walk``.
        ValueError: there is no compiled pass.
    """
    if reason := cannot(rule, terms):
        raise Inexpressible(reason)
    tariff, kernel = Tariff.of(terms), _kernel(engine, history, runs)
    turns = signals(history, rule)
    exact = exact_type(history, terms, tariff, len(turns[0]))
    kernel = kernel if exact is np.int64 else None
    keep = equity or (limits is not None and limits.daily_loss > 0)
    marks: Column | None = None
    fell: Falls | None = None
    if kernel:
        passed = pass_over(history, turns, terms, tariff, kernel, equity=keep, falls=falls and not keep)
        trades, sums, marks, fell = passed
    else:
        places = positions(*turns, len(history), can_short=terms.can_short)
        trades = book(history, terms, tariff, exact, *places)
        sums = sums_of(tariff, trades)
        marks = equity_of(history, terms, tariff, trades) if keep or falls else None
    blocked, notes = 0, _notes(engine, exact)
    pending = _pending(turns, trades, len(history), can_short=terms.can_short)
    bound = bool(stops) or not is_unbound(history, terms, tariff, sums)
    if bound or (limits and biting(limits, history, terms, trades, marks)):
        walked = walk(history, turns, terms, limits, progress, stops)
        trades, blocked, pending = walked.trades, walked.blocked, walked.pending
        sums = sums_of(tariff, trades)
        marks = equity_of(history, terms, tariff, trades) if equity or falls else None
        notes += held_back(walked.reasons)
    start = start_of(terms)
    if falls and marks is not None:
        fell = falls_of(marks, history.begin, history.interval, start)
    return Result(
        pair=history.pair,
        interval=history.interval,
        begin=int(history.begin[0]) if len(history) else 0,
        end=history.end,
        candles=len(history),
        rule=rule,
        terms=terms,
        mode="fast",
        engine="compiled" if kernel else "numpy",
        trades=trades,
        equity=marks if equity else None,
        start=start,
        worth=start + sums.net,
        turnover=sums.turnover,
        fees=sums.fees,
        signals=len(turns[0]),
        blocked=blocked,
        pending=pending,
        falls=fell,
        notes=notes,
    )


def sums_fast(
    history: History, rule: Rule, terms: Terms, *, engine: Engine = "auto", runs: int = 1
) -> tuple[int, Sums, Falls]:
    """How many trades ``run_fast`` finds without limits, what they add up to, and how the account fell at the
    closes; raises as it does."""
    tariff, kernel = Tariff.of(terms), _kernel(engine, history, runs)
    if kernel and cannot(rule, terms) is None:
        turns = signals(history, rule)
        if exact_type(history, terms, tariff, len(turns[0])) is np.int64:
            found, sums, fell = add_up(history, turns, terms, tariff, kernel)
            if is_unbound(history, terms, tariff, sums):
                return found, sums, fell
    result = run_fast(history, rule, terms, equity=False, falls=True, engine=engine, runs=runs)
    return len(result.trades), sums_of(tariff, result.trades), result.falls or Falls(result.start)


def _notes(engine: Engine, exact: type[Any]) -> tuple[str, ...]:
    if exact is not np.int64:
        return (BIG,)
    lacking = compiled.trouble() if engine != "numpy" else ""
    return (lacking,) if lacking else ()


def _pending(turns: tuple[Places, Sides], trades: Trades, count: int, *, can_short: bool) -> int:
    """The side of the order that the last close calls for."""
    places, sides = turns
    if not len(places) or places[-1] != count - 1:
        return 0
    is_held = trades.closed < len(trades)
    held, turn = int(trades.side[-1]) if is_held else 0, int(sides[-1])
    return turn if turn != held and (held or turn > 0 or can_short) else 0


def _kernel(engine: Engine, history: History, runs: int) -> Kernel | None:
    if engine == "numpy" or (engine == "auto" and not compiled.is_worthwhile(len(history) * runs)):
        return None
    kernel = compiled.kernel(history)
    if kernel is None and engine == "compiled":
        raise ValueError(compiled.trouble())
    return kernel


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
