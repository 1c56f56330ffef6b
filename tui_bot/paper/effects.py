"""What each fault does to the call it strikes: before it is applied, after it, or in its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_bot.paper import answer, bodies, deeds
from tui_bot.paper.answer import CUT, Answer
from tui_bot.paper.clock import NS_PER_SECOND
from tui_bot.paper.faults import Rule
from tui_bot.paper.feeds import tampered
from tui_bot.paper.plans import FillPlan
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.seam import Call, carried_out

if TYPE_CHECKING:
    from tui_bot.paper.box import Box


def struck(box: Box, rule: Rule, call: Call) -> Answer:
    """The answer to a call that a rule strikes."""
    if rule.verb in deeds.DEEDS:
        deeds.attempt(box, rule)
        return carried_out(call)
    return _EFFECTS[rule.verb](box, rule, call)


def _accept_drop(_box: Box, _rule: Rule, call: Call) -> Answer:
    carried_out(call)
    return CUT


def _drop_before(_box: Box, _rule: Rule, _call: Call) -> Answer:
    return CUT


def _accept_late(box: Box, rule: Rule, call: Call) -> Answer:
    """Fails now, is applied later; a `deadline` that has passed by then refuses it, as on Kraken."""
    try:
        call.admit()
    except Refusal as refusal:
        return answer.refused(refusal.text)
    at_ns = box.exchange.now_ns + int(rule.number("seconds", 5) * NS_PER_SECOND)
    box.later(at_ns, lambda: carried_out(replace(call, admit=lambda: None)))
    if rule.text("then", "error") == "drop":
        return CUT
    if rule.text("then") == "hang":
        return replace(CUT, delay=rule.number("hang", 60))
    return answer.refused(rule.text("text", "EService:Timeout"))


def _http(_box: Box, rule: Rule, call: Call) -> Answer:
    if rule.args.get("applied"):
        carried_out(call)
    status = int(rule.number("code", 502))
    kind, body = bodies.page(rule.text("body", "cf_html"), status)
    return Answer(status, body, kind=kind)


@contextmanager
def leg_refused(box: Box, rule: Rule) -> Iterator[None]:
    """A batch placed inside has one leg refused by the engine, as a rule says."""
    legs = box.exchange.trading.refused_legs
    legs[int(rule.number("leg"))] = rule.text("text", "EOrder:Insufficient funds")
    try:
        yield
    finally:
        legs.clear()


def _err(box: Box, rule: Rule, call: Call) -> Answer:
    if "leg" in rule.args:
        with leg_refused(box, rule):
            return carried_out(call)
    if rule.args.get("applied"):
        carried_out(call)
    return answer.refused(rule.text("text", "EService:Unavailable"))


def _hang(_box: Box, rule: Rule, call: Call) -> Answer:
    done = carried_out(call) if rule.args.get("applied", True) else CUT
    return replace(done, delay=rule.number("seconds", 60))


def _trickle(_box: Box, rule: Rule, call: Call) -> Answer:
    return replace(carried_out(call), rate=rule.number("rate", 1))


def _body(_box: Box, rule: Rule, call: Call) -> Answer:
    return bodies.spoiled(carried_out(call), rule.text("kind", "TRUNC"))


def _hide(_box: Box, rule: Rule, call: Call) -> Answer:
    def apply() -> Any:
        return _without(call.apply(), int(rule.number("orders", 1)), rule.text("txid"))

    return carried_out(replace(call, apply=apply))


def _without(result: Any, newest: int, txid: str) -> Any:
    """A list of orders or trades without the newest rows, or without one that is named."""
    if not isinstance(result, dict):
        return result
    shown = dict(result)
    for name, rows in result.items():
        if isinstance(rows, dict):
            hidden = {txid} if txid else set(list(rows)[:newest])
            shown[name] = {key: row for key, row in rows.items() if key not in hidden}
    return shown


def _feed(box: Box, rule: Rule, call: Call) -> Answer:
    def apply() -> Any:
        return tampered(
            call.apply(), rule.text("kind", "GAP"), box.faults.rng, newest=bool(rule.args.get("newest"))
        )

    return carried_out(replace(call, apply=apply))


@contextmanager
def filling(box: Box, rule: Rule) -> Iterator[None]:
    """The next order placed inside is filled as a rule says."""
    trading = box.exchange.trading
    trading.plan = FillPlan(
        share=rule.number("share", 1),
        parts=int(rule.number("parts", 1)),
        reason=rule.text("reason"),
        after_ns=int(rule.number("seconds") * NS_PER_SECOND),
    )
    try:
        yield
    finally:
        trading.plan = None


def _fill(box: Box, rule: Rule, call: Call) -> Answer:
    with filling(box, rule):
        return carried_out(call)


_EFFECTS: dict[str, Callable[[Box, Rule, Call], Answer]] = {
    "ACCEPT_DROP": _accept_drop,
    "DROP_BEFORE": _drop_before,
    "ACCEPT_LATE": _accept_late,
    "HTTP": _http,
    "ERR": _err,
    "HANG": _hang,
    "TRICKLE": _trickle,
    "HIDE": _hide,
    "BODY": _body,
    "FEED": _feed,
    "FILL": _fill,
}
