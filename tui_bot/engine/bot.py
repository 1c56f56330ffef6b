"""The bot as a function: ``handle(event) -> actions``. No I/O, no clock, deterministic.

The same events give the same actions, whichever exchange or recording they come from.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tui_bot.engine.account_watch import AccountWatch
from tui_bot.engine.actions import Action, KeepCandles, LookUp
from tui_bot.engine.clearance import is_busy
from tui_bot.engine.day import DAY_MS
from tui_bot.engine.desk import Desk
from tui_bot.engine.events import (
    AccountReported,
    AccountUnread,
    Broken,
    BudgetReported,
    CancelAnswered,
    CandleClosed,
    CandleForming,
    CandleRefused,
    CandlesLost,
    ClockMeasured,
    Commanded,
    Event,
    FeedRead,
    FeedSource,
    JournalStrained,
    LookedUp,
    LookUpFailed,
    OrderAnswered,
    Quoted,
    Reconnected,
    Recovered,
    Remarked,
    RulesReported,
    StatusReported,
    Ticked,
    TimeSlipped,
)
from tui_bot.engine.forecast import target_of
from tui_bot.engine.guards import Reading, judge, most, within_reach
from tui_bot.engine.host import Host
from tui_bot.engine.listener import Listener
from tui_bot.engine.manual import Manual
from tui_bot.engine.memory import Run
from tui_bot.engine.news import (
    AccountSource,
    BalanceMoved,
    BookMoved,
    Executed,
    OrderReported,
    RulesOutdated,
    StreamRead,
)
from tui_bot.engine.plan import Leg, Plan, exit_part, legs_to
from tui_bot.engine.protection import Protection
from tui_bot.engine.pushed import Pushed
from tui_bot.engine.reconcile import recover
from tui_bot.engine.records import DecisionMade, Outcome
from tui_bot.engine.release import closed_gate
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Mark, MarkKind, Phase
from tui_bot.engine.state import BotState
from tui_bot.market.candle import Upsert
from tui_bot.market.order import Intent, Origin, Side
from tui_bot.strategy.decision import Decision, Verdict


class Bot:
    """Judges each closed candle once, owns a target position, and orders the difference."""

    def __init__(self, settings: BotSettings) -> None:
        self.state = BotState(settings)
        self.state.series.interval = settings.interval
        self.desk = Desk(self.state)
        self.account = AccountWatch(self.state, self.desk)
        self.manual = Manual(self.state, self.desk)
        self.protection = Protection(self.state, self.desk, lambda: self.manual.flattener.is_under_way)
        self.desk.ended.append(self.protection.on_finished)
        self.listener = listener = Listener(self.state)
        self.host = Host(self.state, self.desk.read_account)
        pushed = Pushed(self.state, self.desk)
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            Recovered: self._on_recovered,
            CandleClosed: self._on_candle_closed,
            CandleForming: listener.on_candle_forming,
            CandleRefused: listener.on_candle_refused,
            CandlesLost: listener.on_candles_lost,
            Quoted: listener.on_quoted,
            BookMoved: listener.on_book,
            RulesOutdated: lambda _event: self.desk.read_rules(),
            FeedRead: listener.on_feed_read,
            FeedSource: listener.on_feed_source,
            Reconnected: self.account.on_reconnected,
            StatusReported: listener.on_status,
            RulesReported: listener.on_rules,
            ClockMeasured: self.host.on_clock,
            BudgetReported: listener.on_budget,
            OrderAnswered: self.desk.on_answer,
            CancelAnswered: self.desk.on_cancel_answered,
            LookedUp: self.desk.on_looked_up,
            LookUpFailed: self.desk.missing.look_failed,
            AccountReported: self.account.on_reported,
            AccountUnread: self.account.on_unread,
            Executed: pushed.on_executed,
            OrderReported: pushed.on_order_reported,
            BalanceMoved: pushed.on_balance_moved,
            AccountSource: pushed.on_source,
            StreamRead: pushed.on_stream_read,
            Commanded: self.manual.on_command,
            Ticked: self._on_tick,
            Remarked: lambda event: self.state.note(event.level, event.text),
            TimeSlipped: self.host.on_slipped,
            JournalStrained: self.host.on_journal_strained,
            Broken: self._on_broken,
        }

    def handle(self, event: Event) -> list[Action]:
        """What is to be done about an event, in order."""
        state = self.state
        state.now_ms = max(state.now_ms, event.at_ms)
        state.beat += 1
        self._handlers[type(event)](event)
        self.manual.watch()
        self.manual.resting.pursue()
        self.manual.foreign.pursue()
        self.manual.flattener.pursue()
        self.protection.pursue()
        if state.phase is Phase.READY:
            state.watch_loss()
        actions, state.actions = state.actions, []
        return actions

    def release(self, intent: Intent) -> str:
        """The gate that bars an order right before it leaves, empty if it may; lets it out once.

        It reads what the events up to now have made of the state, and changes nothing an event will see.
        """
        return closed_gate(self.state, intent) or self.state.control.release(intent)

    # -- the market ----------------------------------------------------------------------------------

    def _on_candle_closed(self, event: CandleClosed) -> None:
        state, candle = self.state, event.candle
        if fault := state.candle_fault(candle):
            self.listener.on_candle_refused(CandleRefused(event.at_ms, candle.begin, fault))
            return
        outcome = state.series.close(candle)
        if outcome in (Upsert.ADDED, Upsert.CORRECTED):
            state.act(KeepCandles((candle,)))
        if outcome is Upsert.TOO_OLD:
            refused = CandleRefused(event.at_ms, candle.begin, "older than the candles that are kept")
            self.listener.on_candle_refused(refused)
        decided_already = state.decided is not None and candle.begin <= state.decided
        if outcome is Upsert.CORRECTED and decided_already:
            begin = datetime.fromtimestamp(candle.begin, UTC)
            state.note("warning", f"the exchange corrected the candle of {begin:%H:%M} after it was judged")
        if outcome is Upsert.ADDED and not decided_already and state.phase is Phase.READY:
            self._decide(candle.begin)

    # -- deciding ------------------------------------------------------------------------------------

    def _decide(self, begin: int) -> None:
        """Judge the newest closed candle, once, and act on a turn."""
        state = self.state
        decision = state.settings.strategy.decide(state.series.held)
        state.decided, state.decided_ms, state.decision = begin, state.now_ms, decision
        if decision.verdict is Verdict.NONE:
            self._record(decision, Outcome.NO_TRADE)
            self._retry_exit()
        else:
            self._follow(decision, begin)
        self.manual.count_candle()

    def _follow(self, decision: Decision, begin: int) -> None:
        """Act on a turn: a new target, and the first order towards it."""
        state, settings = self.state, self.state.settings
        if not self.manual.flattener.is_under_way:
            self.manual.end_with_signal()
        if reason := self._held_back():
            self._record(decision, Outcome.HELD, note=reason)
            return
        held = state.position.size
        target = target_of(decision.verdict, held, most(state.circumstances()), settings.can_short)
        late_s = self._late_s(begin)
        state.target = exit_part(held, target) if late_s else target
        legs = self._legs_now()
        if not legs:
            outcome, note = self._why_no_leg(late_s)
            self._record(decision, outcome, note=note)
            return
        self.desk.drop_plan("a new signal has come")
        # The journal is to show the cause before the effect.
        place = len(state.actions)
        now = self.desk.judged_by(Origin.BOT, legs[0])
        readings = judge(now, within_reach(now, legs[0]))
        refusals = self._start(legs)
        effects, state.actions = state.actions[place:], state.actions[:place]
        outcome, note = Outcome.SIGNAL, ""
        if late_s:
            outcome, note = Outcome.LATE, f"learnt {late_s} s after its close: the exit is owed, no entry"
        self._record(decision, Outcome.BLOCKED if refusals else outcome, refusals, note, readings)
        state.actions += effects
        if refusals:
            side = Side.BUY if decision.verdict is Verdict.BUY else Side.SELL
            state.marks.append(Mark(begin, side, decision.close, MarkKind.BLOCKED, Origin.BOT))

    def _late_s(self, begin: int) -> int:
        """How many seconds after its close a candle was learnt, 0 while that is soon enough to enter."""
        state = self.state
        late_ms = state.now_ms - (begin + state.series.interval) * 1000
        return late_ms // 1000 if late_ms > state.settings.limits.decide_within_ms else 0

    def _start(self, legs: tuple[Leg, ...]) -> tuple[Reading, ...]:
        state = self.state
        signal = state.signal
        return self.desk.start(Plan(signal, Origin.BOT, legs, state.valid_until_ms))

    def _legs_now(self) -> tuple[Leg, ...]:
        """The legs towards the target; while paused only as far as they exit."""
        state, held = self.state, self.state.position.size
        paused = state.run.run is Run.PAUSED
        if paused and held == 0:
            return ()
        target = exit_part(held, state.target) if paused else state.target
        return legs_to(target, state.position, state.settings, state.is_dust(held))

    def _retry_exit(self) -> None:
        """An exit that failed is tried again at each close; an entry never is."""
        state, held = self.state, self.state.position.size
        if held == 0 or self._held_back() or is_busy(state.tracker.live()) or state.settings.validate:
            return
        left = exit_part(held, state.target)
        if left == held:
            return
        exits = legs_to(left, state.position, state.settings, state.is_dust(held))
        if exits and (refusals := self._start(exits)):
            reasons = "; ".join(f"{reading.sentence} — {reading.advice}" for reading in refusals)
            state.note("warning", f"BLOCKED exit, tried again: {reasons}")

    def _held_back(self) -> str:
        """Why the bot may not act at all, empty if it may."""
        state = self.state
        if state.run.run is Run.HALTED:
            return f"halted: {state.run.reason}"
        if state.override is not None:
            return "a person has taken over"
        if self.manual.flattener.is_under_way:
            return "a person flattens"
        return ""

    def _why_no_leg(self, late_s: int) -> tuple[Outcome, str]:
        state = self.state
        if late_s:
            return Outcome.LATE, f"learnt {late_s} s after its close: too late to act on"
        if state.run.run is Run.PAUSED and state.position.size != state.target:
            return Outcome.HELD, "paused: no new exposure"
        if state.is_dust(state.position.size):
            return Outcome.NO_TRADE, "only dust is held, below the order minimum"
        return Outcome.NO_TRADE, f"already {state.position.word.lower()}"

    def _record(
        self,
        decision: Decision,
        outcome: Outcome,
        refusals: tuple[Reading, ...] = (),
        note: str = "",
        readings: tuple[Reading, ...] = (),
    ) -> None:
        target, digest = self.state.target, self.state.settings.digest
        self.state.keep(DecisionMade(decision, outcome, target, refusals, note, digest, readings))

    # -- account, time, people -----------------------------------------------------------------------

    def _on_recovered(self, event: Recovered) -> None:
        recover(self.state, event)
        for order in self.state.tracker.live():
            self.state.act(LookUp(order))
        self.desk.on_ended(event.ended)

    def _on_tick(self, _event: Ticked) -> None:
        state = self.state
        if state.phase is not Phase.READY:
            return
        state.day.turn(state.now_ms, state.position)
        self.desk.on_tick()
        self.account.on_tick()
        if state.now_ms - state.rules_asked_ms >= DAY_MS:
            self.desk.read_rules()

    def _on_broken(self, event: Broken) -> None:
        self.state.trouble = event.reason
        self.state.halt(event.reason)
