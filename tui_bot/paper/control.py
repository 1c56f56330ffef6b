"""The box's own endpoints, `/box/...`: not part of Kraken, and marked so in every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_bot.paper import truth
from tui_bot.paper.auth import read_members, unsigned
from tui_bot.paper.box import Box
from tui_bot.paper.clock import NS_PER_MS, ManualClock
from tui_bot.paper.faults import ScriptError, read_script
from tui_bot.paper.push import read_push
from tui_bot.paper.refusal import Refusal, invalid
from tui_bot.paper.scripts import parse

if TYPE_CHECKING:
    from tui_bot.paper.rest import Request

_LONGEST_STEP_MS = 366 * 86_400_000


def box_call(box: Box, request: Request) -> dict[str, Any]:
    """The answer to a call of the box itself. Raises Refusal."""
    call = (request.method, request.path)
    if call == ("GET", "/box/ledger"):
        return truth.ledger(box.exchange)
    if call == ("GET", "/box/clock"):
        return _clock(box)
    if call == ("GET", "/box/account"):
        return _account(box)
    if call == ("POST", "/box/status"):
        return _set_status(box, request)
    if call == ("POST", "/box/advance"):
        return _advance(box, request)
    if call == ("POST", "/box/market"):
        return _push(box, request)
    if call == ("GET", "/box/faults"):
        return _faults(box)
    if call == ("POST", "/box/faults"):
        return _set_faults(box, request)
    raise Refusal("EGeneral:Unknown method")


def _account(box: Box) -> dict[str, Any]:
    return {
        "box": truth.MARK,
        "key": box.key.key,
        "secret": box.key.secret,
        "speed": _plain(box.clock.speed),
        "now_ms": box.exchange.now_ns // NS_PER_MS,
        "pairs": [pair.symbol for pair in box.exchange.pairs],
    }


def _advance(box: Box, request: Request) -> dict[str, Any]:
    params = {name: str(value) for name, value in read_members(request.body).items()}
    if not isinstance(box.clock, ManualClock):
        raise Refusal("EGeneral:Invalid arguments:the clock runs by itself; start the box with --speed 0")
    box.clock.advance_ns(unsigned(params, "ms", 0, _LONGEST_STEP_MS) * NS_PER_MS)
    box.catch_up()
    return _clock(box)


def _clock(box: Box) -> dict[str, Any]:
    now_ms = box.exchange.now_ns // NS_PER_MS
    speed, finished = _plain(box.clock.speed), box.exchange.finished
    return {"box": truth.MARK, "now_ms": now_ms, "speed": speed, "finished": finished}


def _push(box: Box, request: Request) -> dict[str, Any]:
    """Prices from outside; see `push`."""
    market = box.pushed
    if market is None:
        raise Refusal("EGeneral:Invalid arguments:this box has a market of its own")
    box.push(market, read_push(read_members(request.body), market.pair, market.candles.interval))
    return _clock(box)


def _set_status(box: Box, request: Request) -> dict[str, Any]:
    params = read_members(request.body)
    pairs = params.get("pair", {})
    if not isinstance(pairs, dict):
        raise invalid("pair")
    if "system" in params:
        box.exchange.set_status(str(params["system"]))
    for name, status in pairs.items():
        box.exchange.set_status(str(status), str(name))
    return {"box": truth.MARK, "system": box.exchange.system, "pair": dict(box.exchange.pair_status)}


def _faults(box: Box) -> dict[str, Any]:
    rules = [rule.plain() for rule in box.faults.rules]
    return {"box": truth.MARK, "rules": rules, "log": list(box.faults.log)}


def _set_faults(box: Box, request: Request) -> dict[str, Any]:
    """Adds the rules of a script; `clear` forgets those that wait."""
    try:
        members = parse(request.body.decode())
        rules = read_script(members)
        if isinstance(members, dict) and members.get("clear"):
            box.faults.rules.clear()
        box.script(rules)
    except UnicodeDecodeError:
        raise Refusal("EAPI:Bad request") from None
    except ScriptError as error:
        raise Refusal(f"EGeneral:Invalid arguments:{error}") from None
    return _faults(box)


def _plain(speed: float) -> int | float:
    return int(speed) if speed == int(speed) else speed
