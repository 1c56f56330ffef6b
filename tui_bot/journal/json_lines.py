"""Entries for machines: one JSON object a line.

Every line has ``seq``, ``time`` (RFC 3339, exchange clock), ``at_ms``, ``wall_ms`` (this machine's clock),
``pair`` and ``kind``. Numbers of money are texts, exact. Further keys by kind:

- ``decision``: ``outcome``, ``verdict``, ``reason``, ``candle`` (its begin, Unix s), ``close``, ``period``,
  ``average`` and ``slope`` (the newest, may be rounded), ``target``, ``blocks`` (list of ``name``,
  ``value``, ``limit``, ``advice``), ``note``, ``settings`` (digest)
- ``intent``: ``cl_ord_id``, ``origin``, ``side``, ``volume``, ``price`` (null: market),
  ``trigger`` (of a stop or take-profit, else null), ``leverage``, ``reduce_only``, ``signal``, ``leg``,
  ``reference``, ``deadline_ms``, ``settings`` (digest)
- ``order``: the keys of ``intent``, and ``state``, ``txid``, ``executed``, ``average``, ``fee``, ``reason``
- ``fill``: ``trade_id``, ``txid``, ``cl_ord_id``, ``side``, ``price``, ``volume``, ``cost``, ``fee``,
  ``maker``
- ``settings``: ``digest``, ``by`` (form, file, start), ``changes`` (list of ``name``, ``before``, ``after``)
- ``run``: ``state`` (RUN, PAUSED, HALTED), ``reason``, ``since_ms``
- ``override``: ``until`` (null: it ended), ``candles_left``, ``since_ms``, ``reason``
- ``learnt`` (what the next start must know): ``name``, ``value``, ``level``, ``text``
- ``note``: ``level``, ``text``, ``facts``
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

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
from tui_bot.journal.words import time_of
from tui_bot.market.number import plain
from tui_bot.market.order import Fill, Intent, Order


def json_line(entry: Entry) -> str:
    """The entry as one line of JSON in ASCII, without the line's end."""
    head = {
        "seq": entry.seq,
        "time": time_of(entry.at_ms),
        "at_ms": entry.at_ms,
        "wall_ms": entry.wall_ms,
        "pair": entry.pair,
        "kind": KINDS[type(entry.body)],
    }
    return json.dumps(head | _facts(entry.body), separators=(",", ":"))


def _facts(body: Body) -> dict[str, Any]:
    match body:
        case DecisionMade():
            return _decision(body)
        case IntentMade(intent):
            return _intent(intent)
        case OrderMoved(order):
            return _order(order)
        case Filled(fill, cl_ord_id):
            return _fill(fill, cl_ord_id)
        case SettingsChanged(changes, digest, by):
            told = [{"name": item.name, "before": item.before, "after": item.after} for item in changes]
            return {"digest": digest, "by": by, "changes": told}
        case RunChanged(state):
            return {"state": state.run.value, "reason": state.reason, "since_ms": state.since_ms}
        case OverrideChanged(override, reason):
            return _override(override) | {"reason": reason}
        case FlattenMoved(under_way, level, text):
            return {"under_way": under_way, "level": level, "text": text}
        case Note() | Learnt():
            return _remark(body)


def _remark(body: Note | Learnt) -> dict[str, Any]:
    told = {"level": body.level, "text": body.text}
    return told | (
        {"facts": body.facts} if isinstance(body, Note) else {"name": body.name, "value": body.value}
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _decision(made: DecisionMade) -> dict[str, Any]:
    decision = made.decision
    return {
        "outcome": made.outcome.value,
        "verdict": decision.verdict.value,
        "reason": decision.reason,
        "candle": decision.candle,
        "close": plain(decision.close),
        "period": decision.period,
        "average": _text(decision.averages[-1] if decision.sums else None),
        "slope": _text(decision.slope),
        "target": plain(made.target),
        "blocks": [
            {"name": block.name, "value": block.value, "limit": block.limit, "advice": block.advice}
            for block in made.blocks
        ],
        "note": made.note,
        "settings": made.settings,
    }


def _intent(intent: Intent) -> dict[str, Any]:
    return {
        "cl_ord_id": intent.cl_ord_id,
        "origin": intent.origin.value,
        "side": intent.side.value,
        "volume": plain(intent.volume),
        "price": _text(intent.price),
        "trigger": _text(intent.trigger),
        "leverage": intent.leverage,
        "reduce_only": intent.reduce_only,
        "signal": intent.signal,
        "leg": intent.leg,
        "reference": plain(intent.reference),
        "deadline_ms": intent.deadline_ms,
        "settings": intent.settings,
    }


def _order(order: Order) -> dict[str, Any]:
    return _intent(order.intent) | {
        "state": order.state.value,
        "txid": order.txid,
        "executed": plain(order.executed),
        "average": _text(order.average),
        "fee": plain(order.fee),
        "reason": order.reason,
    }


def _fill(fill: Fill, cl_ord_id: str) -> dict[str, Any]:
    return {
        "trade_id": fill.trade_id,
        "txid": fill.txid,
        "cl_ord_id": cl_ord_id,
        "side": fill.side.value,
        "price": plain(fill.price),
        "volume": plain(fill.volume),
        "cost": plain(fill.cost),
        "fee": plain(fill.fee),
        "maker": fill.maker,
    }


def _override(override: Override | None) -> dict[str, Any]:
    if override is None:
        return {"until": None, "candles_left": None, "since_ms": None}
    return {
        "until": override.contract.until.value,
        "candles_left": override.left,
        "since_ms": override.since_ms,
    }
