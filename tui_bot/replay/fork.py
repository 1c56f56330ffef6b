"""From a place on a recording on, the same candles through a fresh bot with other settings.

The bot is the one that trades live, guards and all; its orders fill at the next open, in memory. Nothing is
sent anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tui_bot.backtest.event import Replay
from tui_bot.backtest.preview import history_of
from tui_bot.backtest.terms import Terms
from tui_bot.engine.actions import Action, records_of
from tui_bot.engine.events import Event
from tui_bot.engine.guards import standing
from tui_bot.engine.moment import Moment
from tui_bot.engine.records import Note, Record
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Feed, Snapshot
from tui_bot.engine.view import exchange_size
from tui_bot.market.candle import Candle
from tui_bot.market.number import plain
from tui_bot.market.pair import PairRules
from tui_bot.replay.film import Reel
from tui_bot.replay.fold import Fold
from tui_bot.replay.tape import Era, Tape, tape_of

Values = tuple[tuple[str, str], ...]

#: Where a recording has no fill to tell the fee by.
USUAL_FEE = Decimal("0.004")


def fork(tape: Tape, at_ms: int, settings: BotSettings, values: Values, said: str) -> Tape:
    """The recording up to ``at_ms``, and from there what the bot would have done with ``settings``.

    It starts flat. ``values`` are the settings as texts, ``said`` tells what is other than it was. Raises
    ValueError where no candle follows, or the settings are for another market.
    """
    known = _known(tape, at_ms)
    later = _later(tape, at_ms, known.candles[-1].begin if known.candles else 0)
    if not later or not known.candles:
        raise ValueError("no candle follows from here: go back a little first")
    rules = known.rules or _usual_rules(tape, known.candles)
    history = history_of((*known.candles, *(candle for _, candle in later)), settings, rules)
    fee = known.fee_rate or rules.taker_rate or USUAL_FEE
    terms = replace(Terms.of(settings, rules, taker_fee=fee), tick=history.tick)
    run = _Run(Replay(history, settings, terms, len(known.candles)), rules)
    run.play()
    fork_ms = at_ms + 1
    before = [record for record, when in zip(_records(tape), tape.entries, strict=True) if when <= at_ms]
    told = Note("warning", f"FORK: {said}; from here on a fresh bot, flat{_left(known)}: none of it happened")
    after = [Record(fork_ms, told), *(one for one in run.records if not _is_of_its_start(one, known))]
    after = [replace(record, at_ms=max(record.at_ms, fork_ms)) for record in after]
    moments = [
        replace(moment, at_ms=max(moment.at_ms, fork_ms), mode=tape.mode, values=values)
        for moment in run.moments
    ]
    eras = [item for when, item in tape.steps if isinstance(item, Era) and when <= at_ms]
    candles = [(when, item) for when, item in tape.steps if isinstance(item, Candle)]
    spans = [
        (start, min(end, at_ms)) for start, end in zip(tape.starts, tape.ends, strict=True) if start <= at_ms
    ]
    end_ms = max(moments[-1].at_ms, fork_ms)
    return tape_of(
        tape.name,
        tape.mode,
        [*before, *after],
        candles,
        tape.film.until(fork_ms, Reel(fork_ms, end_ms, lambda: moments)),
        [*spans, (fork_ms, end_ms)],
        [*eras, Era(fork_ms, settings, values, fresh=True)],
        (tape.part, tape.parts),
        (said, fork_ms),
        tape.film,
    )


class _Run:
    """One run of the bot: what it would have kept, and what its screen would have been given."""

    def __init__(self, replay: Replay, rules: PairRules) -> None:
        self.records: list[Record] = []
        self.moments: list[Moment] = []
        self._replay, self._rules = replay, rules
        self._handle = replay.bot.handle
        replay.bot.handle = self._heard  # type: ignore[method-assign]

    def play(self) -> None:
        """All of it."""
        self._replay.run()

    def _heard(self, event: Event) -> list[Action]:
        actions = self._handle(event)
        self.records += records_of(actions)
        if self._replay.bot.state.account is not None:
            self._look()
        return actions

    def _look(self) -> None:
        """The last look of a moment counts."""
        moment = self._moment()
        if self.moments and self.moments[-1].at_ms == moment.at_ms:
            self.moments.pop()
        self.moments.append(moment)

    def _moment(self) -> Moment:
        state = self._replay.bot.state
        return Moment(
            at_ms=state.now_ms,
            phase=state.phase,
            trouble=state.trouble,
            mode="",
            settings=state.settings,
            rules=self._rules,
            system_status=state.system_status,
            quote=state.quote,
            feed=Feed(state.heard_ms, state.feed_source, "", 0),
            clock_offset_ms=state.clock_off_ms,
            forming=None,
            exchange_size=exchange_size(state),
            account=replace(state.account, at_ms=state.now_ms) if state.account is not None else None,
            account_trouble="",
            fee_rate=state.fee_rate,
            foreign=(),
            calls=None,
            order_budget=None,
            guards=standing(state.circumstances()),
            values=(),
        )


def _is_of_its_start(record: Record, known: Snapshot) -> bool:
    """What a bot says as it starts: here it says nothing of the recording."""
    started_ms = (known.candles[-1].begin + known.settings.interval) * 1000
    return isinstance(record.body, Note) and record.at_ms <= started_ms


def _left(known: Snapshot) -> str:
    """What the recorded bot held, which the fresh one does not."""
    held = known.position
    return "" if held.is_flat else f" (the recorded {held.word} {plain(abs(held.size))} is not carried)"


def _records(tape: Tape) -> list[Record]:
    return [item for _, item in tape.steps if isinstance(item, Record)]


def _known(tape: Tape, at_ms: int) -> Snapshot:
    fold = Fold(tape)
    fold.advance(at_ms)
    return fold.snapshot()


def _later(tape: Tape, at_ms: int, newest: int) -> list[tuple[int, Candle]]:
    """The candles that were learnt afterwards, each once, by their begin."""
    found = {
        item.begin: (when, item)
        for when, item in tape.steps
        if isinstance(item, Candle) and when > at_ms and item.begin > newest
    }
    return [found[begin] for begin in sorted(found)]


def _usual_rules(tape: Tape, candles: Sequence[Candle]) -> PairRules:
    """Rules that forbid nothing, on the grid of the recorded prices: an older journal holds no others."""
    exponents = [candle.close.as_tuple().exponent for candle in candles]
    places = max(-one for one in exponents if isinstance(one, int))
    base, _, quote = tape.pair.partition("/")
    every = (2, 3, 4, 5, 6, 7, 8, 9, 10)
    return PairRules(
        name=tape.pair,
        key=tape.pair,
        altname=tape.pair,
        base=base,
        quote=quote,
        price_decimals=max(places, 0),
        lot_decimals=8,
        cost_decimals=5,
        tick_size=Decimal(1).scaleb(-places),
        order_minimum=Decimal(0),
        cost_minimum=Decimal(0),
        leverage_buy=every,
        leverage_sell=every,
        taker_fees=((Decimal(0), USUAL_FEE * 100),),
    )
