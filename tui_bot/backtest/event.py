"""Event mode: the very bot that trades live, fed with a history's candles one by one."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from decimal import Decimal

import numpy as np

from tui_bot.backtest.booking import start_of
from tui_bot.backtest.history import History
from tui_bot.backtest.limits import held_back
from tui_bot.backtest.progress import Progress
from tui_bot.backtest.result import Result
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.tariff import MOST
from tui_bot.backtest.terms import Terms
from tui_bot.backtest.venue import Moment, Venue
from tui_bot.engine.actions import Action, CancelOrder, Keep, LookUp, PlaceOrder, ReadAccount, ReadRules
from tui_bot.engine.bot import Bot
from tui_bot.engine.events import (
    AccountReported,
    CancelAnswered,
    CandleClosed,
    ClockMeasured,
    Event,
    LookedUp,
    NotSent,
    OrderAnswered,
    Quote,
    Quoted,
    Recovered,
    RulesReported,
    StatusReported,
)
from tui_bot.engine.memory import Memory, Run
from tui_bot.engine.news import OrderReported
from tui_bot.engine.records import Body, DecisionMade, Note, Outcome
from tui_bot.engine.settings import BotSettings
from tui_bot.market.candle import Candle
from tui_bot.market.order import Intent
from tui_bot.market.pair import PairRules
from tui_bot.strategy.decision import Verdict

#: So many candles are turned into plain integers at a time.
CHUNK = 1024


def run_events(
    history: History, settings: BotSettings, terms: Terms, progress: Progress | None = None
) -> Result:
    """Feed a history to the bot of these settings, guards and all.

    Its orders fill on these terms at an exchange in memory. ``progress`` is told how many candles are done,
    and of how many.
    """
    replay = Replay(history, settings, terms)
    replay.progress = progress
    replay.run()
    return replay.result()


class Replay:
    """One run of a bot over a history. The first ``known`` candles it finds when it starts: they are not
    judged, as those before a live start are not. What it decides is kept in ``decisions`` if that is a list.
    """

    def __init__(self, history: History, settings: BotSettings, terms: Terms, known: int = 0) -> None:
        if history.interval != settings.interval:
            raise ValueError(
                f"the history has candles of {history.interval} s, the settings ask for {settings.interval} s"
            )
        self.history = history
        self.settings = settings
        self.terms = terms
        self.known = known
        self.venue = Venue(terms, rules_of(settings, terms))
        self.bot = Bot(settings)
        self.equity: list[int] = []
        self.decisions: list[DecisionMade] | None = None
        self.progress: Progress | None = None
        self._signals = 0
        self._blocked = 0
        self._reasons: Counter[str] = Counter()

    def run(self) -> None:
        """Play every candle."""
        if not len(self.history):
            return
        self._start()
        for place, (begin, opened, high, low, close, after, volume) in enumerate(self._candles()):
            if self.progress is not None and place % CHUNK == 0:
                self.progress(place, len(self.history))
            if place < self.known:
                self.equity.append(self.venue.ledger.cash)
                continue
            over, prices, ledger = begin + self.history.interval, (opened, high, low), self.venue.ledger
            self.venue.moment = Moment(over, close, after, place + 1)
            ledger.roll_over(over)
            while (reached := self.venue.reach(place, over, prices)) is not None:
                self._tell(LookedUp(over * 1000, reached, *self.venue.find(reached)))
            self.equity.append(ledger.equity(close))
            if ledger.is_overdrawn(close):
                self._tell(OrderReported(over * 1000, self.venue.liquidate()))
            self._close(begin, prices, close, volume, over * 1000)

    def result(self) -> Result:
        """What it came to."""
        history, ledger = self.history, self.venue.ledger
        count = len(history)
        trades = ledger.trades(count, int(history.close[-1]) if count else 0)
        start = start_of(self.terms)
        kind = np.int64 if max(map(abs, self.equity), default=0) < MOST else object
        return Result(
            pair=history.pair,
            interval=history.interval,
            begin=int(history.begin[0]) if count else 0,
            end=history.end,
            candles=count,
            rule=Rule.of(self.settings.strategy),
            terms=self.terms,
            mode="event",
            engine="event",
            trades=trades,
            equity=np.array(self.equity, kind),
            start=start,
            worth=self.equity[-1] if count else start,
            turnover=ledger.turnover,
            fees=int(trades.fees.sum()),
            signals=self._signals,
            blocked=self._blocked + self.venue.refused,
            pending=self.venue.pending,
            notes=tuple(self._notes()),
        )

    # -- the market ----------------------------------------------------------------------------------

    def _start(self) -> None:
        """Recover with the candles that are known, at a good exchange."""
        venue, known = self.venue, self.history.slice(0, self.known)
        now = known.end or int(self.history.begin[0])
        venue.moment = Moment(now, int(self.history.open[self.known]), 0, 0)
        candles = tuple(
            self._candle(begin, (opened, high, low), close, volume)
            for begin, opened, high, low, close, _, volume in self._candles(self.known)
        )
        self._tell(Recovered(now * 1000, venue.rules, venue.account(), Memory("backtest"), candles))
        self._tell(StatusReported(now * 1000, "online", "online"))
        self._tell(ClockMeasured(now * 1000, 0))

    def _candles(self, most: int | None = None) -> Iterator[tuple[int, int, int, int, int, int, float]]:
        """Begin, open, high, low, close, the next open (0: there is none) and volume, in plain numbers."""
        history = self.history.slice(0, most)
        count = len(history)
        for start in range(0, count, CHUNK):
            part = history.slice(start, start + CHUNK)
            following = history.open[start + 1 : start + CHUNK + 1].tolist()
            following += [0] * (len(part) - len(following))
            columns = (part.begin, part.open, part.high, part.low, part.close)
            rows = (column.tolist() for column in columns)
            yield from zip(*rows, following, part.volume.tolist(), strict=True)

    def _close(
        self, begin: int, prices: tuple[int, int, int], close: int, volume: float, over_ms: int
    ) -> None:
        """The quote stands around the close, and the candle is complete."""
        tick, half = self.terms.tick, self.terms.quoted
        last = close * tick
        bid, ask = (max(1, close - half) * tick, (close + half) * tick) if half else (last, last)
        self._tell(Quoted(over_ms, Quote(bid, ask, last, over_ms)))
        if self.venue.is_tight():
            self._tell(AccountReported(over_ms, self.venue.account()))
        self._tell(CandleClosed(over_ms, self._candle(begin, prices, close, volume)))

    def _candle(self, begin: int, prices: tuple[int, int, int], close: int, volume: float) -> Candle:
        tick, (opened, high, low) = self.terms.tick, prices
        return Candle(begin, opened * tick, high * tick, low * tick, close * tick, Decimal(volume), 0)

    # -- the other side ------------------------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        """Let the bot handle an event and all that follows from it at this moment."""
        waiting = deque(self.bot.handle(event))
        while waiting:
            action = waiting.popleft()
            if isinstance(action, Keep):
                self._hear(action.record.body)
            elif (answer := self._follow(action)) is not None:
                waiting.extend(self.bot.handle(answer))

    def _follow(self, action: Action) -> Event | None:
        now_ms = self.venue.moment.now * 1000
        match action:
            case PlaceOrder(intent):
                return self._place(intent, now_ms)
            case LookUp(order):
                cl_ord_id = order.intent.cl_ord_id
                return LookedUp(now_ms, cl_ord_id, *self.venue.find(cl_ord_id))
            case ReadAccount(since_ms):
                return AccountReported(now_ms, self.venue.account(), None if since_ms is None else ())
            case ReadRules():
                return RulesReported(now_ms, self.venue.rules)
            case CancelOrder(txid):
                return CancelAnswered(now_ms, txid, self.venue.cancel(txid))
        return None

    def _place(self, intent: Intent, now_ms: int) -> Event | None:
        if objection := self.bot.release(intent):
            return OrderAnswered(now_ms, intent.cl_ord_id, NotSent(objection))
        answer = self.venue.place(intent)
        return None if answer is None else OrderAnswered(now_ms, intent.cl_ord_id, answer)

    def _hear(self, body: Body) -> None:
        """Count turns, and the orders that guards held back: those of a turn, and second ones of a flip."""
        if isinstance(body, Note):
            if guards := body.facts.get("guards"):
                self._hold_back(guards.split(", "))
            return
        if not isinstance(body, DecisionMade):
            return
        if self.decisions is not None:
            self.decisions.append(body)
        self._signals += body.decision.verdict is not Verdict.NONE
        if body.outcome is Outcome.BLOCKED:
            self._hold_back(reading.name for reading in body.blocks)

    def _hold_back(self, guards: Iterable[str]) -> None:
        self._blocked += 1
        self._reasons.update(guards)

    def _notes(self) -> Iterator[str]:
        yield from held_back(self._reasons)
        run = self.bot.state.run
        if run.run is Run.HALTED:
            yield f"the bot halted: {run.reason}"


def rules_of(settings: BotSettings, terms: Terms) -> PairRules:
    """The pair's rules that these terms stand for."""
    base, _, quote = settings.pair.partition("/")
    leverages = (settings.leverage,) if settings.leverage else ()
    places = -int(terms.tick.as_tuple().exponent)
    return PairRules(
        name=settings.pair,
        key=settings.pair,
        altname=settings.pair,
        base=base,
        quote=quote,
        price_decimals=max(0, places),
        lot_decimals=-int(terms.lot.as_tuple().exponent),
        cost_decimals=-int(terms.money.as_tuple().exponent),
        tick_size=terms.tick,
        order_minimum=terms.order_minimum,
        cost_minimum=terms.cost_minimum,
        leverage_buy=leverages,
        leverage_sell=leverages,
        taker_fees=((Decimal(0), terms.guard_fee * 100),),
    )
