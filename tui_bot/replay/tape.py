"""One stretch of a recorded run in the order in which it was learnt. Frozen; made once, read at any place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui_bot.engine.moment import Moment
from tui_bot.engine.records import DecisionMade, Filled, Record
from tui_bot.engine.settings import BotSettings
from tui_bot.market.candle import Candle
from tui_bot.replay.film import Film


@dataclass(frozen=True, slots=True)
class Era:
    """The settings in effect from ``at_ms`` on, and their texts as (path, text).

    ``fresh``: it is another bot from here on, and it holds nothing.
    """

    at_ms: int
    settings: BotSettings
    values: tuple[tuple[str, str], ...] = ()
    fresh: bool = False


#: Something that was learnt at a time.
Item = Candle | Era | Record

#: At the same moment a candle comes before the settings, and these before what was made of both.
_RANK = {Candle: 0, Era: 1, Record: 2}


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """What a recording holds of one market, in time.

    ``steps`` are (Unix milliseconds, item) by time; ``starts`` and ``ends`` are when the bot was
    started and last heard of. ``closes`` and
    ``trades`` are the times of learnt closes and of executions, ``film`` what the screen was given.
    ``part`` of ``parts`` is the stretch's place in its file. ``fork`` and ``fork_ms`` as in ``Transport``;
    in a fork ``market`` is what the recording's own screen was given: prices are the same.
    """

    name: str
    mode: str
    pair: str
    interval: int
    steps: tuple[tuple[int, Item], ...]
    times: tuple[int, ...]
    film: Film
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    events: tuple[int, ...]
    closes: tuple[int, ...]
    trades: tuple[int, ...]
    entries: tuple[int, ...]
    begin_ms: int
    end_ms: int
    part: int = 1
    parts: int = 1
    fork: str = ""
    fork_ms: int | None = None
    market: Film | None = None

    @property
    def first_era(self) -> Era:
        """The settings of the beginning."""
        return next(item for _, item in self.steps if isinstance(item, Era))

    def runs_at(self, at_ms: int) -> bool:
        """Whether the bot ran then: it was heard of within a candle."""
        started = bisect_right(self.starts, at_ms)
        return not started or at_ms <= self.ends[started - 1] + self.interval * 1000

    def moment_at(self, at_ms: int) -> Moment | None:
        """What the screen was last given; None where the bot was started since and nothing was recorded."""
        moment = self.film.at(at_ms)
        started = bisect_right(self.starts, at_ms)
        return None if moment is None or moment.at_ms < self.starts[max(started - 1, 0)] else moment


def tape_of(
    name: str,
    mode: str,
    records: Sequence[Record],
    candles: Iterable[tuple[int, Candle]],
    film: Film,
    spans: Sequence[tuple[int, int]],
    eras: Sequence[Era],
    part: tuple[int, int] = (1, 1),
    fork: tuple[str, int | None] = ("", None),
    market: Film | None = None,
) -> Tape:
    """A tape of ``records`` in the order of the journal and of candles with the time they were learnt at.

    ``spans`` are when the bot was started and last heard of, run by run.
    Where the clock went back a little, what came later in the journal counts as no earlier.
    """
    settings = eras[0].settings
    timed: list[tuple[int, Item]] = [(era.at_ms, era) for era in eras]
    timed += candles
    now, entries = 0, []
    for record in records:
        now = max(now, record.at_ms)
        entries.append(now)
        timed.append((now, record))
    timed.sort(key=lambda step: (step[0], _RANK[type(step[1])]))
    begin, end = min((*entries[:1], *film.ends)), max((*entries[-1:], *film.ends))
    closes = sorted({at for at, item in timed if isinstance(item, Candle) and begin < at <= end})
    trades = sorted({at for at, item in timed if isinstance(item, Record) and isinstance(item.body, Filled)})
    return Tape(
        name=name,
        mode=mode,
        pair=settings.pair,
        interval=settings.interval,
        steps=tuple(timed),
        times=tuple(at for at, _ in timed),
        film=film,
        starts=tuple(start for start, _ in spans),
        ends=tuple(end for _, end in spans),
        events=tuple(sorted({begin, end, *entries, *closes})),
        closes=tuple(closes),
        trades=tuple(trades),
        entries=tuple(entries),
        begin_ms=begin,
        end_ms=end,
        part=part[0],
        parts=part[1],
        fork=fork[0],
        fork_ms=fork[1],
        market=market,
    )


def learnt_at(
    candles: Iterable[tuple[int, Candle]], records: Iterable[Record], interval: int
) -> list[tuple[int, Candle]]:
    """When each candle was learnt, from (Unix ms of the start of its run, candle).

    That is when it was judged; without a judgement when it closed, or when the run began that recorded it.
    """
    judged = {
        record.body.decision.candle: record.at_ms
        for record in records
        if isinstance(record.body, DecisionMade)
    }
    return [
        (judged.get(candle.begin, max(start, (candle.begin + interval) * 1000)), candle)
        for start, candle in candles
    ]
