"""No look-ahead: what is found up to a moment does not change when all that came after it is cut off.

Checked on every run, at places that the history itself draws: one near the beginning, the others anywhere
right before an order was filled, where the decision behind it is the last thing that the shorter run may
know. Where a whole run up to the cut would take long, a window around it is run twice: once ending at the
cut, once going on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import numpy as np

from tui_bot.backtest.history import History
from tui_bot.backtest.result import Result

Run = Callable[[History], Result]


class LookAheadError(Exception):
    """A run knew what it could not know yet. Its result is worth nothing."""


def check(history: History, whole: Result, again: Run, *, most: int, cuts: int) -> None:
    """Cut a history and run what is left ``again``, at most ``most`` candles a time.

    Raises:
        LookAheadError: the shorter run differs from the longer one before the cut.
    """
    for cut in _places(history, whole, most, cuts):
        start = 0 if cut <= most else cut - most // 2
        longer = again(history.slice(start, cut + most // 2)) if start else whole
        if found := prefix_difference(again(history.slice(start, cut)), longer):
            after = datetime.fromtimestamp(int(history.begin[cut]), UTC)
            raise LookAheadError(
                f"look-ahead: with all candles from {after:%Y-%m-%d %H:%M} UTC on cut off, what came before "
                f"them comes out differently ({found}). Do not trust the result: the program is at fault"
            )


def _places(history: History, whole: Result, most: int, cuts: int) -> list[int]:
    """Where to cut: where all that comes before is soon run again, then right before fills."""
    count = len(history)
    if count < 2:
        return []
    chance = Random(f"{history.digest}/{count}")  # noqa: S311 - places to look at, no secret
    fills = np.concatenate((whole.trades.first, whole.trades.last))
    fills = fills[fills < count]
    soon = min(count - 1, most)
    places = [chance.randint(max(1, soon // 2), soon)]
    if len(fills):
        places += [int(fills[chance.randrange(len(fills))]) for _ in range(cuts - 1)]
    return places


def prefix_difference(shorter: Result, longer: Result) -> str:
    """What a run says differently of the candles that a longer one has too, in words; empty if nothing."""
    count = shorter.candles
    mine, theirs = shorter.trades, longer.trades
    entered = int(np.count_nonzero(theirs.first < count))
    if len(mine) != entered:
        return f"{len(mine)} trades against {entered}"
    for name in ("first", "entered", "side", "lots", "entry"):
        if place := _differing(getattr(mine, name), getattr(theirs, name)[:entered]):
            return f"{name} of trade {place - 1}"
    closed = mine.closed
    if closed != int(np.count_nonzero((theirs.last < count) & (theirs.left != 0))):
        return "another number of trades has ended"
    for name in ("last", "left", "exit", "fees", "net"):
        if place := _differing(getattr(mine, name)[:closed], getattr(theirs, name)[:closed]):
            return f"{name} of trade {place - 1}"
    if _is_another_order(shorter, longer):
        return "the order that the last close calls for"
    if shorter.equity is None or longer.equity is None:
        return ""
    place = _differing(shorter.equity, longer.equity[:count])
    return f"equity at candle {place - 1}" if place else ""


def _is_another_order(shorter: Result, longer: Result) -> bool:
    """Whether what the last close calls for is not what the longer run filled next, or had refused."""
    filled = _filled_at(longer, shorter.candles, shorter.end)
    refused = not filled and longer.blocked > shorter.blocked
    return shorter.pending != filled and not refused


def _filled_at(result: Result, place: int, now: int) -> int:
    """The side of what was filled as the candle before a place closed, 0 if nothing was; no stop later on."""
    trades = result.trades
    if entered := np.flatnonzero(trades.first == place).tolist():
        return int(trades.side[entered[0]])
    left = np.flatnonzero((trades.last == place) & (trades.left == now)).tolist()
    return -int(trades.side[left[0]]) if left else 0


def _differing(mine: np.ndarray, theirs: np.ndarray) -> int:
    """One more than the first place in which two columns differ, 0 where there is none."""
    places = np.flatnonzero(mine != theirs)
    return int(places[0]) + 1 if len(places) else 0
