"""Writes what is to be kept before anything leaves, and tells the bot of a journal in trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tui_bot.engine.events import Broken, Event, JournalStrained
from tui_bot.engine.farewell import left
from tui_bot.engine.ports import Journal, JournalError
from tui_bot.engine.records import LEFT, Note, Record
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.state import BotState
from tui_bot.market.candle import Candle

#: Seconds between two looks at the space the journal has.
TEND_S = 5.0


class Keeper:
    """The runner's way to the journal; ``emit`` takes events, ``now_ms`` is the exchange's time."""

    def __init__(
        self, journal: Journal, state: BotState, emit: Callable[[Event], None], now_ms: Callable[[], int]
    ) -> None:
        self._journal = journal
        self._state = state
        self._emit = emit
        self._now_ms = now_ms
        self._strain = ""

    def keep(self, records: Sequence[Record], candles: Sequence[Candle] = ()) -> bool:
        """Whether these are durable now. A failure stops trading, and is told to the bot."""
        try:
            self._journal.write(records, candles)
        except JournalError as error:
            reason = f"JOURNAL FAILED, trading stopped: {error}{self._at_large()}"
            self._emit(Broken(self._now_ms(), reason))
            return False
        self._tell_strain()
        return True

    async def tend(self) -> None:
        """Look after the journal until cancelled."""
        while True:
            self._tell_strain()
            await asyncio.sleep(TEND_S)
            self._journal.tend()

    def _tell_strain(self) -> None:
        if self._journal.trouble != self._strain:
            self._strain = self._journal.trouble
            self._emit(JournalStrained(self._now_ms(), self._strain))

    def _at_large(self) -> str:
        """The orders that the exchange has and the journal may not know (F18)."""
        txids = [order.txid for order in self._state.tracker.live() if order.txid]
        return f"; live at the exchange: order {', '.join(txids)}" if txids else ""


def last_note(snapshot: Snapshot) -> Note:
    """What an orderly stop leaves at the exchange, for the next start to show (I27)."""
    stays = left(snapshot)
    return Note("info", f"stopped in order; left at the exchange: {stays}", {LEFT: stays})
