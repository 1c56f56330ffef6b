"""Who looks elsewhere is told what was asked for, once, in what the terminal understands, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.console.play import console
from tests.console.stage import NOW_MS, VALUES, fill, log_of, order, snapshot, walk
from tui_bot.console.notices import Event, Lookout
from tui_bot.console.notifier import Notifier, desktop, title
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.memory import Run, RunState
from tui_bot.engine.records import DecisionMade, Filled, Note, Outcome, Record
from tui_bot.engine.snapshot import Feed, Snapshot
from tui_bot.market.order import OrderState

XTERM = {"TERM": "xterm-256color"}


def view(snap: Snapshot, pulse: Pulse = Pulse.ALIVE, at_ms: int = NOW_MS) -> View:
    return View(snap, at_ms, pulse, 0, 0, "live")


def told(after: dict[str, Any], pulse: Pulse = Pulse.ALIVE, at_ms: int = NOW_MS) -> list[tuple[Event, str]]:
    """What a lookout tells when the calm snapshot becomes another."""
    lookout, calm = Lookout(), snapshot()
    assert lookout.see(view(calm)) == []
    found = lookout.see(view(replace(calm, **after), pulse, at_ms))
    return [(notice.event, notice.text) for notice in found]


def blocked() -> Record:
    record = next(
        each for each in log_of(walk(200)) if getattr(each.body, "outcome", None) is Outcome.BLOCKED
    )
    assert isinstance(record.body, DecisionMade)
    return replace(record, at_ms=NOW_MS)


def test_each_class_of_event_is_found_once() -> None:
    log = snapshot().log
    filled = Record(NOW_MS, Filled(fill(NOW_MS), "c-1"))
    halted = RunState(Run.HALTED, "7 orders within an hour", NOW_MS)
    assert told({"log": (*log, filled)}) == [(Event.FILL, "LIVE BTC/USD FILLED SELL 0.0010 @ 67,647.2")]
    assert told({"log": (*log, blocked())}) == [(Event.BLOCKED, "LIVE BTC/USD BLOCKED BUY: orders/hour")]
    assert told({"run": halted}) == [(Event.HALT, "LIVE BTC/USD HALTED: 7 orders within an hour")]
    assert told({}, Pulse.DEAD)[0] == (Event.HALT, "LIVE BTC/USD the bot is DEAD")
    assert told({"orders": (order(OrderState.UNKNOWN),)})[0][0] is Event.UNKNOWN
    stale = {"feed": Feed(NOW_MS - 60_000, "push", "", 0)}
    assert told(stale) == [(Event.FEED_LOST, "LIVE BTC/USD feed lost: nothing heard for 60s")]
    assert told({}) == []
    assert told({"log": (*log, Record(NOW_MS, Note("info", "x")))}) == []


def test_the_feed_s_return_says_how_long_it_was_away() -> None:
    lookout = Lookout()
    stale = snapshot(feed=Feed(NOW_MS - 60_000, "push", "", 0))
    lookout.see(view(stale))
    lookout.see(view(stale, at_ms=NOW_MS + 30_000))
    found = lookout.see(view(snapshot(feed=Feed(NOW_MS + 45_000, "push", "", 0)), at_ms=NOW_MS + 45_000))
    assert [notice.text for notice in found] == ["LIVE BTC/USD feed back after 45s"]


def test_history_is_no_news() -> None:
    halted = snapshot(run=RunState(Run.HALTED, "before", NOW_MS), orders=(order(OrderState.UNKNOWN),))
    lookout = Lookout()
    assert lookout.see(view(halted)) == []
    assert lookout.see(view(halted)) == []


class Desk:
    """A notifier with a clock moved by hand, and what it wrote."""

    def __init__(self, environment: dict[str, str], **ways: str) -> None:
        self.now, self.sent = 100.0, ""
        self.notifier = Notifier(self._write, environment, lambda: self.now)
        values = tuple((f"notices.{name}", way) for name, way in ways.items())
        self.snap = snapshot(values=(*VALUES, *values))
        self.notifier.look(view(self.snap))

    def _write(self, text: str) -> None:
        self.sent += text

    def fill(self) -> str:
        """Another fill; what was written for it."""
        self.sent = ""
        record = Record(NOW_MS, Filled(fill(NOW_MS + len(self.snap.log)), "c-1"))
        self.snap = replace(self.snap, log=(*self.snap.log, record))
        self.notifier.look(view(self.snap))
        return self.sent


def test_only_a_halt_and_a_lost_order_ring_unless_asked() -> None:
    desk = Desk(XTERM)
    assert desk.fill() == ""
    desk.notifier.look(view(replace(desk.snap, run=RunState(Run.HALTED, "x", NOW_MS))))
    assert desk.sent == "\a"


TEXT = "LIVE BTC/USD FILLED SELL 0.0010 @ 67,647.2"


@pytest.mark.parametrize(
    ("environment", "way", "sent"),
    [
        (XTERM, "bell", "\a"),
        (XTERM, "title", f"\x1b[22;2t\x1b]2;{TEXT}\x1b\\"),
        (XTERM, "desktop", f"\x1b]9;tui-bot: {TEXT}\x1b\\"),
        ({**XTERM, "VTE_VERSION": "7000"}, "desktop", f"\x1b]777;notify;tui-bot;{TEXT}\x1b\\"),
        ({"TERM": "foot"}, "desktop", f"\x1b]777;notify;tui-bot;{TEXT}\x1b\\"),
        (
            {"TERM": "tmux-256color", "TMUX": "socket,1,0"},
            "desktop",
            f"\x1bPtmux;\x1b\x1b]9;tui-bot: {TEXT}\x1b\x1b\\\x1b\\",
        ),
        (XTERM, "all", f"\x1b[22;2t\x1b]2;{TEXT}\x1b\\\x1b]9;tui-bot: {TEXT}\x1b\\\a"),
        ({"TERM": "linux"}, "title", "\a"),
        ({"TERM": "linux"}, "desktop", "\a"),
        ({"TERM": "linux"}, "all", "\a"),
        ({"TERM": "vt220"}, "desktop", "\a"),
        ({"TERM": "screen"}, "desktop", "\a"),
        ({}, "desktop", "\a"),
        (XTERM, "off", ""),
    ],
)
def test_a_terminal_gets_what_it_understands(environment: dict[str, str], way: str, sent: str) -> None:
    assert Desk(environment, fill=way).fill() == sent


def test_many_of_a_kind_are_one_and_counted() -> None:
    desk = Desk(XTERM, fill="title")
    assert desk.fill()
    desk.now += 3
    assert desk.fill() == ""
    assert desk.fill() == ""
    desk.now += 8
    assert "(and 2 more" not in desk.fill()
    assert "(and 2 before)" in desk.sent


def test_the_title_is_given_back_after_a_minute_and_once() -> None:
    desk = Desk(XTERM, fill="title")
    desk.fill()
    desk.now += 61
    desk.sent = ""
    desk.notifier.look(view(desk.snap))
    assert desk.sent == "\x1b[23;2t"
    desk.notifier.restore()
    assert desk.sent == "\x1b[23;2t"


def test_outside_text_steers_nothing() -> None:
    hostile = "x\x1b]0;owned\a\x9b31m;y\n\x1b\\z"
    for sequence in (title(hostile), desktop(hostile, XTERM), desktop(hostile, {"TERM": "foot"})):
        assert sequence.count("\x1b") == 2
        assert "\a" not in sequence
        assert "\x9b" not in sequence
        assert "\n" not in sequence
    assert desktop("a;b;c", {"TERM": "foot"}).count(";") == 3


@pytest.mark.anyio
async def test_the_console_rings_by_its_settings() -> None:
    values = (*VALUES, ("notices.fill", "bell"))
    async with console(values=values) as play:
        sent: list[str] = []
        play.app.notifier._write = sent.append
        assert play.engine.newest is not None
        await play.publish(log=(*play.engine.newest.log, Record(NOW_MS, Filled(fill(NOW_MS), "c"))))
        await play.settle()
        assert sent == ["\a"]
