"""The flip ladder and the guards beside it: exact numbers, what would follow, and which lines come first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console.play import console
from tests.console.stage import NOW_MS, SETTINGS, D, snapshot
from tests.console.test_truth import judged, view
from tui_bot.console.guards_panel import guards_rows
from tui_bot.console.ladder import ladder_rows
from tui_bot.console.list_panel import marked
from tui_bot.console.rows import rule, text_of, width_of
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.forecast import forecast
from tui_bot.engine.guards import standing
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.reading import Reading, share
from tui_bot.engine.snapshot import NO_OUTLOOK, Snapshot
from tui_bot.market.candle import Candle
from tui_bot.market.position import Position


def lines(snap: Snapshot, width: int = 120, height: int = 40) -> list[str]:
    return [text_of(line) for line in ladder_rows(view(snap), width, height)]


def test_each_step_names_the_close_that_turns_the_average() -> None:
    snap = judged()
    found = lines(snap)
    period = SETTINGS.strategy.period
    assert len(found) == 2 + period
    for place, candle in enumerate(snap.candles[-period:]):
        assert f"{candle.close:,.1f}" in found[2 + place]
    assert snap.quote is not None
    away = snap.candles[-period].close - snap.quote.last
    assert f"{away / snap.quote.last * 100:+.2f}%".replace("-", "−") in found[2]
    assert f" {round(abs(away) / (snap.quote.ask - snap.quote.bid)):,} " in found[2]


@given(st.integers(0, 19), st.integers(1, 400))
def test_beyond_the_threshold_it_turns_and_up_to_it_it_does_not(ahead: int, beyond: int) -> None:
    snap = snapshot(60)
    assert snap.outlook.next is not None
    step = (snap.outlook.next, *snap.outlook.ladder)[ahead]
    way = 1 if step.verdict.value == "buy" else -1
    between = [
        Candle.flat(one.begin, one.price - way)  # on the way there it does not turn
        for one in (snap.outlook.next, *snap.outlook.ladder)[:ahead]
    ]
    strategy = SETTINGS.strategy
    for price, turns in ((step.price + way * D(beyond) / 10, True), (step.price, False)):
        decided = strategy.decide((*snap.candles, *between, Candle.flat(step.begin, price)))
        assert (decided.verdict is step.verdict) is turns


def test_what_the_bot_would_do_at_each_is_said() -> None:
    snap = judged()
    assert all("BUY" in line for line in lines(snap)[2:])
    halted = replace(snap, run=RunState(Run.HALTED, "by hand", 0))
    assert all("halted" in line for line in lines(halted)[2:])


def test_an_override_that_counts_candles_ends_on_the_ladder() -> None:
    counted = replace(judged(), override=Override(Contract(Until.CANDLES, 5), 3, NOW_MS))
    barred = [made.barred for ahead in range(6) if (made := forecast(counted, ahead)) is not None]
    assert barred == ["manual override"] * 3 + [""] * 3
    released = replace(counted, override=Override(Contract(Until.RELEASED), 0, NOW_MS))
    barred = [made.barred for ahead in range(6) if (made := forecast(released, ahead)) is not None]
    assert barred == ["manual override"] * 6


def test_a_guard_that_time_alone_lifts_is_lifted_on_the_ladder() -> None:
    limit = SETTINGS.limits.orders_per_hour
    placed = tuple(NOW_MS - 3_600_000 + 150_000 for _ in range(limit))
    snap = replace(judged(placed_ms=placed, size=D(0)), position=Position())
    barred = [made.barred for ahead in range(5) if (made := forecast(snap, ahead)) is not None]
    assert barred[0] == f"orders/hour: {limit} of {limit}"
    assert barred[-1] == ""
    assert barred == sorted(barred, reverse=True)


def test_no_forecast_beyond_the_ladder_or_without_one() -> None:
    snap = judged()
    assert forecast(snap, len(snap.outlook.ladder)) is not None
    assert forecast(snap, len(snap.outlook.ladder) + 1) is None
    assert "no candles yet" in lines(replace(snap, outlook=NO_OUTLOOK))[1]


@pytest.mark.parametrize("width", [29, 33, 39, 40, 45, 78, 79, 160])
def test_a_step_fits_the_panel_and_keeps_price_and_distance(width: int) -> None:
    for line in lines(judged(), width)[1 + (width >= 79) :]:
        assert "%" in line
        if width < 79:
            assert len(line.rstrip()) <= width


def test_guards_that_refuse_come_first_then_those_nearest_their_limit() -> None:
    readings = (
        Reading("calm", True, "1", "10", load=0.1), Reading("near", True, "9", "10", load=0.9),
        Reading("over", False, "11", "10", "wait", load=1.1), Reading("unmeasured", True, "fine", ""),
    )  # fmt: skip
    snap = snapshot(guards=readings)
    shown = [text_of(line) for line in guards_rows(view(snap), 46, 20)]
    assert "1 of 4 block" in shown[0]
    assert [line.split()[0] for line in shown[1:]] == ["over", "near", "calm", "unmeasured"]
    assert "█ BLOCK" in shown[1]
    assert "█ ok" in shown[2]
    assert "▁ ok" in shown[3]
    assert len(guards_rows(view(snap), 46, 3)) == 3
    assert "→ wait" in text_of(guards_rows(view(snap), 100, 3)[1])


def test_every_guard_is_on_the_panel_with_its_load() -> None:
    snap = judged()
    assert snap.circumstances is not None
    readings = standing(snap.circumstances)
    shown = "\n".join(text_of(line) for line in guards_rows(view(replace(snap, guards=readings)), 46, 40))
    assert len(readings) > 18
    assert all(reading.name[:16] in shown for reading in readings)
    assert all(reading.load <= 1 for reading in readings if reading.ok and reading.name != "funds")
    loads = {reading.name: reading.load for reading in readings}
    assert loads["order value"] > 0


@given(st.decimals(0, 10**6, places=4), st.decimals(0, 10**6, places=4))
def test_a_share_of_a_limit(used: Decimal, limit: Decimal) -> None:
    found = share(used, limit)
    assert found >= 0
    if used >= limit and used:
        assert found >= 1
    if limit and used <= limit:
        assert found <= 1


@pytest.mark.anyio
async def test_a_long_list_scrolls_while_it_has_the_keys() -> None:
    async with console() as play:
        await play.press("4", "tab", "tab", "tab")
        assert "▸ flip ladder" in play.text
        assert "↓" in play.text.splitlines()[8]
        assert " +19m" not in play.text
        await play.press("end")
        assert " +19m" in play.text
        assert "↑" in play.text.splitlines()[8]
        log = play.text.splitlines()[-4:]
        await play.press("k", "up", "j", "pageup", "home")
        assert " now  " in play.text
        assert play.text.splitlines()[-4:] == log


@given(st.integers(1, 80), st.text("ab ", max_size=12), st.text("xyz", max_size=9))
def test_a_sign_in_a_heading_keeps_its_width(width: int, title: str, right: str) -> None:
    heading = rule(title, width, ((right, "dim"),) if right else ())
    assert width_of(marked(heading, (" ↓ ", "key"), width)) == width


def test_where_there_is_no_room_for_a_reason_the_outcome_is_two_words() -> None:
    halted = replace(judged(), run=RunState(Run.HALTED, "the exchange holds another size", 0))
    already = replace(judged(), position=Position(D("0.0010"), D(67000)), exchange_size=D("0.0010"))
    for snap, brief in ((halted, "no BUY"), (already, "stays long")):
        for width in range(40, 100):
            for line in lines(snap, width)[1:]:
                assert width_of(((line, ""),)) <= width, (width, line)
        assert any(brief in line for line in lines(snap, 40)), lines(snap, 40)
