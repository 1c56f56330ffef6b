"""The engine's life as the screen shows it: starting, refusing, silent, dead."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.console.play import HandClock, console
from tests.console.stage import NOW_MS, FakeEngine, snapshot
from tui_bot.console.app import ConsoleApp
from tui_bot.engine.handle import Engine, LaunchError
from tui_bot.engine.snapshot import Feed, Phase


@pytest.mark.anyio
async def test_a_dead_engine_is_loud_within_a_second() -> None:
    async with console() as play:
        play.engine.die(RuntimeError("secret value"))
        await play.pilot.pause(0.5)
        assert "the bot is DEAD (RuntimeError at stage.py" in play.text
        assert "■ DEAD" in play.text
        assert "STALE" in play.text
        assert "secret" not in play.text
        await play.press("p", "b", "f")
        assert play.engine.commands == []
        assert len(play.app.screen_stack) == 1
        assert any("the bot is dead" in note for note in play.notes)


@pytest.mark.anyio
async def test_an_engine_that_just_ends_is_dead_too() -> None:
    async with console() as play:
        play.engine.die()
        await play.pilot.pause(0.5)
        assert "its loop ended by itself" in play.text


@pytest.mark.anyio
async def test_a_silent_engine_is_told_by_its_beat() -> None:
    async with console() as play:
        await play.pass_time(2.9)
        assert "SILENT" not in play.text
        await play.pass_time(1.2)
        assert "ENGINE SILENT 4 s" in play.text
        assert "○ SILENT" in play.text
        await play.publish()
        assert "SILENT" not in play.text


@pytest.mark.anyio
async def test_a_snapshot_that_changes_without_a_beat_is_silence() -> None:
    async with console() as play:
        for second in range(5):
            assert play.engine.newest is not None
            play.engine.publish(beat=1, at_ms=NOW_MS + second * 1000)
            await play.pass_time(1)
        assert "ENGINE SILENT" in play.text


@pytest.mark.anyio
async def test_ages_tick_by_the_consoles_clock_times_the_rate() -> None:
    async with console(rate=10.0) as play:
        assert "●0.4s" in play.text
        assert "00:37" in play.text
        await play.pass_time(0.2)
        assert "●2.4s" in play.text
        assert "00:35" in play.text


@pytest.mark.anyio
async def test_an_old_feed_is_stale_with_its_age() -> None:
    async with console(feed=Feed(NOW_MS - 7000, "poll", "timeout", 0)) as play:
        assert "STALE" in play.text
        assert "○7.0s" in play.text


@pytest.mark.anyio
async def test_a_feed_never_heard_has_no_age() -> None:
    async with console(feed=Feed(None, "poll", "", 0), quote=None) as play:
        assert "○?" in play.text
        assert "STALE" in play.text


@pytest.mark.anyio
@pytest.mark.parametrize("code", [1, 2, 3])
async def test_a_refused_launch_ends_the_app_with_its_code(code: int) -> None:
    def launch() -> Engine:
        raise LaunchError("config.yaml line 3: [/bold] \x1b[31mno such pair\nsecond line", code)

    app = ConsoleApp(launch, mode="demo", clock=HandClock())
    async with app.run_test() as pilot:
        await pilot.pause(0.4)
    assert app.return_code == code


@pytest.mark.anyio
async def test_nothing_is_launched_before_the_first_frame() -> None:
    shown: list[bool] = []

    def launch() -> Engine:
        shown.append(app.main.is_mounted and threading.current_thread() is not threading.main_thread())
        return FakeEngine(snapshot())

    app = ConsoleApp(launch, mode="paper", clock=HandClock())
    async with app.run_test() as pilot:
        await pilot.pause(0.2)
        app.engine_thread.stop()
    assert shown == [True]


@pytest.mark.anyio
async def test_before_the_first_snapshot_the_mode_is_shown_and_nothing_is_made_up() -> None:
    engine = FakeEngine(None)
    async with console(engine=engine) as play:
        assert "DEMO" in play.text
        assert "waiting for the engine" in play.text
        await play.press("b", "f", "p")
        assert len(play.app.screen_stack) == 1
        engine.newest = snapshot()
        await play.settle()
        assert "67,390.8" in play.text


@pytest.mark.anyio
@pytest.mark.parametrize(
    "phase", [Phase.STARTING, Phase.RECOVERING, Phase.STOPPING, Phase.STOPPED, Phase.DEAD]
)
async def test_other_phases_are_shown_and_bar_trading(phase: Phase) -> None:
    async with console(phase=phase, trouble="journal lost") as play:
        assert phase.value.upper() in play.text
        await play.press("b")
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_refresh_follows_the_settings() -> None:
    async with console() as play:
        assert play.engine.newest is not None
        values = tuple((p, "10" if p == "display.refresh" else t) for p, t in play.engine.newest.values)
        await play.publish(values=values)
        assert play.app.rate == 10
        await play.publish(values=(("display.refresh", "99"),))
        assert play.app.rate == 4


@pytest.mark.anyio
async def test_a_crash_of_the_console_leaves_places_but_no_values(tmp_path: Path) -> None:
    secret = "hunter2"
    engine = FakeEngine(snapshot())
    with pytest.raises(ZeroDivisionError):
        await _crash(engine, tmp_path, secret)
    (report,) = tmp_path.glob("console-*.txt")  # noqa: ASYNC240 - a test may wait
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text("utf-8")
    assert "ZeroDivisionError" in text
    assert "test_life.py" in text
    assert secret not in text
    assert engine.stopped.is_set()


async def _crash(engine: FakeEngine, directory: Path, secret: str) -> None:
    async with console(engine=engine, crash_dir=directory) as play:
        play.app.call_later(_fail, secret)
        await play.pilot.pause(0.2)


def _fail(secret: str) -> None:
    assert secret
    _ = 1 / (len(secret) - 7)
