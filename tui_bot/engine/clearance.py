"""What of our own must be gone before an order leaves: stops, and what rests by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tui_bot.engine.guards import Circumstances
from tui_bot.engine.plan import Leg
from tui_bot.engine.replacement import without
from tui_bot.market.order import Order, OrderState, Origin


def in_the_way(size: Decimal, live: Iterable[Order], origin: Origin, leg: Leg) -> tuple[Order, ...]:
    """The orders to be cancelled, and known to be gone, before a leg against a position may leave.

    Stops rest for that position and hold its coins (F28, F86). An exit of the bot's is not held up by what a
    person left resting either: not closing keeps the risk. A person's own exit touches no order of theirs.
    """
    if size * leg.side.sign >= 0:
        return ()
    exits = origin is Origin.BOT and not leg.opens
    return tuple(order for order in live if protects(order) or (exits and rests(order)))


def protects(order: Order) -> bool:
    """Whether it is a stop or a take-profit that is known to wait at the exchange."""
    return order.intent.protects and order.state is OrderState.OPEN


def rests(order: Order) -> bool:
    """Whether it is a limit order that is known to be in the book."""
    known = order.state in (OrderState.OPEN, OrderState.PARTIAL) and order.txid is not None
    return known and not (order.intent.is_market or order.intent.protects)


def waits(order: Order) -> bool:
    """Whether it is known to wait at the exchange, in the book or for its trigger."""
    return protects(order) or rests(order)


def is_busy(live: Iterable[Order]) -> bool:
    """Whether an order is under way that nothing may overtake: one that does not merely wait."""
    return not all(waits(order) for order in live)


def once_gone(now: Circumstances, orders: Iterable[Order]) -> Circumstances:
    """What an order will be judged by when these are gone; what stops hold counts as free already."""
    for order in orders:
        if not order.intent.protects:
            now = without(order, now)
    return now
