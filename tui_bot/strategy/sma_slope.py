"""Trade the turns of a simple moving average: buy where it begins to rise, sell where it falls.

The rule is that of Kraken's example bot ("REST API indicator based trading bot"): with the
averages s2, s1, s0 of the last N closes at three successive closed candles, buy when
s0 > s1 and s1 < s2, sell when s0 < s1 and s1 > s2.

The step s0 - s1 is (close[t] - close[t-N]) / N, so its sign is one exact comparison and the price
at which the next step changes sign is known before the candle closes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import accumulate

from tui_bot.market.candle import Candle
from tui_bot.market.number import ZERO
from tui_bot.strategy.decision import Decision, Outlook, Threshold, Verdict


class Ties(Enum):
    """What a flat step of the average means.

    STRICT: it breaks the chain, as in the example; the turn around it is not traded.
    CARRY: it neither hides nor invents a turn; the direction before it goes on.
    """

    STRICT = "strict"
    CARRY = "carry"


@dataclass(frozen=True, slots=True)
class SmaSlope:
    """The SMA-slope rule.

    ``period`` is N, at least 2. ``min_slope`` is a dead band in quote units a candle: a step not
    beyond it counts as flat.
    """

    period: int = 20
    min_slope: Decimal = ZERO
    ties: Ties = Ties.STRICT

    @property
    def warmup(self) -> int:
        """Three averages of N closes need N + 2 candles."""
        return self.period + 2

    def decide(self, closed: Sequence[Candle]) -> Decision:
        """Judge the newest closed candle."""
        newest = closed[-1]
        if len(closed) < self.warmup:
            reason = f"warming up: {len(closed)} of {self.warmup} candles"
            return Decision(newest.begin, newest.close, self.period, (), (), Verdict.NONE, reason)
        slopes = self._step(closed, 2), self._step(closed, 1)
        total = sum((candle.close for candle in closed[-self.period :]), ZERO)
        sums = total - slopes[1] - slopes[0], total - slopes[1], total
        now, before = self._direction(slopes[1]), self._held_direction(closed, 2)
        verdict, reason = _judge(now, before)
        return Decision(newest.begin, newest.close, self.period, sums, slopes, verdict, reason)

    def outlook(self, closed: Sequence[Candle]) -> Outlook:
        """The closes of the next N candles at which the slope turns."""
        if len(closed) < self.period + 1:
            return Outlook(None, (), "warming up")
        direction = self._held_direction(closed, 1)
        if direction == 0:
            return Outlook(None, (), "the average stands still: it must move before it can turn")
        interval = closed[-1].begin - closed[-2].begin
        verdict = Verdict.BUY if direction < 0 else Verdict.SELL
        band = -direction * self.min_slope * self.period
        steps = [
            Threshold(closed[-1].begin + interval * (ahead + 1), candle.close + band, verdict)
            for ahead, candle in enumerate(closed[-self.period :])
        ]
        return Outlook(steps[0], tuple(steps[1:]))

    def line(self, closed: Sequence[Candle]) -> tuple[Decimal | None, ...]:
        """The average at each closed candle."""
        totals = [ZERO, *accumulate(candle.close for candle in closed)]
        gap = min(self.period - 1, len(closed))
        ready = range(self.period, len(closed) + 1)
        averages = ((totals[end] - totals[end - self.period]) / self.period for end in ready)
        return (*(None for _ in range(gap)), *averages)

    def _step(self, closed: Sequence[Candle], back: int) -> Decimal:
        """N times the step of the average into the ``back``-th newest candle (1 = newest)."""
        return closed[-back].close - closed[-back - self.period].close

    def _direction(self, step: Decimal) -> int:
        band = self.min_slope * self.period
        return (step > band) - (step < -band)

    def _held_direction(self, closed: Sequence[Candle], back: int) -> int:
        """The direction of the step into the ``back``-th newest candle.

        With carried ties it is that of the newest step, there or before, that had one.
        """
        if self.ties is Ties.STRICT:
            return self._direction(self._step(closed, back))
        for older in range(back, len(closed) - self.period + 1):
            if direction := self._direction(self._step(closed, older)):
                return direction
        return 0


def _judge(now: int, before: int) -> tuple[Verdict, str]:
    if now > 0 > before:
        return Verdict.BUY, "the average turned up"
    if now < 0 < before:
        return Verdict.SELL, "the average turned down"
    if now == 0:
        return Verdict.NONE, "the average stands still"
    if before == 0:
        return Verdict.NONE, "no turn: the average stood still before"
    return Verdict.NONE, "no turn: the average still " + ("rises" if now > 0 else "falls")
