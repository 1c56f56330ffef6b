"""Whatever a client sends, the box answers in JSON and goes on."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tui_bot.paper.desk import Desk
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.line import Line
from tui_bot.paper.ws.trading import METHODS

DESK = Desk(BoxOptions(speed=0, past_minutes=10))
HUB = Hub(DESK.box)

WORDS = [
    "BTC/USD",
    "XBT/USD",
    "buy",
    "limit",
    "market",
    "gtc",
    "executions",
    "book",
    "ohlc",
    "",
    "-1",
    "\ud800",
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["price", "type"]), inner),
    max_leaves=5,
)
NAMES = [
    "channel", "symbol", "interval", "depth", "snapshot", "event_trigger", "order_type", "side", "order_qty",
    "cash_order_qty", "limit_price", "limit_price_type", "triggers", "time_in_force", "margin", "post_only",
    "reduce_only", "expire_time", "deadline", "cl_ord_id", "order_userref", "conditional", "display_qty",
    "fee_preference", "stp_type", "validate", "order_id", "orders", "timeout",
]  # fmt: skip
PARAMS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)
VALID = {"order_type": "limit", "side": "buy", "order_qty": 0.01, "limit_price": 30000.0, "symbol": "BTC/USD"}


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([*METHODS, "subscribe", "unsubscribe", "ping", "nothing"]),
    PARAMS,
    st.booleans(),
    st.booleans(),
)
def test_any_request_gets_an_answer(method: str, params: dict[str, Any], valid: bool, known: bool) -> None:
    line = Line(HUB)
    token = DESK.private("GetWebSocketsToken")["token"]
    request = {**(VALID if valid else {}), **params, **({"token": token} if known else {})}
    answers = line.ask(method, 3, **request)
    assert [frame for frame in answers if frame.get("req_id") == 3]
    assert line.ask("ping")[-1]["method"] == "pong"
    line.leave()


@settings(max_examples=200, deadline=None)
@given(st.text() | st.builds(json.dumps, VALUES))
def test_any_text_gets_an_answer(text: str) -> None:
    line = Line(HUB)
    (answer,) = line.send(text)
    assert answer["success"] is False
    line.leave()
