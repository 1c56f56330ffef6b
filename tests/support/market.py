"""Pair rules, settings and candles that tests start from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from tui_bot.engine.settings import BotSettings, Flip, Limits
from tui_bot.market.candle import Candle
from tui_bot.market.pair import PairRules
from tui_bot.strategy.sma_slope import SmaSlope

BEGIN = 1_767_600_000
MINUTE = 60

RULES = PairRules(
    name="BTC/USD",
    key="XXBTZUSD",
    altname="XBTUSD",
    base="XXBT",
    quote="ZUSD",
    price_decimals=1,
    lot_decimals=8,
    cost_decimals=5,
    tick_size=Decimal("0.1"),
    order_minimum=Decimal("0.00005"),
    cost_minimum=Decimal("0.5"),
    leverage_buy=(2, 3, 4, 5),
    leverage_sell=(2, 3, 4, 5),
    taker_fees=((Decimal(0), Decimal("0.4")),),
    maker_fees=((Decimal(0), Decimal("0.25")),),
)

LIMITS = Limits(
    max_position=Decimal("0.01"),
    max_notional=Decimal(1_000_000),
    orders_per_hour=1000,
    collar=Decimal("0.5"),
    exit_collar=Decimal("0.9"),
    stale_after_ms=120_000,
    max_clock_offset_ms=2_000,
    decide_within_ms=60_000,
    order_deadline_ms=5_000,
    view_lag_ms=90_000,
    look_up_every_ms=1_500,
    reconcile_every_ms=60_000,
    orders_per_day=1000,
    daily_loss=Decimal(0),
    fresh_account_ms=3_600_000,
)


def settings(**changes: Any) -> BotSettings:
    """Settings of a long and short bot with wide limits; ``limits`` takes changes as a dict."""
    limits = replace(LIMITS, **changes.pop("limits", {}))
    usual = BotSettings(
        pair="BTC/USD",
        interval=MINUTE,
        trade_size=Decimal("0.001"),
        leverage=2,
        flip=Flip.TWO_ORDERS,
        strategy=SmaSlope(),
        limits=limits,
        digest="test",
    )
    return replace(usual, **changes)


def candle(minute: int, close: Decimal | str | float, **changes: Any) -> Candle:
    """A candle of the given minute that stands at its close."""
    price = Decimal(str(close))
    usual = Candle(BEGIN + minute * MINUTE, price, price, price, price, Decimal(1), 1)
    return replace(usual, **changes)


def candles(closes: Iterable[Decimal | str | float], first: int = 0) -> list[Candle]:
    """One candle a minute, standing at these closes."""
    return [candle(minute, close) for minute, close in enumerate(closes, first)]


def random_closes(seed: int, count: int, tick: str = "0.1", quiet: float = 0.1) -> Iterator[Decimal]:
    """A walk on the tick grid around 60,000; ``quiet`` is the share of minutes that do not move."""
    chance, step, price = Random(seed), Decimal(tick), Decimal(60_000)
    for _ in range(count):
        if chance.random() >= quiet:
            price += step * round(chance.gauss(0, 120))
        price = max(price, Decimal(1_000))
        yield price
