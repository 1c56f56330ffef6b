"""Faults of the WebSocket face: what may happen to frames on their way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_bot.paper.faults import Rule
from tui_bot.paper.ws.session import Frame, Session
from tui_bot.paper.ws.spoiling import spoiled

if TYPE_CHECKING:
    from tui_bot.paper.box import Box


@dataclass(slots=True)
class _Standing:
    """A fault that lasts: which channel, how many frames are left for it (0: without end)."""

    kind: str
    channel: str
    left: int
    heartbeats: bool
    exec_type: str


class Tampering:
    """Does at once what is done at once, and keeps the rest standing. `WS` with kind `OFF` ends it all."""

    def __init__(self, box: Box, sessions: Mapping[int, Session]) -> None:
        self._box = box
        self._sessions = sessions
        self._standing: list[_Standing] = []
        self._held: dict[int, Frame] = {}

    def take(self, rule: Rule) -> None:
        """Carries out a `WS` rule."""
        kind = rule.text("kind")
        if kind == "CLOSE":
            for session in list(self._sessions.values()):
                session.close(int(rule.number("code", 1012)))
        elif kind == "HALF_OPEN":
            for session in self._sessions.values():
                session.muted = session.deaf = True
        elif kind == "BAD_SESSION":
            self._box.tokens.revoke()
        elif kind == "OFF":
            self._standing.clear()
        else:
            # one lost message is a fault, all of them lost is a stall
            left = int(rule.number("frames", 1 if kind == "LOSE_EXEC" else 0))
            heartbeats = bool(rule.args.get("heartbeats", True))
            self._standing.append(
                _Standing(kind, rule.text("channel", "*"), left, heartbeats, rule.text("exec_type"))
            )

    def through(self, session: Session, frame: Frame) -> list[Frame]:
        """The frames that leave in place of one."""
        if frame.channel == "ohlc" and self._box.faults.rules:
            rule = self._box.faults.pick_frame("ohlc", self._box.exchange.now_ns)
            if rule is not None:
                texts = spoiled(frame.text, rule.text("kind", "GAP"), self._box.faults.rng)
                return [frame._replace(text=text) for text in texts]
        for standing in self._standing:
            if self._concerns(standing, frame):
                if standing.left:
                    standing.left -= 1
                    if not standing.left:
                        self._standing.remove(standing)
                return self._changed(standing.kind, session, frame)
        held = self._held.pop(session.number, None)
        return [frame] if held is None else [frame, held]

    def _concerns(self, standing: _Standing, frame: Frame) -> bool:
        if frame.channel == "heartbeat":
            return standing.kind == "STALL" and not standing.heartbeats
        if frame.kind == "answer" or standing.channel not in {"*", frame.channel}:
            return False
        if standing.kind in {"DUP_EXEC", "REORDER_EXEC", "LOSE_EXEC"}:
            told = not standing.exec_type or f'"exec_type":"{standing.exec_type}"' in frame.text
            return told and frame.channel == "executions" and frame.kind == "update"
        return standing.kind != "NO_SNAPSHOT" or frame.kind == "snapshot"

    def _changed(self, kind: str, session: Session, frame: Frame) -> list[Frame]:
        if kind == "DUP_EXEC":
            return [frame, frame]
        if kind == "REORDER_EXEC":
            held = self._held.pop(session.number, None)
            if held is None:
                self._held[session.number] = frame
                return []
            return [frame, held]
        return []  # STALL, LOSE_EXEC, ACK_NO_DATA, NO_SNAPSHOT
