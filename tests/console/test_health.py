"""The health page proves that the loop lives and shows the allowance; fee gravity has a verdict."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.console.play import console
from tests.console.stage import ACCOUNT, NOW_MS, SETTINGS, snapshot, walk
from tui_bot.console.fee_gravity import Gravity, Turns, fees_rows, gravity_of, turns_of, verdict_words
from tui_bot.console.health import bar, health_rows
from tui_bot.console.rows import text_of, width_of
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.candle import Candle
from tui_bot.strategy.decision import Verdict
from tui_bot.strategy.sma_slope import SmaSlope, Ties

D = Decimal


def view_of(snap: Snapshot | None, pulse: Pulse = Pulse.ALIVE, silent_s: int = 0) -> View:
    return View(snap, snap.at_ms if snap else 0, pulse, silent_s, 0, "demo")


def said(view: View) -> str:
    return "\n".join(" ".join(text_of(line).split()) for line in health_rows(view))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"beat": 12_345}, "bot loop ● alive 12,345 events handled"),
        ({}, "decision last 00:23 ago next due in 00:37"),
        ({"decided_ms": None, "next_close_ms": None}, "decision last never next due ?"),
        ({"next_close_ms": NOW_MS - 3_000}, "next due overdue 00:03"),
        ({}, "2.0 of 15 room now"),
        ({"calls": Gauge("api", 14.0, NOW_MS, 15, 0.5, 8)}, "14.0 of 15 room again in 00:24"),
        ({}, "next costs 5, 8 stay free, 0.33 a second come back"),
        ({}, "next costs 1, 9 stay free, 1 a second come back"),
        ({"calls": None}, "api ? not counted yet"),
        ({}, "clock +0.02 s off 2 s bar entries"),
        ({"clock_offset_ms": None}, "clock ? not measured yet"),
        ({"account": replace(ACCOUNT, at_ms=NOW_MS - 7_000)}, "nonce in order proved by a call 7.0s ago"),
        ({"account": None}, "nonce ? no private call was answered yet"),
        ({"account_trouble": "EAPI:Invalid nonce"}, "nonce REFUSED: EAPI:Invalid nonce"),
        (
            {"account_trouble": "Kraken has locked the key out; not asked again until 14:20 UTC"},
            "locked the key out; not asked again until 14:20 UTC",
        ),
    ],
)
def test_each_line_says_what_is_known(changes: dict[str, Any], words: str) -> None:
    assert words in said(view_of(snapshot(**changes)))


def test_a_loop_that_stands_still_is_not_called_alive() -> None:
    snap = snapshot(beat=7)
    assert "bot loop ○ SILENT 7 events handled, the last 9 s ago" in said(view_of(snap, Pulse.SILENT, 9))
    assert "bot loop ■ DEAD" in said(view_of(snap, Pulse.DEAD))
    assert said(view_of(None, Pulse.STARTING)) == "bot loop ○ starting"


@pytest.mark.parametrize(("part", "full"), [(-1.0, 0), (0.0, 0), (0.5, 10), (1.0, 20), (3.0, 20)])
def test_a_bar_is_twenty_cells(part: float, full: int) -> None:
    line = bar(part, "ok")
    assert (width_of(line), text_of(line).count("▇")) == (20, full)


@pytest.mark.anyio
async def test_the_page_goes_on_while_it_is_open() -> None:
    async with console(beat=41) as play:
        await play.press("h")
        assert "41 events handled" in play.prose
        await play.publish(beat=99)
        assert "99 events handled" in play.prose
        await play.pass_time(5)
        assert "SILENT" in play.prose
        await play.press("h")
        assert len(play.app.screen_stack) == 1


# -- fee gravity ---------------------------------------------------------------------------------------


def gravity(flips: int = 100, gains: tuple[str, ...] = ("0.001",), rate: str = "0.004") -> Gravity:
    return Gravity(flips, 86_400, tuple(map(D, gains)), D(rate), 2)


def test_cost_and_break_even_by_hand() -> None:
    found = gravity(flips=50)
    assert (found.a_day, found.cost_a_day) == (D(50), D("0.4"))
    assert found.must_move == D("0.008") / D("0.996")
    assert found.moved == D("0.001")
    assert replace(found, span_s=0).cost_a_day == 0


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (gravity(50), "fees eat the stake in 2.5 days"),
        (gravity(50, ("0.002",), "0.0005"), "the moves of the last 1 trade paid the fees"),
        (gravity(2), "fees weigh more than the moves"),
        (gravity(1), "fees are light, the moves lighter still"),
        (gravity(0, ()), "no turn in these candles: no fees either"),
    ],
)
def test_the_verdict_is_a_sentence(found: Gravity, verdict: str) -> None:
    assert verdict_words(found) == verdict


@pytest.mark.parametrize("strategy", [SmaSlope(5), SmaSlope(20), SmaSlope(5, D("0.5"), Ties.CARRY)])
def test_turns_are_those_the_bot_would_have_traded(strategy: SmaSlope) -> None:
    candles = walk(120)
    expected = []
    for end in range(1, len(candles) + 1):
        verdict = strategy.decide(candles[:end]).verdict
        if verdict is not Verdict.NONE:
            expected.append((candles[end - 1].begin, verdict))
    assert [(candle.begin, verdict) for candle, verdict in turns_of(candles, strategy)] == expected


def test_what_a_trade_moved_is_counted_in_its_favour() -> None:
    def candle(close: str) -> Candle:
        return Candle(0, D(close), D(close), D(close), D(close), D(1), 1)

    turns = ((candle("100"), Verdict.BUY), (candle("102"), Verdict.SELL), (candle("51"), Verdict.BUY))
    long_and_short = gravity_of(turns, (), SETTINGS, D("0.004"))
    assert long_and_short.gains == (D("0.02"), D("0.5"))
    assert long_and_short.orders == 2
    long_only = gravity_of(turns, (), replace(SETTINGS, leverage=0), D("0.004"))
    assert long_only.gains == (D("0.02"),)
    assert long_only.orders == 1


def test_the_panel_says_it_in_two_rows_and_never_beyond_its_width() -> None:
    snap = snapshot()
    for width in (20, 34, 46, 80):
        lines = fees_rows(view_of(snap), width, 4)
        assert len(lines) == 4
        assert len(fees_rows(view_of(snap), width, 3)) == 3
    assert "flips a day →" in text_of(lines[1])
    assert "needed:" in text_of(lines[2])
    assert "not enough candles" in text_of(fees_rows(view_of(snapshot(5)), 46, 3)[1])


def test_turns_are_worked_out_once_for_each_close() -> None:
    turns, candles = Turns(), walk(60)
    first = turns.of(candles, SETTINGS.strategy)
    assert turns.of(candles, SETTINGS.strategy) is first
    assert turns.of(candles[:-1], SETTINGS.strategy) is not first
