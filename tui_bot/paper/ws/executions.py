"""Rows of the executions channel: a full first row of an order, sparse rows behind it.

Quantity counts on `trade` rows; the `filled` row behind them repeats the sum.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tui_bot.paper.clearing import fee_in_base
from tui_bot.paper.facts import Filled, OrderAmended
from tui_bot.paper.instruments import ASSETS, PAIRS, Pair
from tui_bot.paper.ledger import Ledger, Order
from tui_bot.paper.ticket import LIMITS
from tui_bot.paper.ws.rows import price, quantity
from tui_bot.paper.ws.text import Number, timestamp

Row = dict[str, Any]


def order_row(order: Order, exec_type: str, status: str, ns: int) -> Row:
    """Everything about an order: its first row, and its row in a snapshot."""
    placed = order.placed
    pair = PAIRS[placed.pair]
    row: Row = {"order_id": placed.txid}
    if placed.cl_ord_id:
        row["cl_ord_id"] = placed.cl_ord_id
    row |= {
        "symbol": pair.symbol,
        "order_qty": quantity(pair, placed.lots),
        "cum_cost": _money(pair, order.cost),
        "time_in_force": placed.timeinforce,
        "exec_type": exec_type,
        "side": placed.side,
        "order_type": placed.ordertype,
        "order_userref": placed.userref or 0,
    }
    if placed.price:
        row |= {"limit_price_type": "static", "limit_price": price(pair, placed.price)}
    row |= {"stop_price": price(pair, placed.stop), "order_status": status}
    if placed.stop:
        row["triggers"] = _triggers(order, pair)
    if order.filled:
        row |= {"cum_qty": quantity(pair, order.filled), "avg_price": _average(pair, order)}
    row |= _options(order)
    row |= {
        "fee_usd_equiv": _money(pair, order.fee),
        "fee_ccy_pref": "fcib" if fee_in_base(placed.oflags) else "fciq",
        "timestamp": timestamp(ns),
    }
    return row


def new_row(order: Order, ns: int) -> Row:
    """The order is in the book."""
    return {"timestamp": timestamp(ns), "order_status": "new", "exec_type": "new", **_identity(order)}


def triggered_row(order: Order, ns: int) -> Row:
    """A stop fired: the order is in the book from here on."""
    pair = PAIRS[order.placed.pair]
    return new_row(order, ns) | {"triggers": _triggers(order, pair)}


def amended_row(order: Order, amended: OrderAmended) -> Row:
    """The order's terms changed in place."""
    pair = PAIRS[order.placed.pair]
    row: Row = {
        "timestamp": timestamp(amended.ns),
        "exec_type": "amended",
        "order_status": snapshot_status(order),
        "cum_qty": quantity(pair, order.filled),
        "reason": "User requested",
        "amended": True,
        "order_qty": quantity(pair, amended.lots),
    }
    if amended.price:
        row |= {"limit_price": price(pair, amended.price), "limit_price_type": "static"}
    if amended.stop:
        row["triggers"] = _triggers(order, pair)
    return row | _identity(order)


def trade_row(ledger: Ledger, fill: Filled, *, running: bool) -> Row:
    """One execution; with `running` also how far the order got by it.

    As documented, such a row says partially_filled even when it completes the order.
    """
    order = ledger.orders[fill.txid]
    placed = order.placed
    pair = PAIRS[placed.pair]
    row: Row = {"order_id": placed.txid, "order_userref": placed.userref or 0}
    if placed.cl_ord_id:
        row["cl_ord_id"] = placed.cl_ord_id
    row |= {
        "exec_id": fill.id,
        "exec_type": "trade",
        "trade_id": fill.number,
        "symbol": pair.symbol,
        "side": placed.side,
        "last_qty": quantity(pair, fill.lots),
        "last_price": Number(f"{fill.price:.{pair.pair_decimals}f}"),
        "liquidity_ind": "m" if fill.maker else "t",
    }
    if placed.leverage:
        row |= {"margin": True, "margin_borrow": not fill.closing}
    if "liquidated" in placed.misc:
        row["liquidated"] = True
    row["cost"] = _money(pair, fill.cost)
    if not running:
        row["order_status"] = "partially_filled" if order.remaining else "filled"
    row |= {"order_type": placed.ordertype, "timestamp": timestamp(fill.ns)}
    if running:
        row |= {
            "order_status": "partially_filled",
            "cum_qty": quantity(pair, order.filled),
            "cum_cost": _money(pair, order.cost),
            "avg_price": _average(pair, order),
        }
    row |= {
        "fee_usd_equiv": _money(pair, fill.fee),
        "fees": [_charged(pair, fill)],
    }
    return row


def _charged(pair: Pair, fill: Filled) -> Row:
    if fill.base_fee:
        return {"asset": ASSETS[pair.base].symbol, "qty": Number(f"{fill.base_fee:f}")}
    return {"asset": ASSETS[pair.quote].symbol, "qty": _money(pair, fill.fee)}


def end_row(order: Order) -> Row:
    """The order is over: filled, canceled or expired."""
    pair = PAIRS[order.placed.pair]
    word = "filled" if order.status == "closed" else order.status
    row: Row = {
        "timestamp": timestamp(order.close_ns),
        "order_status": word,
        "exec_type": word,
        "cum_qty": quantity(pair, order.filled),
        "cum_cost": _money(pair, order.cost),
        "fee_usd_equiv": _money(pair, order.fee),
        "avg_price": _average(pair, order),
    }
    if order.reason:
        row |= {"cancel_reason": order.reason, "reason": order.reason}
    return row | _identity(order)


def snapshot_status(order: Order) -> str:
    """The status of a live order."""
    if order.status == "pending" or order.waiting:
        return "pending_new"
    return "partially_filled" if order.filled else "new"


def _options(order: Order) -> Row:
    """Members that are there only when they say something."""
    placed = order.placed
    row: Row = {}
    if placed.display:
        row["display_qty"] = quantity(PAIRS[placed.pair], placed.display)
    if placed.leverage:
        row |= {"margin": True, "reduce_only": placed.reduce_only}
    if placed.post_only:
        row["post_only"] = True
    if placed.close:
        row["contingent"] = _contingent(placed.close)
    if placed.refid:
        row["ord_ref_id"] = placed.refid
    if placed.start_ns:
        row["effective_time"] = timestamp(placed.start_ns)
    if placed.expire_ns:
        row["expire_time"] = timestamp(placed.expire_ns)
    return row


def _contingent(close: str) -> Row:
    """The conditional close an order carries."""
    wanted = json.loads(close)
    kind, prices = wanted["ordertype"], [wanted["price"], *filter(None, [wanted.get("price2")])]
    names = ["limit_price"] if kind in LIMITS else ["trigger_price", "limit_price"]
    row: Row = {"order_type": kind}
    for name, text in zip(names, prices, strict=False):
        row[name] = Number(text.lstrip("+#").rstrip("%"))
        if text[:1] in {"+", "-", "#"}:
            row[f"{name}_type"] = "pct" if text.endswith("%") else "quote"
    return row


def _triggers(order: Order, pair: Pair) -> Row:
    placed = order.placed
    return {
        "price": price(pair, placed.trail or placed.stop),
        "price_type": "quote" if placed.trail else "static",
        "reference": placed.trigger,
        "status": "triggered" if order.triggered else "untriggered",
    }


def _identity(order: Order) -> Row:
    placed = order.placed
    row: Row = {"order_userref": placed.userref or 0, "order_id": placed.txid}
    if placed.cl_ord_id:
        row["cl_ord_id"] = placed.cl_ord_id
    return row


def _average(pair: Pair, order: Order) -> Number:
    ticks = order.value.scaleb(pair.pair_decimals) / order.filled if order.filled else Decimal(0)
    return price(pair, int(ticks))


def _money(pair: Pair, amount: Decimal) -> Number:
    return Number(f"{amount:.{pair.cost_decimals}f}")
