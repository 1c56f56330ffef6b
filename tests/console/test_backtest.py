"""The backtest page: other numbers over the candles on screen or a kept history, and on to the settings."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.console.play import Play, console
from tests.console.stage import snapshot
from tui_bot.backtest.display import MOST, Shown, offers, run
from tui_bot.backtest.library import import_history
from tui_bot.console.backtest import FEW, backtest_rows, chart_rows, merge
from tui_bot.console.backtest_page import NONE_KEPT, BacktestPage, Left
from tui_bot.console.confirm import Confirm
from tui_bot.console.rows import text_of, width_of
from tui_bot.console.settings_form import SettingsForm
from tui_bot.engine.commands import Edit


def quiet(_what: str, _done: int, _of: int) -> None:
    """Nobody listens."""


def keep(folder: Path, candles: int = 3000) -> Path:
    """A kept history named ``btc``, waves of one-minute candles; the file it was read from."""
    lines = []
    for place in range(candles):
        first, last = (60_000 + round(300 * math.sin(at / 40)) for at in (place, place + 1))
        high, low = max(first, last) + 2, min(first, last) - 2
        lines.append(f"{1_700_000_040 + 60 * place},{first}.0,{high}.0,{low}.0,{last}.0,1.5,3")
    path = folder / "XBTUSD_1.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    import_history(path, folder, name="btc")
    return path


def on_screen(count: int = 200) -> Shown:
    snap = snapshot(count)
    return run(snap, snap.settings, "", None, quiet)


def test_a_kept_history_runs_with_the_bot_s_settings(tmp_path: Path) -> None:
    keep(tmp_path)
    assert offers(tmp_path) == (("btc", "BTC/USD 1m"),)
    snap, told = snapshot(), []
    found = run(snap, snap.settings, "btc", tmp_path, lambda *said: told.append(said))
    assert "3,000 candles" in found.title
    assert "SMA 20" in found.setting
    assert len(found.columns) == MOST
    assert sum(each.bought + each.sold for each in found.columns) > 0
    assert (found.columns[0].price[0], found.columns[-1].price[3]) == (
        60_000,
        60_000 + round(300 * math.sin(75)),
    )


def test_what_is_put_together_keeps_peaks_bottoms_and_orders() -> None:
    columns = on_screen().columns
    merged = merge(columns, 7)
    assert len(merged) == 7
    for place, pick in ((1, max), (2, min)):
        assert pick(each.equity[place] for each in merged) == pick(each.equity[place] for each in columns)
    assert sum(each.bought for each in merged) == sum(each.bought for each in columns)
    assert merge(columns, 1000) == list(columns)


@pytest.mark.parametrize(("width", "height"), [(56, 12), (72, 16), (100, 40), (20, 5)])
def test_rows_fit_and_say_the_figures(width: int, height: int) -> None:
    rows = backtest_rows(on_screen(), width, height)
    assert {width_of(line) for line in rows} == {width}
    text = "\n".join(text_of(line) for line in rows)
    if width > 50:
        assert len(rows) == height
        assert all(name in text for name in FEW)
        assert "account" in text


def test_the_sentence_is_whole_at_every_width() -> None:
    found = on_screen()
    for width in range(50, 90):
        text = " ".join(text_of(line).strip() for line in backtest_rows(found, width, 16))
        assert found.verdict in text, width


def test_orders_stand_on_the_candles_unless_they_are_too_many() -> None:
    found = on_screen()
    text = "\n".join(text_of(line) for line in chart_rows(found, 100, 20))
    assert "B S filled" in text
    assert {"B", "S"} <= set(text.replace("B S filled", ""))
    busy = replace(found, columns=tuple(replace(each, bought=1) for each in found.columns))
    text = "\n".join(text_of(line) for line in chart_rows(busy, 100, 20))
    assert "orders, too many to mark" in text
    assert "S" not in text


async def opened(play: Play) -> None:
    """The page, its first run done."""
    await play.press("R")
    assert isinstance(play.app.screen, BacktestPage)
    await play.computed()


async def period(play: Play, value: str) -> None:
    """Type another period and run."""
    await play.press("end", "ctrl+u")
    await play.type(value)
    await play.press("enter")
    await play.computed()


@pytest.mark.anyio
async def test_other_numbers_run_and_lead_to_the_form_s_differences() -> None:
    async with console((100, 30)) as play:
        await opened(play)
        assert "200 candles" in play.text
        assert "SMA 20" in play.text
        assert NONE_KEPT in play.text
        await period(play, "30")
        assert "SMA 30" in play.text
        await play.answer("use")
        await play.pilot.pause()
        assert isinstance(play.app.screen, Confirm)
        assert "strategy.period: 20 → 30" in play.prose
        assert play.engine.commands == [], "nothing is changed before a yes"
        await play.press("escape")
        assert isinstance(play.app.screen, SettingsForm)
        await play.answer("review")
        await play.answer("accept")
        assert play.engine.commands == [Edit((("strategy.period", "30"),))]
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_what_is_in_effect_already_leads_nowhere() -> None:
    async with console((100, 30)) as play:
        await opened(play)
        await play.answer("use")
        assert isinstance(play.app.screen, BacktestPage)
        assert any("in effect already" in note for note in play.notes)


@pytest.mark.anyio
async def test_wrong_numbers_and_too_few_candles_are_told() -> None:
    async with console((100, 30)) as play:
        await opened(play)
        await period(play, "1")
        assert "strategy.period: " in play.text
        assert "verdict" not in play.text
        await play.answer("use")
        assert any("not yet: strategy.period" in note for note in play.notes)
    async with console((100, 30)) as play:
        await opened(play)
        await period(play, "250")
        assert "200 candles are too few for a period of 250" in play.text


@pytest.mark.anyio
async def test_a_kept_history_is_chosen_by_arrows(tmp_path: Path) -> None:
    keep(tmp_path)
    async with console((100, 30), state_dir=tmp_path) as play:
        await opened(play)
        await play.press("up", "right", "enter")
        assert "btc BTC/USD 1m" in play.text
        await play.computed()
        assert "3,000 candles" in play.text
        await play.press("q")
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_a_damaged_history_says_what_to_do(tmp_path: Path) -> None:
    keep(tmp_path).unlink()
    (ticks,) = (tmp_path / "history").glob("*.ticks")
    ticks.write_bytes(b"nothing of the kind")
    async with console((100, 30), state_dir=tmp_path) as play:
        await opened(play)
        await play.press("up", "right", "enter")
        assert "btc damaged" in play.text
        await play.computed()
        assert "the kept history 'btc' cannot be used" in play.text
        assert "import it again, or remove" in " ".join(play.text.replace("│", "").split())


@pytest.mark.anyio
async def test_it_runs_beside_the_screen_and_ends_when_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    ended, threads = threading.Event(), []

    def endless(*given: Any) -> None:
        threads.append(threading.current_thread())
        try:
            for _ in range(2000):
                given[-1]("running", 1, 4)
                threading.Event().wait(0.005)
        except Left:
            ended.set()
            raise

    monkeypatch.setattr("tui_bot.backtest.display.run", endless)
    async with console((100, 30)) as play:
        await play.press("R")
        for _ in range(100):
            await play.pilot.pause(0.02)
            if "running … 25%" in play.text:
                break
        assert "running … 25%" in play.text
        await play.press("escape")
        assert len(play.app.screen_stack) == 1, "the screen waits for nothing"
        assert ended.wait(5)
        assert threading.main_thread() not in threads


@pytest.mark.anyio
async def test_an_error_of_the_run_is_none_of_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any) -> None:
        raise KeyError("x")

    monkeypatch.setattr("tui_bot.backtest.display.run", broken)
    async with console((100, 30)) as play:
        await play.press("R")
        for _ in range(100):
            await play.pilot.pause(0.02)
            if "KeyError" in play.text:
                break
        assert "error of its own (KeyError)" in play.text
        await play.press("q")
        assert len(play.app.screen_stack) == 1
