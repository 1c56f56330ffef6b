"""The signal log: each record as one wrapped sentence with a time and a tag."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.console import words
from tui_bot.console.rows import Row, row, text_of, wrap
from tui_bot.engine.memory import Run
from tui_bot.engine.records import (
    DecisionMade,
    Filled,
    FlattenMoved,
    IntentMade,
    Learnt,
    Note,
    OrderMoved,
    Outcome,
    OverrideChanged,
    Record,
    RunChanged,
    SettingsChanged,
)
from tui_bot.market.order import OrderState, Side
from tui_bot.sanitise import sanitise
from tui_bot.strategy.decision import Decision, Verdict

Line = tuple[str, str, Row]
_TAG_WIDTH = 9

#: Wide enough that a sentence is one row.
_ONE_ROW = 100_000


def record_rows(record: Record, width: int, decimals: int) -> list[Row]:
    """The record's rows at this width; wide screens get the seconds too.

    None where another line says the same: a market order is accepted and filled in one breath, and
    its fill is what counts. The journal has every step.
    """
    if _is_said_by_the_fill(record):
        return []
    tag, ink, body = _line(record, decimals)
    time = words.time_of(record.at_ms, seconds=width >= 100)
    head = row((f" {time} ", "dim"), (f"{tag:<{_TAG_WIDTH}} ", ink))
    return wrap(head, body, width - 1)


def sentence(record: Record, decimals: int) -> str:
    """A record in one line of text, with its time; empty where another line says the same."""
    rows = record_rows(record, _ONE_ROW, decimals)
    return " ".join(" ".join(text_of(line) for line in rows).split())


def _is_said_by_the_fill(record: Record) -> bool:
    if not isinstance(record.body, OrderMoved) or not record.body.order.intent.is_market:
        return False
    return record.body.order.state in (OrderState.OPEN, OrderState.PARTIAL, OrderState.CLOSED)


def _line(record: Record, decimals: int) -> Line:
    match record.body:
        case DecisionMade():
            return _decision(record.body)
        case IntentMade(intent):
            kind = words.price_kind(intent, decimals, "market", "limit ")
            cause = f"{intent.origin.value} · {sanitise(intent.signal, 60)}"
            text = f"{intent.side.name} {words.volume(intent.volume)} {kind} · {cause}"
            return "ORDER", words.SIDE_INK[intent.side], ((text, "text"),)
        case OrderMoved():
            return _moved(record.body, decimals)
        case Filled(fill, _):
            text = f"{fill.side.name} {words.volume(fill.volume)} @ {words.number(fill.price, decimals)}"
            more = f"  fee {words.number(fill.fee, 2)}{'  maker' if fill.maker else ''}"
            return "FILLED", f"{words.SIDE_INK[fill.side]} bold", ((text, "text"), (more, "dim"))
        case RunChanged(state):
            ink = {Run.RUN: "ok bold", Run.PAUSED: "warn bold", Run.HALTED: "alarm bold reverse"}[state.run]
            return state.run.value, ink, ((sanitise(state.reason), "text"),)
        case OverrideChanged(override, reason):
            text = "ended" if override is None else words.contract(override.contract)
            return (
                "OVERRIDE",
                "warn bold",
                row((text, "text"), (f"  {sanitise(reason)}" if reason else "", "dim")),
            )
        case FlattenMoved(_, level, text):
            return "FLATTEN", "alarm bold" if level == "error" else "warn bold", ((sanitise(text), "text"),)
        case SettingsChanged(changes, _, by):
            text = ", ".join(
                f"{sanitise(c.name, 40)}: {sanitise(c.before, 40)} → {sanitise(c.after, 40)}" for c in changes
            )
            who = {"file": "  found changed in the file", "form": ""}.get(by, "")
            said = "as in the file" if by == "start" else "unchanged"
            return "SETTINGS", "key", row((text or said, "text"), (who, "dim"))
        case Note() | Learnt():
            return _remark(record.body)


def _remark(body: Note | Learnt) -> Line:
    facts = body.facts.items() if isinstance(body, Note) else ()
    more = "".join(f" {sanitise(k, 30)}={sanitise(v, 60)}" for k, v in facts)
    tag, ink = _level(body.level)
    return tag, ink, row((sanitise(body.text), "text"), (f" {more}" if more else "", "dim"))


def _level(level: str) -> tuple[str, str]:
    return {"warning": ("WARNING", "warn bold"), "error": ("ERROR", "alarm bold")}.get(level, ("note", "dim"))


def _decision(made: DecisionMade) -> Line:
    decision = made.decision
    verdict = decision.verdict
    why = row(
        (slopes(decision), "dim"),
        (sanitise(decision.reason), "text"),
        (f" · {sanitise(made.note)}" if made.note else "", "dim"),
    )
    if made.outcome is Outcome.NO_TRADE and verdict is Verdict.NONE:
        return "no trade", "dim", why
    side = {Verdict.BUY: Side.BUY, Verdict.SELL: Side.SELL, Verdict.NONE: None}[verdict]
    name = "" if side is None else f"{side.name} "
    said = (name, "text" if side is None else f"{words.SIDE_INK[side]} bold")
    if made.outcome is Outcome.SIGNAL:
        return "SIGNAL", "mark bold", row(said, *why)
    if made.outcome is Outcome.BLOCKED:
        blocks: list[tuple[str, str]] = []
        for reading in made.blocks:
            blocks.append((f"{' · ' if blocks else ''}{sanitise(reading.sentence, 120)}", "text"))
            if reading.advice:
                blocks.append((f" → {sanitise(reading.advice, 120)}", "warn"))
        note = (f" · {sanitise(made.note)}" if made.note else "", "dim")
        return "BLOCKED", "warn bold", row(said, *blocks, note)
    tag = {Outcome.HELD: "HELD", Outcome.LATE: "LATE"}.get(made.outcome, "no trade")
    return tag, "warn", row(said, *why)


def slopes(decision: Decision) -> str:
    """``SMA 67,729.1 ▲▼  −1.4  ``: the newest average and its last two steps."""
    if not decision.averages:
        return ""
    arrows = "".join(words.arrow(step) for step in decision.slopes)
    places = _places(decision.close)
    newest = words.number(decision.averages[-1], places)
    return f"SMA {newest} {arrows} slope {words.signed(decision.slope, places)}  "


def _places(close: Decimal) -> int:
    exponent = close.as_tuple().exponent
    return min(max(-exponent, 1), 8) if isinstance(exponent, int) else 2


def _moved(moved: OrderMoved, decimals: int) -> Line:
    order = moved.order
    state = order.state
    text = f"{order.intent.side.name} {words.volume(order.intent.volume)} {words.STATE_WORD[state]}"
    parts = []
    if order.executed:
        price = "" if order.average is None else f" at {words.number(order.average, decimals)}"
        parts.append(f"{words.volume(order.executed)} executed{price}")
    if order.reason:
        parts.append(sanitise(order.reason))
    if order.txid:
        parts.append(sanitise(order.txid, 30))
    loud = state in (OrderState.UNKNOWN, OrderState.HALTED_UNKNOWN)
    ink = "alarm bold reverse" if loud else "alarm bold" if state is OrderState.REJECTED else "text"
    body = row((text, "alarm bold" if loud else "text"), (f"  {' · '.join(parts)}" if parts else "", "dim"))
    return "UNKNOWN" if loud else "order", ink, body
