"""What the engine needs of the world. The Kraken client, the journal and the clock implement it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tui_bot.engine.events import Account, Answer, Event, Quote
    from tui_bot.engine.gauge import Gauge
    from tui_bot.engine.memory import Memory
    from tui_bot.engine.records import Record
    from tui_bot.market.candle import Candle
    from tui_bot.market.order import Fill, Intent, Order, OrderReport
    from tui_bot.market.pair import PairRules

#: The state of a pair that the exchange has no words for: it is gone.
NOT_LISTED = "not listed"


class ExchangeError(Exception):
    """A read failed. ``retryable`` tells a passing trouble from one that needs a person.

    The message says what happened in plain words and is safe to show.
    """

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class JournalError(Exception):
    """The journal cannot be opened, read or written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Counters:
    """This machine's own clocks in milliseconds, each from anywhere.

    ``steady`` stands still while the machine sleeps, ``elapsed`` goes on where the system can tell, ``wall``
    can be set.
    """

    steady: int
    elapsed: int
    wall: int


class Clock(Protocol):
    """Exchange time, as well as it is known."""

    @property
    def rate(self) -> float:
        """How many exchange seconds pass in a real one; 1 at Kraken."""
        ...

    def now_ms(self) -> int:
        """Unix milliseconds by the exchange's clock."""
        ...

    def counters(self) -> Counters:
        """What this machine's clocks read now, to tell sleep and jumps by."""
        ...

    async def sleep_until(self, at_ms: int) -> None:
        """Return when the exchange's clock reads at least ``at_ms``."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look for one order found; ``report`` None: it is in no list of the exchange."""

    report: OrderReport | None
    fills: tuple[Fill, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """The exchange's and the pair's state, in the exchange's words."""

    system: str
    pair: str


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What the exchange says of the API key in use; None where it does not say.

    ``permissions`` are in Kraken's names (GetApiKeyInfo). ``valid_until_s`` is Unix seconds, 0 for ever.
    """

    permissions: frozenset[str] | None = None
    may_withdraw: bool | None = None
    nonce_window: int | None = None
    ip_allowlist: tuple[str, ...] | None = None
    valid_until_s: int | None = None


class Exchange(Protocol):
    """Orders and account of one pair. Reads raise ``ExchangeError``."""

    async def rules(self) -> PairRules:
        """The pair's rules; resolves its name on the first call."""
        ...

    async def status(self) -> Status:
        """Whether the exchange and the pair are open for trading."""
        ...

    async def candles(self, interval: int) -> tuple[Candle, ...]:
        """The closed candles it has (at most 720), oldest first; ``interval`` in seconds."""
        ...

    async def account(self) -> Account:
        """Positions, balances and open orders."""
        ...

    async def ended(self, since_ms: int) -> tuple[OrderReport, ...]:
        """The orders of the pair that ended since ``since_ms``, ours and others'."""
        ...

    async def place(self, intent: Intent, release: Callable[[], str]) -> Answer:
        """Send an order once. Never raises for a lost answer: that is an ``Answer`` too.

        ``release`` is asked right before the first byte leaves; what it says is why it is not sent.
        """
        ...

    async def cancel(self, txid: str) -> str:
        """Cancel an order; the error text, or empty when accepted."""
        ...

    async def look_up(self, order: Order) -> Finding:
        """Search open orders, closed orders and trades for one of ours."""
        ...

    async def measure_clock(self) -> int:
        """The exchange's clock minus this machine's, in milliseconds; also corrects the ``Clock``."""
        ...

    def gauges(self) -> tuple[Gauge, Gauge]:
        """What of the exchange's allowance is used: private calls, and orders of the pair."""
        ...

    async def close(self) -> None:
        """Drop all connections."""
        ...


class LiveExchange(Exchange, Protocol):
    """An exchange that may have to be armed before it is traded at."""

    async def quote(self) -> Quote:
        """Best bid, best ask and last price."""
        ...

    async def key_facts(self) -> KeyFacts:
        """What the API key in use may do."""
        ...


class Feed(Protocol):
    """The market as events: candles, quotes, status."""

    async def run(self, emit: Callable[[Event], None]) -> None:
        """Emit events until cancelled. Troubles are events as well, not exceptions."""
        ...

    def read_account_again(self) -> None:
        """Have what is pushed of the account told once more, up to a ``StreamRead``, if anything is."""
        ...


class Journal(Protocol):
    """What happened, durable. All calls come from one thread; all raise ``JournalError``."""

    @property
    def trouble(self) -> str:
        """Why no new exposure should be journaled for now, empty when all is well."""
        ...

    def recall(self) -> Memory:
        """What a restart must know."""
        ...

    def write(self, records: Sequence[Record], candles: Sequence[Candle] = ()) -> None:
        """Append all or nothing; returns when it would survive a power cut. Closed candles are no entries."""
        ...

    def tend(self) -> None:
        """Mend what can be mended without a person; may change ``trouble``. Called now and then."""
        ...

    def close(self) -> None:
        """Release the file and its lock."""
        ...
