"""The main screen in all its states and layouts, as scenes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from tests.console.play import Play, console
from tests.console.scene import Scene, Size
from tests.console.stage import GUARDS, NOW_MS, VALUES, FakeEngine, foreign, order
from tests.console.test_empty import BARE
from tests.console.test_log_reading import note
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.guards import Reading
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.snapshot import Feed, Phase
from tui_bot.engine.transport import Transport
from tui_bot.market.order import OrderState, Side
from tui_bot.market.position import Position

HALTED = RunState(Run.HALTED, "7 orders within an hour, limit 6", NOW_MS - 61_000)
UNKNOWN = (order(OrderState.UNKNOWN, ago_s=50, reason="no answer within 10 s"), order())
FLAT: dict[str, Any] = {
    "position": Position(), "exchange_size": None, "orders": (), "marks": (), "log": (),
}  # fmt: skip
HOUR = 3_600_000
AT = Transport("journal.sqlite", NOW_MS - HOUR, NOW_MS + HOUR, NOW_MS, True, 60.0, entry=12, entries=40)
RECORDED = replace(AT, entry=412, entries=980)
REPLAY: dict[str, Any] = {"mode": "replay (live)", "rate": 60.0, "transport": RECORDED}
FORK = {
    "mode": "fork (live)", "rate": 0.0, "position": Position(), "exchange_size": None, "orders": (),
    "transport": replace(RECORDED, playing=False, fork="strategy.period 20 → 30", fork_ms=NOW_MS - 60_000),
}  # fmt: skip
LONG_LOG = tuple(note(number, "an apple" if number in (5, 20, 33) else "") for number in range(40))


def values(**changed: str) -> tuple[tuple[str, str], ...]:
    """The stage's settings, some of them other ones: ``display_glyphs="ascii"``."""
    return tuple((path, changed.get(path.replace(".", "_"), text)) for path, text in VALUES)


@asynccontextmanager
async def without_engine(size: Size) -> AsyncIterator[Play]:
    """Nothing was published yet."""
    async with console(size, engine=FakeEngine()) as play:
        yield play


async def die(play: Play) -> None:
    """The engine ends by an accident."""
    play.engine.die()
    for _ in range(100):
        await play.pilot.pause(0.02)
        if "DEAD" in play.text:
            return


async def hear_nothing(play: Play) -> None:
    """The engine publishes nothing for a minute."""
    await play.pass_time(60)


def _layout(name: str, words: str, *keys: str, more: tuple[Size, ...] = ()) -> Scene:
    return Scene(f"layout-{name}", words, keys, more=more)


DEAF = Reading("stale feed", False, "60 s", "5 s", "wait until Kraken is heard again", load=1.0)

STATES = (
    Scene("main", "A short position in a calm market, 23 s after a close.", more=((160, 24), (220, 60))),
    Scene("main-live", "The same with real money: other word, other colour.", changes={"mode": "live"}),
    Scene("flat", "Spot, before the first order.", changes=FLAT),
    Scene("starting", "Before the engine has said anything.", stage=without_engine),
    Scene(
        "recovering", "The engine reads journal and exchange.", changes={**BARE, "phase": Phase.RECOVERING}
    ),
    Scene(
        "override", "Paused, and traded by hand: the bot keeps its hands off for three more candles.",
        changes={
            "run": RunState(Run.PAUSED, "by hand", NOW_MS - 5000),
            "override": Override(Contract(Until.CANDLES, 5), 3, NOW_MS - 120_000),
        },
    ),
    Scene(
        "on-its-way", "An order that was sent a second ago.",
        changes={"orders": (order(OrderState.SENT, ago_s=1), order())},
    ),
    Scene(
        "unknown", "An order whose answer was lost, and one at the exchange that is not the bot's.",
        changes={"run": HALTED, "orders": UNKNOWN, "foreign": (foreign(),), "next_look_ms": NOW_MS + 11_500},
    ),
    Scene(
        "halted", "Halted, with an order resting.",
        changes={"run": HALTED, "orders": (order(OrderState.OPEN, price=order().intent.reference),)},
    ),
    Scene(
        "stale", "Kraken was not heard for a minute.",
        changes={"feed": Feed(NOW_MS - 60_000, "push", "", 2), "guards": (DEAF, *GUARDS[1:])},
    ),
    Scene("silent", "The engine publishes nothing any more.", first=hear_nothing),
    Scene("dead", "The engine has ended by an accident.", first=die),
    Scene("flatten-cut-off", "The start after a flatten was cut off.", changes={"flatten_cut_off": True}),
    Scene(
        "ascii", "Where only ASCII can be shown.",
        changes={"values": values(display_glyphs="ascii"), "orders": (order(side=Side.BUY),)},
    ),
    Scene("replay", "A recorded run, played sixty times as fast.", changes=REPLAY),
    Scene(
        "replay-held", "The same, held.",
        changes={**REPLAY, "rate": 0.0, "transport": replace(RECORDED, playing=False)},
    ),
    Scene("fork", "The same, left for other settings: a fresh bot, flat.", changes=FORK),
)  # fmt: skip

LAYOUTS = (
    _layout("chart", "Layout 2: the chart over the whole width.", "2"),
    _layout("log", "Layout 3: the log, and the numbers beside it.", "3"),
    _layout("desk", "Layout 4: to trade by hand.", "4"),
    _layout("zoom-chart", "The chart alone.", "z"),
    _layout("zoom-position", "The position alone.", "tab", "tab", "z"),
    _layout("zoom-orders", "The orders alone.", "tab", "tab", "tab", "z"),
    _layout("zoom-ladder", "The flip ladder alone.", "4", "tab", "tab", "tab", "z"),
    _layout("zoom-guards", "The guards alone.", "4", "tab", "tab", "tab", "tab", "z"),
    _layout("zoom-fees", "What fees cost, alone.", "z", "M", "M"),
    _layout("zoom-log", "The log alone.", "l", "z"),
    Scene("chart-cursor", "A candle read out.", ("left", "left", "left")),
    Scene("chart-panned", "Earlier candles.", ("ctrl+left",)),
    Scene("chart-1h", "Sixty-minute candles.", ("minus", "minus", "minus")),
    Scene(
        "chart-braille", "Closes as dots, two candles a column; the cursor on one.", ("left", "left"),
        changes={"values": values(display_glyphs="braille")},
    ),
    Scene("log-held", "An older line of the log is read.", ("l", "k", "k")),
    Scene("log-filter", "The orders' lines of the log only.", ("v", "v")),
    Scene("log-empty-filter", "A filter that lets nothing through.", ("v",), {"log": LONG_LOG}),
    Scene("log-search", "A text is looked for.", ("slash", *"apple", "enter", "n"), {"log": LONG_LOG}),
)  # fmt: skip

SCREENS = (*STATES, *LAYOUTS)
