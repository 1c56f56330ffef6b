"""What lines of the log a person wants to see. Pure."""

from __future__ import annotations

from enum import Enum

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
)
from tui_bot.market.order import OrderState
from tui_bot.strategy.decision import Verdict

_FAILED = frozenset({OrderState.UNKNOWN, OrderState.HALTED_UNKNOWN, OrderState.REJECTED, OrderState.NOT_SENT})


class Kind(Enum):
    """A choice of lines; the word is the one on the screen."""

    ALL = "all"
    SIGNALS = "signals"
    ORDERS = "orders"
    ERRORS = "errors"

    @property
    def next(self) -> Kind:
        """The choice after this one, the first after the last."""
        kinds = list(Kind)
        return kinds[(kinds.index(self) + 1) % len(kinds)]

    def takes(self, record: Record) -> bool:
        """Whether a line is among them."""
        return {Kind.SIGNALS: is_signal, Kind.ORDERS: is_order, Kind.ERRORS: is_trouble}.get(
            self, lambda _record: True
        )(record)


def is_signal(record: Record) -> bool:
    """A turn of the average, whatever became of it."""
    body = record.body
    if not isinstance(body, DecisionMade):
        return False
    return body.decision.verdict is not Verdict.NONE or body.outcome is not Outcome.NO_TRADE


def is_order(record: Record) -> bool:
    """What was ordered, filled, flattened or taken over."""
    return isinstance(record.body, IntentMade | OrderMoved | Filled | FlattenMoved | OverrideChanged)


def is_trouble(record: Record) -> bool:
    """A warning, an error, a halt, an order that was refused or is UNKNOWN."""
    match record.body:
        case Note() | Learnt() | FlattenMoved():
            return record.body.level in ("warning", "error")
        case RunChanged(state):
            return state.run is Run.HALTED
        case OrderMoved(order):
            return order.state in _FAILED
        case DecisionMade():
            return record.body.outcome in (Outcome.BLOCKED, Outcome.LATE)
    return False
