"""The ledger of a backtest against the books of the exchange in a box: the same fills, the same money."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from tests.support.market import RULES
from tests.support.market import settings as bot
from tui_bot.backtest.ledger import Ledger
from tui_bot.backtest.terms import Terms
from tui_bot.market.order import Side
from tui_bot.paper.account import figures
from tui_bot.paper.clearing import Clearing
from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.facts import OrderPlaced
from tui_bot.paper.instruments import BTC_USD
from tui_bot.paper.ledger import Ledger as Books

CASH = Decimal(10_000)
BEGIN = 1_767_600_000


class Box:
    """The clearing of the box, with orders that are placed and filled at once."""

    def __init__(self) -> None:
        self.books = Books()
        self.clearing = Clearing(self.books, 1, self.books.apply)
        self.clearing.book("", BEGIN * NS_PER_SECOND, "deposit", BTC_USD.quote, CASH)

    def fill(self, side: Side, lots: int, ticks: int, now: int, leverage: int) -> None:
        """An order of so many lots, whole, at a price."""
        ns, txid = now * NS_PER_SECOND, self.clearing.next_txid()
        terms = (side.value, "market", 0, lots, leverage, False, False, "fciq", "GTC", 0, None, None, "")
        self.books.apply(OrderPlaced(txid, ns, BTC_USD.id, *terms))
        self.clearing.fill(BTC_USD, self.books.orders[txid], ticks, lots, ns, maker=False)

    def roll_over(self, until: int) -> None:
        """Charge the rollovers that are due."""
        for position in list(self.books.positions.values()):
            while position.next_rollover_ns <= until * NS_PER_SECOND:
                self.clearing.roll_over(BTC_USD, position)

    def equity(self, ticks: int) -> Decimal:
        """What the account is worth with the pair at a price."""
        price = BTC_USD.price(ticks)
        spot = self.books.balances.get(BTC_USD.base, Decimal(0))
        margin = figures(self.books, lambda pair: price if pair is BTC_USD else None).unrealised
        return self.books.balances[BTC_USD.quote] + BTC_USD.money(spot * price) + margin


@pytest.mark.parametrize("seed", range(25))
def test_the_same_fills_make_the_same_money(seed: int) -> None:
    chance = Random(seed)
    leverage = chance.choice((0, 2, 5))
    stake = Decimal(chance.choice(("0.0001", "0.00012345", "0.00073")))
    terms = Terms.of(bot(trade_size=stake, leverage=leverage), RULES, cash=CASH)
    ledger, box, now, ticks = Ledger(terms), Box(), BEGIN, 600_000
    for place in range(40):
        now += chance.choice((60, 60, 3600, 14_400, 40_000))
        ledger.roll_over(now)
        box.roll_over(now)
        ticks += chance.randint(-3000, 3000)
        assert ledger.equity(ticks) * terms.money == box.equity(ticks)
        held = ledger.signed_lots
        side = Side.SELL if held > 0 or (leverage and held == 0 and chance.random() < 0.5) else Side.BUY
        lots = terms.lots * (2 if held and leverage and chance.random() < 0.7 else 1)
        ledger.execute(side, lots, ticks, now, place)
        box.fill(side, lots, ticks, now, leverage)
        assert ledger.equity(ticks) * terms.money == box.equity(ticks)
    fees = sum((fill.fee for fill in box.books.fills), Decimal(0))
    rolled = sum((one.fee for one in box.books.entries if one.type == "rollover"), Decimal(0))
    trades = ledger.trades(41, ticks)
    assert int(trades.fees.sum()) * terms.money == fees + rolled
    assert ledger.turnover * terms.money == sum(fill.cost for fill in box.books.fills)
