"""All that the bot can ask for. The runner carries them out, in order."""

from __future__ import annotations

from dataclasses import dataclass

from tui_bot.engine.records import Record
from tui_bot.market.order import Intent, Order


@dataclass(frozen=True, slots=True)
class Keep:
    """Write this to the journal."""

    record: Record


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Commit the intent to the journal, then send it; never the other way round."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Ask the exchange to cancel an order of ours."""

    txid: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Search the exchange for one of our orders."""

    order: Order


@dataclass(frozen=True, slots=True)
class ReadAccount:
    """Read positions, balances, open orders, and where ``ended_since_ms`` says so the orders ended since."""

    ended_since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ReadRules:
    """Read the pair's rules again."""


Action = Keep | PlaceOrder | CancelOrder | LookUp | ReadAccount | ReadRules
