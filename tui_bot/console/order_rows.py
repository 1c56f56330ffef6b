"""The orders table, worded: what lives, then what has ended; times, latencies and fills of one. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tui_bot.console import words
from tui_bot.console.banner import next_look
from tui_bot.console.rows import EMPTY, Row, Span, fit, row
from tui_bot.console.watch import View
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.order import Fill, Order, OrderReport, OrderState
from tui_bot.sanitise import sanitise

#: A table so wide has times and latencies to the second and the millisecond; one wider still has ages.
_TIMES, _AGES = 70, 78


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table: an order of the bot's, or one at the exchange that is not."""

    own: Order | None = None
    foreign: OrderReport | None = None

    @property
    def key(self) -> str:
        """What it is found by again in the next snapshot."""
        if self.own is not None:
            return self.own.intent.cl_ord_id
        return self.foreign.txid if self.foreign is not None else ""

    @property
    def rests(self) -> bool:
        """Whether it is ours and can be cancelled."""
        return self.own is not None and self.own.state in (OrderState.OPEN, OrderState.PARTIAL)


def entries_of(snap: Snapshot) -> list[Entry]:
    """Of unknown fate, resting, EXTERNAL, ended; each newest first."""
    uncertain = [Entry(order) for order in snap.orders if order.state.is_uncertain]
    resting = [entry for entry in map(Entry, snap.orders) if entry.rests]
    ended = [Entry(order) for order in snap.orders if order.state.is_final]
    return [*uncertain, *resting, *(Entry(foreign=report) for report in snap.foreign), *ended]


def head_row(width: int) -> Row:
    """The names of the columns."""
    names = ("time", "side", "volume", "price", "state", "filled at", "sent", "ack", "age")
    return fit((("  ", "dim"), *_cells(width, *((name, "dim") for name in names))), width)


def entry_row(view: View, entry: Entry, here: bool, width: int) -> Row:
    """One line."""
    mark = ("▸ ", "key bold") if here else ("  ", "text")
    if entry.own is not None:
        return fit((mark, *_own(view, entry.own, width)), width)
    if entry.foreign is not None:
        return fit((mark, *_foreign(view, entry.foreign, width)), width)
    return EMPTY


def _cells(
    width: int,
    time: Span,
    side: Span,
    volume: Span,
    price: Span,
    state: Span,
    average: Span,
    sent: Span,
    answered: Span,
    age: Span,
) -> Row:
    """The columns there is room for."""
    cells = [
        (f"{time[0]:<8} " if width >= _TIMES else f"{time[0]:<5.5} ", time[1]),
        (f"{side[0]:<4} ", side[1]),
        (f"{volume[0]:<8} ", volume[1]),
        (f"{price[0]:>9} ", price[1]),
        (f"{state[0]:<13} ", state[1]),
        (f"{average[0]:>9} ", average[1]),
    ]
    if width >= _TIMES:
        cells += [(f"{sent[0]:>5} ", sent[1]), (f"{answered[0]:>5}", answered[1])]
    if width >= _AGES:
        cells.append((f" {age[0]:>6}", age[1]))
    return row(*cells)


def _own(view: View, order: Order, width: int) -> Row:
    intent, rate = order.intent, view.snap.rate if view.snap else 1
    average = "" if order.average is None else words.number(order.average, view.decimals)
    state, ink = words.STATE_WORD[order.state], state_ink(order.state)
    if order.state is OrderState.PARTIAL:
        state = f"part {words.volume(order.executed)}"
    if order.state is OrderState.OPEN and intent.expires_ms:
        state = f"rests {words.countdown(intent.expires_ms - view.now_ms)}"
    return _cells(
        width,
        (words.time_of(intent.created_ms, seconds=True), "dim"),
        (intent.side.name, words.SIDE_INK[intent.side]),
        (words.volume(intent.volume), "text"),
        (words.price_kind(intent, view.decimals, "market", ""), "text"),
        (state, ink),
        (average, "text"),
        (words.latency(sent_after(order), rate), "dim"),
        (words.latency(answered_after(order), rate), "dim"),
        (words.age(view.now_ms - intent.created_ms), "dim"),
    )


def _foreign(view: View, order: OrderReport, width: int) -> Row:
    known = order.opened_ms > 0
    return _cells(
        width,
        (words.time_of(order.opened_ms, seconds=True) if known else words.UNKNOWN, "dim"),
        (order.side.name, words.SIDE_INK[order.side]),
        (words.volume(order.volume), "text"),
        ("market" if order.price is None else words.number(order.price, view.decimals), "text"),
        ("EXTERNAL", "warn bold"),
        ("" if order.average is None else words.number(order.average, view.decimals), "text"),
        ("", "dim"),
        ("", "dim"),
        (words.age(view.now_ms - order.opened_ms) if known else words.UNKNOWN, "dim"),
    )


def state_ink(state: OrderState) -> str:
    """Loud for what is not known, plain for what lives, dim for what is over."""
    if state.is_uncertain:
        return "alarm bold reverse" if words.STATE_WORD[state] == "UNKNOWN" else "warn"
    if state is OrderState.REJECTED:
        return "alarm"
    return "text bold" if state in (OrderState.OPEN, OrderState.PARTIAL) else "dim"


def sent_after(order: Order) -> int | None:
    """Exchange milliseconds from the decision until its first byte left."""
    return order.sent_ms - order.intent.created_ms if order.sent_ms else None


def answered_after(order: Order) -> int | None:
    """Exchange milliseconds from then until the exchange's answer was read."""
    return order.answered_ms - order.sent_ms if order.answered_ms else None


def detail_rows(view: View, entry: Entry) -> list[Row]:
    """Everything about one order."""
    if entry.own is not None and view.snap is not None:
        return _story(view, view.snap, entry.own)
    if entry.foreign is not None:
        return [
            row(("id       ", "dim"), (sanitise(entry.foreign.txid, 30), "text")),
            row(("EXTERNAL ", "warn bold"), ("not the bot's: it is never touched from here", "text")),
        ]
    return [EMPTY]


def _story(view: View, snap: Snapshot, order: Order) -> list[Row]:
    intent = order.intent
    lines = [
        row(
            ("id       ", "dim"),
            (sanitise(order.txid or "none yet", 30), "text"),
            (f"  ours {sanitise(intent.cl_ord_id, 40)}", "dim"),
        ),
        row(
            ("cause    ", "dim"),
            (f"{intent.origin.value}, {sanitise(intent.leg, 20)}", "text"),
            (f"  {sanitise(intent.signal, 60)}", "dim"),
        ),
        row(
            ("times    ", "dim"),
            (f"decided {words.time_of(intent.created_ms, seconds=True)} UTC", "text"),
            (f" → sent {words.latency(sent_after(order), snap.rate)} later", "text"),
            (f" → answered {words.latency(answered_after(order), snap.rate)} later", "text"),
        ),
    ]
    if intent.expires_ms:
        left = words.countdown(intent.expires_ms - view.now_ms)
        over = "" if order.state.is_final else f", in {left}"
        lines.append(row(("ends     ", "dim"), (f"{_moment(intent.expires_ms)} UTC{over}", "text")))
    if words.STATE_WORD[order.state] == "UNKNOWN":
        lines.append(row(("fate     ", "dim"), (_fate(view, snap, order), "warn")))
    if order.reason:
        lines.append(row(("reason   ", "dim"), (sanitise(order.reason, 200), "warn")))
    return [*lines, *_fills(view, [fill for fill in snap.fills if fill.txid == order.txid])]


def _fate(view: View, snap: Snapshot, order: Order) -> str:
    """Until when an order whose answer was lost may still arrive, and when it is looked for again."""
    deadline_ms = order.intent.deadline_ms
    late = f"may still arrive until {_moment(deadline_ms)} UTC" if view.now_ms <= deadline_ms else ""
    arrival = late or f"may be there since {_moment(order.intent.created_ms)} UTC, arrives no more"
    return arrival + next_look(view, snap)


def _fills(view: View, fills: list[Fill]) -> list[Row]:
    """The executions, the newest few of them."""
    lines = [
        row(
            ("filled   ", "dim"),
            (f"{words.volume(fill.volume)} @ {words.number(fill.price, view.decimals)}", "text bold"),
            (f"  fee {words.number(fill.fee, 2)}{'  maker' if fill.maker else ''}", "text"),
            (f"  {_moment(fill.at_ms)} UTC, {words.age(view.now_ms - fill.at_ms)} ago", "dim"),
        )
        for fill in fills[:4]
    ]
    more = len(fills) - len(lines)
    return [*lines, *([row((f"         and {more} more", "dim"))] if more > 0 else [])]


def _moment(ms: int) -> str:
    return words.time_of(ms, seconds=True)
