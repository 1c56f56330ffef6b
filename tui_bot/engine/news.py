"""What comes by push: news of our account, which may be read as well, the order book, changes of the pair."""

from __future__ import annotations

from dataclasses import dataclass

from tui_bot.engine.events import Event
from tui_bot.market.book import Book
from tui_bot.market.order import Fill, OrderReport


@dataclass(frozen=True, slots=True)
class Executed(Event):
    """An execution, pushed. ``cl_ord_id`` is its order's, None where the exchange does not name it."""

    fill: Fill
    cl_ord_id: str | None


@dataclass(frozen=True, slots=True)
class OrderReported(Event):
    """How an order of the account stands, pushed."""

    report: OrderReport


@dataclass(frozen=True, slots=True)
class BalanceMoved(Event):
    """Something of the account's money moved, pushed; what is held is to be read."""


@dataclass(frozen=True, slots=True)
class AccountSource(Event):
    """Where news of orders and money comes from now: ``name`` and ``reason`` are as in ``FeedSource``."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class StreamRead(Event):
    """The account's stream has told all it knows: what rests, and the newest executions, just before."""


@dataclass(frozen=True, slots=True)
class BookMoved(Event):
    """The order book as it stands; None while it is not known."""

    book: Book | None


@dataclass(frozen=True, slots=True)
class RulesOutdated(Event):
    """The exchange says that something about the pair has changed; its rules are to be read again."""
