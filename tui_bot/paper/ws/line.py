"""A WebSocket client without sockets: one connection to a hub in the same process."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tui_bot.paper.ws.hub import Hub


class Line:
    """Sends requests and reads frames, numbers as Decimal."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.session = hub.connect()

    def texts(self) -> list[str]:
        """Frames that came since the last time, as they are on the wire."""
        waiting = list(self.session.outgoing)
        while self.session.outgoing:
            self.session.taken(0.0)
        return waiting

    def frames(self) -> list[Any]:
        """Frames that came since the last time."""
        return [json.loads(text, parse_float=Decimal) for text in self.texts()]

    def ask(self, method: str, req_id: int | None = None, **params: Any) -> list[Any]:
        """What comes at once in answer to a request."""
        request: dict[str, Any] = {"method": method}
        if params:
            request["params"] = params
        if req_id is not None:
            request["req_id"] = req_id
        return self.send(json.dumps(request))

    def send(self, text: str) -> list[Any]:
        """What comes at once in answer to a text."""
        self.texts()
        self._hub.receive(self.session, text)
        return self.frames()

    def subscribe(self, channel: str, **params: Any) -> list[Any]:
        """What comes at once in answer to a subscription."""
        return self.ask("subscribe", channel=channel, **params)

    def leave(self) -> None:
        """Hangs up."""
        self._hub.disconnect(self.session)
