"""An exchange of one pair in memory: every order that it takes fills wholly, at the next price there is.

No book, no wire, no clock: a candle closes, and what is ordered then fills at the open of the next one. It
refuses what the exchange refuses, in its words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from tui_bot.backtest.ledger import Execution, Ledger
from tui_bot.backtest.terms import Terms
from tui_bot.engine.events import Account, Acked, Answer, Holding, Refused
from tui_bot.market.number import ZERO
from tui_bot.market.order import Fill, Intent, OrderReport, OrderState, Side
from tui_bot.market.pair import PairRules

#: So many orders are remembered; the bot looks for one right after it was taken.
KEEP = 100

COST_MINIMUM = Refused("EOrder:Cost minimum not met", "the order is worth too little")
FUNDS = Refused("EOrder:Insufficient funds", "not enough money")
MARGIN = Refused("EOrder:Insufficient initial margin", "not enough free margin")
NO_POSITION = Refused("EOrder:Reduce only:No position exists", "there is nothing to close")


@dataclass(frozen=True, slots=True)
class Moment:
    """What the venue goes by while orders come: the candle that has closed and what comes after it.

    ``now`` is the second of its close, ``close`` its price and ``open`` the next one in ticks, 0 where the
    history ends; ``place`` is the next candle's.
    """

    now: int
    close: int
    open: int
    place: int


class Venue:
    """Takes orders, keeps stops, and shows the account."""

    def __init__(self, terms: Terms, rules: PairRules) -> None:
        self.terms = terms
        self.rules = rules
        self.ledger = Ledger(terms)
        self.moment = Moment(0, 0, 0, 0)
        self.refused = 0
        self.pending = 0
        self._fees = Decimal(0)
        self._orders: dict[str, tuple[OrderReport, tuple[Fill, ...]]] = {}
        self._resting: dict[str, Intent] = {}
        self._names = 0

    # -- what the bot asks for -----------------------------------------------------------------------

    def place(self, intent: Intent) -> Answer | None:
        """Take an order; the answer, None where the history ends before there is a price for it."""
        if intent.trigger is not None:
            return self._rest(intent)
        if not self.moment.open:
            self.pending = intent.side.sign
            return None
        side, lots = intent.side, self._lots(intent)
        ticks = self.price(side, self.moment.open)
        if refusal := self._refusal(intent, lots, ticks):
            self.refused += 1
            return refusal
        return Acked(self._execute(intent, lots, ticks, self.moment.now, self.moment.place))

    def cancel(self, txid: str) -> str:
        """Take a resting order out; an error text where there is none."""
        for cl_ord_id in self._resting:
            report, fills = self._orders[cl_ord_id]
            if report.txid == txid:
                self._orders[cl_ord_id] = replace(report, state=OrderState.CANCELED), fills
                del self._resting[cl_ord_id]
                return ""
        return "EOrder:Unknown order"

    def find(self, cl_ord_id: str) -> tuple[OrderReport | None, tuple[Fill, ...]]:
        """An order and its executions; None for one that is not known, or not any more."""
        return self._orders.get(cl_ord_id, (None, ()))

    def account(self) -> Account:
        """The account at this moment."""
        ledger, terms = self.ledger, self.terms
        held, money = ledger.held, terms.money
        resting = tuple(self._orders[name][0] for name in self._resting)
        now_ms = self.moment.now * 1000
        if terms.leverage:
            equity = ledger.equity(self.moment.close) * money
            used = held.cost * money / terms.leverage if held else ZERO
            cash, position = ledger.cash * money, ledger.signed_lots * terms.lot
            balances = {self.rules.quote: Holding(cash), self.rules.base: Holding(ZERO)}
            return Account(position, balances, resting, equity - used, equity, now_ms)
        cash = (ledger.cash - (held.cost if held else 0)) * money
        coins = ledger.signed_lots * terms.lot
        tied = coins if resting else ZERO
        balances = {self.rules.quote: Holding(cash), self.rules.base: Holding(coins, tied)}
        return Account(ZERO, balances, resting, cash, cash, now_ms)

    def is_tight(self) -> bool:
        """Whether the margin is so short that a guard may turn on it: the account is read often then."""
        if not self.terms.leverage:
            return False
        close, ledger = self.moment.close, self.ledger
        return ledger.equity(close) < 8 * ledger.tariff(self.terms.lots).cost.take(close)

    # -- what the market does ------------------------------------------------------------------------

    def price(self, side: Side, ticks: int) -> int:
        """What an order of a side gets where the market stands at a price."""
        return max(1, ticks + side.sign * self.terms.against)

    def reach(self, place: int, now: int, prices: tuple[int, int, int]) -> str | None:
        """Fill the stop or take-profit that a candle's open, high and low reach; its ``cl_ord_id``.

        Nobody knows which of two came first: the stop did. It fills at its trigger, or at the open where that
        lies beyond, and as every order against itself.
        """
        for cl_ord_id, intent in sorted(self._resting.items(), key=lambda item: item[1].takes_profit):
            if (ticks := self._trigger_price(intent, prices)) is not None:
                del self._resting[cl_ord_id]
                txid = self._orders[cl_ord_id][0].txid
                price = self.price(intent.side, ticks)
                self._execute(intent, self._lots(intent), price, now, place, txid)
                return cl_ord_id
        return None

    def liquidate(self) -> OrderReport:
        """Close the margin position by force, as the exchange does where the margin no longer carries it."""
        held = self.ledger.held
        assert held is not None  # noqa: S101 - asked only where the ledger says that it is overdrawn
        side = Side.SELL if held.side > 0 else Side.BUY
        ticks = self.price(side, self.moment.open or self.moment.close)
        self.ledger.execute(side, held.lots, ticks, self.moment.now, self.moment.place)
        volume, average = held.lots * self.terms.lot, ticks * self.terms.tick
        return OrderReport(
            self._name("L"), None, self.rules.name, side, volume, volume, average, ZERO, OrderState.CLOSED,
            leverage=self.terms.leverage, marks=("liquidated",),
        )  # fmt: skip

    # -- the steps -----------------------------------------------------------------------------------

    def _lots(self, intent: Intent) -> int:
        return int(intent.volume / self.terms.lot)

    def _refusal(self, intent: Intent, lots: int, ticks: int) -> Refused | None:
        ledger, tariff = self.ledger, self.ledger.tariff(lots)
        cost = tariff.cost.take(ticks)
        if cost * self.terms.money < self.terms.cost_minimum:
            return COST_MINIMUM
        against = ledger.held is not None and ledger.held.side != intent.side.sign
        if intent.reduce_only and not against:
            return NO_POSITION
        if not self.terms.leverage:
            lacks = intent.side is Side.BUY and cost + tariff.fee.take(cost) > ledger.cash
            return FUNDS if lacks else None
        opening = lots - ledger.held.lots if against and ledger.held else lots
        if opening > 0 and not intent.reduce_only:
            margin = ledger.tariff(opening).cost.take(ticks)
            used = ledger.held.cost if ledger.held else 0
            if margin > ledger.equity(self.moment.close) * self.terms.leverage - used:
                return MARGIN
        return None

    def _rest(self, intent: Intent) -> Answer:
        txid = self._name("O")
        self._resting[intent.cl_ord_id] = intent
        self._orders[intent.cl_ord_id] = self._report(intent, txid, OrderState.OPEN), ()
        return Acked(txid)

    def _execute(
        self, intent: Intent, lots: int, ticks: int, now: int, place: int, txid: str | None = None
    ) -> str:
        txid = txid or self._name("O")
        parts = self.ledger.execute(intent.side, lots, ticks, now, place)
        fills = tuple(self._fill(intent, txid, part, now) for part in parts)
        fee = sum((fill.fee for fill in fills), ZERO)
        price = ticks * self.terms.tick
        report = self._report(intent, txid, OrderState.CLOSED, intent.volume, price, fee)
        self._orders[intent.cl_ord_id] = report, fills
        if len(self._orders) > KEEP:
            del self._orders[next(name for name in self._orders if name not in self._resting)]
        return txid

    def _fill(self, intent: Intent, txid: str, part: Execution, now: int) -> Fill:
        terms = self.terms
        return Fill(
            self._name("T"), txid, intent.pair, intent.side, part.ticks * terms.tick, part.lots * terms.lot,
            part.cost * terms.money, part.fee * terms.money, now * 1000, intent.leverage,
        )  # fmt: skip

    def _report(
        self,
        intent: Intent,
        txid: str,
        state: OrderState,
        executed: Decimal = ZERO,
        average: Decimal | None = None,
        fee: Decimal = ZERO,
    ) -> OrderReport:
        return OrderReport(
            txid, intent.cl_ord_id, intent.pair, intent.side, intent.volume, executed, average, fee, state,
            leverage=intent.leverage, reduce_only=intent.reduce_only, opened_ms=self.moment.now * 1000,
        )  # fmt: skip

    def _trigger_price(self, intent: Intent, prices: tuple[int, int, int]) -> int | None:
        opened, high, low = prices
        trigger = int((intent.trigger or ZERO) / self.terms.tick)
        if (intent.side is Side.SELL) != intent.takes_profit:
            return min(opened, trigger) if low <= trigger else None
        return max(opened, trigger) if high >= trigger else None

    def _name(self, kind: str) -> str:
        self._names += 1
        return f"{kind}{self._names:07d}"
