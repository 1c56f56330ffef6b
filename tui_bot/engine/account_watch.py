"""When the account is read again, and what follows when it can or cannot be."""

from __future__ import annotations

from tui_bot.engine.desk import Desk
from tui_bot.engine.events import AccountReported, AccountUnread, Reconnected
from tui_bot.engine.reconcile import reconcile
from tui_bot.engine.state import BotState
from tui_bot.market.number import plain
from tui_bot.market.order import OrderState

#: Where the exchange's position is not ours it is read again after so many look-up intervals.
UNSURE_PATIENCE = 10

#: A key that is refused is tried so many times more rarely: each try may prolong a lockout (F38).
LASTING_PATIENCE = 10


class AccountWatch:
    """Keeps what we believe of the account beside what the exchange says of it."""

    def __init__(self, state: BotState, desk: Desk) -> None:
        self.state = state
        self.desk = desk

    def on_reconnected(self, event: Reconnected) -> None:
        """What happened out of our hearing is read before anything is opened (F60)."""
        self.state.reconnected_ms = event.at_ms
        self.desk.read_account(whole=True)
        for order in self.state.tracker.live():
            if order.state is not OrderState.SENT:
                self.desk.look(order)

    def on_reported(self, event: AccountReported) -> None:
        """The exchange's word on it."""
        state, read_ms = self.state, event.account.at_ms
        if state.reconnected_ms is not None and read_ms >= state.reconnected_ms:
            state.reconnected_ms = None
        if state.balance_moved_ms is not None and read_ms >= state.balance_moved_ms:
            state.balance_moved_ms = None
        if over := state.account_trouble.read():
            state.note("info", f"account read again, after {over}")
        if event.ended is not None:
            state.ended_read_ms = read_ms
            self.desk.on_ended(event.ended)
        self.desk.on_account(event.account)
        reconcile(state, event.account)
        self.desk.proceed(event.account)

    def on_unread(self, event: AccountUnread) -> None:
        """What cannot be seen cannot be managed: where a person has to mend it, the bot stops (F37, F46)."""
        state = self.state
        if told := state.account_trouble.failed(event.reason, state.now_ms, lasting=event.lasting):
            state.note("warning", f"account not read: {told}")
        if event.lasting:
            state.halt(f"cannot see or manage {_what_is_held(state)}: {event.reason}")

    def on_tick(self) -> None:
        """Read it again when its time has come; what can wait leaves the allowance to what cannot."""
        state = self.state
        unsure = self._is_unsure()
        if state.now_ms - state.account_asked_ms >= self._patience_ms(unsure):
            if unsure or state.can_spare_calls():
                self.desk.read_account()
        elif self._is_whole_due():
            self.desk.read_account(whole=True)

    def _is_whole_due(self) -> bool:
        state = self.state
        passed_ms = state.now_ms - state.ended_asked_ms
        return passed_ms >= state.settings.limits.reconcile_every_ms and not state.account_trouble.lasting

    def _is_unsure(self) -> bool:
        state = self.state
        doubts = (state.differs_since_ms, state.reconnected_ms, state.balance_moved_ms)
        return doubts != (None, None, None) or bool(state.account_trouble.reason)

    def _patience_ms(self, unsure: bool) -> int:
        state, limits = self.state, self.state.settings.limits
        if state.account_trouble.lasting:
            return limits.reconcile_every_ms * LASTING_PATIENCE
        if not unsure:
            return limits.reconcile_every_ms
        return min(limits.look_up_every_ms * UNSURE_PATIENCE, limits.reconcile_every_ms)


def _what_is_held(state: BotState) -> str:
    size = state.position.size
    return f"your position ({state.position.word} {plain(abs(size))})" if size else "the account"
