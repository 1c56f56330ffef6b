"""What is worth keeping: the entries of the journal and of the signal log."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from tui_bot.engine.commands import Change
from tui_bot.engine.guards import Reading
from tui_bot.engine.memory import Override, RunState
from tui_bot.market.order import Fill, Intent, Order
from tui_bot.strategy.decision import Decision


class Outcome(Enum):
    """What followed from a decision."""

    NO_TRADE = "no trade"
    SIGNAL = "signal"
    BLOCKED = "blocked"
    HELD = "held"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """A closed candle was judged; ``blocks`` are the guards that said no, ``note`` adds the why.

    ``readings`` are all guards as they stood then, empty where no order was wanted and none was asked.
    """

    decision: Decision
    outcome: Outcome
    target: Decimal
    blocks: tuple[Reading, ...]
    note: str
    settings: str
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class IntentMade:
    """An order is about to be sent."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """An order reached another state, or more of it was executed."""

    order: Order


@dataclass(frozen=True, slots=True)
class Filled:
    """An execution of one of our orders was booked."""

    fill: Fill
    cl_ord_id: str


@dataclass(frozen=True, slots=True)
class RunChanged:
    """RUN, PAUSED or HALTED from now on."""

    state: RunState


@dataclass(frozen=True, slots=True)
class OverrideChanged:
    """An override began, counted down, or ended (None)."""

    override: Override | None
    reason: str


@dataclass(frozen=True, slots=True)
class FlattenMoved:
    """A flatten began (``under_way``) or ended: flat, given up, cut off. ``level`` as in ``Note``."""

    under_way: bool
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Settings were changed; ``digest`` names the new ones, ``values`` are all of them as (path, text).

    ``by`` is who: ``form`` (the console), ``file`` (found changed at a start), ``start`` (the first start).
    """

    changes: tuple[Change, ...]
    digest: str
    by: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Learnt:
    """A fact that the next start must know: the newest ``value`` of a ``name``. ``level`` as in ``Note``."""

    name: str
    value: str
    level: str
    text: str


#: The fact of a note that says what an orderly stop left at the exchange.
LEFT = "left"


@dataclass(frozen=True, slots=True)
class Note:
    """Anything else worth keeping: starts, stops, refusals. ``level`` is info, warning or error."""

    level: str
    text: str
    facts: dict[str, str] = field(default_factory=dict)


Body = (
    DecisionMade
    | IntentMade
    | OrderMoved
    | Filled
    | RunChanged
    | OverrideChanged
    | FlattenMoved
    | SettingsChanged
    | Learnt
    | Note
)


@dataclass(frozen=True, slots=True)
class Record:
    """One entry: when it was (exchange time), and what."""

    at_ms: int
    body: Body
