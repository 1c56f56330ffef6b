"""A running bot told from outside, and a dead one flattened (I12, I14, I23, S22, F91 aside)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.process.places import TRADING, said
from tests.support.processes import COMMAND, Box, Process, journal, wait_for, write_config
from tui_bot.control.address import NAME
from tui_bot.control.client import NobodyError, SilentError, ask
from tui_bot.control.protocol import Verb

NO_BOT, TIMED_OUT = 4, 6


class Place:
    """A config, a state folder and the exchange between them."""

    def __init__(self, box: Box, folder: Path) -> None:
        self.box = box
        self.config = write_config(folder / "config.yaml", box, *TRADING)
        self.state = folder / "state"
        self.arguments = ("--mode", "demo", "--config", str(self.config), "--state-dir", str(self.state))

    def tell(self, *command: str, code: int = 0) -> str:
        """A command from outside: what it printed."""
        done = said(*command, *self.arguments)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def status(self) -> dict[str, Any]:
        """What ``status --json`` prints, asked without a process."""
        status = ask(self.state / "demo", Verb.STATUS, 5).status
        assert status is not None
        return status

    def answers(self) -> bool:
        """Whether a bot is ready here."""
        try:
            return bool(self.status()["phase"] == "ready")
        except (NobodyError, SilentError):
            return False

    def pass_candles(self, count: int = 6) -> None:
        """So many candles close."""
        now = self.status()["at_ms"]
        assert wait_for(lambda: bool(self.status()["at_ms"] > now + count * 60_000), every=0.05)

    def coins(self) -> Decimal:
        """What the exchange says is held."""
        return Decimal(self.box.ledger()["balances"].get("XXBT", "0"))

    def orders(self) -> int:
        """How many orders the exchange has had."""
        return len(self.box.ledger()["orders"])


class Quiet(Process):
    """A bot whose lines nobody reads."""

    def __init__(self, place: Place) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "run", "--headless", *place.arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert wait_for(place.answers, every=0.05), self.end()


@pytest.fixture
def place(box: Box, tmp_path: Path) -> Place:
    """One for a test."""
    return Place(box, tmp_path)


@pytest.fixture
def running(place: Place) -> Iterator[Process]:
    """A bot in it that has bought or sold."""
    with Quiet(place) as running:
        assert wait_for(lambda: place.orders() > 0, every=0.05), running.end()
        yield running


def test_i12_a_pause_from_outside_is_at_once_and_over_a_restart(place: Place, running: Process) -> None:
    assert "paused: no new exposure" in place.tell("pause")
    assert '"state":"PAUSED"' in json.dumps(journal(place.state), separators=(",", ":"))
    buys = [order for order in place.box.ledger()["orders"] if order["type"] == "buy"]
    place.pass_candles()
    running.kill()
    with Quiet(place) as again:
        assert place.status()["state"] == "PAUSED"
        place.pass_candles()
        assert [order for order in place.box.ledger()["orders"] if order["type"] == "buy"] == buys
        assert "resumed: the bot trades again; it was PAUSED: by hand" in place.tell("resume")
        assert again.end()[0] == 143


def test_i14_flatten_stops_all_buying_and_stop_ends_in_order(place: Place, running: Process) -> None:
    told = place.tell("flatten")
    assert "result    flat, by the exchange's own view" in told
    assert place.coins() == 0
    orders = place.orders()
    place.pass_candles()
    assert place.orders() == orders
    assert "MANUAL" in place.tell("status", "--oneline")
    assert "Left at the exchange: flat, no open orders" in place.tell("stop")
    assert running.process.wait(timeout=5) == 143
    assert not (place.state / "demo" / NAME).exists()
    assert "no bot runs" in place.tell("stop", code=NO_BOT)
    assert "start it with `tui-bot`" in place.tell("resume", code=NO_BOT)
    assert json.loads(place.tell("status", "--json", code=NO_BOT)) == {
        "schema": 1, "running": False, "mode": "demo",
    }  # fmt: skip


def test_i14_a_bot_that_was_killed_is_flattened_and_stays_out(place: Place, running: Process) -> None:
    assert wait_for(lambda: place.coins() > 0, every=0.01)
    running.kill()
    assert (place.state / "demo" / NAME).exists()
    told = place.tell("flatten")
    assert "no bot runs; starting one without a screen to flatten" in told
    assert "result    flat, by the exchange's own view" in told
    assert place.coins() == 0
    orders = place.orders()
    with Quiet(place) as again:
        assert place.status()["override"] == "released"
        place.pass_candles()
        assert again.end()[0] == 143
    assert place.orders() == orders


def test_a_pause_without_a_bot_is_for_the_next_start(place: Place) -> None:
    assert "the next start in this mode will be PAUSED" in place.tell("pause")
    with Quiet(place) as running:
        status = place.status()
        assert (status["state"], status["reason"]) == ("PAUSED", "by hand, while no bot ran")
        assert running.end()[0] == 143


def test_i23_beside_a_bot_that_does_not_answer_nothing_is_done(place: Place, running: Process) -> None:
    os.kill(running.process.pid, signal.SIGSTOP)
    try:
        for command in ("flatten", "pause"):
            told = place.tell(command, "--timeout", "1", code=TIMED_OUT)
            assert "does not answer" in told
            assert f"it is process {running.process.pid}" in told
        assert "does not answer" in place.tell("status", "--timeout", "1", code=TIMED_OUT)
    finally:
        os.kill(running.process.pid, signal.SIGCONT)
    # What was asked meanwhile has expired: the bot still trades.
    place.pass_candles()
    assert (place.status()["state"], place.status()["override"]) == ("RUN", None)


def test_a_flatten_that_cannot_reach_the_exchange_says_what_it_knows(place: Place, running: Process) -> None:
    running.kill()
    place.box.kill()
    told = place.tell("flatten", "--timeout", "20", code=1)
    assert "not flattened: the exchange in a box cannot be used: no box answers" in told
