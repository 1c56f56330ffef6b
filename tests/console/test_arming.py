"""The arming screen: what it shows, what the keys do, and that nothing arms by accident."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.events import Paste

from tests.console.play import Play, console
from tui_bot.console.arming import PAUSE_S, ArmingDialog, TypedInput
from tui_bot.engine.commands import Arm, CheckAgain
from tui_bot.engine.preflight import Check, Verdict
from tui_bot.engine.snapshot import Phase

pytestmark = pytest.mark.anyio

CHECKS = (
    Check("exchange", Verdict.PASS, "online"),
    Check("pair", Verdict.PASS, "BTC/USD online, spot"),
    Check("clock offset", Verdict.PASS, "+0.02 s of 2 s"),
    Check("permissions", Verdict.PASS, "all 5 needed"),
    Check("withdrawal", Verdict.PASS, "the key cannot withdraw"),
    Check("nonce window", Verdict.PASS, "0"),
    Check("key use", Verdict.PASS, "locked here; nonces in order; no other order on the pair"),
    Check("key care", Verdict.WARN, "without an IP allow-list", "set it at Kraken, for this key"),
    Check("balance", Verdict.PASS, "1000.00 USD, an entry takes 67.80"),
    Check(
        "size",
        Verdict.PASS,
        "0.001 BTC = 67.53 USD; caps: order 200.00, position 135.06, 12 orders/h",
    ),
    Check("trial order", Verdict.OPEN, "validated, not placed, once you have typed the pair"),
)
BAD = (
    *CHECKS[:4],
    Check("withdrawal", Verdict.FAIL, "the key CAN WITHDRAW", "make a new key at Kraken without Withdraw"),
    *CHECKS[5:],
)


def arming(size: tuple[int, int] = (80, 24), **changes: Any) -> Any:
    made = {"mode": "live", "phase": Phase.ARMING, "checks": CHECKS, **changes}
    return console(size, **made)


def open_dialog(play: Play) -> ArmingDialog:
    (dialog,) = [screen for screen in play.app.screen_stack if isinstance(screen, ArmingDialog)]
    return dialog


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_list(size: tuple[int, int]) -> None:
    async with arming(size) as play:
        assert "LIVE · REAL MONEY" in play.text
        for check in CHECKS:
            assert check.name in play.text
            assert check.value in play.prose


async def test_a_row_that_says_no_comes_first_and_bars_the_word() -> None:
    async with arming(checks=BAD) as play:
        assert play.text.index("CAN WITHDRAW") < play.text.index("exchange")
        await play.type("BTC/USD")
        await play.answer("arm")
        assert play.engine.commands == []
        assert "not possible: a row of the list says no" in play.notes


async def test_the_pairs_name_and_two_deliberate_keys_give_the_word() -> None:
    async with arming() as play:
        await play.type("BTC/USD")
        assert play.engine.commands == []
        await play.press("enter")
        assert play.engine.commands == []
        await play.pass_time(PAUSE_S)
        await play.press("enter")
        assert play.engine.commands == [Arm("BTC/USD")]


async def test_s24_a_paste_that_comes_as_keystrokes_arms_nothing_however_many_line_ends_it_has() -> None:
    async with arming() as play:
        await play.type("BTC/USD")
        for _ in range(20):
            await play.press("enter")
            await play.pass_time(PAUSE_S / 20)
        assert play.engine.commands == []
        assert "not armed: read the list, then press again; a paste arms nothing" in play.notes
        assert open_dialog(play).is_current
        await play.pass_time(PAUSE_S)
        await play.press("enter")
        assert play.engine.commands == [Arm("BTC/USD")]


async def test_what_was_typed_is_judged_by_the_engine_and_its_word_is_shown() -> None:
    async with arming() as play:
        await play.type("ETH")
        await play.press("enter")
        await play.pass_time(PAUSE_S)
        await play.press("enter")
        assert play.engine.commands == [Arm("ETH")]
        await play.publish(remark="not armed: what was typed is not BTC/USD")
        assert "not armed: what was typed is not BTC/USD" in play.prose


@pytest.mark.parametrize("pasted", ["BTC/USD", "BTC/USD\n", "BTC/USD\n\n", "\nBTC/USD\ny\n"])
async def test_s24_a_paste_types_nothing_and_arms_nothing(pasted: str) -> None:
    async with arming() as play:
        play.app.post_message(Paste(pasted))
        await play.settle()
        assert play.app.screen.query_one(TypedInput).value == ""
        assert play.engine.commands == []


async def test_s24_keys_that_mean_something_elsewhere_are_only_letters_here() -> None:
    async with arming() as play:
        await play.press("b", "f", "y", "p", "q", "e")
        assert play.app.screen.query_one(TypedInput).value == "bfypqe"
        assert play.engine.commands == []
        assert open_dialog(play).is_current


async def test_escape_leaves_and_nothing_was_sent() -> None:
    async with arming() as play:
        await play.press("escape")
        assert play.engine.commands == []
        assert play.app.engine_thread.was_asked_to_stop
        assert play.engine.stopped.is_set()


async def test_the_list_is_asked_again_on_demand() -> None:
    async with arming() as play:
        await play.answer("again")
        assert play.engine.commands == [CheckAgain()]


async def test_it_goes_when_the_engine_is_armed_and_comes_only_while_arming() -> None:
    async with arming() as play:
        assert open_dialog(play).is_current
        await play.publish(phase=Phase.RECOVERING)
        await play.settle()
        assert len(play.app.screen_stack) == 1
    async with console(mode="live") as play:
        assert len(play.app.screen_stack) == 1


async def test_while_arming_no_action_reaches_the_engine() -> None:
    async with arming() as play:
        await play.press("f12")
        assert play.engine.commands == []
        assert any("the engine is arming" in note for note in play.notes)


async def test_hostile_words_in_a_row_are_shown_as_text() -> None:
    hostile = replace(CHECKS[0], value="[@click=app.quit]x\x1b]0;t\x07")
    async with arming(checks=(hostile, *CHECKS[1:])) as play:
        assert "[@click=app.quit]x" in play.prose
        assert "\x1b" not in play.text
