"""The door: who may come in, what is taken, and when an answer is true (I12, I14, S22, S23)."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.control.stage import HALTED, PAUSED, READY, Stage, breathe, caller, plain
from tui_bot.control.address import NAME
from tui_bot.control.protocol import LONGEST_REQUEST, LONGEST_VALIDITY_MS, Answer, Outcome, Verb
from tui_bot.control.server import MOST_CONNECTIONS
from tui_bot.control.status import status_of
from tui_bot.engine.commands import CancelForeign, Contract, Flatten, Pause, Release, Resume, Until
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.records import FlattenMoved, Note, Record, RunChanged
from tui_bot.engine.snapshot import Phase
from tui_bot.market.order import OrderReport, OrderState, Side

pytestmark = pytest.mark.anyio


async def asked(stage: Stage, verb: Verb, **changes: Any) -> Answer:
    """One request and its answer."""
    async with caller(stage.folder) as line:
        await line.ask(verb, **changes)
        return await line.answer()


# -- who and what ------------------------------------------------------------------------------------


async def test_status_is_what_the_newest_snapshot_says(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage:
        answer = await asked(stage, Verb.STATUS)
        assert (answer.outcome, answer.status) == (Outcome.DONE, plain(status_of(READY)))
        stage.handle.snap = None
        assert (await asked(stage, Verb.STATUS, ident="c" * 16)).outcome is Outcome.FAILED
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("uid", [os.geteuid() + 1, None])
async def test_s22_another_user_is_told_nothing(tmp_path: Path, uid: int | None) -> None:
    async with Stage(tmp_path, uid_of=lambda _socket: uid).open() as stage, caller(stage.folder) as line:
        assert await line.reader.read() == b""
        assert stage.handle.submitted == []


async def test_s22_a_token_of_another_connection_does_nothing(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage:
        async with caller(stage.folder) as first, caller(stage.folder) as second:
            token = (await first.hello()).token
            await second.ask(Verb.PAUSE, token=token)
            answer = await second.answer()
        assert (answer.outcome, answer.lines) == (
            Outcome.REFUSED,
            ("refused: it is not for this start of the bot",),
        )
        assert stage.handle.submitted == []


async def test_s23_a_flatten_that_was_held_up_for_ten_minutes_is_refused(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage, caller(stage.folder) as line:
        hello = await line.hello()
        stage.now_ms += 600_000
        await line.send(
            b'{"token":"%s","id":"bbbbbbbb","verb":"flatten","expires_ms":%d,"patience_ms":0}\n'
            % (hello.token.encode(), hello.now_ms + 5_000)
        )
        answer = await line.answer()
        assert answer.outcome is Outcome.REFUSED
        assert "too late, and nothing was done" in answer.lines[0]
        assert stage.handle.submitted == []


async def test_s23_a_request_that_would_be_good_for_long_is_refused(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage:
        answer = await asked(stage, Verb.STOP, expires_ms=stage.now_ms + LONGEST_VALIDITY_MS + 1)
        assert (answer.outcome, stage.left) == (Outcome.REFUSED, 0)


async def test_s23_the_same_request_again_is_refused(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage:
        assert (await asked(stage, Verb.STATUS)).outcome is Outcome.DONE
        again = await asked(stage, Verb.STATUS)
        assert again.lines == ("refused: it was carried out before",)


@pytest.mark.parametrize("bad", [b"pause\n", b"x" * (2 * LONGEST_REQUEST) + b"\n", b"\x00\n"])
async def test_s23_what_is_no_request_is_refused_and_the_next_is_served(tmp_path: Path, bad: bytes) -> None:
    async with Stage(tmp_path).open() as stage:
        async with caller(stage.folder) as line:
            await line.hello()
            await line.send(bad)
            assert (await line.answer()).outcome is Outcome.REFUSED
        assert (await asked(stage, Verb.STATUS)).outcome is Outcome.DONE
        assert stage.handle.submitted == []


async def test_s23_callers_beyond_the_bound_are_turned_away_and_the_silent_do_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_bot.control.server.REQUEST_S", 0.2)
    async with Stage(tmp_path).open() as stage:
        idle = [caller(stage.folder) for _ in range(MOST_CONNECTIONS)]
        for each in idle:
            await (await each.__aenter__()).hello()
        async with caller(stage.folder) as line:
            assert await line.reader.read() == b""
        await asyncio.sleep(0.3)
        assert (await asked(stage, Verb.STATUS)).outcome is Outcome.DONE
        for each in idle:
            await each.__aexit__(None, None, None)


async def test_a_door_that_cannot_be_opened_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("mine")
    async with Stage(tmp_path).open() as stage:
        assert "no control from outside: something else has the name" in stage.complaints[0]
    assert (tmp_path / NAME).read_text() == "mine"


# -- pause, resume, stop -----------------------------------------------------------------------------


async def test_i12_a_pause_is_confirmed_by_the_journal_and_not_before(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage, caller(stage.folder) as line:
        await line.ask(Verb.PAUSE)
        answer = asyncio.ensure_future(line.answer())
        await breathe()
        assert stage.handle.submitted == [Pause()]
        stage.show(READY)
        stage.keep(Note("info", "something else"))
        await breathe()
        assert not answer.done()
        stage.keep(RunChanged(PAUSED))
        assert (await answer).outcome is Outcome.DONE


async def test_i12_a_pause_that_the_journal_could_not_keep_is_not_confirmed(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage, caller(stage.folder) as line:
        await line.ask(Verb.PAUSE)
        await breathe()
        stage.show(replace(READY, run=HALTED))
        answer = await line.answer()
        assert (answer.outcome, answer.lines) == (
            Outcome.FAILED,
            ("the bot is HALTED, it does nothing by itself: JOURNAL FAILED",),
        )


@pytest.mark.parametrize(("run", "word"), [(PAUSED, "paused already"), (HALTED, "HALTED already")])
async def test_a_bot_that_opens_nothing_anyway_is_paused(tmp_path: Path, run: RunState, word: str) -> None:
    async with Stage(tmp_path).open() as stage:
        stage.handle.snap = replace(READY, run=run)
        answer = await asked(stage, Verb.PAUSE)
        assert answer.outcome is Outcome.DONE
        assert word in answer.lines[0]


async def test_an_engine_that_does_not_get_to_it_times_out(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage:
        answer = await asked(stage, Verb.PAUSE, patience_ms=50)
        assert answer.outcome is Outcome.TIMED_OUT
        assert "not confirmed" in answer.lines[0]


async def test_i13_resume_ends_pause_and_override_and_waits_for_both(tmp_path: Path) -> None:
    override = Override(Contract(Until.RELEASED), 0, 1)
    async with Stage(tmp_path).open() as stage, caller(stage.folder) as line:
        stage.handle.snap = replace(READY, run=PAUSED, override=override)
        await line.ask(Verb.RESUME)
        answer = asyncio.ensure_future(line.answer())
        await breathe()
        assert stage.handle.submitted == [Resume(), Release()]
        stage.show(replace(READY, override=override))
        await breathe()
        assert not answer.done()
        stage.show(replace(READY))
        assert (await answer).lines == ("resumed: the bot trades again; it was PAUSED: by hand",)


async def test_resume_of_a_bot_that_runs_submits_nothing(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage:
        assert (await asked(stage, Verb.RESUME)).lines == ("the bot runs already",)
        assert stage.handle.submitted == []


async def test_resume_of_a_halt_that_comes_back_fails_with_its_reason(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage, caller(stage.folder) as line:
        stage.handle.snap = replace(READY, run=HALTED)
        await line.ask(Verb.RESUME)
        await breathe()
        stage.keep(RunChanged(RunState(Run.RUN, "by hand", 2)))
        stage.keep(RunChanged(HALTED))
        answer = await line.answer()
        assert (answer.outcome, answer.lines) == (Outcome.FAILED, ("HALTED again: JOURNAL FAILED",))


async def test_stop_asks_the_whole_program_to_end_and_tells_what_stays(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage, caller(stage.folder) as line:
        await line.ask(Verb.STOP)
        await breathe()
        assert stage.left == 1
        stage.show(replace(READY, phase=Phase.STOPPED))
        answer = await line.answer()
        assert (answer.outcome, answer.lines) == (
            Outcome.DONE,
            ("stopped (demo). Left at the exchange: flat, no open orders",),
        )


# -- flatten -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (FlattenMoved(False, "info", "flat, by the exchange's own view"), Outcome.DONE),
        (FlattenMoved(False, "error", "BLOCKED: exchange: maintenance"), Outcome.NOT_FLAT),
        (FlattenMoved(False, "warning", "ended before the exchange said flat"), Outcome.NOT_FLAT),
    ],
)
async def test_i14_flatten_is_done_when_the_exchange_says_flat(
    tmp_path: Path, end: FlattenMoved, outcome: Outcome
) -> None:
    async with Stage(tmp_path).open() as stage, caller(stage.folder) as line:
        await line.ask(Verb.FLATTEN)
        answer = asyncio.ensure_future(line.answer())
        await breathe()
        assert stage.handle.submitted == [Flatten(Contract(Until.RELEASED))]
        earlier = FlattenMoved(False, "warning", "an earlier one was cut off")
        log = (Record(1, earlier), Record(1, FlattenMoved(True, "info", "begun")))
        stage.show(replace(READY, log=log))
        await breathe()
        assert not answer.done()
        stage.show(replace(READY, log=(*log, Record(1, end))))
        told = await answer
        assert told.outcome is outcome
        assert f"result    {end.text}" in told.lines


async def test_f34_with_a_word_of_its_own_a_flatten_cancels_first_what_is_not_the_bot_s(
    tmp_path: Path,
) -> None:
    other = OrderReport(
        "OFOREIGN-1", None, "BTC/USD", Side.SELL, Decimal(1), Decimal(0), None, Decimal(0), OrderState.OPEN
    )
    async with Stage(tmp_path).open() as stage:
        asked_for = {Verb.FLATTEN: [], Verb.FLATTEN_FOREIGN: [CancelForeign(("OFOREIGN-1",))]}
        for number, (verb, first) in enumerate(asked_for.items()):
            stage.handle.snap = replace(READY, foreign=(other,))
            stage.handle.submitted.clear()
            await asked(stage, verb, ident=str(number) * 16, patience_ms=50)
            assert stage.handle.submitted == [*first, Flatten(Contract(Until.RELEASED))]


async def test_a_flatten_that_takes_long_tells_what_is_left(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage:
        answer = await asked(stage, Verb.FLATTEN, patience_ms=50)
        assert answer.outcome is Outcome.TIMED_OUT
        assert "left      flat, no open orders" in answer.lines
        assert "result    not confirmed yet; the flatten goes on" in answer.lines


async def test_a_flatten_waits_until_the_bot_is_ready(tmp_path: Path) -> None:
    async with Stage(tmp_path).open() as stage:
        stage.handle.snap = replace(READY, phase=Phase.RECOVERING)
        answer = await asked(stage, Verb.FLATTEN, patience_ms=50)
        assert answer.lines == ("not flattened: the bot is still starting; try again",)
        assert stage.handle.submitted == []
