"""The last line: what stays at the exchange, in each state the bot may be left in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.session.snapshots import SNAPSHOT
from tui_bot.engine.farewell import farewell
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.order import Intent, Order, OrderReport, OrderState, Origin, Side
from tui_bot.market.position import Position

INTENT = Intent(
    cl_ord_id="a" * 32,
    pair="BTC/USD",
    side=Side.BUY,
    volume=Decimal("0.001"),
    price=Decimal(60_000),
    leverage=0,
    reduce_only=False,
    origin=Origin.BOT,
    signal="BTC/USD/60/1",
    leg="open",
    reference=Decimal(60_000),
    created_ms=1,
    deadline_ms=5_000,
)
FOREIGN = OrderReport(
    "OTHER", None, "BTC/USD", Side.BUY, Decimal(1), Decimal(0), None, Decimal(0), OrderState.OPEN
)


def held(size: str, leverage: int = 0) -> Position:
    """A position entered at 65,000.5."""
    return Position(size=Decimal(size), average=Decimal("65000.5"), leverage=leverage)


def left(snapshot: Snapshot) -> str:
    """What the line says is left."""
    head, said, what = farewell(snapshot).partition("Left at the exchange: ")
    assert (head, bool(said)) == ("stopped (demo). ", True)
    return what


@pytest.mark.parametrize("snapshot", [None, replace(SNAPSHOT, account=None)])
def test_what_was_never_read_is_not_claimed(snapshot: Snapshot | None) -> None:
    assert farewell(snapshot) == "stopped before the exchange was read; nothing was sent"


def test_flat() -> None:
    assert left(SNAPSHOT) == "flat, no open orders"


@pytest.mark.parametrize(
    ("position", "words"),
    [
        (held("0.001"), "LONG 0.0010 BTC @ 65,000.5, no stop rests, no open orders"),
        (held("0.00123456"), "LONG 0.00123456 BTC @ 65,000.5, no stop rests, no open orders"),
        (held("-0.002", 2), "SHORT 0.0020 BTC @ 65,000.5 x2, no stop rests, no open orders"),
    ],
    ids=["long", "odd size", "short on margin"],
)
def test_a_position_is_told_with_its_size_and_that_nothing_guards_it(position: Position, words: str) -> None:
    assert left(replace(SNAPSHOT, position=position)) == words


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([OrderState.OPEN], "flat, 1 open"),
        ([OrderState.OPEN, OrderState.PARTIAL], "flat, 2 open"),
        ([OrderState.UNKNOWN], "flat, 1 order with an UNKNOWN fate"),
        ([OrderState.UNKNOWN, OrderState.UNKNOWN], "flat, 2 orders with an UNKNOWN fate"),
        ([OrderState.UNKNOWN, OrderState.OPEN], "flat, 1 order with an UNKNOWN fate, 1 open"),
        ([OrderState.CLOSED, OrderState.CANCELED], "flat, no open orders"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_orders_that_may_still_execute_are_counted(states: list[OrderState], words: str) -> None:
    orders = tuple(Order(INTENT, state) for state in states)
    assert left(replace(SNAPSHOT, orders=orders)) == words


def test_orders_of_others_are_told_apart() -> None:
    assert left(replace(SNAPSHOT, foreign=(FOREIGN, FOREIGN))) == "flat, 2 external"


def test_it_is_one_line_without_the_rules_too() -> None:
    words = left(replace(SNAPSHOT, rules=None, position=held("0.001")))
    assert words == "LONG 0.0010 BTC/USD @ 65,000.50, no stop rests, no open orders"
