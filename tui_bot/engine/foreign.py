"""Orders at the exchange that are not ours, cancelled on a person's own, separate word."""

from __future__ import annotations

from collections.abc import Callable

from tui_bot.engine.actions import CancelOrder
from tui_bot.engine.commands import CancelForeign
from tui_bot.engine.externals import foreign_words
from tui_bot.engine.state import BotState

#: A cancel is repeated so often before the order is left to the person.
MOST_TRIES = 5


class ForeignCancel:
    """Cancels exactly the orders that were named, and confirms each by the exchange's own list.

    ``read_account`` asks for a fresh account.
    """

    def __init__(self, state: BotState, read_account: Callable[[], None]) -> None:
        self.state = state
        self._read_account = read_account
        self._asked: dict[str, int] = {}
        self._asked_ms = 0

    @property
    def is_under_way(self) -> bool:
        """Whether one of them may still be at the exchange and is being cancelled."""
        return bool(self._asked)

    def ask(self, command: CancelForeign) -> None:
        """Begin; an order that is not on the list, or that is ours, is left alone."""
        state = self.state
        named = [report for report in state.foreign if report.txid in command.txids]
        if not named:
            state.note("info", "no EXTERNAL order to cancel: none of those named is at the exchange")
            return
        told = ", ".join(foreign_words(report) for report in named)
        state.note("warning", f"cancelling {told}, on a person's word")
        self._asked |= dict.fromkeys((report.txid for report in named), 0)
        self._send()

    def pursue(self) -> None:
        """Confirm or repeat."""
        state = self.state
        if not self._asked:
            return
        listed = {report.txid for report in state.foreign}
        if state.account is not None and state.account.at_ms >= self._asked_ms:
            for txid in [txid for txid in self._asked if txid not in listed]:
                del self._asked[txid]
                state.note("info", f"EXTERNAL {txid} is gone from the exchange's list")
        if state.now_ms - self._asked_ms >= state.settings.limits.look_up_every_ms:
            self._send()

    def _send(self) -> None:
        state = self.state
        state.moved_ms = self._asked_ms = state.now_ms
        for txid, tries in list(self._asked.items()):
            if tries >= MOST_TRIES:
                del self._asked[txid]
                state.note("error", f"EXTERNAL {txid} is still there after {tries} cancels: look at Kraken")
                continue
            self._asked[txid] = tries + 1
            state.act(CancelOrder(txid))
        self._read_account()
