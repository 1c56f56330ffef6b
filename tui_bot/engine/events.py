"""All that can happen to the bot. Every event carries the exchange time at which it was learnt.

``at_ms`` is Unix milliseconds UTC by the exchange's clock; the core knows no other time.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui_bot.engine.account import Account as Account
from tui_bot.engine.account import Holding as Holding
from tui_bot.engine.answers import Acked as Acked
from tui_bot.engine.answers import Answer as Answer
from tui_bot.engine.answers import Lost as Lost
from tui_bot.engine.answers import NotSent as NotSent
from tui_bot.engine.answers import Refused as Refused
from tui_bot.engine.answers import Validated as Validated
from tui_bot.engine.commands import Command
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.memory import Memory
from tui_bot.engine.quote import Quote as Quote
from tui_bot.market.candle import Candle
from tui_bot.market.order import Fill, OrderReport
from tui_bot.market.pair import PairRules


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Recovered(Event):
    """What the journal remembers and the exchange says, before anything is traded.

    ``candles`` are closed, oldest first; ``ended`` are orders that ended since the journal's last word.
    ``values`` are the settings of the start as (path, text), empty where nobody names them.
    """

    rules: PairRules
    account: Account
    memory: Memory
    candles: tuple[Candle, ...]
    ended: tuple[OrderReport, ...] = ()
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CandleClosed(Event):
    """A candle is complete."""

    candle: Candle


@dataclass(frozen=True, slots=True)
class CandleForming(Event):
    """The running candle as it stands; it never decides anything."""

    candle: Candle


@dataclass(frozen=True, slots=True)
class CandleRefused(Event):
    """A candle from the feed that cannot be believed, and why."""

    begin: int
    reason: str


@dataclass(frozen=True, slots=True)
class CandlesLost(Event):
    """The candles from ``first`` up to ``until`` (begins) cannot be had any more."""

    first: int
    until: int


@dataclass(frozen=True, slots=True)
class Quoted(Event):
    """A new quote."""

    quote: Quote


@dataclass(frozen=True, slots=True)
class FeedRead(Event):
    """A read of ``what`` of the market failed, or came through again; ``fault`` is then empty."""

    what: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class FeedSource(Event):
    """Where quotes and the running candle come from now, ``push`` or ``poll``.

    ``reason`` says why it changed; empty when nobody needs to be told.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reconnected(Event):
    """The exchange was out of hearing for a while and is back; what happened meanwhile is to be read."""


@dataclass(frozen=True, slots=True)
class StatusReported(Event):
    """The state of the exchange and of the pair, in its own words (``online`` is the good one)."""

    system: str
    pair: str


@dataclass(frozen=True, slots=True)
class RulesReported(Event):
    """The pair's rules as they are now."""

    rules: PairRules


@dataclass(frozen=True, slots=True)
class ClockMeasured(Event):
    """How far this machine's clock is from the exchange's (positive: the exchange is ahead)."""

    offset_ms: int


@dataclass(frozen=True, slots=True)
class OrderAnswered(Event):
    """The answer to an order that was sent; ``sent_ms`` is when its first byte left, 0 where unknown."""

    cl_ord_id: str
    answer: Answer
    sent_ms: int = 0


@dataclass(frozen=True, slots=True)
class CancelAnswered(Event):
    """The answer to a cancel; ``error`` is empty when it was accepted."""

    txid: str
    error: str


@dataclass(frozen=True, slots=True)
class LookedUp(Event):
    """A complete look for one order in open orders, closed orders and trades.

    ``report`` None means that it was in none of them at ``at_ms``.
    """

    cl_ord_id: str
    report: OrderReport | None
    fills: tuple[Fill, ...] = ()


@dataclass(frozen=True, slots=True)
class LookUpFailed(Event):
    """A look that could not be completed; it proves nothing."""

    cl_ord_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccountReported(Event):
    """The account as the exchange sees it now; ``ended`` the orders that ended lately, None if not read."""

    account: Account
    ended: tuple[OrderReport, ...] | None = None


@dataclass(frozen=True, slots=True)
class AccountUnread(Event):
    """The account could not be read; what is shown grows old. ``lasting``: until a person mends it."""

    reason: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class BudgetReported(Event):
    """What of the exchange's allowance is used: private calls, and orders of the pair."""

    calls: Gauge
    orders: Gauge


@dataclass(frozen=True, slots=True)
class Commanded(Event):
    """A person said something."""

    command: Command


@dataclass(frozen=True, slots=True)
class Ticked(Event):
    """Time passed."""


@dataclass(frozen=True, slots=True)
class Remarked(Event):
    """Something outside the core that a person should see; ``level`` as in ``records.Note``."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class TimeSlipped(Event):
    """Time has not passed evenly, in real milliseconds since the last look.

    The machine was ``asleep_ms`` asleep, its clock was set by ``set_ms``, the engine was held up ``lag_ms``.
    """

    asleep_ms: int
    set_ms: int
    lag_ms: int


@dataclass(frozen=True, slots=True)
class JournalStrained(Event):
    """The journal writes into its reserve (``trouble``), or no longer does (empty)."""

    trouble: str


@dataclass(frozen=True, slots=True)
class Broken(Event):
    """A part of the engine failed in a way nobody expected; trading must stop."""

    reason: str
