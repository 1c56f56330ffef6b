"""Trading requests: their parameters put into those of the REST method, its result into theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui_bot.paper.auth import permit
from tui_bot.paper.box import Box
from tui_bot.paper.gateway import perform
from tui_bot.paper.keys import ApiKey
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.ws import frames
from tui_bot.paper.ws.frames import Params, Request
from tui_bot.paper.ws.requests import OrderForm
from tui_bot.paper.ws.session import Session
from tui_bot.paper.ws.striking import strike
from tui_bot.paper.ws.text import Number

_CHANNELS = {"executions": "query-open-trades", "balances": "query-funds"}
_MOST_CANCELED = 50


def token(params: Params) -> str:
    """The token of a private request. Raises Refusal."""
    given = params.get("token")
    if not isinstance(given, str) or not given:
        raise Refusal("Token(s) not found")
    return given


def permit_channel(key: ApiKey, channel: str) -> None:
    """Raises Refusal when the key may not see a private channel."""
    permit(key, _CHANNELS[channel])


def answer(box: Box, session: Session, request: Request) -> None:
    """Does a trading request and sends its answer, or one answer an order. Raises Refusal."""
    key = box.tokens.key_of(token(request.params), session.number, box.exchange.now_ns)
    act, method = METHODS[request.method]
    params = {name: value for name, value in request.params.items() if isinstance(value, str)}

    def apply() -> None:
        act(box, session, request, key)

    rule = box.faults.pick(method, params, box.exchange.now_ns) if box.faults.rules else None
    if rule is None:
        apply()
    else:
        strike(box, session, rule, apply)


def _succeed(box: Box, session: Session, request: Request, result: Any, **more: Any) -> None:
    session.send(frames.success(request, box.exchange.now_ns, result, **more))


def _add(box: Box, session: Session, request: Request, key: ApiKey) -> None:
    form = OrderForm(box.doubts, box.exchange.pairs)
    placed = perform(box, key, "AddOrder", form.add(request.params))
    _succeed(box, session, request, _placed(request.params, placed.get("txid", [""])[0]))


def _batch_add(box: Box, session: Session, request: Request, key: ApiKey) -> None:
    form, rows = OrderForm(box.doubts, box.exchange.pairs), request.params.get("orders")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise invalid("orders")
    result = perform(box, key, "AddOrderBatch", form.batch(request.params, rows))
    answers: list[dict[str, Any]] = []
    for row, one in zip(rows, result["orders"], strict=True):
        if "error" in one:
            answers.append({"success": False, "error": one["error"]})
        else:
            answers.append(_placed(row, one.get("txid", "")))
    _succeed(box, session, request, answers)


def _amend(box: Box, session: Session, request: Request, key: ApiKey) -> None:
    params = OrderForm(box.doubts, box.exchange.pairs).amend(request.params)
    result = perform(box, key, "AmendOrder", params)
    name = "order_id" if "txid" in params else "cl_ord_id"
    _succeed(box, session, request, {"amend_id": result["amend_id"], name: request.params[name]})


def _edit(box: Box, session: Session, request: Request, key: ApiKey) -> None:
    params = OrderForm(box.doubts, box.exchange.pairs).edit(request.params)
    result = perform(box, key, "EditOrder", params)
    # with `validate` there is no new order
    ids = {"order_id": result.get("txid", ""), "original_order_id": result["originaltxid"]}
    _succeed(box, session, request, ids)


def _cancel(box: Box, session: Session, request: Request, key: ApiKey) -> None:
    asked = [
        (name, one)
        for name in ("order_id", "cl_ord_id", "order_userref")
        for one in _ids(request.params, name)
    ]
    if not asked:
        raise invalid("order_id")
    for name, one in asked:
        try:
            perform(box, key, "CancelOrder", {"cl_ord_id" if name == "cl_ord_id" else "txid": str(one)})
        except Refusal as refusal:
            session.send(frames.failure(request, box.exchange.now_ns, refusal.text, **{name: one}))
        else:
            _succeed(box, session, request, {name: one})


def _cancel_all(box: Box, session: Session, request: Request, key: ApiKey) -> None:
    _succeed(box, session, request, perform(box, key, "CancelAll", {}))


def _cancel_after(box: Box, session: Session, request: Request, key: ApiKey) -> None:
    timeout = request.params.get("timeout")
    if not isinstance(timeout, Number):
        raise invalid("timeout")
    _succeed(box, session, request, perform(box, key, "CancelAllOrdersAfter", {"timeout": str(timeout)}))


def _batch_cancel(box: Box, session: Session, request: Request, key: ApiKey) -> None:
    orders, clients = _ids(request.params, "orders"), _ids(request.params, "cl_ord_id")
    if not 2 <= len(orders) + len(clients) <= _MOST_CANCELED:
        raise invalid("orders")
    params = {"orders": ",".join(map(str, orders)), "cl_ord_ids": ",".join(map(str, clients))}
    count = perform(box, key, "CancelOrderBatch", params)["count"]
    if box.doubts.ws_batch_count:
        _succeed(box, session, request, {"count": count})
    else:
        _succeed(box, session, request, None, orders_cancelled=count)


def _placed(params: Params, txid: str) -> dict[str, Any]:
    result = {"order_id": txid}
    for name in ("cl_ord_id", "order_userref"):
        if name in params:
            result[name] = params[name]
    return result


def _ids(params: Params, name: str) -> list[str]:
    """A list of ids; order_userref are numbers. Raises Refusal."""
    given = params.get(name, [])
    if not isinstance(given, list) or not all(
        isinstance(one, str) and one and "," not in one for one in given
    ):
        raise invalid(name)
    return given


# what does each request, and the REST method that is the same thing
METHODS: dict[str, tuple[Callable[[Box, Session, Request, ApiKey], None], str]] = {
    "add_order": (_add, "AddOrder"),
    "amend_order": (_amend, "AmendOrder"),
    "edit_order": (_edit, "EditOrder"),
    "cancel_order": (_cancel, "CancelOrder"),
    "cancel_all": (_cancel_all, "CancelAll"),
    "cancel_all_orders_after": (_cancel_after, "CancelAllOrdersAfter"),
    "batch_add": (_batch_add, "AddOrderBatch"),
    "batch_cancel": (_batch_cancel, "CancelOrderBatch"),
}
