"""Faults as data: rules that each say when they strike and what they do, and a log of strikes.

`verb` names the fault (see `verbs`). `on` is the REST method it waits for (a trading request over WebSocket
counts as its REST method), or `*`; without `on` it strikes at once, or `after` so many exchange seconds. Of
the calls that match `on` and `where` (parameters that must be equal) it strikes the `nth` and following,
`count` times (0: without end), each with probability `chance`. All other members are arguments of the verb.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tui_bot.paper.verbs import VERBS, complaint

_LOG_LENGTH = 10_000
_MOST_RULES = 10_000
_CUT = "CUT_REQUEST"
_MEMBERS = frozenset({"verb", "on", "where", "nth", "count", "chance", "after"})


class ScriptError(Exception):
    """A fault script that makes no sense; the text says which rule and why."""


@dataclass(slots=True)
class Rule:
    """One fault, its place in the script, how many calls it saw and how often it struck."""

    verb: str
    on: str = ""
    where: dict[str, str] = field(default_factory=dict)
    nth: int = 1
    count: int = 1
    chance: float = 1.0
    after: float = 0.0
    args: dict[str, Any] = field(default_factory=dict)
    place: int = 0
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
    if len(rows) > _MOST_RULES:
        raise ScriptError(f"more than {_MOST_RULES} rules")
    return [_rule(number, row) for number, row in enumerate(rows, 1)]


def _rule(number: int, row: Any) -> Rule:
    if not isinstance(row, dict) or not isinstance(row.get("verb"), str) or row["verb"] not in VERBS:
        raise ScriptError(f"rule {number}: `verb` must be one of {', '.join(sorted(VERBS))}")
    args = {str(name): value for name, value in row.items() if name not in _MEMBERS}
    wrong = _wrong_place(row) or complaint(row["verb"], args)
    if wrong:
        raise ScriptError(f"rule {number}: {wrong}")
    try:
        return Rule(
            place=number,
            verb=row["verb"],
            on=str(row.get("on", "")),
            where={str(name): _word(value) for name, value in row.get("where", {}).items()},
            nth=_count(row, "nth", 1),
            count=_count(row, "count", 0),
            chance=float(row.get("chance", 1)),
            after=float(row.get("after", 0)),
            args=args,
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise ScriptError(f"rule {number}: {error}") from None


def _wrong_place(row: dict[str, Any]) -> str:
    """What is wrong with what a rule waits for."""
    verb, on = row["verb"], str(row.get("on", ""))
    if not on:
        return "" if VERBS[verb].at_once else f"{verb} needs `on`, the method it strikes"
    if on not in _places(verb):
        return f"`on` names no method: {on!r}"
    return ""


def _places(verb: str) -> frozenset[str]:
    from tui_bot.paper import private, public

    methods = frozenset({"*", *public.METHODS, *private.PERMISSIONS})
    return methods | {"ohlc"} if verb == "FEED" else methods


def _count(row: dict[str, Any], name: str, least: int) -> int:
    number = int(row.get(name, 1))
    if number < least:
        raise ValueError(f"`{name}` must be {least} or more")
    return number


def _word(value: Any) -> str:
    """A value as it stands in a request: true, not True."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class Faults:
    """The rules in force, and what they did."""

    def __init__(self, seed: int) -> None:
        self.rules: list[Rule] = []
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOG_LENGTH)
        self.rng = Random(f"{seed}:faults")  # noqa: S311 - for tests

    def pick(self, name: str, params: Mapping[str, str], now_ns: int) -> Rule | None:
        """The rule that strikes this call, if any; every waiting rule sees it."""
        waiting = [rule for rule in self.rules if rule.verb != _CUT and rule.on in {name, "*"}]
        return self._struck(waiting, name, params, now_ns)

    def pick_cut(self, name: str, now_ns: int) -> Rule | None:
        """The rule that cuts this call off while its request is still coming in, if any."""
        waiting = [rule for rule in self.rules if rule.verb == _CUT and rule.on in {name, "*"}]
        return self._struck(waiting, name, {}, now_ns)

    def pick_frame(self, channel: str, now_ns: int) -> Rule | None:
        """The rule that strikes this frame of a channel, if any."""
        return self._struck([rule for rule in self.rules if rule.on == channel], channel, {}, now_ns)

    def _struck(
        self, waiting: Sequence[Rule], name: str, params: Mapping[str, str], now_ns: int
    ) -> Rule | None:
        chosen = None
        for rule in waiting:
            if rule.spent or any(params.get(member) != value for member, value in rule.where.items()):
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
