"""A part of what is held, by the pair's rules: what it comes to, and what it would leave behind. Pure."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.console import words
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.engine.snapshot import Snapshot
from tui_bot.market.number import ZERO, parse_decimal, plain
from tui_bot.market.order import Side

#: The parts that have a key in the ticket, in percent.
PARTS = (25, 50, 75, 100)


def held_against(snap: Snapshot, side: Side) -> Decimal:
    """What an order of this side could close, 0 when it closes nothing."""
    size = snap.position.size
    return abs(size) if size * side.sign < 0 else ZERO


def read_part(snap: Snapshot, side: Side, text: str) -> tuple[Decimal | None, str]:
    """The volume of ``25%`` and the like, and why there is none. All of it is all, to the last lot."""
    try:
        percent = parse_decimal(text.strip().removesuffix("%").strip())
    except ValueError:
        return None, f"{text.strip()}: not a part such as 50%"
    if not 0 < percent <= 100:
        return None, f"{plain(percent)} %: a part is more than 0 and at most 100 %"
    held = held_against(snap, side)
    if not held or snap.rules is None:
        return None, f"a part is one of what is held: a {side.name} closes nothing now"
    return snap.rules.round_volume(held * percent / 100), ""


def leaves_row(snap: Snapshot, side: Side, volume: Decimal, price: Decimal) -> Row:
    """What an exit leaves where that is too small for an order of its own (F24); empty where it is not."""
    held, rules = held_against(snap, side), snap.rules
    left = held - volume
    if rules is None or not 0 < left < held or not rules.is_dust(left, price):
        return EMPTY
    rest = f"{words.volume(left)} {rules.base_name}"
    return row(
        ("leaves   ", "dim"),
        (f"{rest}: dust, too small for an order of its own", "warn bold"),
        (" → 100% closes all", "warn"),
    )


def part_words(snap: Snapshot | None, side: Side) -> str:
    """What the keys of the ticket do, and of how much."""
    if snap is None or not held_against(snap, side):
        return ""
    return f"F5-F8 25-100% ({words.volume(held_against(snap, side))})"
