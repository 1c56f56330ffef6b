"""Settings edited while the bot runs: a bad value can never be handed in."""

from __future__ import annotations

import pytest

from tests.console.play import Play, console
from tests.console.stage import VALUES
from tui_bot.console.settings_check import check_changes
from tui_bot.console.settings_form import SettingsForm
from tui_bot.engine.commands import Edit


async def go_to(play: Play, path: str) -> None:
    """Open the form and move to a setting."""
    await play.press("e")
    form = play.app.screen
    assert isinstance(form, SettingsForm)
    form.action_move(form.paths.index(path))
    await play.settle()


async def replace_with(play: Play, text: str) -> None:
    """Another text in place of the one there."""
    await play.press("end", "ctrl+u")
    await play.type(text)


@pytest.mark.anyio
async def test_only_what_changed_is_handed_in() -> None:
    async with console() as play:
        await go_to(play, "strategy.period")
        await replace_with(play, "30")
        await play.press("down", "down", "f3")
        await play.answer("review")
        assert "strategy.period: 20 → 30" in play.prose
        assert "counts from the next candle" in play.prose
        await play.answer("accept")
        assert play.engine.commands == [Edit((("strategy.period", "30"), ("strategy.ties", "carry")))]
        assert len(play.app.screen_stack) == 1


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("strategy.period", "1", "2 to 700"),
        ("strategy.period", "", "2 to 700"),
        ("strategy.period", "1e2", "2 to 700"),
        ("trading.trade_size", "0.5", "max_position"),
        ("trading.leverage", "1", "no leverage"),
        ("trading.resend", "once", "never comes to pass on 1-minute candles"),
        ("strategy.ties", "maybe", "strict"),
        ("limits.stale_after", "NaN", "2 to 600"),
        ("display.theme", "[/bold]", "letters"),
    ],
)
def test_what_is_wrong_is_said(path: str, text: str, said: str) -> None:
    (found,) = check_changes(dict(VALUES), {path: text})
    assert found[0] == path
    assert said in found[1]


@pytest.mark.anyio
@pytest.mark.parametrize(("path", "text"), [("strategy.period", "1"), ("display.theme", "[/b]")])
async def test_a_bad_value_is_said_at_once_and_never_handed_in(path: str, text: str) -> None:
    async with console() as play:
        await go_to(play, path)
        await replace_with(play, text)
        assert "✗" in play.text
        await play.answer("review")
        assert isinstance(play.app.screen, SettingsForm)
        assert any(f"not yet: {path}" in each for each in play.notes)
        await play.press("escape")
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_nothing_changed_is_nothing_to_save() -> None:
    async with console() as play:
        await go_to(play, "strategy.period")
        await replace_with(play, "21")
        await play.press("f2")
        await play.answer("review")
        assert isinstance(play.app.screen, SettingsForm)
        assert "nothing was changed" in play.notes


@pytest.mark.anyio
async def test_saying_no_keeps_the_form_and_hands_in_nothing() -> None:
    async with console() as play:
        await go_to(play, "strategy.period")
        await replace_with(play, "30")
        await play.answer("review")
        await play.press("enter")
        assert isinstance(play.app.screen, SettingsForm)
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_an_engine_that_gives_no_settings() -> None:
    async with console(values=()) as play:
        await play.press("e", "down", "f2", "f3")
        assert "no settings to edit" in play.prose
        await play.press("escape")
        assert len(play.app.screen_stack) == 1
