"""The public tape: one trade of the market, and where trades come from."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Trade(NamedTuple):
    """A public trade. `side` is the taker's, b or s; `kind` m or l; `bid` and `ask` the quote it leaves
    behind, in ticks.
    """

    number: int
    ns: int
    ticks: int
    lots: int
    side: str
    kind: str
    bid: int
    ask: int


class TradeSource(Protocol):
    """A market that hands out its trades in order of exchange time."""

    start_ns: int

    def until(self, ns: int) -> list[Trade]:
        """Trades not handed out before with a time not after `ns`, oldest first."""

    def finished(self, ns: int) -> bool:
        """True when no trade can come after `ns`."""
