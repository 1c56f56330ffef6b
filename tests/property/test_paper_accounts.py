"""A second exchange's bookkeeper, written from Kraken's description of margin only, checks the first.

It is told each fill (side, price, volume, fee, whether the order carried leverage) and each passing of time,
and must come out at the same balances, positions, used margin and rollovers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.refusal import Refusal

START = {"ZUSD": Decimal(50_000), "XXBT": Decimal(1)}
FOUR_HOURS_MS = 4 * 3600 * 1000
GRAIN = Decimal("0.00001")


@dataclass
class Row:
    """What is still open of one opening trade."""

    side: str
    volume: Decimal
    cost: Decimal
    leverage: int
    opened_ms: int


class Bookkeeper:
    """Long borrows dollars, short borrows coins; the oldest row closes first; what is left over opens."""

    def __init__(self) -> None:
        self.usd, self.btc = START["ZUSD"], START["XXBT"]
        self.rows: list[Row] = []
        self.roundings = 0
        self.rollovers = 0

    def pass_time(self, now_ms: int, before_ms: int) -> None:
        """Every four hours of a row's life cost its rate on what is still open of it."""
        for row in self.rows:
            rate = Decimal("0.00025") if row.side == "buy" else Decimal("0.0001")
            lived = (now_ms - row.opened_ms) // FOUR_HOURS_MS
            counted = max(0, (before_ms - row.opened_ms) // FOUR_HOURS_MS)
            for _ in range(lived - counted):
                self.usd -= (row.cost * rate).quantize(GRAIN, ROUND_HALF_UP)
                self.rollovers += 1
                self.roundings += 1

    def fill(self, fill: dict[str, Any], leverage: int) -> None:
        """One execution."""
        side, volume, cost = fill["side"], Decimal(fill["vol"]), Decimal(fill["cost"])
        self.usd -= Decimal(fill["fee"])
        if leverage == 0:
            sign = 1 if side == "buy" else -1
            self.btc += sign * volume
            self.usd -= sign * cost
            return
        price = Decimal(fill["price"])
        while volume and self.rows and self.rows[0].side != side:
            row = self.rows[0]
            part = min(volume, row.volume)
            share = row.cost * part / row.volume
            gain = price * part - share
            self.usd += gain if row.side == "buy" else -gain
            self.roundings += 3
            row.volume -= part
            row.cost -= share
            volume -= part
            if not row.volume:
                self.rows.pop(0)
        if volume:
            opened = Row(side, volume, price * volume, leverage, fill["time_ms"])
            self.rows.append(opened)
            self.roundings += 1

    @property
    def margin(self) -> Decimal:
        """Used margin."""
        return sum((row.cost / row.leverage for row in self.rows), Decimal(0))


@dataclass(frozen=True)
class Move:
    """One thing a trader does: an order of some kind, a change of one, or waiting."""

    kind: str
    side: str
    lots: int
    leverage: int
    reduce_only: bool
    offset: int
    wait: int


MOVES = st.builds(
    Move,
    kind=st.sampled_from(
        ["market", "market", "limit", "stop-loss", "take-profit", "trailing-stop", "close", "amend", "edit",
         "cancel"]
    ),
    side=st.sampled_from(["buy", "sell"]),
    lots=st.integers(10_000, 40_000_000),
    leverage=st.sampled_from([0, 2, 3, 5, 10]),
    reduce_only=st.booleans(),
    offset=st.integers(-400, 400),
    wait=st.sampled_from([0, 1, 60, 3600, 20_000]),
)  # fmt: skip


def _order(desk: Desk, move: Move) -> None:
    last = Decimal(desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]["c"][0])
    price = f"{last + Decimal(move.offset) / 10:.1f}"
    params: dict[str, Any] = {"ordertype": "market" if move.kind == "close" else move.kind}
    if move.kind in {"limit", "stop-loss", "take-profit"}:
        params["price"] = price
    if move.kind == "trailing-stop":
        params["price"] = f"+{abs(move.offset) + 1}"
    if move.leverage:
        params |= {"leverage": move.leverage, "reduce_only": str(move.reduce_only).lower()}
    volume = "0" if move.kind == "close" else f"{Decimal(move.lots).scaleb(-8):.8f}"
    desk.order(move.side, volume, **params)


def _act(desk: Desk, move: Move) -> None:
    opened = list(desk.private("OpenOrders")["open"])
    if move.kind == "cancel":
        desk.private("CancelAll")
    elif move.kind == "amend" and opened:
        desk.private("AmendOrder", txid=opened[0], order_qty=f"{Decimal(move.lots).scaleb(-8):.8f}")
    elif move.kind == "edit" and opened:
        volume = f"{Decimal(move.lots).scaleb(-8):.8f}"
        desk.private("EditOrder", txid=opened[-1], pair="XBTUSD", volume=volume)
    elif move.kind not in {"amend", "edit"}:
        _order(desk, move)


@settings(max_examples=30, deadline=None)
@given(st.lists(MOVES, min_size=1, max_size=16), st.integers(1, 6))
def test_two_bookkeepers_agree(moves: list[Move], seed: int) -> None:
    desk = Desk(BoxOptions(speed=0, past_minutes=5, seed=seed, balances=START))
    for move in moves:
        try:
            _act(desk, move)
        except Refusal as refusal:
            if not refusal.text.startswith(("EOrder:", "EGeneral:Invalid arguments:volume")):
                raise
        desk.advance(move.wait)
    truth = desk.truth()
    orders = {order["txid"]: order for order in truth["orders"]}
    keeper, clock = Bookkeeper(), 0
    for fill in truth["fills"]:
        keeper.pass_time(fill["time_ms"], clock)
        clock = fill["time_ms"]
        keeper.fill(fill, orders[fill["ordertxid"]]["leverage"])
    keeper.pass_time(truth["now_ms"], clock)
    _compare(desk, truth, keeper)
    for txid, order in orders.items():
        own = [fill for fill in truth["fills"] if fill["ordertxid"] == txid]
        assert Decimal(order["vol_exec"]) == sum(Decimal(fill["vol"]) for fill in own)
        if order["reduce_only"]:
            assert all(fill["closing"] for fill in own)


def _compare(desk: Desk, truth: dict[str, Any], keeper: Bookkeeper) -> None:
    slack = GRAIN * (len(truth["fills"]) + keeper.roundings + 1)
    balances = {asset: Decimal(amount) for asset, amount in truth["balances"].items()}
    assert balances["XXBT"] == keeper.btc
    assert abs(balances["ZUSD"] - keeper.usd) <= slack
    shown = [(row["side"], Decimal(row["vol"])) for row in truth["positions"]]
    assert shown == [(row.side, row.volume) for row in keeper.rows]
    for row, mine in zip(truth["positions"], keeper.rows, strict=True):
        assert abs(Decimal(row["cost"]) - mine.cost) <= slack
    rolled = [e for e in desk.box.exchange.ledger.entries if e.type == "rollover"]
    assert len(rolled) == keeper.rollovers
    assert abs(desk.box.exchange.figures().used_margin - keeper.margin) <= slack
    for asset, row in desk.private("BalanceEx").items():
        assert Decimal(row["hold_trade"]) >= 0, asset


@settings(max_examples=10, deadline=None)
@given(st.lists(MOVES, min_size=1, max_size=8))
def test_positions_never_stand_on_both_sides_and_spot_never_goes_short(moves: list[Move]) -> None:
    desk = Desk(BoxOptions(speed=0, past_minutes=5, balances=START))
    for move in moves:
        try:
            _act(desk, move)
        except Refusal:
            continue
        finally:
            desk.advance(move.wait)
        truth = desk.truth()
        assert len({row["side"] for row in truth["positions"]}) <= 1
        assert Decimal(truth["balances"]["XXBT"]) >= 0
