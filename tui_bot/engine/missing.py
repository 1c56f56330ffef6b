"""Orders that the exchange shows nowhere: proved absent by rules, or left to a person to settle."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui_bot.engine import lag
from tui_bot.engine.actions import ReadStream
from tui_bot.engine.commands import Settle
from tui_bot.engine.events import LookUpFailed
from tui_bot.engine.looks import APART_MS
from tui_bot.engine.records import OrderMoved
from tui_bot.engine.state import BotState
from tui_bot.market.number import plain
from tui_bot.market.order import Intent, Order, OrderState

#: After so many view lags past its deadline an order that cannot be looked for is left to a person.
PATIENCE = 5


class Missing:
    """Ends orders of unknown fate, never by a guess (I4).

    ``ended`` is told of an order that has come to its end, ``proved`` of one that is proved absent besides;
    ``read_account`` asks for a fresh account.
    """

    def __init__(
        self,
        state: BotState,
        ended: Callable[[Order], None],
        proved: Callable[[Order], None],
        read_account: Callable[[], None],
    ) -> None:
        self.state = state
        self._ended = ended
        self._proved = proved
        self._read_account = read_account

    def not_found(self, order: Order) -> None:
        """A complete look found it nowhere.

        That counts only after deadline and view lag, twice, with the account read between and unchanged, and
        where the account is pushed with its stream connected and read anew since the first.
        """
        state = self.state
        lag.missed(state, order)
        if order.state is not OrderState.UNKNOWN or not state.is_overdue(order):
            return
        watch = state.tracker.watches[order.intent.cl_ord_id]
        if watch.absent_ms is None:
            watch.absent_ms = state.now_ms
            text = "an order is in none of the exchange's lists; one more look must say the same"
            state.learn(_absent(order.intent.cl_ord_id), str(state.now_ms), "info", text)
            self._read_account()
            state.act(ReadStream())
            return
        apart = state.now_ms - watch.absent_ms >= max(APART_MS, state.settings.limits.look_up_every_ms)
        read_since = state.account is not None and state.account.at_ms >= watch.absent_ms
        if not apart or not read_since or state.differs_since_ms is not None:
            return
        if lacking := stream_lacks(state, watch.absent_ms):
            self._await_stream(order, lacking)
            return
        if change := unexplained_change(state, order.intent):
            self._leave_to_person(order, f"in none of the exchange's lists, but {change}")
        else:
            self._end(order, "not in open orders, closed orders or trades after its deadline")
            self._proved(order)

    def _await_stream(self, order: Order, lacking: str) -> None:
        """The stream might know what no list shows yet; said once, and not waited for without end."""
        state, watch = self.state, self.state.tracker.watches[order.intent.cl_ord_id]
        if state.now_ms > order.intent.deadline_ms + PATIENCE * state.view_lag_ms:
            self._leave_to_person(order, f"in none of the exchange's lists, but {lacking}")
            return
        state.act(ReadStream())
        if not watch.awaits_stream:
            watch.awaits_stream = True
            text = f"an order is in none of the exchange's lists, but {lacking}: it waits for that"
            state.note("warning", text)

    def look_failed(self, event: LookUpFailed) -> None:
        """Nothing is proved; after a long while a person must decide."""
        order = self.state.tracker.orders.get(event.cl_ord_id)
        if order is None or order.state is not OrderState.UNKNOWN:
            return
        if event.at_ms > order.intent.deadline_ms + PATIENCE * self.state.view_lag_ms:
            self._leave_to_person(order, f"its fate cannot be read: {event.reason}")

    def settle(self, command: Settle) -> None:
        """A person has looked at the exchange's own page, and says what is there."""
        state = self.state
        order = state.tracker.orders.get(command.cl_ord_id)
        if order is None or order.state not in (OrderState.UNKNOWN, OrderState.HALTED_UNKNOWN):
            state.note("info", "nothing to settle: the order's fate is known")
        elif command.exists:
            self._hold(order, "a person says: it is at the exchange; it is looked for until it is found")
            state.tracker.watches[command.cl_ord_id].looks = 0
        elif state.now_ms <= order.intent.deadline_ms:
            left = -(-(order.intent.deadline_ms - state.now_ms) // 1000)
            state.note("warning", f"not settled: the order may still arrive for {left} s; look again then")
        else:
            self._end(order, "a person says: it is not at the exchange")
            if state.settings.resend:
                text = "not sent again: that takes proof, and a person's word is none"
                state.note("info", text, resend=order.intent.signal)

    def _leave_to_person(self, order: Order, reason: str) -> None:
        self._hold(order, reason)
        self.state.halt(
            f"an order is UNKNOWN: {reason}. Look for it on Kraken's order page, "
            "settle it here as there or not there, then resume"
        )

    def _hold(self, order: Order, reason: str) -> None:
        """No timer takes it for absent from now on; it is still looked for."""
        state = self.state
        if moved := state.tracker.hold(order, reason, state.now_ms):
            state.keep(OrderMoved(moved))

    def _end(self, order: Order, reason: str) -> None:
        if moved := self.state.tracker.absent(order, reason, self.state.now_ms):
            self.state.keep(OrderMoved(moved))
            self._ended(moved)


def stream_lacks(state: BotState, since_ms: int) -> str:
    """Why the account's stream does not bear out that an order is absent, empty where it does.

    A bot that only reads has no stream to ask.
    """
    if state.stream_read_ms is None:
        return ""
    if state.account_source != "push":
        return "the account's stream is away"
    return "" if state.stream_read_ms >= since_ms else "the account's stream has not been read anew"


def take_up(state: BotState, learnt: Mapping[str, str]) -> None:
    """The first look that missed an order counts though the bot was started again: short lives converge."""
    for cl_ord_id, watch in state.tracker.watches.items():
        if since := learnt.get(_absent(cl_ord_id)):
            watch.absent_ms = int(since)


def _absent(cl_ord_id: str) -> str:
    return f"absent {cl_ord_id}"


def unexplained_change(state: BotState, intent: Intent) -> str:
    """What a spot account gained or lost since an intent beyond our booked fills; empty if nothing.

    On margin the position tells; what a close pays out is not foreseen here.
    """
    before, now, rules = intent.before, state.funds(), state.rules
    if intent.leverage or before is None or now is None or rules is None:
        return ""
    since = [fill for fill in state.fills if fill.at_ms > before.at_ms]
    base = now.base - before.base - sum(fill.side.sign * fill.volume for fill in since)
    quote = now.quote - before.quote + sum(fill.side.sign * fill.cost + fill.fee for fill in since)
    # Below these it is rounding of the exchange's, or less than any order may be worth.
    if abs(base) > rules.lot_step:
        return f"the account's {rules.base_name} changed by {plain(base)}"
    if abs(quote) > rules.cost_minimum / 10:
        return f"the account's {rules.quote_name} changed by {plain(quote)}"
    return ""
