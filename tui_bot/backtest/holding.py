"""Buying once and keeping it: what a strategy has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tui_bot.backtest.history import History
from tui_bot.backtest.terms import Terms
from tui_bot.market.number import ZERO


@dataclass(frozen=True, slots=True)
class Holding:
    """The stake bought at the first open on the terms of the run, without leverage, worth the last close.

    ``net`` in quote units after the fee of the purchase; ``share`` of what was paid.
    """

    net: Decimal
    share: float


def buy_and_hold(history: History, terms: Terms) -> Holding:
    """What it would have brought over the whole history."""
    if not len(history):
        return Holding(ZERO, 0.0)
    entry = history.price(int(history.open[0]) + terms.against)
    cost = _rounded(entry * terms.stake, terms)
    fee = _rounded(cost * terms.taker_fee, terms)
    net = _rounded(history.price(history.close[-1]) * terms.stake, terms) - cost - fee
    return Holding(net, float(net / (cost + fee)) if cost else 0.0)


def _rounded(amount: Decimal, terms: Terms) -> Decimal:
    return (amount / terms.money).to_integral_value(ROUND_HALF_UP) * terms.money
