"""Mode paper as a process, with a box in Kraken's place: its prices, and nothing else of it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.process.places import RETRYABLE, TRADING, expect, headless, read_until
from tests.support.processes import Box, Process, bot, journal

SPEED = "120"
KEYS = {"TUI_BOT_API_KEY": "a-key-that-must-not-be-read", "TUI_BOT_API_SECRET": "c2VjcmV0"}
_REQUEST = re.compile(rb"(?:^|\n)((?:GET|POST|PUT|DELETE) \S+) HTTP/1\.1\r")


class Wire:
    """Passes bytes on to an exchange and remembers what was asked of it."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.sent: list[bytes] = []
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def requests(self) -> set[str]:
        """Verbs and paths without queries."""
        found = (match.decode() for each in list(self.sent) for match in _REQUEST.findall(each))
        return {request.partition("?")[0] for request in found}

    def cut(self) -> None:
        """Nobody is there any more."""
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
            except OSError:
                return
            self._open += [near, far]
            threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, remember: bool) -> None:
        try:
            while data := source.recv(65536):
                if remember:
                    self.sent.append(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@pytest.fixture
def stand_in() -> Iterator[Box]:
    """The exchange whose public side stands in for Kraken's."""
    with Box("--speed", SPEED, "--seed", "5") as box:
        yield box


@pytest.fixture
def wire(stand_in: Box) -> Iterator[Wire]:
    """The way to it."""
    wire = Wire(int(stand_in.ready["rest"].rpartition(":")[2]))
    yield wire
    wire.cut()


@pytest.fixture
def config(wire: Wire, tmp_path: Path) -> Path:
    """Paper, at the prices at the other end of the wire."""
    path = tmp_path / "config.yaml"
    rest = f'paper:\n  source_rest: "http://127.0.0.1:{wire.port}"\n'
    socket_address = f'  source_websocket: "ws://127.0.0.1:{wire.port}"\n'
    path.write_text("mode: paper\n" + rest + socket_address + "\n".join(TRADING) + "\n")
    return path


def fills(state: Path) -> list[dict[str, Any]]:
    """The fills that the journal holds."""
    return [entry for entry in journal(state, "paper") if entry["kind"] == "fill"]


def test_it_trades_at_the_prices_of_the_source_and_asks_it_for_nothing_private(
    stand_in: Box, wire: Wire, config: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    places = ("--config", str(config), "--state-dir", str(state))
    with Process("run", "--headless", "--json", *places, env=KEYS) as running:
        for _ in range(2):
            read_until(running, lambda entry: entry["kind"] == "fill")
        rows = stand_in.get("/0/public/OHLC?pair=XBTUSD")["result"]["XXBTZUSD"]
        code, _, complaints = running.end()
    assert code == 143
    assert "Traceback" not in complaints

    assert {"GET /0/public/OHLC", "GET /0/public/Ticker", "GET /0/public/AssetPairs"} <= wire.requests
    allowed = re.compile(r"GET (/0/public/\w+|/box/clock|/)")
    assert not [request for request in wire.requests if not allowed.fullmatch(request)]
    assert not any(secret.encode() in sent for sent in wire.sent for secret in KEYS.values())
    assert stand_in.ledger()["orders"] == []

    true = {row[0]: row for row in rows[:-1]}
    entries = journal(state, "paper")
    judged = [entry for entry in entries if entry["kind"] == "decision" and entry["candle"] in true]
    assert len(judged) >= 4
    for entry in judged:
        assert Decimal(entry["close"]) == Decimal(true[entry["candle"]][4])
    for fill in fills(state):
        begin = fill["at_ms"] // 60_000 * 60
        near = [Decimal(true[at][4]) for at in (begin - 60, begin) if at in true]
        assert any(abs(Decimal(fill["price"]) - close) < close / 100 for close in near)
    notes = [entry["text"] for entry in entries if entry["kind"] == "note"]
    assert f"prices are those of an exchange in a box at http://127.0.0.1:{wire.port}, not Kraken's" in notes


def test_the_account_goes_on_where_it_stood(config: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with bot(config, state) as running:
        read_until(running, lambda entry: entry["kind"] == "fill")
        running.end()
    with bot(config, state) as running:
        read_until(running, lambda entry: entry["kind"] == "fill")
        running.end()
    notes = [entry["text"] for entry in journal(state, "paper") if entry["kind"] == "note"]
    assert any(text.startswith("taken up from the journal") for text in notes)
    assert not any("differ" in text for text in notes)


def test_without_the_source_no_price_is_made_up(wire: Wire, config: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with bot(config, state) as running:
        read_until(running, lambda entry: entry["kind"] == "decision")
        wire.cut()
        closed = read_until(running, lambda entry: "exchange maintenance" in entry.get("text", ""))
        closed_ms = closed["at_ms"]
        read_until(running, lambda entry: entry["at_ms"] > closed_ms + 120_000)
        running.end()
    later = [entry for entry in journal(state, "paper") if entry["at_ms"] > closed_ms]
    assert not [entry for entry in later if entry["kind"] in ("decision", "fill", "intent")]
    texts = [entry["text"] for entry in journal(state, "paper") if entry["kind"] == "note"]
    assert any(text.startswith("an exchange in a box: ") for text in texts)


def test_a_source_that_is_away_is_told_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text('paper:\n  source_rest: "http://127.0.0.1:9"\n')
    places = ("--config", str(tmp_path / "config.yaml"), "--state-dir", str(tmp_path / "state"))
    done = headless("--mode", "paper", *places)
    words = ("mode paper has no prices", "http://127.0.0.1:9", "No order was sent", "--mode demo")
    expect(done, RETRYABLE, *words)
