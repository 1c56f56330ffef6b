"""One WebSocket connection: what it subscribed to, and what waits to be sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tui_bot.paper.ws.text import dumps

_MOST_WAITING = 2 * 1024 * 1024  # characters; who reads slower than this is dropped


class Frame(NamedTuple):
    """A frame on its way out. `kind` is snapshot, update, or answer."""

    text: str
    channel: str = ""
    kind: str = "answer"


def _untouched(_session: Session, frame: Frame) -> list[Frame]:
    return [frame]


def _nothing() -> None:
    pass


@dataclass(slots=True)
class Subscription:
    """A standing subscription to a private channel, with its own numbering of messages."""

    sequence: int = 0
    order_status: bool = True
    rate_counter: bool = False


class Session:
    """The exchange's end of one connection. `wake` is called when there is something to send, `abort` to cut
    a connection that does not read.
    """

    def __init__(self, number: int, now: float) -> None:
        self.number = number
        self.topics: set[tuple[str, ...]] = set()
        self.private: dict[str, Subscription] = {}
        self.outgoing: deque[str] = deque()
        self.close_code = 0
        self.opened = now
        self.last_sent = now
        self.last_busy = now
        self.muted = False
        self.deaf = False
        self.answers = True
        self.wake: Callable[[], None] = _nothing
        self.abort: Callable[[], None] = _nothing
        self.tamper: Callable[[Session, Frame], list[Frame]] = _untouched
        self._waiting = 0

    @property
    def subscribed(self) -> bool:
        """True with at least one subscription."""
        return bool(self.topics or self.private)

    def send(self, text: str, channel: str = "", kind: str = "answer") -> None:
        """Sends a frame, or what a fault makes of it."""
        if kind == "answer" and not self.answers:
            return
        for frame in self.tamper(self, Frame(text, channel, kind)):
            self._put(frame.text)

    def _put(self, text: str) -> None:
        """Puts a text into the outbox; cuts the connection when nobody empties it."""
        if self.muted or self.close_code:
            return
        self._waiting += len(text)
        if self._waiting > _MOST_WAITING:
            self.close_code = 1008
            self.outgoing.clear()
            self.abort()
            return
        self.outgoing.append(text)
        self.wake()

    def send_private(self, channel: str, kind: str, rows: list[dict[str, object]]) -> None:
        """Sends rows of a private channel under the subscription's next number."""
        subscription = self.private[channel]
        subscription.sequence += 1
        members = {"channel": channel, "type": kind, "data": rows, "sequence": subscription.sequence}
        self.send(dumps(members), channel, kind)

    def taken(self, now: float) -> str:
        """The next frame to put on the wire."""
        text = self.outgoing.popleft()
        self._waiting -= len(text)
        self.last_sent = now
        return text

    def close(self, code: int) -> None:
        """Ends the connection once what waits is sent."""
        self.close_code = self.close_code or code
        self.wake()
