"""One WebSocket v2 connection: subscribed, listened to, and watched for silence.

Source: Kraken API Center, WebSocket v2 (subscribe, ping, status, heartbeat) and the guide to reconnecting.
Times are real seconds, also with a box that runs fast: heartbeats come once a real second.

What goes wrong in the wild (F58 to F65): a subscription that is acknowledged and stays silent, a
connection that is dead without an error, a socket that takes bytes nobody reads, closes in bursts.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, Protocol

from tui_bot.kraken.decode import DecodeError
from tui_bot.kraken.dial import Dropped, dial
from tui_bot.kraken.fields import WireError
from tui_bot.kraken.frames import Acknowledged, Alive, Data, Frame, Odd, SystemTold, read_frame
from tui_bot.sanitise import sanitise

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

#: Without any frame for so long, the connection is called silent, and then given up.
STALE_S, DEAD_S = 5.0, 10.0

#: A subscription must bring its snapshot within this time.
ANSWER_S = 5.0

#: So often a ping is sent, and so long its answer may take: heartbeats alone do not prove that we are heard.
PING_EVERY_S, PONG_S = 30.0, 10.0

_LOOK_S = 0.25
_SEND_S = 5.0
_MOST_UNREADABLE = 20
_LASTING = ("Currency pair not supported", "Subscription", "EGeneral:Permission denied")
RESTART = "websocket proxy restarting"
_POLICY = 1008


@dataclass(frozen=True, slots=True)
class Subscription:
    """One channel, of one pair if ``symbol`` names it. ``params`` and ``secrets`` are what further identifies
    it and must be repeated to leave it; ``options`` are not.

    ``quiet_s`` is how many real seconds it may be silent before it is subscribed to again. ``snapshot`` asks
    for data at once, None where the channel has other words for that; False waits for news. Without a
    ``vital`` one the connection is of no use; another that is refused or silent is done without.
    """

    channel: str
    symbol: str | None
    quiet_s: float
    params: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    snapshot: bool | None = True
    vital: bool = True

    def brings(self, data: Data) -> bool:
        """Whether a frame is this subscription's."""
        if data.channel != self.channel:
            return False
        return self.symbol is None or any(row.symbol == self.symbol for row in data.rows)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a subscription may hold a token; it is neither copied nor pickled")


class Listener(Protocol):
    """Who hears what a connection brings."""

    def on_data(self, data: Data) -> None:
        """Rows of a subscription."""
        ...

    def on_system(self, system: str) -> None:
        """The state of the exchange."""
        ...

    def on_silence(self) -> None:
        """Nothing, not even a heartbeat, has come for ``STALE_S``."""
        ...

    def on_return(self) -> None:
        """Something has come after such a silence."""
        ...

    def on_accepted(self, answer: Acknowledged) -> None:
        """A subscription was accepted; that proves nothing of its data."""
        ...

    def on_refused(self, channel: str, reason: str) -> None:
        """A subscription that is not vital is done without on this connection."""
        ...


@dataclass(slots=True)
class _Standing:
    """How a subscription stands: how often asked since data came, and until when data is due."""

    wanted: Subscription
    asked: int = 0
    asked_s: float = 0.0
    due_s: float = 0.0
    doubted: bool = False
    req_id: int = 0

    def is_due(self, now_s: float) -> bool:
        """Whether it is to be subscribed to again; for a doubt alone not right after the last time."""
        doubted = self.doubted and not self.asked and now_s >= self.asked_s + ANSWER_S
        return now_s >= self.due_s or doubted


class Conversation:
    """What is said on one connection. ``run`` ends with ``Dropped`` only."""

    def __init__(
        self, connection: ClientConnection, wanted: Sequence[Subscription], listener: Listener
    ) -> None:
        self._connection = connection
        self._listener = listener
        self._standing = [_Standing(subscription) for subscription in wanted]
        self._now = asyncio.get_running_loop().time
        self._heard_s = self._now()
        self._silent = False
        self._ping_s = self._heard_s + PING_EVERY_S
        self._pinged_s: float | None = None
        self._unreadable = 0
        self._doubted = False
        self._last_id = 0

    def doubt(self, channel: str) -> None:
        """Something this channel should have told was missed: have it subscribed to again."""
        for standing in self._standing:
            if standing.wanted.channel == channel:
                standing.doubted = self._doubted = True

    async def run(self) -> NoReturn:
        """Subscribe and hand on what comes."""
        from websockets.exceptions import ConnectionClosed

        try:
            for standing in self._standing:
                await self._subscribe(standing)
            while True:
                await self._hear()
                await self._keep_alive()
                await self._keep_subscribed()
        except ConnectionClosed as closed:
            end = closed.rcvd
        if end is None:  # what others call code 1006
            raise Dropped("the connection broke")
        words = f", {sanitise(end.reason, 80)}" if end.reason else ""
        raise Dropped(f"closed with code {end.code}{words}", lasting=end.code == _POLICY)

    # -- what comes ----------------------------------------------------------------------------------

    async def _hear(self) -> None:
        """Take what comes until it is time to look after the connection: one timer for many messages."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                while not self._doubted:
                    self._hear_one(await self._connection.recv(decode=False))

    def _hear_one(self, body: bytes) -> None:
        self._heard_s = self._now()
        if self._silent:
            self._silent = False
            self._listener.on_return()
        try:
            frame = read_frame(body)
        except (DecodeError, WireError) as fault:
            self._unreadable += 1
            if self._unreadable > _MOST_UNREADABLE:
                raise Dropped(f"too many unreadable frames, the last: {fault}") from None
        else:
            self._take(frame)

    def _take(self, frame: Frame) -> None:
        match frame:
            case Data():
                self._note_data(frame)
                self._listener.on_data(frame)
            case SystemTold(system):
                self._listener.on_system(system)
            case Acknowledged():
                self._take_answer(frame)
            case Alive(pong) if pong is not None:
                self._pinged_s = None
            case Odd(text) if RESTART in text.casefold():
                raise Dropped("Kraken's gateway restarts")
            case _:
                pass

    def _note_data(self, data: Data) -> None:
        for standing in self._standing:
            if standing.wanted.brings(data):
                standing.asked = 0
                standing.due_s = self._now() + standing.wanted.quiet_s

    def _take_answer(self, answer: Acknowledged) -> None:
        """A refusal of what is vital ends the connection.

        An acknowledgement proves nothing (F58); data does.
        """
        if answer.method != "subscribe":
            return
        if not answer.error:
            self._listener.on_accepted(answer)
            return
        for standing in list(self._standing):
            if standing.req_id == answer.req_id and "already" not in answer.error.casefold():
                self._do_without(standing, f"refused: {answer.error}", answer.error.startswith(_LASTING))

    def _do_without(self, standing: _Standing, reason: str, lasting: bool = False) -> None:
        wanted = standing.wanted
        if wanted.vital:
            raise Dropped(f"{wanted.channel} {reason}", lasting=lasting)
        self._standing.remove(standing)
        self._listener.on_refused(wanted.channel, reason)

    # -- what is sent --------------------------------------------------------------------------------

    async def _keep_alive(self) -> None:
        silent_s = self._now() - self._heard_s
        if silent_s >= DEAD_S:
            raise Dropped(f"nothing heard for {DEAD_S:g} s")
        if silent_s >= STALE_S and not self._silent:
            self._silent = True
            self._listener.on_silence()
            await self._ping()
        if self._pinged_s is not None and self._now() - self._pinged_s >= PONG_S:
            raise Dropped(f"a ping was not answered within {PONG_S:g} s")
        if self._now() >= self._ping_s:
            await self._ping()

    async def _ping(self) -> None:
        now_s = self._now()
        self._ping_s = now_s + PING_EVERY_S
        self._pinged_s = now_s if self._pinged_s is None else self._pinged_s
        await self._send("ping", None)

    async def _keep_subscribed(self) -> None:
        self._doubted = False
        for standing in list(self._standing):
            if not standing.is_due(self._now()):
                continue
            if standing.asked >= 2:
                self._do_without(standing, "stays silent")
                continue
            await self._send("unsubscribe", self._identity(standing.wanted))
            await self._subscribe(standing, again=not standing.asked)

    async def _subscribe(self, standing: _Standing, *, again: bool = False) -> None:
        """``again``: it once flowed, so this try is the last one on this connection."""
        wanted = standing.wanted
        standing.asked += 2 if again else 1
        standing.asked_s, standing.doubted = self._now(), False
        standing.due_s = self._now() + (wanted.quiet_s if wanted.snapshot is False else ANSWER_S)
        snapshot = {} if wanted.snapshot is None else {"snapshot": wanted.snapshot}
        params = self._identity(wanted) | dict(wanted.options) | snapshot
        standing.req_id = await self._send("subscribe", params)

    def _identity(self, wanted: Subscription) -> dict[str, object]:
        symbol = {} if wanted.symbol is None else {"symbol": [wanted.symbol]}
        return {"channel": wanted.channel, **symbol, **wanted.params, **wanted.secrets}

    async def _send(self, method: str, params: dict[str, object] | None) -> int:
        """Send a request and return its number. A peer that does not read must not hold us up."""
        self._last_id += 1
        request: dict[str, object] = {"method": method, "req_id": self._last_id}
        if params is not None:  # ping takes none
            request["params"] = params
        try:
            async with asyncio.timeout(_SEND_S):
                await self._connection.send(json.dumps(request))
        except TimeoutError:
            raise Dropped("the other end does not read") from None
        return self._last_id


async def converse(
    url: str,
    wanted: Sequence[Subscription],
    listener: Listener,
    begun: Callable[[Conversation], None] = lambda _conversation: None,
    proxy: str | None = None,
) -> NoReturn:
    """One connection from dialling to its end.

    Raises:
        Dropped: always, in the end.
    """
    connection = await dial(url, proxy)
    try:
        conversation = Conversation(connection, wanted, listener)
        begun(conversation)
        await conversation.run()
    finally:
        connection.transport.abort()  # a closing handshake would wait for a peer that may be dead
