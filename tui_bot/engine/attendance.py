"""Whether a person is there, and what the bot may do while nobody is: never more than with somebody."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from tui_bot.engine.reading import Reading, minutes
from tui_bot.market.number import ONE, plain

if TYPE_CHECKING:
    from tui_bot.engine.guards import Circumstances
    from tui_bot.engine.plan import Leg

_MINUTE_MS = 60_000
_DAY_MINUTES = 1_440


class Policy(Enum):
    """What the bot may do while nobody is there: the same, enter with less, or only exit."""

    SAME = "same"
    SMALLER = "smaller"
    EXITS = "exits"


@dataclass(frozen=True, slots=True)
class Unattended:
    """When nobody counts as there, and what then holds.

    ``share`` is the part of the trade size that SMALLER allows, ``after_ms`` the time without a key.
    ``hours`` are minutes of the UTC day, from and to, in which it holds whoever is there. A bot without a
    screen is alone only where ``headless`` says so.
    """

    policy: Policy = Policy.SAME
    share: Decimal = ONE
    after_ms: int = 10 * _MINUTE_MS
    hours: tuple[int, int] | None = None
    headless: bool = False


ALWAYS = Unattended()


def alone(rule: Unattended, now_ms: int, attended_ms: int | None) -> str:
    """Why nobody counts as there, empty while somebody does. At ``attended_ms`` a key was last pressed."""
    if rule.hours is not None and _is_within(rule.hours, now_ms // _MINUTE_MS % _DAY_MINUTES):
        return f"it is {_clock(rule.hours[0])} to {_clock(rule.hours[1])} UTC"
    if attended_ms is None:
        return "it runs without a screen" if rule.headless else ""
    quiet_ms = now_ms - attended_ms
    return f"no key for {minutes(quiet_ms)}" if quiet_ms > rule.after_ms else ""


def most(now: Circumstances) -> Decimal:
    """The position the bot may take now: the trade size, or the part of it that is left to it alone."""
    settings, rule = now.settings, now.settings.unattended
    if rule.policy is not Policy.SMALLER or not alone(rule, now.now_ms, now.attended_ms):
        return settings.trade_size
    size = settings.trade_size * min(rule.share, ONE)
    return now.rules.round_volume(size) if now.rules else size


def unattended(now: Circumstances, leg: Leg) -> Reading:
    """No entry, or no larger one, than the person wants while away. An order by hand is a person's."""
    rule = now.settings.unattended
    why = alone(rule, now.now_ms, now.attended_ms)
    if leg.by_hand or rule.policy is Policy.SAME or not why:
        return Reading("unattended", True, why or "somebody is there", "")
    if rule.policy is Policy.EXITS:
        return Reading("unattended", False, why, "", "press a key to let the bot enter; exits go on")
    after, limit = abs(now.size + leg.side.sign * leg.volume), most(now)
    ok = after <= limit
    advice = "" if ok else f"{why}: press a key to let the bot take its whole size"
    return Reading("unattended", ok, plain(after), plain(limit), advice)


def _is_within(hours: tuple[int, int], minute: int) -> bool:
    start, end = hours
    return start <= minute < end if start <= end else minute >= start or minute < end


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
