"""Orders as Kraken's private endpoints take, change, cancel and list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tui_bot.paper.auth import unsigned
from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import TimerSet
from tui_bot.paper.ledger import Order
from tui_bot.paper.order_rows import amend_rows, describe, describe_close, order_row
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.terms import flag
from tui_bot.paper.ticket import Ticket, read_ticket
from tui_bot.paper.wire import Params, bound, entries, names, page

_MOST_IN_BATCH = 15
_MOST_CANCELED = 50
_LONGEST_TIMER = 86_400


def add_order(exchange: Exchange, params: Params) -> Any:
    """AddOrder."""
    ticket = _read(exchange, params)
    if not ticket.validate:
        _check_rates(exchange, ticket, 1)
    order = exchange.trading.add(ticket)
    exchange.flush()
    result: dict[str, Any] = {} if order is None else {"txid": [order.placed.txid]}
    return result | {"descr": _descr(ticket)}


def add_order_batch(exchange: Exchange, params: Params) -> Any:
    """AddOrderBatch: what is malformed refuses all of them, what the engine refuses only one."""
    rows = entries(params, "orders")
    if not 2 <= len(rows) <= _MOST_IN_BATCH:
        raise invalid("orders")
    shared = {name: params[name] for name in ("pair", "deadline", "validate") if name in params}
    tickets = [_read(exchange, {**row, **shared}) for row in rows]
    if not tickets[0].validate:
        _check_rates(exchange, tickets[0], len(tickets) / 2)
    answers = []
    for leg, ticket in enumerate(tickets, 1):
        answer: dict[str, Any] = {}
        try:
            if leg in exchange.trading.refused_legs:
                raise Refusal(exchange.trading.refused_legs[leg])
            order = exchange.trading.add(ticket)
            if order is not None:
                answer["txid"] = order.placed.txid
        except Refusal as refusal:
            answer["error"] = refusal.text
        answer["descr"] = {"order": describe(ticket, ticket.pair)}
        if ticket.close:
            answer["close"] = describe_close(ticket.close, ticket.pair)
        answers.append(answer)
    exchange.flush()
    return {"orders": answers}


def edit_order(exchange: Exchange, params: Params) -> Any:
    """EditOrder: cancels an open order and places another in its place, under a new id."""
    order = only_live(exchange, params)
    placed = order.placed
    if placed.cl_ord_id or placed.close:
        raise invalid("txid")
    row = order_row(order, trades=False)
    as_it_was = row["descr"]
    terms = {
        "pair": placed.pair,
        "type": placed.side,
        "ordertype": placed.ordertype,
        "price": as_it_was["price"],
        "price2": as_it_was["price2"],
        "volume": row["vol"],
        "displayvol": row.get("displayvol", ""),
        "trigger": placed.trigger or "last",
        "leverage": str(placed.leverage),
        "reduce_only": "true" if placed.reduce_only else "false",
        "timeinforce": placed.timeinforce,
    }
    terms |= {name: params[name] for name in _EDITABLE if params.get(name)}
    ticket = _read(exchange, terms)
    ticket = replace(ticket, expire_ns=placed.expire_ns)
    if ticket.userref is None:
        ticket = replace(ticket, userref=placed.userref)
    if not ticket.validate:
        exchange.rates.edit(placed.pair, exchange.now_ns - placed.ns, exchange.now_ns)
    fresh = exchange.trading.add(ticket, instead_of=order)
    exchange.flush()
    result: dict[str, Any] = {"status": "ok"}
    if fresh is not None:
        result["txid"] = fresh.placed.txid
    result["originaltxid"] = placed.txid
    if ticket.userref is not None:
        result["newuserref"] = ticket.userref
    result |= {"volume": ticket.pair.volume_text(ticket.lots), "price": terms["price"]}
    result["orders_cancelled"] = 0 if fresh is None else 1
    return result | {"descr": _descr(ticket)}


_EDITABLE = ("volume", "displayvol", "price", "price2", "oflags", "deadline", "validate", "userref")


def cancel_order(exchange: Exchange, params: Params) -> Any:
    """CancelOrder by txid, userref or cl_ord_id. Raises Refusal when it is gone."""
    found = _find(exchange, params.get("txid", ""), params.get("cl_ord_id", ""))
    if not found:
        doubts = exchange.doubts
        raise Refusal(doubts.gone_order if params.get("txid") else doubts.gone_client_id)
    return {"count": _cancel(exchange, found)}


def cancel_order_batch(exchange: Exchange, params: Params) -> Any:
    """CancelOrderBatch: up to fifty ids, references and client ids; those gone are not counted."""
    ids = [("", name) for name in _list(params, "orders")]
    ids += ((name, "") for name in _list(params, "cl_ord_ids"))
    if not ids or len(ids) > _MOST_CANCELED:
        raise invalid("orders")
    found = {o.placed.txid: o for client, name in ids for o in _find(exchange, name, client)}
    if not found:
        raise Refusal("EOrder:Unknown order")
    return {"count": _cancel(exchange, list(found.values()))}


def cancel_all(exchange: Exchange, _params: Params) -> Any:
    """CancelAll."""
    return {"count": _cancel(exchange, list(exchange.ledger.live.values()))}


def cancel_all_after(exchange: Exchange, params: Params) -> Any:
    """CancelAllOrdersAfter: the dead man's switch, by exchange time; 0 switches it off."""
    timeout = unsigned(params, "timeout", -1, _LONGEST_TIMER)
    if timeout < 0:
        raise invalid("timeout")
    at_ns = exchange.now_ns + timeout * NS_PER_SECOND if timeout else 0
    exchange.record(TimerSet(at_ns))
    exchange.flush()
    return {"currentTime": _moment(exchange.now_ns), "triggerTime": _moment(at_ns) if at_ns else "0"}


def order_amends(exchange: Exchange, params: Params) -> Any:
    """OrderAmends: what an order's terms were, oldest first."""
    order = exchange.ledger.orders.get(params.get("order_id", ""))
    if order is None:
        raise Refusal("EOrder:Unknown order")
    rows = amend_rows(order, exchange.ledger)
    return {"amends": rows, "count": len(rows)}


def open_orders(exchange: Exchange, params: Params) -> Any:
    """OpenOrders, newest first."""
    trades = flag(params, "trades")
    live = _selected(reversed(exchange.ledger.live.values()), params)
    return {"open": {order.placed.txid: _row(exchange, order, trades=trades) for order in live}}


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
    shown = {order.placed.txid: _row(exchange, order, trades=trades) for order in page(picked, params)}
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
    return {o.placed.txid: _row(exchange, o, trades=trades) for o in _selected(filter(None, orders), params)}


def _read(exchange: Exchange, params: Params) -> Ticket:
    if exchange.doubts.sell_fee_in_base and params.get("type") == "sell":
        flags = params.get("oflags", "")
        if not {"fcib", "fciq"} & set(flags.split(",")) and not params.get("leverage"):
            params = {**params, "oflags": f"{flags},fcib"}
    return read_ticket(params, exchange.now_ns, exchange.pairs, exchange.last_prices)


def _row(exchange: Exchange, order: Order, *, trades: bool) -> dict[str, Any]:
    return order_row(order, trades=trades, no_userref=exchange.doubts.no_userref)


def _check_rates(exchange: Exchange, ticket: Ticket, points: float) -> None:
    most, live = exchange.rates.open_orders, exchange.ledger.live.values()
    if most is not None and sum(order.placed.pair == ticket.pair.id for order in live) >= most:
        raise Refusal("EOrder:Orders limit exceeded")
    exchange.rates.add(ticket.pair.id, exchange.now_ns, points)


def _cancel(exchange: Exchange, orders: list[Order]) -> int:
    for order in orders:
        exchange.rates.cancel(order.placed.pair, exchange.now_ns - order.placed.ns, exchange.now_ns)
    count = exchange.trading.cancel(orders)
    exchange.flush()
    return count


def _find(exchange: Exchange, name: str, client: str) -> list[Order]:
    """Live orders by txid or userref, or by client id. Raises Refusal when nothing was named."""
    if not name and not client:
        raise invalid("txid")
    return [
        order
        for order in exchange.ledger.live.values()
        if (client and order.placed.cl_ord_id == client)
        or (name and name in {order.placed.txid, str(order.placed.userref)})
    ]


def only_live(exchange: Exchange, params: Params) -> Order:
    """The one live order that is named. Raises Refusal."""
    found = _find(exchange, params.get("txid", ""), params.get("cl_ord_id", ""))
    if not found:
        raise Refusal("EOrder:Unknown order")
    if len(found) > 1:
        raise invalid("txid")
    return found[0]


def _list(params: Params, name: str) -> list[str]:
    text = params.get(name, "").strip("[]")
    return [word.strip().strip('"') for word in text.split(",") if word.strip()]


def _descr(ticket: Ticket) -> dict[str, str]:
    descr = {"order": describe(ticket, ticket.pair)}
    if ticket.close:
        descr["close"] = describe_close(ticket.close, ticket.pair)
    return descr


def _moment(ns: int) -> str:
    return datetime.fromtimestamp(ns // NS_PER_SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _selected(orders: Iterable[Order], params: Params) -> list[Order]:
    userref, client = params.get("userref", ""), params.get("cl_ord_id", "")
    return [
        order
        for order in orders
        if (not userref or str(order.placed.userref) == userref)
        and (not client or order.placed.cl_ord_id == client)
    ]
