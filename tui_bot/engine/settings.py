"""What the engine is told: size, leverage, strategy, limits. Plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from tui_bot.engine.attendance import ALWAYS, Unattended
from tui_bot.strategy.sma_slope import SmaSlope


class Flip(Enum):
    """How a long becomes a short.

    TWO_ORDERS: close with reduce-only, confirm, then open. ONE_ORDER: a single order of both sizes, as
    the example does; only with leverage.
    """

    TWO_ORDERS = "two orders"
    ONE_ORDER = "one order"


@dataclass(frozen=True, slots=True)
class Limits:
    """Every number a guard or a timer uses. Times are exchange time in milliseconds.

    ``max_position`` is in base units, ``max_notional`` and ``daily_loss`` (0 is off) in quote units,
    collars are fractions. ``fresh_account_ms`` is how old the account may be when an entry is sent.
    ``view_lag_ms`` is how long the exchange's lists may lag behind its engine.
    """

    max_position: Decimal
    max_notional: Decimal
    orders_per_hour: int
    collar: Decimal
    exit_collar: Decimal
    stale_after_ms: int
    max_clock_offset_ms: int
    decide_within_ms: int
    order_deadline_ms: int
    view_lag_ms: int
    look_up_every_ms: int
    reconcile_every_ms: int
    orders_per_day: int
    daily_loss: Decimal
    fresh_account_ms: int


@dataclass(frozen=True, slots=True)
class BotSettings:
    """How the bot trades.

    ``interval`` is a candle in seconds, ``trade_size`` in base units; ``leverage`` 0 is spot, long or flat.
    ``digest`` names the settings; journal entries carry it. ``resend`` allows an entry that is proved absent
    one more attempt. ``validate`` has every order checked by the exchange and none placed.
    one more attempt. ``stop_loss`` and ``take_profit`` are fractions of the entry price, 0 is off.
    """

    pair: str
    interval: int
    trade_size: Decimal
    leverage: int
    flip: Flip
    strategy: SmaSlope
    limits: Limits
    digest: str = ""
    resend: bool = False
    validate: bool = False
    stop_loss: Decimal = Decimal(0)
    take_profit: Decimal = Decimal(0)
    unattended: Unattended = ALWAYS

    @property
    def sends(self) -> int:
        """How often one leg of a signal may be sent."""
        return 2 if self.resend else 1

    @property
    def can_short(self) -> bool:
        """Whether a down signal may end in a short position."""
        return self.leverage > 0
