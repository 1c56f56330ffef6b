"""Orders: what is meant (intent), what became of it (state), what was executed (fill)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


class Side(Enum):
    """The side of an order."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 for a buy, -1 for a sell."""
        return 1 if self is Side.BUY else -1

    @property
    def opposite(self) -> Side:
        """The other side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class Origin(Enum):
    """Who wanted an order."""

    BOT = "bot"
    MANUAL = "manual"


class OrderState(Enum):
    """Where an order is in its life (see ``MOVES`` for the ways between them)."""

    INTENT = "intent"
    SENT = "sent"
    OPEN = "open"
    PARTIAL = "partial"
    CLOSED = "closed"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"
    NOT_PLACED = "not placed"
    HALTED_UNKNOWN = "halted unknown"
    VALIDATED = "validated"

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen to the order."""
        return not MOVES[self]

    @property
    def is_uncertain(self) -> bool:
        """Whether the exchange may hold the order without our knowing."""
        return self in _UNCERTAIN

    @property
    def never_existed(self) -> bool:
        """Whether the order ended without ever having been at the exchange."""
        return self in _NEVER_EXISTED


_FOUND = frozenset(
    {OrderState.OPEN, OrderState.PARTIAL, OrderState.CLOSED, OrderState.CANCELED, OrderState.EXPIRED}
)

#: Which states may follow which. An order found later than it was lost goes to the state found.
MOVES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.INTENT: frozenset({OrderState.SENT, OrderState.NOT_SENT, OrderState.UNKNOWN}),
    OrderState.SENT: _FOUND
    | {OrderState.REJECTED, OrderState.NOT_SENT, OrderState.UNKNOWN, OrderState.VALIDATED},
    OrderState.OPEN: _FOUND - {OrderState.OPEN},
    OrderState.PARTIAL: _FOUND - {OrderState.OPEN},
    OrderState.UNKNOWN: _FOUND | {OrderState.NOT_PLACED, OrderState.HALTED_UNKNOWN},
    OrderState.HALTED_UNKNOWN: _FOUND | {OrderState.NOT_PLACED},
    OrderState.CLOSED: frozenset(),
    OrderState.CANCELED: frozenset(),
    OrderState.EXPIRED: frozenset(),
    OrderState.REJECTED: frozenset(),
    OrderState.NOT_SENT: frozenset(),
    OrderState.NOT_PLACED: frozenset(),
    OrderState.VALIDATED: frozenset(),
}

_NEVER_EXISTED = frozenset(
    {OrderState.REJECTED, OrderState.NOT_SENT, OrderState.NOT_PLACED, OrderState.VALIDATED}
)
_UNCERTAIN = frozenset({OrderState.INTENT, OrderState.SENT, OrderState.UNKNOWN, OrderState.HALTED_UNKNOWN})


#: What the names of a flatten's legs begin with.
FLATTEN_LEG = "flatten"


@dataclass(frozen=True, slots=True)
class Funds:
    """What an account held of a pair's two assets when it was read at ``at_ms``."""

    base: Decimal
    quote: Decimal
    at_ms: int


@dataclass(frozen=True, slots=True)
class Intent:
    """An order as it is meant, fixed before the first byte of it leaves.

    ``signal`` names the cause, unique with ``leg``: a cause can have each leg at most once.
    ``price`` is the limit price, None for a market order. ``leverage`` 0 means spot.
    ``deadline_ms`` is the exchange time after which the exchange must refuse it.
    ``reference`` is the price the size and the collar were judged by. ``before`` is what the account held
    when it was last read before the order, None where that is not known. ``attempt`` 2 is the one more that
    may follow a first that is proved absent. ``validate`` asks the exchange to check the order only: it is
    never placed. An order with a ``trigger`` waits until the last price reaches it: to end a loss, or where
    it ``takes_profit`` to keep a gain. At ``expires_ms`` (0: never) the exchange ends what rests of it.
    ``settings`` is the digest of the settings it was made under.
    """

    cl_ord_id: str
    pair: str
    side: Side
    volume: Decimal
    price: Decimal | None
    leverage: int
    reduce_only: bool
    origin: Origin
    signal: str
    leg: str
    reference: Decimal
    created_ms: int
    deadline_ms: int
    before: Funds | None = None
    attempt: int = 1
    validate: bool = False
    trigger: Decimal | None = None
    takes_profit: bool = False
    expires_ms: int = 0
    settings: str = ""

    @property
    def is_market(self) -> bool:
        """Whether it takes whatever price the book gives."""
        return self.price is None and self.trigger is None

    @property
    def protects(self) -> bool:
        """Whether it waits at the exchange to close a position."""
        return self.trigger is not None

    @property
    def opens(self) -> bool:
        """Whether it may add exposure. A spot sale cannot: it sells what is held."""
        return not self.reduce_only and (self.leverage > 0 or self.side is Side.BUY)

    @property
    def is_flatten(self) -> bool:
        """Whether it is part of a flatten: a person wants out."""
        return self.origin is Origin.MANUAL and self.leg.startswith(FLATTEN_LEG)


@dataclass(frozen=True, slots=True)
class Order:
    """An intent and what is known of its fate.

    ``sent_ms`` is when its first byte left, ``answered_ms`` when the exchange's answer to it was read; 0 is
    not known.
    """

    intent: Intent
    state: OrderState = OrderState.INTENT
    txid: str | None = None
    executed: Decimal = Decimal(0)
    average: Decimal | None = None
    fee: Decimal = Decimal(0)
    reason: str = ""
    changed_ms: int = 0
    sent_ms: int = 0
    answered_ms: int = 0

    @property
    def remaining(self) -> Decimal:
        """The volume that is not executed."""
        return self.intent.volume - self.executed


@dataclass(frozen=True, slots=True)
class OrderReport:
    """What the exchange says of one order, from any of its views.

    ``state`` is one of OPEN, PARTIAL, CLOSED, CANCELED, EXPIRED; ``marks`` are the exchange's remarks, such
    as ``liquidated``.
    """

    txid: str
    cl_ord_id: str | None
    pair: str
    side: Side
    volume: Decimal
    executed: Decimal
    average: Decimal | None
    fee: Decimal
    state: OrderState
    price: Decimal | None = None
    leverage: int = 0
    reduce_only: bool = False
    reason: str = ""
    opened_ms: int = 0
    marks: tuple[str, ...] = ()

    @property
    def is_liquidation(self) -> bool:
        """Whether the exchange made it to close a position by force."""
        return any("liquidat" in mark for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution. ``fee`` is in quote units, ``at_ms`` exchange time."""

    trade_id: str
    txid: str
    pair: str
    side: Side
    price: Decimal
    volume: Decimal
    cost: Decimal
    fee: Decimal
    at_ms: int
    leverage: int = 0
    maker: bool = False
