"""All WebSocket sessions of a box: requests in, frames out.

Public and private channels and trading requests are answered on every connection, whichever path it came by.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Any

from tui_bot.paper.box import Box
from tui_bot.paper.facts import Fact, StatusSet
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.ws import frames, subscribing, trading
from tui_bot.paper.ws.accounts import AccountFeed
from tui_bot.paper.ws.frames import HEARTBEAT, Request
from tui_bot.paper.ws.markets import MarketFeeds, Topic
from tui_bot.paper.ws.session import Session, Subscription
from tui_bot.paper.ws.tampering import Tampering
from tui_bot.paper.ws.text import Number, Whole, loads

HEARTBEAT_SECONDS = 1.0
IDLE_SECONDS = 60.0
_SERVICE_RESTART = 1012


class Hub:
    """`now` gives real seconds: heartbeats and idle connections follow real time, everything else the
    exchange's.
    """

    def __init__(self, box: Box, now: Callable[[], float] = time.monotonic) -> None:
        self.box = box
        self.sessions: dict[int, Session] = {}
        self._now = now
        self._count = 0
        self._topics: dict[Topic, dict[int, Session]] = {}
        self._markets = MarketFeeds(box.exchange, self._broadcast, flat=box.doubts.ws_flat_candles)
        self._accounts = AccountFeed(box.exchange, self.sessions)
        self._changed: list[StatusSet] = []
        self._tampering = Tampering(box, self.sessions)
        for rule in box.frame_faults:
            self._tampering.take(rule)
        box.tampering.append(self._tampering.take)
        box.exchange.watchers.append(self._watch)
        box.written.append(self._written)

    # connections

    def connect(self) -> Session:
        """A new connection; the state of the system is its first frame."""
        self._count += 1
        digest = hashlib.sha256(f"{self.box.key.key}:{self._count}".encode()).digest()
        # as on Kraken, more than a binary float can hold
        session = Session(int.from_bytes(digest[:8], "big") | 1 << 63, self._now())
        session.tamper = self._tampering.through
        self.sessions[session.number] = session
        session.send(frames.status(self.box.exchange.system, session.number))
        return session

    def disconnect(self, session: Session) -> None:
        """A connection is gone."""
        self.sessions.pop(session.number, None)
        self.box.tokens.release(session.number)
        for topic in list(session.topics):
            self._leave(session, topic)
        session.private.clear()

    def close_all(self) -> None:
        """Ends every connection, as before a restart of the service."""
        for session in list(self.sessions.values()):
            session.close(_SERVICE_RESTART)

    # what comes in

    def receive(self, session: Session, text: str) -> None:
        """Answers one frame, at the exchange's time of its arrival."""
        self.box.catch_up()
        session.last_busy = self._now()
        request = self._read(text)
        try:
            if request is None:
                raise Refusal("Malformed request")
            if request.method == "ping":
                self._ping(session, request)
            elif request.method in {"subscribe", "unsubscribe"}:
                self._subscription(session, request)
            elif request.method in trading.METHODS:
                trading.answer(self.box, session, request)
            else:
                raise Refusal("Unsupported event")
        except Refusal as refusal:
            self._refuse(session, request, refusal.text)

    def _read(self, text: str) -> Request | None:
        try:
            members = loads(text)
            method, params = members["method"], members.get("params")
        except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
            return None
        if not isinstance(method, str) or isinstance(method, Number):
            return None
        if params is not None and not isinstance(params, dict):
            return None
        req_id = members.get("req_id")
        if req_id is not None and not isinstance(req_id, Whole):
            return None
        return Request(method, {} if params is None else params, req_id, self.box.exchange.now_ns)

    def _refuse(self, session: Session, request: Request | None, error: str, **more: Any) -> None:
        asked = request or Request("", {}, None, self.box.exchange.now_ns)
        session.send(frames.failure(asked, self.box.exchange.now_ns, error, **more))

    def _ping(self, session: Session, request: Request) -> None:
        if request.params:
            raise Refusal("Unsupported field: 'params' for the given msg type: ping")
        session.send(frames.pong(request, self.box.exchange.now_ns))

    # subscriptions

    def _subscription(self, session: Session, request: Request) -> None:
        channel = request.params.get("channel")
        if not isinstance(channel, str):
            raise Refusal("Subscription name invalid")
        if channel in subscribing.PUBLIC:
            self._public(session, request)
        elif channel in subscribing.PRIVATE:
            self._private(session, request)
        else:
            raise Refusal("Subscription name invalid")

    def _public(self, session: Session, request: Request) -> None:
        subscribing_ = request.method == "subscribe"
        snapshot = subscribing.wants_snapshot(request.params)
        for symbol, found in subscribing.topics(self.box.exchange, request.params):
            if isinstance(found, str):
                self._refuse(session, request, found, symbol=symbol)
                continue
            known = found in session.topics
            if known is subscribing_:
                error = "Already subscribed" if known else "Subscription Not Found"
                self._refuse(session, request, error, **({"symbol": symbol} if symbol else {}))
                continue
            self._acknowledge(
                session, request, subscribing.result(found, snapshot=snapshot if subscribing_ else None)
            )
            if subscribing_:
                self._join(session, found, snapshot=snapshot)
            else:
                self._leave(session, found)

    def _join(self, session: Session, topic: Topic, *, snapshot: bool) -> None:
        self.pump()  # what others still wait for is in the snapshot already
        if topic not in self._topics:
            self._topics[topic] = {}
            self._markets.begin(topic)
        if snapshot:
            frame = self._markets.snapshot(topic)
            if frame:
                session.send(frame, topic[0], "snapshot")
        self._topics[topic][session.number] = session
        session.topics.add(topic)

    def _leave(self, session: Session, topic: Topic) -> None:
        session.topics.discard(topic)
        listening = self._topics.get(topic, {})
        listening.pop(session.number, None)
        if not listening and topic in self._topics:
            del self._topics[topic]
            self._markets.end(topic)

    def _private(self, session: Session, request: Request) -> None:
        params, channel = request.params, request.params["channel"]
        key_token = trading.token(params)
        key = self.box.tokens.key_of(key_token, session.number, self.box.exchange.now_ns)
        if request.method == "unsubscribe":
            if session.private.pop(channel, None) is None:
                raise Refusal("Subscription Not Found")
            self._acknowledge(session, request, {"channel": channel})
            return
        if channel in session.private:
            raise Refusal("Already subscribed")
        trading.permit_channel(key, channel)
        self.box.tokens.hold(key_token, session.number)
        if channel == "balances":
            self._balances(session, request)
        else:
            self._executions(session, request)

    def _balances(self, session: Session, request: Request) -> None:
        snapshot = subscribing.boolean(request.params, "snapshot", True)
        session.private["balances"] = Subscription()
        self._acknowledge(session, request, {"channel": "balances", "snapshot": snapshot})
        if snapshot:
            self._accounts.send_balances(session)

    def _executions(self, session: Session, request: Request) -> None:
        params = request.params
        snapshot = subscribing.boolean(params, "snapshot", True)
        orders = subscribing.boolean(params, "snap_orders", True) and snapshot
        trades = subscribing.boolean(params, "snap_trades", False)
        session.private["executions"] = Subscription(
            order_status=subscribing.boolean(params, "order_status", True),
            rate_counter=subscribing.boolean(params, "ratecounter", False),
        )
        result: dict[str, Any] = {"channel": "executions", "maxratecount": self.box.rates.threshold}
        # the recorded answer names `snapshot`, the documented one what was asked for
        if "snapshot" not in params:
            result |= {"snap_orders": orders, "snap_trades": trades}
        result |= {"snapshot": orders or trades, "warnings": subscribing.EXECUTIONS_WARNINGS}
        self._acknowledge(session, request, result)
        if orders or trades:
            self._accounts.send_executions(session, orders=orders, trades=trades)

    def _acknowledge(self, session: Session, request: Request, result: dict[str, Any]) -> None:
        session.send(frames.success(request, self.box.exchange.now_ns, result))

    # what goes out

    def pump(self) -> None:
        """Tells subscribers what happened on the markets since the last time."""
        self._markets.pump(list(self._topics))

    def beat(self) -> None:
        """Heartbeats to the quiet, an end to the idle."""
        now = self._now()
        for session in list(self.sessions.values()):
            if session.subscribed:
                session.last_busy = now
                if now - session.last_sent >= HEARTBEAT_SECONDS and not session.outgoing:
                    session.send(HEARTBEAT, "heartbeat", "update")
            elif now - session.last_busy >= IDLE_SECONDS:
                session.close(1000)

    def _broadcast(self, topic: Topic, frame: str) -> None:
        for session in list(self._topics.get(topic, {}).values()):
            session.send(frame, topic[0], "update")

    def _watch(self, fact: Fact) -> None:
        if isinstance(fact, StatusSet):
            self._changed.append(fact)
        else:
            self._accounts.watch(fact)

    def _written(self, _facts: Sequence[Fact]) -> None:
        self._accounts.flush()
        changed, self._changed = self._changed, []
        for fact in changed:
            if not fact.pair:
                for session in list(self.sessions.values()):
                    session.send(frames.status(fact.status, session.number))
            elif ("instrument",) in self._topics:
                self._markets.status_changed(("instrument",), fact.pair)
