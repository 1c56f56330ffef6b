"""The exchange's own view of an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tui_bot.market.order import OrderReport


@dataclass(frozen=True, slots=True)
class Holding:
    """One asset: all of it, and the part tied up in resting orders."""

    total: Decimal
    held: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        """What an order could use."""
        return self.total - self.held


@dataclass(frozen=True, slots=True)
class Account:
    """The exchange's own view of our account, for one pair.

    ``position`` is the signed open size of margin positions, in base units. ``balances`` is by the
    exchange's asset id. ``free_margin`` and ``equity`` are in the account's currency. ``aside`` are amounts
    of the pair's two assets that no order can use (staked, earning), by the name people read.
    """

    position: Decimal
    balances: Mapping[str, Holding]
    open_orders: tuple[OrderReport, ...]
    free_margin: Decimal | None
    equity: Decimal | None
    at_ms: int
    aside: tuple[tuple[str, Decimal], ...] = ()
