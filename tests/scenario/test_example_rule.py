"""The bot trades exactly as the rule of Kraken's example does, its stacking defect aside."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.support.market import BEGIN, MINUTE, candles, random_closes, settings
from tests.support.venue import Venue
from tui_bot.engine.settings import Flip

Trade = tuple[int, str, Decimal]


def example_trades(closes: list[Decimal], period: int, size: Decimal) -> list[Trade]:
    """The example's rule, written again from its description: (minute, side, net position after)."""
    trades: list[Trade] = []
    direction = 0
    means = [
        Fraction(sum(closes[end - period : end], Decimal(0))) / period
        for end in range(period, len(closes) + 1)
    ]
    for minute in range(period + 1, len(closes)):
        older, newer, newest = means[minute - period - 1 : minute - period + 2]
        if newest > newer and newer < older and direction != 1:
            direction = 1
            trades.append((minute, "buy", size))
        elif newest < newer and newer > older and direction != -1:
            direction = -1
            trades.append((minute, "sell", -size))
    return trades


def bot_trades(venue: Venue, closes: list[Decimal], first: int) -> list[Trade]:
    """What the bot did on the same closes: the net position after each candle that changed it."""
    venue.start()
    trades: list[Trade] = []
    held = Decimal(0)
    for minute, candle in enumerate(candles(closes)):
        if minute < first:
            continue
        venue.close(candle)
        if venue.position != held:
            trades.append((minute, "buy" if venue.position > held else "sell", venue.position))
            held = venue.position
    return trades


@pytest.mark.parametrize("flip", list(Flip))
@pytest.mark.parametrize(("seed", "count", "quiet"), [(1, 50_000, 0.1), (2, 6_000, 0.7), (3, 6_000, 0.0)])
def test_trades_equal_those_of_the_example(flip: Flip, seed: int, count: int, quiet: float) -> None:
    closes = list(random_closes(seed, count, tick="1", quiet=quiet))
    expected = example_trades(closes, 20, Decimal("0.001"))
    venue = Venue(settings(flip=flip), history=candles(closes[:21]))
    assert bot_trades(venue, closes, 21) == expected
    assert len(expected) > 200
    fills = [fill for fill in venue.fills if fill.at_ms >= BEGIN * 1000]
    assert len(fills) == (2 * len(expected) - 1 if flip is Flip.TWO_ORDERS else len(expected))


def test_a_flat_step_hides_a_turn_as_in_the_example() -> None:
    closes = [Decimal(100)] * 20 + [Decimal(x) for x in (99, 98, 100, 101, 102, 103)]
    assert example_trades(closes, 20, Decimal(1)) == []
    venue = Venue(settings(), history=candles(closes[:21]))
    assert bot_trades(venue, closes, 21) == []


def test_minutes_are_those_of_the_exchange() -> None:
    assert BEGIN % MINUTE == 0
