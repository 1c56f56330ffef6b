"""What a person tells the bot: pause and resume, orders, flattening, taking over and handing back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tui_bot.engine.commands import (
    Accept,
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
from tui_bot.engine.foresight import foresee
from tui_bot.engine.guards import Reading
from tui_bot.engine.identity import manual_signal
from tui_bot.engine.memory import Override, Run
from tui_bot.engine.plan import Leg, Plan, closing_leg, legs_by_hand
from tui_bot.engine.reconcile import accept_exchange_view
from tui_bot.engine.records import FlattenMoved, SettingsChanged
from tui_bot.engine.resting import Resting
from tui_bot.engine.state import BotState
from tui_bot.market.number import ZERO, plain
from tui_bot.market.order import FLATTEN_LEG, Funds, Order, Origin

#: So many closes that bring nothing end a flatten; while there is progress it goes on.
FLATTEN_STALLS = 3


@dataclass(slots=True)
class Flattening:
    """A flatten under way.

    ``start`` is the size it began with, ``left`` what the last round found, ``stalls`` the rounds that
    brought nothing, ``before`` what the account held before the first close.
    """

    signal: str
    asked_ms: int
    start: Decimal
    left: Decimal
    rounds: int = 0
    stalls: int = 0
    before: Funds | None = None


class Manual:
    """Manual override always wins: it takes the pair from the bot until its contract ends."""

    def __init__(self, state: BotState, desk: Desk) -> None:
        self.state = state
        self.desk = desk
        self.flattening: Flattening | None = None
        self.resting = Resting(state, desk, self.trade)
        self._handlers: dict[type[Command], Callable[[Any], None]] = {
            Pause: lambda _command: self.pause(),
            Resume: lambda _command: self.resume(),
            Trade: self.trade,
            Flatten: self.flatten,
            CancelOrders: lambda command: self.cancel(command.cl_ord_id),
            Replace: self.resting.replace,
            Release: lambda _command: self.release(),
            Accept: lambda _command: self.accept(),
            Settle: desk.missing.settle,
            Configure: self.configure,
        }

    def on_command(self, event: Commanded) -> None:
        """A person said something."""
        self._handlers[type(event.command)](event.command)

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
        self.state.keep(SettingsChanged(command.changes, command.settings.digest))

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
        self.resting.drop("a person flattens")
        self._take_over(command.contract, "flatten by hand")
        size = abs(self.state.position.size)
        self.flattening = Flattening(self._signal(), self.state.now_ms, size, size)
        begun = "cancelling own orders, then closing the position"
        self.state.keep(FlattenMoved(True, "info", begun))
        self.desk.cancel_resting()
        self.desk.read_account()

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

    def watch_price(self) -> None:
        """End a PRICE contract once the market is there."""
        override, quote = self.state.override, self.state.quote
        if override is not None and quote is not None and override.contract.is_reached(quote.last):
            self.hand_back(f"the price has reached {plain(override.contract.price or ZERO)}")

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
        elif flattening.stalls >= FLATTEN_STALLS and leg.volume >= flattening.left:
            held = plain(state.position.size)
            text = f"gave up: {held} is still held; try again"
            self._over("error", text)
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
        flattening.stalls = 1 if leg.volume < flattening.left else flattening.stalls + 1
        flattening.left = leg.volume
        flattening.before = flattening.before or self.state.funds()
        named = replace(leg, name=f"{FLATTEN_LEG} {flattening.rounds}")
        refusals = self.desk.start(self._plan(flattening.signal, (named,)))
        if refusals:
            self._over("error", f"BLOCKED: {_reasons(refusals)}")

    def _say_flat(self, flattening: Flattening) -> None:
        """Flat is what the exchange shows: no margin position, on spot the coins gone from the balance."""
        state = self.state
        if state.account is not None and state.account.position == 0 and self._coins_are_gone(flattening):
            state.target = state.position.size
            self._over("info", "flat, by the exchange's own view")
        elif state.now_ms - state.moved_ms > state.view_lag_ms:
            self._over("error", "flat by the fills, but Kraken shows more; look there")
        else:
            self._ask_again(flattening)

    def _coins_are_gone(self, flattening: Flattening) -> bool:
        before, now, rules = flattening.before, self.state.funds(), self.state.rules
        orders = self._orders(flattening)
        if before is None or now is None or rules is None or any(one.intent.leverage for one in orders):
            return True
        sold = sum((order.executed for order in orders), ZERO)
        return now.base <= before.base - sold + rules.lot_step

    def _orders(self, flattening: Flattening) -> list[Order]:
        orders = self.state.tracker.orders.values()
        return [order for order in orders if order.intent.signal == flattening.signal]

    def _report(self, flattening: Flattening) -> None:
        """What was executed of what there was, at which average and fee, what is left and why."""
        orders = self._orders(flattening)
        if not orders:
            return
        closed = sum((order.executed for order in orders), ZERO)
        text = f"flatten: closed {plain(closed)} of {plain(flattening.start)}"
        if closed:
            cost = sum((order.executed * (order.average or ZERO) for order in orders), ZERO)
            places = self.state.rules.price_decimals if self.state.rules else 2
            fee = sum((order.fee for order in orders), ZERO)
            text += f" at {plain(cost / closed, places)}, fee {plain(fee, 2)}"
        left = abs(self.state.position.size)
        reasons = [order.reason for order in orders if order.reason]
        why = f": {reasons[-1]}" if reasons else ""
        self.state.note("info", text + (f"; {plain(left)} is left{why}" if left else ""))

    def _over(self, level: str, text: str) -> None:
        if self.flattening is not None:
            self._report(self.flattening)
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
