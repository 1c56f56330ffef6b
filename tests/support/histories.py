"""Random histories with all that makes averages tie, jump and miss candles, and terms to trade them on."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import numpy as np

from tui_bot.backtest.history import History
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.terms import Borrowing, Fills, Terms
from tui_bot.engine.settings import Flip
from tui_bot.strategy.sma_slope import Ties

TICK = Decimal("0.1")
BEGIN = 1_767_600_000


def random_history(seed: int, count: int | None = None, price: int = 20_000) -> History:
    """A walk in whole ticks that stands still, jumps, and where the seed says so lacks candles."""
    chance = Random(seed)
    count = chance.randrange(1, 160) if count is None else count
    interval = chance.choice((60, 300, 3600, 14_400))
    quiet, reach = chance.choice((0.0, 0.3, 0.8)), chance.choice((1, 2, 40))
    holes = chance.choice((0.0, 0.0, 0.05))
    begin, rows, last, at = [], [], price, BEGIN // interval * interval
    for _ in range(count):
        opened = last if chance.random() < 0.5 else max(1, last + chance.randint(-reach, reach))
        close = opened if chance.random() < quiet else max(1, opened + chance.randint(-reach, reach))
        if chance.random() < 0.02:
            close = max(1, close * chance.choice((1, 3)) // chance.choice((2, 3)))
        high, low = (
            max(opened, close) + chance.randint(0, 2),
            max(1, min(opened, close) - chance.randint(0, 2)),
        )
        rows.append((opened, high, min(low, opened, close), close))
        begin.append(at)
        at += interval * (1 if chance.random() >= holes else chance.choice((2, 3, 25, 800)))
        last = close
    opens, highs, lows, closes = np.array(rows, np.int32).T
    missing = (begin[-1] - begin[0]) // interval + 1 - count
    return History(
        pair="BTC/USD",
        interval=interval,
        tick=TICK,
        begin=np.array(begin, np.int64),
        open=opens,
        high=highs,
        low=lows,
        close=closes,
        volume=np.ones(count),
        holes=missing,
    )


def random_rule(seed: int) -> Rule:
    """A short period, with and without a dead band, both ways with ties."""
    chance = Random(seed)
    slope = chance.choice(("0", "0", "0.03", "0.5"))
    return Rule(chance.choice((2, 3, 5, 12)), Decimal(slope), chance.choice(tuple(Ties)))


def random_terms(seed: int, **changes: Any) -> Terms:
    """Spot or margin, with fees that round."""
    chance = Random(seed)
    usual: dict[str, Any] = {
        "tick": TICK,
        "lot": Decimal("0.00000001"),
        "money": Decimal("0.00001"),
        "stake": Decimal(chance.choice(("0.001", "0.01234567", "1"))),
        "order_minimum": Decimal("0.00005"),
        "cost_minimum": Decimal("0.5"),
        "taker_fee": Decimal(chance.choice(("0", "0.004", "0.0026", "0.00333"))),
        "guard_fee": Decimal("0.004"),
        "fills": chance.choice(tuple(Fills)),
        "slippage": chance.choice((0, 0, 3)),
        "half_spread": chance.choice((0, 1, 7)),
        "leverage": chance.choice((0, 2, 5)),
        "flip": chance.choice(tuple(Flip)),
        "long": Borrowing(Decimal("0.00025"), Decimal("0.00025")),
        "short": Borrowing(Decimal("0.0001"), Decimal("0.00007")),
        "cash": Decimal(1_000_000),
    }
    return Terms(**{**usual, **changes})
