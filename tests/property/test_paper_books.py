"""An accountant who knows only fills checks the box's books, and its candles against its trades."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import sequences
from tests.support.sparse import sparse_history
from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.refusal import Refusal

START = {"ZUSD": Decimal("20000"), "XXBT": Decimal("0.3")}
GRAIN = Decimal("0.00001")


@dataclass(frozen=True)
class Step:
    """One thing a trader does."""

    side: str
    lots: int
    leverage: int
    reduce_only: bool
    offset: int | None
    wait: int
    cancel: bool


STEPS = st.builds(
    Step,
    side=st.sampled_from(["buy", "sell"]),
    lots=st.integers(5_000, 30_000_000),
    leverage=st.sampled_from([0, 0, 2, 3, 5, 10]),
    reduce_only=st.booleans(),
    offset=st.none() | st.integers(-300, 300),
    wait=st.sampled_from([0, 1, 30, 600, 5000]),
    cancel=st.booleans(),
)


def _do(desk: Desk, step: Step) -> None:
    params: dict[str, Any] = {}
    if step.leverage:
        params |= {"leverage": step.leverage, "reduce_only": str(step.reduce_only).lower()}
    if step.offset is not None:
        last = Decimal(desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]["c"][0])
        params |= {"ordertype": "limit", "price": f"{last + Decimal(step.offset) / 10:.1f}"}
    try:
        desk.order(step.side, f"{Decimal(step.lots).scaleb(-8):.8f}", **params)
    except Refusal as refusal:
        if not refusal.text.startswith("EOrder:"):
            raise
    if step.cancel:
        desk.private("CancelAll")
    desk.advance(step.wait)


class Accountant:
    """Balances and position from fills alone, written from Kraken's description of margin."""

    def __init__(self) -> None:
        self.usd = START["ZUSD"]
        self.btc = START["XXBT"]
        self.rows: deque[tuple[str, Decimal, Decimal]] = deque()
        self.closes = 0

    def take(self, fill: dict[str, Any], leverage: int) -> None:
        price, volume, side = Decimal(fill["price"]), Decimal(fill["vol"]), fill["side"]
        self.usd -= Decimal(fill["fee"])
        if leverage == 0:
            sign = 1 if side == "buy" else -1
            self.btc += sign * volume
            self.usd -= sign * Decimal(fill["cost"])
            return
        while volume and self.rows and self.rows[0][0] != side:
            opened_by, rest, opened_at = self.rows.popleft()
            part = min(volume, rest)
            gain = (price - opened_at) * part
            self.usd += gain if opened_by == "buy" else -gain
            self.closes += 1
            volume -= part
            if rest > part:
                self.rows.appendleft((opened_by, rest - part, opened_at))
        if volume:
            self.rows.append((side, volume, price))


@pytest.mark.timeout(7200)
@settings(max_examples=sequences(40), deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=14), st.integers(1, 5))
def test_the_books_agree_with_the_fills(steps: list[Step], seed: int) -> None:
    desk = Desk(BoxOptions(speed=0, history=sparse_history(seed), history_past=8, balances=START))
    for step in steps:
        _do(desk, step)
    truth = desk.truth()
    orders = {order["txid"]: order for order in truth["orders"]}
    accountant = Accountant()
    for fill in truth["fills"]:
        accountant.take(fill, orders[fill["ordertxid"]]["leverage"])
    rolled = sum(e.fee for e in desk.box.exchange.ledger.entries if e.type == "rollover")
    assert Decimal(truth["balances"]["XXBT"]) == accountant.btc
    # the exchange rounds the cost of every fill and of every part closed; each can be off by half a grain
    slack = GRAIN * (len(truth["fills"]) + accountant.closes + 1)
    assert abs(Decimal(truth["balances"]["ZUSD"]) - (accountant.usd - rolled)) <= slack
    shown = [(row["side"], Decimal(row["vol"])) for row in truth["positions"]]
    assert shown == [(side, volume) for side, volume, _ in accountant.rows]
    assert len({side for side, _ in shown}) <= 1, "never long and short at once"
    net = sum((volume if side == "buy" else -volume) for side, volume in shown)
    assert Decimal(truth["net_position"]["XXBTZUSD"]) == net
    for order in orders.values():
        filled = sum(Decimal(f["vol"]) for f in truth["fills"] if f["ordertxid"] == order["txid"])
        assert Decimal(order["vol_exec"]) == filled <= Decimal(order["vol"])
        assert (order["status"] == "closed") == (filled == Decimal(order["vol"]))
        if order["reduce_only"]:
            assert all(fill["closing"] for fill in truth["fills"] if fill["ordertxid"] == order["txid"])
    for asset, row in desk.private("BalanceEx").items():
        assert Decimal(0) <= Decimal(row["hold_trade"]) <= max(Decimal(0), Decimal(row["balance"])), asset


@settings(max_examples=8, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=8), st.lists(st.integers(1, 4000), min_size=1, max_size=5))
def test_looking_changes_nothing(steps: list[Step], looks: list[int]) -> None:
    """However often somebody asks in between, the same orders at the same times give the same books."""
    quiet, busy = (
        Desk(BoxOptions(speed=0, history=sparse_history(1), history_past=8, balances=START)) for _ in range(2)
    )
    for step in steps:
        _do(quiet, step)
        _do(busy, step)
        for look in looks:
            quiet.advance(0)
            busy.advance(look / 1000)
            busy.public("Depth?pair=XBTUSD")
            busy.private("OpenPositions", docalcs="true")
        quiet.advance(sum(looks) / 1000)
    assert quiet.truth() == busy.truth()
