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

#: What the pass knows of the account's falls: the places of ``Falls`` in a column, then where the deepest one
#: still has to be looked for: in a stretch of marks from ``BOTTOM`` on at a level, of a position's side.
TOP, HIGH, LENGTH, DEPTH, FROM, PEAK, BOTTOM, BACK, SOUGHT, LEVEL, SIDE = range(11)

#: The places of ``Sums`` in a column.
TURNOVER, FEES, NET, POOREST, DEAREST, WON = range(6)

#: From a place to before another.
Span = tuple[int, int]
#: What the account is worth at a price: level, side of the position, over and under of its cost.
Line = tuple[int, int, int, int]
#: What holding a position costs: when next, how often, how much; 0 for nothing.
Rolling = tuple[int, int, int]


def jit(function: Function) -> Function:
    """A part of a pass, compiled into what calls it: to pass columns on would cost more than most parts."""
    compiled: Function = _numba.njit(error_model="numpy", inline="always")(function)
    return compiled


def apart(function: Function) -> Function:
    """As ``jit``, of what is seldom called: kept out of the way of the rest."""
    compiled: Function = _numba.njit(error_model="numpy")(function)
    return compiled


@cache
def kernel_for(prices: str) -> Callable[..., int]:
    """``trade_turns`` for prices of a width, ``int32`` or ``int64``, in memory that may be read-only."""
    types = _numba.types
    number = types.int64

    def column(of: Any) -> Any:
        return types.Array(of, 1, "C", readonly=True)

    def filled(dimensions: int = 1) -> Any:
        return types.Array(number, dimensions, "C")

    ticks = column(getattr(types, prices))
    signature = number(
        ticks, ticks, column(number), filled(), column(number), column(types.int8),
        types.UniTuple(number, 5), types.UniTuple(types.UniTuple(number, 4), 3), filled(2), filled(),
        filled(),
    )  # fmt: skip
    compiled: Callable[..., int] = _numba.njit([signature], cache=True, nogil=True, error_model="numpy")(
        trade_turns
    )
    return compiled


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
def order(places: Any, sides: Any, turn: int, side: int, short: int, count: int) -> tuple[int, int]:
    """The side of the order that follows a turn, and the place at whose open it fills; after the last turn
    the end. The place is -1 where no order follows."""
    if turn == len(places):
        return 0, count
    wanted, at = wish(int(sides[turn]), side, short), int(places[turn]) + 1
    return (wanted, at) if wanted != 0 or at == count else (0, -1)


@jit
def rolled(
    rollover: tuple[int, int, int, int], side: int, cost: int, held: int, every: int
) -> tuple[int, int]:
    """What a margin position has paid each time for being held, and how often."""
    if side == 0 or held < every:
        return 0, 0
    return charge(rollover, side, cost), held // every


@jit
def write(rows: Any, row: int, places: Any, side: int, amounts: tuple[int, int, int, int]) -> None:
    """Put a trade into its row: where and when it began and ended, its side, entry, exit, fees, net."""
    rows[row, 0], rows[row, 1], rows[row, 2], rows[row, 3] = places
    rows[row, 4] = side
    rows[row, 5], rows[row, 6], rows[row, 7], rows[row, 8] = amounts


@apart
def roll(equity: Any, begin: Any, interval: int, span: Span, rolling: Rolling) -> None:
    """Take what holding has cost by then off the marks of one position."""
    due, every, paid = rolling
    owed = 0
    for place in range(span[0], span[1]):
        while due <= begin[place] + interval:
            owed, due = owed + paid, due + every
        equity[place] -= owed


@jit
def mark(
    equity: Any, close: Any, span: Span, line: Line, begin: Any, interval: int, rolling: Rolling
) -> None:
    """Mark the closes of a span."""
    level, side, over, under = line
    if under == 1:
        each = side * over
        for place in range(span[0], span[1]):
            equity[place] = level + each * int(close[place])
    else:
        for place in range(span[0], span[1]):
            equity[place] = level + side * take(over, under, int(close[place]))
    if rolling[2] != 0:
        roll(equity, begin, interval, span, rolling)


@jit
def value(line: Line, ticks: int) -> int:
    """What the account is worth at a price."""
    level, side, over, under = line
    return level + side * take(over, under, int(ticks))


@jit
def meet(falls: Any, mark: int, place: int, begin: Any, interval: int) -> None:
    """See one mark of the account, at the close of the candle at a place."""
    if mark >= falls[TOP]:
        if place - falls[HIGH] > 1:
            falls[LENGTH] = max(falls[LENGTH], below(falls, place, begin, interval))
        if falls[DEPTH] != 0 and falls[BACK] < 0:
            falls[BACK] = place
        falls[TOP], falls[HIGH] = mark, place
    elif falls[TOP] - mark > falls[DEPTH]:
        deepen(falls, mark, place)


@jit
def below(falls: Any, place: int, begin: Any, interval: int) -> int:
    """The seconds from the newest highest mark to the close of the candle at a place."""
    high = falls[HIGH]
    return int(begin[place] + interval - (begin[high] + interval if high >= 0 else begin[0]))


@jit
def deepen(falls: Any, mark: int, place: int) -> None:
    """A fall that is deeper than any before, to a mark at this place or soon after it."""
    falls[DEPTH], falls[FROM], falls[PEAK] = falls[TOP] - mark, falls[TOP], falls[HIGH]
    falls[BOTTOM], falls[BACK], falls[SOUGHT] = place, -1, 0


@apart
def fall_rolling(
    falls: Any, close: Any, span: Span, line: Line, begin: Any, interval: int, rolling: Rolling
) -> None:
    """As ``fall``, of a position that pays for being held."""
    due, every, paid = rolling
    owed = 0
    for place in range(span[0], span[1]):
        while due <= begin[place] + interval:
            owed, due = owed + paid, due + every
        meet(falls, value(line, close[place]) - owed, place, begin, interval)


@jit
def fall(falls: Any, close: Any, span: Span, line: Line, begin: Any, interval: int, rolling: Rolling) -> None:
    """See the marks of a span: one by one only where there is a new height among them."""
    start, stop = span
    if rolling[2] != 0:
        fall_rolling(falls, close, span, line, begin, interval, rolling)
        return
    if start == stop:
        return
    low = high = close[start]
    for place in range(start + 1, stop):
        low, high = min(low, close[place]), max(high, close[place])
    worst, best = value(line, low), value(line, high)
    if line[1] < 0:
        worst, best = best, worst
    if best >= falls[TOP]:
        for place in range(start, stop):
            meet(falls, value(line, close[place]), place, begin, interval)
    elif falls[TOP] - worst > falls[DEPTH]:
        deepen(falls, worst, start)
        falls[SOUGHT], falls[LEVEL], falls[SIDE] = 1, line[0], line[1]


@apart
def settle_falls(falls: Any, close: Any, over: int, under: int, begin: Any, interval: int) -> None:
    """After the last mark: how long the fall has gone on, and the place of the deepest mark."""
    falls[LENGTH] = max(falls[LENGTH], below(falls, len(close) - 1, begin, interval))
    if falls[SOUGHT] != 0:
        line = (falls[LEVEL], falls[SIDE], over, under)
        place = falls[BOTTOM]
        while value(line, close[place]) != falls[FROM] - falls[DEPTH]:
            place += 1
        falls[BOTTOM] = place


@jit
def end(sums: Any, fees: int, net: int, turnover: int, closed: int) -> None:
    """Add a trade up, closed or not."""
    sums[TURNOVER] += turnover
    sums[FEES] += fees
    sums[NET] += net
    sums[DEAREST] = max(sums[DEAREST], fees)
    if closed != 0:
        sums[WON] += int(net > 0)
        sums[POOREST] = min(sums[POOREST], sums[NET])


@apart
def end_open(
    rows: Any, sums: Any, row: int, places: Any, side: int, amounts: tuple[int, int, int, int], cost: int
) -> None:
    """List and add up the trade that is still open."""
    if len(rows) != 0:
        write(rows, row, places, side, amounts)
    end(sums, amounts[2], amounts[3], cost, 0)


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
    falls: Any,
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
        rows: a row of nine to write each trade into; of length 0 if nobody wants them.
        sums: six zeros; filled with what ``Sums`` holds, in its order.
        falls: begun at the cash, filled with the falls of the marks; of length 0 if nobody wants them.
    """
    short, against, start, interval, every = numbers
    (over, under, fee_over, fee_under), opening, rollover = rates
    count, marking, falling, listing = len(close), len(equity) != 0, len(falls) != 0, len(rows) != 0
    trades, side, cost, fees, entry, first, entered, level = 0, 0, 0, 0, 0, 0, 0, start
    # conditions stand before calls: to hand columns to what does nothing with them has its price
    for turn in range((len(places) + 1) * int(count != 0)):
        wanted, at = order(places, sides, turn, side, short, count)
        if at < 0:
            continue
        now = int(begin[at - 1]) + interval
        paid, times = rolled(rollover, short * side, cost, now - entered, every)
        fees += paid * times
        span, line, rolling = (first, at), (level, side, over, under), (entered + every, every, paid)
        if marking:
            mark(equity, close, span, line, begin, interval, rolling)
        if falling:
            fall(falls, close, span, line, begin, interval, rolling)
        if at == count:
            break
        price = max(1, int(open_[at]) + wanted * against)
        worth = take(over, under, price)
        fee = take(fee_over, fee_under, worth)
        if side != 0:
            fees += fee
            net = side * (worth - cost) - fees
            if listing:
                write(rows, trades, (first, at, entered, now), side, (entry, price, fees, net))
            end(sums, fees, net, cost + worth, 1)
            trades += 1
        side = wanted if short != 0 or wanted > 0 else 0
        fees = fee + short * charge(opening, side, worth)
        first, cost, entry, entered = at, worth, price, now
        level = start + sums[NET] - side * (side * fees + cost)
    if falling and count != 0:
        settle_falls(falls, close, over, under, begin, interval)
    if side != 0:
        net = side * (take(over, under, int(close[count - 1])) - cost) - fees
        end_open(rows, sums, trades, (first, count, entered, 0), side, (entry, 0, fees, net), cost)
    return trades + side * side
