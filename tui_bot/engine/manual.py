"""What a person tells the bot: pause and resume, orders, flattening, taking over and handing back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui_bot.engine import attending
from tui_bot.engine.commands import (
    Accept,
    Attend,
    CancelForeign,
    CancelOrders,
    Command,
    Configure,
    Contract,
    Flatten,
    Pause,
    Release,
    Replace,
    Resume,
    Settle,
    Trade,
    Until,
)
from tui_bot.engine.desk import Desk
from tui_bot.engine.events import Commanded
from tui_bot.engine.expiry import lasting_fault
from tui_bot.engine.external import accept as accept_external
from tui_bot.engine.flatten import Flattener
from tui_bot.engine.foreign import ForeignCancel
from tui_bot.engine.foresight import foresee
from tui_bot.engine.identity import manual_signal
from tui_bot.engine.memory import Override, Run
from tui_bot.engine.plan import Leg, Plan, by_hand, legs_by_hand
from tui_bot.engine.reading import sentences
from tui_bot.engine.reconcile import accept_exchange_view
from tui_bot.engine.records import SettingsChanged
from tui_bot.engine.resting import Resting
from tui_bot.engine.state import BotState
from tui_bot.market.number import ZERO, plain


class Manual:
    """Manual override always wins: it takes the pair from the bot until its contract ends."""

    def __init__(self, state: BotState, desk: Desk) -> None:
        self.state = state
        self.desk = desk
        self.resting = Resting(state, desk, self.trade)
        self.foreign = ForeignCancel(state, desk.read_account)
        self.flattener = Flattener(state, desk, self.foreign)
        self._handlers: dict[type[Command], Callable[[Any], None]] = {
            Pause: lambda _command: self.pause(),
            Resume: lambda _command: self.resume(),
            Trade: self.trade,
            Flatten: self.flatten,
            CancelOrders: lambda command: self.cancel(command.cl_ord_id),
            CancelForeign: self.foreign.ask,
            Replace: self.resting.replace,
            Release: lambda _command: self.release(),
            Accept: lambda _command: self.accept(),
            Settle: desk.missing.settle,
            Configure: self.configure,
            Attend: lambda _command: self.attend(),
        }

    def on_command(self, event: Commanded) -> None:
        """A person said something."""
        self._handlers[type(event.command)](event.command)

    def attend(self) -> None:
        """A person is there: a key was pressed."""
        self.state.attended_ms = self.state.now_ms
        attending.tell(self.state)

    def pause(self) -> None:
        """No new exposure from now on."""
        if self.state.run.run is Run.RUN:
            if self.desk.plan is not None and any(leg.opens for leg in self.desk.plan.legs[:1]):
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
        changed = SettingsChanged(command.changes, command.settings.digest, "form", command.values)
        self.state.edits.append(self.state.keep(changed))

    def trade(self, command: Trade) -> None:
        """An order by hand, under the same guards as the bot's."""
        for what, number in (("volume", command.volume), ("price", command.price)):
            if number is not None and not (number.is_finite() and number > 0):
                self.state.note("warning", f"BLOCKED order by hand: the {what} is not a positive number")
                return
        if command.price is not None and (fault := lasting_fault(command.lasts_ms)):
            self.state.note("warning", f"BLOCKED order by hand: {fault}")
            return
        legs = legs_by_hand(command, self.state.position, self.state.settings)
        # All or nothing: a person who asks for a turn has not asked for half of one.
        refusals = foresee(self.state.circumstances(), legs)
        refusals = refusals or self.desk.start(self._plan(legs))
        if refusals:
            self.state.note("warning", f"BLOCKED {command.side.value.upper()} by hand: {sentences(refusals)}")
            return
        self.flattener.give_way("an order by hand was sent")
        self._take_over(command.contract, f"{command.side.value} by hand")

    def flatten(self, command: Flatten) -> None:
        """Cancel our resting orders, then close what is held, until the exchange says flat."""
        self.desk.drop_plan("a person flattens")
        self.resting.drop("a person flattens")
        self._take_over(command.contract, "flatten by hand")
        self.flattener.begin(self._signal())

    def cancel(self, cl_ord_id: str = "") -> None:
        """Cancel our resting orders, or one of them."""
        self.resting.drop("cancelled by hand")
        if cl_ord_id:
            self.resting.cancel(cl_ord_id)
            return
        asked = self.desk.cancel_resting(stops=False)
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
        self.flattener.forget_cut_off(reason)
        self.state.set_override(None, reason)

    def end_with_signal(self) -> None:
        """A turn of the average ends an override that was made until then."""
        if self.state.override is not None and not self.state.override.outlasts_signal:
            self.hand_back("the next signal has come")

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

    def watch(self) -> None:
        """End a PRICE contract once the market is there; tell when nobody is there any more."""
        attending.tell(self.state)
        override, quote = self.state.override, self.state.quote
        if override is not None and quote is not None and override.contract.is_reached(quote.last):
            self.hand_back(f"the price has reached {plain(override.contract.price or ZERO)}")

    def _take_over(self, contract: Contract, reason: str) -> None:
        left = contract.candles if contract.until is Until.CANDLES else 0
        self.state.set_override(Override(contract, left, self.state.now_ms), reason)

    def _signal(self) -> str:
        self.state.manual_orders += 1
        return manual_signal(self.state.now_ms, self.state.manual_orders)

    def _plan(self, legs: tuple[Leg, ...]) -> Plan:
        return by_hand(self.state.settings, self._signal(), legs, self.state.now_ms)
