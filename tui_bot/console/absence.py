"""What happened while nobody pressed a key, told when somebody is back."""

from __future__ import annotations

from decimal import Decimal

from tui_bot.console import words
from tui_bot.console.log_book import newer
from tui_bot.console.log_kind import is_trouble
from tui_bot.console.log_words import sentence
from tui_bot.console.rows import EMPTY, Row, row
from tui_bot.console.watch import View
from tui_bot.engine.records import DecisionMade, Filled, Outcome, Record
from tui_bot.market.number import ZERO
from tui_bot.sanitise import sanitise

#: So many of the newest troubles are told in words.
TOLD = 3


class Absence:
    """Counts from a view on. Money is in quote units, net of fees; times are exchange time."""

    def __init__(self, view: View) -> None:
        self.since_ms = view.now_ms
        self.fills: list[Filled] = []
        self.blocked: list[Record] = []
        self.troubles: list[Record] = []
        self.gap_ms = 0
        self.fall = ZERO
        self._first = self._best = self._newest = worth(view)
        self._last = view.snap.log[-1] if view.snap is not None and view.snap.log else None

    def see(self, view: View) -> None:
        """Time has passed."""
        if view.snap is None:
            return
        for record in newer(view.snap.log, self._last):
            self._last = record
            self._count(record)
        self.gap_ms = max(self.gap_ms, view.feed_age_ms or 0)
        now = worth(view)
        if now is not None:
            self._newest = now
            self._first = now if self._first is None else self._first
            self._best = now if self._best is None else max(self._best, now)
            self.fall = max(self.fall, self._best - now)

    @property
    def change(self) -> Decimal | None:
        """What the result has changed by, an open position at the price it could be left at."""
        if self._first is None or self._newest is None:
            return None
        return self._newest - self._first

    def _count(self, record: Record) -> None:
        body = record.body
        if isinstance(body, Filled):
            self.fills.append(body)
        elif isinstance(body, DecisionMade) and body.outcome is Outcome.BLOCKED:
            self.blocked.append(record)
        elif is_trouble(record):
            self.troubles.append(record)


def worth(view: View) -> Decimal | None:
    """The result of all trades so far, the open position closed now; None while there is no price for it."""
    snap, price = view.snap, view.exit_price
    if snap is None:
        return None
    position = snap.position
    if position.is_flat:
        return position.realised_net
    return None if price is None else position.realised_net + position.net(price, snap.fee_rate, view.now_ms)


def digest_rows(absence: Absence, view: View) -> list[Row]:
    """The digest."""
    away = f"{words.age(view.now_ms - absence.since_ms)}, since {words.time_of(absence.since_ms)} UTC"
    change, fall = absence.change, words.number(absence.fall, 2)
    worst = f"   at worst {words.MINUS}{fall} from its best" if absence.fall else "   never fell"
    lines = [
        row(("away     ", "dim"), (away, "text bold")),
        row(
            ("result   ", "dim"),
            (f"{words.signed(change, 2)} net", f"{words.ink_of(change)} bold"),
            (worst, "text"),
        ),
        _trades(absence),
        *_listed("blocked  ", absence.blocked, view, "no signal"),
        *_listed("trouble  ", absence.troubles, view, "none"),
        row(("feed     ", "dim"), (f"longest gap {words.age(absence.gap_ms)}", "text")),
    ]
    if view.snap is not None:
        held, run = view.snap.position, view.snap.run.run
        size = "" if held.is_flat else f" {words.volume(abs(held.size))}"
        named = (f"{held.word}{size}  ", f"{words.ink_of(held.size)} bold")
        lines.append(row(("now      ", "dim"), named, (run.value, words.RUN_INK[run])))
    return [*lines, EMPTY, (("any key closes this and does nothing else", "dim"),)]


def _trades(absence: Absence) -> Row:
    fills = [body.fill for body in absence.fills]
    if not fills:
        return row(("trades   ", "dim"), ("none", "text"))
    bought = sum((fill.volume for fill in fills if fill.side.sign > 0), ZERO)
    sold = sum((fill.volume for fill in fills if fill.side.sign < 0), ZERO)
    fees = sum((fill.fee for fill in fills), ZERO)
    return row(
        ("trades   ", "dim"),
        (f"{len(fills)} fill{'s' * (len(fills) != 1)}", "text bold"),
        (f"  bought {words.volume(bought)}", "up"),
        (f"  sold {words.volume(sold)}", "down"),
        (f"  fees {words.number(fees, 2)}", "text"),
    )


def _listed(name: str, records: list[Record], view: View, none: str) -> list[Row]:
    """How many, and the newest of them in words."""
    if not records:
        return [row((name, "dim"), (none, "text"))]
    more = "" if len(records) <= TOLD else ", the newest:"
    lines = [row((name, "dim"), (str(len(records)), "warn bold"), (more, "dim"))]
    for record in records[-TOLD:]:
        said = sanitise(sentence(record, view.decimals), 150)
        lines.append(row((" " * len(name), "dim"), (said, "text")))
    return lines
