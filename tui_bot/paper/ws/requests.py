"""WebSocket order parameters in the words of the REST methods (Kraken API Center, add_order)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tui_bot.paper.instruments import Pair, find_pair
from tui_bot.paper.options import Doubts
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.terms import rfc3339_ns
from tui_bot.paper.ws.text import Float, Number, Whole

_SECOND_NS = 1_000_000_000
_LONGEST = 40
_TWO_PRICES = frozenset({"stop-loss-limit", "take-profit-limit", "trailing-stop-limit"})
_TEXTS = {"cl_ord_id": "cl_ord_id", "deadline": "deadline"}
_FLAGS = ("reduce_only", "validate")


class OrderForm:
    """Translates; what it cannot make sense of it refuses."""

    def __init__(self, doubts: Doubts, listed: tuple[Pair, ...]) -> None:
        self._doubts = doubts
        self._listed = listed

    def add(self, params: dict[str, Any]) -> dict[str, str]:
        """AddOrder's parameters."""
        pair = self._symbol(params)
        return {"pair": pair.altname, **self._order(params, pair)}

    def batch(self, params: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, str]:
        """AddOrderBatch's parameters."""
        pair = self._symbol(params)
        orders = json.dumps([self._order(row, pair) for row in rows])
        return {"pair": pair.altname, "orders": orders, **self._common(params)}

    def amend(self, params: dict[str, Any]) -> dict[str, str]:
        """AmendOrder's parameters."""
        given = self._texts(params, {"order_id": "txid", **_TEXTS})
        if not {"txid", "cl_ord_id"} & given.keys():
            raise invalid("order_id")
        for name in ("order_qty", "display_qty", "limit_price", "trigger_price"):
            given |= self._number(params, name, name)
        return given | self._bools(params, ("post_only",))

    def edit(self, params: dict[str, Any]) -> dict[str, str]:
        """EditOrder's parameters."""
        given = self._texts(params, {"order_id": "txid", "deadline": "deadline"})
        if "txid" not in given:
            raise invalid("order_id")
        given["pair"] = self._symbol(params).altname
        given |= self._number(params, "order_qty", "volume")
        given |= self._number(params, "display_qty", "displayvol")
        given |= self._prices(params, "")
        if "order_userref" in params:
            given["userref"] = str(params["order_userref"])
        if params.get("post_only") is True:
            given["oflags"] = "post"
        return given | self._bools(params, ("validate",))

    def _symbol(self, params: dict[str, Any]) -> Pair:
        symbol = params.get("symbol")
        pair = find_pair(symbol, self._listed) if isinstance(symbol, str) else None
        # unlike REST, only the new name is known here: BTC/USD, not XBT/USD
        if pair is None or pair.symbol != symbol:
            raise Refusal(f"Currency pair not supported {symbol}")
        return pair

    def _order(self, params: dict[str, Any], pair: Pair) -> dict[str, str]:
        order = self._texts(params, {"order_type": "ordertype", "side": "type"}) | self._common(params)
        order |= self._number(params, "order_qty", "volume")
        order |= self._number(params, "cash_order_qty", "volume")
        order |= self._prices(params, order.get("ordertype", ""))
        order |= self._number(params, "display_qty", "displayvol")
        order["oflags"] = self._flags(params)
        if params.get("margin") is True:
            order["leverage"] = str(self._leverage(pair, order.get("type", "")))
        for name, rest in (("time_in_force", "timeinforce"), ("stp_type", "stptype")):
            if name in params:
                order[rest] = str(params[name]).replace("_", "-")
        for name, rest in (("effective_time", "starttm"), ("expire_time", "expiretm")):
            if name in params:
                order[rest] = _unix(params[name], name)
        if "order_userref" in params:
            order["userref"] = str(params["order_userref"])
        return order | self._conditional(params.get("conditional"))

    def _flags(self, params: dict[str, Any]) -> str:
        flags = ["viqc"] if "cash_order_qty" in params else []
        if params.get("post_only") is True:
            flags.append("post")
        if "fee_preference" in params:
            flags.append({"base": "fcib", "quote": "fciq"}.get(str(params["fee_preference"]), "?"))
        return ",".join(flags)

    def _leverage(self, pair: Pair, side: str) -> int:
        """`margin` chooses no ratio: it is the pair's highest, to a limit that documents put at five."""
        ratios = pair.leverage_sell if side == "sell" else pair.leverage_buy
        fitting = [ratio for ratio in ratios if ratio <= self._doubts.ws_leverage]
        if not fitting:
            raise invalid("margin")
        return max(fitting)

    def _prices(self, params: dict[str, Any], ordertype: str) -> dict[str, str]:
        """Limit and trigger price; relative ones as REST writes them."""
        limit = self._price(params, "limit_price", params.get("limit_price_type", "static"), ordertype)
        triggers = params.get("triggers")
        if not isinstance(triggers, dict):
            return {"price": limit} if limit else {}
        prices = {}
        trigger = self._price(triggers, "price", triggers.get("price_type", "static"), ordertype)
        if trigger:
            prices["price"] = trigger
        if limit:
            prices["price2" if ordertype in _TWO_PRICES or not ordertype else "price"] = limit
        if "reference" in triggers:
            prices["trigger"] = str(triggers["reference"])
        return prices

    def _price(self, params: dict[str, Any], name: str, kind: object, ordertype: str) -> str:
        text = self._number(params, name, name).get(name, "")
        if not text or kind == "static":
            return text
        if kind not in ("pct", "quote"):
            raise invalid(f"{name}_type")
        signed = (
            text if text.startswith("-") and not ordertype.startswith("trailing") else f"+{text.lstrip('-')}"
        )
        return signed + ("%" if kind == "pct" else "")

    def _conditional(self, params: Any) -> dict[str, str]:
        if not isinstance(params, dict):
            return {}
        kind = str(params.get("order_type", ""))
        limit = self._number(params, "limit_price", "limit").get("limit")
        trigger = self._number(params, "trigger_price", "trigger").get("trigger")
        prices = [text for text in (trigger, limit) if text]
        close = {"close[ordertype]": kind}
        close |= {f"close[{name}]": text for name, text in zip(("price", "price2"), prices, strict=False)}
        return close

    def _common(self, params: dict[str, Any]) -> dict[str, str]:
        return self._texts(params, _TEXTS) | self._bools(params, _FLAGS)

    def _texts(self, params: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
        found = {}
        for name, rest in names.items():
            if name in params:
                if not isinstance(params[name], str) or isinstance(params[name], Number):
                    raise invalid(name)
                found[rest] = params[name]
        return found

    def _bools(self, params: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
        found = {}
        for name in names:
            if name in params:
                if not isinstance(params[name], bool):
                    raise invalid(name)
                found[name] = "true" if params[name] else "false"
        return found

    def _number(self, params: dict[str, Any], name: str, rest: str) -> dict[str, str]:
        """A number as its text. Raises Refusal on text, and on whole numbers when those are not taken."""
        value = params.get(name)
        if value is None:
            return {}
        if isinstance(value, Float) or (isinstance(value, Whole) and self._doubts.ws_integers):
            return {rest: _plain(value, name)}
        raise Refusal(f"{name.capitalize()} field must be a number_float")


def _plain(value: Number, name: str) -> str:
    """A number without exponent: clients write 0.00001 as 1e-05."""
    number = Decimal(str(value))
    if len(value) > _LONGEST or not -_LONGEST < number.adjusted() < _LONGEST:
        raise invalid(name)
    return f"{number:f}"


def _unix(value: Any, name: str) -> str:
    ns = rfc3339_ns(value) if isinstance(value, str) else None
    if ns is None:
        raise invalid(name)
    return str(-(-ns // _SECOND_NS))
