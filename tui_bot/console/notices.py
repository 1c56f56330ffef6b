"""What is worth a notice to somebody who looks elsewhere: found by comparing one view with the next. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from tui_bot.console import words
from tui_bot.console.banner import lost_orders
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.memory import Run
from tui_bot.engine.records import DecisionMade, Filled, Outcome, Record
from tui_bot.engine.snapshot import Phase
from tui_bot.sanitise import sanitise
from tui_bot.strategy.decision import Verdict


class Event(Enum):
    """The classes of notices; the values are the settings under ``notices``."""

    FILL = "fill"
    BLOCKED = "blocked"
    HALT = "halt"
    UNKNOWN = "unknown"
    FEED_LOST = "feed_lost"
    FEED_BACK = "feed_back"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened, in a short sentence without outside text that steers anything."""

    event: Event
    text: str


@dataclass(frozen=True, slots=True)
class _Seen:
    last: Record | None
    halted: bool
    lost: int
    stale_since_ms: int | None


class Lookout:
    """Sees every view; what was there at the first is history, not news."""

    def __init__(self) -> None:
        self._seen: _Seen | None = None

    def see(self, view: View) -> list[Notice]:
        """What has happened since the view before."""
        snap = view.snap
        if snap is None or (snap.phase is not Phase.READY and self._seen is None):
            return []
        before, now = self._seen, self._look(view)
        self._seen = now
        if before is None:
            return []
        head = f"{view.mode.upper()} {sanitise(snap.settings.pair, 20)}"
        return [Notice(event, f"{head} {text}") for event, text in self._news(view, before, now)]

    def _look(self, view: View) -> _Seen:
        snap = view.snap
        assert snap is not None  # noqa: S101 - see() has looked
        halted = snap.run.run is Run.HALTED or view.pulse is Pulse.DEAD
        since = self._seen.stale_since_ms if self._seen is not None else None
        stale = (since if since is not None else view.now_ms) if view.is_stale else None
        return _Seen(snap.log[-1] if snap.log else None, halted, len(lost_orders(view)), stale)

    def _news(self, view: View, before: _Seen, now: _Seen) -> Iterator[tuple[Event, str]]:
        snap = view.snap
        if snap is None:
            return
        yield from _records(view, before.last)
        if now.halted and not before.halted:
            dead = view.pulse is Pulse.DEAD
            yield Event.HALT, "the bot is DEAD" if dead else f"HALTED: {sanitise(snap.run.reason, 80)}"
        if now.lost > before.lost:
            yield Event.UNKNOWN, "UNKNOWN ORDER: it may or may not be at the exchange"
        if now.stale_since_ms is not None and before.stale_since_ms is None:
            yield Event.FEED_LOST, f"feed lost: nothing heard for {words.age(view.feed_age_ms)}"
        if now.stale_since_ms is None and before.stale_since_ms is not None:
            yield Event.FEED_BACK, f"feed back after {words.age(view.now_ms - before.stale_since_ms)}"


def _records(view: View, last: Record | None) -> Iterator[tuple[Event, str]]:
    """Fills and blocked signals among the records that are new."""
    log = view.snap.log if view.snap is not None else ()
    for record in _after(log, last):
        body = record.body
        if isinstance(body, Filled):
            fill = body.fill
            price = words.number(fill.price, view.decimals)
            yield Event.FILL, f"FILLED {fill.side.name} {words.volume(fill.volume)} @ {price}"
        elif isinstance(body, DecisionMade) and body.outcome is Outcome.BLOCKED:
            side = "BUY" if body.decision.verdict is Verdict.BUY else "SELL"
            why = sanitise(body.blocks[0].name, 40) if body.blocks else "a guard"
            yield Event.BLOCKED, f"BLOCKED {side}: {why}"


def _after(log: tuple[Record, ...], last: Record | None) -> tuple[Record, ...]:
    for place in range(len(log) - 1, -1, -1):
        if log[place] is last or log[place] == last:
            return log[place + 1 :]
    return log
