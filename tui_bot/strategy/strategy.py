"""What every strategy offers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from tui_bot.market.candle import Candle
from tui_bot.strategy.decision import Decision, Outlook


class Strategy(Protocol):
    """A rule over closed candles. The same candles always give the same answers."""

    @property
    def warmup(self) -> int:
        """How many closed candles the first decision needs."""
        ...

    def decide(self, closed: Sequence[Candle]) -> Decision:
        """Judge the newest of the closed candles (oldest first, no holes)."""
        ...

    def outlook(self, closed: Sequence[Candle]) -> Outlook:
        """What the coming closes would do."""
        ...

    def line(self, closed: Sequence[Candle]) -> tuple[Decimal | None, ...]:
        """The indicator at each closed candle, None where it does not exist yet."""
        ...
