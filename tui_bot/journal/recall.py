"""From the entries to what a restart must know."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import TypeVar

from tui_bot.engine.memory import Memory
from tui_bot.engine.records import (
    LEFT,
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
)
from tui_bot.journal.codec import decode
from tui_bot.journal.database import number
from tui_bot.market.order import Fill, Order

NEWEST_ORDERS = 1000

T = TypeVar("T")

# None for pair or interval means any.
_NEWEST = """
    SELECT at_ms, kind, body, seal FROM entry WHERE kind = :kind AND run IN (
        SELECT run FROM run WHERE pair = coalesce(:pair, pair) AND interval = coalesce(:interval, interval)
    ) ORDER BY seq DESC LIMIT 1
"""
_FILLS = """
    SELECT at_ms, kind, body, seal FROM entry
    WHERE kind = 'fill' AND run IN (SELECT run FROM run WHERE pair = :pair) ORDER BY seq
"""
_ORDERS = """
    SELECT at_ms, kind, body, seal FROM entry JOIN (
        SELECT max(seq) AS newest, min(seq) AS first FROM entry
        WHERE kind IN ('intent', 'order') AND run IN (SELECT run FROM run WHERE pair = :pair)
        GROUP BY subject
    ) ON seq = newest ORDER BY first DESC
"""

_LEARNT = """
    SELECT at_ms, kind, body, seal FROM entry JOIN (
        SELECT max(seq) AS newest FROM entry
        WHERE kind = 'learnt' AND run IN (SELECT run FROM run WHERE pair = :pair) GROUP BY subject
    ) ON seq = newest
"""

# The newest changes of the settings, and with them the last one that names all of them.
_EDITS = """
    SELECT at_ms, kind, body, seal FROM entry WHERE kind = 'settings' ORDER BY seq DESC LIMIT 50
"""


def recall(connection: sqlite3.Connection, pair: str, interval: int) -> Memory:
    """What the journal knows of this market. Raises sqlite3.Error, or ValueError for a bad entry.

    The run state is the same for all pairs. Override, target, orders and fills are those of ``pair``;
    the newest judged candle is that of ``pair`` at ``interval``.
    """
    run = _newest(connection, "run", RunChanged)
    override = _newest(connection, "override", OverrideChanged, pair)
    judged = _newest(connection, "decision", DecisionMade, pair)
    flatten = _newest(connection, "flatten", FlattenMoved, pair)
    decided = _newest(connection, "decision", DecisionMade, pair, interval)
    note = _newest(connection, "note", Note, pair)
    return Memory(
        journal_id=connection.execute("SELECT journal_id FROM journal").fetchone()[0],
        run=run.state if run else None,
        override=override.override if override else None,
        target=judged.target if judged else None,
        decided=decided.decision.candle if decided else None,
        orders=_orders(_bodies(connection, _ORDERS, {"pair": pair})),
        fills=_fills(_bodies(connection, _FILLS, {"pair": pair})),
        opened_before=number(connection, "SELECT count(*) FROM run") > 1,
        flattening=flatten is not None and flatten.under_way,
        left=note.facts.get(LEFT) if note else None,
        learnt=_learnt(_bodies(connection, _LEARNT, {"pair": pair})),
        edits=tuple(decode(*row) for row in reversed(connection.execute(_EDITS).fetchall())),
    )


def _newest(
    connection: sqlite3.Connection,
    kind: str,
    wanted: type[T],
    pair: str | None = None,
    interval: int | None = None,
) -> T | None:
    bodies = _bodies(connection, _NEWEST, {"kind": kind, "pair": pair, "interval": interval})
    return next((body for body in bodies if isinstance(body, wanted)), None)


def _bodies(
    connection: sqlite3.Connection, sql: str, values: Mapping[str, str | int | None]
) -> Iterator[Body]:
    for at_ms, kind, body, seal in connection.execute(sql, values):
        yield decode(at_ms, kind, body, seal).body


def _fills(bodies: Iterator[Body]) -> tuple[Fill, ...]:
    return tuple(body.fill for body in bodies if isinstance(body, Filled))


def _learnt(bodies: Iterator[Body]) -> dict[str, str]:
    return {body.name: body.value for body in bodies if isinstance(body, Learnt) and body.value}


def _orders(newest_first: Iterator[Body]) -> tuple[Order, ...]:
    """The newest orders and, however old, those whose end is not known; oldest first."""
    kept: list[Order] = []
    for place, body in enumerate(newest_first):
        order = _order(body)
        if order is not None and (place < NEWEST_ORDERS or not order.state.is_final):
            kept.append(order)
    return tuple(reversed(kept))


def _order(body: Body) -> Order | None:
    match body:
        case OrderMoved(order):
            return order
        case IntentMade(intent):
            return Order(intent, changed_ms=intent.created_ms)
        case _:
            return None
