"""All that the bot can ask for. The runner carries them out, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui_bot.engine.records import IntentMade, Record
from tui_bot.market.candle import Candle
from tui_bot.market.order import Intent, Order


@dataclass(frozen=True, slots=True)
class Keep:
    """Write this to the journal."""

    record: Record


@dataclass(frozen=True, slots=True)
class KeepCandles:
    """Write these closed candles to the journal, so that their market can be played again."""

    candles: tuple[Candle, ...]


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
class ReadStream:
    """Have the account's stream tell again what rests and what was executed, where there is one."""


@dataclass(frozen=True, slots=True)
class ReadRules:
    """Read the pair's rules again."""


@dataclass(frozen=True, slots=True)
class MeasureClock:
    """Ask the exchange for its time now."""


Action = (
    Keep
    | KeepCandles
    | PlaceOrder
    | CancelOrder
    | LookUp
    | ReadAccount
    | ReadStream
    | ReadRules
    | MeasureClock
)


def records_of(actions: Iterable[Action]) -> list[Record]:
    """The entries that the journal is to hold before any of the actions is carried out."""
    records: list[Record] = []
    for action in actions:
        if isinstance(action, Keep):
            records.append(action.record)
        elif isinstance(action, PlaceOrder):
            records.append(Record(action.intent.created_ms, IntentMade(action.intent)))
    return records


def candles_of(actions: Iterable[Action]) -> list[Candle]:
    """The closed candles that it is to hold."""
    return [candle for action in actions if isinstance(action, KeepCandles) for candle in action.candles]
