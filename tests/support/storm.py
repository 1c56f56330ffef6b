"""The lost answer, again and again: one bot, one order whose answer never comes, and views that lag.

What is drawn, after reports of live bots (faults.md 3.1): three quarters of the orders reach the exchange,
four fifths of those within half a second, most others within ten, one in twenty up to 55 s late; the
exchange drops what comes after its deadline. Its lists show what was true up to 60 s ago.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from tests.support.model import Exchange, Stand, turning_settings
from tui_bot.engine.actions import Action, LookUp, PlaceOrder, ReadAccount
from tui_bot.engine.commands import Contract, Trade, Until
from tui_bot.engine.events import AccountReported, Event, LookedUp, LookUpFailed, Lost, OrderAnswered
from tui_bot.engine.records import IntentMade
from tui_bot.market.order import Intent, OrderReport, OrderState, Side

SIZE = Decimal("0.001")
STEP_S, CLOSE_EVERY_S = 3.0, 60

#: Signals come for two minutes; what they led to is known after three more.
SIGNALS_S, LASTS_S = 120, 320


@dataclass
class Lagging:
    """What the exchange's lists said at any time so far."""

    times: list[int] = field(default_factory=list)
    books: list[Exchange] = field(default_factory=list)

    def note(self, exchange: Exchange) -> None:
        """Something has changed."""
        self.times.append(exchange.now_ms)
        self.books.append(replace(exchange, reports=dict(exchange.reports), fills=list(exchange.fills)))

    def at(self, ms: int) -> Exchange:
        """The books as they were then."""
        return self.books[max(0, bisect_right(self.times, ms) - 1)]


class Storm(Stand):
    """A stand whose orders lose their answers; ``play_out`` lets it all happen."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(f"{seed}:storm")
        self.by_limit = self.chance.random() < 0.3
        leverage = self.chance.choice((0, 2))
        super().__init__(turning_settings(leverage=leverage))
        self.lagging = Lagging()
        self.arrivals: list[tuple[int, Intent]] = []
        self.fillings: list[tuple[int, str]] = []
        self.replies: list[tuple[int, Event]] = []
        self.largest = Decimal(0)
        self.lagging.note(self.exchange)

    def play_out(self) -> Storm:
        """From the first order to well behind the last bound."""
        self.start()
        if self.by_limit:
            limit = self.exchange.last - self.chance.randint(0, 20)
            self.command(Trade(Side.BUY, SIZE, limit, Contract(Until.NEXT_SIGNAL)))
        else:
            self.buy_signal()
        began_ms = self.exchange.now_ms
        closes_ms = self.close_ms + CLOSE_EVERY_S * 1000
        while (passed_ms := self.exchange.now_ms - began_ms) < LASTS_S * 1000:
            self._advance(int(STEP_S * 1000))
            if closes_ms <= self.exchange.now_ms and passed_ms < SIGNALS_S * 1000:
                closes_ms += CLOSE_EVERY_S * 1000
                self.step(self.chance.choice((-1, 1)))
            elif passed_ms > SIGNALS_S * 1000 and not self.bot.state.tracker.live():
                break
        return self

    # -- the verdict

    @property
    def doubled(self) -> list[str]:
        """Intents that were executed or accepted more than once."""
        times = Counter(report.cl_ord_id for report in self.exchange.reports.values())
        return [name or "?" for name, count in times.items() if count > 1]

    @property
    def believed_dead(self) -> list[OrderReport]:
        """Orders that live or were executed although the bot holds them for absent."""
        orders = self.bot.state.tracker.orders
        known = [(orders.get(report.cl_ord_id or ""), report) for report in self.exchange.reports.values()]
        return [report for order, report in known if order is not None and order.state.never_existed]

    @property
    def true_size(self) -> Decimal:
        """What the exchange holds for the account."""
        books = self.exchange
        return books.position if self.settings.leverage else books.coins

    # -- time

    def _advance(self, ms: int) -> None:
        until = self.exchange.now_ms + ms
        while due := self._next_due(until):
            self.exchange.now_ms = max(self.exchange.now_ms, due)
            self._arrive()
            self._fill()
            self._reply()
        self.exchange.now_ms = until
        self.tick(0)

    def _next_due(self, until: int) -> int | None:
        waiting = (*self.arrivals, *self.fillings, *self.replies)
        due = [at for at, _ in waiting if at <= until]
        return min(due) if due else None

    def _arrive(self) -> None:
        for at, intent in [one for one in self.arrivals if one[0] <= self.exchange.now_ms]:
            self.arrivals.remove((at, intent))
            if at > intent.deadline_ms:
                continue
            self.exchange.accept(intent)
            if self._crosses(intent):
                self.exchange.execute(intent.cl_ord_id)
            elif self.chance.random() < 0.6:
                later = at + int(self.chance.expovariate(1 / 20) * 1000)
                self.fillings.append((later, intent.cl_ord_id))
            self._changed()

    def _fill(self) -> None:
        for at, cl_ord_id in [one for one in self.fillings if one[0] <= self.exchange.now_ms]:
            self.fillings.remove((at, cl_ord_id))
            if self.exchange.reports[cl_ord_id].state is OrderState.OPEN:
                self.exchange.execute(cl_ord_id)
                self._changed()

    def _reply(self) -> None:
        for at, event in [one for one in self.replies if one[0] <= self.exchange.now_ms]:
            self.replies.remove((at, event))
            self.play(event)

    def _changed(self) -> None:
        self.lagging.note(self.exchange)
        self.largest = max(self.largest, abs(self.exchange.position), abs(self.exchange.coins))

    # -- the other side

    def _follow(self, action: Action) -> list[Event]:
        match action:
            case PlaceOrder(intent):
                return self._lose(intent)
            case LookUp(order):
                return self._look(order.intent.cl_ord_id)
            case ReadAccount():
                seen = self._seen()
                self._later(0.2, AccountReported(self._soon(0.2), replace(seen.account(), at_ms=self._now)))
                return []
            case _:
                return super()._follow(action)

    def _lose(self, intent: Intent) -> list[Event]:
        self.kept.append(IntentMade(intent))
        if self.bot.release(intent):
            return super()._place(intent)
        self.sent.append(intent)
        if self.chance.random() < 0.75:
            self.arrivals.append((self._soon(self._travel_s()), intent))
        notices_s = self.chance.uniform(0.1, 5) if self.chance.random() < 0.5 else 10.0
        self._later(notices_s, OrderAnswered(self._soon(notices_s), intent.cl_ord_id, Lost("no answer")))
        return []

    def _look(self, cl_ord_id: str) -> list[Event]:
        takes_s = self.chance.uniform(0.05, 1.0)
        at = self._soon(takes_s)
        if self.chance.random() < 0.1:
            self._later(takes_s, LookUpFailed(at, cl_ord_id, "no connection"))
        else:
            self._later(takes_s, LookedUp(at, cl_ord_id, *self._seen().find(cl_ord_id)))
        return []

    def _seen(self) -> Exchange:
        draw = self.chance.random()
        lag_s = self.chance.uniform(0, 0.3 if draw < 0.7 else 5 if draw < 0.95 else 60)
        return self.lagging.at(self._now - int(lag_s * 1000))

    def _travel_s(self) -> float:
        draw = self.chance.random()
        if draw < 0.8:
            return self.chance.uniform(0.02, 0.5)
        return self.chance.uniform(0.5, 10) if draw < 0.95 else self.chance.uniform(10, 55)

    @property
    def _now(self) -> int:
        return self.exchange.now_ms

    def _soon(self, seconds: float) -> int:
        return self._now + int(seconds * 1000)

    def _later(self, seconds: float, event: Event) -> None:
        self.replies.append((self._soon(seconds), event))
