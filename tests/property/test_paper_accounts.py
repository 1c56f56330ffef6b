"""A second exchange's bookkeeper, written from Kraken's description of margin only, checks the first.

It is told each fill (side, price, volume, fee, whether the order carried leverage) and each passing of time,
and must come out at the same balances, positions, used margin and rollovers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import sequences
from tests.support.sparse import sparse_history
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

    def fill(self, fill: dict[str, Any], order: dict[str, Any]) -> None:
        """One execution: its fee, what changes hands, what it closes and what it opens."""
        side, volume, cost = fill["side"], Decimal(fill["vol"]), Decimal(fill["cost"])
        self.usd -= Decimal(fill["fee"])
        self.btc -= Decimal(fill["base_fee"])
        sign = 1 if side == "buy" else -1
        if order["leverage"] == 0:
            self.btc += sign * volume
            self.usd -= sign * cost
        elif order["ordertype"] == "settle-position":
            # what was borrowed goes back as it is: a long pays its dollars and keeps the coins
            self.btc -= sign * volume
            self.usd += sign * self._take(side, volume)
        else:
            self._leveraged(side, volume, Decimal(fill["price"]), order["leverage"], fill["time_ms"])

    def _leveraged(self, side: str, volume: Decimal, price: Decimal, leverage: int, at_ms: int) -> None:
        closed = min(volume, sum((row.volume for row in self.rows if row.side != side), Decimal(0)))
        share = self._take(side, closed)
        gain = share - price * closed if side == "buy" else price * closed - share
        self.usd += gain
        if volume > closed:
            self.rows.append(Row(side, volume - closed, price * (volume - closed), leverage, at_ms))
            self.roundings += 1

    def _take(self, side: str, volume: Decimal) -> Decimal:
        """Takes volume out of the rows an order of this side closes, and says what it had cost to open."""
        total = Decimal(0)
        while volume:
            row = self.rows[0]
            assert row.side != side, "never both sides at once"
            part = min(volume, row.volume)
            share = row.cost * part / row.volume
            total += share
            self.roundings += 3
            row.volume -= part
            row.cost -= share
            volume -= part
            if not row.volume:
                self.rows.pop(0)
        return total

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
    extra: str


MOVES = st.builds(
    Move,
    kind=st.sampled_from(
        ["market", "market", "limit", "iceberg", "stop-loss", "take-profit", "stop-loss-limit",
         "trailing-stop", "close", "settle-position", "batch", "amend", "edit", "cancel"]
    ),
    side=st.sampled_from(["buy", "sell"]),
    lots=st.integers(10_000, 40_000_000),
    leverage=st.sampled_from([0, 2, 3, 5, 10]),
    reduce_only=st.booleans(),
    offset=st.integers(-4000, 4000),
    wait=st.sampled_from([0, 1, 60, 3600, 20_000]),
    extra=st.sampled_from(["", "", "fcib", "IOC", "FOK", "post", "cancel-oldest", "cancel-both", "close"]),
)  # fmt: skip


def _volume(move: Move) -> str:
    return "0" if move.kind == "close" else f"{Decimal(move.lots).scaleb(-8):.8f}"


def _terms(desk: Desk, move: Move) -> dict[str, Any]:
    last = Decimal(desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]["c"][0])
    price = f"{last + Decimal(move.offset) / 10:.1f}"
    kind = {"close": "market", "batch": "limit"}.get(move.kind, move.kind)
    terms: dict[str, Any] = {"ordertype": kind}
    if kind in {"limit", "iceberg", "stop-loss", "take-profit", "stop-loss-limit"}:
        terms["price"] = price
    if kind == "stop-loss-limit":
        terms["price2"] = f"{last:.1f}"
    if kind == "trailing-stop":
        terms["price"] = f"+{abs(move.offset) + 1}"
    if kind == "iceberg":
        terms["displayvol"] = f"{Decimal(move.lots).scaleb(-8) / 4:.8f}"
    if move.leverage:
        terms |= {"leverage": move.leverage, "reduce_only": str(move.reduce_only).lower()}
    return terms | _extra(move, price)


def _extra(move: Move, price: str) -> dict[str, Any]:
    if move.extra in {"fcib", "post"}:
        return {"oflags": move.extra} if not (move.extra == "fcib" and move.leverage) else {}
    if move.extra in {"IOC", "FOK"}:
        return {"timeinforce": move.extra}
    if move.extra.startswith("cancel-"):
        return {"stptype": move.extra}
    if move.extra == "close":
        return {"close[ordertype]": "limit", "close[price]": price}
    return {}


def _act(desk: Desk, move: Move) -> None:
    opened = list(desk.private("OpenOrders")["open"])
    if move.kind == "cancel":
        desk.private("CancelAll")
    elif move.kind == "amend" and opened:
        desk.private("AmendOrder", txid=opened[0], order_qty=_volume(move))
    elif move.kind == "edit" and opened:
        desk.private("EditOrder", txid=opened[-1], pair="XBTUSD", volume=_volume(move))
    elif move.kind == "batch":
        legs = [{"type": side, "volume": _volume(move), **_terms(desk, move)} for side in ("buy", "sell")]
        legs = [{name: text for name, text in leg.items() if not name.startswith("close[")} for leg in legs]
        rows = {f"orders[{i}][{name}]": text for i, leg in enumerate(legs) for name, text in leg.items()}
        desk.private("AddOrderBatch", pair="XBTUSD", **rows)
    elif move.kind not in {"amend", "edit"}:
        desk.order(move.side, _volume(move), **_terms(desk, move))


def _traded(moves: list[Move], seed: int) -> Desk:
    """What is left after these moves; what is refused changes nothing."""
    desk = Desk(BoxOptions(speed=0, history=sparse_history(seed), history_past=8, balances=START))
    for move in moves:
        before = desk.truth()
        try:
            _act(desk, move)
        except Refusal as refusal:
            if not refusal.text.startswith(("EOrder:", "EGeneral:Invalid arguments:")):
                raise
            if move.kind != "batch":
                assert desk.truth() == before
        desk.advance(move.wait)
    return desk


@pytest.mark.timeout(7200)
@settings(max_examples=sequences(40), deadline=None)
@given(st.lists(MOVES, min_size=1, max_size=16), st.integers(1, 6))
def test_two_bookkeepers_agree(moves: list[Move], seed: int) -> None:
    desk = _traded(moves, seed)
    truth = desk.truth()
    orders = {order["txid"]: order for order in truth["orders"]}
    keeper, clock = Bookkeeper(), 0
    for fill in truth["fills"]:
        keeper.pass_time(fill["time_ms"], clock)
        clock = fill["time_ms"]
        keeper.fill(fill, orders[fill["ordertxid"]])
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
    _compare_shown(desk, balances, keeper)


def _compare_shown(desk: Desk, balances: dict[str, Decimal], keeper: Bookkeeper) -> None:
    """The private methods say the same as the box's own books."""
    for asset, text in desk.private("Balance").items():
        assert abs(Decimal(text) - balances[asset]) < Decimal("0.0001"), asset
    positions = desk.private("OpenPositions").values()
    assert [(row["type"], Decimal(row["vol"]) - Decimal(row["vol_closed"])) for row in positions] == [
        (row.side, row.volume) for row in keeper.rows
    ]
    ends: dict[str, str] = {}
    for entry in reversed(desk.private("Ledgers")["ledger"].values()):
        ends[entry["asset"]] = entry["balance"]
    assert ends.items() <= desk.private("Balance").items()


@pytest.mark.timeout(7200)
@settings(max_examples=sequences(12), deadline=None)
@given(st.lists(MOVES, min_size=1, max_size=8), st.integers(1, 6))
def test_positions_never_stand_on_both_sides_and_spot_never_goes_short(moves: list[Move], seed: int) -> None:
    desk = Desk(BoxOptions(speed=0, history=sparse_history(seed), history_past=8, balances=START))
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
