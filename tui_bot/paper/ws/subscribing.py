"""Subscribe and unsubscribe: what a request asks for, and the acknowledgement of each symbol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tui_bot.paper.candles import INTERVALS
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.ws.depth import DEPTHS
from tui_bot.paper.ws.markets import Topic
from tui_bot.paper.ws.text import Number, Whole

PUBLIC = frozenset({"ticker", "ohlc", "trade", "book", "instrument"})
PRIVATE = frozenset({"executions", "balances"})

EXECUTIONS_WARNINGS = (
    "cancel_reason is deprecated, use reason",
    "stop_price is deprecated, use triggers.price",
    "trigger is deprecated use triggers.reference",
    "triggered_price is deprecated use triggers.last_price",
)
_OHLC_WARNINGS = ("timestamp is deprecated, use interval_begin",)
_TRIGGERS = frozenset({"trades", "bbo"})


def boolean(params: Mapping[str, Any], name: str, default: bool) -> bool:
    """A boolean member. Raises Refusal on anything else."""
    value = params.get(name, default)
    if not isinstance(value, bool):
        raise Refusal(f"{name.capitalize()} field must be a boolean")
    return value


def symbols(params: Mapping[str, Any]) -> list[str]:
    """The symbols of a request. Raises Refusal when they are missing or no list of text."""
    given = params.get("symbol")
    if given is None:
        raise Refusal("Symbol(s) not found")
    if not isinstance(given, list) or not given or len(given) > 1000:
        raise Refusal("Symbol field must be an array")
    if any(isinstance(name, Number) or not isinstance(name, str) for name in given):
        raise Refusal("Symbol field must be an array")
    return given


def topics(exchange: Exchange, params: Mapping[str, Any]) -> Iterator[tuple[str, Topic | str]]:
    """Symbol and topic, or symbol and the error, for each symbol of a public subscription. Raises Refusal."""
    channel = params["channel"]
    if channel == "instrument":
        yield "", ("instrument",)
        return
    tail = _tail(channel, params)
    listed = {pair.symbol for pair in exchange.pairs}
    for symbol in dict.fromkeys(symbols(params)):
        if symbol in listed:
            yield symbol, (channel, symbol, *tail)
        else:
            yield symbol, f"Currency pair not supported {symbol}"


def _tail(channel: str, params: Mapping[str, Any]) -> tuple[str, ...]:
    if channel == "ohlc":
        return (_choice(params, "interval", INTERVALS, 1, "Subscription ohlc interval not supported"),)
    if channel == "book":
        return (_choice(params, "depth", DEPTHS, 10, "Subscription depth not supported"),)
    if channel == "ticker":
        trigger = str(params.get("event_trigger", "trades"))
        if trigger not in _TRIGGERS:
            raise Refusal("Event_trigger field must be trades or bbo")
        return (trigger,)
    return ()


def _choice(params: Mapping[str, Any], name: str, allowed: tuple[int, ...], default: int, error: str) -> str:
    value = params.get(name, Whole(default))
    if not isinstance(value, Whole) or value not in {str(one) for one in allowed}:
        raise Refusal(error)
    return str(value)


def wants_snapshot(params: Mapping[str, Any]) -> bool:
    """Whether data begins with a snapshot; all channels but `trade` do when nothing is said."""
    return boolean(params, "snapshot", params["channel"] != "trade")


def result(topic: Topic, *, snapshot: bool | None) -> dict[str, Any]:
    """The `result` of an acknowledgement, its members in alphabetical order as recorded."""
    channel = topic[0]
    members: dict[str, Any] = {"channel": channel}
    if channel == "book":
        members["depth"] = int(topic[2])
    elif channel == "ticker" and snapshot is not None:
        members["event_trigger"] = topic[2]
    elif channel == "ohlc":
        members["interval"] = int(topic[2])
    if snapshot is not None:
        members["snapshot"] = snapshot
    if len(topic) > 1:
        members["symbol"] = topic[1]
    if channel == "ohlc" and snapshot is not None:
        members["warnings"] = _OHLC_WARNINGS
    return members
