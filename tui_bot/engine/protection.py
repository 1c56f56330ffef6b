"""Stops and take-profits that rest at the exchange, so that a position is not alone if the bot dies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tui_bot.engine.clearance import is_busy
from tui_bot.engine.desk import Desk
from tui_bot.engine.guards import blocks, judge, within_reach
from tui_bot.engine.identity import numbered_signal
from tui_bot.engine.memory import Run
from tui_bot.engine.plan import STOP, TAKE_PROFIT, Leg, Plan, closing_leg
from tui_bot.engine.reading import Reading
from tui_bot.engine.snapshot import Phase
from tui_bot.engine.state import BotState
from tui_bot.market.number import ONE, ZERO
from tui_bot.market.order import Order, OrderState, Origin, Side
from tui_bot.market.pair import PairRules
from tui_bot.market.position import Position

#: So often a stop is tried for one position before its lack is left to a person.
MOST_TRIES = 3


@dataclass(slots=True)
class Tries:
    """How often one kind of order was tried for the position opened at ``opened_ms``."""

    opened_ms: int | None
    count: int = 0
    last_ms: int = 0


class Protection:
    """Keeps one stop (and on margin one take-profit) of the position's size at the exchange.

    ``flattening`` tells that a person closes everything. On spot a resting sale holds the coins, so that only
    one of the two can rest: the stop does, and the take-profit is watched here (F28).
    """

    def __init__(self, state: BotState, desk: Desk, flattening: Callable[[], bool]) -> None:
        self.state = state
        self.desk = desk
        self._flattening = flattening
        self._tries: dict[str, Tries] = {}

    def pursue(self) -> None:
        """Take the next step: cancel what does not fit, place what lacks, take a profit that is reached."""
        state = self.state
        if state.phase is not Phase.READY or state.run.run is Run.HALTED or self._flattening():
            return
        if not state.tracker.watches and not (state.settings.stop_loss or state.settings.take_profit):
            return
        legs_wait = self.desk.plan is not None and bool(self.desk.plan.legs)
        if legs_wait or is_busy(state.tracker.live()) or state.rules is None:
            return
        if state.tracker.working():  # what rests by hand keeps no stop company, and bars no exit
            self._take_profit()
            return
        wanted = wanted_legs(state, state.rules)
        step = state.rules.lot_step
        resting = {order.intent.leg: order for order in state.tracker.protecting()}
        for name in resting:
            self._tries.pop(name, None)
        unfit = [order for name, order in resting.items() if not _fits(order, wanted.get(name), step)]
        if unfit:
            self.desk.cancel_unfit(order for order in unfit if self._may_cancel(order))
            return
        for name, leg in wanted.items():
            if name not in resting:
                self._place(leg)
                return
        self._take_profit()

    def on_finished(self, order: Order) -> None:
        """A stop that has done its work: flat is what is wanted now, until the next signal (F86)."""
        state = self.state
        if order.intent.protects and order.state is OrderState.CLOSED:
            state.target = state.position.size
            what = "take-profit" if order.intent.leg == TAKE_PROFIT else "stop"
            state.note("warning", f"the {what} has closed the position; the bot waits for the next signal")

    def _place(self, leg: Leg) -> None:
        state = self.state
        known = state.account is not None and state.account.at_ms >= state.moved_ms
        if not known or state.differs_since_ms is not None or not self._is_due(leg.name):
            return
        leg = within_reach(state.circumstances(), leg)
        refusals = blocks(judge(state.circumstances(), leg))
        if self._is_not_shown_yet(refusals):
            return
        tries = self._count(leg.name)
        if refusals:
            if tries == MOST_TRIES:
                reasons = "; ".join(reading.sentence for reading in refusals)
                state.note("error", f"NO {leg.name.upper()} rests at the exchange: {reasons}")
            return
        state.manual_orders += 1
        signal = numbered_signal("protect", state.now_ms, state.manual_orders)
        self.desk.send_alone(Plan(signal, Origin.BOT, (leg,), state.now_ms))

    def _may_cancel(self, order: Order) -> bool:
        """A cancel that failed is asked for again after a pause, lest a refusal become a storm (F40)."""
        failed_ms = self.state.tracker.watches[order.intent.cl_ord_id].uncanceled_ms
        return failed_ms is None or self.state.now_ms - failed_ms >= self._pause_ms

    def _is_due(self, name: str) -> bool:
        """Whether there is another try: a few for one position with pauses between, lest a refusal become a
        storm. One that rests has succeeded, and counts no more."""
        opened_ms = self.state.position.opened_ms
        tries = self._tries.get(name)
        if tries is None or tries.opened_ms != opened_ms:
            tries = self._tries[name] = Tries(opened_ms)
        rested = self.state.now_ms - tries.last_ms >= self._pause_ms
        return tries.count < MOST_TRIES and (not tries.count or rested)

    def _count(self, name: str) -> int:
        """The number of the try that is made now."""
        tries = self._tries[name]
        tries.count, tries.last_ms = tries.count + 1, self.state.now_ms
        return tries.count

    def _is_not_shown_yet(self, refusals: tuple[Reading, ...]) -> bool:
        """Whether only what was just bought is lacking: the account shows it in a moment, which is no try."""
        just = self.state.now_ms - self.state.moved_ms < self._pause_ms
        return just and [reading.name for reading in refusals] == ["funds"]

    @property
    def _pause_ms(self) -> int:
        return 4 * self.state.settings.limits.look_up_every_ms

    def _take_profit(self) -> None:
        """Close the position if a take-profit that cannot rest is reached."""
        state = self.state
        leg = closing_leg(state.position)
        if leg is None or state.override is not None or not _profit_is_reached(state):
            return
        if not self._is_due("profit"):
            return
        self._count("profit")
        state.manual_orders += 1
        signal = numbered_signal("protect", state.now_ms, state.manual_orders)
        valid_until = state.now_ms + state.settings.limits.decide_within_ms
        if not self.desk.start(Plan(signal, Origin.BOT, (leg,), valid_until)):
            state.target = ZERO
            state.note("warning", "the take-profit is reached: closing the position")


def wanted_legs(state: BotState, rules: PairRules) -> dict[str, Leg]:
    """The protective orders that should rest for what is held, by name."""
    settings, position = state.settings, state.position
    if position.is_flat or state.is_dust(position.size):
        return {}
    wanted: dict[str, Leg] = {}
    if settings.stop_loss:
        wanted[STOP] = _leg(STOP, position, rules, -settings.stop_loss)
    if settings.take_profit and (position.leverage or not settings.stop_loss):
        wanted[TAKE_PROFIT] = _leg(TAKE_PROFIT, position, rules, settings.take_profit)
    return wanted


def _leg(name: str, position: Position, rules: PairRules, move: Decimal) -> Leg:
    """``move`` is a fraction in favour of the position; the trigger is rounded away from the entry."""
    side = Side.SELL if position.size > 0 else Side.BUY
    up = (move > 0) == (position.size > 0)
    raw = position.average * (ONE + move * (1 if position.size > 0 else -1))
    trigger = rules.round_price(raw, "up" if up else "down")
    volume = rules.round_volume(abs(position.size))
    leverage = position.leverage
    return Leg(name, side, volume, leverage, leverage > 0, opens=False, trigger=trigger)


def _fits(order: Order, leg: Leg | None, step: Decimal) -> bool:
    intent = order.intent
    if leg is None or intent.side is not leg.side or intent.trigger != leg.trigger:
        return False
    return intent.leverage == leg.leverage and 0 <= leg.volume - intent.volume <= step


def _profit_is_reached(state: BotState) -> bool:
    """Whether a take-profit that cannot rest is reached by the price the position could be left at."""
    settings, position, quote = state.settings, state.position, state.quote
    watched = settings.take_profit and settings.stop_loss and not position.leverage
    if not watched or quote is None or position.size <= 0 or state.is_dust(position.size):
        return False
    return quote.bid >= position.average * (ONE + settings.take_profit)
