"""What a person tells the bot: pause and resume, orders, flattening, taking over and handing back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_bot.engine.commands import (
    Accept,
    CancelOrders,
    Configure,
    Contract,
    Flatten,
    Pause,
    Release,
    Resume,
    Settle,
    Trade,
    Until,
)
from tui_bot.engine.desk import Desk
from tui_bot.engine.events import Commanded
from tui_bot.engine.external import accept as accept_external
from tui_bot.engine.foresight import foresee
from tui_bot.engine.guards import Reading
from tui_bot.engine.identity import manual_signal
from tui_bot.engine.memory import Override, Run
from tui_bot.engine.plan import Leg, Plan, closing_leg, legs_by_hand
from tui_bot.engine.reconcile import accept_exchange_view
from tui_bot.engine.records import FlattenMoved, SettingsChanged
from tui_bot.engine.state import BotState
from tui_bot.market.number import plain
from tui_bot.market.order import FLATTEN_LEG, Origin

#: How often a flatten tries again before it says that it cannot.
FLATTEN_ROUNDS = 3


@dataclass(slots=True)
class Flattening:
    """A flatten under way."""

    signal: str
    asked_ms: int
    rounds: int = 0


class Manual:
    """Manual override always wins: it takes the pair from the bot until its contract ends."""

    def __init__(self, state: BotState, desk: Desk) -> None:
        self.state = state
        self.desk = desk
        self.flattening: Flattening | None = None

    def on_command(self, event: Commanded) -> None:
        """A person said something."""
        command = event.command
        match command:
            case Pause():
                self.pause()
            case Resume():
                self.resume()
            case Trade():
                self.trade(command)
            case Flatten():
                self.flatten(command)
            case CancelOrders():
                self.cancel()
            case Release():
                self.release()
            case Accept():
                self.accept()
            case Settle():
                self.desk.missing.settle(command)
            case Configure():
                self.configure(command)

    def pause(self) -> None:
        """No new exposure from now on."""
        if self.state.run.run is Run.RUN:
            self.desk.drop_plan("paused")
            self.state.set_run(Run.PAUSED, "by hand")

    def resume(self) -> None:
        """Trade again; after a difference the exchange's view is taken for true."""
        if self.state.run.run is Run.RUN:
            return
        halted = self.state.run.run is Run.HALTED
        explained = halted and accept_external(self.state) > 0
        accept_exchange_view(self.state, explained=explained)
        self.state.control.rearm()
        self.state.trouble = ""
        self.state.set_run(Run.RUN, "by hand")
        self.state.reconnected_ms = self.state.now_ms
        self.desk.read_account(whole=True)

    def accept(self) -> None:
        """What is at the exchange and not ours may stay; entries no longer wait for it."""
        if not accept_external(self.state):
            self.state.note("info", "nothing to accept: no external order is known")

    def configure(self, command: Configure) -> None:
        """Other settings from now on."""
        self.state.settings = command.settings
        self.state.keep(SettingsChanged(command.changes, command.settings.digest))

    def trade(self, command: Trade) -> None:
        """An order by hand, under the same guards as the bot's."""
        for what, number in (("volume", command.volume), ("price", command.price)):
            if number is not None and not (number.is_finite() and number > 0):
                self.state.note("warning", f"BLOCKED order by hand: the {what} is not a positive number")
                return
        legs = legs_by_hand(command, self.state.position, self.state.settings)
        # All or nothing: a person who asks for a turn has not asked for half of one.
        refusals = foresee(self.state.circumstances(), legs)
        refusals = refusals or self.desk.start(self._plan(self._signal(), legs))
        if refusals:
            self._say_blocked(f"{command.side.value.upper()} by hand", refusals)
            return
        if self.flattening is not None:
            self._over("warning", "ended before the exchange said flat: an order by hand was sent")
        self._take_over(command.contract, f"{command.side.value} by hand")

    def flatten(self, command: Flatten) -> None:
        """Cancel our resting orders, then close what is held, until the exchange says flat."""
        self.desk.drop_plan("a person flattens")
        self._take_over(command.contract, "flatten by hand")
        self.flattening = Flattening(self._signal(), self.state.now_ms)
        begun = "cancelling own orders, then closing the position"
        self.state.keep(FlattenMoved(True, "info", begun))
        self.desk.cancel_resting()
        self.desk.read_account()

    def cancel(self) -> None:
        """Cancel our resting orders."""
        asked = self.desk.cancel_resting()
        self.state.note("info", f"cancel asked for {asked} resting order{'s' * (asked != 1)}")

    def release(self) -> None:
        """Hand back to the bot; what is held now is what it starts from."""
        if self.state.override is None:
            self.state.note("info", "nothing to release: the bot is not overridden")
            return
        self.hand_back("released by hand")

    def hand_back(self, reason: str) -> None:
        """End the override."""
        self.state.target = self.state.position.size
        self.state.set_override(None, reason)

    def count_candle(self) -> None:
        """One more candle of a CANDLES contract has closed."""
        override = self.state.override
        if override is None or override.contract.until is not Until.CANDLES:
            return
        left = override.left - 1
        if left <= 0:
            self.hand_back(f"{override.contract.candles} candles have passed")
        else:
            counted = Override(override.contract, left, override.since_ms)
            self.state.set_override(counted, f"{left} more candle{'s' * (left != 1)}")

    def pursue_flat(self) -> None:
        """Take the next step of a flatten, if one is under way."""
        state, flattening = self.state, self.flattening
        if flattening is None:
            return
        if state.tracker.live() or state.account is None or state.account.at_ms < state.moved_ms:
            self._ask_again(flattening)
            return
        leg = closing_leg(state.position)
        if leg is None:
            self._say_flat(flattening)
        elif state.is_dust(leg.volume):
            self._over("info", f"flat but for dust: {plain(leg.volume)} is below the minimum")
        elif flattening.rounds >= FLATTEN_ROUNDS:
            self._over("error", f"gave up: {plain(state.position.size)} is still held; try again")
        else:
            self._close(flattening, leg)

    def _ask_again(self, flattening: Flattening) -> None:
        """A cancel or a read may have failed: repeat both now and then, they are harmless (F09)."""
        if self.state.now_ms - flattening.asked_ms >= self.state.settings.limits.look_up_every_ms:
            flattening.asked_ms = self.state.now_ms
            self.desk.cancel_resting()
            self.desk.read_account()

    def _close(self, flattening: Flattening, leg: Leg) -> None:
        if flattening.rounds and self.state.settings.validate:
            self._over("warning", "orders are validated only: nothing was closed")
            return
        flattening.rounds += 1
        named = replace(leg, name=f"{FLATTEN_LEG} {flattening.rounds}")
        refusals = self.desk.start(self._plan(flattening.signal, (named,)))
        if refusals:
            self._over("error", f"BLOCKED: {_reasons(refusals)}")

    def _say_flat(self, flattening: Flattening) -> None:
        account = self.state.account
        if account is not None and account.position == 0:
            self.state.target = self.state.position.size
            self._over("info", "flat, by the exchange's own view")
        else:
            self._ask_again(flattening)

    def _over(self, level: str, text: str) -> None:
        self.flattening = None
        self.state.keep(FlattenMoved(False, level, text))

    def _take_over(self, contract: Contract, reason: str) -> None:
        left = contract.candles if contract.until is Until.CANDLES else 0
        self.state.set_override(Override(contract, left, self.state.now_ms), reason)

    def _say_blocked(self, what: str, refusals: tuple[Reading, ...]) -> None:
        self.state.note("warning", f"BLOCKED {what}: {_reasons(refusals)}")

    def _signal(self) -> str:
        self.state.manual_orders += 1
        return manual_signal(self.state.now_ms, self.state.manual_orders)

    def _plan(self, signal: str, legs: tuple[Leg, ...]) -> Plan:
        valid_until = self.state.now_ms + self.state.settings.limits.decide_within_ms
        return Plan(signal, Origin.MANUAL, legs, valid_until)


def _reasons(refusals: tuple[Reading, ...]) -> str:
    return "; ".join(f"{reading.sentence} — {reading.advice}" for reading in refusals)
