"""Finding one order of ours, wherever Kraken keeps it by now, with its executions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from tui_bot.engine.ports import Finding
from tui_bot.kraken.answers import KrakenError
from tui_bot.kraken.fields import Row, WireError, integer_of, mapping_of, txid_of
from tui_bot.kraken.names import is_pair
from tui_bot.kraken.orders import fill, order_report
from tui_bot.kraken.rest import RestClient
from tui_bot.market.number import ZERO
from tui_bot.market.order import Fill, Order, OrderReport
from tui_bot.market.pair import PairRules

_PAGES = 20
_TRADES_A_CALL = 20
_LOOK_BACK_S = 60


async def look_up(rest: RestClient, rules: PairRules, order: Order) -> Finding:
    """Search by txid if it is known, else through open orders and then closed ones.

    In this order, because an order moves from open to closed and never back. A ``report`` of None
    means that every list was read to its end and the order was in none.

    Raises:
        KrakenError: a list could not be read, so nothing is proved.
    """
    found = await _by_txid(rest, order) or await _by_client_id(rest, order)
    if found is None:
        return Finding(None)
    report = order_report(found.txid, found.row, rules, found.where)
    if report.executed == 0:
        return Finding(report)
    return Finding(report, await _fills(rest, rules, order, found, report))


async def ended_since(rest: RestClient, rules: PairRules, since_ms: int) -> tuple[OrderReport, ...]:
    """The orders of one pair in ClosedOrders since a moment, all pages.

    Raises:
        KrakenError: a page could not be read.
    """
    where = "ClosedOrders"
    found: dict[str, OrderReport] = {}
    async for rows in _pages(rest, where, "closed", {"start": str(since_ms // 1000)}):
        for txid, value in rows.items():
            if is_pair(Row.of(value, where).row("descr").text("pair"), rules):
                found[txid] = order_report(txid, value, rules, where)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Found:
    txid: str
    row: Mapping[str, object]
    where: str


async def _by_txid(rest: RestClient, order: Order) -> _Found | None:
    if order.txid is None:
        return None
    where = "QueryOrders"
    try:
        result = await rest.private(where, {"txid": order.txid, "trades": "true"})
    except KrakenError as fault:
        if fault.says("EOrder:Unknown order", "EOrder:Invalid order"):
            return None
        raise
    row = mapping_of(result, where).get(order.txid)
    return None if row is None else _Found(order.txid, mapping_of(row, where), where)


async def _by_client_id(rest: RestClient, order: Order) -> _Found | None:
    wanted = {"trades": "true", "cl_ord_id": order.intent.cl_ord_id}
    opened = Row.of(await rest.private("OpenOrders", wanted), "OpenOrders").row("open")
    found = _ours(opened.members, order, "OpenOrders")
    if found is None:
        async for rows in _pages(rest, "ClosedOrders", "closed", {**wanted, "start": _start(order)}):
            found = found or _ours(rows, order, "ClosedOrders")
            if found:
                break
    return found


def _ours(rows: Mapping[str, object], order: Order, where: str) -> _Found | None:
    # filtered here as well: a filter that a server does not know is a filter it ignores
    wanted = _same(order.intent.cl_ord_id)
    for txid, value in rows.items():
        row = mapping_of(value, where)
        if _same(row.get("cl_ord_id")) == wanted:
            return _Found(txid, row, where)
    return None


def _same(cl_ord_id: object) -> str:
    # an id in UUID form may come back with or without its dashes
    return cl_ord_id.replace("-", "").casefold() if isinstance(cl_ord_id, str) else ""


async def _fills(
    rest: RestClient, rules: PairRules, order: Order, found: _Found, report: OrderReport
) -> tuple[Fill, ...]:
    ids = [txid_of(trade, found.where) for trade in Row(found.where, found.row).items("trades")]
    fills: dict[str, Fill] = {}
    for first in range(0, len(ids), _TRADES_A_CALL):
        where = "QueryTrades"
        result = await rest.private(where, {"txid": ",".join(ids[first : first + _TRADES_A_CALL])})
        fills |= _of_order(mapping_of(result, where), report.txid, rules, where)
    if sum((one.volume for one in fills.values()), ZERO) < report.executed:
        where = "TradesHistory"
        async for rows in _pages(rest, where, "trades", {"start": _start(order)}):
            fills |= _of_order(rows, report.txid, rules, where)
    return tuple(sorted(fills.values(), key=lambda one: (one.at_ms, one.trade_id)))


def _of_order(rows: Mapping[str, object], txid: str, rules: PairRules, where: str) -> dict[str, Fill]:
    return {
        trade_id: fill(trade_id, value, rules, where)
        for trade_id, value in rows.items()
        if mapping_of(value, where).get("ordertxid") == txid
    }


async def _pages(
    rest: RestClient, method: str, member: str, params: Mapping[str, str]
) -> AsyncIterator[Mapping[str, object]]:
    offset = 0
    for _ in range(_PAGES):
        result = Row.of(await rest.private(method, {**params, "ofs": str(offset)}), method)
        rows = result.row(member).members
        yield rows
        offset += len(rows)
        count = result.members.get("count")
        if not rows or (count is not None and offset >= integer_of(count, method, "count")):
            return
    raise WireError(method, f"it has more than {_PAGES} pages")


def _start(order: Order) -> str:
    return str(order.intent.created_ms // 1000 - _LOOK_BACK_S)
