"""The one place where faults touch a call: before it is applied, after it, and in its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_bot.paper import answer
from tui_bot.paper.answer import Answer
from tui_bot.paper.refusal import Refusal

if TYPE_CHECKING:
    from tui_bot.paper.box import Box


@dataclass(frozen=True, slots=True)
class Call:
    """One call on its way. `admit` checks who calls, `apply` does it; both raise Refusal."""

    name: str
    params: Mapping[str, str]
    admit: Callable[[], None]
    apply: Callable[[], Any]


def pass_through(box: Box, call: Call) -> Answer:
    """The answer to a call, with whatever the script has in store for it."""
    rule = box.faults.pick(call.name, call.params, box.exchange.now_ns) if box.faults.rules else None
    if rule is None:
        return carried_out(call)
    from tui_bot.paper.effects import struck

    return struck(box, rule, call)


def carried_out(call: Call) -> Answer:
    """The honest answer to a call."""
    try:
        call.admit()
        return answer.result(call.apply())
    except Refusal as refusal:
        return answer.refused(refusal.text)
