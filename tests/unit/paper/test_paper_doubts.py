"""Where sources about Kraken disagree the box can be told which to follow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions, Doubts
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.line import Line

RICH = {"ZUSD": Decimal(1_000_000), "XXBT": Decimal(5)}


def _desk(**doubts: Any) -> Desk:
    return Desk(BoxOptions(speed=0, past_minutes=30, balances=RICH, doubts=Doubts(**doubts)))


def test_a_missing_userref_is_null_or_zero() -> None:
    for shown in (None, 0):
        desk = _desk(no_userref=shown)
        txid = desk.order("buy", "0.1")
        assert desk.private("QueryOrders", txid=txid)[txid]["userref"] == shown


def test_how_a_cancel_of_what_is_gone_is_refused() -> None:
    desk = _desk()
    with pytest.raises(Refusal, match="EOrder:Unknown order"):
        desk.private("CancelOrder", txid="OAAAAA-BBBBB-CCCCCC")
    with pytest.raises(Refusal, match="EOrder:Invalid order"):
        desk.private("CancelOrder", txid="", cl_ord_id="nobody")
    with pytest.raises(Refusal, match="EOrder:Invalid order"):
        _desk(gone_order="EOrder:Invalid order").private("CancelOrder", txid="OAAAAA-BBBBB-CCCCCC")


def test_a_seller_who_says_nothing_pays_in_base_when_so_told() -> None:
    for doubts, word in (({}, "fciq"), ({"sell_fee_in_base": True}, "fcib")):
        desk = _desk(**doubts)
        txid = desk.order("sell", "0.1")
        assert desk.private("QueryOrders", txid=txid)[txid]["oflags"] == word
        txid = desk.order("sell", "0.1", oflags="fciq")
        assert desk.private("QueryOrders", txid=txid)[txid]["oflags"] == "fciq"


def test_trades_of_one_taker_as_one() -> None:
    for doubts, params in (({}, {"consolidate_taker": "true"}), ({"consolidated": True}, {})):
        desk = _desk(**doubts)
        txid = desk.order("buy", "3")
        single = desk.private("TradesHistory", consolidate_taker="false")["trades"]
        assert len(single) > 1
        answer = desk.private("TradesHistory", **params)
        (row,) = answer["trades"].values()
        assert answer["count"] == 1
        assert (row["ordertxid"], row["vol"]) == (txid, "3.00000000")
        for name in ("cost", "fee"):
            assert Decimal(row[name]) == sum(Decimal(one[name]) for one in single.values())
        average = Decimal(desk.private("QueryOrders", txid=txid)[txid]["price"])
        assert Decimal(row["price"]) == average


def test_batch_cancel_counts_here_or_there() -> None:
    for doubts, member in (({}, "orders_cancelled"), ({"ws_batch_count": True}, "result")):
        desk = _desk(**doubts)
        line = Line(Hub(desk.box))
        names = [desk.order("buy", "0.1", ordertype="limit", price="30000") for _ in range(2)]
        token = desk.private("GetWebSocketsToken")["token"]
        (answer,) = line.ask("batch_cancel", orders=names, token=token)
        assert answer[member] == (2 if member == "orders_cancelled" else {"count": 2})
