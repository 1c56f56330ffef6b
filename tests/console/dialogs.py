"""Every dialog and page with its steps, as scenes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, chdir
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual.pilot import Pilot

from tests.console.play import HandClock, Play, console
from tests.console.scene import Scene, Size
from tests.console.screens import HALTED, REPLAY, UNKNOWN
from tests.console.stage import (
    FULL_UP,
    NOW_MS,
    SETTINGS,
    D,
    FakeEngine,
    fill,
    foreign,
    order,
    resting,
    snapshot,
)
from tests.console.test_arming import BAD, CHECKS
from tests.console.test_away import BLOCKED, FILL, TROUBLE, away
from tests.console.test_backtest import keep
from tests.console.test_whatif import EDITS
from tests.console.test_xray import traded
from tui_bot.config.caps import caps_beside
from tui_bot.config.file import load
from tui_bot.console.app import ConsoleApp
from tui_bot.console.setup import Setup
from tui_bot.console.setup_dialog import SetupDialog
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.guards import Circumstances
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.snapshot import Phase

TABLE = (resting(), order(sent_ms=NOW_MS - 839_998, answered_ms=NOW_MS - 839_960))
PAUSED = RunState(Run.PAUSED, "by hand", NOW_MS - 5000)
OVERRIDE = Override(Contract(Until.RELEASED), -1, NOW_MS)
EXTERNAL = Circumstances(
    NOW_MS, SETTINGS, None, D(0), None, None, None, None, "online", None, (), 0, 0, external=1
)
ARMING: dict[str, Any] = {"mode": "live", "phase": Phase.ARMING, "checks": CHECKS}
TRADED = {"log": traded(2)[0].log, "orders": traded(2)[0].orders}

#: What a change comes to is told once the candles were run again with it.
RUN = "trades, fees"
PERIOD_6 = ("e", "down", "down", "down", "end", "ctrl+u", "6")


async def come_back(play: Play) -> None:
    """Ten minutes pass in which there were trades and trouble, and nobody was there."""
    snap = play.engine.newest
    assert snap is not None
    assert snap.quote is not None
    await play.publish(log=(*snap.log, TROUBLE, BLOCKED, FILL))
    await play.publish(quote=replace(snap.quote, bid=D(68400), ask=D("68400.1"), last=D(68400)))
    await play.publish(quote=snap.quote)
    await play.publish(feed=replace(snap.feed, heard_ms=NOW_MS - 90_000))
    await away(play)


@asynccontextmanager
async def first_start(size: Size) -> AsyncIterator[Play]:
    """Somebody without a config file."""
    path = Path("config.yaml")
    setup = Setup(replace(load(None), path=path, caps=caps_beside(path)), Path("nowhere"))
    engine, clock = FakeEngine(snapshot()), HandClock()
    app = ConsoleApp(lambda: engine, mode="", clock=clock, setup=setup)
    async with app.run_test(size=size) as pilot:
        await _shown(pilot)
        yield Play(app, pilot, engine, clock)


async def _shown(pilot: Pilot[None]) -> None:
    for _ in range(100):
        await pilot.pause(0.01)
        if isinstance(pilot.app.screen, SetupDialog):
            return


@asynccontextmanager
async def with_history(size: Size) -> AsyncIterator[Play]:
    """A history of a week or so is kept."""
    with TemporaryDirectory() as folder:
        keep(Path(folder))
        async with console(size, state_dir=Path(folder)) as play:
            yield play


@asynccontextmanager
async def with_damage(size: Size) -> AsyncIterator[Play]:
    """A kept history that cannot be read."""
    with TemporaryDirectory() as folder, chdir(folder):
        async with console(size, state_dir=_damaged(Path("state"))) as play:  # the page shows the path
            yield play


def _damaged(state: Path) -> Path:
    state.mkdir()
    keep(state).unlink()
    (ticks,) = (state / "history").glob("*.ticks")
    ticks.write_bytes(b"nothing of the kind")
    return state


TICKETS = (
    Scene("dialog-buy", "The ticket of an order by hand.", ("b",), whole=True),
    Scene("dialog-buy-live", "The same with real money.", ("b",), {"mode": "live"}),
    Scene("dialog-buy-confirm", "The question before it is sent.", ("b", "@review")),
    Scene("dialog-buy-confirm-live", "The same with real money.", ("b", "@review"), {"mode": "live"}),
    Scene("dialog-buy-wrong", "What cannot be ordered, and why.", ("b", "ctrl+u", *"1e5", "tab", *"67000")),
    Scene("dialog-sell", "A sale that a guard says no to.", ("s",), {"guards": FULL_UP}),
    Scene(
        "dialog-sell-limit", "A limit that rests for an hour, the bot away for two candles: the question.",
        ("s", "tab", *"68000", "tab", "tab", "right", "right", "@review"),
    ),
    Scene("dialog-exit", "A part of what is held, bought back with a limit.", ("b", "f6", "tab", *"67000")),
    Scene("dialog-flatten", "What flattening would do.", ("f",)),
    Scene("dialog-flatten-live", "The same with real money, and an order resting.", ("f",),
          {"mode": "live", "orders": TABLE}),
    Scene(
        "dialog-foreign", "After a flatten: what is at the exchange and not the bot's, asked about apart.",
        ("f", "y"), {"foreign": (foreign(), foreign("OSECON-BBBBB-BBBBBB"))},
    ),
    Scene("dialog-flatten-cut-off", "Resuming a flatten that was cut off.", ("f",),
          {"flatten_cut_off": True}),
    Scene("dialog-cancel", "Cancelling what rests.", ("c",), {"orders": TABLE, "foreign": (foreign(),)}),
    Scene("dialog-release", "Handing back to the bot.", ("r",), {"override": OVERRIDE}),
    Scene("dialog-resume", "Resuming after a halt.", ("p",), {"run": HALTED}),
    Scene("dialog-accept", "Accepting what is not the bot's.", ("a",), {"circumstances": EXTERNAL}),
    Scene(
        "dialog-unknown", "What is to be said of an order of unknown fate.", ("u",),
        {"orders": UNKNOWN, "next_look_ms": NOW_MS + 11_500},
    ),
    Scene(
        "dialog-orders", "The orders table: what rests, what is EXTERNAL, what has ended; one taken apart.",
        ("o",), {"orders": TABLE, "foreign": (foreign(),), "fills": (fill(NOW_MS - 839_000),)},
    ),
    Scene("dialog-orders-none", "The orders table before the first order.", ("o",), {"orders": ()}),
    Scene("dialog-orders-cancel", "Cancelling one of them.", ("o", "c"), {"orders": TABLE}),
    Scene("dialog-replace", "Another price for a resting order.", ("o", "a"), {"orders": TABLE}),
    Scene(
        "dialog-replace-confirm", "The question before it is replaced.",
        ("o", "a", "ctrl+u", *"68100", "@review"), {"orders": TABLE},
    ),
)  # fmt: skip

PAGES = (
    Scene("dialog-why", "Why the newest candle was traded or not.", ("x",)),
    Scene("dialog-xray", "A candle that was traded, from its closes to its fills.", ("left", "left", "enter"),
          TRADED),
    Scene("dialog-xray-line", "Why, asked of a line of the log: a guard said no.", ("l", "k", "k", "enter")),
    Scene("dialog-health", "Whether the loop lives, and what may still be asked of the exchange.", ("h",)),
    Scene("dialog-settings", "The settings, edited while the bot runs.", ("e",)),
    Scene("dialog-settings-wrong", "A value that is not allowed.", (*PERIOD_6[:-1], "1")),
    Scene("dialog-settings-changed", "A change, run again over the candles.", PERIOD_6, until=RUN),
    Scene("dialog-what-if", "What that change would have come to (f4).", PERIOD_6, until=RUN, then=("f4",)),
    Scene("dialog-settings-confirm", "The differences before they are saved.", PERIOD_6,
          until=RUN, then=("@review",)),
    Scene("dialog-settings-history", "What was changed, when and by whom (f5).", ("e", "f5"),
          {"edits": EDITS}),
    Scene("dialog-settings-unchanged", "The same before the first change.", ("e", "f5")),
    Scene("dialog-fork", "What a fork leaves behind, before it is made.", ("F",), REPLAY),
    Scene("dialog-seek", "Another place in a recording.", ("g",), REPLAY),
    Scene("dialog-search", "What to look for in the log.", ("slash", *"apple")),
    Scene("dialog-themes", "The themes, tried on.", ("T",)),
    Scene("dialog-backtest", "The settings over the candles on screen, and what that came to.", ("R",)),
    Scene("dialog-backtest-wrong", "A number that is not allowed.",
          ("R",), then=("end", "ctrl+u", "1", "enter")),
    Scene("dialog-backtest-few", "Fewer candles than the period needs.",
          ("R",), then=("end", "ctrl+u", *"250", "enter")),
    Scene("dialog-backtest-history", "A kept history.", ("R",), then=("up", "right"), stage=with_history),
    Scene("dialog-backtest-damaged", "A kept history that cannot be read.", ("R",),
          then=("up", "right", "enter"), stage=with_damage),
    Scene("dialog-help", "All keys and signs.", ("question_mark",)),
    Scene("dialog-help-end", "Its end.", ("question_mark", "end")),
    Scene("dialog-palette", "All actions by name.", ("ctrl+p",)),
    Scene("dialog-palette-search", "One of them looked for.", ("ctrl+p", *"candle")),
    Scene("dialog-drill", "A fire drill.", ("ctrl+p", *"drill"), then=("enter",)),
    Scene("dialog-quit", "What stays at the exchange.", ("q",)),
    Scene("dialog-quit-live", "The same with real money and an order resting.", ("q",),
          {"mode": "live", "orders": TABLE}),
    Scene("dialog-away", "What happened while nobody was there.", ("j",), first=come_back),
    Scene("dialog-setup", "The first start.", stage=first_start),
    Scene("dialog-setup-wrong", "An answer that is not allowed.", ("tab", "tab", "tab", "ctrl+u", "5"),
          stage=first_start),
    Scene("arming", "What is checked before real money is at stake.", changes=ARMING),
    Scene("arming-failing", "A row that says no.", changes={**ARMING, "checks": BAD}),
    Scene("arming-typed", "The word was typed.", (*"BTC", "slash", *"USD"), ARMING),
)  # fmt: skip

DIALOGS = (*TICKETS, *PAGES)
