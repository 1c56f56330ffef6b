"""Bots that no guard holds back."""

from __future__ import annotations

from decimal import Decimal

from tests.support.market import settings
from tui_bot.backtest.history import History
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.terms import Terms
from tui_bot.engine.settings import BotSettings

WIDE = {
    "max_position": Decimal(10) ** 9,
    "max_notional": Decimal(10) ** 12,
    "orders_per_hour": 10**6,
    "orders_per_day": 10**6,
    "collar": Decimal(1000),
    "exit_collar": Decimal(1000),
}


def wide_bot(history: History, rule: Rule, terms: Terms) -> BotSettings:
    """A bot for a history that trades as fast mode does: only money and minimums bound it."""
    return settings(
        interval=history.interval,
        trade_size=terms.stake,
        leverage=terms.leverage,
        flip=terms.flip,
        strategy=rule.strategy,
        limits=WIDE | {"decide_within_ms": history.interval * 1000},
    )
