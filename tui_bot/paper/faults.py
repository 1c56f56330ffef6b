"""Faults as data: a script of rules, each saying when it strikes and what it does, and a log of strikes.

A rule is a JSON object. `verb` names the fault. `on` is the REST method it waits for (a trading request over
WebSocket counts as its REST method), or `*`; without `on` it strikes at once, or `after` so many exchange
seconds. Of the calls that match `on` and `where` (parameters that must be equal) it strikes the `nth` and
following, `count` times (0: without end), each with probability `chance`. All other members are arguments of
the verb.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

_LOG_LENGTH = 10_000
VERBS = frozenset(
    {
        "ACCEPT_DROP", "DROP_BEFORE", "ACCEPT_LATE", "HTTP", "ERR", "HANG", "TRICKLE", "LAG_VIEW", "FILL",
        "FEED", "WS", "STATUS", "PAIRS", "BODY", "MARGIN", "KEY", "CLOCK",
    }
)  # fmt: skip
_NUMBERS = frozenset({"seconds", "hang", "code", "rate", "share", "parts", "skew", "leap", "by", "frames"})
_MEMBERS = frozenset({"verb", "on", "where", "nth", "count", "chance", "after"})


class ScriptError(Exception):
    """A fault script that makes no sense; the text says which rule and why."""


@dataclass(slots=True)
class Rule:
    """One fault, how many calls it saw and how often it struck."""

    verb: str
    on: str = ""
    where: dict[str, str] = field(default_factory=dict)
    nth: int = 1
    count: int = 1
    chance: float = 1.0
    after: float = 0.0
    args: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    struck: int = 0

    @property
    def spent(self) -> bool:
        """True when it will not strike again."""
        return self.count > 0 and self.struck >= self.count

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        return str(self.args.get(name, default))

    def number(self, name: str, default: float = 0.0) -> float:
        """An argument as a number."""
        return float(self.args.get(name, default))

    def plain(self) -> dict[str, Any]:
        """The rule as it was written, with its counts."""
        return {
            "verb": self.verb,
            "on": self.on,
            "where": self.where,
            "nth": self.nth,
            "count": self.count,
            **self.args,
            "seen": self.seen,
            "struck": self.struck,
        }


def read_script(script: Any) -> list[Rule]:
    """The rules of a script: a list, or an object with `faults`. Raises ScriptError."""
    rows = script.get("faults", []) if isinstance(script, dict) else script
    if not isinstance(rows, list):
        raise ScriptError("a fault script is a list of rules, or an object with `faults`")
    return [_read(number, row) for number, row in enumerate(rows, 1)]


def _read(number: int, row: Any) -> Rule:
    if not isinstance(row, dict) or row.get("verb") not in VERBS:
        raise ScriptError(f"rule {number}: `verb` must be one of {', '.join(sorted(VERBS))}")
    try:
        for name in _NUMBERS & row.keys():
            float(row[name])
        return Rule(
            verb=row["verb"],
            on=str(row.get("on", "")),
            where={str(name): str(value) for name, value in row.get("where", {}).items()},
            nth=int(row.get("nth", 1)),
            count=int(row.get("count", 1)),
            chance=float(row.get("chance", 1)),
            after=float(row.get("after", 0)),
            args={name: value for name, value in row.items() if name not in _MEMBERS},
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise ScriptError(f"rule {number}: {error}") from None


class Faults:
    """The rules in force, and what they did."""

    def __init__(self, seed: int) -> None:
        self.rules: list[Rule] = []
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOG_LENGTH)
        self.rng = Random(f"{seed}:faults")  # noqa: S311 - for tests

    def pick(self, name: str, params: Mapping[str, str], now_ns: int) -> Rule | None:
        """The rule that strikes this call, if any; every waiting rule sees it."""
        chosen = None
        for rule in self.rules:
            if rule.spent or rule.on not in {name, "*"}:
                continue
            if any(params.get(member) != value for member, value in rule.where.items()):
                continue
            rule.seen += 1
            if chosen is None and rule.seen >= rule.nth and self.rng.random() < rule.chance:
                chosen = rule
        if chosen is not None:
            self.note(chosen, now_ns, name)
        return chosen

    def note(self, rule: Rule, now_ns: int, name: str = "") -> None:
        """Writes a strike down."""
        rule.struck += 1
        self.log.append(
            {"at_ms": now_ns // 1_000_000, "verb": rule.verb, "on": name, "call": rule.seen, **rule.args}
        )
