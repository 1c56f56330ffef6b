"""The passes over turns and candles that numba compiles; imported only where numba is there.

The machine code is kept in numba's cache, so that only the first run ever waits for the compiler.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_numba: Any = importlib.import_module("numba")


def jit(function: Function, *signatures: Any) -> Function:
    """Compile for these signatures at once, without any at the first call; or take it from the cache."""
    compiled: Function = _numba.njit(list(signatures) or None, cache=True, nogil=True, error_model="numpy")(
        function
    )
    return compiled


@cache
def kernel_for(prices: str) -> Callable[..., int]:
    """``trade_turns`` for prices of a width, ``int32`` or ``int64``, in memory that may be read-only."""
    types = _numba.types
    number = types.int64

    def column(of: Any) -> Any:
        return types.Array(of, 1, "C", readonly=True)

    ticks = column(getattr(types, prices))
    signature = types.int64(
        ticks, ticks, column(number), types.Array(number, 1, "C"), column(number), column(types.int8),
        types.UniTuple(number, 5), types.UniTuple(types.UniTuple(number, 4), 3), types.Array(number, 2, "C"),
        types.Array(number, 1, "C"),
    )  # fmt: skip
    return jit(trade_turns, signature)


@jit
def take(over: int, under: int, amount: int) -> int:
    """As ``tariff.Rate.take``."""
    if under == 1:
        return amount * over
    return (amount * 2 * over + under) // (2 * under)


@jit
def wish(turn: int, side: int, short: int) -> int:
    """The side of the order that follows a turn, 0 for none."""
    return turn if turn != side and (side != 0 or turn > 0 or short != 0) else 0


@jit
def charge(rates: tuple[int, int, int, int], side: int, cost: int) -> int:
    """The opening or the rollover fee of a position: a long's rate, then a short's."""
    return take(rates[0], rates[1], cost) if side > 0 else take(rates[2], rates[3], cost)


@jit
def write(
    rows: Any, row: int, places: tuple[int, int, int, int], side: int, amounts: tuple[int, int, int, int]
) -> None:
    """Put a trade into its row: where and when it began and ended, entry, exit, fees, net."""
    rows[0, row], rows[1, row], rows[2, row], rows[3, row] = places
    rows[4, row] = side
    rows[5, row], rows[6, row], rows[7, row], rows[8, row] = amounts


@jit
def mark(
    equity: Any, close: Any, start: int, stop: int, level: int, side: int, over: int, under: int
) -> None:
    """Mark some closes while nothing changes but the price."""
    if under == 1:
        each = side * over
        for place in range(start, stop):
            equity[place] = level + each * int(close[place])
    else:
        for place in range(start, stop):
            equity[place] = level + side * take(over, under, int(close[place]))


@jit
def roll(
    equity: Any, begin: Any, interval: int, start: int, stop: int, due: int, every: int, paid: int
) -> None:
    """Take what holding has cost by then off the marks of one position."""
    owed = 0
    for place in range(start, stop):
        while due <= begin[place] + interval:
            owed, due = owed + paid, due + every
        equity[place] -= owed


def trade_turns(
    open_: Any,
    close: Any,
    begin: Any,
    equity: Any,
    places: Any,
    sides: Any,
    numbers: tuple[int, int, int, int, int],
    rates: tuple[tuple[int, int, int, int], tuple[int, int, int, int], tuple[int, int, int, int]],
    rows: Any,
    sums: Any,
) -> int:
    """Trade every turn; how many trades, the last of them open if its ``last`` is the number of candles.

    Args:
        open_: ticks.
        close: ticks.
        begin: Unix seconds.
        equity: filled with the mark at each close; of length 0 if nobody wants it.
        places: of the candles at whose close the average turned.
        sides: which way, 1 or -1.
        numbers: 1 where a position may be short, ticks against each fill, cash at the beginning, seconds of
            a candle and between rollovers.
        rates: over and under of cost and fee; of opening and of rollover, a long's before a short's.
        rows: nine columns to write trades into.
        sums: filled with turnover, fees, net, and the least that the ends of trades came to in all.
    """
    short, against, start, interval, every = numbers
    (over, under, fee_over, fee_under), opening, rollover = rates
    count, marks = len(close), len(equity) != 0
    trades, side, cost, fees, entry, first, entered = 0, 0, 0, 0, 0, 0, 0
    cash, level, turn, turns = start, start, 0, len(places)
    turnover, paid_in_all, poorest = 0, 0, 0
    while count != 0:
        wanted, at = 0, count
        if turn < turns:
            wanted, at = wish(int(sides[turn]), side, short), int(places[turn]) + 1
            turn += 1
            if wanted == 0 and at != count:
                continue
        now = int(begin[at - 1]) + interval
        if marks:
            mark(equity, close, first, at, level, side, over, under)
        if short * side != 0 and now - entered >= every:
            paid = charge(rollover, side, cost)
            fees += paid * ((now - entered) // every)
            if marks:
                roll(equity, begin, interval, first, at, entered + every, every, paid)
        if at == count:
            break
        price = max(1, int(open_[at]) + wanted * against)
        value = take(over, under, price)
        fee = take(fee_over, fee_under, value)
        if side != 0:
            fees += fee
            net = side * (value - cost) - fees
            write(rows, trades, (first, at, entered, now), side, (entry, price, fees, net))
            trades, cash = trades + 1, cash + net
            turnover, paid_in_all, poorest = turnover + value, paid_in_all + fees, min(poorest, cash - start)
        side = wanted if short != 0 or wanted > 0 else 0
        turnover += side * side * value
        fees = fee + short * charge(opening, side, value)
        first, cost, entry, entered = at, value, price, now
        level = cash - side * (side * fees + cost)
    if side != 0:
        net = side * (take(over, under, int(close[count - 1])) - cost) - fees
        write(rows, trades, (first, count, entered, 0), side, (entry, 0, fees, net))
        trades, cash, paid_in_all = trades + 1, cash + net, paid_in_all + fees
    sums[0], sums[1], sums[2], sums[3] = turnover, paid_in_all, cash - start, poorest
    return trades
