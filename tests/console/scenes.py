"""Every screen of the console as a scene: what the engine says and which keys lead there.

The frames in ``tests/console/frames`` and the page ``docs/frames.md`` are made from this list.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from textual.widgets import Input

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, VALUES, fill, foreign, order, resting
from tests.console.test_arming import CHECKS
from tui_bot.console.theme import Colours
from tui_bot.console.theme_files import load_all, shipped_dir
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.snapshot import Phase
from tui_bot.engine.transport import Transport
from tui_bot.market.order import OrderState, Side
from tui_bot.market.position import Position

SIZES = ((60, 20), (80, 24), (100, 30), (160, 48))


@dataclass(frozen=True, slots=True)
class Scene:
    """``name`` is the frame's file, ``words`` what a reader of the page should see in it.

    ``keys`` are pressed one after the other; ``changes`` are made to the stage's snapshot. ``more`` are
    sizes beyond the four.
    """

    name: str
    words: str
    keys: tuple[str, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)
    more: tuple[tuple[int, int], ...] = ()

    @asynccontextmanager
    async def play(self, size: tuple[int, int]) -> AsyncIterator[Play]:
        """The console at this size, on this scene."""
        async with console(size, **self.changes) as play:
            play.app.wardrobe._themes = dict(_themes())
            await play.press(*self.keys)
            for entry in play.app.screen.query(Input):
                entry.cursor_blink = False
            await play.computed()
            await play.settle()
            yield play


@cache
def _themes() -> dict[str, Colours]:
    """The shipped themes, read once for all scenes."""
    return load_all((shipped_dir(),))[0]


def _values(**changed: str) -> tuple[tuple[str, str], ...]:
    return tuple((path, changed.get(path.replace(".", "_"), text)) for path, text in VALUES)


_HALTED = RunState(Run.HALTED, "7 orders within an hour, limit 6", NOW_MS - 61_000)
_UNKNOWN = (order(OrderState.UNKNOWN, ago_s=50, reason="no answer within 10 s"), order())
_RESTING = (order(OrderState.OPEN, price=order().intent.reference),)

_RECORDED = Transport(
    "journal.sqlite", NOW_MS - 3_600_000, NOW_MS + 3_600_000, NOW_MS, True, 60.0, entry=412, entries=980
)

TABLE = (resting(), order(sent_ms=NOW_MS - 839_998, answered_ms=NOW_MS - 839_960))

SCENES = (
    Scene("main", "A short position in a calm market, 23 s after a close.", more=((160, 24), (220, 60))),
    Scene("main-live", "The same with real money: other word, other colour.", changes={"mode": "live"}),
    Scene(
        "flat", "Spot, before the first order.",
        changes={"position": Position(), "exchange_size": None, "orders": (), "marks": (), "log": ()},
    ),
    Scene(
        "override", "Paused, and traded by hand: the bot keeps its hands off for three more candles.",
        changes={
            "run": RunState(Run.PAUSED, "by hand", NOW_MS - 5000),
            "override": Override(Contract(Until.CANDLES, 5), 3, NOW_MS - 120_000),
        },
    ),
    Scene(
        "unknown", "An order whose answer was lost, and one at the exchange that is not the bot's.",
        changes={
            "run": _HALTED, "orders": _UNKNOWN, "foreign": (foreign(),), "next_look_ms": NOW_MS + 11_500,
        },
    ),
    Scene("halted", "Halted, with an order resting.", changes={"run": _HALTED, "orders": _RESTING}),
    Scene(
        "ascii", "Where only ASCII can be shown.",
        changes={"values": _values(display_glyphs="ascii"), "orders": (order(side=Side.BUY),)},
    ),
    Scene(
        "replay", "A recorded run, played sixty times as fast.",
        changes={"mode": "replay (live)", "rate": 60.0, "transport": _RECORDED},
    ),
    Scene(
        "fork", "The same, left for other settings: a fresh bot, flat.",
        changes={
            "mode": "fork (live)", "rate": 0.0, "position": Position(), "exchange_size": None, "orders": (),
            "transport": replace(
                _RECORDED, playing=False, fork="strategy.period 20 → 30", fork_ms=NOW_MS - 60_000
            ),
        },
    ),
    Scene(
        "dialog-fork", "What a fork leaves behind, before it is made.", ("F",),
        {"mode": "replay (live)", "rate": 60.0, "transport": _RECORDED},
    ),
    Scene("dialog-buy", "The ticket of an order by hand.", ("b",)),
    Scene("dialog-buy-live", "The same with real money.", ("b",), {"mode": "live"}),
    Scene("dialog-sell", "A sale.", ("s",)),
    Scene("dialog-exit", "A part of what is held, bought back with a limit.", ("b", "f6", "tab", *"67000")),
    Scene(
        "dialog-orders", "The orders table: what rests, what is EXTERNAL, what has ended; one taken apart.",
        ("o",), {"orders": TABLE, "foreign": (foreign(),), "fills": (fill(NOW_MS - 839_000),)},
    ),
    Scene("dialog-replace", "Another price for a resting order.", ("o", "a"), {"orders": TABLE}),
    Scene("dialog-health", "Whether the loop lives, and what may still be asked of the exchange.", ("h",)),
    Scene("dialog-flatten", "What flattening would do.", ("f",)),
    Scene(
        "dialog-foreign", "After a flatten: what is at the exchange and not the bot's, asked about apart.",
        ("f", "y"), {"foreign": (foreign(), foreign("OSECON-BBBBB-BBBBBB"))},
    ),
    Scene(
        "flatten-cut-off", "The start after a flatten was cut off.", changes={"flatten_cut_off": True},
    ),
    Scene("dialog-why", "Why the newest candle was traded or not.", ("x",)),
    Scene(
        "dialog-unknown", "What is to be said of an order of unknown fate.", ("u",),
        {"orders": _UNKNOWN, "next_look_ms": NOW_MS + 11_500},
    ),
    Scene("dialog-settings", "The settings, edited while the bot runs.", ("e",)),
    Scene("dialog-backtest", "The settings over the candles on screen, and what that came to.", ("R",)),
    Scene("dialog-help", "All keys and signs.", ("question_mark",)),
    Scene("dialog-palette", "All actions by name.", ("ctrl+p",)),
    Scene("dialog-quit", "What stays at the exchange.", ("q",)),
    Scene(
        "arming", "What is checked before real money is at stake.",
        changes={"mode": "live", "phase": Phase.ARMING, "checks": CHECKS},
    ),
)  # fmt: skip
