"""Clearing: what one match does to the books.

Spot: base against quote, fee in quote. Margin (Kraken support, margin articles): a fill first closes
opposite rows of the same pair, oldest first; what is left opens a row. Profit and loss is booked in quote
at the close; opening costs the trading fee and the opening fee on the amount borrowed. Fees are charged in
the quote currency, those of a spot order that says `fcib` in the base currency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.facts import Booked, Fact, Filled, PositionOpened, PositionReduced, RolledOver
from tui_bot.paper.identifiers import identifier
from tui_bot.paper.instruments import ASSETS, Pair
from tui_bot.paper.ledger import ZERO, Ledger, Order, Position

ROLLOVER_NS = 4 * 3600 * NS_PER_SECOND
OPPOSITE = {"buy": "sell", "sell": "buy"}
_FIRST_NUMBER = 1_000_000
_HUNDRED = Decimal(100)


def fee_in_base(oflags: str) -> bool:
    """True when a spot order wants its fee charged in the base currency."""
    return "fcib" in oflags


class Clearing:
    """Turns matches into facts and hands each to `record`, which books it."""

    def __init__(self, ledger: Ledger, seed: int, record: Callable[[Fact], None]) -> None:
        self._ledger = ledger
        self._seed = seed
        self._record = record

    def next_txid(self) -> str:
        """The id of the next order."""
        return identifier("O", self._seed, len(self._ledger.orders))

    def book(self, refid: str, ns: int, kind: str, asset: str, amount: Decimal, fee: Decimal = ZERO) -> None:
        """Changes a balance by amount - fee."""
        entry = identifier("L", self._seed, len(self._ledger.entries))
        self._record(Booked(entry, refid, ns, kind, asset, amount, fee))

    def fill(self, pair: Pair, order: Order, ticks: int, lots: int, ns: int, *, maker: bool) -> None:
        """Executes `lots` of an order at a price."""
        if order.placed.leverage == 0:
            self._spot(pair, order, ticks, lots, ns, maker=maker)
            return
        opposite = self._ledger.open_lots(pair.id, OPPOSITE[order.placed.side])
        closing = min(lots, opposite)
        if closing:
            self._close(pair, order, ticks, closing, ns, maker=maker)
        if lots > closing:
            self._open(pair, order, ticks, lots - closing, ns, maker=maker)

    def settle(self, pair: Pair, order: Order, lots: int, ns: int) -> None:
        """Pays open rows back from the balance, oldest first, without trading fee."""
        opened_by = OPPOSITE[order.placed.side]
        taken = self._oldest(pair, opened_by, lots)
        cost = sum((part for _, _, part in taken), ZERO)
        trade = self._next_trade()
        price = cost / pair.volume(lots)
        self._record(self._filled(trade, order, ns, price, lots, cost, maker=False, closing=True))
        for position, part_lots, part_cost in taken:
            self._record(PositionReduced(position.opened.id, trade, part_lots, part_cost, part_cost, ZERO))
        sign = 1 if opened_by == "buy" else -1
        self.book(trade, ns, "settled", pair.base, sign * pair.volume(lots))
        self.book(trade, ns, "settled", pair.quote, -sign * cost)

    def roll_over(self, pair: Pair, position: Position) -> None:
        """Charges the four hours that end at the row's rollover time."""
        fee = pair.money(position.cost * position.opened.margin_rate / _HUNDRED)
        from_ns = position.next_rollover_ns
        self._record(RolledOver(position.opened.id, fee, from_ns + ROLLOVER_NS))
        self.book(position.opened.id, from_ns, "rollover", pair.quote, ZERO, fee)

    def _spot(self, pair: Pair, order: Order, ticks: int, lots: int, ns: int, *, maker: bool) -> None:
        cost = pair.cost(ticks, lots)
        fee = self._trading_fee(pair, cost, ns, maker=maker)
        trade, volume = self._next_trade(), pair.volume(lots)
        charged = fee
        base_fee = ZERO
        if fee_in_base(order.placed.oflags):
            percent = pair.fee_percent(self._ledger.volume_30d(ns), maker=maker)
            charged, base_fee = ZERO, pair.base_money(volume * percent / _HUNDRED)
        filled = self._filled(trade, order, ns, pair.price(ticks), lots, cost, fee=fee, maker=maker)
        self._record(replace(filled, base_fee=base_fee))
        sign = 1 if order.placed.side == "buy" else -1
        self.book(trade, ns, "trade", pair.base, sign * volume, base_fee)
        self.book(trade, ns, "trade", pair.quote, -sign * cost, charged)

    def _open(self, pair: Pair, order: Order, ticks: int, lots: int, ns: int, *, maker: bool) -> None:
        placed = order.placed
        cost = pair.cost(ticks, lots)
        borrowed = ASSETS[pair.quote if placed.side == "buy" else pair.base]
        opening = pair.money(cost * borrowed.margin_rate / _HUNDRED)
        fee = self._trading_fee(pair, cost, ns, maker=maker) + opening
        margin = pair.money(cost / placed.leverage)
        trade, price = self._next_trade(), pair.price(ticks)
        self._record(
            self._filled(
                trade, order, ns, price, lots, cost, fee=fee, opening=opening, margin=margin, maker=maker
            )
        )
        self._record(
            PositionOpened(
                trade,
                pair.id,
                placed.side,
                lots,
                cost,
                fee,
                placed.leverage,
                borrowed.margin_rate,
                ns,
                ns + ROLLOVER_NS,
            )
        )
        self.book(trade, ns, "margin", pair.quote, ZERO, fee)

    def _close(self, pair: Pair, order: Order, ticks: int, lots: int, ns: int, *, maker: bool) -> None:
        cost = pair.cost(ticks, lots)
        fee = self._trading_fee(pair, cost, ns, maker=maker)
        trade, opened_by = self._next_trade(), OPPOSITE[order.placed.side]
        taken = self._oldest(pair, opened_by, lots)
        self._record(
            self._filled(trade, order, ns, pair.price(ticks), lots, cost, fee=fee, maker=maker, closing=True)
        )
        total, rest = ZERO, cost
        for index, (position, part_lots, part_cost) in enumerate(taken):
            last = index == len(taken) - 1
            proceeds = rest if last else pair.cost(ticks, part_lots)
            rest -= proceeds
            net = proceeds - part_cost if opened_by == "buy" else part_cost - proceeds
            total += net
            self._record(PositionReduced(position.opened.id, trade, part_lots, part_cost, proceeds, net))
        self.book(trade, ns, "margin", pair.quote, total, fee)

    def _oldest(self, pair: Pair, opened_by: str, lots: int) -> list[tuple[Position, int, Decimal]]:
        """Rows to close with the lots and the opening cost taken from each; a row's last part takes its
        whole rest.
        """
        taken = []
        for position in self._ledger.open_rows(pair.id, opened_by):
            part = min(position.lots, lots)
            if part == 0:
                break
            whole = part == position.lots
            cost = position.cost if whole else pair.money(position.cost * part / position.lots)
            taken.append((position, part, cost))
            lots -= part
        return taken

    def _trading_fee(self, pair: Pair, cost: Decimal, ns: int, *, maker: bool) -> Decimal:
        percent = pair.fee_percent(self._ledger.volume_30d(ns), maker=maker)
        return pair.money(cost * percent / _HUNDRED)

    def _next_trade(self) -> str:
        return identifier("T", self._seed, len(self._ledger.fills))

    def _filled(
        self,
        trade: str,
        order: Order,
        ns: int,
        price: Decimal,
        lots: int,
        cost: Decimal,
        *,
        maker: bool,
        fee: Decimal = ZERO,
        opening: Decimal = ZERO,
        margin: Decimal = ZERO,
        closing: bool = False,
    ) -> Filled:
        number = _FIRST_NUMBER + len(self._ledger.fills)
        return Filled(
            trade, number, order.placed.txid, ns, price, lots, cost, fee, opening, maker, margin, closing
        )
