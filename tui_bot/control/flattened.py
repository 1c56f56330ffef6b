"""What a flatten did: what it began with, what was executed, what is left and why (faults.md 5.6)."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.engine.externals import foreign_words
from tui_bot.engine.farewell import held, left
from tui_bot.engine.records import Body, Filled, FlattenMoved, IntentMade, OrderMoved, Record
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.number import ZERO, plain
from tui_bot.market.order import Fill, Order, OrderState

#: A flatten is a person's act: the bot opens nothing after it until a person says so.
RELEASE = "next      the bot opens nothing until `tui-bot resume`, or p and r in the console"

_FAILED = (OrderState.REJECTED, OrderState.NOT_SENT, OrderState.UNKNOWN, OrderState.HALTED_UNKNOWN)


class FlattenReport:
    """Follows a flatten from its beginning to its end."""

    def __init__(self, start: Snapshot) -> None:
        self._start = start
        self._orders: set[str] = set()
        self._fills: list[Fill] = []
        self._troubles: dict[str, str] = {}
        self._begun = False
        self._last = start.log[-1] if start.log else None
        self.end: FlattenMoved | None = None

    @property
    def is_flat(self) -> bool:
        """Whether it ended flat by the exchange's own view, dust aside."""
        return self.end is not None and self.end.level == "info"

    def follow(self, snap: Snapshot) -> None:
        """Hear what is new in the log of a snapshot: it is there even when no journal can keep it."""
        unheard: list[Record] = []
        for record in reversed(snap.log):
            if record is self._last:
                break
            unheard.append(record)
        for record in reversed(unheard):
            self.hear(record.body)
        self._last = snap.log[-1] if snap.log else None

    def hear(self, body: Body) -> None:
        """One more record."""
        match body:
            case FlattenMoved(under_way):
                # A flatten that was cut off ends as this one begins; that end is not ours.
                self._begun = self._begun or under_way
                self.end = body if self._begun and not under_way else None
            case IntentMade(intent) if intent.is_flatten:
                self._orders.add(intent.cl_ord_id)
            case OrderMoved(order) if order.intent.is_flatten:
                self._move(order)
            case Filled(fill, cl_ord_id) if cl_ord_id in self._orders:
                self._fills.append(fill)
            case _:
                pass

    def lines(self, now: Snapshot) -> tuple[str, ...]:
        """The report, ``now`` being what the exchange and the fills say at its end."""
        told = [f"start     {held(self._start)}", f"executed  {self._executed()}", f"left      {left(now)}"]
        told += [f"trouble   {trouble}" for trouble in self._troubles.values()]
        if now.trouble:
            told.append(f"trouble   {now.trouble}")
        told += [f"left      {foreign_words(report)}; --foreign cancels it" for report in now.foreign]
        end = self.end.text if self.end else "not confirmed yet; the flatten goes on"
        return (*told, f"result    {end}", RELEASE)

    def _move(self, order: Order) -> None:
        cl_ord_id = order.intent.cl_ord_id
        self._orders.add(cl_ord_id)
        if order.state in _FAILED:
            volume = plain(order.intent.volume)
            self._troubles[cl_ord_id] = f"the close of {volume} is {order.state.value}: {order.reason}"
        else:
            self._troubles.pop(cl_ord_id, None)

    def _executed(self) -> str:
        volume = sum((fill.volume for fill in self._fills), ZERO)
        if not volume:
            return "nothing"
        average: Decimal = sum((fill.cost for fill in self._fills), ZERO) / volume
        fee = sum((fill.fee for fill in self._fills), ZERO)
        rules = self._start.rules
        price = f"{average:,.{rules.price_decimals if rules else 2}f}"
        return f"{plain(volume)} at {price} on average, fee {fee:,.2f}"
