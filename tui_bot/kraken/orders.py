"""Order and trade rows as reports and fills, and an intent as the form that places it."""

from __future__ import annotations

from datetime import UTC, datetime

from tui_bot.kraken.fields import Row, WireError, txid_of
from tui_bot.kraken.names import is_pair
from tui_bot.market.number import ZERO, parse_decimal
from tui_bot.market.order import Fill, Intent, OrderReport, OrderState, Side
from tui_bot.market.pair import PairRules
from tui_bot.sanitise import sanitise

_STATES = {
    "pending": OrderState.OPEN,
    "open": OrderState.OPEN,
    "closed": OrderState.CLOSED,
    "canceled": OrderState.CANCELED,
    "expired": OrderState.EXPIRED,
}


def order_form(intent: Intent, rules: PairRules) -> dict[str, str]:
    """The form members of AddOrder.

    Fees are asked for in quote (``fciq``): Kraken's default for sells is base, and a fill of ours counts
    its fee in quote units.
    """
    form = {
        "pair": rules.altname,
        "type": intent.side.value,
        "ordertype": _ordertype(intent),
        "volume": rules.format_volume(intent.volume),
        "oflags": "fciq",
        "cl_ord_id": intent.cl_ord_id,
        "deadline": rfc3339(intent.deadline_ms),
    }
    if intent.trigger is not None:
        form["price"] = rules.format_price(intent.trigger)
    elif intent.price is not None:
        form["price"] = rules.format_price(intent.price)
    if intent.leverage > 0:
        form["leverage"] = str(intent.leverage)
    if intent.reduce_only:
        form["reduce_only"] = "true"
    if intent.validate:
        form["validate"] = "true"
    if intent.expires_ms:
        form["timeinforce"], form["expiretm"] = "GTD", str(intent.expires_ms // 1000)
    return form


def _ordertype(intent: Intent) -> str:
    if intent.trigger is not None:
        return "take-profit" if intent.takes_profit else "stop-loss"
    return "market" if intent.price is None else "limit"


def rfc3339(at_ms: int) -> str:
    """Unix milliseconds as RFC 3339 UTC text."""
    whole = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def order_report(txid: str, value: object, rules: PairRules, where: str) -> OrderReport:
    """One row of OpenOrders, ClosedOrders or QueryOrders.

    ``price`` of a row is the average paid; the order's own price stands in ``descr``.

    Raises:
        WireError: the row is not what it should be.
    """
    row = Row.of(value, f"{where}, {sanitise(txid, 24)}")
    descr = row.row("descr")
    executed = row.decimal("vol_exec", ZERO)
    state = _state(row)
    if state is OrderState.OPEN and executed > 0:
        state = OrderState.PARTIAL
    price = descr.decimal("price", ZERO)
    return OrderReport(
        txid=txid_of(txid, row.where),
        cl_ord_id=row.text("cl_ord_id") if row.has("cl_ord_id") else None,
        pair=_pair(descr, rules),
        side=_side(descr),
        volume=row.decimal("vol"),
        executed=executed,
        average=row.decimal("price", ZERO) or None,
        fee=row.decimal("fee", ZERO),
        state=state,
        price=price or None,
        leverage=_leverage(descr),
        reduce_only=row.members.get("reduce_only") in (True, "true"),
        reason=row.text("reason", ""),
        opened_ms=row.millis("opentm"),
        marks=tuple(word for word in row.text("misc", "").split(",") if word),
    )


def open_orders(result: object, rules: PairRules) -> tuple[OrderReport, ...]:
    """The open orders of one pair from OpenOrders; rows of other pairs are passed over unread.

    Raises:
        WireError: the answer is not what it should be.
    """
    rows = Row.of(result, "OpenOrders").row("open").members
    return tuple(
        order_report(txid, value, rules, "OpenOrders")
        for txid, value in rows.items()
        if is_pair(Row.of(value, "OpenOrders").row("descr").text("pair"), rules)
    )


def fill(trade_id: str, value: object, rules: PairRules, where: str) -> Fill:
    """One row of QueryTrades or TradesHistory.

    Raises:
        WireError: the row is not what it should be.
    """
    row = Row.of(value, f"{where}, {sanitise(trade_id, 24)}")
    return Fill(
        trade_id=txid_of(trade_id, row.where),
        txid=row.txid("ordertxid"),
        pair=_pair(row, rules),
        side=_side(row),
        price=row.decimal("price"),
        volume=row.decimal("vol"),
        cost=row.decimal("cost"),
        fee=row.decimal("fee"),
        at_ms=row.millis("time"),
        leverage=_trade_leverage(row),
        maker=row.members.get("maker") is True,
    )


def _state(row: Row) -> OrderState:
    status = row.text("status")
    if status not in _STATES:
        raise WireError(row.where, f"unknown status {status!r}")
    return _STATES[status]


def _side(row: Row) -> Side:
    try:
        return Side(row.text("type"))
    except ValueError:
        raise WireError(row.where, "type is neither buy nor sell") from None


def _pair(row: Row, rules: PairRules) -> str:
    name = row.text("pair")
    return rules.name if is_pair(name, rules) else name


def _leverage(row: Row) -> int:
    """``none``, ``5``, ``5:1``, or a number."""
    value = row.members.get("leverage")
    if value is None or value == "none":
        return 0
    try:
        return int(parse_decimal(str(value).partition(":")[0]))
    except ValueError:
        raise WireError(row.where, f"leverage is not a ratio: {sanitise(value, 20)}") from None


def _trade_leverage(row: Row) -> int:
    stated = _leverage(row)
    margin = row.decimal("margin", ZERO)
    if stated or margin <= 0:
        return stated
    return max(1, round(row.decimal("cost") / margin))
