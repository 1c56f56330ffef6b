"""A backtest as a child would write it: candle by candle, averages as fractions, money as decimals."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tui_bot.backtest.history import History
from tui_bot.backtest.rule import WINDOW, Rule
from tui_bot.backtest.terms import Fills, Terms
from tui_bot.strategy.sma_slope import Ties

FOUR_HOURS = 14_400


@dataclass
class Loop:
    """What it found. A trade is (entered, left, side, entry, exit, fees)."""

    trades: list[tuple[int, int | None, int, Decimal, Decimal | None, Decimal]] = field(default_factory=list)
    equity: list[Decimal] = field(default_factory=list)


def turns(history: History, rule: Rule) -> list[int]:
    """1 where the average turns up at a candle's close, -1 where it turns down, else 0."""
    total, totals, found = Fraction(0), [Fraction(0)], []
    averages: list[Fraction | None] = []
    ways: list[int] = []
    for place in range(len(history)):
        close = Fraction(history.price(history.close[place]))
        missing = 0
        if place:
            missing = int(history.begin[place] - history.begin[place - 1]) // history.interval - 1
        for price in [totals[-1] - totals[-2]] * missing + [close] if place else [close]:
            total += price
            totals.append(total)
            full = len(totals) > rule.period
            averages.append((total - totals[-1 - rule.period]) / rule.period if full else None)
            ways.append(_way(averages, rule))
        found.append(_turn(ways, rule))
    return found


def _way(averages: list[Fraction | None], rule: Rule) -> int:
    """Whether the newest step of the average rises or falls by more than the least slope."""
    now, before = averages[-1], averages[-2] if len(averages) > 1 else None
    if now is None or before is None:
        return 0
    return (now - before > rule.min_slope) - (now - before < -rule.min_slope)


def _turn(ways: list[int], rule: Rule) -> int:
    if len(ways) < rule.period + 2:
        return 0
    seen = WINDOW - rule.period  # the engine holds so many candles, and each step spans a period of them
    earlier = ways[-2:-3:-1] if rule.ties is Ties.STRICT else ways[-2 : -seen - 1 : -1]
    before = next((way for way in earlier if way), 0)
    return ways[-1] if ways[-1] * before < 0 else 0


def candle_loop(history: History, rule: Rule, terms: Terms) -> Loop:
    """Follow every turn with an order that is filled at the next open."""
    loop, cash, side = Loop(), terms.cash, 0
    cost = fees = entry = Decimal(0)
    entered = due = wanted = 0
    found = turns(history, rule)
    worse = terms.slippage + (terms.half_spread if terms.fills is Fills.SPREAD else 0)

    def money(amount: Decimal) -> Decimal:
        return amount.quantize(terms.money, ROUND_HALF_UP)

    for place in range(len(history)):
        if wanted:
            now = int(history.begin[place - 1]) + history.interval
            price = max(1, int(history.open[place]) + wanted * worse) * terms.tick
            value = money(price * terms.stake)
            fee = money(value * terms.taker_fee)
            if side:
                cash += side * (value - cost) - fee if terms.leverage else value - fee
                loop.trades.append((entered, now, side, entry, price, fees + fee))
                side = 0
            if terms.leverage or wanted > 0:
                borrowing = terms.long if wanted > 0 else terms.short
                opening = money(value * borrowing.opening) if terms.leverage else Decimal(0)
                cash -= opening + fee if terms.leverage else value + fee
                side, cost, entry, fees = wanted, value, price, opening + fee
                entered, due = now, now + FOUR_HOURS
        over = int(history.begin[place]) + history.interval
        while side and terms.leverage and due <= over:
            borrowing = terms.long if side > 0 else terms.short
            cash -= money(cost * borrowing.rollover)
            fees += money(cost * borrowing.rollover)
            due += FOUR_HOURS
        mark = money(history.price(history.close[place]) * terms.stake)
        loop.equity.append(cash + (side * (mark - cost) if terms.leverage else side * mark))
        turn = found[place]
        wanted = turn if turn and turn != side and (side or terms.leverage or turn > 0) else 0
    if side:
        loop.trades.append((entered, None, side, entry, None, fees))
    return loop
