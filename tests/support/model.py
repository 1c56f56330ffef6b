"""A model exchange and a stand that drives a bot against it, fault by fault, without time or sockets."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from tests.support.market import MINUTE, RULES, candle, candles, settings
from tui_bot.engine.actions import (
    Action,
    CancelOrder,
    Keep,
    LookUp,
    PlaceOrder,
    ReadAccount,
    ReadRules,
    ReadStream,
)
from tui_bot.engine.bot import Bot
from tui_bot.engine.commands import Command, Contract, Trade, Until
from tui_bot.engine.events import (
    Account,
    AccountReported,
    AccountUnread,
    Acked,
    Answer,
    CancelAnswered,
    CandleClosed,
    ClockMeasured,
    Commanded,
    Event,
    Holding,
    LookedUp,
    LookUpFailed,
    Lost,
    NotSent,
    OrderAnswered,
    Quote,
    Quoted,
    Recovered,
    Refused,
    RulesReported,
    StatusReported,
    Ticked,
)
from tui_bot.engine.memory import Memory, Run
from tui_bot.engine.news import AccountSource, StreamRead
from tui_bot.engine.records import (
    Body,
    DecisionMade,
    Filled,
    FlattenMoved,
    IntentMade,
    Learnt,
    Note,
    OrderMoved,
    OverrideChanged,
    RunChanged,
)
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.view import View
from tui_bot.market.candle import Candle
from tui_bot.market.order import Fill, Intent, Order, OrderReport, OrderState, Side
from tui_bot.strategy.sma_slope import SmaSlope

ZERO = Decimal(0)
FEE = Decimal("0.004")

#: A falling market, one candle short of a turn.
HISTORY = (Decimal(60_000), Decimal(59_900), Decimal(59_800))


class Fate(Enum):
    """What becomes of an order that is sent."""

    FILL = "executed at once"
    REST = "accepted, not executed"
    REFUSE = "refused"
    NOT_SENT = "never left"
    LOSE = "answer lost, never arrived"
    LOSE_FILLED = "answer lost, executed"
    LOSE_RESTING = "answer lost, accepted"
    SILENT = "accepted, no answer at all"


@dataclass
class Exchange:
    """Orders, executions, coins and positions: the truth that a bot is judged by."""

    now_ms: int = 0
    last: Decimal = Decimal(60_000)
    position: Decimal = ZERO
    coins: Decimal = ZERO
    cash: Decimal = Decimal(1_000_000)
    reports: dict[str, OrderReport] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    triggers: dict[str, Intent] = field(default_factory=dict)
    expiries: dict[str, int] = field(default_factory=dict)
    forgets_expiry: bool = False
    foreign: list[OrderReport] = field(default_factory=list)
    foreign_ended: list[OrderReport] = field(default_factory=list)

    def accept(self, intent: Intent) -> str:
        """Take an order; its txid."""
        txid = f"O{len(self.reports):05d}"
        self.reports[intent.cl_ord_id] = OrderReport(
            txid, intent.cl_ord_id, intent.pair, intent.side, intent.volume, ZERO, None, ZERO,
            OrderState.OPEN, intent.price or intent.trigger, intent.leverage, intent.reduce_only,
        )  # fmt: skip
        if intent.trigger is not None:
            self.triggers[intent.cl_ord_id] = intent
        if intent.expires_ms:
            self.expiries[intent.cl_ord_id] = intent.expires_ms
        return txid

    def expire(self) -> None:
        """End the orders whose time is over, unless it is forgotten."""
        for cl_ord_id, at_ms in self.expiries.items():
            resting = self.reports[cl_ord_id].state in (OrderState.OPEN, OrderState.PARTIAL)
            if resting and at_ms <= self.now_ms and not self.forgets_expiry:
                self._end(cl_ord_id, OrderState.EXPIRED)

    def execute(self, cl_ord_id: str, volume: Decimal | None = None) -> Fill | None:
        """Execute an open order at the last price, wholly or in part; reduce-only never turns."""
        report = self.reports[cl_ord_id]
        left = report.volume - report.executed
        amount = left if volume is None else min(volume, left)
        if report.reduce_only:
            amount = min(amount, max(ZERO, -self.position * report.side.sign))
        if amount <= 0:
            self._end(cl_ord_id, OrderState.CANCELED)
            return None
        change, cost = amount * report.side.sign, amount * self.last
        if report.leverage:
            self.position += change
        else:
            self.coins += change
            self.cash -= change * self.last
        fill = Fill(
            f"T{len(self.fills):05d}", report.txid, report.pair, report.side, self.last, amount,
            cost, cost * FEE, self.now_ms, report.leverage,
        )  # fmt: skip
        self.fills.append(fill)
        executed = report.executed + amount
        state = OrderState.CLOSED if executed == report.volume else OrderState.PARTIAL
        self.reports[cl_ord_id] = replace(
            report, executed=executed, average=self.last, fee=report.fee + fill.fee, state=state
        )
        return fill

    def fire(self) -> None:
        """Execute the stops and take-profits whose trigger the last price has reached."""
        for cl_ord_id, intent in self.triggers.items():
            assert intent.trigger is not None
            below = (intent.side is Side.SELL) != intent.takes_profit
            reached = self.last <= intent.trigger if below else self.last >= intent.trigger
            if reached and self.reports[cl_ord_id].state is OrderState.OPEN:
                self.execute(cl_ord_id)

    def cancel(self, txid: str) -> str:
        """Cancel by txid; an error text when there is nothing to cancel."""
        for cl_ord_id, report in self.reports.items():
            if report.txid == txid and report.state in (OrderState.OPEN, OrderState.PARTIAL):
                self._end(cl_ord_id, OrderState.CANCELED)
                return ""
        return "EOrder:Unknown order"

    def open_orders(self) -> tuple[OrderReport, ...]:
        """What rests in the book."""
        live = (OrderState.OPEN, OrderState.PARTIAL)
        return (*(one for one in self.reports.values() if one.state in live), *self.foreign)

    def ended(self) -> tuple[OrderReport, ...]:
        """The orders that have ended, ours and others'."""
        live = (OrderState.OPEN, OrderState.PARTIAL)
        return (*(one for one in self.reports.values() if one.state not in live), *self.foreign_ended)

    def account(self) -> Account:
        """The account now."""
        balances = {"ZUSD": Holding(self.cash), "XXBT": Holding(self.coins, self._held())}
        return Account(self.position, balances, self.open_orders(), self.cash, self.cash, self.now_ms)

    def _held(self) -> Decimal:
        """The coins that resting spot sales hold."""
        sales = (one for one in self.reports.values() if one.side is Side.SELL and not one.leverage)
        live = (OrderState.OPEN, OrderState.PARTIAL)
        return sum((one.volume - one.executed for one in sales if one.state in live), ZERO)

    def find(self, cl_ord_id: str) -> tuple[OrderReport | None, tuple[Fill, ...]]:
        """One order with its executions."""
        report = self.reports.get(cl_ord_id)
        if report is None:
            return None, ()
        return report, tuple(fill for fill in self.fills if fill.txid == report.txid)

    def _end(self, cl_ord_id: str, state: OrderState) -> None:
        self.reports[cl_ord_id] = replace(self.reports[cl_ord_id], state=state)


def turning_settings(**changes: object) -> BotSettings:
    """Settings with a rule of two closes, so that a test can turn it with one candle."""
    return settings(**{"strategy": SmaSlope(2), **changes})


class Stand:
    """A bot at a model exchange. Reads are answered at once unless ``deaf``; orders meet ``fates``.

    While it ``streams``, the account's stream tells all again when that is asked for.
    """

    def __init__(
        self,
        bot_settings: BotSettings | None = None,
        *,
        falling: bool = True,
        exchange: Exchange | None = None,
        memory: Memory | None = None,
        closes: Iterable[Decimal] | None = None,
    ) -> None:
        self.settings = bot_settings or turning_settings()
        self.exchange = exchange or Exchange()
        self.memory = memory or Memory("stand")
        slope = -1 if falling else 1
        self.closes = list(closes or (Decimal(60_000 + 100 * slope * step) for step in range(3)))
        self.bot = Bot(self.settings)
        self.fates: deque[Fate | Answer] = deque()
        self.sent: list[Intent] = []
        self.kept: list[Body] = []
        self.events: list[Event] = []
        self.answers: list[tuple[Action, ...]] = []
        self.acted: Counter[type[Action]] = Counter()
        self.deaf = False
        self.streams = False
        self.meanwhile: Callable[[], None] | None = None
        self.cancel_error = ""
        self.more_history: tuple[Candle, ...] = ()
        self.old_account: Account | None = None
        self.exchange.last = self.closes[-1]
        self.exchange.now_ms = max(self.exchange.now_ms, self.close_ms)

    @property
    def close_ms(self) -> int:
        """When the newest candle closed."""
        return (candle(len(self.closes), 1).begin) * 1000

    @property
    def history(self) -> tuple[Candle, ...]:
        """The candles that have closed."""
        return (*candles(self.closes), *self.more_history)

    def start(self) -> Stand:
        """Recover, online and with a measured clock."""
        now = self.exchange.now_ms
        ended = self.exchange.ended() if self.memory.opened_before else ()
        self.play(Recovered(now, RULES, self.exchange.account(), self.memory, self.history, ended))
        self.play(StatusReported(now, "online", "online"))
        self.play(ClockMeasured(now, 0))
        self.quote()
        return self

    # -- what happens ------------------------------------------------------------------------------

    def step(self, way: int, late_ms: int = 500) -> None:
        """A candle closes that moves the average up (1), down (-1) or not at all (0)."""
        self.close(self.closes[-2] + 100 * way, late_ms)

    def close(self, price: Decimal, late_ms: int = 500) -> None:
        """A candle closes at a price."""
        self.closes.append(price)
        self.exchange.now_ms = max(self.exchange.now_ms, self.close_ms + late_ms)
        self.exchange.last = price
        self.quote()
        self.play(CandleClosed(self.exchange.now_ms, candle(len(self.closes) - 1, price)))

    def close_again(self) -> None:
        """The newest candle comes once more."""
        self.play(CandleClosed(self.exchange.now_ms, candle(len(self.closes) - 1, self.closes[-1])))

    def buy_signal(self) -> None:
        """The average turns up; it must be falling."""
        self.step(1)

    def sell_signal(self) -> None:
        """The average turns down; it must be rising."""
        self.step(-1)

    def quote(self, price: Decimal | None = None) -> None:
        """The book moves."""
        self.exchange.last = last = price or self.exchange.last
        now = self.exchange.now_ms
        self.exchange.fire()
        self.play(Quoted(now, Quote(last, last, last, now)))

    def tick(self, ms: int = 250, times: int = 1) -> None:
        """Time passes."""
        for _ in range(times):
            self.exchange.now_ms += ms
            self.exchange.expire()
            self.play(Ticked(self.exchange.now_ms))

    def wait(self, seconds: float) -> None:
        """Time passes in ticks of a second and a half."""
        self.tick(1500, max(1, round(seconds / 1.5)))

    def stream(self, name: str = "push", reason: str = "") -> None:
        """The account's stream comes, with a snapshot, or goes ("poll")."""
        self.streams = name == "push"
        self.play(AccountSource(self.exchange.now_ms, name, reason))
        if self.streams:
            self.play(StreamRead(self.exchange.now_ms))

    def command(self, command: Command) -> None:
        """A person says something."""
        self.play(Commanded(self.exchange.now_ms, command))

    def answer(self, answer: Answer, order: int = -1) -> None:
        """An answer to an order arrives."""
        self.play(OrderAnswered(self.exchange.now_ms, self.sent[order].cl_ord_id, answer))

    def fill(self, order: int = -1, volume: str | None = None) -> Fill | None:
        """The exchange executes an order; nobody tells the bot."""
        return self.exchange.execute(self.sent[order].cl_ord_id, Decimal(volume) if volume else None)

    def play(self, event: Event) -> None:
        """Let the bot handle an event and all that follows from it."""
        events, most = deque([event]), len(self.events) + 2_000
        while events:
            assert len(self.events) < most, "what follows from one event never ends"
            self.events.append(events[0])
            actions = self.bot.handle(events.popleft())
            self.answers.append(tuple(actions))
            for action in actions:
                self.acted[type(action)] += 1
                events.extend(self._follow(action))

    # -- what was seen -----------------------------------------------------------------------------

    @property
    def held(self) -> Decimal:
        """The position by the bot's fills."""
        return self.bot.state.position.size

    def order(self, number: int = -1) -> Order:
        """One of the orders sent, as the bot knows it."""
        return self.bot.state.tracker.orders[self.sent[number].cl_ord_id]

    def snapshot(self) -> Snapshot:
        """What a screen would show."""
        return View(self.bot.state, "demo", 1).snapshot()

    def order_known(self, cl_ord_id: str) -> OrderState:
        """The state of an order by its id."""
        return self.bot.state.tracker.orders[cl_ord_id].state

    def run(self) -> Run:
        """RUN, PAUSED or HALTED."""
        return self.bot.state.run.run

    def why(self) -> str:
        """The reason of that."""
        return self.bot.state.run.reason

    def overridden(self) -> bool:
        """Whether a person has taken over."""
        return self.bot.state.override is not None

    def notes(self) -> str:
        """All remarks as one text."""
        return "\n".join(body.text for body in self.kept if isinstance(body, Note | FlattenMoved | Learnt))

    def decisions(self) -> list[DecisionMade]:
        """All judged candles."""
        return [body for body in self.kept if isinstance(body, DecisionMade)]

    def recovered(self, **changes: object) -> Stand:
        """Another bot that knows only what was kept, at the same exchange, started."""
        stand = Stand(
            replace(self.settings, **changes),  # type: ignore[arg-type]
            exchange=self.exchange,
            memory=recall(self.kept, self.memory),
            closes=self.closes,
        )
        return stand.start()

    # -- the other side ----------------------------------------------------------------------------

    def _follow(self, action: Action) -> list[Event]:
        now = self.exchange.now_ms
        match action:
            case Keep(record):
                self.kept.append(record.body)
            case PlaceOrder(intent):
                self.kept.append(IntentMade(intent))
                return self._place(intent)
            case CancelOrder(txid):
                return [CancelAnswered(now, txid, self.cancel_error or self.exchange.cancel(txid))]
            case LookUp(order):
                cl_ord_id = order.intent.cl_ord_id
                if self.deaf:
                    return [LookUpFailed(now, cl_ord_id, "no connection")]
                return [LookedUp(now, cl_ord_id, *self.exchange.find(cl_ord_id))]
            case ReadAccount(since_ms):
                if self.deaf:
                    return [AccountUnread(now, "no connection")]
                ended = None if since_ms is None else self.exchange.ended()
                return [AccountReported(now, self.old_account or self.exchange.account(), ended)]
            case ReadStream() if self.streams:
                return [StreamRead(now)]
            case ReadRules():
                return [RulesReported(now, RULES)]
        return []

    def _place(self, intent: Intent) -> list[Event]:
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        if objection := self.bot.release(intent):
            return [OrderAnswered(self.exchange.now_ms, intent.cl_ord_id, NotSent(objection))]
        self.sent.append(intent)
        fate = self.fates.popleft() if self.fates else Fate.FILL
        answer: Answer | None
        match fate:
            case Fate.FILL | Fate.REST:
                answer = Acked(self.exchange.accept(intent))
            case Fate.LOSE_FILLED | Fate.LOSE_RESTING:
                self.exchange.accept(intent)
                answer = Lost("the connection broke")
            case Fate.SILENT:
                self.exchange.accept(intent)
                answer = None
            case Fate.LOSE:
                answer = Lost("the connection broke")
            case Fate.REFUSE:
                answer = Refused("EOrder:Insufficient funds", "not enough money")
            case Fate.NOT_SENT:
                answer = NotSent("no connection")
            case _:
                answer = fate
        if fate in (Fate.FILL, Fate.LOSE_FILLED) and self._crosses(intent):
            self.exchange.execute(intent.cl_ord_id)
        return [OrderAnswered(self.exchange.now_ms, intent.cl_ord_id, answer)] if answer else []

    def _crosses(self, intent: Intent) -> bool:
        if intent.trigger is not None:
            return False
        return intent.price is None or (intent.price - self.exchange.last) * intent.side.sign >= 0


def longing(*fates: Fate | Answer, **changes: object) -> Stand:
    """A bot that has just had its first buy signal."""
    stand = Stand(turning_settings(**changes))
    stand.fates.extend(fates)
    stand.start()
    stand.buy_signal()
    return stand


def recall(kept: Iterable[Body], before: Memory) -> Memory:
    """Fold what was kept into what a restart knows, as the journal does."""
    memory = before
    orders = {order.intent.cl_ord_id: order for order in before.orders}
    fills = list(before.fills)
    for body in kept:
        match body:
            case RunChanged(state):
                memory = replace(memory, run=state)
            case OverrideChanged(override, _):
                memory = replace(memory, override=override)
            case Learnt(name, value):
                memory = replace(memory, learnt={**memory.learnt, name: value})
            case FlattenMoved(under_way):
                memory = replace(memory, flattening=under_way)
            case DecisionMade():
                memory = replace(memory, target=body.target, decided=body.decision.candle)
            case IntentMade(intent):
                orders[intent.cl_ord_id] = Order(intent, changed_ms=intent.created_ms)
            case OrderMoved(order):
                orders[order.intent.cl_ord_id] = order
            case Filled(fill, _):
                fills.append(fill)
            case _:
                pass
    return replace(memory, orders=tuple(orders.values()), fills=tuple(fills), opened_before=True)


LONG, SHORT = Decimal("0.001"), Decimal("-0.001")
BUY, SELL = Side.BUY, Side.SELL
INTERVAL_MS = MINUTE * 1000

HELD = Contract(Until.RELEASED)


def buying(volume: str = "0.001", contract: Contract = HELD, price: str | None = None) -> Trade:
    """A buy by hand."""
    return Trade(BUY, Decimal(volume), Decimal(price) if price else None, contract)


def overridden(contract: Contract = HELD) -> Stand:
    """A person has bought by hand in a falling market."""
    stand = Stand().start()
    stand.command(buying(contract=contract))
    return stand
