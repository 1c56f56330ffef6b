"""What a screen was given at one moment and no entry of the journal tells: quote, account, guards, ages."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from tui_bot.engine.events import Account, Quote
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.reading import Reading
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Feed, Phase, Snapshot
from tui_bot.market.candle import Candle
from tui_bot.market.order import OrderReport
from tui_bot.market.pair import PairRules


@dataclass(frozen=True, slots=True)
class Moment:
    """The fields of a ``Snapshot`` of the same names."""

    at_ms: int
    phase: Phase
    trouble: str
    mode: str
    settings: BotSettings
    rules: PairRules | None
    system_status: str
    quote: Quote | None
    feed: Feed
    clock_offset_ms: int | None
    forming: Candle | None
    exchange_size: Decimal | None
    account: Account | None
    account_trouble: str
    fee_rate: Decimal
    foreign: tuple[OrderReport, ...]
    calls: Gauge | None
    order_budget: Gauge | None
    guards: tuple[Reading, ...]
    values: tuple[tuple[str, str], ...]


NAMES = tuple(field.name for field in fields(Moment))


def moment_of(snapshot: Snapshot) -> Moment:
    """What is to be recorded of it."""
    return Moment(**{name: getattr(snapshot, name) for name in NAMES})
