"""Trying out what an API key may do, by calls that change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui_bot.engine.events import Refused, Validated
from tui_bot.kraken.answers import KrakenError
from tui_bot.kraken.errors import Kind, known_error
from tui_bot.kraken.orders import order_form
from tui_bot.kraken.rest import RestClient
from tui_bot.market.order import Intent
from tui_bot.market.pair import PairRules

#: Reads that need one permission each, by Kraken's name of it.
_READS = (
    ("query-funds", "Balance"),
    ("query-open-trades", "OpenOrders"),
    ("query-closed-trades", "ClosedOrders"),
    ("create-ws-token", "GetWebSocketsToken"),
)

#: An order id that is nobody's: to cancel it changes nothing, but only a key that may cancel is told so.
_NOBODYS = "OAAAAA-AAAAA-AAAAAA"
_GONE = ("EOrder:Unknown order", "EOrder:Invalid order")


@dataclass(frozen=True, slots=True)
class Tried:
    """One permission, the call that needs it, and what Kraken said against it (``error`` empty: nothing).

    ``denied``: the key or the account may not do it.
    """

    permission: str
    call: str
    error: str = ""
    denied: bool = False


async def try_permissions(
    rest: RestClient, rules: PairRules, trial: Callable[[], Intent]
) -> tuple[Tried, ...]:
    """Try each permission once. ``trial`` makes an order that is only validated, when its turn has come: the
    reads before it may have to wait for Kraken's counter.

    Raises:
        KrakenError: Kraken did not answer, so nothing is known.
        ValueError: ``trial`` is an order that would be placed.
    """
    if not trial().validate:
        raise ValueError("a trial order must be one that is only validated")
    tried = [await _read(rest, permission, call) for permission, call in _READS]
    return (*tried, await _order(rest, rules, trial()), await _cancel(rest))


async def _read(rest: RestClient, permission: str, call: str) -> Tried:
    try:
        await rest.private(call)
    except KrakenError as fault:
        return _judged(permission, call, fault)
    return Tried(permission, call)


async def _order(rest: RestClient, rules: PairRules, trial: Intent) -> Tried:
    permission, call = "modify-trades", "AddOrder, validate only"
    match await rest.place(order_form(trial, rules), trial.deadline_ms):
        case Validated():
            return Tried(permission, call)
        case Refused(error, _):
            row = known_error(error)
            return Tried(permission, call, error, denied=row is not None and row.kind is Kind.KEY)
        case other:
            reason = getattr(other, "reason", "") or "it was placed although only a check was asked for"
            raise KrakenError(f"AddOrder: {reason}", retryable=True)


async def _cancel(rest: RestClient) -> Tried:
    permission, call = "close-trades", "CancelOrder of no order"
    try:
        await rest.cancel(_NOBODYS)
    except KrakenError as fault:
        return Tried(permission, call) if fault.says(*_GONE) else _judged(permission, call, fault)
    return Tried(permission, call)


def _judged(permission: str, call: str, fault: KrakenError) -> Tried:
    """A refusal of the key is an answer; a Kraken that is busy or away is none."""
    if fault.retryable or not fault.texts:
        raise fault
    kinds = {row.kind for text in fault.texts if (row := known_error(text))}
    return Tried(permission, call, ", ".join(fault.texts), denied=Kind.KEY in kinds)
