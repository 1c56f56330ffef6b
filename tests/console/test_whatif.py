"""In the settings form: what if, before saving; what was changed, by whom; and taking it back."""

from __future__ import annotations

import sys
import threading
from decimal import Decimal

import pytest

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, VALUES, snapshot
from tui_bot.console.rows import text_of
from tui_bot.console.settings_form import SettingsForm
from tui_bot.console.settings_history import SettingsHistory
from tui_bot.console.watch import Pulse, View
from tui_bot.console.whatif import brief_row, changed, compare, concerns, next_words, span, table_rows
from tui_bot.console.whatif_page import WhatIfPage, bars_of, chart_rows
from tui_bot.engine.commands import Change, Edit
from tui_bot.engine.records import Record, SettingsChanged

EDITS = (
    Record(NOW_MS - 9_000_000, SettingsChanged((), "aaaaaaaaaaaa", "start", VALUES)),
    Record(NOW_MS - 7_200_000, SettingsChanged((Change("strategy.period", "15", "18"),), "bbbbbb", "file")),
    Record(
        NOW_MS - 3_600_000,
        SettingsChanged(
            (Change("strategy.period", "18", "20"), Change("trading.trade_size", "0.002", "0.001")),
            "cccc",
            "form",
        ),
    ),
)


def view() -> View:
    snap = snapshot(720)
    return View(snap, snap.at_ms, Pulse.ALIVE, 0, 0, snap.mode)


def test_which_changes_concern_it() -> None:
    assert concerns({"strategy.period": "30"})
    assert concerns({"limits.max_position": "1", "trading.leverage": "0"})
    assert not concerns({"display.theme": "light", "limits.daily_loss": "3"})


def test_the_settings_it_runs_with() -> None:
    after = changed(
        snapshot(), {"strategy.period": "30", "trading.trade_size": "0.002", "display.theme": "x"}
    )
    assert (after.strategy.period, after.trade_size, after.leverage) == (30, Decimal("0.002"), 2)
    assert changed(snapshot(), {}).strategy is snapshot().settings.strategy


def test_both_runs_are_told_with_figures_and_the_next_close() -> None:
    at = view()
    assert at.snap is not None
    found = compare(at.snap, {"strategy.period": "60"})
    assert found.old is not None
    assert found.new is not None
    assert found.new.trades != found.old.trades
    brief = text_of(brief_row(found))
    assert f"{found.old.trades} → {found.new.trades} trades" in brief
    assert "12h00m" in brief
    table = "\n".join(text_of(line) for line in table_rows(found, at))
    for word in ("trades", "fees", "net result", "deepest fall", "next close now", "next close then"):
        assert word in table
    assert next_words(at.snap, found.settings, at) != next_words(at.snap, at.snap.settings, at)
    assert "close " in next_words(at.snap, found.settings, at)


def test_one_chart_shows_the_orders_of_both() -> None:
    at = view()
    assert at.snap is not None
    found = compare(at.snap, {"strategy.period": "60"})
    assert found.old is not None
    assert found.new is not None
    marks = "".join(bar.marks for bar in bars_of(found, 720))
    assert len([letter for letter in marks if letter in "BS"]) == len(found.new.orders)
    assert set(marks) == set("BSbs")
    text = "\n".join(text_of(line) for line in chart_rows(found, 100, 20))
    assert "SMA 60" in text
    assert "B S then · b s now" in text


def test_without_candles_or_rules_it_says_so() -> None:
    for snap in (snapshot(0), snapshot(rules=None)):
        found = compare(snap, {"strategy.period": "60"})
        assert "no candles yet" in text_of(brief_row(found))


def test_how_far_back() -> None:
    assert [span(snapshot(count)) for count in (45, 90, 720)] == ["45m", "1h30m", "12h00m"]


def top(play: Play) -> type:
    """What is on top of the screens."""
    return type(play.app.screen)


async def edit(play: Play, value: str) -> None:
    """Open the form and give the period another value."""
    await play.press("e", *("down",) * 3)
    form = play.app.screen
    assert isinstance(form, SettingsForm)
    assert form.paths[3] == "strategy.period"
    await play.press("end", "ctrl+u")
    await play.type(value)


async def computed(play: Play) -> None:
    """Wait for the worker."""
    for _ in range(200):
        await play.pilot.pause(0.05)
        if "trades, fees" in play.prose:
            return


@pytest.mark.anyio
async def test_a_change_is_run_again_beside_the_form_and_shown_before_it_is_saved() -> None:
    async with console((100, 30)) as play:
        await edit(play, "6")
        assert "what-if" in play.prose
        await computed(play)
        assert "trades, fees" in play.prose
        await play.press("f4")
        assert top(play) is WhatIfPage
        await play.pilot.pause()
        assert "SMA 6" in play.text
        assert "next close then" in play.text
        await play.press("f4")
        await play.answer("review")
        assert "trades, fees" in play.prose, "what if is told where one says yes"
        await play.answer("accept")
        assert play.engine.commands == [Edit((("strategy.period", "6"),))]


@pytest.mark.anyio
async def test_it_is_never_computed_on_the_screens_own_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def watched(*_given: object) -> None:
        threads.append(threading.current_thread())
        raise RuntimeError("no")

    monkeypatch.setattr("tui_bot.console.trial.compare", watched)
    async with console((100, 30)) as play:
        await edit(play, "6")
        await play.pilot.pause(0.3)
        await play.pilot.pause()
        assert len(threads) == 1
        assert threads[0] is not threading.main_thread()
        assert "could not be run again" in play.prose
        await play.press("escape")
        assert len(play.app.screen_stack) == 1, "a failure there is no failure here"


@pytest.mark.anyio
async def test_what_is_wrong_or_concerns_no_candle_is_not_run() -> None:
    async with console((100, 30)) as play:
        await edit(play, "1")
        await play.pilot.pause(0.3)
        assert "what-if" not in play.prose
        await play.press("f4")
        assert any("change something" in note for note in play.notes)


@pytest.mark.anyio
async def test_the_history_says_when_what_and_who_and_takes_back_through_the_form() -> None:
    async with console((100, 30), edits=EDITS) as play:
        await play.press("e", "f5")
        assert top(play) is SettingsHistory
        await play.pilot.pause()
        assert "form" in play.text
        assert "file" in play.text
        assert "strategy.period 15 → 18" in play.text
        assert "bbbbbb" in play.text
        assert "start" not in play.text, "what changed nothing is not in it"
        await play.press("enter")
        assert top(play) is SettingsForm
        assert play.engine.commands == [], "nothing is changed by that"
        await play.answer("review")
        assert "strategy.period: 20 → 18" in play.prose
        await play.answer("accept")
        # the size is capped by nothing here, and checked like any other
        assert play.engine.commands == [Edit((("strategy.period", "18"), ("trading.trade_size", "0.002")))]


@pytest.mark.anyio
async def test_an_older_change_is_taken_back_and_an_empty_history_says_so() -> None:
    async with console((100, 30), edits=EDITS) as play:
        await play.press("e", "f5", "j", "enter")
        await play.answer("review")
        assert "strategy.period: 20 → 15" in play.prose
    async with console((100, 30)) as play:
        await play.press("e", "f5")
        await play.pilot.pause()
        assert "nothing was changed yet" in play.text
        await play.press("enter", "escape")
        assert top(play) is SettingsForm


def test_numpy_is_not_there_until_somebody_asks() -> None:
    import subprocess

    code = "import sys, tui_bot.console.app, tui_bot.console.settings_form; print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.anyio
async def test_the_engine_s_word_on_an_edit_is_told_once() -> None:
    async with console((100, 30), edits=EDITS) as play:
        await edit(play, "6")
        await play.answer("review")
        await play.answer("accept")
        assert not any("in effect" in note for note in play.notes), "only once the engine says so"
        changed = SettingsChanged((Change("strategy.period", "20", "6"),), "dddd", "form")
        await play.publish(edits=(*EDITS, Record(NOW_MS, changed)))
        assert "in effect: strategy.period is 6 from the next candle" in play.notes
        told = len(play.notes)
        await play.publish(edits=(*EDITS, Record(NOW_MS, changed)))
        assert len(play.notes) == told
