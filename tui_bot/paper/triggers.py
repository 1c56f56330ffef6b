"""When stops and take-profits fire, and how trailing stops follow (Kraken support, order types)."""

from __future__ import annotations

from tui_bot.paper.ledger import Order


def fires(order: Order, last: int) -> bool:
    """True when the last price has reached the trigger price of a waiting order."""
    placed = order.placed
    falling = (placed.side == "sell") is not placed.ordertype.startswith("take-profit")
    return last <= placed.stop if falling else last >= placed.stop


def followed(order: Order, last: int) -> int:
    """Where a trailing stop's trigger price stands now: it moves with a favourable market, never back."""
    placed = order.placed
    if placed.side == "sell":
        return max(placed.stop, last - placed.trail)
    return min(placed.stop, last + placed.trail)


def limit_after(order: Order) -> int:
    """The limit in ticks once the order has fired; 0 for a market order."""
    placed = order.placed
    return max(1, placed.stop + placed.trail_limit) if placed.trail_limit else placed.price
