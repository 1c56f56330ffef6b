"""Terms made of a bot's settings and a pair's rules."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.market import RULES, settings
from tui_bot.backtest.terms import Borrowing, Fills, Terms
from tui_bot.market.order import Side

D = Decimal


def test_size_fee_and_steps_come_from_settings_and_rules() -> None:
    terms = Terms.of(settings(trade_size=D("0.123456789"), leverage=3), RULES)
    assert (terms.stake, terms.lots) == (D("0.12345678"), 12_345_678)
    assert (terms.tick, terms.lot, terms.money) == (D("0.1"), D("1E-8"), D("0.00001"))
    assert (terms.taker_fee, terms.guard_fee) == (D("0.004"), D("0.004"))
    assert Terms.of(settings(), RULES, taker_fee=D("0.001")).guard_fee == D("0.004")


@pytest.mark.parametrize(
    ("name", "long", "short"),
    [("BTC/USD", "0.00025", "0.0001"), ("ETH/USD", "0.00025", "0.0002"), ("ETH/BTC", "0.0001", "0.0002")],
)
def test_a_long_borrows_the_quote_and_a_short_the_base(name: str, long: str, short: str) -> None:
    terms = Terms.of(settings(leverage=2), replace(RULES, name=name))
    assert terms.borrowing(Side.BUY) == Borrowing(D(long), D(long))
    assert terms.borrowing(Side.SELL) == Borrowing(D(short), D(short))
    spot = Terms.of(settings(leverage=0), replace(RULES, name=name))
    assert spot.borrowing(Side.BUY) == spot.borrowing(Side.SELL) == Borrowing()


def test_the_spread_counts_only_where_orders_go_through_it() -> None:
    terms = Terms.of(settings(), RULES, slippage=2, half_spread=5)
    assert (terms.quoted, terms.against) == (0, 2)
    through = replace(terms, fills=Fills.SPREAD)
    assert (through.quoted, through.against) == (5, 7)
