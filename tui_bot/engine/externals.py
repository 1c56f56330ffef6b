"""Which orders at the exchange are known not to be ours."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_bot.market.number import plain
from tui_bot.market.order import OrderReport


@dataclass(slots=True)
class Externals:
    """Txids of foreign orders, oldest first."""

    seen: dict[str, None] = field(default_factory=dict)
    accepted: dict[str, None] = field(default_factory=dict)
    executed: dict[str, None] = field(default_factory=dict)

    def is_new(self, txid: str) -> bool:
        """Whether nobody has been told of it."""
        return txid not in self.seen and txid not in self.accepted

    def is_news(self, txid: str) -> bool:
        """Whether nobody has been told that something of it was executed."""
        return txid not in self.executed and txid not in self.accepted


def foreign_words(report: OrderReport) -> str:
    """One of them in a line: ``EXTERNAL sell 0.5 at 70000 (OABC…)``."""
    price = f" at {plain(report.price)}" if report.price is not None else ""
    return f"EXTERNAL {report.side.value} {plain(report.volume - report.executed)}{price} ({report.txid})"
