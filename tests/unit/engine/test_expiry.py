"""Limit orders by hand end at their time: by the exchange, and by our cancel where it does not (F31)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.market import RULES
from tests.support.model import Fate, Stand, buying
from tui_bot.engine.actions import CancelOrder
from tui_bot.engine.commands import LASTS_MS, LONGEST_LASTS_MS
from tui_bot.kraken.orders import order_form
from tui_bot.market.order import OrderState

MINUTE_MS = 60_000
BELOW = buying(price="59000")


def resting(lasts_ms: int = 2 * MINUTE_MS) -> Stand:
    at = Stand().start()
    at.command(replace(BELOW, lasts_ms=lasts_ms))
    return at


def test_f31_every_limit_order_by_hand_has_an_end_and_the_exchange_is_told() -> None:
    at = Stand().start()
    at.command(BELOW)
    (sent,) = at.sent
    assert 0 <= sent.expires_ms - sent.created_ms - LASTS_MS < 1000
    form = order_form(sent, RULES)
    assert (form["timeinforce"], form["expiretm"]) == ("GTD", str(sent.expires_ms // 1000))


def test_market_orders_have_none() -> None:
    at = Stand().start()
    at.command(buying())
    (sent,) = at.sent
    assert sent.expires_ms == 0
    assert not {"timeinforce", "expiretm"} & order_form(sent, RULES).keys()


def test_f31_the_exchange_ends_it_and_that_is_seen_soon() -> None:
    at = resting()
    at.wait(118)
    assert at.order().state is OrderState.OPEN
    at.wait(6)
    assert at.order().state is OrderState.EXPIRED
    assert at.acted[CancelOrder] == 0


def test_f31_an_exchange_that_forgets_is_told_to_cancel() -> None:
    at = resting()
    at.exchange.forgets_expiry = True
    at.wait(121)
    assert at.acted[CancelOrder] == 0
    at.wait(6)
    assert at.acted[CancelOrder] == 1
    assert "rests past its time; its cancel is asked for" in at.notes()
    assert at.order().state is OrderState.CANCELED


def test_f31_the_cancel_is_asked_for_again_but_never_in_a_storm() -> None:
    at = resting()
    at.exchange.forgets_expiry = True
    at.cancel_error = "no connection"
    at.wait(120 + 60)
    assert 2 <= at.acted[CancelOrder] <= 5
    assert at.order().state is OrderState.OPEN
    at.cancel_error = ""
    at.wait(20)
    assert at.order().state is OrderState.CANCELED
    assert at.notes().count("rests past its time") == 1


def test_f31_a_restart_forgets_no_expiry() -> None:
    at = resting()
    at.exchange.forgets_expiry = True
    again = at.recovered()
    again.wait(130)
    (order,) = again.bot.state.tracker.orders.values()
    assert order.state is OrderState.CANCELED


def test_an_order_of_unknown_fate_is_looked_for_not_cancelled() -> None:
    at = Stand().start()
    at.fates.append(Fate.LOSE)
    at.command(replace(BELOW, lasts_ms=10_000))
    at.wait(30)
    assert at.order().state is OrderState.UNKNOWN
    assert at.acted[CancelOrder] == 0


@pytest.mark.parametrize("lasts_ms", [0, 4_999, LONGEST_LASTS_MS + 1, -1])
def test_no_order_rests_for_ever(lasts_ms: int) -> None:
    at = resting(lasts_ms)
    assert at.sent == []
    assert "BLOCKED order by hand: a limit order rests 5 s to 28 days" in at.notes()
    assert Decimal(0) == at.held
