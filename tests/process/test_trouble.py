"""Trouble while the bot runs: it is told, nothing else stops, no order follows that was not kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.process.places import (
    FAILED,
    SPEED,
    TRADING,
    expect,
    read_until,
)
from tests.support.processes import Box, Process, bot, journal, wait_for, write_config


def test_the_exchange_dies_and_comes_back(history: Path, tmp_path: Path) -> None:
    """The bot says so, stays, judges again when the exchange is back, and loses no fill (F12)."""
    market = ("--speed", "120", "--history", str(history), "--state", str(tmp_path / "box"))
    state = tmp_path / "state"
    with Box(*market) as box:
        config = write_config(tmp_path / "config.yaml", box, *TRADING)
        port = box.ready["rest"].rpartition(":")[2]
        with bot(config, state) as running:
            read_until(running, lambda entry: entry["kind"] == "fill")
            box.kill()
            told = read_until(running, lambda entry: entry.get("level") == "warning")
            assert "no connection" in told["text"] or "connection broke" in told["text"]
            with Box("--port", port, *market) as again:
                read_until(running, lambda entry: entry.get("outcome") in ("signal", "no trade", "blocked"))
                # A box that was away has an older clock; the bot measures it anew and trades on.
                read_until(running, lambda entry: entry["kind"] == "fill")
                code, out, err = running.end(within=5)
                assert (code, err) == (143, "")
                assert "Left at the exchange" in out
                assert wait_for(
                    lambda: not [one for one in again.ledger()["orders"] if one["status"] == "open"]
                )
                executed = {fill["id"] for fill in again.ledger()["fills"]}
    assert {entry["trade_id"] for entry in journal(state) if entry["kind"] == "fill"} == executed


class Limited(Process):
    """A command that may write no file larger than ``size`` bytes: a disk that is full for it."""

    def __init__(self, size: int, *arguments: str) -> None:
        program = (
            "import resource, runpy, sys\n"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
            "sys.argv[0] = 'tui-bot'\n"
            "runpy.run_module('tui_bot', run_name='__main__')\n"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", program, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )


def test_a_full_disk_halts_and_no_order_follows(box: Box, tmp_path: Path) -> None:
    """No journal, no order (F91); the end is still in order."""
    config = write_config(tmp_path / "config.yaml", box, *TRADING)
    state = tmp_path / "state"
    places = ("--config", str(config), "--state-dir", str(state))
    with Limited(250_000, "run", "--headless", *places) as running:
        seen: list[str] = []
        while "trading stopped" not in (seen[-1] if seen else ""):
            seen.append(running.line())
            assert seen[-1], (seen[-5:], running.end())
        assert "JOURNAL FAILED" in seen[-1]
        assert "free space" in seen[-1]
        orders = box.ledger()["orders"]
        now = box.get("/box/account")["now_ms"]
        assert wait_for(lambda: box.get("/box/account")["now_ms"] > now + 5 * 60_000)
        assert len(box.ledger()["orders"]) == len(orders)
        code, out, err = running.end(within=5)
        assert (code, err) == (143, "")
        assert "Left at the exchange" in out
    kept = journal(state)
    ours = {entry["cl_ord_id"] for entry in kept if entry["kind"] == "intent"}
    assert {order["cl_ord_id"] for order in orders} <= ours
    # With space again it starts and agrees with the exchange.
    with bot(config, state) as again:
        read_until(again, lambda entry: "taken up from the journal" in entry.get("text", ""))
        assert again.end()[0] == 143


def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    with Limited(4096, "run", "--headless", "--state-dir", str(tmp_path / "state")) as running:
        _out, err = running.process.communicate(timeout=20)
    assert running.process.returncode == FAILED
    assert "the journal cannot be" in err
    assert "Traceback" not in err


SURPRISE = """
import sys
from tui_bot.engine.bot import Bot
def _decide(self, begin):
    secret = "do-not-show-me"
    raise KeyError(secret)
Bot._decide = _decide
from tui_bot.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_surprise_ends_in_one_sentence_without_values(box: Box, tmp_path: Path) -> None:
    config = write_config(tmp_path / "config.yaml", box, *TRADING)
    arguments = ("run", "--headless", "--config", str(config), "--state-dir", str(tmp_path / "state"))
    done = subprocess.run(
        [sys.executable, "-P", "-c", SURPRISE, *arguments], capture_output=True, text=True, timeout=30
    )
    expect(
        done, FAILED, "the bot failed: KeyError at engine/bot.py:", "No further order was sent", "start again"
    )
    assert len(done.stderr.splitlines()) == 1
    assert "do-not-show-me" not in done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert "(as last seen)" in last or "was not read" in last
    assert "nothing was sent" not in last
    assert box.ledger()["orders"] == []
    assert journal(tmp_path / "state")[0]["kind"] == "note"


def test_an_exchange_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with Box("--speed", SPEED, "--seed", "24") as box:
        config = write_config(tmp_path / "config.yaml", box)
        with bot(config, tmp_path / "state") as running:
            assert running.line()
            os.kill(box.process.pid, signal.SIGSTOP)
            try:
                code, out, _err = running.end(within=5)
            finally:
                os.kill(box.process.pid, signal.SIGCONT)
        assert code == 143
        assert "Left at the exchange" in out
