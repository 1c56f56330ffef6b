"""The first start: asked once, only where somebody can answer; the answers are in the file, comments kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.console.play import HandClock, Play
from tests.console.stage import FakeEngine, snapshot
from tui_bot.cli import main
from tui_bot.config.file import create, default_text, find, load
from tui_bot.console.app import ConsoleApp
from tui_bot.console.setup import SHOWN, Setup, first_setup
from tui_bot.console.setup_dialog import QUESTIONS, SetupDialog


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a config, and a home without one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    return tmp_path


def setup_in(folder: Path) -> Setup:
    """The questions of somebody who has no config file."""
    setup = first_setup(None, folder / "state", {})
    assert setup is not None
    return setup


@asynccontextmanager
async def welcome(setup: Setup) -> AsyncIterator[Play]:
    """The console on its first start."""
    engine, clock = FakeEngine(snapshot()), HandClock()
    app = ConsoleApp(lambda: engine, mode="", clock=clock, setup=setup)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        play = Play(app, pilot, engine, clock)
        for _ in range(100):
            await pilot.pause(0.01)
            if isinstance(app.screen, SetupDialog):
                break
        await pilot.pause()
        try:
            yield play
        finally:
            app.engine_thread.stop()
            app.engine_thread.join(2)


async def running(play: Play) -> bool:
    """Whether the engine was started."""
    for _ in range(50):
        await play.pilot.pause(0.01)
        if play.app.engine_thread.engine is not None:
            return True
    return False


@pytest.mark.anyio
async def test_enter_goes_through_and_ends_in_the_running_demo(nowhere: Path) -> None:
    setup = setup_in(nowhere)
    async with welcome(setup) as play:
        assert "Welcome to tui-bot" in play.text
        assert "DEMO · play money" in play.text
        assert play.app.engine_thread.engine is None
        for *_, sentence in QUESTIONS:
            assert sentence.split(".")[0] in play.prose
            await play.press("enter")
        await play.press("enter")
        assert await running(play)
        await play.settle()
        assert "BTC/USD" in play.text
        assert len(play.app.screen_stack) == 1
    written = nowhere / "home" / "tui-bot" / "config.yaml"
    assert written.read_text("utf-8") == default_text()
    assert first_setup(None, nowhere / "state", {}) is None


@pytest.mark.anyio
async def test_in_a_clone_the_answers_go_to_a_file_of_one_s_own_which_then_counts(nowhere: Path) -> None:
    shipped = nowhere / "config.yaml"
    shipped.write_text(default_text(), "utf-8")
    written = nowhere / "home" / "tui-bot" / "config.yaml"
    async with welcome(setup_in(nowhere)) as play:
        assert f"Startwrites{written}," in play.prose.replace(" ", "")
        await play.press("right")
        await play.answer("start")
        assert await running(play)
        assert any(f"your settings are in {written}" in note for note in play.notes)
    assert shipped.read_text("utf-8") == default_text()
    assert find() == written
    assert load(find()).settings.mode == "paper"


@pytest.mark.anyio
async def test_answers_are_written_and_the_comments_stay(nowhere: Path) -> None:
    async with welcome(setup_in(nowhere)) as play:
        await play.press("right", "enter", "end", "ctrl+u")
        await play.type("ETH/USD")
        await play.press("enter", "end", "ctrl+u")
        await play.type("0.005")
        assert "0.005 is above limits.max_position 0.002" in play.prose
        await play.press("enter", "end", "ctrl+u")
        await play.type("0.01")
        await play.press("enter", "end", "ctrl+u")
        await play.type("500")
        await play.press("enter", "enter", "enter")
        assert await running(play)
    loaded = load(nowhere / "home" / "tui-bot" / "config.yaml")
    settings = loaded.settings
    assert (settings.mode, settings.pair) == ("paper", "ETH/USD")
    assert (str(settings.trading.trade_size), str(settings.limits.max_position)) == ("0.005", "0.01")
    assert str(settings.limits.max_notional) == "500"
    assert loaded.text.count("#") == default_text().count("#")


@pytest.mark.anyio
async def test_what_is_wrong_is_told_and_not_saved(nowhere: Path) -> None:
    async with welcome(setup_in(nowhere)) as play:
        await play.press("enter", "enter", "enter", "end", "ctrl+u")
        await play.type("5")
        assert "5 is above the hard cap 0.01" in play.prose
        await play.answer("start")
        assert any("not yet" in note for note in play.notes)
        assert isinstance(play.app.screen, SetupDialog)
        assert play.app.engine_thread.engine is None
    assert not (nowhere / "home" / "tui-bot" / "config.yaml").exists()


@pytest.mark.anyio
async def test_it_can_be_skipped_and_is_not_asked_again(nowhere: Path) -> None:
    async with welcome(setup_in(nowhere)) as play:
        await play.press("escape")
        assert await running(play)
    assert not (nowhere / "home" / "tui-bot" / "config.yaml").exists()
    assert (nowhere / "state" / SHOWN).exists()
    assert first_setup(None, nowhere / "state", {}) is None


def test_only_a_first_start_asks(nowhere: Path) -> None:
    state = nowhere / "state"
    assert first_setup(nowhere / "mine.yaml", state, {}) is None
    assert first_setup(None, state, {"CI": "true"}) is None
    (nowhere / "config.yaml").write_text(default_text(), "utf-8")
    assert first_setup(None, state, {}) is not None
    (nowhere / "config.yaml").write_text("mode: paper\n", "utf-8")
    assert first_setup(None, state, {}) is None
    assert (state / SHOWN).exists()


def test_who_has_run_the_bot_before_is_not_asked(nowhere: Path) -> None:
    (nowhere / "state" / "demo").mkdir(parents=True)
    (nowhere / "state" / "demo" / "journal.sqlite").touch()
    assert first_setup(None, nowhere / "state", {}) is None


def test_a_faulty_config_is_told_by_the_start_not_here(nowhere: Path) -> None:
    (nowhere / "config.yaml").write_text("nonsense: 1\n", "utf-8")
    assert first_setup(None, nowhere / "state", {}) is None


def test_without_a_terminal_nobody_is_asked(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup"]) == 2
    assert "setup asks at a terminal" in capsys.readouterr().err


def test_a_file_that_is_there_is_not_written_again(nowhere: Path) -> None:
    path = nowhere / "config.yaml"
    path.write_text("mode: demo\n", "utf-8")
    loaded = load(path)
    assert create(loaded) is loaded
    assert path.read_text("utf-8") == "mode: demo\n"
