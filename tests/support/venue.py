"""A venue without sockets or time: every order fills at once and wholly at the last close."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.support.market import RULES
from tui_bot.engine.actions import Action, Keep, LookUp, PlaceOrder, ReadAccount
from tui_bot.engine.bot import Bot
from tui_bot.engine.commands import Command
from tui_bot.engine.events import (
    Account,
    AccountReported,
    Acked,
    Answer,
    CandleClosed,
    ClockMeasured,
    Commanded,
    Event,
    Holding,
    LookedUp,
    NotSent,
    OrderAnswered,
    Quote,
    Quoted,
    Recovered,
    StatusReported,
    Ticked,
)
from tui_bot.engine.memory import Memory
from tui_bot.engine.records import Body
from tui_bot.engine.settings import BotSettings
from tui_bot.market.candle import Candle
from tui_bot.market.order import Fill, Intent, OrderReport, OrderState


@dataclass
class Venue:
    """Drives a bot: answers its actions as an exchange would and keeps what it was asked."""

    settings: BotSettings
    memory: Memory = field(default_factory=lambda: Memory("venue"))
    history: Sequence[Candle] = ()
    now_ms: int = 0
    last: Decimal = Decimal(60_000)
    position: Decimal = Decimal(0)
    coins: Decimal = Decimal(0)
    cash: Decimal = Decimal(1_000_000)
    sent: list[Intent] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    kept: list[Body] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)
    deaf: bool = False

    def __post_init__(self) -> None:
        self.bot = Bot(self.settings)
        self._reports: dict[str, OrderReport] = {}
        self._resting: dict[str, OrderReport] = {}
        self._fills_of: dict[str, list[Fill]] = {}
        if self.history:
            self.last = self.history[-1].close
            self.now_ms = (self.history[-1].begin + self.settings.interval) * 1000

    def start(self) -> None:
        """Recover, online and with a measured clock."""
        self.play(Recovered(self.now_ms, RULES, self.account(), self.memory, tuple(self.history)))
        self.play(StatusReported(self.now_ms, "online", "online"))
        self.play(ClockMeasured(self.now_ms, 0))

    def close(self, candle: Candle, late_ms: int = 500) -> None:
        """A candle closes; the quote stands at its close."""
        self.now_ms = max(self.now_ms, (candle.begin + self.settings.interval) * 1000 + late_ms)
        self.quote(candle.close)
        self.play(CandleClosed(self.now_ms, candle))

    def quote(self, price: Decimal) -> None:
        """The market moves."""
        self.last = price
        self.play(Quoted(self.now_ms, Quote(price, price, price, self.now_ms)))

    def command(self, command: Command) -> None:
        """A person says something."""
        self.play(Commanded(self.now_ms, command))

    def tick(self, ms: int = 250) -> None:
        """Time passes."""
        self.now_ms += ms
        self.play(Ticked(self.now_ms))

    def play(self, event: Event) -> None:
        """Let the bot handle an event and everything that follows from it."""
        events = deque([event])
        while events:
            for action in self.bot.handle(events.popleft()):
                events.extend(self._follow(action))

    def account(self) -> Account:
        """What the exchange shows."""
        balances = {"ZUSD": Holding(self.cash), "XXBT": Holding(self.coins)}
        return Account(
            self.position, balances, tuple(self._resting.values()), self.cash, self.cash, self.now_ms
        )

    def _follow(self, action: Action) -> list[Event]:
        match action:
            case Keep(record):
                self.kept.append(record.body)
            case PlaceOrder(intent):
                return self._place(intent)
            case LookUp(order) if not self.deaf:
                report = self._reports.get(order.intent.cl_ord_id)
                fills = tuple(self._fills_of.get(report.txid, ())) if report else ()
                return [LookedUp(self.now_ms, order.intent.cl_ord_id, report, fills)]
            case ReadAccount() if not self.deaf:
                return [AccountReported(self.now_ms, self.account())]
            case _:
                pass
        return []

    def _place(self, intent: Intent) -> list[Event]:
        if objection := self.bot.release(intent):
            return [OrderAnswered(self.now_ms, intent.cl_ord_id, NotSent(objection))]
        self.sent.append(intent)
        answer = self.answers.popleft() if self.answers else Acked(f"O{len(self.sent):05d}")
        if isinstance(answer, Acked):
            self.execute(intent, answer.txid)
        return [OrderAnswered(self.now_ms, intent.cl_ord_id, answer)]

    def execute(self, intent: Intent, txid: str) -> None:
        """Fill an order wholly at the last price; a limit order away from it rests."""
        crosses = intent.price is None or (intent.price - self.last) * intent.side.sign >= 0
        executed = intent.volume if crosses else Decimal(0)
        report = OrderReport(
            txid=txid,
            cl_ord_id=intent.cl_ord_id,
            pair=intent.pair,
            side=intent.side,
            volume=intent.volume,
            executed=executed,
            average=self.last if crosses else None,
            fee=Decimal(0),
            state=OrderState.CLOSED if crosses else OrderState.OPEN,
            price=intent.price,
            leverage=intent.leverage,
        )
        self._reports[intent.cl_ord_id] = report
        if not crosses:
            self._resting[intent.cl_ord_id] = report
            return
        change = executed * intent.side.sign
        if intent.leverage:
            self.position += change
        else:
            self.coins += change
            self.cash -= change * self.last
        cost = executed * self.last
        fill = Fill(
            trade_id=f"T{len(self.fills):05d}",
            txid=txid,
            pair=intent.pair,
            side=intent.side,
            price=self.last,
            volume=executed,
            cost=cost,
            fee=cost * Decimal("0.004"),
            at_ms=self.now_ms,
            leverage=intent.leverage,
        )
        self.fills.append(fill)
        self._fills_of.setdefault(txid, []).append(fill)
