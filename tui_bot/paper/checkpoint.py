"""A bookmark of the simulated market, so that a restart need not play everything since the beginning again.

It is a cache beside the state file, never the truth: without it, or with one that does not fit, the market is
generated from its anchor and comes out the same.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path

from tui_bot.paper.generator import Generator
from tui_bot.paper.market import Market
from tui_bot.paper.tape import Trade

_TRADES_KEPT = 4000


class Checkpoint:
    """The bookmark of one state file; `anchor` tells which market it is of (seed, origin, how it is made)."""

    def __init__(self, state: Path, anchor: Sequence[object]) -> None:
        self._path = state.with_name(state.name + ".market")
        self._anchor = [repr(part) for part in anchor]

    def save(self, markets: Sequence[Market], now_ns: int) -> None:
        """Writes where the markets stand at `now_ns`. A disk that takes no bookmark is no reason to stop."""
        rows = [
            [
                market.source.snapshot(),
                market.candles.snapshot(),
                [list(t) for t in market.trades][-_TRADES_KEPT:],
            ]
            for market in markets
            if isinstance(market.source, Generator)
        ]
        if len(rows) < len(markets):
            return
        content = json.dumps(
            {"anchor": self._anchor, "now_ns": now_ns, "markets": rows}, separators=(",", ":")
        )
        with contextlib.suppress(OSError):
            fresh = self._path.with_name(self._path.name + ".new")
            fresh.write_text(content)
            fresh.replace(self._path)

    def load(self, markets: Sequence[Market], until_ns: int) -> bool:
        """Puts the markets where the bookmark says, when it fits and is not later than `until_ns`."""
        try:
            content = json.loads(self._path.read_text())
            if content["anchor"] != self._anchor or content["now_ns"] > until_ns:
                return False
            rows = content["markets"]
            for market, (source, candles, trades) in zip(markets, rows, strict=True):
                if not isinstance(market.source, Generator):
                    return False
                market.source.resume(source)
                market.candles.resume(candles)
                market.trades.extend(Trade(*trade) for trade in trades)
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return True
