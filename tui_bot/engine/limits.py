"""The guards that hold an entry to the limits: size, worth, number, loss of the day, stop, disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_bot.engine.control import MOST_SURPRISES
from tui_bot.engine.day import DAY_MS, HOUR_MS
from tui_bot.engine.reading import Reading, minutes, share
from tui_bot.market.number import ZERO, plain, short

if TYPE_CHECKING:
    from tui_bot.engine.guards import Circumstances
    from tui_bot.engine.plan import Leg


def max_position(now: Circumstances, leg: Leg) -> Reading:
    """The size after the order."""
    limit = now.settings.limits.max_position
    after = abs(now.size + leg.side.sign * leg.volume)
    ok = after <= limit
    advice = "" if ok else "raise limits.max_position or trade less"
    return Reading("position", ok, short(after), short(limit), advice, share(after, limit))


def max_notional(now: Circumstances, leg: Leg) -> Reading:
    """What one order may be worth in quote units."""
    limit = now.settings.limits.max_notional
    worth = leg.volume * (now.price_of(leg) or ZERO)
    ok = worth <= limit
    advice = "" if ok else "raise limits.max_notional or trade less"
    return Reading("order value", ok, plain(worth, 2), plain(limit, 2), advice, share(worth, limit))


def orders_per_signal(now: Circumstances, _leg: Leg) -> Reading:
    """How often the newest leg of a signal was sent (I3)."""
    limit = now.settings.sends
    ok = now.sends <= limit
    advice = "" if ok else "look at the log, then pause and resume"
    return Reading("orders/signal", ok, str(now.sends), str(limit), advice, share(now.sends, limit + 1))


def orders_per_hour(now: Circumstances, _leg: Leg) -> Reading:
    """How many orders may open exposure within an hour of exchange time."""
    return _orders_within(now, HOUR_MS, now.settings.limits.orders_per_hour, "orders/hour")


def orders_per_day(now: Circumstances, _leg: Leg) -> Reading:
    """The same within the last 24 hours."""
    return _orders_within(now, DAY_MS, now.settings.limits.orders_per_day, "orders/day")


def _orders_within(now: Circumstances, span_ms: int, limit: int, name: str) -> Reading:
    placed = [at_ms for at_ms in now.placed_ms if at_ms > now.now_ms - span_ms]
    used = len(placed)
    if used < limit:
        return Reading(name, True, str(used), str(limit), load=share(used, limit))
    wait = minutes(max(0, placed[-limit] + span_ms - now.now_ms))
    return Reading(name, False, str(used), str(limit), f"next slot in {wait}", share(used, limit))


def unexpected_executions(now: Circumstances, _leg: Leg) -> Reading:
    """Executions that nobody ordered; at the limit all trading stops (I8, F13)."""
    ok = now.surprises < MOST_SURPRISES
    advice = "" if ok else "look at Kraken's order page, then resume"
    load = share(now.surprises, MOST_SURPRISES)
    return Reading("unexpected fills", ok, str(now.surprises), str(MOST_SURPRISES), advice, load)


def daily_loss(now: Circumstances, _leg: Leg) -> Reading:
    """The most the UTC day has lost so far, from its start or from its peak; once reached, it stays (F90)."""
    limit = now.settings.limits.daily_loss
    worst = plain(now.day_loss, 2)
    if limit == 0:
        return Reading("daily loss", True, worst, "")
    if now.day_loss < limit:
        return Reading("daily loss", True, worst, plain(limit, 2), load=share(now.day_loss, limit))
    wait = minutes(DAY_MS - now.now_ms % DAY_MS)
    advice = f"entries begin again at 00:00 UTC, in {wait}; exits go on; or raise limits.daily_loss"
    return Reading("daily loss", False, worst, plain(limit, 2), advice, share(now.day_loss, limit))


def protection(now: Circumstances, leg: Leg) -> Reading:
    """A position that should have a stop gets it before it grows: the stop is part of the entry.

    An order the other way does not make it grow: before a flip of one order its stop is taken away.
    """
    ok = not now.unprotected or now.size * leg.side.sign < 0
    advice = "" if ok else "the stop is being placed; if it is refused, close by hand or set it to 0"
    return Reading("stop", ok, "resting or not wanted" if ok else "wanted, but none rests", "", advice)


def journal_space(now: Circumstances, _leg: Leg) -> Reading:
    """No entry while the journal writes into its reserve: that is kept for exits and recovery (F91)."""
    if now.journal_trouble:
        return Reading("journal", False, "disk full", "", "free disk space; it goes on by itself")
    return Reading("journal", True, "has space", "")
