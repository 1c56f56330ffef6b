"""The words of fault scripts: every verb with its arguments and the kinds it knows. docs/faults.md tells
what they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tui_bot.paper.exchange import STATUSES
from tui_bot.paper.keys import PERMISSIONS


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb takes: `words` are the arguments that are one of some words; the others are numbers, texts,
    or flags (true or false). One that does not act at once needs `on`. One with `more` takes any argument.
    """

    words: Mapping[str, frozenset[str]]
    numbers: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    at_once: bool = False
    more: bool = False

    @property
    def arguments(self) -> frozenset[str]:
        """All arguments by name."""
        return self.numbers | self.texts | self.flags | self.words.keys()


def _verb(
    numbers: str = "",
    texts: str = "",
    flags: str = "",
    *,
    at_once: bool = False,
    more: bool = False,
    **words: str,
) -> Verb:
    choices = {name: frozenset(text.split()) for name, text in words.items()}
    return Verb(
        choices,
        numbers=frozenset(numbers.split()),
        texts=frozenset(texts.split()),
        flags=frozenset(flags.split()),
        at_once=at_once,
        more=more,
    )


_CANDLES = "DUP GAP REORDER REPAINT SHIFT_TS ZERO NEG NAN STALE SPIKE OFFGRID"
_BODIES = "GZIP_BOMB DEEP HUGE HUGE_INT DUP_KEYS NAN_LIT TRUNC WRONG_TYPE ESC_TEXT MARKUP_TEXT BIDI"
_SOCKETS = "STALL HALF_OPEN CLOSE NO_SNAPSHOT DUP_EXEC REORDER_EXEC LOSE_EXEC BAD_SESSION ACK_NO_DATA OFF"

VERBS: dict[str, Verb] = {
    "ACCEPT_DROP": _verb(),
    "DROP_BEFORE": _verb(),
    "CUT_REQUEST": _verb("bytes"),
    "ACCEPT_LATE": _verb("seconds hang", "text", then="error drop hang"),
    "HTTP": _verb("code", flags="applied", body="cf_html empty json captcha"),
    "ERR": _verb("leg", "text", "applied"),
    "HANG": _verb("seconds", flags="applied"),
    "TRICKLE": _verb("rate"),
    "HIDE": _verb("orders", "txid"),
    "FILL": _verb("share parts seconds", "reason"),
    "BODY": _verb(kind=_BODIES),
    "FEED": _verb(texts="newest", kind=_CANDLES),
    "LAG_VIEW": _verb("seconds", at_once=True),
    "WS": _verb("frames code", "channel exec_type", "heartbeats", at_once=True, kind=_SOCKETS),
    "STATUS": _verb(texts="pair", at_once=True, value=" ".join(STATUSES)),
    "PAIRS": _verb(at_once=True, more=True),
    "MARGIN": _verb(texts="text", at_once=True, kind="liquidate term-limit deny level refuse allow"),
    "KEY": _verb(
        "seconds by",
        at_once=True,
        kind="drop add lockout revoke foreign-nonce",
        permission=" ".join((*PERMISSIONS, "add-funds", "withdraw-funds")),
    ),
    "CLOCK": _verb("skew leap freeze", at_once=True),
}

_NEEDS_KIND = frozenset({"WS", "KEY"})


def complaint(name: str, args: Mapping[str, Any]) -> str:
    """What is wrong with the arguments of a verb; empty when nothing is."""
    verb = VERBS[name]
    if not verb.more:
        unknown = sorted(args.keys() - verb.arguments)
        if unknown:
            known = ", ".join(sorted(verb.arguments)) or "nothing"
            return f"{name} does not take `{unknown[0]}`; it takes {known}"
    for argument in verb.numbers & args.keys():
        if not _is_number(args[argument]):
            return f"`{argument}` of {name} is not a number: {args[argument]!r}"
    for argument in verb.flags & args.keys():
        if not isinstance(args[argument], bool):
            return f"`{argument}` of {name} is neither true nor false: {args[argument]!r}"
    for argument, words in verb.words.items():
        if argument in args and str(args[argument]) not in words:
            return f"`{argument}` of {name} is none of {', '.join(sorted(words))}: {args[argument]!r}"
    return f"{name} needs a `kind`" if name in _NEEDS_KIND and "kind" not in args else ""


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
