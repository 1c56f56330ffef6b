"""What stays at the exchange when the bot leaves, in words."""

from __future__ import annotations

from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.number import plain


def farewell(snapshot: Snapshot | None) -> str:
    """What was left, in one line; never more than is known."""
    if snapshot is not None and snapshot.transport is not None:
        return f"replay of {snapshot.transport.name} ended; nothing was traded, nothing was written"
    if snapshot is None or snapshot.account is None:
        return "stopped before the exchange was read; nothing was sent"
    return f"stopped ({snapshot.mode}). Left at the exchange: {left(snapshot)}"


def left(snapshot: Snapshot) -> str:
    """Position and orders that stay at the exchange without the bot."""
    if snapshot.account is None:
        return "not known: the exchange was not read yet"
    parts = [held(snapshot)]
    if not snapshot.position.is_flat:
        stop = snapshot.stop
        parts.append("no stop rests" if stop is None else f"stop at {plain(stop)} rests")
    resting = [order for order in snapshot.orders if not order.state.is_final]
    lost = [order for order in resting if order.state.is_uncertain]
    if lost:
        parts.append(f"{len(lost)} order{'s' * (len(lost) != 1)} with an UNKNOWN fate")
    if len(resting) > len(lost):
        parts.append(f"{len(resting) - len(lost)} open")
    if snapshot.foreign:
        parts.append(f"{len(snapshot.foreign)} external")
    if not resting and not snapshot.foreign:
        parts.append("no open orders")
    return ", ".join(parts)


def held(snapshot: Snapshot) -> str:
    """The position by our fills: ``LONG 0.0010 BTC @ 65,000.5 x2``, or ``flat``."""
    position, rules = snapshot.position, snapshot.rules
    if position.is_flat:
        return "flat"
    base = rules.base_name if rules else snapshot.settings.pair
    entry = f"{position.average:,.{rules.price_decimals if rules else 2}f}"
    leverage = f" x{position.leverage}" if position.leverage else ""
    whole, _, tail = plain(abs(position.size)).partition(".")
    size = f"{whole}.{tail.rstrip('0'):0<4}"
    return f"{position.word} {size} {base} @ {entry}{leverage}"
