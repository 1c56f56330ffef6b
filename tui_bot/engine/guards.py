"""The checks between a wish and an order. Each has a name, its numbers, and a next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tui_bot.engine.attendance import most as most
from tui_bot.engine.attendance import unattended
from tui_bot.engine.gauge import Gauge, order_budget
from tui_bot.engine.limits import (
    daily_loss,
    journal_space,
    max_notional,
    max_position,
    orders_per_day,
    orders_per_hour,
    orders_per_signal,
    protection,
    unexpected_executions,
)
from tui_bot.engine.plan import Leg
from tui_bot.engine.reading import Reading as Reading
from tui_bot.engine.reading import seconds, share
from tui_bot.engine.settings import BotSettings
from tui_bot.market.book import Book
from tui_bot.market.number import ZERO, plain
from tui_bot.market.order import Side
from tui_bot.market.pair import PairRules

if TYPE_CHECKING:
    from tui_bot.engine.events import Account, Quote

OPEN_STATUS = "online"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that guards look at, at one moment.

    ``placed_ms`` are the times of the orders of the last 24 hours that opened exposure, oldest first;
    ``live`` counts own orders whose end is not known, ``sends`` how often the newest leg of a signal was
    ordered, ``surprises`` executions that nobody expected; ``differs`` tells that the exchange's position
    is not the one that our fills lead to, ``reconciling`` that it has not been read since a gap,
    ``unread`` why the last read of the account failed. ``day_loss`` is in quote units, ``external`` counts
    foreign orders that nobody has accepted; ``book`` is None where it is not known. ``held_by_stops`` is what
    own stops hold of the base asset, ``unprotected`` tells that a stop is wanted and none rests.
    ``journal_trouble`` is empty while the journal has space. ``attended_ms`` is when a key was last pressed.
    """

    now_ms: int
    settings: BotSettings
    rules: PairRules | None
    size: Decimal
    quote: Quote | None
    heard_ms: int | None
    last_close: Decimal | None
    clock_offset_ms: int | None
    system_status: str
    account: Account | None
    placed_ms: tuple[int, ...]
    live: int
    uncertain: int
    differs: bool = False
    reconciling: bool = False
    sends: int = 0
    surprises: int = 0
    day_loss: Decimal = ZERO
    external: int = 0
    order_budget: Gauge | None = None
    unread: str = ""
    book: Book | None = None
    held_by_stops: Decimal = ZERO
    unprotected: bool = False
    journal_trouble: str = ""
    attended_ms: int | None = None

    def price_of(self, leg: Leg) -> Decimal | None:
        """The price an order would meet now; its limit if it has one."""
        if leg.price is not None or leg.trigger is not None:
            return leg.price or leg.trigger
        if self.quote is None:
            return self.last_close
        return self.quote.ask if leg.side is Side.BUY else self.quote.bid

    def worst_of(self, leg: Leg) -> Decimal | None:
        """The worst price an entry at market would meet by a fresh book; else as ``price_of``."""
        fresh_ms = self.now_ms - self.settings.limits.stale_after_ms
        if leg.price is None and leg.opens and self.book and self.book.at_ms >= fresh_ms:
            sweep = self.book.sweep(leg.side, leg.volume)
            if sweep is not None:
                return sweep.worst
        return self.price_of(leg)

    def rests(self, leg: Leg) -> bool:
        """Whether an order waits: for a better price than there is, or for its trigger."""
        if leg.trigger is not None:
            return True
        touch = self.price_of(replace(leg, price=None))
        return leg.price is not None and touch is not None and (leg.price - touch) * leg.side.sign < 0


Guard = Callable[[Circumstances, Leg], Reading]


def within_reach(now: Circumstances, leg: Leg) -> Leg:
    """The leg, or for a spot sale that lacks its last digits, what there is to sell (F26)."""
    base = now.account.balances.get(now.rules.base) if now.account and now.rules else None
    if leg.opens or leg.leverage or leg.side is Side.BUY or base is None or now.rules is None:
        return leg
    available = base.available + now.held_by_stops
    missing = leg.volume - available
    return replace(leg, volume=available) if 0 < missing <= now.rules.lot_step else leg


def judge(now: Circumstances, leg: Leg) -> tuple[Reading, ...]:
    """Every guard's reading for one order. It may pass when all are ok.

    An exit is held back only by what would make it fail or double: not closing keeps the risk.
    """
    return tuple(guard(now, leg) for guard in guards_of(leg))


def guards_of(leg: Leg) -> tuple[Guard, ...]:
    """The guards that judge an order."""
    return (*_ALWAYS, *_ENTRIES) if leg.opens else _ALWAYS


def standing(now: Circumstances) -> tuple[Reading, ...]:
    """The readings a screen shows all the time: those of an entry of the usual size."""
    leg = Leg("open", Side.BUY, most(now), now.settings.leverage, False, True)
    return judge(now, leg)


def blocks(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The readings that say no."""
    return tuple(reading for reading in readings if not reading.ok)


def exchange_status(now: Circumstances, leg: Leg) -> Reading:
    """Only ``online`` lets orders pass; an unknown word does not (F71 to F74)."""
    pair = now.rules.status if now.rules else "?"
    closing = not leg.opens and {now.system_status, pair} <= {OPEN_STATUS, "reduce_only"}
    ok = closing or (now.system_status == OPEN_STATUS and pair == OPEN_STATUS)
    word = now.system_status if now.system_status != OPEN_STATUS else pair
    return Reading("exchange", ok, word, "", "" if ok else "wait until Kraken and the pair are online")


def unknown_order(now: Circumstances, _leg: Leg) -> Reading:
    """While an order's fate is not known, another could double it (F01)."""
    if now.uncertain:
        advice = "wait until it is found or proved absent; do not trade this pair by hand"
        return Reading("unknown order", False, str(now.uncertain), "0", advice)
    return Reading("unknown order", True, "0", "0")


def live_order(now: Circumstances, _leg: Leg) -> Reading:
    """One order at a time on the pair."""
    ok = now.live == 0
    return Reading("live order", ok, str(now.live), "0", "" if ok else "wait for it or cancel it")


def minimums(now: Circumstances, leg: Leg) -> Reading:
    """The pair's two minimums and its grids, after rounding the volume (F78 to F80)."""
    price = now.price_of(leg)
    if now.rules is None or price is None:
        return Reading("minimums", False, "pair rules or price not known", "", "wait for the exchange")
    fault = now.rules.wish_fault(leg.volume, price)
    if leg.price is not None:
        fault = now.rules.price_fault(leg.price) or fault
    limit = f"{plain(now.rules.order_minimum)} {now.rules.base_name}"
    if fault is None:
        return Reading("minimums", True, plain(leg.volume), limit)
    return Reading("minimums", False, fault, "", "use a size and a price that the pair allows")


def funds(now: Circumstances, leg: Leg) -> Reading:
    """Enough money for the order and its fee, as the exchange last reported it (F81)."""
    price = now.price_of(leg)
    if now.account is None or now.rules is None or price is None:
        return Reading("funds", False, "balance not known", "", "wait for the account to be read")
    if leg.opens and leg.leverage and now.account.free_margin is None:
        return Reading("funds", False, "free margin not known", "", "wait for the account to be read")
    have, need, unit = _have_and_need(now.account, now.rules, leg, price)
    if leg.side is Side.SELL and not leg.leverage:
        have += now.held_by_stops
    places = now.rules.lot_decimals if unit == now.rules.base_name else 2
    have_text, need_text = f"{plain(have, places)} {unit}", plain(need, places)
    if need <= have:
        return Reading("funds", True, need_text, have_text, load=share(need, have))
    advice = "use a smaller size or add funds"
    if now.account.aside:
        parts = (f"{plain(amount)} in {name}" for name, amount in now.account.aside)
        advice += f"; {', '.join(parts)} cannot be used"
    return Reading("funds", False, f"needs {need_text}", have_text, advice, share(need, have))


def _have_and_need(
    account: Account, rules: PairRules, leg: Leg, price: Decimal
) -> tuple[Decimal, Decimal, str]:
    if leg.leverage and not leg.opens:
        return ZERO, ZERO, rules.quote_name
    cost = leg.volume * price
    if leg.leverage:
        margin = cost / leg.leverage + cost * rules.taker_rate
        return account.free_margin or ZERO, margin, f"{rules.quote_name} margin"
    if leg.side is Side.SELL:
        base = account.balances.get(rules.base)
        return (base.available if base else ZERO), leg.volume, rules.base_name
    quote = account.balances.get(rules.quote)
    return (quote.available if quote else ZERO), cost * (1 + rules.taker_rate), rules.quote_name


def collar(now: Circumstances, leg: Leg) -> Reading:
    """The price must be near both the middle of the book and the last close (F56).

    An order that waits for a better price may wait as far away as it likes.
    """
    if now.rests(leg):
        return Reading("collar", True, "a resting order", "")
    limits = now.settings.limits
    limit = limits.collar if leg.opens else limits.exit_collar
    price = now.worst_of(leg)
    known = [anchor for anchor in (now.last_close, now.quote.mid if now.quote else None) if anchor]
    if price is None or not known:
        return Reading("collar", False, "no price", "", "wait for a price")
    off = max(abs(price / anchor - 1) for anchor in known)
    advice = ""
    if off > limit:
        thin = "the book is thin or the price jumped: trade less, or look at the market"
        jumped = "the price jumped: look at the market" if price == now.price_of(leg) else thin
        advice = jumped if leg.price is None else "use a limit nearer to the market"
    value, most = f"{off * 100:.2f} %", f"{limit * 100:.2f} %"
    return Reading("collar", off <= limit, value, most, advice, share(off, limit))


def leverage(now: Circumstances, leg: Leg) -> Reading:
    """The ratio must be in the pair's list for the side; there is no fall-back to spot (F89)."""
    if leg.opens and leg.side is Side.SELL and leg.leverage == 0:
        advice = "sell at most what the bot holds, or set trading.leverage"
        return Reading("leverage", False, "spot cannot go short", "", advice)
    allowed = now.rules.leverages(leg.side) if now.rules else ()
    ok = leg.leverage == 0 or leg.leverage in allowed
    value = f"x{leg.leverage}" if leg.leverage else "spot"
    limit = f"x{max(allowed)}" if allowed else ""
    return Reading("leverage", ok, value, limit, "" if ok else "choose a leverage the pair allows")


def stale_feed(now: Circumstances, _leg: Leg) -> Reading:
    """No entry on a market that has gone quiet on us (F53, F59)."""
    limit = now.settings.limits.stale_after_ms
    if now.heard_ms is None:
        return Reading("stale feed", False, "nothing heard", seconds(limit), "wait for the feed")
    age = max(0, now.now_ms - now.heard_ms)
    ok = age <= limit
    advice, load = "" if ok else "wait for the feed", share(age, limit)
    return Reading("stale feed", ok, seconds(age), seconds(limit), advice, load)


def clock_offset(now: Circumstances, _leg: Leg) -> Reading:
    """A skewed clock picks the wrong candle and the wrong deadline (F103)."""
    limit = now.settings.limits.max_clock_offset_ms
    if now.clock_offset_ms is None:
        return Reading("clock offset", False, "not measured", seconds(limit), "wait for the exchange")
    ok = abs(now.clock_offset_ms) <= limit
    advice = "" if ok else "set this machine's clock (NTP)"
    value, load = f"{now.clock_offset_ms / 1000:+.2f} s", share(abs(now.clock_offset_ms), limit)
    return Reading("clock offset", ok, value, seconds(limit), advice, load)


def agreement(now: Circumstances, _leg: Leg) -> Reading:
    """No entry while the exchange and we do not agree on what is held (I11), or may not (F60)."""
    if now.unread:
        return Reading("agreement", False, "the account cannot be read", "", "it is tried again by itself")
    advice = "the account is being read again; if they stay apart the bot halts"
    if now.differs:
        return Reading("agreement", False, "the exchange shows another position", "", advice)
    if now.reconciling:
        advice = "the account is being read again"
        return Reading("agreement", False, "reconnected, the account is not read yet", "", advice)
    return Reading("agreement", True, "the exchange shows the same position", "")


def foreign_activity(now: Circumstances, _leg: Leg) -> Reading:
    """No entry while somebody else trades on the pair, until a person has accepted it (F34, F95)."""
    ok = now.external == 0
    advice = "" if ok else "look at Kraken's order page; then accept what is external, or cancel it there"
    return Reading("foreign activity", ok, f"{now.external} external", "0", advice)


_ALWAYS: tuple[Guard, ...] = (
    exchange_status, unknown_order, live_order, minimums, funds, collar, leverage,
)  # fmt: skip
_ENTRIES: tuple[Guard, ...] = (
    stale_feed, clock_offset, agreement, foreign_activity, max_position, max_notional,
    orders_per_signal, orders_per_hour, orders_per_day, unexpected_executions, daily_loss, order_budget,
    protection, journal_space, unattended,
)  # fmt: skip
