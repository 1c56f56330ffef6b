"""Entries in words: one plain line each, fit for a terminal and for grep."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from tui_bot.engine.commands import Until
from tui_bot.engine.memory import Override
from tui_bot.engine.records import (
    Body,
    DecisionMade,
    Filled,
    FlattenMoved,
    IntentMade,
    Learnt,
    Note,
    OrderMoved,
    OverrideChanged,
    RunChanged,
    SettingsChanged,
)
from tui_bot.journal.codec import KINDS
from tui_bot.journal.reader import Entry
from tui_bot.market.number import plain
from tui_bot.market.order import Fill, Intent, Order
from tui_bot.sanitise import sanitise

_LONGEST = 1000


def line(entry: Entry) -> str:
    """``2026-11-22 11:06:00.000Z  fill      bought 0.001 at 65000 ...``: time by the exchange's clock."""
    kind = KINDS[type(entry.body)]
    return f"{time_of(entry.at_ms).replace('T', ' ')}  {kind:<8}  {sentence(entry.body)}"


def time_of(at_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03}Z"


def sentence(body: Body) -> str:
    """What an entry says, made safe to show."""
    return sanitise(_said(body), _LONGEST)


def _said(body: Body) -> str:
    match body:
        case DecisionMade():
            return _decision(body)
        case IntentMade(intent):
            under = f", settings {intent.settings}" if intent.settings else ""
            return f"{_meant(intent)}, {intent.signal} {intent.leg}, {intent.cl_ord_id}{under}"
        case OrderMoved(order):
            return _order(order)
        case Filled(fill, cl_ord_id):
            return f"{_done(fill)}, trade {fill.trade_id}, {cl_ord_id}"
        case RunChanged(state):
            return f"{state.run.value}: {state.reason}"
        case OverrideChanged(override, reason):
            return f"{_override(override)}: {reason}"
        case FlattenMoved(under_way, level, text):
            return f"{level}: {'begun' if under_way else 'ended'}: {text}"
        case SettingsChanged(changes, digest, by):
            told = ", ".join(f"{change.name} {change.before} → {change.after}" for change in changes)
            what = told or ("as they are" if by == "start" else "nothing changed")
            return f"{what} (settings {digest}{f', by {by}' if by else ''})"
        case Note() | Learnt():
            return _remark(body)


def _remark(body: Note | Learnt) -> str:
    facts = body.facts if isinstance(body, Note) else {}
    told = ", ".join(f"{name} {value}" for name, value in facts.items())
    return f"{body.level}: {body.text}" + (f" ({told})" if told else "")


def _decision(made: DecisionMade) -> str:
    decision = made.decision
    parts = [f"{made.outcome.value}: {decision.reason}", f"close {plain(decision.close)}"]
    if decision.sums:
        parts.append(f"average {plain(_short(decision.averages[-1]))} over {decision.period}")
    parts.append(f"target {plain(made.target)}")
    parts += [block.sentence for block in made.blocks]
    if made.note:
        parts.append(made.note)
    return ", ".join(parts)


def _short(value: Decimal) -> Decimal:
    """At most eight decimals, the way a person reads an average."""
    return round(value, 8).normalize()


def _meant(intent: Intent) -> str:
    price = "at the market" if intent.price is None else f"at {plain(intent.price)}"
    if intent.trigger is not None:
        price = f"when the price reaches {plain(intent.trigger)}"
    margin = f", leverage {intent.leverage}" if intent.leverage else ""
    reduce = ", reduce only" if intent.reduce_only else ""
    what = f"{intent.origin.value} {intent.side.value} {plain(intent.volume)} {intent.pair}"
    return f"{what} {price}{margin}{reduce}"


def _order(order: Order) -> str:
    parts = [f"{order.state.value}: {_meant(order.intent)}"]
    if order.executed:
        average = f" at {plain(order.average)}" if order.average is not None else ""
        parts.append(f"executed {plain(order.executed)}{average}")
    if order.reason:
        parts.append(order.reason)
    parts.append(order.txid or "no txid")
    parts.append(order.intent.cl_ord_id)
    return ", ".join(parts)


def _done(fill: Fill) -> str:
    verb = "bought" if fill.side.sign > 0 else "sold"
    return f"{verb} {plain(fill.volume)} {fill.pair} at {plain(fill.price)}, fee {plain(fill.fee)}"


def _override(override: Override | None) -> str:
    if override is None:
        return "handed back to the bot"
    if override.contract.until is Until.CANDLES:
        return f"manual, {override.left} candles left"
    if override.contract.price is not None:
        way = "above" if override.contract.above else "below"
        return f"manual until the price is {way} {plain(override.contract.price)}"
    return f"manual until {override.contract.until.value}"
