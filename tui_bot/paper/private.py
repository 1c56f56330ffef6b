"""The private endpoints and the key permission each one asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tui_bot.paper import amending, executions, funds, orders
from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.keys import ApiKey
from tui_bot.paper.tokens import TOKEN_SECONDS
from tui_bot.paper.wire import Params

if TYPE_CHECKING:
    from tui_bot.paper.box import Box


def websockets_token(box: Box, key: ApiKey, _params: Params) -> Any:
    """GetWebSocketsToken."""
    return {"token": box.tokens.issue(key, box.exchange.now_ns), "expires": TOKEN_SECONDS}


def api_key_info(box: Box, key: ApiKey, _params: Params) -> Any:
    """GetApiKeyInfo: what the key may do, and the nonce it reached."""
    created = str(box.origin_ns // NS_PER_SECOND)
    return {
        "api_key_name": "box",
        "api_key": key.key,
        "nonce": str(key.nonce),
        "nonce_window": str(key.nonce_window),
        "permissions": sorted(key.permissions),
        "iban": "",
        "valid_until": "0",
        "query_from": "0",
        "query_to": "0",
        "created_time": created,
        "modified_time": created,
        "ip_allowlist": [],
        "last_used": str(box.exchange.now_ns // NS_PER_SECOND),
    }


# methods of the key itself; any key may ask about itself
ACCOUNT_METHODS: dict[str, tuple[Callable[[Box, ApiKey, Params], Any], str]] = {
    "GetWebSocketsToken": (websockets_token, "create-ws-token"),
    "GetApiKeyInfo": (api_key_info, ""),
}

METHODS: dict[str, tuple[Callable[[Exchange, Params], Any], str]] = {
    "Balance": (funds.balance, "query-funds"),
    "BalanceEx": (funds.balance_ex, "query-funds"),
    "TradeBalance": (funds.trade_balance, "query-funds"),
    "TradeVolume": (funds.trade_volume, "query-funds"),
    "WithdrawMethods": (funds.withdraw_methods, "withdraw-funds"),
    "AddOrder": (orders.add_order, "modify-trades"),
    "AddOrderBatch": (orders.add_order_batch, "modify-trades"),
    "AmendOrder": (amending.amend_order, "modify-trades"),
    "EditOrder": (orders.edit_order, "modify-trades"),
    "OrderAmends": (orders.order_amends, "query-open-trades"),
    "CancelOrderBatch": (orders.cancel_order_batch, "close-trades"),
    "CancelAllOrdersAfter": (orders.cancel_all_after, "close-trades"),
    "CancelOrder": (orders.cancel_order, "close-trades"),
    "CancelAll": (orders.cancel_all, "close-trades"),
    "OpenOrders": (orders.open_orders, "query-open-trades"),
    "ClosedOrders": (orders.closed_orders, "query-closed-trades"),
    "QueryOrders": (orders.query_orders, "query-open-trades"),
    "TradesHistory": (executions.trades_history, "query-closed-trades"),
    "QueryTrades": (executions.query_trades, "query-closed-trades"),
    "OpenPositions": (executions.open_positions, "query-open-trades"),
    "Ledgers": (funds.ledgers, "query-ledger"),
    "QueryLedgers": (funds.query_ledgers, "query-ledger"),
}

PERMISSIONS = {name: permission for name, (_, permission) in (*METHODS.items(), *ACCOUNT_METHODS.items())}
