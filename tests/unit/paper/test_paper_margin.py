"""Positions: FIFO closing, flips, reduce-only, settling, rollover, liquidation, and the account's figures."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.refusal import Refusal

CLOSED = "EOrder:Reduce only:Position is closed"


@pytest.fixture
def desk() -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=60))


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.00001"), "ROUND_HALF_UP")


def _open(desk: Desk) -> list[tuple[str, Decimal]]:
    """Side and open volume of every row, oldest first."""
    rows = desk.private("OpenPositions").values()
    return [(row["type"], Decimal(row["vol"]) - Decimal(row["vol_closed"])) for row in rows]


def _net(desk: Desk) -> str:
    net: str = desk.truth()["net_position"]["XXBTZUSD"]
    return net


def _status(desk: Desk, txid: str) -> tuple[str, str, Any]:
    row = desk.private("QueryOrders", txid=txid)[txid]
    return row["status"], row["vol_exec"], row["reason"]


def test_opening_costs_fees_only_and_uses_margin(desk: Desk) -> None:
    desk.order("buy", "0.05", leverage="5")
    (fill,) = desk.truth()["fills"]
    cost = Decimal(fill["cost"])
    opening = _cents(cost * 25 / 100_000)
    assert Decimal(fill["opening_fee"]) == opening
    assert Decimal(fill["fee"]) == opening + _cents(cost * 40 / 10_000)
    assert Decimal(desk.truth()["balances"]["ZUSD"]) == 10_000 - Decimal(fill["fee"])
    assert desk.truth()["balances"]["XXBT"] == "0"
    figures = {name: Decimal(value) for name, value in desk.private("TradeBalance").items()}
    assert figures["m"] == (cost / 5).quantize(Decimal("0.0001"))
    assert figures["e"] == figures["tb"] + figures["n"]
    assert figures["mf"] == figures["e"] - figures["m"]
    assert figures["ml"] == pytest.approx(figures["e"] / figures["m"] * 100, abs=Decimal("0.01"))
    (row,) = desk.private("OpenPositions", docalcs="true").values()
    assert row["terms"] == "0.0250% per 4 hours"
    assert row["net"][0] in "+-"


def test_a_short_borrows_base_at_its_own_rate(desk: Desk) -> None:
    desk.order("sell", "0.05", leverage="2")
    (fill,) = desk.truth()["fills"]
    assert Decimal(fill["opening_fee"]) == _cents(Decimal(fill["cost"]) / 10_000)
    assert _net(desk) == "-0.05000000"


def test_closing_is_oldest_first_across_rows_and_ratios(desk: Desk) -> None:
    for volume, leverage in (("0.01", "2"), ("0.02", "3"), ("0.03", "5")):
        desk.order("buy", volume, leverage=leverage)
        desk.advance(600)
    desk.order("sell", "0.015", leverage="4")
    assert _open(desk)[-1] == ("buy", Decimal("0.03"))
    assert sum(volume for _, volume in _open(desk)) == Decimal("0.045")
    opened = [fill for fill in desk.truth()["fills"] if not fill["closing"]]
    assert opened[0]["id"] not in desk.private("OpenPositions")
    closing = [fill for fill in desk.truth()["fills"] if fill["closing"]]
    assert sum(Decimal(fill["vol"]) for fill in closing) == Decimal("0.015")


def test_profit_is_booked_at_the_close(desk: Desk) -> None:
    desk.order("buy", "0.05", leverage="3")
    desk.advance(1800)
    desk.order("sell", "0.05", leverage="3")
    fills = desk.truth()["fills"]
    bought, sold = (
        sum(Decimal(fill["cost"]) for fill in fills if fill["side"] == side) for side in ("buy", "sell")
    )
    fees = sum(Decimal(fill["fee"]) for fill in fills)
    assert Decimal(desk.truth()["balances"]["ZUSD"]) == 10_000 + sold - bought - fees
    history = desk.private("TradesHistory")["trades"]
    row = history[fills[0]["id"]]
    assert row["posstatus"] == "closed"
    assert history[fills[-1]["id"]]["misc"] == "closing"


def test_more_than_the_position_flips_it(desk: Desk) -> None:
    desk.order("buy", "0.02", leverage="3")
    txid = desk.order("sell", "0.05", leverage="3")
    assert _status(desk, txid) == ("closed", "0.05000000", None)
    assert _net(desk) == "-0.03000000"
    assert {side for side, _ in _open(desk)} == {"sell"}


def test_reduce_only_stops_at_the_position(desk: Desk) -> None:
    desk.order("sell", "0.02", leverage="3")
    txid = desk.order("buy", "0.05", leverage="3", reduce_only="true")
    assert _status(desk, txid) == ("canceled", "0.02000000", CLOSED)
    assert _net(desk) == "0.00000000"
    for side in ("buy", "sell"):
        with pytest.raises(Refusal, match="EOrder:Reduce only:No position exists"):
            desk.order(side, "0.02", leverage="3", reduce_only="true")


def test_a_resting_reduce_only_order_never_opens(desk: Desk) -> None:
    desk.order("buy", "0.02", leverage="3")
    bid = Decimal(desk.public("Ticker?pair=XBTUSD")["XXBTZUSD"]["b"][0])
    txid = desk.order("sell", "0.05", leverage="3", reduce_only="true", ordertype="limit", price=bid + 5)
    desk.order("sell", "0.01", leverage="3")
    desk.advance(86_400)
    assert _status(desk, txid) == ("canceled", "0.01000000", CLOSED)
    assert _net(desk) == "0.00000000"


def test_volume_zero_closes(desk: Desk) -> None:
    with pytest.raises(Refusal, match="EOrder:Unknown position"):
        desk.order("sell", "0", leverage="3")
    desk.order("buy", "0.02", leverage="3")
    desk.order("buy", "0.01", leverage="3")
    txid = desk.order("sell", "0", leverage="3")
    assert _status(desk, txid) == ("closed", "0.03000000", None)
    assert _net(desk) == "0.00000000"


def test_spot_never_touches_positions(desk: Desk) -> None:
    desk.order("buy", "0.02", leverage="3")
    with pytest.raises(Refusal, match="EOrder:Insufficient funds"):
        desk.order("sell", "0.02")
    desk.order("buy", "0.02")
    desk.order("sell", "0.02")
    assert _net(desk) == "0.02000000"
    assert desk.truth()["balances"]["XXBT"] == "0.00000000"


def test_settling_a_long_keeps_the_base(desk: Desk) -> None:
    desk.order("buy", "0.02", leverage="3")
    before = Decimal(desk.truth()["balances"]["ZUSD"])
    cost = sum(Decimal(fill["cost"]) for fill in desk.truth()["fills"])
    desk.order("sell", "0", leverage="3", ordertype="settle-position")
    balances = desk.truth()["balances"]
    assert _net(desk) == "0.00000000"
    assert Decimal(balances["XXBT"]) == Decimal("0.02")
    assert Decimal(balances["ZUSD"]) == before - cost


def test_margin_must_cover_what_is_opened(desk: Desk) -> None:
    with pytest.raises(Refusal, match="EOrder:Insufficient initial margin"):
        desk.order("buy", "0.5", leverage="2")
    desk.order("buy", "0.5", leverage="10")
    with pytest.raises(Refusal, match="EOrder:Insufficient initial margin"):
        desk.order("buy", "0.5", leverage="5")
    desk.order("sell", "0.5", leverage="2")


def test_rollover_every_four_hours_on_time_however_late_it_is_looked_at(desk: Desk) -> None:
    desk.order("buy", "0.02", leverage="3")
    (fill,) = desk.truth()["fills"]
    desk.advance(13 * 3600)
    rolls = list(desk.private("Ledgers", type="rollover")["ledger"].values())
    opened = fill["time_ms"] / 1000
    assert sorted(row["time"] for row in rolls) == pytest.approx(
        [opened + 4 * 3600 * k for k in (1, 2, 3)], abs=0.01
    )
    fee = _cents(Decimal(fill["cost"]) * 25 / 100_000)
    assert Decimal(desk.truth()["balances"]["ZUSD"]) == 10_000 - Decimal(fill["fee"]) - 3 * fee


def test_liquidation_below_the_stop_level(tmp_path: Path) -> None:
    flat = [f"{60 * minute},60000.0,60000.0,60000.0,60000.0,5.0,10" for minute in range(1, 11)]
    prices = {minute: f"{60000 + 500 * (minute - 10)}.0" for minute in range(11, 31)}
    rise = [f"{60 * minute},{price},{price},{price},{price},5.0,10" for minute, price in prices.items()]
    history = tmp_path / "XBTUSD_1.csv"
    history.write_text("\n".join([*flat, *rise]))
    desk = Desk(BoxOptions(speed=0, history=history, history_past=5, balances={"ZUSD": Decimal("3200")}))
    for _ in range(3):
        desk.order("sell", "0.12", leverage="10")
    levels = []
    while desk.truth()["positions"]:
        levels.append(Decimal(desk.private("TradeBalance")["ml"]))
        desk.advance(10)
    assert min(levels) >= 40
    assert min(levels) < 80
    forced = [order for order in desk.truth()["orders"] if order["misc"] == "liquidated"]
    assert sum(Decimal(order["vol"]) for order in forced) == Decimal("0.36")
    assert {(order["type"], order["cl_ord_id"], order["userref"]) for order in forced} == {
        ("buy", None, None)
    }
    assert desk.private("OpenPositions") == {}


def test_a_resting_margin_order_holds_margin_not_balance(desk: Desk) -> None:
    desk.order("buy", "0.2", leverage="2", ordertype="limit", price="60000")
    assert desk.private("BalanceEx")["ZUSD"]["hold_trade"] == "0.0000"
    with pytest.raises(Refusal, match="EOrder:Insufficient initial margin"):
        desk.order("buy", "0.15", leverage="2", ordertype="limit", price="60000")
