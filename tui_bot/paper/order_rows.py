"""Orders as Kraken's private endpoints show them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tui_bot.paper.clock import NS_PER_MS, NS_PER_SECOND
from tui_bot.paper.facts import OrderAmended, OrderPlaced
from tui_bot.paper.identifiers import identifier
from tui_bot.paper.instruments import PAIRS, Pair
from tui_bot.paper.ledger import Ledger, Order
from tui_bot.paper.ticket import LIMITS, Ticket
from tui_bot.paper.wire import seconds, volume_text


def order_row(order: Order, *, trades: bool, no_userref: int | None = None) -> dict[str, Any]:
    """One order as OpenOrders, ClosedOrders and QueryOrders show it. `price` is the average fill price."""
    placed = order.placed
    pair = PAIRS[placed.pair]
    userref = no_userref if placed.userref is None else placed.userref
    row: dict[str, Any] = {"refid": placed.refid, "userref": userref}
    if placed.cl_ord_id:
        row["cl_ord_id"] = placed.cl_ord_id
    row |= {
        "status": order.status,
        "opentm": seconds(placed.ns),
        "starttm": placed.start_ns // NS_PER_SECOND,
        "expiretm": placed.expire_ns // NS_PER_SECOND,
        "descr": _descr(placed, pair),
        "vol": volume_text(pair, placed.lots),
        "vol_exec": volume_text(pair, order.filled),
        "cost": f"{order.cost:.5f}",
        "fee": f"{order.fee:.5f}",
        "price": f"{order.average_price:.5f}",
        "stopprice": pair.price_text(placed.stop if placed.trail else 0, 5),
        "limitprice": pair.price_text(placed.price if order.triggered else 0, 5),
        "misc": _misc(order),
        "oflags": placed.oflags,
        "time_in_force": placed.timeinforce.lower(),
    }
    if placed.trigger:
        row["trigger"] = placed.trigger
    if placed.display:
        row["displayvol"] = volume_text(pair, placed.display)
    if placed.leverage:
        row |= {"margin": True, "reduce_only": placed.reduce_only}
    if order.amends:
        row["amended"] = True
    if not order.live:
        row |= {"reason": order.reason, "closetm": seconds(order.close_ns)}
    if trades and order.trades:
        row["trades"] = list(order.trades)
    return row


def describe(terms: Ticket | OrderPlaced, pair: Pair) -> str:
    """An order in words, as in `descr.order`."""
    borrowed = f" with {terms.leverage}:1 leverage" if terms.leverage else ""
    return f"{terms.side} {volume_text(pair, terms.lots)} {pair.altname} @ {_at(terms, pair)}{borrowed}"


def describe_close(close: str, pair: Pair) -> str:
    """A conditional close in words, as in `descr.close`; empty without one."""
    if not close:
        return ""
    wanted = json.loads(close)
    words = wanted["ordertype"]
    prices = [_as_price(text, pair) for text in (wanted["price"], wanted.get("price2")) if text]
    if words.endswith("-limit"):
        words = words.removesuffix("-limit")
    return f"close position @ {words.replace('-', ' ')} {' -> limit '.join(prices)}"


def _as_price(text: str, pair: Pair) -> str:
    """A price at the pair's decimals; a relative one as it was given."""
    return text if text[:1] in {"+", "-", "#"} else f"{Decimal(text):.{pair.pair_decimals}f}"


def amend_rows(order: Order, ledger: Ledger) -> list[dict[str, Any]]:
    """The history of an order's terms: the original, then each amend."""
    pair, first = PAIRS[order.placed.pair], order.original or order.placed
    rows = [_amend_row(pair, first, 0) | {"amend_id": identifier("T", 0, first.ns), "amend_type": "original"}]
    for one in order.amends:
        filled = sum(
            ledger.fills_by_id[name].lots for name in order.trades if ledger.fills_by_id[name].ns < one.ns
        )
        rows.append(_amend_row(pair, one, filled) | {"amend_id": one.id, "reason": "User requested"})
    return rows


def _amend_row(pair: Pair, terms: OrderPlaced | OrderAmended, filled: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "amend_id": "",
        "amend_type": "user",
        "order_qty": volume_text(pair, terms.lots),
        "remaining_qty": volume_text(pair, max(0, terms.lots - filled)),
    }
    if terms.display:
        row["display_qty"] = volume_text(pair, terms.display)
    if terms.price:
        row["limit_price"] = pair.price_text(terms.price, pair.pair_decimals)
    if terms.stop:
        row["trigger_price"] = pair.price_text(terms.stop, pair.pair_decimals)
    return row | {"reason": "", "post_only": terms.post_only, "timestamp": terms.ns // NS_PER_MS}


def _descr(placed: OrderPlaced, pair: Pair) -> dict[str, Any]:
    first, second = _prices(placed, pair)
    return {
        "pair": pair.altname,
        "aclass": "forex",
        "type": placed.side,
        "ordertype": placed.ordertype,
        "price": first,
        "price2": second,
        "leverage": f"{placed.leverage}:1" if placed.leverage else "none",
        "order": describe(placed, pair),
        "close": describe_close(placed.close, pair),
    }


def _prices(terms: Ticket | OrderPlaced, pair: Pair) -> tuple[str, str]:
    """`price` and `price2` as text, "0" for none; what trails is shown by its distance."""

    def text(ticks: int, sign: str = "") -> str:
        return sign + pair.price_text(ticks, pair.pair_decimals) if ticks else "0"

    if terms.trail:
        return text(terms.trail, "+"), text(terms.trail_limit, "+" if terms.trail_limit > 0 else "")
    if terms.stop:
        return text(terms.stop), text(terms.price)
    return text(terms.price), "0"


def _at(terms: Ticket | OrderPlaced, pair: Pair) -> str:
    first, second = _prices(terms, pair)
    if terms.ordertype in LIMITS:
        return f"limit {first}"
    words = terms.ordertype.replace("-", " ")
    if not terms.stop:
        return words
    if second != "0":
        return f"{words.removesuffix(' limit')} {first} -> limit {second}"
    return f"{words} {first}"


def _misc(order: Order) -> str:
    words = [word for word in order.placed.misc.split(",") if word]
    if order.triggered:
        words.append("touched" if order.placed.ordertype.startswith("take-profit") else "stopped")
    if order.amends:
        words.append("amended")
    return ",".join(words)
