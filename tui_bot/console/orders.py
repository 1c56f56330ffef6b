"""The orders panel: ours, newest first, then what else rests at the exchange."""

from __future__ import annotations

import math
from functools import partial

from tui_bot.console import words
from tui_bot.console.empty import empty_rows
from tui_bot.console.position import open_orders
from tui_bot.console.rows import Row, Span, choose, row, rule
from tui_bot.console.watch import View
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.order import Order, OrderReport, OrderState, Side

BAR = ("│", "rule")


def orders_rows(view: View, width: int, height: int, corner: str = "┬", edge: bool = True) -> list[Row]:
    """A heading with the resting count and as many orders as there is room for.

    ``edge`` draws the line that parts the panel from its left neighbour.
    """
    snap = view.snap
    if snap is None or (snap.account is None and snap.transport is None):
        unread = empty_rows("orders", view, width - edge, height - 1)
        return [rule("orders", width, corner=corner), *((BAR, *line) if edge else line for line in unread)]
    inner = width - edge
    lines = [*_uncertain_first(view, snap, inner), *(_external(view, order, inner) for order in snap.foreign)]
    if not lines:
        lines = empty_rows("orders", view, inner, height - 1)
    room = max(height - 1, 0)
    if allowance := _allowance(view, snap):
        lines = lines[: max(room - 1, 0)]
        lines += [()] * (room - 1 - len(lines)) if edge else []
        lines.append(allowance)
    lines = lines[:room]
    if edge:
        lines += [()] * (room - len(lines))
        lines = [(BAR, *line) for line in lines]
    return [rule("orders", width, _count(snap), corner), *lines]


#: The panel where it stands alone under other panels.
stacked_orders = partial(orders_rows, corner="─", edge=False)


def _uncertain_first(view: View, snap: Snapshot, width: int) -> list[Row]:
    """Newest first, but an order of unknown fate is never pushed off the panel."""
    loud = [order for order in snap.orders if order.state.is_uncertain]
    calm = [order for order in snap.orders if not order.state.is_uncertain]
    return [_own(view, order, width) for order in (*loud, *calm)]


def _count(snap: Snapshot) -> Row:
    resting, foreign = open_orders(snap), len(snap.foreign)
    own = (f" {resting} resting " if resting else " none resting ", "text" if resting else "dim")
    return row(own, (f"· {foreign} EXTERNAL ", "warn bold")) if foreign else row(own)


def _allowance(view: View, snap: Snapshot) -> Row:
    """What is used of what the exchange allows in a time."""
    spans: list[Span] = []
    for name, gauge in (("api", snap.calls), ("orders", snap.order_budget)):
        if gauge is not None:
            used = gauge.used(view.now_ms)
            scarce = used >= gauge.limit * 0.8
            spans += [
                (f" {name} ", "dim"),
                (f"{math.ceil(used)}/{gauge.limit:g}", "warn bold" if scarce else "dim"),
                (" ", "dim"),
            ]
    return row(*spans)


def _own(view: View, order: Order, width: int) -> Row:
    intent = order.intent
    time = words.time_of(intent.created_ms)
    kind = words.price_kind(intent, view.decimals, "mkt", "")
    head = _head(time, intent.side, words.volume(intent.volume), kind)
    state, ink = words.STATE_WORD[order.state], _ink(order.state)
    if order.state is OrderState.PARTIAL:
        state = f"partial {words.volume(order.executed)}"
    average = "" if order.average is None else f" {words.number(order.average, view.decimals)}"
    fee = f" fee {words.number(order.fee, 2)}" if order.fee else ""
    tail = row((state, ink), (average, "text"))
    if intent.price is not None and order.state is OrderState.CLOSED:
        head = _head(time, intent.side, words.volume(intent.volume), "lmt")
    return choose(width, row(*head, *tail, (fee, "dim")), row(*head, *tail), row(*head, (state, ink)))


def _external(view: View, order: OrderReport, width: int) -> Row:
    kind = "mkt" if order.price is None else words.number(order.price, view.decimals)
    time = words.time_of(order.opened_ms) if order.opened_ms else "  ?  "
    head = _head(time, order.side, words.volume(order.volume), kind)
    return choose(
        width,
        row(*head, ("EXTERNAL", "warn bold"), (" not the bot's", "dim")),
        row(*head, ("EXTERNAL", "warn bold")),
    )


def _head(time: str, side: Side, volume: str, kind: str) -> Row:
    return row(
        (f" {time} ", "dim"),
        (f"{side.name:<4} ", words.SIDE_INK[side]),
        (volume, "text"),
        (f" {kind} ", "dim"),
    )


def _ink(state: OrderState) -> str:
    if state.is_uncertain:
        return "alarm bold reverse" if words.STATE_WORD[state] == "UNKNOWN" else "warn"
    if state is OrderState.REJECTED:
        return "alarm"
    return "text" if state in (OrderState.OPEN, OrderState.PARTIAL) else "dim"
