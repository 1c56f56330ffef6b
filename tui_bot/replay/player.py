"""The player: a tape, a place on it, a speed. What it shows depends on the place, never on the way there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.transport import Pace, Seek, SeekTrade, Steering, Step, Toggle, Transport, Unfork
from tui_bot.replay.fold import Fold
from tui_bot.replay.tape import Tape

#: The notches of the speed, recorded seconds in a real one.
SPEEDS = (1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0, 300.0, 600.0, 1000.0)


class Player:
    """Plays a tape. Not thread-safe; time reaches it only by ``run``."""

    def __init__(self, tape: Tape, speed: float = 60.0, playing: bool = True) -> None:
        self.recording = tape
        self.tape = tape
        self.speed = speed
        self.playing = playing
        self.cuts = 0
        self.position_ms = tape.begin_ms
        self._owed = Fraction(0)
        self._fold = Fold(tape)

    def run(self, real_ms: int) -> None:
        """Real time has passed."""
        if not self.playing:
            return
        self._owed += real_ms * Fraction(self.speed)
        whole = int(self._owed)
        self._owed -= whole
        self._go_to(self.position_ms + whole)
        if self.position_ms >= self.tape.end_ms:
            self.playing = False

    def steer(self, wish: Steering) -> None:
        """Do what a person asks."""
        match wish:
            case Toggle():
                self._toggle()
            case Step(by, candles):
                self._hold_at(self.tape.closes if candles else self.tape.events, by)
            case SeekTrade(by):
                self._hold_at(self.tape.trades, by)
            case Pace(by):
                self.speed = _notch(self.speed, by)
            case Seek(at_ms):
                self._go_to(at_ms)
            case Unfork():
                self.take(self.recording)

    def take(self, tape: Tape) -> None:
        """Go on with another tape at the same time."""
        self.tape, self._fold = tape, Fold(tape)
        self.cuts += 1
        self._go_to(self.position_ms)

    def snapshot(self, beat: int = 0) -> Snapshot:
        """What the screen is to show; ``beat`` proves that somebody plays."""
        fold = self._fold
        fold.advance(self.position_ms)
        kind = "fork" if self.is_forked else "replay"
        known = fold.snapshot()
        return replace(
            known,
            at_ms=self.position_ms,
            beat=beat,
            mode=f"{kind} ({self.tape.mode})",
            rate=self.speed if self.playing else 0.0,
            transport=self._transport(known),
        )

    @property
    def is_forked(self) -> bool:
        """Whether what is shown from here on never happened."""
        return self.tape.fork_ms is not None and self.position_ms >= self.tape.fork_ms

    def _transport(self, known: Snapshot) -> Transport:
        tape = self.tape
        lacks = ""
        if known.feed.heard_ms is None:
            lacks = "quotes and account were not recorded here: ? is what nobody knows"
        return Transport(
            name=tape.name,
            begin_ms=tape.begin_ms,
            end_ms=tape.end_ms,
            position_ms=self.position_ms,
            playing=self.playing,
            speed=self.speed,
            part=tape.part,
            parts=tape.parts,
            entry=bisect_right(tape.entries, self.position_ms),
            entries=len(tape.entries),
            cuts=self.cuts,
            fork=tape.fork if self.is_forked else "",
            fork_ms=tape.fork_ms,
            lacks=lacks,
        )

    def _toggle(self) -> None:
        if not self.playing and self.position_ms >= self.tape.end_ms:
            self._go_to(self.tape.begin_ms)
        self.playing = not self.playing

    def _hold_at(self, places: Sequence[int], by: int) -> None:
        """Hold, ``by`` places on; where there are fewer, at the last of them that way."""
        self.playing = False
        place = bisect_right(places, self.position_ms) if by > 0 else bisect_left(places, self.position_ms)
        wanted = place + by - (by > 0)
        if places and (by < 0 or place < len(places)):
            self._go_to(places[min(max(wanted, 0), len(places) - 1)])

    def _go_to(self, at_ms: int) -> None:
        at_ms = min(max(at_ms, self.tape.begin_ms), self.tape.end_ms)
        if at_ms < self.position_ms:
            self._fold = Fold(self.tape)
            self.cuts += 1
        self.position_ms = at_ms


def _notch(speed: float, by: int) -> float:
    """The speed ``by`` notches away."""
    place = bisect_right(SPEEDS, speed) - 1 if by > 0 else bisect_left(SPEEDS, speed)
    return SPEEDS[min(max(place + by, 0), len(SPEEDS) - 1)]
