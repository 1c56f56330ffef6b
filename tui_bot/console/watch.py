"""What the console makes of the newest snapshot at its own clock: ages, staleness, signs of life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from tui_bot.engine.handle import Values
from tui_bot.engine.snapshot import Snapshot
from tui_bot.keymap.keymap import DEFAULT, Keymap
from tui_bot.market.number import sign

#: An engine that publishes twice a second is silent after this many seconds without a beat.
SILENCE_S = 3.0


class Pulse(Enum):
    """Whether the engine lives."""

    STARTING = "starting"
    ALIVE = "alive"
    SILENT = "silent"
    DEAD = "dead"

    @property
    def is_live(self) -> bool:
        """Whether what it says can be believed."""
        return self in (Pulse.STARTING, Pulse.ALIVE)


@dataclass(frozen=True, slots=True)
class View:
    """A snapshot seen at a moment. ``now_ms`` is exchange time; ``trend`` the last price's direction.

    ``mode`` is what the console was started in; the snapshot's own word wins once there is one.
    ``trouble`` says why the engine is dead. ``keymap`` are the keys that work. ``values`` are the settings
    that count until there is a snapshot.
    """

    snap: Snapshot | None
    now_ms: int
    pulse: Pulse
    silent_s: int
    trend: int
    mode: str
    trouble: str = ""
    keymap: Keymap = DEFAULT
    values: Values = ()

    @property
    def decimals(self) -> int:
        """The decimals of the pair's prices."""
        return self.snap.rules.price_decimals if self.snap and self.snap.rules else 2

    @property
    def price(self) -> Decimal | None:
        """The newest price, however old."""
        if self.snap is None:
            return None
        if self.snap.quote is not None:
            return self.snap.quote.last
        return self.snap.candles[-1].close if self.snap.candles else None

    @property
    def exit_price(self) -> Decimal | None:
        """What closing the position would get: the bid for a long, the ask for a short."""
        snap = self.snap
        if snap is None or snap.quote is None:
            return self.price
        return snap.quote.bid if snap.position.size > 0 else snap.quote.ask

    @property
    def feed_age_ms(self) -> int | None:
        """How long ago the market was heard."""
        if self.snap is None or self.snap.feed.heard_ms is None:
            return None
        return max(self.now_ms - self.snap.feed.heard_ms, 0)

    @property
    def is_stale(self) -> bool:
        """Whether what is shown may no longer be true."""
        if self.snap is None or self.pulse in (Pulse.SILENT, Pulse.DEAD):
            return True
        heard = self.feed_age_ms
        return heard is None or heard > self.snap.settings.limits.stale_after_ms

    @property
    def decided_ago_ms(self) -> int | None:
        """How long ago the last candle was judged."""
        if self.snap is None or self.snap.decided_ms is None:
            return None
        return max(self.now_ms - self.snap.decided_ms, 0)

    @property
    def closes_in_ms(self) -> int | None:
        """How long the running candle still runs."""
        if self.snap is None or self.snap.next_close_ms is None:
            return None
        return self.snap.next_close_ms - self.now_ms

    def setting(self, path: str, otherwise: str) -> str:
        """A setting in effect."""
        return dict(self.snap.values if self.snap else self.values).get(path, otherwise)


class Watch:
    """Follows the snapshots. ``clock`` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float], mode: str) -> None:
        self._clock = clock
        self._mode = mode
        self._snap: Snapshot | None = None
        self._taken_at = clock()
        self._beat_at = clock()
        self._trend = 0
        self._dead: str | None = None
        self.keymap = DEFAULT
        self.values: Values = ()

    @property
    def snap(self) -> Snapshot | None:
        """The newest snapshot."""
        return self._snap

    @property
    def now_s(self) -> float:
        """The console's own clock."""
        return self._clock()

    def take(self, snap: Snapshot | None) -> None:
        """A snapshot was read; the same one again changes nothing."""
        if snap is None or snap is self._snap:
            return
        now = self._clock()
        if self._snap is None or snap.beat != self._snap.beat:
            self._beat_at = now
        self._follow_price(snap)
        self._snap, self._taken_at = snap, now

    def died(self, reason: str) -> None:
        """The engine is gone for good."""
        if self._dead is None:
            self._dead = reason

    def view(self) -> View:
        """The newest snapshot at this moment."""
        snap = self._snap
        silent = self._clock() - self._beat_at
        now_ms = 0
        if snap is not None:
            now_ms = snap.at_ms + int((self._clock() - self._taken_at) * 1000 * snap.rate)
        mode = snap.mode if snap is not None else self._mode
        pulse, dead = self._pulse(silent), self._dead or ""
        return View(snap, now_ms, pulse, int(silent), self._trend, mode, dead, self.keymap, self.values)

    def _pulse(self, silent: float) -> Pulse:
        if self._dead is not None:
            return Pulse.DEAD
        if self._snap is None:
            return Pulse.STARTING
        return Pulse.SILENT if silent > SILENCE_S else Pulse.ALIVE

    def _follow_price(self, snap: Snapshot) -> None:
        before = self._snap.quote if self._snap else None
        if snap.quote and before and snap.quote.last != before.last:
            self._trend = sign(snap.quote.last - before.last)
