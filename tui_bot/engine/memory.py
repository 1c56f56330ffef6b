"""What the bot must know again after a restart; the journal keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from tui_bot.engine.commands import Contract, Until
from tui_bot.market.order import Fill, Order

if TYPE_CHECKING:
    from tui_bot.engine.records import Record


class Run(Enum):
    """RUN trades; PAUSED takes no new exposure but still exits; HALTED does nothing by itself."""

    RUN = "RUN"
    PAUSED = "PAUSED"
    HALTED = "HALTED"


@dataclass(frozen=True, slots=True)
class RunState:
    """Whether the bot trades, why, and since when."""

    run: Run
    reason: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Override:
    """A person has taken over.

    ``left`` counts the candles that remain of a CANDLES contract; it is 0 for the others, which no candle
    ends: the next turn of the average does, a price, or the person.
    """

    contract: Contract
    left: int
    since_ms: int

    @property
    def outlasts_signal(self) -> bool:
        """Whether the next signal is still the person's to ignore."""
        return self.contract.until is not Until.NEXT_SIGNAL


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything a restart needs.

    ``orders`` are our newest orders, oldest first, whatever became of them; ``fills`` all of ours,
    oldest first. ``decided`` is the begin of the newest candle that was judged; ``flattening`` tells that a
    flatten had begun and not ended. ``learnt`` are facts by name, see ``records.Learnt``.
    ``edits`` are the newest changes of the settings, of all pairs, oldest first.
    ``fault`` is why the journal could not be written to the end of the last run, empty if it could; ``left``
    what that run said it left at the exchange as it stopped, None if it was cut off before.
    """

    journal_id: str
    run: RunState | None = None
    override: Override | None = None
    target: Decimal | None = None
    decided: int | None = None
    orders: tuple[Order, ...] = ()
    fills: tuple[Fill, ...] = ()
    opened_before: bool = False
    flattening: bool = False
    learnt: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    left: str | None = None
    edits: tuple[Record, ...] = ()
