"""The rule alone: a bot's settings without the limits and stops that would hold it back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tui_bot.engine.settings import BotSettings
from tui_bot.market.number import ZERO

#: More than any account or history asks for.
_NEVER = 10**12


def rule_only(settings: BotSettings) -> BotSettings:
    """The same rule, size and leverage; no limit on orders, size or loss, no stop and no take-profit.

    What the exchange itself asks for (minimums, funds) still counts.
    """
    limits = replace(
        settings.limits,
        max_position=Decimal(_NEVER),
        max_notional=Decimal(_NEVER),
        orders_per_hour=_NEVER,
        orders_per_day=_NEVER,
        daily_loss=ZERO,
    )
    return replace(settings, limits=limits, stop_loss=ZERO, take_profit=ZERO)
