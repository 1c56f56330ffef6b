"""What the machine under the bot does to it: a full disk, sleep, a slow loop, clocks that jump."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_bot.engine.actions import MeasureClock
from tui_bot.engine.events import ClockMeasured, JournalStrained, TimeSlipped
from tui_bot.engine.reading import seconds

if TYPE_CHECKING:
    from tui_bot.engine.state import BotState

#: Real milliseconds that the engine may be held up before it reads the account again.
HELD_UP_MS = 5_000


class Host:
    """Bars entries while the machine's or the exchange's clock cannot be trusted, and while the disk is full.

    ``read_account`` asks for a fresh account.
    """

    def __init__(self, state: BotState, read_account: Callable[[], None]) -> None:
        self.state = state
        self._read_account = read_account

    def on_slipped(self, event: TimeSlipped) -> None:
        """Time has not passed evenly: nothing is opened until clock and account are read again (I16)."""
        state = self.state
        if event.asleep_ms:
            skipped = self._candles_missed()
            said = f"asleep {seconds(event.asleep_ms)}, {skipped} candle{'s' * (skipped != 1)} skipped"
            state.note("warning", f"{said}, no order sent; clock and account are read again first")
        if event.set_ms:
            text = f"this machine's clock was set by {event.set_ms / 1000:+.1f} s, or it was asleep"
            state.note("warning", f"{text}; clock and account are read again first")
            state.clock_set_ms += event.set_ms
        if event.lag_ms:
            state.note("warning", f"the engine was held up for {seconds(event.lag_ms)}")
        if event.asleep_ms or event.set_ms or event.lag_ms > HELD_UP_MS:
            self._doubt()

    def on_clock(self, event: ClockMeasured) -> None:
        """The exchange's clock was measured against this machine's.

        One that has jumped is believed when a second measurement says the same: it is the exchange's time
        that counts, and a box that was away comes back with an older one.
        """
        state, limit = self.state, self.state.settings.limits.max_clock_offset_ms
        before, was_off = state.clock_offset_ms, state.clock_off_ms
        state.clock_offset_ms = event.offset_ms
        jump = event.offset_ms - before if before is not None else 0
        # A clock of ours that was set has moved by itself; where it does not count, that explains nothing.
        jump = min(jump, jump + state.clock_set_ms, key=abs)
        state.clock_set_ms = 0
        if abs(jump) > limit:
            state.set_back(event.at_ms)
            state.note("warning", f"the exchange's clock has moved by {jump / 1000:+.1f} s; measured again")
            state.clock_jump_ms += jump
            self._doubt()
            return
        if state.clock_jump_ms:
            state.note("info", "the exchange's clock is as it was measured before: it counts from now on")
            state.clock_base_ms += state.clock_jump_ms
            state.clock_jump_ms = 0
        else:
            self._tell_offset(was_off)
        state.clock_doubted = False

    def _tell_offset(self, before_ms: int | None) -> None:
        """Say when this machine's clock turns wrong, and when it is right again: a person may have set it."""
        state, limit = self.state, self.state.settings.limits.max_clock_offset_ms
        now_ms = state.clock_off_ms or 0
        was_off, is_off = before_ms is not None and abs(before_ms) > limit, abs(now_ms) > limit
        if is_off and not was_off:
            off = f"this machine's clock is off by {now_ms / 1000:+.1f} s"
            state.note("warning", f"{off}: no entry until it is set (NTP); it is measured again by itself")
        elif was_off and not is_off:
            state.note("info", f"this machine's clock is right again ({now_ms / 1000:+.1f} s): entries go on")

    def on_journal_strained(self, event: JournalStrained) -> None:
        """The disk is full, or has space again (F91)."""
        if event.trouble and not self.state.journal_trouble:
            self.state.note("error", event.trouble)
        elif not event.trouble and self.state.journal_trouble:
            self.state.note("info", "the disk has space again: entries go on")
        self.state.journal_trouble = event.trouble

    def _doubt(self) -> None:
        self.state.clock_doubted = True
        self.state.reconnected_ms = self.state.now_ms
        self.state.act(MeasureClock())
        self._read_account()

    def _candles_missed(self) -> int:
        series = self.state.series
        if series.last is None:
            return 0
        since_s = self.state.now_ms // 1000 - (series.last.begin + series.interval)
        return max(0, since_s // series.interval)
