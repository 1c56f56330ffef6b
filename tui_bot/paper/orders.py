"""Orders as Kraken's private endpoints take, cancel and show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.instruments import PAIRS, Pair
from tui_bot.paper.ledger import Order
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.ticket import flag, read_ticket
from tui_bot.paper.wire import Params, bound, names, page, seconds, volume_text


def add_order(exchange: Exchange, params: Params) -> Any:
    """AddOrder."""
    ticket = read_ticket(params, exchange.now_ns, exchange.pairs)
    order = exchange.add_order(ticket)
    text = _describe(ticket.pair, ticket.side, ticket.ordertype, ticket.lots, ticket.price, ticket.leverage)
    if order is None:
        return {"descr": {"order": text}}
    return {"txid": [order.placed.txid], "descr": {"order": text}}


def cancel_order(exchange: Exchange, params: Params) -> Any:
    """CancelOrder by txid, userref or cl_ord_id. Raises Refusal when it is gone."""
    name, by_client = params.get("txid", ""), params.get("cl_ord_id", "")
    if not name and not by_client:
        raise invalid("txid")
    if exchange.system == "maintenance":
        raise Refusal("EService:Unavailable")
    live = exchange.ledger.live.values()
    found = [
        order
        for order in live
        if (by_client and order.placed.cl_ord_id == by_client)
        or (name and name in {order.placed.txid, str(order.placed.userref)})
    ]
    if not found:
        raise Refusal("EOrder:Unknown order")
    return {"count": exchange.cancel(found)}


def cancel_all(exchange: Exchange, _params: Params) -> Any:
    """CancelAll."""
    if exchange.system == "maintenance":
        raise Refusal("EService:Unavailable")
    return {"count": exchange.cancel(list(exchange.ledger.live.values()))}


def open_orders(exchange: Exchange, params: Params) -> Any:
    """OpenOrders, newest first."""
    trades = flag(params, "trades")
    live = _selected(reversed(exchange.ledger.live.values()), params)
    return {"open": {order.placed.txid: order_row(order, trades=trades) for order in live}}


def closed_orders(exchange: Exchange, params: Params) -> Any:
    """ClosedOrders: 50 a page, newest first."""
    trades, by = flag(params, "trades"), params.get("closetime", "both") or "both"
    if by not in {"open", "close", "both"}:
        raise invalid("closetime")

    def moments(order: Order) -> tuple[int, ...]:
        both = (order.placed.ns, order.close_ns)
        return {"open": both[:1], "close": both[1:]}.get(by, both)

    start, end = bound(exchange, params, "start", 0), bound(exchange, params, "end", 2**63)
    ended = sorted(exchange.ledger.ended, key=lambda order: order.close_ns)
    picked = [o for o in _selected(reversed(ended), params) if any(start < ns <= end for ns in moments(o))]
    shown = {order.placed.txid: order_row(order, trades=trades) for order in page(picked, params)}
    rows: dict[str, Any] = {"closed": shown}
    if not flag(params, "without_count"):
        rows["count"] = len(picked)
    return rows


def query_orders(exchange: Exchange, params: Params) -> Any:
    """QueryOrders: up to 50 txids."""
    trades = flag(params, "trades")
    txids = names(params, "txid", 50)
    orders = [exchange.ledger.orders.get(name) for name in txids]
    if None in orders:
        raise Refusal("EOrder:Unknown order")
    return {o.placed.txid: order_row(o, trades=trades) for o in _selected(filter(None, orders), params)}


def order_row(order: Order, *, trades: bool) -> dict[str, Any]:
    """One order as OpenOrders, ClosedOrders and QueryOrders show it. `price` is the average fill price."""
    placed = order.placed
    pair = PAIRS[placed.pair]
    leverage = f"{placed.leverage}:1" if placed.leverage else "none"
    row: dict[str, Any] = {"refid": None, "userref": placed.userref}
    if placed.cl_ord_id:
        row["cl_ord_id"] = placed.cl_ord_id
    row |= {
        "status": order.status,
        "opentm": seconds(placed.ns),
        "starttm": 0,
        "expiretm": placed.expire_ns // NS_PER_SECOND,
        "descr": {
            "pair": pair.altname,
            "aclass": "forex",
            "type": placed.side,
            "ordertype": placed.ordertype,
            "price": f"{pair.price(placed.price):.{pair.pair_decimals}f}" if placed.price else "0",
            "price2": "0",
            "leverage": leverage,
            "order": _describe(
                pair, placed.side, placed.ordertype, placed.lots, placed.price, placed.leverage
            ),
            "close": "",
        },
        "vol": volume_text(pair, placed.lots),
        "vol_exec": volume_text(pair, order.filled),
        "cost": f"{order.cost:.5f}",
        "fee": f"{order.fee:.5f}",
        "price": f"{order.average_price:.5f}",
        "stopprice": "0.00000",
        "limitprice": "0.00000",
        "misc": placed.misc,
        "oflags": placed.oflags,
        "time_in_force": placed.timeinforce.lower(),
    }
    if placed.leverage:
        row["margin"] = True
        row["reduce_only"] = placed.reduce_only
    if not order.live:
        row["reason"] = order.reason
        row["closetm"] = seconds(order.close_ns)
    if trades and order.trades:
        row["trades"] = list(order.trades)
    return row


def _describe(pair: Pair, side: str, ordertype: str, lots: int, price: int, leverage: int) -> str:
    at = (
        f"limit {pair.price(price):.{pair.pair_decimals}f}"
        if ordertype == "limit"
        else ordertype.replace("-", " ")
    )
    borrowed = f" with {leverage}:1 leverage" if leverage else ""
    return f"{side} {volume_text(pair, lots)} {pair.altname} @ {at}{borrowed}"


def _selected(orders: Iterable[Order], params: Params) -> list[Order]:
    userref, client = params.get("userref", ""), params.get("cl_ord_id", "")
    return [
        order
        for order in orders
        if (not userref or str(order.placed.userref) == userref)
        and (not client or order.placed.cl_ord_id == client)
    ]
