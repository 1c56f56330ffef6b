"""The bot against a model exchange under every mixture of faults, commands and crashes.

After each step the truth of the exchange's own books is compared with what the bot sent and believes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.market import RULES, candle
from tests.support.model import Fate, Stand, recall, turning_settings
from tui_bot.engine.bot import Bot
from tui_bot.engine.commands import (
    CancelOrders,
    Configure,
    Contract,
    Flatten,
    Pause,
    Release,
    Resume,
    Settle,
    Trade,
    Until,
)
from tui_bot.engine.events import (
    AccountReported,
    Acked,
    Broken,
    CandleClosed,
    Event,
    LookedUp,
    StatusReported,
)
from tui_bot.engine.forecast import forecast
from tui_bot.engine.memory import Run
from tui_bot.engine.records import Filled
from tui_bot.engine.settings import BotSettings, Flip
from tui_bot.market.order import Intent, Origin, Side
from tui_bot.strategy.sma_slope import SmaSlope, Ties

ZERO = Decimal(0)
MINUTE_MS = 60_000
volumes = st.integers(1, 40).map(lambda steps: Decimal(steps) * Decimal("0.00005"))
contracts = st.builds(Contract, st.sampled_from(list(Until)), st.integers(1, 3))


class WatchedStand(Stand):
    """A stand that checks each order at the moment it is sent."""

    def _place(self, intent: Intent) -> list[Event]:
        self.check(intent)
        return super()._place(intent)

    def check(self, intent: Intent) -> None:
        """What must hold of every order when it leaves."""
        state = self.bot.state
        assert state.tracker.uncertain() == (), "nothing is sent while an order's fate is unknown"
        assert [order.intent for order in state.tracker.working()] == [intent], "one live order a pair"
        assert RULES.volume_fault(intent.volume, intent.reference) is None
        if intent.opens:
            assert abs(self.held + intent.side.sign * intent.volume) <= state.settings.limits.max_position
        else:
            resting = {order.intent.leg for order in state.tracker.protecting()}
            assert not resting or (intent.protects and intent.leg not in resting), "no close beside a stop"
            assert self.held * intent.side.sign < 0, "an exit is against what is held"
            assert intent.volume <= abs(self.held), "a close never opens"
            assert intent.leverage == state.position.leverage
        if intent.protects:
            assert state.run.run is not Run.HALTED
        elif intent.origin is Origin.BOT:
            assert state.run.run is not Run.HALTED, "halted does nothing by itself"
            assert state.override is None, "a person has taken over"
            assert self.bot.manual.flattener.flattening is None
            assert not intent.opens or state.run.run is Run.RUN, "paused takes no new exposure"


class BotMachine(RuleBasedStateMachine):
    """Rules are what may happen; invariants are what may not."""

    def __init__(self) -> None:
        super().__init__()
        self.stand = WatchedStand(turning_settings())
        self.past: list[Intent] = []
        self.booked: list[Filled] = []

    @initialize(
        leverage=st.sampled_from([0, 2]),
        flip=st.sampled_from(list(Flip)),
        ties=st.sampled_from(list(Ties)),
        stop=st.sampled_from(["0", "0", "0.002"]),
        profit=st.sampled_from(["0", "0.003"]),
    )
    def begin(self, leverage: int, flip: Flip, ties: Ties, stop: str, profit: str) -> None:
        chosen = turning_settings(
            leverage=leverage, flip=flip, strategy=SmaSlope(2, ZERO, ties),
            stop_loss=Decimal(stop), take_profit=Decimal(profit),
        )  # fmt: skip
        self.stand = WatchedStand(chosen)
        self.stand.start()

    # -- the market --------------------------------------------------------------------------------

    @rule(way=st.sampled_from([-1, -1, 0, 1, 1]))
    def candle_closes(self, way: int) -> None:
        self._catch_up()
        self.stand.step(way)

    @rule()
    def the_average_turns(self) -> None:
        self._catch_up()
        falling = self.stand.closes[-1] < self.stand.closes[-3]
        self.stand.step(1 if falling else -1)

    @rule()
    def the_newest_candle_comes_again(self) -> None:
        self.stand.close_again()

    @rule(back=st.integers(0, 4), off=st.integers(-300, 300))
    def a_candle_is_corrected_or_comes_late(self, back: int, off: int) -> None:
        number = max(0, len(self.stand.closes) - 1 - back)
        wrong = candle(number, self.stand.closes[number] + off)
        self.stand.play(CandleClosed(self.stand.exchange.now_ms, wrong))

    @rule(off=st.integers(-200, 200))
    def the_book_moves(self, off: int) -> None:
        self.stand.quote(max(Decimal(1000), self.stand.exchange.last + off))

    @rule(ms=st.sampled_from([250, 1_500, 1_500, 20_000, 100_000]))
    def time_passes(self, ms: int) -> None:
        self.stand.tick(ms)

    @rule(word=st.sampled_from(["online", "online", "maintenance", "post_only"]))
    def the_exchange_says(self, word: str) -> None:
        self.stand.play(StatusReported(self.stand.exchange.now_ms, word, "online"))

    # -- faults ------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.stand.fates) < 3)
    @rule(fate=st.sampled_from(list(Fate)))
    def the_next_order_will_meet(self, fate: Fate) -> None:
        self.stand.fates.append(fate)

    @rule(deaf=st.booleans())
    def reads_fail_or_work(self, deaf: bool) -> None:
        self.stand.deaf = deaf

    @rule(error=st.sampled_from(["", "connection lost"]))
    def cancels_fail_or_work(self, error: str) -> None:
        self.stand.cancel_error = error

    @rule(steps=st.integers(1, 40))
    def the_exchange_executes_a_part(self, steps: int) -> None:
        for report in self.stand.exchange.open_orders():
            assert report.cl_ord_id is not None
            self.stand.exchange.execute(report.cl_ord_id, Decimal(steps) * Decimal("0.00005"))

    @rule()
    def the_exchange_cancels(self) -> None:
        for report in self.stand.exchange.open_orders():
            self.stand.exchange.cancel(report.txid)

    @rule(executes=st.booleans())
    def a_lost_order_arrives_late(self, executes: bool) -> None:
        exchange = self.stand.exchange
        for order in self.stand.bot.state.tracker.uncertain():
            intent = order.intent
            if intent.cl_ord_id not in exchange.reports and exchange.now_ms <= intent.deadline_ms:
                exchange.accept(intent)
                if executes:
                    exchange.execute(intent.cl_ord_id)

    @rule()
    def a_late_answer_comes(self) -> None:
        for order in self.stand.bot.state.tracker.live():
            if report := self.stand.exchange.reports.get(order.intent.cl_ord_id):
                number = [intent.cl_ord_id for intent in self.stand.sent].count(order.intent.cl_ord_id)
                if number:
                    self.stand.answer(Acked(report.txid))

    @rule()
    def all_that_is_known_of_orders_comes_again(self) -> None:
        for cl_ord_id in list(self.stand.exchange.reports):
            report, fills = self.stand.exchange.find(cl_ord_id)
            self.stand.play(LookedUp(self.stand.exchange.now_ms, cl_ord_id, report, fills * 2))

    @rule(age_ms=st.sampled_from([1_000, 50_000]))
    def an_old_view_of_the_account_comes(self, age_ms: int) -> None:
        account = self.stand.bot.state.account
        if account is not None:
            old = replace(account, at_ms=account.at_ms - age_ms)
            self.stand.play(AccountReported(self.stand.exchange.now_ms, old))

    @rule()
    def a_part_of_the_engine_breaks(self) -> None:
        self.stand.play(Broken(self.stand.exchange.now_ms, "broken"))

    @rule(missed=st.integers(0, 3), lost=st.booleans())
    def crash_and_recover(self, missed: int, lost: bool) -> None:
        before = self.stand
        self._check_determinism(before)
        self.past += before.sent
        self.booked += [body for body in before.kept if isinstance(body, Filled)]
        after = WatchedStand(
            before.bot.state.settings if not lost else before.settings,
            exchange=before.exchange,
            memory=recall(before.kept, before.memory),
            closes=before.closes + [before.closes[-1]] * missed,
        )
        after.fates = before.fates
        self.stand = after
        sent = len(after.sent)
        after.start()
        assert len(after.sent) == sent, "recovery never trades"

    # -- people ------------------------------------------------------------------------------------

    @rule()
    def pause(self) -> None:
        self.stand.command(Pause())

    @rule()
    def resume(self) -> None:
        self.stand.command(Resume())

    @rule(
        side=st.sampled_from(list(Side)),
        volume=volumes,
        away=st.sampled_from([None, 0, 500]),
        contract=contracts,
    )
    def trade_by_hand(self, side: Side, volume: Decimal, away: int | None, contract: Contract) -> None:
        price = None if away is None else self.stand.exchange.last - side.sign * away
        self.stand.command(Trade(side, volume, price, contract))

    @rule()
    def settle(self) -> None:
        """A person looks at the exchange's own page, and says of each lost order what is there."""
        for order in self.stand.bot.state.tracker.uncertain():
            cl_ord_id = order.intent.cl_ord_id
            self.stand.command(Settle(cl_ord_id, cl_ord_id in self.stand.exchange.reports))

    @rule(contract=contracts)
    def flatten(self, contract: Contract) -> None:
        self.stand.command(Flatten(contract))

    @rule()
    def cancel(self) -> None:
        self.stand.command(CancelOrders())

    @rule()
    def release(self) -> None:
        self.stand.command(Release())

    @rule(size=st.sampled_from(["0.0005", "0.001", "0.002"]), flip=st.sampled_from(list(Flip)))
    def change_settings(self, size: str, flip: Flip) -> None:
        changes: dict[str, Any] = {"trade_size": Decimal(size), "flip": flip}
        changed: BotSettings = replace(self.stand.bot.state.settings, **changes)
        self.stand.command(Configure(changed, ()))

    # -- what must always hold -----------------------------------------------------------------------

    @invariant()
    def one_order_lives_at_a_time(self) -> None:
        tracker = self.stand.bot.state.tracker
        # a stop and a take-profit may both have begun to fill; beside them one order is under way
        assert sum(not order.intent.protects for order in tracker.working()) <= 1
        assert len(tracker.protecting()) <= 2
        exchange = self.stand.exchange
        assert sum(one.cl_ord_id not in exchange.triggers for one in exchange.open_orders()) <= 1

    @invariant()
    def a_cause_has_each_leg_once(self) -> None:
        sent = self.past + self.stand.sent
        causes = Counter((intent.signal, intent.leg) for intent in sent)
        assert not causes or max(causes.values()) == 1
        assert len({intent.cl_ord_id for intent in sent}) == len(sent)

    @invariant()
    def executions_are_booked_once_and_never_beyond_the_order(self) -> None:
        booked = self.booked + [body for body in self.stand.kept if isinstance(body, Filled)]
        trades = Counter(body.fill.trade_id for body in booked)
        assert not trades or max(trades.values()) == 1
        volume: Counter[str] = Counter()
        for body in booked:
            volume[body.cl_ord_id] += body.fill.volume  # type: ignore[assignment]
        for intent in self.past + self.stand.sent:
            assert volume[intent.cl_ord_id] <= intent.volume

    @invariant()
    def with_nothing_in_flight_the_books_agree(self) -> None:
        if not self.stand.bot.state.tracker.live():
            exchange = self.stand.exchange
            assert self.stand.held == exchange.position + exchange.coins

    @invariant()
    def a_difference_is_never_seen_where_there_is_none(self) -> None:
        if not self.stand.deaf and not self.stand.bot.state.tracker.live():
            assert "fills say" not in self.stand.why()

    @invariant()
    def the_screen_can_be_drawn(self) -> None:
        snapshot = self.stand.snapshot()
        assert snapshot.position.size == self.stand.held
        forecast(snapshot)

    def teardown(self) -> None:
        """The same events give the same actions; and once all works, a flatten ends flat."""
        self._check_determinism(self.stand)
        stand = self.stand
        stand.deaf, stand.cancel_error = False, ""
        stand.fates.clear()
        stand.play(StatusReported(stand.exchange.now_ms, "online", "online"))
        for report in stand.exchange.open_orders():
            stand.exchange.cancel(report.txid)
        stand.wait(120)
        self.settle()
        stand.command(Flatten(Contract(Until.RELEASED)))
        stand.wait(30)
        left = stand.exchange.position + stand.exchange.coins
        assert left == 0 or RULES.is_dust(left, stand.exchange.last)
        assert stand.bot.manual.flattener.flattening is None

    def _catch_up(self) -> None:
        """Candles that nobody saw while time passed."""
        while self.stand.close_ms + MINUTE_MS < self.stand.exchange.now_ms:
            self.stand.closes.append(self.stand.closes[-1])

    def _check_determinism(self, stand: Stand) -> None:
        again = Bot(stand.settings)
        for event, actions in zip(stand.events, stand.answers, strict=True):
            assert repr(tuple(again.handle(event))) == repr(actions)


TestBotMachine = BotMachine.TestCase
TestBotMachine.settings = hypothesis_settings(stateful_step_count=40)
