"""What the journal's entries up to a time add up to: a snapshot that holds what is known and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tui_bot.engine.day import DayCount
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.moment import NAMES, Moment
from tui_bot.engine.records import (
    LEFT,
    DecisionMade,
    Filled,
    IntentMade,
    Note,
    OrderMoved,
    Outcome,
    OverrideChanged,
    Record,
    RunChanged,
    SettingsChanged,
)
from tui_bot.engine.snapshot import Mark, MarkKind, Phase, Snapshot
from tui_bot.engine.state import BotState
from tui_bot.engine.tracker import OrderTracker
from tui_bot.engine.view import View
from tui_bot.market.candle import Candle
from tui_bot.market.number import ZERO
from tui_bot.market.order import Order, OrderState, Origin, Side
from tui_bot.market.position import Position
from tui_bot.replay.tape import Era, Item, Tape
from tui_bot.strategy.decision import Verdict

#: Orders that the screen is given, as many as the engine keeps.
_KEPT_ORDERS = 200

#: What of a moment stands beside the entries; ``at_ms`` and ``settings`` are known more exactly.
_BESIDE = tuple(name for name in NAMES if name not in ("at_ms", "settings", "values", "mode", "phase"))

#: What of it is the market's, whoever looks at it.
_MARKET = ("quote", "feed", "forming", "system_status", "clock_offset_ms")


class Fold:
    """A place on a tape that only goes on: for what lies before it, begin again."""

    def __init__(self, tape: Tape) -> None:
        era = tape.first_era
        self.tape = tape
        self.at_ms = tape.begin_ms
        self.state = BotState(era.settings)
        self.state.series.interval = tape.interval
        self.state.run = RunState(Run.RUN, "first start", tape.begin_ms)
        self._view = View(self.state, tape.mode, 0.0)
        self._era = era
        self._next = 0
        self._stopped = False
        self._started = 0
        self._bodies: dict[type, Callable[[int, Any], None]] = {
            DecisionMade: self._decided,
            IntentMade: self._meant,
            OrderMoved: self._moved,
            Filled: self._filled,
            RunChanged: self._run_changed,
            OverrideChanged: self._overridden,
            Note: self._noted,
        }

    def advance(self, to_ms: int) -> None:
        """Take in all that was learnt up to ``to_ms``, a time not before the last."""
        tape = self.tape
        end = bisect_right(tape.times, to_ms)
        for place in range(self._next, end):
            self._take(*tape.steps[place])
        self._next = max(self._next, end)
        self.at_ms = to_ms

    def snapshot(self) -> Snapshot:
        """What is known at this place: entries, and beside them what the screen was given."""
        state, tape = self.state, self.tape
        state.now_ms = max(self.at_ms, tape.begin_ms)
        state.day.turn(state.now_ms, state.position)
        moment = tape.moment_at(self.at_ms)
        if moment is None:
            return replace(self._known(self._era), phase=self._phase())
        newer = moment.at_ms >= self._era.at_ms
        known = self._known(Era(moment.at_ms, moment.settings, moment.values) if newer else self._era)
        beside = {name: getattr(moment, name) for name in _BESIDE} | self._market(moment)
        return replace(known, **beside, phase=self._phase(moment.phase))

    def _market(self, moment: Moment) -> dict[str, Any]:
        """In a fork: the market as the recording shows it, where that is newer."""
        seen = self.tape.market.at(self.at_ms) if self.tape.market is not None else None
        if seen is None or self.at_ms < (self.tape.fork_ms or 0):
            return {}
        if moment.quote is not None and seen.at_ms < moment.quote.at_ms:
            return {}
        return {name: getattr(seen, name) for name in _MARKET}

    def _known(self, era: Era) -> Snapshot:
        """What the entries alone say under these settings."""
        state = self.state
        before, state.settings = state.settings, era.settings
        try:
            shown = self._view.snapshot()
        finally:
            state.settings = before
        unknown: dict[str, Any] = {"rules": None, "circumstances": None, "guards": (), "exchange_size": None}
        return replace(shown, **unknown, values=era.values)

    def _phase(self, recorded: Phase = Phase.READY) -> Phase:
        return Phase.STOPPED if self._stopped or not self.tape.runs_at(self.at_ms) else recorded

    # -- one thing after the other -------------------------------------------------------------------

    def _take(self, at_ms: int, item: Item) -> None:
        self.state.now_ms = at_ms
        match item:
            case Candle():
                self.state.series.close(item)
            case Era():
                self.state.settings, self._era = item.settings, item
                if item.fresh:
                    self._start_anew(at_ms)
            case Record():
                self._begin_run(at_ms)
                self._enter(at_ms, item)
                if not isinstance(item.body, IntentMade):  # the screen's log leaves it out
                    self.state.log.append(item)

    def _start_anew(self, at_ms: int) -> None:
        """Another bot, on the same candles: what the one before held and meant is not its own."""
        state = self.state
        state.position, state.tracker, state.target = Position(), OrderTracker(), ZERO
        state.day, state.override, state.last_fee_rate = DayCount(), None, None
        state.run = RunState(Run.RUN, "first start", at_ms)
        self._stopped = False

    def _begin_run(self, at_ms: int) -> None:
        """What a start leaves behind: the bot stands no longer still."""
        starts = self.tape.starts
        if self._started < len(starts) and starts[self._started] <= at_ms:
            self._started += 1
            self._stopped = False

    def _enter(self, at_ms: int, record: Record) -> None:
        entered = self._bodies.get(type(record.body))
        if entered is not None:
            entered(at_ms, record.body)
        if isinstance(record.body, SettingsChanged):
            self.state.edits.append(record)

    def _decided(self, at_ms: int, made: DecisionMade) -> None:
        state, decision = self.state, made.decision
        state.decision, state.decided, state.decided_ms = decision, decision.candle, at_ms
        state.target = made.target
        if made.outcome is Outcome.BLOCKED:
            side = Side.BUY if decision.verdict is Verdict.BUY else Side.SELL
            state.marks.append(Mark(decision.candle, side, decision.close, MarkKind.BLOCKED, Origin.BOT))

    def _meant(self, at_ms: int, made: IntentMade) -> None:
        self._put(Order(made.intent, OrderState.SENT, changed_ms=at_ms))

    def _moved(self, _at_ms: int, moved: OrderMoved) -> None:
        self._put(moved.order)

    def _filled(self, _at_ms: int, filled: Filled) -> None:
        order = self.state.tracker.orders.get(filled.cl_ord_id)
        self.state.book(filled.fill, order.intent.origin if order else Origin.MANUAL)

    def _run_changed(self, _at_ms: int, changed: RunChanged) -> None:
        self.state.run = changed.state

    def _overridden(self, _at_ms: int, changed: OverrideChanged) -> None:
        self.state.override = changed.override

    def _noted(self, _at_ms: int, note: Note) -> None:
        self._stopped = LEFT in note.facts

    def _put(self, order: Order) -> None:
        orders = self.state.tracker.orders
        orders[order.intent.cl_ord_id] = order
        if len(orders) > _KEPT_ORDERS:
            oldest = next((key for key, one in orders.items() if one.state.is_final), None)
            if oldest is not None:
                del orders[oldest]
