"""An override that ends at a price, and the times an order took."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.model import Stand, buying
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.events import Acked, OrderAnswered
from tui_bot.market.order import OrderState

D = Decimal


@pytest.mark.parametrize(
    ("above", "still", "ends"), [(True, "60999.9", "61000"), (False, "61000.1", "60999")]
)
def test_an_override_ends_when_the_price_is_there(above: bool, still: str, ends: str) -> None:
    at = Stand(falling=True).start()
    at.command(buying(contract=Contract(Until.PRICE, price=D(61000), above=above)))
    if not above:
        assert not at.overridden(), "the price was below it from the start"
        return
    assert at.overridden()
    at.quote(D(still))
    assert at.overridden()
    at.quote(D(ends))
    assert not at.overridden()
    assert at.bot.state.target == at.held


def test_the_bot_keeps_its_hands_off_until_then_also_after_a_restart() -> None:
    contract = Contract(Until.PRICE, price=D(90_000), above=True)
    at = Stand().start()
    at.command(buying(contract=contract))
    at.step(1)
    at.step(-1)
    assert len(at.sent) == 1
    again = at.recovered()
    assert again.overridden()
    again.quote(D(90_000))
    assert not again.overridden()


def test_an_order_remembers_when_it_left_and_when_it_was_answered() -> None:
    at = Stand().start()
    at.command(buying(price="59000"))
    now = at.exchange.now_ms
    order = at.order()
    at.bot.state.tracker.orders[order.intent.cl_ord_id] = order
    at.play(OrderAnswered(now + 40, order.intent.cl_ord_id, Acked("O00000"), now + 2))
    assert (at.order().sent_ms, at.order().answered_ms) == (now + 2, now + 40)
    assert at.order().state is OrderState.OPEN
