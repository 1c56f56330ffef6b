"""What a person can tell the engine. Plain data: it may come from a screen or a socket."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from tui_bot.engine.settings import BotSettings
from tui_bot.market.order import Side


class Until(Enum):
    """How long a manual override lasts."""

    NEXT_SIGNAL = "next signal"
    CANDLES = "candles"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Contract:
    """The end of an override, chosen by the person. ``candles`` counts only for ``CANDLES``."""

    until: Until
    candles: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """No new exposure; exits go on."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Trade again; also the way out of HALTED once its cause is gone."""


@dataclass(frozen=True, slots=True)
class Trade:
    """An order by hand. ``volume`` in base units; ``price`` None is a market order."""

    side: Side
    volume: Decimal
    price: Decimal | None
    contract: Contract


@dataclass(frozen=True, slots=True)
class Flatten:
    """Cancel the bot's own orders, then close the whole position."""

    contract: Contract


@dataclass(frozen=True, slots=True)
class CancelOrders:
    """Cancel the bot's own resting orders."""


@dataclass(frozen=True, slots=True)
class Release:
    """End the override and hand back to the bot."""


@dataclass(frozen=True, slots=True)
class Settle:
    """A person has looked for an order of unknown fate: it is at the exchange, or it is not."""

    cl_ord_id: str
    exists: bool


@dataclass(frozen=True, slots=True)
class Accept:
    """A person has looked at the orders at the exchange that are not the bot's: they may stay."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting before and after, in the words of the config file."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Configure:
    """Use these settings from now on (a strategy's change counts from the next candle)."""

    settings: BotSettings
    changes: tuple[Change, ...]


Command = Pause | Resume | Trade | Flatten | CancelOrders | Release | Settle | Accept | Configure


@dataclass(frozen=True, slots=True)
class Arm:
    """The person's word that the bot may trade with real money: the pair's name, as typed."""

    typed: str


@dataclass(frozen=True, slots=True)
class CheckAgain:
    """Ask the arming list again."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Settings as a person wrote them: (path such as ``strategy.period``, text).

    Checked, saved to the config file and turned into ``Configure`` before the bot hears of it.
    """

    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Drill:
    """Have something go wrong at an exchange in a box of ours: the name of one of ``drills.FAULTS``."""

    fault: str


#: All that a person can hand in. Only a ``Command`` reaches the bot itself.
Submission = Command | Edit | Arm | CheckAgain | Drill
