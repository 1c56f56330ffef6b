"""The judge of a fire drill: what the box's books and the bot's screen must agree on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.unit.session.snapshots import SNAPSHOT
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.order import Intent, Order, OrderState, Origin, Side
from tui_bot.market.position import Position
from tui_bot.session.verdict import Ledger, judge

SPOT = replace(SNAPSHOT, settings=replace(SNAPSHOT.settings, leverage=0))
MARGIN = replace(SNAPSHOT, settings=replace(SNAPSHOT.settings, leverage=2))


def sent(name: str, state: OrderState = OrderState.CLOSED, signal: str = "s1") -> Order:
    """An order of the bot."""
    size, price = Decimal("0.001"), Decimal(100)
    intent = Intent(
        name, "BTC/USD", Side.BUY, size, None, 2, False, Origin.BOT, signal, "open", price, 1, 2
    )  # fmt: skip
    return Order(intent, state)


def row(txid: str, name: str, executed: str = "0.001") -> dict[str, Any]:
    """An order in the books."""
    return {"txid": txid, "cl_ord_id": name, "vol": "0.00100000", "vol_exec": executed}


def books(*orders: dict[str, Any], net: str = "0", coins: str = "0") -> Ledger:
    """The books of a box."""
    rules = SNAPSHOT.rules
    assert rules is not None
    return {
        "orders": list(orders), "fills": list(orders),
        "net_position": {rules.key: net}, "balances": {rules.base: coins},
    }  # fmt: skip


def shows(size: str, *orders: Order) -> Snapshot:
    """A margin position on the screen."""
    return replace(MARGIN, position=Position(Decimal(size)), orders=orders)


def test_all_kept() -> None:
    verdict = judge(books(), books(row("O1", "a"), net="0.001"), shows("0.001", sent("a")))
    assert verdict.broken == ()
    assert verdict.numbers == (
        "orders at the exchange: 1, 0.001 executed of 0.001, 1 fills; "
        "position 0.001 shown, 0.001 at the exchange; 0 UNKNOWN"
    )


def test_what_was_there_before_the_drill_is_not_counted() -> None:
    old = row("O0", "old")
    assert judge(books(old), books(old), shows("0")).numbers.startswith(
        "orders at the exchange: 0, 0 executed of 0, 0 fills"
    )


def test_an_order_under_one_client_id_twice_is_doubled() -> None:
    """Kraken lets a filled order's client id be used again (F04)."""
    after = books(row("O1", "a"), row("O2", "a"), net="0.002")
    assert judge(books(), after, shows("0.002", sent("a"))).broken == ("1 doubled: s1 open",)


def test_two_orders_for_one_leg_of_a_signal_are_doubled() -> None:
    """As a blind re-send under another id would be (F01)."""
    after = books(row("O1", "a"), row("O2", "b"), net="0.002")
    assert judge(books(), after, shows("0.002", sent("a"), sent("b"))).broken == ("1 doubled: s1 open",)
    other = shows("0.002", sent("a"), sent("b", signal="s2"))
    assert judge(books(), after, other).broken == ()


def test_more_executed_than_ordered() -> None:
    after = books(row("O1", "a", executed="0.0011"), net="0.0011")
    verdict = judge(books(), after, shows("0.0011", sent("a")))
    assert verdict.broken == ("1 filled beyond the size ordered",)


def test_a_position_that_is_not_what_is_shown_and_an_order_left_unknown() -> None:
    after = books(row("O1", "a"), net="0.001")
    verdict = judge(books(), after, shows("0", sent("a", OrderState.UNKNOWN)))
    assert verdict.broken == ("position 0 shown, 0.001 at the exchange", "1 left UNKNOWN")


def test_on_spot_the_coins_count() -> None:
    after = books(row("O1", "a"), coins="0.001")
    held = replace(SPOT, exchange_size=Decimal("0.001"), orders=(sent("a"),))
    assert judge(books(), after, held).broken == ()
    assert judge(books(), after, replace(held, exchange_size=Decimal(0))).broken
