"""WebSocket over real sockets: paths, several clients, order by order, a reader that stops reading."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.anyio


@contextmanager
def _box(*options: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[bytes]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tui_bot.paper", "--with-parent", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline()), process
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=5)
        assert process.returncode == 0
        assert errors == b""


async def _ask(wire: ClientConnection, method: str, **params: Any) -> None:
    await wire.send(json.dumps({"method": method, "params": params} if params else {"method": method}))


async def _until(wire: ClientConnection, **members: Any) -> Any:
    """The next frame with these members."""
    async with asyncio.timeout(5):
        while True:
            frame = json.loads(await wire.recv(), parse_float=Decimal)
            if all(frame.get(name) == value for name, value in members.items()):
                return frame


async def test_every_path_and_many_clients() -> None:
    with _box("--speed", "60") as (ready, _):
        wires = [await connect(ready["websocket"] + path) for path in ("", "/", "/v2", "/v2/auth")]
        for wire in wires:
            assert (await _until(wire, channel="status"))["data"][0]["system"] == "online"
            await _ask(wire, "ping")
            assert await _until(wire, method="pong")
            await _ask(wire, "subscribe", channel="book", symbol=["BTC/USD"])
            await _ask(wire, "subscribe", channel="trade", symbol=["BTC/USD", "ETH/USD"])
        newest = await _until(wires[-1], channel="trade", type="update")
        for wire in wires[:-1]:
            assert await _until(wire, **newest), "all are told the same"
        await _ask(wires[0], "unsubscribe", channel="book", symbol=["BTC/USD"], depth=10)
        assert (await _until(wires[0], method="unsubscribe"))["success"]
        for wire in wires:
            await wire.close()


async def test_heartbeats_and_ends() -> None:
    with _box("--speed", "0") as (ready, process):
        wire = await connect(ready["websocket"] + "/v2")
        await _ask(wire, "subscribe", channel="trade", symbol=["BTC/USD"], snapshot=False)
        started = time.monotonic()
        for _ in range(2):
            await _until(wire, channel="heartbeat")
        assert 1.5 < time.monotonic() - started < 4
        await wire.send(b'{"method":"ping"}')
        assert await _until(wire, method="pong")
        process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed):
            await _until(wire, never=True)


async def test_who_stops_reading_is_cut_and_costs_no_memory() -> None:
    with _box("--speed", "3000") as (ready, process):
        status = Path(f"/proc/{process.pid}/status")
        slow = await connect(ready["websocket"], max_queue=1, sock=_narrow(ready["websocket"]))
        slow.transport.pause_reading()
        for method in ("subscribe", "unsubscribe") * 80:
            await _ask(slow, method, channel="ohlc", symbol=["BTC/USD", "ETH/USD"], interval=1)
        quick = await connect(ready["websocket"])
        await _ask(quick, "subscribe", channel="book", symbol=["BTC/USD"])
        before = _resident_mb(status)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and _sockets(process.pid) > 2:
            await _until(quick, channel="book", type="update")
        assert _sockets(process.pid) == 2, "the listener and the quick one"
        assert _resident_mb(status) < before + 40
        slow.transport.abort()
        await quick.close()


async def test_limits_and_faults_from_the_command_line(tmp_path: Path) -> None:
    script = tmp_path / "faults.json"
    script.write_text('[{"verb":"WS","kind":"NO_SNAPSHOT","channel":"book"}]')
    with _box("--speed", "0", "--rates", "starter", "--faults", str(script)) as (ready, _):
        wire = await connect(ready["websocket"])
        await _ask(wire, "subscribe", channel="book", symbol=["BTC/USD"])
        assert (await _until(wire, method="subscribe"))["success"]
        frame = json.loads(await asyncio.wait_for(wire.recv(), 5))
        assert frame == {"channel": "heartbeat"}
        await wire.close()


def _narrow(url: str) -> socket.socket:
    """A connected socket into which little fits."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, _, port = url.removeprefix("ws://").partition(":")
    narrow.connect((host, int(port)))
    return narrow


def _resident_mb(status: Path) -> int:
    return (
        int(next(line for line in status.read_text().splitlines() if line.startswith("VmRSS")).split()[1])
        // 1024
    )


def _sockets(pid: int) -> int:
    """TCP sockets the process holds: the listener and its connections."""
    tcp = {line.split()[9] for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]}
    links = [link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    return sum(str(link).removeprefix("socket:[").rstrip("]") in tcp for link in links)
