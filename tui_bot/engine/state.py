"""What the bot knows between two events."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tui_bot.engine.actions import Action, Keep
from tui_bot.engine.control import Control
from tui_bot.engine.day import DAY_MS, DayCount
from tui_bot.engine.events import Account, Quote
from tui_bot.engine.externals import Externals
from tui_bot.engine.gauge import COSTS, Gauge
from tui_bot.engine.guards import Circumstances
from tui_bot.engine.identity import candle_signal
from tui_bot.engine.loss import DayLoss, worth_of
from tui_bot.engine.memory import Override, Run, RunState
from tui_bot.engine.records import Body, Learnt, Note, OverrideChanged, Record, RunChanged
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.snapshot import Mark, MarkKind, Phase
from tui_bot.engine.tracker import OrderTracker
from tui_bot.engine.trouble import Trouble
from tui_bot.market.book import Book
from tui_bot.market.candle import Candle, CandleSeries, candle_fault
from tui_bot.market.number import ZERO, plain
from tui_bot.market.order import Fill, Funds, Intent, Order, OrderReport, OrderState, Origin
from tui_bot.market.pair import PairRules
from tui_bot.market.position import Position
from tui_bot.strategy.decision import Decision

#: Under this name the journal keeps that a day's loss has reached its limit.
LOSS = "daily loss"


@dataclass(slots=True)
class BotState:
    """Everything ``Bot.handle`` reads and changes. No clock, no network, no file."""

    settings: BotSettings
    journal_id: str = ""
    now_ms: int = 0
    beat: int = 0
    started_ms: int = 0
    attended_ms: int | None = None
    alone: str = ""
    phase: Phase = Phase.STARTING
    trouble: str = ""
    run: RunState = field(default_factory=lambda: RunState(Run.RUN, "", 0))
    override: Override | None = None
    target: Decimal = ZERO
    rules: PairRules | None = None
    system_status: str = "?"
    quote: Quote | None = None
    order_book: Book | None = None
    heard_ms: int | None = None
    feed_source: str = "poll"
    feed_trouble: Trouble = field(default_factory=Trouble)
    stream_trouble: Trouble = field(default_factory=Trouble)
    candles_refused: int = 0
    clock_offset_ms: int | None = None
    calls: Gauge | None = None
    order_budget: Gauge | None = None
    clock_base_ms: int = 0
    clock_jump_ms: int = 0
    clock_set_ms: int = 0
    clock_doubted: bool = False
    series: CandleSeries = field(default_factory=lambda: CandleSeries(60))
    decided: int | None = None
    decided_ms: int | None = None
    decision: Decision | None = None
    tracker: OrderTracker = field(default_factory=OrderTracker)
    control: Control = field(default_factory=Control)
    position: Position = field(default_factory=Position)
    account: Account | None = None
    account_asked_ms: int = 0
    account_trouble: Trouble = field(default_factory=Trouble)
    account_source: str = "poll"
    account_source_ms: int | None = None
    stream_read_ms: int | None = None
    balance_moved_ms: int | None = None
    view_lag_seen_ms: int = 0
    arrival_seen_ms: int = 0
    reconnected_ms: int | None = None
    rules_asked_ms: int = 0
    foreign: tuple[OrderReport, ...] = ()
    external: Externals = field(default_factory=Externals)
    liquidations: deque[str] = field(default_factory=lambda: deque(maxlen=50))
    ended_read_ms: int = 0
    ended_asked_ms: int = 0
    differs_since_ms: int | None = None
    journal_trouble: str = ""
    flatten_cut_off: bool = False
    moved_ms: int = 0
    placed_ms: deque[int] = field(default_factory=deque)
    manual_orders: int = 0
    last_fee_rate: Decimal | None = None
    day: DayCount = field(default_factory=DayCount)
    loss: DayLoss = field(default_factory=DayLoss)
    fills: deque[Fill] = field(default_factory=lambda: deque(maxlen=400))
    marks: deque[Mark] = field(default_factory=lambda: deque(maxlen=400))
    log: deque[Record] = field(default_factory=lambda: deque(maxlen=500))
    edits: deque[Record] = field(default_factory=lambda: deque(maxlen=50))
    actions: list[Action] = field(default_factory=list)

    def act(self, action: Action) -> None:
        """Ask for something to be done after this event."""
        self.actions.append(action)

    def keep(self, body: Body) -> Record:
        """Put something into the journal and the log."""
        self.log.append(record := Record(self.now_ms, body))
        self.actions.append(Keep(record))
        return record

    def note(self, level: str, text: str, **facts: str) -> None:
        """A remark for the journal and the log."""
        self.keep(Note(level, text, facts))

    def learn(self, name: str, value: str, level: str, text: str) -> None:
        """Let the next start know this too; ``value`` replaces what was kept under the name."""
        self.keep(Learnt(name, value, level, text))

    def set_run(self, run: Run, reason: str) -> None:
        """RUN, PAUSED or HALTED from now on."""
        self.run = RunState(run, reason, self.now_ms)
        self.keep(RunChanged(self.run))

    def halt(self, reason: str) -> None:
        """Stop all trading of the bot until a person resumes."""
        if self.run.run is not Run.HALTED:
            self.set_run(Run.HALTED, reason)

    def surprise(self, reason: str) -> None:
        """Something was executed, or stands at the exchange, that nobody expected: stop (F13, F106)."""
        self.control.surprise(reason)
        if reason in self.control.surprises:
            self.halt(reason)

    def set_override(self, override: Override | None, reason: str) -> None:
        """A person takes over, counts down, or hands back (None)."""
        self.override = override
        self.keep(OverrideChanged(override, reason))

    @property
    def clock_off_ms(self) -> int | None:
        """How far this machine's clock is off the exchange's, less the jumps that were believed."""
        return None if self.clock_offset_ms is None else self.clock_offset_ms - self.clock_base_ms

    def set_back(self, now_ms: int) -> None:
        """The exchange's clock reads less than before: what would lie in the future lies now."""
        if now_ms >= self.now_ms:
            return
        self.now_ms = now_ms
        self.moved_ms, self.account_asked_ms = min(self.moved_ms, now_ms), min(self.account_asked_ms, now_ms)
        self.rules_asked_ms = min(self.rules_asked_ms, now_ms)
        moments = self.heard_ms, self.differs_since_ms, self.attended_ms
        earlier = (None if ms is None else min(ms, now_ms) for ms in moments)
        self.heard_ms, self.differs_since_ms, self.attended_ms = earlier
        if self.account is not None:
            self.account = replace(self.account, at_ms=min(self.account.at_ms, now_ms))
        self.placed_ms = deque(min(placed, now_ms) for placed in self.placed_ms)
        for watch in self.tracker.watches.values():
            watch.looked_ms = min(watch.looked_ms, now_ms)
            watch.absent_ms = None
            watch.cancel_ms = min(watch.cancel_ms, now_ms)

    @property
    def last_close(self) -> Decimal | None:
        """The newest closed candle's close."""
        return self.series.last.close if self.series.last else None

    @property
    def price(self) -> Decimal | None:
        """What the position is worth per unit: the middle of the book, or the last close."""
        return self.quote.mid if self.quote else self.last_close

    @property
    def signal(self) -> str:
        """The name of the newest judged candle as a cause of orders."""
        return candle_signal(self.settings.pair, self.series.interval, self.decided or 0)

    @property
    def valid_until_ms(self) -> int:
        """How long an order may follow from that candle."""
        over_s = (self.decided or 0) + self.series.interval
        return over_s * 1000 + self.settings.limits.decide_within_ms

    @property
    def account_is_fresh(self) -> bool:
        """Whether the account was read lately enough for an entry."""
        limit = self.settings.limits.fresh_account_ms
        return self.account is not None and self.now_ms - self.account.at_ms <= limit

    @property
    def view_lag_ms(self) -> int:
        """How long a list may lag: never less than was chosen, and half as long again as was ever seen."""
        return max(self.settings.limits.view_lag_ms, self.view_lag_seen_ms * 3 // 2)

    @property
    def fee_rate(self) -> Decimal:
        """The fee of the newest fill as a fraction of its cost; before the first, the table's."""
        if self.last_fee_rate is not None:
            return self.last_fee_rate
        return self.rules.taker_rate if self.rules else ZERO

    def watch_loss(self) -> None:
        """See what the day has lost by now, an open position at the price it could be left at."""
        price: Decimal | None = self.last_close
        if self.quote is not None:
            price = self.quote.bid if self.position.size > 0 else self.quote.ask
        if price is None:
            return
        before, limit = self.loss.worst, self.settings.limits.daily_loss
        self.loss.see(self.now_ms, worth_of(self.position, price, self.fee_rate, self.now_ms))
        if before < limit <= self.loss.worst:
            lost = plain(self.loss.worst, 2)
            text = f"daily loss {lost} of {plain(limit, 2)}: entries stop until 00:00 UTC, exits go on"
            self.learn(LOSS, f"{self.loss.day} {self.loss.worst}", "warning", text)

    def candle_fault(self, candle: Candle) -> str | None:
        """Why a closed candle cannot be believed, or None when it can (F50 to F55)."""
        over_ms = (candle.begin + self.series.interval) * 1000
        early = over_ms > self.now_ms + self.settings.limits.max_clock_offset_ms
        return candle_fault(candle, self.series.interval) or ("it is not over yet" if early else None)

    def is_dust(self, size: Decimal) -> bool:
        """Whether a holding is too small to be sold (F24)."""
        return bool(self.rules and self.price and self.rules.is_dust(size, self.price))

    def is_overdue(self, order: Order) -> bool:
        """Whether an order of unknown fate would show by now if it existed."""
        lost = order.state in (OrderState.UNKNOWN, OrderState.HALTED_UNKNOWN)
        return lost and self.now_ms > order.intent.deadline_ms + self.view_lag_ms

    def can_spare_calls(self) -> bool:
        """Whether a read that can wait leaves enough of the allowance for those that cannot (F40, S29)."""
        return self.calls is None or self.calls.spare(self.now_ms) >= COSTS["api"]

    def funds(self) -> Funds | None:
        """What the account was last seen to hold of the pair's two assets."""
        if self.account is None or self.rules is None:
            return None
        base, quote = (self.account.balances.get(asset) for asset in (self.rules.base, self.rules.quote))
        return Funds(base.total if base else ZERO, quote.total if quote else ZERO, self.account.at_ms)

    def book(self, fill: Fill, origin: Origin) -> None:
        """Let an execution change position, day and fee, and mark the candle it happened in."""
        self.day.turn(fill.at_ms, self.position)
        self.position = self.position.book(fill)
        self.fills.append(fill)
        self.day.fills += 1
        if fill.cost > 0 and fill.fee > 0:
            self.last_fee_rate = fill.fee / fill.cost
        begin = fill.at_ms // 1000 // self.series.interval * self.series.interval
        self.marks.append(Mark(begin, fill.side, fill.price, MarkKind.FILL, origin))

    def _is_unprotected(self) -> bool:
        wanted = (
            self.settings.stop_loss and not self.position.is_flat and not self.is_dust(self.position.size)
        )
        return bool(wanted) and not any(not one.intent.takes_profit for one in self.tracker.protecting())

    def circumstances(self, without: Intent | None = None) -> Circumstances:
        """What the guards look at, now; ``without`` leaves out an order that is on its way itself."""
        while self.placed_ms and self.placed_ms[0] <= self.now_ms - DAY_MS:
            self.placed_ms.popleft()
        uncertain, protecting = len(self.tracker.uncertain()), self.tracker.protecting()
        placed = tuple(self.placed_ms)
        if without is not None and without.opens:
            placed = placed[:-1]
        return Circumstances(
            now_ms=self.now_ms,
            settings=self.settings,
            rules=self.rules,
            size=self.position.size,
            quote=self.quote,
            book=self.order_book,
            heard_ms=self.heard_ms,
            last_close=self.last_close,
            clock_offset_ms=None if self.clock_doubted else self.clock_off_ms,
            system_status=self.system_status,
            account=self.account,
            placed_ms=placed,
            live=len(self.tracker.watches) - uncertain - len(protecting) - (without is not None),
            uncertain=uncertain,
            differs=self.differs_since_ms is not None,
            reconciling=self.reconnected_ms is not None,
            sends=self.control.sends,
            surprises=len(self.control.surprises),
            day_loss=self.loss.worst,
            external=len(self.external.seen),
            order_budget=self.order_budget,
            unread=self.account_trouble.reason,
            held_by_stops=sum((one.remaining for one in protecting if not one.intent.leverage), ZERO),
            unprotected=self._is_unprotected(),
            journal_trouble=self.journal_trouble,
            attended_ms=self.attended_ms,
        )
