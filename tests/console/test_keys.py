"""Every action by keyboard alone at 80x24, and every action in palette, help and key table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, SETTINGS, foreign, order, snapshot
from tui_bot.console.desk import Desk
from tui_bot.console.help_words import help_rows
from tui_bot.console.keys import offered_here
from tui_bot.console.palette import Actions
from tui_bot.console.plan import plan_trade
from tui_bot.console.rows import text_of
from tui_bot.console.watch import Pulse, View
from tui_bot.engine.commands import (
    Accept,
    CancelForeign,
    CancelOrders,
    Contract,
    Flatten,
    Pause,
    Release,
    Resume,
    Submission,
    Trade,
    Until,
)
from tui_bot.engine.guards import Circumstances
from tui_bot.engine.identity import candle_signal
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.records import Note, Record
from tui_bot.keymap.action import Action
from tui_bot.keymap.actions import ACTIONS, AREAS
from tui_bot.keymap.faults import faults
from tui_bot.keymap.key import KNOWN
from tui_bot.keymap.keymap import DEFAULT
from tui_bot.keymap.reference import key_table
from tui_bot.market.order import OrderState, Side

BY_ID = [pytest.param(action, id=action.id) for action in ACTIONS]
PAUSED = RunState(Run.PAUSED, "by hand", NOW_MS)


@pytest.mark.parametrize("action", BY_ID)
def test_an_action_is_complete(action: Action) -> None:
    assert action.area in AREAS
    assert callable(getattr(Desk, action.handler))
    assert action.label
    assert action.description
    assert set(action.keys) <= KNOWN


def test_ids_are_unique_and_the_usual_keys_have_no_fault() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    assert faults(" ".join(f"{action.id}={','.join(action.keys)}" for action in ACTIONS if action.keys)) == []
    assert faults("") == []


@pytest.mark.parametrize("action", BY_ID)
def test_an_action_is_in_help_and_key_table(action: Action) -> None:
    page = "\n".join(text_of(line) for line in help_rows())
    assert action.description in page
    assert f"`{action.id}`" in key_table()


@pytest.mark.anyio
async def test_every_action_is_in_the_palette() -> None:
    async with console() as play:
        provider = Actions(play.app.main)
        found = [str(hit.text) async for hit in provider.discover()]
        assert len(found) == sum(offered_here(action, play.app.view) for action in ACTIONS)
        for action in ACTIONS:
            hits = [str(hit.text) async for hit in provider.search(action.label)]
            assert DEFAULT.title(action) in hits


@pytest.mark.anyio
async def test_the_palette_runs_an_action() -> None:
    async with console() as play:
        await play.press("ctrl+p")
        await play.type("Pause")
        await play.pilot.pause(0.3)
        await play.press("enter", "enter")
        await play.pilot.pause(0.1)
        assert play.engine.commands == [Pause()]


async def sent(play: Play, *keys: str) -> list[Submission]:
    await play.press(*keys)
    await play.settle()
    return play.engine.commands


@pytest.mark.anyio
async def test_pause_is_at_once_and_resume_asks() -> None:
    async with console() as play:
        assert await sent(play, "p") == [Pause()]
        await play.publish(run=PAUSED)
        assert "‖ PAUSED" in play.text
        assert await sent(play, "p", "enter") == [Pause()]
        assert await sent(play, "p", "y") == [Pause(), Resume()]


@pytest.mark.anyio
async def test_buy_at_market() -> None:
    async with console() as play:
        await play.press("b")
        await play.answer("review")
        await play.answer("accept")
        assert play.engine.commands == [Trade(Side.BUY, Decimal("0.0010"), None, Contract(Until.NEXT_SIGNAL))]
        assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_sell_at_a_limit_with_a_contract() -> None:
    async with console() as play:
        await play.press("s", "end", "ctrl+u")
        await play.type("0.002")
        await play.press("enter")
        await play.type("68000.5")
        await play.press("enter", "tab", "right", "right")
        await play.answer("review")
        await play.press("y")
        contract = Contract(Until.CANDLES, 2)
        assert play.engine.commands == [Trade(Side.SELL, Decimal("0.002"), Decimal("68000.5"), contract)]


@pytest.mark.anyio
@pytest.mark.parametrize("way", ["enter", "n", "escape"])
async def test_the_second_step_defaults_to_no(way: str) -> None:
    async with console() as play:
        await play.press("b")
        await play.answer("review")
        await play.press(way)
        assert play.engine.commands == []
        assert len(play.app.screen_stack) == 2
        await play.press("escape")
        assert len(play.app.screen_stack) == 1


@pytest.mark.parametrize(
    ("volume", "price", "said"),
    [
        ("", "", "volume: missing"),
        ("abc", "", "not a plain number"),
        ("1e5", "", "not a plain number"),
        ("-1", "", "not a positive number"),
        ("0.00001", "", "smallest at this price: 0.00005"),
        ("0.001", "68000.55", "nearest: 68000.6"),
        ("0.001", "0", "not a positive number"),
        ("0.001", "-5", "not a positive number"),
        ("0.00006", "5000.0", "smallest at this price: 0.0001"),
    ],
)
def test_a_bad_ticket_has_no_trade(volume: str, price: str, said: str) -> None:
    snap = snapshot()
    view = View(snap, snap.at_ms, Pulse.ALIVE, 0, 0, "demo")
    plan = plan_trade(view, Side.BUY, volume, price, Contract(Until.NEXT_SIGNAL))
    assert plan.trade is None
    assert any(said in fault for fault in plan.faults)


@pytest.mark.anyio
async def test_a_bad_ticket_cannot_be_reviewed() -> None:
    async with console() as play:
        await play.press("b", "end", "ctrl+u", "1", "e", "5")
        assert "✗ volume: not a plain number" in play.prose
        await play.answer("review")
        assert len(play.app.screen_stack) == 2
        assert any("not possible" in note for note in play.notes)
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_flatten_asks_once() -> None:
    async with console() as play:
        assert await sent(play, "f", "enter") == []
        assert await sent(play, "f", "y") == [Flatten(Contract(Until.RELEASED))]
        assert play.notes == ["flatten asked for"], "y is no key of the screen below as well"
        play.engine.commands.clear()
        await play.press("f")
        await play.answer("flatten")
        assert play.engine.commands == [Flatten(Contract(Until.RELEASED))]


@pytest.mark.anyio
async def test_f34_a_flatten_begins_at_once_and_what_is_external_needs_a_second_yes() -> None:
    async with console(foreign=(foreign("OFIRST-AAAAA-AAAAAA"), foreign("OSECON-BBBBB-BBBBBB"))) as play:
        await play.press("f")
        assert "2 EXTERNAL orders alone; you are asked about it next" in play.prose
        await play.press("y", "y", "y")
        assert play.engine.commands == [Flatten(Contract(Until.RELEASED))]  # no letter is the second yes
        assert "(OFIRST-AAAAA-AAAAAA)" in play.prose
        assert "NOT the bot's" in play.prose
        await play.publish(foreign=(foreign("OTHIRD-CCCCC-CCCCCC"),))
        await play.answer("foreign")
        assert play.engine.commands[1:] == [CancelForeign(("OFIRST-AAAAA-AAAAAA", "OSECON-BBBBB-BBBBBB"))]


@pytest.mark.anyio
@pytest.mark.parametrize("key", ["enter", "escape", "n"])
async def test_f34_what_is_external_is_left_unless_a_person_says_so(key: str) -> None:
    async with console(foreign=(foreign(),)) as play:
        await play.press("f", "y", key)
        assert play.engine.commands == [Flatten(Contract(Until.RELEASED))]


@pytest.mark.anyio
@pytest.mark.parametrize("before", [(), ("b",), ("e",), ("question_mark",), ("q",), ("ctrl+p",)])
async def test_the_panic_key_works_everywhere(before: tuple[str, ...]) -> None:
    async with console() as play:
        await play.press(*before)
        await play.press("f12", "f12")
        assert "Flatten: cancel and close" in play.text
        assert await sent(play, "y") == [Flatten(Contract(Until.RELEASED))]


@pytest.mark.anyio
async def test_cancel_orders() -> None:
    resting = order(OrderState.OPEN, price=Decimal("68000.0"))
    async with console(orders=(resting,)) as play:
        assert await sent(play, "c", "enter") == []
        assert await sent(play, "c", "y") == [CancelOrders()]


@pytest.mark.anyio
async def test_f34_what_is_external_is_accepted_after_a_question() -> None:
    now = Circumstances(
        NOW_MS, SETTINGS, None, Decimal(0), None, None, None, None, "online", None, (), 0, 0, external=1
    )
    async with console(circumstances=now) as play:
        assert await sent(play, "a", "enter") == []
        assert await sent(play, "a", "y") == [Accept()]


@pytest.mark.anyio
async def test_release() -> None:
    override = Override(Contract(Until.RELEASED), -1, NOW_MS)
    async with console(override=override) as play:
        assert "MANUAL" in play.text
        assert await sent(play, "r", "y") == [Release()]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("c", "no order of the bot rests"),
        ("a", "nothing EXTERNAL waits to be accepted"),
        ("r", "no override is active"),
    ],
)
async def test_a_key_that_can_do_nothing_says_why(key: str, why: str) -> None:
    async with console() as play:
        await play.press(key)
        assert len(play.app.screen_stack) == 1
        assert any(why in note for note in play.notes)


@pytest.mark.anyio
async def test_pages_open_scroll_and_close() -> None:
    async with console() as play:
        for key, words in (("x", "verdict"), ("question_mark", "Trading by hand")):
            await play.press(key)
            assert words in play.text
            await play.press("end")
            await play.pilot.pause(0.05)
            assert words not in play.text or key == "x"
            await play.press("home", "j", "k", "pagedown", "pageup", "enter")
            assert len(play.app.screen_stack) == 1


@pytest.mark.anyio
async def test_themes_follow_each_other() -> None:
    async with console() as play:
        names = play.app.wardrobe.names
        seen = []
        for _ in names:
            await play.press("t")
            seen.append(play.app.theme)
        assert sorted(seen) == list(names)
        assert play.app.theme == "dark"


@pytest.mark.anyio
async def test_redraw_changes_nothing() -> None:
    async with console() as play:
        before = play.text
        await play.press("ctrl+l")
        assert play.text == before


@pytest.mark.anyio
async def test_f96_a_flatten_that_was_cut_off_stands_over_all_with_the_one_key_that_resumes_it() -> None:
    async with console(flatten_cut_off=True) as play:
        assert "FLATTEN CUT OFF when the bot stopped" in play.text
        assert "f resumes it, r hands back" in " ".join(play.text.split())
        assert play.engine.commands == []
        await play.press("f", "y")
        assert play.engine.commands == [Flatten(Contract(Until.RELEASED))]
        await play.publish(flatten_cut_off=False)
        assert "CUT OFF" not in play.text


@pytest.mark.anyio
async def test_f04_the_x_ray_says_what_became_of_the_one_more_attempt() -> None:
    async with console() as play:
        shown = play.engine.latest()
        assert shown is not None
        assert shown.decision is not None
        told = "not sent again: the price has moved too far"
        for candle, expected in ((0, False), (shown.decision.candle, True)):
            note = Note("info", told, {"resend": candle_signal("BTC/USD", 60, candle)})
            await play.publish(log=(*shown.log, Record(NOW_MS, note)))
            await play.press("x")
            assert (f"resend {told}" in play.prose) is expected
            await play.press("escape")
