"""Rows of the executions channel: what happened to an order of the account.

Source: Kraken API Center, "Executions", and recorded frames. An order's first row is full, later ones say
little more than its id and what changed. A ``trade`` row may say partially_filled even when it completes
the order; completion is the ``filled`` row behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tui_bot.kraken.fields import Row, WireError
from tui_bot.kraken.times import nanoseconds
from tui_bot.market.order import Side


@dataclass(frozen=True, slots=True)
class PushedTradeOfOurs:
    """The execution in a row. ``fees`` are amounts by asset (``USD``)."""

    exec_id: str
    price: Decimal
    volume: Decimal
    cost: Decimal
    fees: tuple[tuple[str, Decimal], ...]
    maker: bool


@dataclass(frozen=True, slots=True)
class PushedExecution:
    """One row. What it does not say is None, or empty text; ``kind`` and ``status`` are Kraken's words."""

    order_id: str
    kind: str
    status: str
    at_ns: int
    symbol: str = ""
    cl_ord_id: str | None = None
    side: Side | None = None
    volume: Decimal | None = None
    executed: Decimal | None = None
    average: Decimal | None = None
    price: Decimal | None = None
    reduce_only: bool | None = None
    reason: str = ""
    trade: PushedTradeOfOurs | None = None
    rate_count: int | None = None


def execution(row: Row) -> PushedExecution:
    """What a row says.

    Raises:
        WireError: it is not what it should be.
    """
    return PushedExecution(
        order_id=row.txid("order_id"),
        kind=row.text("exec_type"),
        status=row.text("order_status"),
        at_ns=nanoseconds(row.members.get("timestamp"), row.where),
        symbol=row.text("symbol", ""),
        cl_ord_id=row.text("cl_ord_id") if row.has("cl_ord_id") else None,
        side=_side(row),
        volume=row.optional_decimal("order_qty"),
        executed=row.optional_decimal("cum_qty"),
        average=row.optional_decimal("avg_price"),
        price=row.optional_decimal("limit_price"),
        reduce_only=row.members["reduce_only"] is True if row.has("reduce_only") else None,
        reason=row.text("reason", row.text("cancel_reason", "")),
        trade=_trade(row) if row.has("exec_id") else None,
        rate_count=row.integer("ratecount") if row.has("ratecount") else None,
    )


def _side(row: Row) -> Side | None:
    text = row.text("side", "")
    if not text:
        return None
    try:
        return Side(text)
    except ValueError:
        raise WireError(row.where, "side is neither buy nor sell") from None


def _trade(row: Row) -> PushedTradeOfOurs:
    return PushedTradeOfOurs(
        exec_id=row.txid("exec_id"),
        price=row.decimal("last_price"),
        volume=row.decimal("last_qty"),
        cost=row.decimal("cost"),
        fees=tuple(_fee(Row.of(one, row.where)) for one in row.items("fees")),
        maker=row.text("liquidity_ind", "") == "m",
    )


def _fee(row: Row) -> tuple[str, Decimal]:
    return row.text("asset"), row.decimal("qty")
