"""Reading an answer: what became of a request, and above all of an order.

An order's answer is believed only when it is complete and says one thing. Whatever is unclear is
``Lost``: the order may exist and has to be looked for, never sent again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui_bot.engine.events import Acked, Answer, Lost, NotSent, Refused, Validated
from tui_bot.engine.ports import ExchangeError
from tui_bot.kraken.decode import DecodeError, decode
from tui_bot.kraken.errors import known_error
from tui_bot.kraken.http import NeverSent, Reply, TransportError
from tui_bot.sanitise import sanitise

#: Order, trade and position ids: letters and digits in groups of 6, 5 and 6.
TXID = re.compile(r"[A-Z0-9]{6}-[A-Z0-9]{5}-[A-Z0-9]{6}", re.ASCII)

#: How long (exchange seconds) an address is left in peace that the gateway turned away (F45).
_GATEWAY_WAIT_S = {403: 120, 429: 10}


class KrakenError(ExchangeError):
    """A read that failed.

    ``texts`` are Kraken's own words, ``meaning`` says them plainly, ``wait_s`` is how long to leave it alone.
    """

    def __init__(
        self,
        message: str,
        *,
        retryable: bool,
        texts: tuple[str, ...] = (),
        meaning: str = "",
        wait_s: float = 0,
    ) -> None:
        super().__init__(message, retryable=retryable)
        self.texts = texts
        self.meaning = meaning
        self.wait_s = wait_s

    def says(self, *prefixes: str) -> bool:
        """Whether one of Kraken's texts is one of these catalogue errors."""
        rows = (known_error(text) for text in self.texts)
        return any(row is not None and row.prefix in prefixes for row in rows)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Kraken's outer object: errors (warnings left out) and the result."""

    errors: tuple[str, ...]
    result: object


def open_envelope(body: bytes) -> Envelope:
    """The errors and the result of an answer.

    Raises:
        DecodeError: it is not Kraken's JSON envelope.
    """
    value = decode(body)
    if not isinstance(value, dict):
        raise DecodeError("not an object")
    texts = value.get("error")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise DecodeError("without a list of errors")
    errors = tuple(sanitise(text) for text in texts if not text.startswith("W"))
    return Envelope(errors, value.get("result"))


def result_of(method: str, reply: Reply) -> object:
    """The result of a read.

    Raises:
        KrakenError: the answer is an error, or cannot be read.
    """
    if reply.status != 200:
        raise KrakenError(
            f"{_gateway(reply.status)}, asked for {method}",
            retryable=True,
            meaning=_gateway(reply.status),
            wait_s=_GATEWAY_WAIT_S.get(reply.status, 0),
        )
    try:
        envelope = open_envelope(reply.body)
    except DecodeError as fault:
        raise KrakenError(f"Kraken's answer to {method} is unreadable: {fault}", retryable=True) from None
    if envelope.errors:
        raise error_of(method, envelope.errors)
    return envelope.result


def _gateway(status: int) -> str:
    """What an answer that is not of the API's says; its page is shown to nobody (F02, F45)."""
    if status == 403:
        return "Kraken's edge refuses this address (HTTP 403)"
    return f"Kraken's gateway answered with HTTP {status}"


def error_of(method: str, errors: tuple[str, ...]) -> KrakenError:
    """What Kraken's texts mean for a call."""
    rows = [known_error(text) for text in errors]
    known = [row for row in rows if row is not None]
    advice = "; ".join(row.advice if row.kind.value != "unknown" else row.meaning for row in known)
    said = f"{method}: {', '.join(errors)}"
    return KrakenError(
        f"{advice} ({said})" if advice else said,
        retryable=len(known) == len(rows) and all(row.retryable for row in known),
        texts=errors,
        meaning="; ".join(row.meaning for row in known),
        wait_s=max((row.wait_s for row in known), default=0),
    )


def unread(method: str, fault: TransportError) -> KrakenError:
    """The error of a read that got no answer."""
    return KrakenError(f"{method}: {fault}", retryable=not fault.lasting)


def answer_to_order(reply: Reply | TransportError, validate: bool = False) -> Answer:
    """What became of a placed order.

    Acked needs HTTP 200, no error and one well-formed id; Refused needs errors that are all known to
    leave nothing behind; NotSent needs that there was no connection. Validated needs that only a check
    was asked for (``validate``), and HTTP 200, no error, a description and no id: an id means that it was
    placed after all. All else is Lost.
    """
    if isinstance(reply, NeverSent):
        return NotSent(str(reply))
    if isinstance(reply, TransportError):
        return Lost(str(reply))
    if reply.status != 200:
        return Lost(_gateway(reply.status))
    try:
        envelope = open_envelope(reply.body)
    except DecodeError as fault:
        return Lost(f"the answer is unreadable: {fault}")
    txid = _txid(envelope.result)
    if not envelope.errors:
        if txid:
            return Acked(txid)
        descr = _description(envelope.result) if validate else ""
        return Validated(descr) if descr else Lost("the answer has no order id")
    if txid:
        return Lost(f"the answer has an order id and errors: {', '.join(envelope.errors)}")
    return _refusal(envelope.errors)


def _refusal(errors: tuple[str, ...]) -> Answer:
    rows = [known_error(text) for text in errors]
    if any(row is None or row.order_may_exist for row in rows):
        return Lost(f"Kraken said: {', '.join(errors)}")
    return Refused(", ".join(errors), "; ".join(row.advice for row in rows if row is not None))


def _description(result: object) -> str:
    descr = result.get("descr") if isinstance(result, Mapping) and "txid" not in result else None
    order = descr.get("order") if isinstance(descr, Mapping) else None
    return sanitise(order, 120) if isinstance(order, str) else ""


def _txid(result: object) -> str | None:
    txids = result.get("txid") if isinstance(result, Mapping) else None
    if not isinstance(txids, Sequence) or isinstance(txids, str) or len(txids) != 1:
        return None
    (txid,) = txids
    return txid if isinstance(txid, str) and TXID.fullmatch(txid) else None
