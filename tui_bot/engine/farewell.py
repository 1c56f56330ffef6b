"""The line that says what stays at the exchange when the bot leaves."""

from __future__ import annotations

from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.number import plain


def farewell(snapshot: Snapshot | None) -> str:
    """What was left, in one line; never more than is known."""
    if snapshot is None or snapshot.account is None:
        return "stopped before the exchange was read; nothing was sent"
    position = snapshot.position
    parts = ["flat" if position.is_flat else _held(snapshot)]
    resting = [order for order in snapshot.orders if not order.state.is_final]
    lost = [order for order in resting if order.state.is_uncertain]
    if lost:
        parts.append(f"{len(lost)} order{'s' * (len(lost) != 1)} with an UNKNOWN fate")
    if len(resting) > len(lost):
        parts.append(f"{len(resting) - len(lost)} open")
    if snapshot.foreign:
        parts.append(f"{len(snapshot.foreign)} external")
    if len(parts) == 1 and not resting:
        parts.append("no open orders")
    return f"stopped ({snapshot.mode}). Left at the exchange: {', '.join(parts)}"


def _held(snapshot: Snapshot) -> str:
    position, rules = snapshot.position, snapshot.rules
    base = rules.base_name if rules else snapshot.settings.pair
    entry = f"{position.average:,.{rules.price_decimals if rules else 2}f}"
    leverage = f" x{position.leverage}" if position.leverage else ""
    whole, _, tail = plain(abs(position.size)).partition(".")
    size = f"{whole}.{tail.rstrip('0'):0<4}"
    return f"{position.word} {size} {base} @ {entry}{leverage}, no stop rests"
