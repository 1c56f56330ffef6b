"""What a person can tell the engine. Plain data: it may come from a screen or a socket."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from tui_bot.engine.settings import BotSettings
from tui_bot.engine.transport import Steering
from tui_bot.market.order import Side

#: How long a limit order by hand rests if nothing else is said; the shortest and longest that may be said.
#: Source: Kraken API Center, AddOrder: expiretm is at least 5 s and at most a month ahead.
LASTS_MS = 3_600_000
SHORTEST_LASTS_MS, LONGEST_LASTS_MS = 5_000, 28 * 86_400_000


class Until(Enum):
    """How long a manual override lasts."""

    NEXT_SIGNAL = "next signal"
    CANDLES = "candles"
    PRICE = "price"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Contract:
    """The end of an override, chosen by the person.

    ``candles`` counts only for ``CANDLES``; ``PRICE`` ends when the last price is at ``price`` or beyond it,
    ``above`` it or below.
    """

    until: Until
    candles: int = 0
    price: Decimal | None = None
    above: bool = False

    def is_reached(self, last: Decimal) -> bool:
        """Whether the last price ends it."""
        if self.until is not Until.PRICE or self.price is None:
            return False
        return last >= self.price if self.above else last <= self.price


@dataclass(frozen=True, slots=True)
class Pause:
    """No new exposure; exits go on."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Trade again; also the way out of HALTED once its cause is gone."""


@dataclass(frozen=True, slots=True)
class Trade:
    """An order by hand. ``volume`` in base units; ``price`` None is a market order.

    A limit order ends by itself after ``lasts_ms`` of exchange time (F31); a market order has no use for it.
    """

    side: Side
    volume: Decimal
    price: Decimal | None
    contract: Contract
    lasts_ms: int = LASTS_MS


@dataclass(frozen=True, slots=True)
class Flatten:
    """Cancel the bot's own orders, then close the whole position."""

    contract: Contract


@dataclass(frozen=True, slots=True)
class CancelOrders:
    """Cancel the bot's own resting orders; with a ``cl_ord_id`` that one only."""

    cl_ord_id: str = ""


@dataclass(frozen=True, slots=True)
class Replace:
    """Another price and volume for a resting order: cancelled, and ordered anew once that is confirmed.

    ``volume`` is what is still to be executed.
    """

    cl_ord_id: str
    volume: Decimal
    price: Decimal
    contract: Contract
    lasts_ms: int = LASTS_MS


@dataclass(frozen=True, slots=True)
class CancelForeign:
    """Cancel these orders at the exchange although they are not the bot's; ``txids`` as a person saw them."""

    txids: tuple[str, ...]


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
class Attend:
    """A person has pressed a key, whatever it did."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting before and after, in the words of the config file."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Configure:
    """Use these settings from now on (a strategy's change counts from the next candle).

    ``values`` are all of them in the words of the config file.
    """

    settings: BotSettings
    changes: tuple[Change, ...]
    values: tuple[tuple[str, str], ...] = ()


Command = (
    Pause
    | Resume
    | Trade
    | Flatten
    | CancelOrders
    | CancelForeign
    | Replace
    | Release
    | Settle
    | Accept
    | Configure
    | Attend
)


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
Submission = Command | Edit | Arm | CheckAgain | Drill | Steering

#: A command that has waited longer than this on its way to the bot was meant for another moment (S23).
LATEST_MS = 10_000


def may_come_late(command: Submission) -> bool:
    """Whether a command only takes risk away, or moves play money: it is welcome however old it is."""
    return isinstance(command, Pause | Flatten | CancelOrders | Steering)
