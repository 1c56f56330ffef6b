"""A WebSocket server that pushes ticker and candle frames at a steady pace: ``python -m benchmarks.flood``.

Prints its port. Arguments: frames a second, and by how many milliseconds the exchange's clock is ahead of
this machine's monotonic one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime

from websockets.asyncio.server import ServerConnection, serve

SYMBOL = "BTC/USD"
_BURST_S = 0.01
_MOST_UNSENT = 1 << 20  # bytes; beyond them a burst is dropped, who reads that slowly has failed anyway


async def main(rate: int, ahead_ms: int) -> None:
    """Serve until killed."""

    async def talk(connection: ServerConnection) -> None:
        heard: set[str] = set()
        pushing = asyncio.create_task(push(connection, heard))
        async for text in connection:
            request = json.loads(text)
            if request["method"] == "subscribe":
                channel = request["params"]["channel"]
                heard.add(channel)
                result = {"channel": channel, "symbol": SYMBOL}
                answer = {
                    "method": "subscribe",
                    "req_id": request["req_id"],
                    "success": True,
                    "result": result,
                }
                await connection.send(json.dumps(answer))
        pushing.cancel()

    async def push(connection: ServerConnection, heard: set[str]) -> None:
        number, price = 0, 60_000.0
        start = time.monotonic()
        while True:
            await asyncio.sleep(_BURST_S)
            burst = bytearray()
            while heard and number < (time.monotonic() - start) * rate:
                number += 1
                price += 0.1 if number % 2 else -0.1
                at_ms = ahead_ms + time.monotonic_ns() // 1_000_000
                burst += framed(frame(number, price, at_ms).encode())
            # as a busy server writes; the library's own ``send`` would be slower than who is measured
            if connection.transport.get_write_buffer_size() < _MOST_UNSENT:
                connection.transport.write(bytes(burst))

    async with serve(talk, "127.0.0.1", 0, compression=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()


def framed(text: bytes) -> bytes:
    """A text frame as a server sends it (RFC 6455, 5.2), of 126 to 65,535 bytes."""
    return b"\x81\x7e" + len(text).to_bytes(2, "big") + text


def frame(number: int, price: float, at_ms: int) -> str:
    """Three tickers, then a candle."""
    sent = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if number % 4:
        book = f'"bid":{price:.1f},"bid_qty":1.50000000,"ask":{price + 0.1:.1f},"ask_qty":0.75000000'
        row = f'{{"symbol":"{SYMBOL}",{book},"last":{price:.1f},"volume":1234.56789000,"timestamp":"{sent}"}}'
        return f'{{"channel":"ticker","type":"update","data":[{row}]}}'
    begin = datetime.fromtimestamp(at_ms // 60_000 * 60, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000000Z")
    body = f'"open":60000.0,"high":60001.0,"low":59999.0,"close":{price:.1f},"vwap":60000.0'
    count = f'"trades":{number},"volume":{number / 1000:.8f}'
    row = (
        f'{{"symbol":"{SYMBOL}",{body},{count},"interval_begin":"{begin}","interval":1,"timestamp":"{sent}"}}'
    )
    return f'{{"channel":"ohlc","type":"update","timestamp":"{sent}","data":[{row}]}}'


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
