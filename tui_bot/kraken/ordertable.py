"""The account's orders as the executions channel tells them: sparse rows joined by the order's id."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from tui_bot.kraken.executions import PushedExecution, PushedTradeOfOurs
from tui_bot.kraken.names import is_pair
from tui_bot.market.number import ZERO
from tui_bot.market.order import Fill, OrderReport, OrderState
from tui_bot.market.pair import PairRules

#: How many orders are kept; ended ones go first.
MOST_ORDERS = 1000

_STATES = {
    "pending_new": OrderState.OPEN,
    "new": OrderState.OPEN,
    "partially_filled": OrderState.PARTIAL,
    "filled": OrderState.CLOSED,
    "canceled": OrderState.CANCELED,
    "expired": OrderState.EXPIRED,
}
_ENDS = (OrderState.CLOSED, OrderState.CANCELED, OrderState.EXPIRED)


class Unjoined(Exception):
    """A row of an order that no earlier row has told of: something was missed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of our pair: an execution, how its order stands, or neither."""

    cl_ord_id: str | None
    fill: Fill | None = None
    report: OrderReport | None = None


@dataclass(slots=True)
class _Known:
    """All that rows have said of an order. ``ended`` is its last state once it has one."""

    row: PushedExecution
    fees: dict[str, Decimal] = field(default_factory=dict)
    ended: OrderState | None = None


class OrderTable:
    """Joins rows, in whatever order they come: volume never goes down, and what has ended stays ended.

    ``rules`` are those of the one pair that is told of; orders of others are kept to know their rows by.
    """

    def __init__(self, rules: PairRules) -> None:
        self._rules = rules
        self._orders: dict[str, _Known] = {}

    def take(self, row: PushedExecution) -> Told:
        """What follows from a row.

        Raises:
            Unjoined: it belongs to an order that is not known, and does not say enough by itself.
        """
        known = self._join(row)
        if not is_pair(known.row.symbol, self._rules):
            return Told(None)
        trade = row.trade
        fill = None if trade is None else self._fill(known.row, row, trade)
        if fill is not None:
            known.fees[fill.trade_id] = fill.fee
        return Told(known.row.cl_ord_id, fill, self._report(known))

    def _join(self, row: PushedExecution) -> _Known:
        known = self._orders.get(row.order_id)
        if known is None:
            if not row.symbol or row.side is None:
                raise Unjoined(f"a row of an order that is not known ({row.order_id})")
            known = self._orders[row.order_id] = _Known(row)
            self._forget_old()
        else:
            known.row = _joined(known.row, row)
        state = _STATES.get(row.status)
        if known.ended is None and state in _ENDS and row.trade is None:
            known.ended = state
        return known

    def _fill(self, known: PushedExecution, row: PushedExecution, trade: PushedTradeOfOurs) -> Fill | None:
        """The execution, None where its fee cannot be told in quote units: a look will tell it."""
        fee = self._fee(trade)
        if fee is None or known.side is None:
            return None
        return Fill(
            trade_id=trade.exec_id,
            txid=row.order_id,
            pair=self._rules.name,
            side=known.side,
            price=trade.price,
            volume=trade.volume,
            cost=trade.cost,
            fee=fee,
            at_ms=row.at_ns // 1_000_000,
            maker=trade.maker,
        )

    def _fee(self, trade: PushedTradeOfOurs) -> Decimal | None:
        units = {self._rules.quote_name: Decimal(1), self._rules.base_name: trade.price}
        if not trade.fees or any(asset not in units for asset, _ in trade.fees):
            return None
        return sum((amount * units[asset] for asset, amount in trade.fees), ZERO)

    def _report(self, known: _Known) -> OrderReport | None:
        """How the order stands; None where its size is not known, as of an old trade's in a snapshot."""
        row = known.row
        state = known.ended or _STATES.get(row.status)
        if row.side is None or row.volume is None or state is None:
            return None
        executed = row.executed or ZERO
        if state is OrderState.CLOSED and row.executed is None:
            executed = row.volume
        if state is OrderState.OPEN and executed > 0:
            state = OrderState.PARTIAL
        return OrderReport(
            txid=row.order_id,
            cl_ord_id=row.cl_ord_id,
            pair=self._rules.name,
            side=row.side,
            volume=row.volume,
            executed=executed,
            average=row.average or None,
            fee=sum(known.fees.values(), ZERO),
            state=state,
            price=row.price or None,
            reduce_only=bool(row.reduce_only),
            reason=row.reason,
            opened_ms=row.at_ns // 1_000_000,
        )

    def _forget_old(self) -> None:
        while len(self._orders) > MOST_ORDERS:
            ended = (txid for txid, known in self._orders.items() if known.ended)
            del self._orders[next(ended, next(iter(self._orders)))]


def _joined(known: PushedExecution, row: PushedExecution) -> PushedExecution:
    """What is known with a further row of the same order; ``at_ns`` stays that of the first."""
    executed = max((one for one in (known.executed, row.executed) if one is not None), default=None)
    newest = row.executed is None or row.executed == executed
    return replace(
        known,
        kind=row.kind,
        # an execution does not end its order: that is for the row behind it
        status=known.status if not newest else row.status if row.trade is None else "partially_filled",
        symbol=known.symbol or row.symbol,
        cl_ord_id=known.cl_ord_id or row.cl_ord_id,
        side=known.side or row.side,
        volume=known.volume if row.volume is None else row.volume,
        executed=executed,
        average=row.average if newest and row.average else known.average,
        price=row.price or known.price,
        reduce_only=known.reduce_only if row.reduce_only is None else row.reduce_only,
        reason=row.reason or known.reason,
    )
