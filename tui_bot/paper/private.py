"""The private endpoints and the key permission each one asks for."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from tui_bot.paper import executions, funds, orders
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.wire import Params

_TOKEN_SECONDS = 900


def websockets_token(exchange: Exchange, _params: Params) -> Any:
    """GetWebSocketsToken."""
    digest = hashlib.sha256(f"token:{exchange.now_ns}".encode()).digest()
    return {"token": base64.b64encode(digest).decode().rstrip("="), "expires": _TOKEN_SECONDS}


METHODS: dict[str, tuple[Callable[[Exchange, Params], Any], str]] = {
    "Balance": (funds.balance, "query-funds"),
    "BalanceEx": (funds.balance_ex, "query-funds"),
    "TradeBalance": (funds.trade_balance, "query-funds"),
    "TradeVolume": (funds.trade_volume, "query-funds"),
    "AddOrder": (orders.add_order, "modify-trades"),
    "CancelOrder": (orders.cancel_order, "close-trades"),
    "CancelAll": (orders.cancel_all, "close-trades"),
    "OpenOrders": (orders.open_orders, "query-open-trades"),
    "ClosedOrders": (orders.closed_orders, "query-closed-trades"),
    "QueryOrders": (orders.query_orders, "query-open-trades"),
    "TradesHistory": (executions.trades_history, "query-closed-trades"),
    "QueryTrades": (executions.query_trades, "query-closed-trades"),
    "OpenPositions": (executions.open_positions, "query-open-trades"),
    "Ledgers": (funds.ledgers, "query-ledger"),
    "GetWebSocketsToken": (websockets_token, "create-ws-token"),
}
