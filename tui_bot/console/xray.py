"""Why a candle was traded or not: every number that led there, and what became of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

from tui_bot.console import words
from tui_bot.console.rows import EMPTY, Row, Span, row
from tui_bot.console.watch import View
from tui_bot.engine.guards import Reading
from tui_bot.engine.identity import candle_signal
from tui_bot.engine.records import DecisionMade, Filled, Note, OrderMoved, Record
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.candle import Candle
from tui_bot.market.number import plain
from tui_bot.market.order import Fill, Intent, Order
from tui_bot.sanitise import sanitise
from tui_bot.strategy.decision import Decision, Verdict

#: Where to look for what is no longer in memory.
ELSEWHERE = "`tui-bot journal` has it"


@dataclass(frozen=True, slots=True)
class Case:
    """What is still known of one candle.

    ``made`` is the bot's own word on it and when that was said; None: it is not in memory, and ``decision``
    was worked out anew by the settings of now. ``judged`` tells whether this run could judge it at all.
    """

    candles: tuple[Candle, ...]
    decision: Decision | None
    made: DecisionMade | None
    made_ms: int
    orders: tuple[Order, ...]
    fills: tuple[Fill, ...]
    resent: str


def case_of(snap: Snapshot, begin: int) -> Case:
    """Everything in the snapshot about the closed candle that begins at ``begin``."""
    place = bisect_left(snap.candles, begin, key=lambda candle: candle.begin)
    known = place < len(snap.candles) and snap.candles[place].begin == begin
    candles = snap.candles[: place + 1] if known else ()
    said = _said(snap, begin)
    made = said.body if said is not None and isinstance(said.body, DecisionMade) else None
    decision = made.decision if made else snap.settings.strategy.decide(candles) if candles else None
    signal = candle_signal(snap.settings.pair, snap.settings.interval, begin)
    orders = tuple(order for order in reversed(snap.orders) if order.intent.signal == signal)
    ids = {order.intent.cl_ord_id for order in orders}
    fills = tuple(
        record.body.fill
        for record in snap.log
        if isinstance(record.body, Filled) and record.body.cl_ord_id in ids
    )
    return Case(candles, decision, made, said.at_ms if said else 0, orders, fills, _resent(snap, signal))


def candle_of(snap: Snapshot, record: Record) -> int:
    """The candle that a line of the log judged or ordered for, else the one that had just closed."""
    interval = snap.settings.interval
    body = record.body
    signal = ""
    if isinstance(body, DecisionMade):
        return body.decision.candle
    if isinstance(body, OrderMoved):
        signal = body.order.intent.signal
    elif isinstance(body, Filled):
        ours = (order.intent for order in snap.orders)
        signal = next((intent.signal for intent in ours if intent.cl_ord_id == body.cl_ord_id), "")
    begin = signal.removeprefix(candle_signal(snap.settings.pair, interval, 0)[:-1])
    if begin != signal and begin.isdecimal():
        return int(begin)
    return record.at_ms // 1000 // interval * interval - interval


def _said(snap: Snapshot, begin: int) -> Record | None:
    for record in reversed(snap.log):
        if isinstance(record.body, DecisionMade) and record.body.decision.candle == begin:
            return record
    return None


def _resent(snap: Snapshot, signal: str) -> str:
    """What became of the one more attempt that the person allows, if it came to that."""
    notes = (record.body for record in reversed(snap.log) if isinstance(record.body, Note))
    return next((note.text for note in notes if note.facts.get("resend") == signal), "")


def xray_rows(view: View, begin: int | None) -> list[Row]:
    """From the closes to the orders; ``begin`` None is the newest candle that was judged."""
    snap = view.snap
    newest = snap.decision.candle if snap is not None and snap.decision is not None else None
    begin = newest if begin is None else begin
    if snap is None or begin is None:
        return [(("no candle was judged yet", "dim"),)]
    if snap.candles and begin > snap.candles[-1].begin:
        return [(("this candle still runs: it decides nothing until it closes", "text"),)]
    case = case_of(snap, begin)
    if case.decision is None:
        where = f"not in memory any more: {ELSEWHERE}"
        return [row(("candle      ", "dim"), (words.time_of(begin * 1000), "text"), (f"  {where}", "warn"))]
    return [
        *_candle(view, snap, case.decision, case.candles),
        EMPTY,
        *_averages(case.decision, view.decimals),
        EMPTY,
        *_verdict(snap, case, case.decision),
        EMPTY,
        *_guards(snap, case),
        EMPTY,
        *_orders(view, case),
    ]


def _candle(view: View, snap: Snapshot, decision: Decision, candles: tuple[Candle, ...]) -> list[Row]:
    begin, places = decision.candle * 1000, view.decimals
    lines = [
        row(
            ("candle      ", "dim"),
            (f"{words.time_of(begin)} to {words.time_of(begin + snap.settings.interval * 1000)} UTC", "text"),
            (f"   close {words.number(decision.close, places)}", "text bold"),
            ("   left out by the exchange: no trades" if candles and candles[-1].filled else "", "warn"),
        )
    ]
    if candles:
        candle = candles[-1]
        prices = "  ".join(words.number(price, places) for price in (candle.open, candle.high, candle.low))
        lines.append(
            row(
                ("o h l       ", "dim"),
                (prices, "text"),
                (f"   volume {words.volume(candle.volume)} in {candle.trades} trades", "dim"),
            )
        )
    if len(candles) > decision.period:
        old = candles[-1 - decision.period]
        gap = decision.close - old.close
        lines.append(
            row(
                ("leaves      ", "dim"),
                (f"close of {words.time_of(old.begin * 1000)} ", "text"),
                (words.number(old.close, places), "text"),
                ("  newest minus this ", "dim"),
                (words.signed(gap, places), words.ink_of(gap)),
            )
        )
    newest = "  ".join(words.number(candle.close, places) for candle in candles[-3:])
    return [*lines, row(("closes      ", "dim"), (f"… {newest}", "text"))]


def _averages(decision: Decision, decimals: int) -> list[Row]:
    lines = []
    for name, total, average in zip(
        ("two before", "one before", "newest"), decision.sums, decision.averages, strict=False
    ):
        lines.append(
            row(
                (f"{name:<11} ", "dim"),
                (f"sum {plain(total)}", "text"),
                (f" / {decision.period} = ", "dim"),
                (words.number(average, decimals + 3), "text bold"),
            )
        )
    for name, step in zip(("step then", "step now"), decision.slopes, strict=False):
        slope: Decimal = step / decision.period
        lines.append(
            row(
                (f"{name:<11} ", "dim"),
                (f"{words.arrow(step)} ", words.ink_of(step)),
                (f"{words.signed(slope, decimals + 3)} a candle", "text"),
            )
        )
    return lines or [row(("averages    ", "dim"), ("none yet", "dim"))]


def _verdict(snap: Snapshot, case: Case, decision: Decision) -> list[Row]:
    verdict = row(
        ("verdict     ", "dim"),
        (decision.verdict.name, "text bold"),
        (f"  {sanitise(decision.reason)}", "text"),
    )
    made = case.made
    if made is None:
        why = f"not in memory; the verdict is worked out anew by the settings of now: {ELSEWHERE}"
        return [verdict, row(("outcome     ", "dim"), (why, "warn"))]
    held = snap.position.size
    lines = [
        verdict,
        row(
            ("outcome     ", "dim"),
            (made.outcome.value.upper(), "text bold"),
            (f"  {sanitise(made.note)}" if made.note else "", "text"),
        ),
        row(
            ("target      ", "dim"),
            (f"{words.holding(made.target)} {words.volume(abs(made.target))}", "text"),
            ("   held now ", "dim"),
            (f"{words.holding(held)} {words.volume(abs(held))}", "text"),
        ),
        row(("settings    ", "dim"), (words.digest(sanitise(made.settings, 40)), "dim")),
    ]
    if case.resent:
        lines.append(row(("resend      ", "dim"), (sanitise(case.resent), "warn")))
    return lines


def _guards(snap: Snapshot, case: Case) -> list[Row]:
    made, newest = case.made, snap.decision
    if made is not None and (made.readings or made.blocks):
        title = "guards as they stood then" if made.readings else "guards that said no"
        return [((title, "title"),), *map(_reading, made.readings or made.blocks)]
    title = "guards: none was asked, no order was wanted"
    if made is None and case.decision is not None and case.decision.verdict is not Verdict.NONE:
        title = f"guards: what they said then is not in memory, {ELSEWHERE}"
    lines: list[Row] = [((title, "title"),)]
    if newest is not None and case.decision is not None and newest.candle == case.decision.candle:
        lines += [
            ((" as they stand now, for an entry of the usual size", "dim"),),
            *map(_reading, snap.guards),
        ]
    return lines


def _reading(reading: Reading) -> Row:
    verdict = ("ok    ", "ok") if reading.ok else ("BLOCK ", "alarm bold")
    advice = f" → {sanitise(reading.advice)}" if reading.advice else ""
    return row(verdict, (sanitise(reading.sentence), "text"), (advice, "warn"))


def _orders(view: View, case: Case) -> list[Row]:
    if not case.orders:
        if case.made is not None and case.made.decision.verdict is not Verdict.NONE:
            return [(("orders: none in memory for this candle", "title"),), ((ELSEWHERE, "dim"),)]
        return [(("orders: none", "title"),)]
    lines: list[Row] = [(("orders", "title"),)]
    for order in case.orders:
        lines += _order(view, case, order)
    return lines


def _order(view: View, case: Case, order: Order) -> list[Row]:
    intent, places = order.intent, view.decimals
    kind = words.price_kind(intent, places, "market", "limit ")
    lines = [
        row(
            (f"{sanitise(intent.leg, 10):<11} ", "dim"),
            (f"{intent.side.name} ", f"{words.SIDE_INK[intent.side]} bold"),
            (f"{words.volume(intent.volume)} {kind}", "text"),
            (f"   {words.STATE_WORD[order.state]}", "text bold"),
            (f"  {sanitise(order.reason)}" if order.reason else "", "warn"),
        ),
        row(("times       ", "dim"), *_latency(order, case.made_ms), *_under(intent)),
    ]
    return lines + [_fill(fill, order, places) for fill in case.fills if fill.txid == order.txid]


def _under(intent: Intent) -> Row:
    """Which settings it was made under."""
    return row((f"  settings {words.digest(intent.settings)}" if intent.settings else "", "dim"))


def _latency(order: Order, decided_ms: int) -> Row:
    """Each step as its time since the one before; a step that is not known is a question mark."""
    intended = decided_ms or order.intent.created_ms
    spans: list[Span] = [("decided ", "dim"), (words.time_of(intended, seconds=True), "text")]
    before = intended
    for name, at_ms in (("sent", order.sent_ms), ("answered", order.answered_ms)):
        text = f"+{max(at_ms - before, 0)} ms" if at_ms else words.UNKNOWN
        spans += [(f"  {name} ", "dim"), (text, "text")]
        before = at_ms or before
    return tuple(spans)


def _fill(fill: Fill, order: Order, places: int) -> Row:
    since = order.sent_ms or order.intent.created_ms
    return row(
        ("filled      ", "dim"),
        (f"{words.volume(fill.volume)} @ {words.number(fill.price, places)}", "text"),
        (f"  fee {words.number(fill.fee, 2)}{'  maker' if fill.maker else ''}", "dim"),
        (f"  {words.time_of(fill.at_ms, seconds=True)}", "text"),
        (f"  {max(fill.at_ms - since, 0)} ms after it was sent", "dim"),
    )
