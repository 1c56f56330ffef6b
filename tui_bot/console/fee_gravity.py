"""What fees do to the rule at the rate it turns: cost a day as a part of the stake, and what trades moved.

Counted over the candles that are loaded, at their closes: no slippage, no latency. An estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from tui_bot.console import words
from tui_bot.console.rows import Row, choose, row, rule
from tui_bot.console.watch import View
from tui_bot.engine.settings import BotSettings
from tui_bot.market.candle import Candle
from tui_bot.market.number import ZERO
from tui_bot.strategy.decision import Verdict
from tui_bot.strategy.sma_slope import SmaSlope

_DAY_S = 86_400

#: Parts of the stake that fees take in a day: above the first they weigh, above the second they are heavy.
WEIGHS, HEAVY = Decimal("0.01"), Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Gravity:
    """``flips`` turns in ``span_s``; ``gains`` are what trades moved in their favour, fractions before fees.

    ``rate`` is the fee of one order, ``orders`` how many a flip takes.
    """

    flips: int
    span_s: int
    gains: tuple[Decimal, ...]
    rate: Decimal
    orders: int

    @property
    def a_day(self) -> Decimal:
        """Flips a day."""
        return Decimal(self.flips) * _DAY_S / self.span_s if self.span_s else ZERO

    @property
    def cost_a_day(self) -> Decimal:
        """Fees a day as a fraction of the stake."""
        return self.a_day * self.orders * self.rate

    @property
    def must_move(self) -> Decimal:
        """How far a trade must move to pay the fees of its entry and its exit."""
        return 2 * self.rate / (1 - self.rate) if self.rate < 1 else ZERO

    @property
    def moved(self) -> Decimal | None:
        """What a trade moved in its favour on average, None without one."""
        return sum(self.gains, ZERO) / len(self.gains) if self.gains else None


class Turns:
    """The turns of a rule over candles, worked out once for each candle that closes."""

    def __init__(self) -> None:
        self._seen: tuple[Sequence[Candle], SmaSlope] | None = None
        self._turns: tuple[tuple[Candle, Verdict], ...] = ()

    def of(self, candles: Sequence[Candle], strategy: SmaSlope) -> tuple[tuple[Candle, Verdict], ...]:
        """Each candle at which the rule says buy or sell, and which."""
        if self._seen is None or self._seen[0] is not candles or self._seen[1] is not strategy:
            self._seen, self._turns = (candles, strategy), turns_of(candles, strategy)
        return self._turns


def turns_of(candles: Sequence[Candle], strategy: SmaSlope) -> tuple[tuple[Candle, Verdict], ...]:
    """The same, from scratch."""
    found = []
    for end in range(strategy.warmup, len(candles) + 1):
        verdict = strategy.decide(candles[:end]).verdict
        if verdict is not Verdict.NONE:
            found.append((candles[end - 1], verdict))
    return tuple(found)


def gravity_of(
    turns: Sequence[tuple[Candle, Verdict]], candles: Sequence[Candle], settings: BotSettings, rate: Decimal
) -> Gravity:
    """What trading each turn at its close would have cost and brought."""
    warm = max(len(candles) - settings.strategy.warmup, 0)
    taken = [turn for place, turn in enumerate(turns) if not place or turn[1] is not turns[place - 1][1]]
    gains = [
        (after[0].close / before[0].close - 1) * (1 if before[1] is Verdict.BUY else -1)
        for before, after in pairwise(taken)
        if before[1] is Verdict.BUY or settings.can_short
    ]
    orders = 2 if settings.can_short else 1
    return Gravity(len(taken), warm * settings.interval, tuple(gains), rate, orders)


_TURNS = Turns()


def fees_rows(view: View, width: int, height: int) -> list[Row]:
    """Cost a day, what a trade must move and did, the verdict; two rows say it where there is no third."""
    lines = [rule("fee gravity", width)]
    snap = view.snap
    if snap is None or len(snap.candles) <= snap.settings.strategy.warmup:
        return [*lines, ((" not enough candles yet to tell", "dim"),)]
    turns = _TURNS.of(snap.candles, snap.settings.strategy)
    gravity = gravity_of(turns, snap.candles, snap.settings, snap.fee_rate)
    lines += [_cost(gravity, width), _move(gravity, width)]
    if height > 3:
        lines.append(row((" ", "text"), (verdict_words(gravity), "text")))
    return lines


def _cost(gravity: Gravity, width: int) -> Row:
    part = words.percent(gravity.cost_a_day, 1).lstrip("+")
    ink = "ok" if gravity.cost_a_day < WEIGHS else "warn bold" if gravity.cost_a_day < HEAVY else "alarm bold"
    flips = f" {words.number(gravity.a_day, 0)} flips a day"
    tail = row((" → ", "dim"), (part, ink), (" of the stake a day", "dim"))
    return choose(width, row((flips, "text"), *tail), row((flips, "text"), *tail[:2], (" a day", "dim")))


def _move(gravity: Gravity, width: int) -> Row:
    must, moved = words.percent(gravity.must_move).lstrip("+"), gravity.moved
    if moved is None:
        return row((" a trade must move ", "dim"), (must, "text"), (" to pay its fees", "dim"))
    pays = moved > gravity.must_move
    said = ("pays", "ok bold") if pays else ("does not pay", "alarm bold")
    needed = row((" of ", "dim"), (must, "text"), (" needed: ", "dim"), said)
    middle = ((words.percent(moved), words.ink_of(moved)), *needed)
    return choose(width, row((" a trade moved ", "dim"), *middle), row((" moved ", "dim"), *middle))


def verdict_words(gravity: Gravity) -> str:
    """The sentence."""
    cost, moved = gravity.cost_a_day, gravity.moved
    if not gravity.flips:
        return "no turn in these candles: no fees either"
    if moved is not None and moved > gravity.must_move:
        count = len(gravity.gains)
        return f"the moves of the last {count} trade{'s' * (count != 1)} paid the fees"
    if cost >= HEAVY:
        days = 1 / cost
        left = f"{words.number(days, 1)} days" if days < 10 else f"{words.number(days, 0)} days"
        return f"fees eat the stake in {left}"
    return "fees weigh more than the moves" if cost >= WEIGHS else "fees are light, the moves lighter still"
