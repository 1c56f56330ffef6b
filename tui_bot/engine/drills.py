"""The fire drills: what a person can have go wrong on purpose, where the exchange is a box of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Script = tuple[Mapping[str, Any], ...]

#: How long a drill waits for an order, in exchange seconds.
WAIT_S = 600


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. ``script`` and ``ends`` are in the box's own words (docs/faults.md).

    ``seconds`` of exchange time after it struck it is undone by ``ends``, and judged. ``in_paper`` False: it
    cannot be had where the box is told its market.
    """

    name: str
    sentence: str
    script: Script
    seconds: int = 30
    ends: Script = ()
    in_paper: bool = True

    @property
    def awaits_order(self) -> bool:
        """Whether it strikes with the next order; the others strike at once."""
        return any("on" in rule for rule in self.script)


def _on_order(verb: str, **arguments: Any) -> Mapping[str, Any]:
    return {"verb": verb, "on": "AddOrder", **arguments}


FAULTS = (
    Fault(
        "lost answer",
        "the next order is placed, but its answer is lost",
        (_on_order("ACCEPT_DROP"),),
    ),
    Fault(
        "late order",
        "the next order breaks off, and arrives three seconds later all the same",
        (_on_order("ACCEPT_LATE", seconds=3, then="drop"),),
    ),
    Fault(
        "gateway 520",
        "the gateway answers the next order with a page, error 520; placed or not, the dice decide",
        (_on_order("HTTP", code=520, applied=True, chance=0.5), _on_order("HTTP", code=520, applied=False)),
    ),
    Fault(
        "lagging lists",
        "from the next order on, orders, trades and balances are shown as of a minute ago, for two minutes",
        (_on_order("LAG_VIEW", seconds=60),),
        seconds=120,
        ends=({"verb": "LAG_VIEW", "seconds": 0},),
    ),
    Fault(
        "silent stream",
        "the live streams fall silent for a minute, without a word",
        ({"verb": "WS", "kind": "STALL", "heartbeats": False},),
        seconds=60,
        ends=({"verb": "WS", "kind": "OFF"},),
    ),
    Fault(
        "exchange closed",
        "the exchange closes for a minute (maintenance)",
        ({"verb": "STATUS", "value": "maintenance"},),
        seconds=60,
        ends=({"verb": "STATUS", "value": "online"},),
        in_paper=False,
    ),
    Fault(
        "parts",
        "the next order fills in five parts",
        (_on_order("FILL", parts=5),),
    ),
)


def offered(mode: str) -> tuple[Fault, ...]:
    """The drills there are in a mode (``paper (box)`` is a kind of paper): none with real money."""
    kind = mode.partition(" ")[0]
    if kind not in ("demo", "paper"):
        return ()
    return tuple(fault for fault in FAULTS if fault.in_paper or kind == "demo")
