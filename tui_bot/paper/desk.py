"""A trading desk without sockets: signs requests and hands them to a box in the same process."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tui_bot.paper.auth import sign
from tui_bot.paper.box import Box
from tui_bot.paper.clock import NS_PER_MS, ManualClock
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.rest import Request, respond


class Desk:
    """One box and a client of it. With `speed` 0 its clock moves by `advance` only."""

    def __init__(self, options: BoxOptions) -> None:
        self.box = Box(options)
        self.nonce = self.box.key.nonce

    def get(self, path: str) -> Any:
        """The whole answer to a GET of a path with query."""
        parts = urlsplit(path)
        return self._send(Request("GET", parts.path, dict(parse_qsl(parts.query)), {}, b""))

    def public(self, call: str) -> Any:
        """The result of a public method, such as `OHLC?pair=XBTUSD`. Raises Refusal with the first error."""
        return _result(self.get(f"/0/public/{call}"))

    def private(self, method: str, **params: object) -> Any:
        """The result of a signed private method. Raises Refusal with the first error."""
        return _result(self.post(method, **params))

    def post(self, method: str, **params: object) -> Any:
        """The whole answer to a signed private method."""
        self.nonce += 1
        body = urlencode({"nonce": self.nonce, **params}).encode()
        path = f"/0/private/{method}"
        headers = {
            "api-key": self.box.key.key,
            "api-sign": sign(path, str(self.nonce), body, self.box.key.secret),
            "content-type": "application/x-www-form-urlencoded",
        }
        return self._send(Request("POST", path, {}, headers, body))

    def order(self, side: str, volume: object, pair: str = "XBTUSD", **params: object) -> str:
        """Places an order, a market order when nothing else is said, and gives its txid. Raises Refusal."""
        wanted = {"ordertype": "market", "pair": pair, "type": side, "volume": volume, **params}
        txid: str = self.private("AddOrder", **wanted)["txid"][0]
        return txid

    def truth(self) -> Any:
        """The box's own books."""
        return self.get("/box/ledger")

    def advance(self, seconds: float) -> None:
        """Moves a manual clock on. Raises TypeError when the clock runs by itself."""
        if not isinstance(self.box.clock, ManualClock):
            raise TypeError("the clock runs by itself")
        self.box.clock.advance_ns(round(seconds * 1000) * NS_PER_MS)
        self.box.catch_up()

    def _send(self, request: Request) -> Any:
        return json.loads(respond(self.box, request).body)


def _result(answer: Any) -> Any:
    if answer["error"]:
        raise Refusal(answer["error"][0])
    return answer["result"]
