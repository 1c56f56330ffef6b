"""A panel with nothing in it says what will stand there, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.console.play import HandClock, Play
from tests.console.stage import FakeEngine, snapshot
from tui_bot.console.app import ConsoleApp
from tui_bot.console.empty import WHAT, when
from tui_bot.console.rows import fit, text_of, wrap
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.snapshot import NO_FEED, NO_OUTLOOK, NO_POSITION, Snapshot

BARE: dict[str, Any] = {
    "account": None, "candles": (), "forming": None, "line": (), "outlook": NO_OUTLOOK, "decision": None,
    "decided_ms": None, "position": NO_POSITION, "exchange_size": None, "orders": (), "marks": (),
    "guards": (), "log": (), "quote": None, "feed": NO_FEED,
}  # fmt: skip


def bare(**changes: Any) -> Snapshot:
    """An engine that has just begun."""
    return replace(snapshot(), **{**BARE, **changes})


def view(snap: Snapshot | None) -> View:
    return View(snap, snap.at_ms if snap else 0, Pulse.ALIVE, 0, 0, "demo")


@pytest.mark.parametrize("panel", WHAT)
def test_every_panel_says_when(panel: str) -> None:
    assert when(panel, view(None)) == "It comes when the engine has started."
    assert when(panel, view(bare())).endswith(".")


def test_what_waits_for_a_close_says_which() -> None:
    snap = bare()
    assert when("ladder", view(snap)) == "21 more candles must close first."
    assert "by b and s" in when("orders", view(replace(snapshot(), orders=())))


async def shown(snap: Snapshot | None, size: tuple[int, int]) -> str:
    """The whole screen as one line of words."""
    engine = FakeEngine(snap)
    app = ConsoleApp(lambda: engine, mode="demo", clock=HandClock())
    async with app.run_test(size=size) as pilot:
        play = Play(app, pilot, engine, HandClock())
        for _ in range(100):
            await pilot.pause(0.01)
            if app.engine_thread.engine is not None:
                break
        await play.settle()
        text = " ".join(play.text.split())
        app.engine_thread.stop()
        app.engine_thread.join(2)
        return text


@pytest.mark.anyio
@pytest.mark.parametrize("snap", [None, bare()], ids=["before the engine", "at its first moment"])
async def test_a_wide_screen_says_it_in_every_panel(snap: Snapshot | None) -> None:
    text = await shown(snap, (200, 60))
    for panel, what in WHAT.items():
        begin = what.split()[:4]
        assert " ".join(begin[:3]) in text or (panel == "average" and "warming up" in text), panel


@pytest.mark.anyio
async def test_a_small_screen_says_it_where_it_has_room() -> None:
    text = await shown(None, (80, 24))
    assert "Candles with their average" in text
    assert "The bot's orders" in text


def test_a_blank_at_the_end_of_a_line_cuts_no_letter_off() -> None:
    lines = wrap((), (("paper the same with Kraken's", "text"),), 19)
    assert [text_of(fit(line, 19)).rstrip() for line in lines] == ["paper the same with", "Kraken's"]


def test_what_follows_a_word_longer_than_a_line_stands_apart() -> None:
    lines = wrap((), (("abcdefghijkl mn", "text"),), 10)
    assert [text_of(line) for line in lines] == ["abcdefghij", "kl mn"]
