"""Keys of a person's own at work: what they do, and that every place that names a key names the new one."""

from __future__ import annotations

import pytest

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, VALUES, FakeEngine
from tui_bot.console.dialog import Answer
from tui_bot.console.palette import Actions
from tui_bot.console.settings_check import check_changes
from tui_bot.engine.commands import Contract, Flatten, Pause, Until
from tui_bot.engine.handle import Values
from tui_bot.engine.memory import Run, RunState

OWN = "bot.pause=P trade.buy=s trade.sell=b view.help=h log.up=w view.theme=none bot.panic=f9 bot.drill=D"


class Starting(FakeEngine):
    """An engine that has read its settings and waits for the exchange."""

    @property
    def values(self) -> Values:
        """Keys of their own among them."""
        return values(OWN)


def values(keys: str) -> tuple[tuple[str, str], ...]:
    return (*VALUES, ("ui.keys", keys))


@pytest.mark.anyio
async def test_a_key_of_their_own_works_and_the_usual_one_no_longer() -> None:
    async with console(values=values(OWN)) as play:
        await play.press("p")
        assert play.engine.commands == []
        await play.press("P")
        assert play.engine.commands == [Pause()]
        await play.press("s")
        assert "BUY by hand" in play.text
        await play.press("escape", "b")
        assert "SELL by hand" in play.text
        await play.press("escape", "D")
        assert "Fire drill" in play.text
        await play.press("escape", "t")
        assert play.app.theme == "dark"


@pytest.mark.anyio
async def test_they_count_from_the_start_before_there_is_a_snapshot() -> None:
    async with console(engine=Starting()) as play:
        assert play.app.view.snap is None
        await play.press("question_mark")
        assert len(play.app.screen_stack) == 1
        await play.press("h")
        assert "Help" in play.text
        assert "P" in play.prose.split()


@pytest.mark.anyio
async def test_footer_help_palette_and_messages_name_the_new_keys() -> None:
    async with console(values=values(OWN)) as play:
        footer = play.text.splitlines()[-1]
        assert " P Pause s Buy b Sell" in footer
        assert "h Help" in footer
        hits = [str(hit.text) async for hit in Actions(play.app.main).discover()]
        assert {"Pause  (P)", "Theme", "Fire drill  (D)", "Panic  (f9)"} <= set(hits)
        await play.publish(run=RunState(Run.HALTED, "a test", NOW_MS))
        assert "P resumes once the cause is gone" in play.text
        await play.publish(run=RunState(Run.RUN, "", NOW_MS))
        await play.press("h")
        assert "f9 Flatten, from any screen" in play.prose
        assert "P Pause: no new exposure" in play.prose
        await play.press("h")
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_the_panic_key_moves_and_works_while_typing() -> None:
    async with console(values=values(OWN)) as play:
        await play.press("s", "f12")
        assert "Flatten: cancel" not in play.text
        await play.press("f9")
        assert "Flatten: cancel" in play.text
        await play.press("y")
        await play.settle()
        assert play.engine.commands == [Flatten(Contract(Until.RELEASED))]


@pytest.mark.anyio
async def test_keys_change_while_it_runs_and_back() -> None:
    async with console() as play:
        await play.publish(values=values("bot.pause=P"))
        await play.press("p")
        assert play.engine.commands == []
        await play.publish(values=values(""))
        await play.press("p")
        assert play.engine.commands == [Pause()]


@pytest.mark.anyio
async def test_the_settings_form_tells_all_that_is_wrong_with_keys() -> None:
    async with console(values=values("")) as play:
        await to_setting(play, "ui.keys")
        await play.type("trade.buy")
        await play.press("equals_sign", "s")
        await play.type(",escape zoom")
        await play.press("equals_sign", "Z")
        assert "✗" in play.prose
        assert "trade.buy: s is the key of trade.sell as usual" in play.prose
        assert "escape cannot be given" in play.prose
        assert "zoom: is no action" in play.prose


async def to_setting(play: Play, path: str) -> None:
    """Open the form at a setting."""
    await play.press("e")
    form = play.app.screen
    place = form.paths.index(path)  # type: ignore[attr-defined]
    await play.press(*(["down"] * place))


def test_the_forms_check_joins_the_faults_of_rows() -> None:
    known = dict(VALUES)
    found = check_changes(known, {"ui.keys": "trade.buy=s,escape"})
    assert [path for path, _ in found] == ["ui.keys.trade.buy", "ui.keys.trade.buy"]


@pytest.mark.anyio
async def test_vim_keys_move_in_dialogs_as_arrows_do() -> None:
    async with console() as play:
        await play.press("q")
        seen = []
        for key in ("l", "j", "h", "k"):
            await play.press(key)
            focused = play.app.focused
            assert isinstance(focused, Answer)
            seen.append(focused.answer)
        assert seen == ["leave", "flatten", "leave", "cancel"]
