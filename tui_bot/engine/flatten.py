"""Closing all that is held, on a person's word, until the exchange itself says flat (faults.md 5.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from tui_bot.engine.desk import Desk
from tui_bot.engine.externals import foreign_words
from tui_bot.engine.foreign import ForeignCancel
from tui_bot.engine.plan import by_hand, closing_leg
from tui_bot.engine.reading import sentences
from tui_bot.engine.records import FlattenMoved
from tui_bot.engine.state import BotState
from tui_bot.market.number import ZERO, plain
from tui_bot.market.order import FLATTEN_LEG, Funds, Order

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


class Flattener:
    """Cancels our orders, then closes in orders of an allowed size, each confirmed before the next."""

    def __init__(self, state: BotState, desk: Desk, foreign: ForeignCancel) -> None:
        self.state = state
        self.desk = desk
        self.foreign = foreign
        self.flattening: Flattening | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether a person is being got out."""
        return self.flattening is not None

    def begin(self, signal: str) -> None:
        """Cancel our resting orders; the closes follow when they are gone."""
        size = abs(self.state.position.size)
        self.flattening = Flattening(signal, self.state.now_ms, size, size)
        self.state.flatten_cut_off = False
        begun = "cancelling own orders, then closing the position"
        self.state.keep(FlattenMoved(True, "info", begun))
        self.desk.cancel_resting()
        self.desk.read_account()

    def give_way(self, reason: str) -> None:
        """A person wants something else now."""
        if self.flattening is not None:
            self._over("warning", f"ended before the exchange said flat: {reason}")
        self.forget_cut_off(reason)

    def forget_cut_off(self, reason: str) -> None:
        """A flatten that a stop has cut off is asked for no more."""
        if self.state.flatten_cut_off:
            self.state.flatten_cut_off = False
            self.state.keep(FlattenMoved(False, "info", f"the one that was cut off is not resumed: {reason}"))

    def pursue(self) -> None:
        """Take the next step of a flatten, if one is under way."""
        state, flattening = self.state, self.flattening
        if flattening is None:
            if state.flatten_cut_off and state.position.is_flat and not state.tracker.live():
                self.forget_cut_off("nothing is held any more")
            return
        unread = state.account is None or state.account.at_ms < state.moved_ms
        if state.tracker.live() or self.foreign.is_under_way or unread:
            self._ask_again(flattening)
            return
        leg = closing_leg(state.position)
        if leg is None:
            self._say_flat(flattening)
        elif state.is_dust(leg.volume):
            self._over("info", f"flat but for dust: {plain(leg.volume)} is below the minimum")
        elif flattening.stalls >= FLATTEN_STALLS and leg.volume >= flattening.left:
            held = plain(state.position.size)
            self._over("error", f"gave up: {held} is still held; try again")
        elif flattening.rounds and state.settings.validate:
            self._over("warning", "orders are validated only: nothing was closed")
        else:
            self._close(flattening, leg.volume)

    def _ask_again(self, flattening: Flattening) -> None:
        """A cancel or a read may have failed: repeat both now and then, they are harmless (F09)."""
        if self.state.now_ms - flattening.asked_ms >= self.state.settings.limits.look_up_every_ms:
            flattening.asked_ms = self.state.now_ms
            self.desk.cancel_resting()
            self.desk.read_account()

    def _close(self, flattening: Flattening, held: Decimal) -> None:
        """One more order against what is held."""
        state = self.state
        flattening.rounds += 1
        flattening.stalls = 1 if held < flattening.left else flattening.stalls + 1
        flattening.left = held
        flattening.before = flattening.before or state.funds()
        leg = closing_leg(state.position)
        if leg is None:
            return
        named = replace(leg, name=f"{FLATTEN_LEG} {flattening.rounds}", volume=portion(state, held))
        if refusals := self.desk.start(by_hand(state.settings, flattening.signal, (named,), state.now_ms)):
            self._over("error", f"BLOCKED: {sentences(refusals)}")

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
        if foreign := self.state.foreign:
            told = ", ".join(foreign_words(report) for report in foreign)
            self.state.note("warning", f"flatten: left alone, as not the bot's: {told}")
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


def portion(state: BotState, held: Decimal) -> Decimal:
    """How much of what is held the next close may take: no more than the limits let one order be, and
    never so much that what stays is too small for an order of its own.

    Kraken's pair rules state no largest order (API Center, AssetPairs), so the limits alone count.
    """
    limits, rules, price = state.settings.limits, state.rules, state.price
    if rules is None or price is None:
        return held
    most = rules.round_volume(min(limits.max_position, limits.max_notional / price))
    if held <= most or rules.volume_fault(most, price) is not None:
        return held
    if not rules.is_dust(held - most, price):
        return most
    half = rules.round_volume(held / 2)
    return held if rules.is_dust(half, price) else half
