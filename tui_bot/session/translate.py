"""From the settings a person writes to those the engine works with."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tui_bot.config.file import Loaded
from tui_bot.config.schema import Settings
from tui_bot.engine.attendance import Policy, Unattended
from tui_bot.engine.settings import BotSettings, Flip, Limits
from tui_bot.strategy.sma_slope import SmaSlope, Ties

#: How long the exchange may still take an order after it was sent. Kraken refuses a deadline more than 60 s
#: ahead of its own clock; our reading of that clock may be ahead of it, so ten of them are left alone.
ORDER_DEADLINE_MS = 5_000
LONGEST_DEADLINE_MS = 50_000

#: REST views were seen lagging up to 60 s behind the engine; 90 s proves (faults.md 5.4).
VIEW_LAG_MS = 90_000

LOOK_UP_MS = 1_500
FRESH_ACCOUNT_MS = 10_000
RECONCILE_MS = 60_000
SHORTEST_RECONCILE_MS = 2_000


def bot_settings(loaded: Loaded, rate: float) -> BotSettings:
    """The engine's settings. ``rate`` is exchange seconds a real second: what a network or a machine
    takes is real time, so limits on it grow with the rate."""
    settings = loaded.settings
    trading, strategy = settings.trading, settings.strategy
    return BotSettings(
        pair=settings.pair,
        interval=settings.interval * 60,
        trade_size=trading.trade_size,
        leverage=trading.leverage,
        flip=Flip(trading.flip),
        strategy=SmaSlope(strategy.period, strategy.min_slope, Ties(strategy.ties)),
        limits=_limits(settings, max(1.0, rate)),
        digest=loaded.digest,
        stop_loss=trading.stop_loss_percent / 100,
        take_profit=trading.take_profit_percent / 100,
        resend=trading.resend == "once",
        validate=trading.validate_only == "yes",
        unattended=_unattended(settings, max(1.0, rate)),
    )


def edited(running: BotSettings, loaded: Loaded, rate: float) -> BotSettings:
    """The settings after an edit; what takes a restart stays as it runs."""
    after = bot_settings(loaded, rate)
    limits = replace(after.limits, decide_within_ms=running.limits.decide_within_ms)
    return replace(
        after, pair=running.pair, interval=running.interval, limits=limits, validate=running.validate
    )


def _unattended(settings: Settings, rate: float) -> Unattended:
    rule = settings.unattended
    return Unattended(
        policy=Policy(rule.policy),
        share=Decimal(rule.size_percent) / 100,
        after_ms=_scaled(rule.after * 60_000, rate),
        hours=_hours(rule.hours) if rule.hours is not None else None,
        headless=rule.headless == "yes",
    )


def _hours(text: str) -> tuple[int, int]:
    """``22:00-07:00`` as minutes of the day."""
    start, end = ([int(part) for part in moment.split(":")] for moment in text.split("-"))
    return start[0] * 60 + start[1], end[0] * 60 + end[1]


def _limits(settings: Settings, rate: float) -> Limits:
    limits = settings.limits
    return Limits(
        max_position=limits.max_position,
        max_notional=limits.max_notional,
        orders_per_hour=limits.orders_per_hour,
        orders_per_day=limits.orders_per_day,
        daily_loss=limits.daily_loss,
        collar=limits.collar_percent / 100,
        exit_collar=limits.exit_collar_percent / 100,
        stale_after_ms=_scaled(limits.stale_after * 1000, rate),
        max_clock_offset_ms=_scaled(limits.clock_offset * 1000, rate),
        decide_within_ms=settings.interval * 60_000,
        order_deadline_ms=min(LONGEST_DEADLINE_MS, _scaled(ORDER_DEADLINE_MS, rate)),
        view_lag_ms=VIEW_LAG_MS,
        look_up_every_ms=_scaled(LOOK_UP_MS, rate),
        fresh_account_ms=_scaled(FRESH_ACCOUNT_MS, rate),
        reconcile_every_ms=max(RECONCILE_MS, _scaled(SHORTEST_RECONCILE_MS, rate)),
    )


def _scaled(ms: Decimal | int, rate: float) -> int:
    return int(float(ms) * rate)
