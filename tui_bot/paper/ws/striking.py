"""Faults of trading requests over WebSocket: the words of the REST seam, as far as a socket knows them.

What REST answers with a page or with silence, a socket answers by breaking.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_bot.paper import deeds
from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.effects import filling, leg_refused
from tui_bot.paper.faults import Rule
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.ws.session import Session

if TYPE_CHECKING:
    from tui_bot.paper.box import Box

_SERVICE_RESTART = 1012


def strike(box: Box, session: Session, rule: Rule, apply: Callable[[], None]) -> None:
    """Carries a request out the way a rule says. Raises Refusal."""
    verb = rule.verb
    if verb in deeds.DEEDS:
        deeds.attempt(box, rule)
        apply()
    elif verb == "FILL":
        with filling(box, rule):
            apply()
    elif verb == "ERR" and "leg" in rule.args:
        with leg_refused(box, rule):
            apply()
    elif verb == "ERR":
        if rule.args.get("applied"):
            _unheard(session, apply)
        raise Refusal(rule.text("text", "EService:Unavailable"))
    elif verb == "ACCEPT_LATE":
        at_ns = box.exchange.now_ns + int(rule.number("seconds", 5) * NS_PER_SECOND)
        box.later(at_ns, lambda: _unheard(session, apply))
        raise Refusal(rule.text("text", "EService:Timeout"))
    else:
        if verb == "ACCEPT_DROP" or (verb == "HANG" and rule.args.get("applied", True)):
            _unheard(session, apply)
        if verb != "HANG":
            session.close(_SERVICE_RESTART)
            session.abort()


def _unheard(session: Session, apply: Callable[[], None]) -> None:
    """Does a request without a word on its own connection about how it went."""
    heard, session.answers = session.answers, False
    try:
        with contextlib.suppress(Refusal):
            apply()
    finally:
        session.answers = heard
