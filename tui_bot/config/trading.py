"""What the bot trades by: the rule, sizes, limits, and what it may do while nobody is there."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator

from tui_bot.config.scalar import Exact, Whole, read_optional
from tui_bot.config.setting import LARGEST, SMALLEST, Section
from tui_bot.config.setting import setting as _setting


class Strategy(Section):
    """The rule: trade the turns of a simple moving average."""

    period: Whole = _setting(20, "Period", "closes in the average", "candles", "next candle", low=2, high=700)
    min_slope: Exact = _setting(
        Decimal(0),
        "Least slope",
        "a flatter step of the average counts as none",
        "quote units a candle",
        "next candle",
        low=0,
        high=LARGEST,
    )
    ties: Literal["strict", "carry"] = _setting(
        "strict",
        "Flat steps",
        "strict: a flat step hides a turn; carry: the direction goes on",
        "",
        "next candle",
    )


class Trading(Section):
    """How much is traded, and how."""

    trade_size: Exact = _setting(
        Decimal("0.001"),
        "Trade size",
        "the position the bot takes",
        "base units",
        "next candle",
        low=SMALLEST,
        high=LARGEST,
    )
    leverage: Whole = _setting(
        0,
        "Leverage",
        "0 is spot, long or flat; from 2 on margin, long or short",
        "times",
        "next candle",
        low=0,
        high=10,
        words="0 or 2 to 10",
    )
    flip: Literal["two orders", "one order"] = _setting(
        "two orders", "Flip", "how a long becomes a short; one order needs leverage", "", "next candle"
    )
    stop_loss_percent: Exact = _setting(
        Decimal(0),
        "Stop",
        "how far from the entry a stop rests at the exchange; 0 is none",
        "%",
        "next candle",
        low=0,
        high=50,
    )
    take_profit_percent: Exact = _setting(
        Decimal(0),
        "Take profit",
        "the same in favour; on spot beside a stop the bot watches it itself",
        "%",
        "next candle",
        low=0,
        high=1000,
    )
    resend: Literal["never", "once"] = _setting(
        "never",
        "Send again",
        "an entry with a lost answer, once proved absent; from 5-minute candles on",
        "",
        "next candle",
    )
    validate_only: Literal["no", "yes"] = _setting(
        "no", "Validate only", "yes: every order is checked by the exchange, none is placed", "", "restart"
    )


class Limits(Section):
    """What the guards hold every order to."""

    max_position: Exact = _setting(
        Decimal("0.002"), "Largest position", "long or short", "base units", "now", low=SMALLEST, high=LARGEST
    )
    max_notional: Exact = _setting(
        Decimal(200),
        "Largest order",
        "what one order may cost",
        "quote units",
        "now",
        low=Decimal("0.01"),
        high=Decimal(100_000_000),
    )
    orders_per_hour: Whole = _setting(
        12, "Orders an hour", "more open nothing; exits always go out", "orders", "now", low=1, high=1000
    )
    orders_per_day: Whole = _setting(
        60, "Orders a day", "the same within 24 hours", "orders", "now", low=1, high=1000
    )
    daily_loss: Exact = _setting(
        Decimal(25),
        "Daily loss",
        "a UTC day that loses more opens nothing; 0 is off",
        "quote units",
        "now",
        low=0,
        high=Decimal(100_000_000),
    )
    collar_percent: Exact = _setting(
        Decimal(1),
        "Collar",
        "how far an entry may be from the market",
        "%",
        "now",
        low=Decimal("0.01"),
        high=10,
    )
    exit_collar_percent: Exact = _setting(
        Decimal(3), "Exit collar", "the same for an exit", "%", "now", low=Decimal("0.01"), high=50
    )
    stale_after: Exact = _setting(
        Decimal(10), "Stale after", "older market data opens no position", "s", "now", low=2, high=600
    )
    clock_offset: Exact = _setting(
        Decimal(2),
        "Clock offset",
        "how wrong this machine's clock may be",
        "s",
        "now",
        low=Decimal("0.5"),
        high=60,
    )


class Unattended(Section):
    """What the bot may do while nobody is there. Exits and orders by hand are never held back by it."""

    policy: Literal["same", "smaller", "exits"] = _setting(
        "same", "Unattended", "same as ever, enter with a part of the size, or exits only", "", "now"
    )
    size_percent: Whole = _setting(
        50, "Size alone", "the part of the trade size that smaller allows", "%", "now", low=1, high=100
    )
    after: Whole = _setting(
        10, "Quiet after", "so long without a key nobody is there", "minutes", "now", low=1, high=1440
    )
    hours: Annotated[str | None, BeforeValidator(read_optional)] = _setting(
        None,
        "Hours alone",
        "of the day, in which it holds whoever is there; null for none",
        "UTC",
        "now",
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
        words="HH:MM-HH:MM or null",
    )
    headless: Literal["no", "yes"] = _setting(
        "no", "Headless", "yes: without a screen nobody is there", "", "now"
    )
