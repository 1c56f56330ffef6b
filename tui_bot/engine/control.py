"""Sent never exceeds intended (I5): what each leg of a signal was meant to do, and what came of it.

Fed only by what was ordered, by what the sender let out and by the exchange's own records, so that a slip in
desk or tracker cannot fool it (F13, F106).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tui_bot.market.number import ZERO, plain
from tui_bot.market.order import Fill, Intent, Order

#: So many unexpected executions stop all trading (repeated-execution limit).
MOST_SURPRISES = 2

#: How many legs are remembered.
KEEP_LEGS = 400


@dataclass(slots=True)
class LegCount:
    """One leg of a signal: volumes in base units, executed by the order's txid and by the trade's id."""

    intended: Decimal
    ordered: int = 0
    released: set[str] = field(default_factory=set)
    reported: dict[str, Decimal] = field(default_factory=dict)
    trades: dict[str, tuple[str, Decimal]] = field(default_factory=dict)

    @property
    def executed(self) -> Decimal:
        """What was executed of it; of two views of one order the larger counts."""
        booked: dict[str, Decimal] = {}
        for txid, volume in self.trades.values():
            booked[txid] = booked.get(txid, ZERO) + volume
        txids = self.reported.keys() | booked.keys()
        return sum((max(self.reported.get(txid, ZERO), booked.get(txid, ZERO)) for txid in txids), ZERO)


class Control:
    """Counts legs and surprises, and says no. It never sends and never mends."""

    def __init__(self) -> None:
        self.surprises: set[str] = set()
        self._accepted: set[str] = set()
        self._legs: dict[tuple[str, str], LegCount] = {}

    def remember(self, orders: Iterable[Order], fills: Iterable[Fill]) -> None:
        """Take up what an earlier run ordered, oldest first."""
        intents: dict[str, Intent] = {}
        for order in orders:
            self.ordered(order.intent)
            self._leg(order.intent).released.add(order.intent.cl_ord_id)
            if order.txid is not None:
                intents[order.txid] = order.intent
                self.reported(order.intent, order.txid, order.executed)
        for fill in fills:
            if fill.txid in intents:
                self.filled(intents[fill.txid], fill)

    def objection(self, intent: Intent, sends: int, step: Decimal) -> str:
        """Why an order may not be made of this intent, empty if it may.

        ``sends`` is how often a leg may be sent, ``step`` the pair's smallest volume.
        """
        leg = self._legs.get((intent.signal, intent.leg))
        if leg is None:
            return ""
        if leg.ordered >= sends:
            return f"this signal's {intent.leg} was ordered {leg.ordered} of {sends} times already"
        after = leg.executed + intent.volume
        if after > leg.intended + step:
            return f"{plain(after)} would be executed where {plain(leg.intended)} was intended"
        return ""

    @property
    def sends(self) -> int:
        """How often the newest leg was ordered."""
        return next(reversed(self._legs.values())).ordered if self._legs else 0

    def ordered(self, intent: Intent) -> None:
        """The desk has asked for this order."""
        leg = self._leg(intent)
        leg.ordered += 1
        while len(self._legs) > KEEP_LEGS:
            del self._legs[next(iter(self._legs))]

    def release(self, intent: Intent) -> str:
        """Let one order out, once; why not, if not."""
        leg = self._legs.get((intent.signal, intent.leg))
        if leg is None:
            return "nobody ordered it"
        if intent.cl_ord_id in leg.released:
            return "it was sent already"
        if len(leg.released) >= leg.ordered:
            return f"this signal's {intent.leg} was sent already"
        leg.released.add(intent.cl_ord_id)
        return ""

    def reported(self, intent: Intent, txid: str, executed: Decimal) -> None:
        """The exchange says how much of an order is executed; it never becomes less."""
        reported = self._leg(intent).reported
        reported[txid] = max(reported.get(txid, ZERO), executed)

    def filled(self, intent: Intent, fill: Fill) -> None:
        """The exchange says that this was executed."""
        self._leg(intent).trades[fill.trade_id] = fill.txid, fill.volume

    def overshoot(self, intent: Intent, step: Decimal) -> Decimal:
        """How much more than intended was executed of a leg, 0 within one ``step``."""
        leg = self._leg(intent)
        beyond = leg.executed - leg.intended
        return beyond if beyond > step else ZERO

    def surprise(self, what: str) -> bool:
        """Count, once, an execution that nobody expected; whether the limit is reached now."""
        if what not in self._accepted:
            self.surprises.add(what)
        return what in self.surprises and len(self.surprises) >= MOST_SURPRISES

    def rearm(self) -> None:
        """A person has looked: what was seen is accepted, and surprises count anew."""
        self._accepted |= self.surprises
        self.surprises.clear()

    def _leg(self, intent: Intent) -> LegCount:
        return self._legs.setdefault((intent.signal, intent.leg), LegCount(intent.volume))
