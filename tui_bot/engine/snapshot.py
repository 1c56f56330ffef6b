"""The bot at one moment, frozen: all that a screen may show and nothing it could change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from tui_bot.engine.gauge import Gauge
from tui_bot.engine.guards import Circumstances, Reading
from tui_bot.engine.memory import Override, RunState
from tui_bot.engine.records import Record
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.transport import Transport
from tui_bot.market.book import Book
from tui_bot.market.candle import Candle
from tui_bot.market.number import ZERO
from tui_bot.market.order import Fill, Order, OrderReport, OrderState, Origin, Side
from tui_bot.market.pair import PairRules
from tui_bot.market.position import Position
from tui_bot.strategy.decision import Decision, Outlook

if TYPE_CHECKING:
    from tui_bot.engine.events import Account, Quote
    from tui_bot.engine.preflight import Check


class Phase(Enum):
    """Where the engine is in its life."""

    STARTING = "starting"
    ARMING = "arming"
    RECOVERING = "recovering"
    READY = "ready"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DEAD = "dead"


class MarkKind(Enum):
    """What a mark on the chart stands for."""

    FILL = "fill"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Mark:
    """A buy or sell on the chart, at a candle's begin."""

    begin: int
    side: Side
    price: Decimal
    kind: MarkKind
    origin: Origin


@dataclass(frozen=True, slots=True)
class Feed:
    """How fresh the market is.

    ``heard_ms`` is when a quote came, None: not yet. ``trouble`` is the last failure, empty when it is over.
    ``source`` is ``push`` or ``poll``; ``account`` is the same for news of orders and money, since
    ``account_since_ms`` (None: nothing was told yet).
    """

    heard_ms: int | None
    source: str
    trouble: str
    refused: int
    account: str = "poll"
    account_since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The UTC day so far: result net of fees (realised), fees, number of fills."""

    net: Decimal
    fees: Decimal
    fills: int


NO_FEED = Feed(None, "poll", "", 0)
NO_OUTLOOK = Outlook(None, (), "no candles yet")
NO_DAY = Day(ZERO, ZERO, 0)
NO_POSITION = Position()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """See each field's type. ``beat`` counts the events handled: it proves that the loop lives.

    ``next_close_ms`` is when the running candle ends. ``orders`` are newest first; ``foreign`` are
    open orders at the exchange that are not ours. ``log`` is oldest first, the newest 500; ``edits`` are the
    newest changes of the settings, oldest first.
    ``exchange_size`` is what the exchange says we hold (margin position, or base balance on spot).
    ``fills`` are our newest 50 executions, newest first.
    ``account_trouble`` is why the account could not be read, empty when it could.
    ``calls`` and ``order_budget`` are what is used of the exchange's allowance.
    ``circumstances`` are what an order would be judged by now. ``values`` are the settings of the config file
    in effect, as (path, text); ``caps`` the hard caps on some of them, from ``caps_file``.
    ``checks`` are the rows of the arming list, ``remark`` says what became of the last word.
    ``flatten_cut_off``: a stop came between a flatten and its end, and nobody has resumed it.
    ``next_look_ms`` is when an order of unknown fate is looked for again, None while there is none.
    ``transport`` is there where a recording is shown: then nothing is traded.
    """

    at_ms: int
    beat: int
    phase: Phase
    trouble: str
    mode: str
    rate: float
    settings: BotSettings
    run: RunState
    override: Override | None
    rules: PairRules | None = None
    system_status: str = "?"
    quote: Quote | None = None
    book: Book | None = None
    feed: Feed = NO_FEED
    clock_offset_ms: int | None = None
    candles: tuple[Candle, ...] = ()
    forming: Candle | None = None
    line: tuple[Decimal | None, ...] = ()
    outlook: Outlook = NO_OUTLOOK
    next_close_ms: int | None = None
    decision: Decision | None = None
    decided_ms: int | None = None
    target: Decimal = ZERO
    position: Position = NO_POSITION
    exchange_size: Decimal | None = None
    account: Account | None = None
    account_trouble: str = ""
    fee_rate: Decimal = ZERO
    day: Day = NO_DAY
    orders: tuple[Order, ...] = ()
    foreign: tuple[OrderReport, ...] = ()
    fills: tuple[Fill, ...] = ()
    marks: tuple[Mark, ...] = ()
    calls: Gauge | None = None
    order_budget: Gauge | None = None
    guards: tuple[Reading, ...] = ()
    circumstances: Circumstances | None = None
    log: tuple[Record, ...] = ()
    edits: tuple[Record, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    caps: tuple[tuple[str, str], ...] = ()
    caps_file: str = ""
    checks: tuple[Check, ...] = ()
    remark: str = ""
    flatten_cut_off: bool = False
    next_look_ms: int | None = None
    transport: Transport | None = None

    @property
    def stop(self) -> Decimal | None:
        """The trigger of our stop that is known to rest at the exchange, None where there is none."""
        resting = (one for one in self.orders if one.state is OrderState.OPEN and not one.intent.takes_profit)
        return next((one.intent.trigger for one in resting if one.intent.trigger is not None), None)
