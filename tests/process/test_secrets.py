"""I32 on a real process: the key of mode live in its environment, every logger at DEBUG: all of it read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.canary import Canary
from tests.support.livebox import ROOT, LiveBox
from tests.support.processes import wait_for

#: ``tui-bot`` at Kraken's stand-in, telling all it can; it notes its signatures and tokens in a file for us.
LOUD = """
import logging, os, sys
from tests.support import livebox
from tui_bot.kraken import dial, exchange, http, signing
import httpcore, httpx, websockets.asyncio.client
logging.basicConfig(level=logging.DEBUG)
for name in list(logging.Logger.manager.loggerDict):
    logging.getLogger(name).setLevel(logging.DEBUG)
known = open(os.environ.pop("KNOWN"), "a", buffering=1)
sign, token = signing.Credentials.sign, exchange.KrakenExchange.stream_token
def signed(*call):
    signature = sign(*call)
    known.write(f"{signature}\\n")
    return signature
async def drawn(self):
    drawn = await token(self)
    known.write(f"{drawn}\\n")
    return drawn
signing.Credentials.sign, exchange.KrakenExchange.stream_token = signed, drawn
sys.exit(livebox._run(sys.argv[1], sys.argv[2], sys.argv[3:]))
"""


@pytest.fixture
def box() -> Iterator[LiveBox]:
    with LiveBox() as box:
        box.script({"verb": "KEY", "kind": "drop", "permission": "withdraw-funds"})
        yield box


def canary_of(box: LiveBox) -> Canary:
    canary = Canary()
    canary.watch(box.ready["key"], box.ready["secret"])
    return canary


class Loud:
    """The process and everything it says."""

    def __init__(self, box: LiveBox, place: Path, *arguments: str) -> None:
        self.said = b""
        self.known = place.with_name("known")
        self.known.touch()
        keys = {"TUI_BOT_API_KEY": box.ready["key"], "TUI_BOT_API_SECRET": box.ready["secret"]}
        places = {"XDG_STATE_HOME": str(place), "XDG_CONFIG_HOME": str(place), "PYTHONPATH": str(ROOT)}
        self.env = {**os.environ, **places}
        self.process = subprocess.Popen(
            [sys.executable, "-c", LOUD, box.address.rest, box.address.websocket or "", *arguments],
            env={**self.env, **keys, "KNOWN": str(self.known)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as pipe:
            while some := os.read(pipe.fileno(), 65_536):
                self.said += some

    def end(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(15)
        self._reader.join(5)
        return code

    def in_proc(self) -> bytes:
        """The arguments of the process, and the arguments and the environment of its children."""
        pid = self.process.pid
        shown = Path(f"/proc/{pid}/cmdline").read_bytes()
        for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in tasks.read_text().split():
                shown += Path(f"/proc/{child}/cmdline").read_bytes()
                shown += Path(f"/proc/{child}/environ").read_bytes()
        return shown


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads /proc")
def test_f112_a_live_run_at_debug_puts_out_no_piece_of_a_secret(box: LiveBox, tmp_path: Path) -> None:
    canary, place = canary_of(box), tmp_path / "place"
    place.mkdir()
    state = ("--state-dir", str(place / "state"))
    running = Loud(box, place, "run", "--headless", "--mode", "live", "--arm", "BTC/USD", *state)
    try:
        assert wait_for(lambda: b"armed by hand" in running.said), running.said.decode()
        assert wait_for(lambda: len(running.known.read_text().split()) >= 8), running.said.decode()
        answers = b""
        for words in (("status", "--json"), ("status",), ("journal", "--json", "--mode", "live")):
            command = [sys.executable, "-m", "tui_bot", *words, *state]
            done = subprocess.run(command, env=running.env, capture_output=True, timeout=30)
            answers += done.stdout + done.stderr
        assert b"BTC/USD" in answers
        proc = running.in_proc()
    finally:
        code = running.end()
    assert code == 143, running.said.decode()
    canary.watch(*running.known.read_text().split())
    assert b"DEBUG:" in running.said, "nothing was logged: this proves nothing"
    found = canary.hits("what it said and logged", running.said)
    found += canary.hits("answers", answers) + canary.hits("/proc", proc)
    assert len(list(place.rglob("journal.sqlite"))) == 1
    assert found + canary.hits_in_files(place) == []


@pytest.mark.parametrize("broken", ["key: [", "mode: \ufffd", "trading: {trade_size: nan}"])
def test_f111_a_config_that_cannot_be_read_shows_no_piece_of_the_key(
    broken: str, box: LiveBox, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    config = place / "config.yaml"
    config.write_text(f"{broken}\n")
    places = ("--config", str(config), "--state-dir", str(place / "state"))
    running = Loud(box, place, "run", "--headless", "--mode", "live", "--arm", "BTC/USD", *places)
    assert running.process.wait(20) == 2
    running.end()
    canary = canary_of(box)
    assert b"config.yaml" in running.said
    assert canary.hits("what it said", running.said) + canary.hits_in_files(place) == []
