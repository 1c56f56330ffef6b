"""The order desk: sends the legs of a plan one at a time and follows each order to its end."""

from __future__ import annotations

from dataclasses import replace

from tui_bot.engine.actions import CancelOrder, LookUp, PlaceOrder, ReadAccount, ReadRules
from tui_bot.engine.events import (
    Account,
    Acked,
    CancelAnswered,
    LookedUp,
    Lost,
    OrderAnswered,
    Refused,
)
from tui_bot.engine.guards import Reading, blocks, judge, within_reach
from tui_bot.engine.identity import client_order_id
from tui_bot.engine.memory import Run
from tui_bot.engine.missing import Missing
from tui_bot.engine.plan import Leg, Plan
from tui_bot.engine.reconcile import tell_foreign
from tui_bot.engine.records import Filled, OrderMoved
from tui_bot.engine.state import BotState
from tui_bot.market.number import ZERO
from tui_bot.market.order import Fill, Intent, Order, OrderReport, OrderState, Origin

#: Refusals after which no order can succeed until a person mends the cause.
FATAL_REFUSALS = (
    "EAPI:Invalid key",
    "EAPI:Invalid signature",
    "EAPI:Invalid nonce",
    "EGeneral:Permission denied",
    "EGeneral:Temporary lockout",
    "EAuth:",
    "EAccount:",
    "ETrade:",
)

#: A resting order is looked at less often than one whose end is near.
RESTING_PATIENCE = 5

#: What is pushed is looked at less often still: the look is then the safety net only.
PUSHED_PATIENCE = 4

#: After how many look-up intervals past its deadline an order without any answer counts as lost.
ANSWER_PATIENCE = 20


class Desk:
    """Sends and follows orders; everything it knows lies in the state and its plan."""

    def __init__(self, state: BotState) -> None:
        self.state = state
        self.plan: Plan | None = None
        self.missing = Missing(state, self._finished, self.read_account)

    # -- sending -----------------------------------------------------------------------------------

    def start(self, plan: Plan) -> tuple[Reading, ...]:
        """Send the first leg of a plan; the guards that say no, none when it was sent."""
        first = within_reach(self.state.circumstances(), plan.legs[0])
        refusals = blocks(judge(self.state.circumstances(), first))
        if refusals:
            return refusals
        self.drop_plan("another order takes its place")
        self.plan = replace(plan, legs=(first, *plan.legs[1:]))
        self._send_next()
        return ()

    def drop_plan(self, reason: str) -> None:
        """Send no further leg. What is already sent goes on."""
        if self.plan is not None and self.plan.legs:
            self.state.note("warning", f"the second order of the flip is not sent: {reason}")
        self.plan = None

    def _send_next(self) -> None:
        plan = self.plan
        if plan is None:
            return
        leg, plan.legs = plan.legs[0], plan.legs[1:]
        plan.awaits_flat = False
        self._send(leg, plan.signal, plan.origin)

    def _send(self, leg: Leg, signal: str, origin: Origin) -> None:
        """Make an intent of a leg and ask for it to be placed."""
        state = self.state
        rules = state.rules
        reference = state.circumstances().price_of(leg)
        if rules is None or reference is None:
            return
        intent = Intent(
            cl_ord_id=client_order_id(state.journal_id, signal, leg.name),
            pair=rules.name,
            side=leg.side,
            volume=rules.round_volume(leg.volume),
            price=leg.price,
            leverage=leg.leverage,
            reduce_only=leg.reduce_only,
            origin=origin,
            signal=signal,
            leg=leg.name,
            reference=reference,
            created_ms=state.now_ms,
            deadline_ms=state.now_ms + state.settings.limits.order_deadline_ms,
            before=state.funds(),
        )
        if objection := state.control.objection(intent, 1, rules.lot_step):
            self.drop_plan(objection)
            state.halt(f"an order was stopped before it left: {objection}. Look at the log, then resume")
            return
        state.control.ordered(intent)
        state.tracker.add(intent, state.now_ms)
        state.moved_ms = state.now_ms
        if intent.opens:
            state.placed_ms.append(state.now_ms)
        state.act(PlaceOrder(intent))

    # -- following ---------------------------------------------------------------------------------

    def on_answer(self, event: OrderAnswered) -> None:
        """An order was answered, refused, lost, or never left."""
        order = self.state.tracker.answer(event.cl_ord_id, event.answer, self.state.now_ms)
        if order is None:
            return
        self.state.keep(OrderMoved(order))
        if order.state is OrderState.UNKNOWN or isinstance(event.answer, Acked):
            self.look(order)
            return
        self._finished(order)
        if isinstance(event.answer, Refused):
            self.read_rules()
            if event.answer.error.startswith(FATAL_REFUSALS):
                self.state.halt(f"Kraken refuses this key: {order.reason}")

    def on_cancel_answered(self, event: CancelAnswered) -> None:
        """A cancel was accepted or not; either way the order itself tells what it became."""
        if event.error:
            self.state.note(
                "warning", f"cancel of {event.txid} not confirmed: {event.error}; it may still fill"
            )
        for order in self.state.tracker.live():
            if order.txid == event.txid:
                self.state.tracker.watches[order.intent.cl_ord_id].canceling = not event.error
                self.look(order)

    def on_looked_up(self, event: LookedUp) -> None:
        """The exchange's word on one of our orders, complete."""
        tracker = self.state.tracker
        order = tracker.orders.get(event.cl_ord_id)
        if order is None:
            return
        if event.report is None:
            self.missing.not_found(order)
            return
        self.take_report(order, event.report, event.fills)

    def take_report(self, order: Order, report: OrderReport, fills: tuple[Fill, ...] = ()) -> None:
        """The exchange's word on one of our orders, from any of its views."""
        self.expect_possible(order, report.txid)
        self._count(order, report)
        for fill in sorted(fills, key=lambda fill: (fill.at_ms, fill.trade_id)):
            self.book(order, fill)
        moved = self.state.tracker.report(order, report, self.state.now_ms)
        if moved is not None:
            self.state.keep(OrderMoved(moved))
            if moved.state.is_final and not order.state.is_final:
                self._finished(moved)

    def on_account(self, account: Account) -> None:
        """Compare the exchange's open orders with ours; go on with a flip once it says flat."""
        state = self.state
        state.account = account
        foreign: list[OrderReport] = []
        for report in account.open_orders:
            if order := state.tracker.owner_of(report.cl_ord_id, report.txid):
                self.take_report(order, report)
            else:
                foreign.append(report)
        tell_foreign(state, tuple(foreign))
        flat = account.position == 0 or state.is_dust(account.position)
        if self.plan is not None and self.plan.awaits_flat and flat and account.at_ms >= state.moved_ms:
            self._continue()

    def expect_possible(self, order: Order, txid: str) -> None:
        """An order held for absent that shows up after all: what we know is wrong (F03)."""
        if order.state.never_existed:
            self.state.surprise(
                f"order {txid} is at the exchange although it was {order.state.value}. "
                "Look at Kraken's order page, cancel it there if it is open, then resume"
            )

    def on_tick(self) -> None:
        """Look again for orders that are not finished; give up a flip whose time has passed."""
        state, limits = self.state, self.state.settings.limits
        for order in state.tracker.live():
            resting = not order.intent.is_market and order.state is OrderState.OPEN
            patience = limits.look_up_every_ms * (RESTING_PATIENCE if resting else 1)
            if state.account_source == "push" and not order.state.is_uncertain:
                patience *= PUSHED_PATIENCE
            watch = state.tracker.watches[order.intent.cl_ord_id]
            if order.state is OrderState.SENT:
                self._give_up_answer(order)
            elif state.now_ms - watch.looked_ms >= patience and (not resting or state.can_spare_calls()):
                self.look(order)
        if self.plan is not None and self.plan.awaits_flat:
            if state.now_ms > self.plan.valid_until_ms:
                self.drop_plan("the exchange did not confirm the close in time")
            elif state.now_ms - state.account_asked_ms >= limits.look_up_every_ms:
                self.read_account()

    def cancel_resting(self) -> int:
        """Ask to cancel our resting orders; how many were asked for."""
        asked = 0
        for order in self.state.tracker.live():
            watch = self.state.tracker.watches[order.intent.cl_ord_id]
            if order.txid and not order.intent.is_market and not watch.canceling:
                watch.canceling = True
                self.state.act(CancelOrder(order.txid))
                asked += 1
        return asked

    def read_account(self) -> None:
        """Ask for the account to be read."""
        self.state.account_asked_ms = self.state.now_ms
        self.state.act(ReadAccount())

    def read_rules(self) -> None:
        """Ask for the pair's rules: they change now and then, and a refusal may be the sign (F76)."""
        self.state.rules_asked_ms = self.state.now_ms
        self.state.act(ReadRules())

    def _count(self, order: Order, report: OrderReport) -> None:
        """Let the control hear what the exchange says of an order."""
        self.state.control.reported(order.intent, report.txid, report.executed)
        self._expect_no_more(order, report.txid)

    def _expect_no_more(self, order: Order, txid: str) -> None:
        state, intent = self.state, order.intent
        step = state.rules.lot_step if state.rules else ZERO
        if state.control.overshoot(intent, step) or state.tracker.booked(txid) > intent.volume:
            state.surprise(f"more was executed than ordered ({txid}). Look at Kraken, then resume")

    # -- parts -------------------------------------------------------------------------------------

    def look(self, order: Order) -> None:
        """Ask for a complete look at one order."""
        self.state.tracker.watches[order.intent.cl_ord_id].looked_ms = self.state.now_ms
        self.state.act(LookUp(order))

    def _give_up_answer(self, order: Order) -> None:
        """An answer that has not come long after the deadline is lost (F17)."""
        limits = self.state.settings.limits
        if self.state.now_ms > order.intent.deadline_ms + ANSWER_PATIENCE * limits.look_up_every_ms:
            lost = Lost("no answer came")
            self.on_answer(OrderAnswered(self.state.now_ms, order.intent.cl_ord_id, lost))

    def book(self, order: Order, fill: Fill) -> None:
        """Let an execution of one of our orders count, once, from wherever it is learnt."""
        state = self.state
        if not state.tracker.is_new(fill):
            return
        owned = state.tracker.book(order, fill)
        state.book(owned, order.intent.origin)
        state.control.filled(order.intent, owned)
        state.moved_ms = state.now_ms
        state.keep(Filled(owned, order.intent.cl_ord_id))
        if order.intent.origin is Origin.MANUAL:
            state.target = state.position.size
        self._expect_no_more(order, fill.txid)

    def _finished(self, order: Order) -> None:
        self.state.moved_ms = self.state.now_ms
        self.read_account()
        plan = self.plan
        if plan is None or plan.signal != order.intent.signal:
            return
        if order.state is not OrderState.CLOSED:
            self.drop_plan(f"the first ended {order.state.value}")
        elif not plan.legs:
            self.plan = None
        else:
            plan.awaits_flat = True

    def _continue(self) -> None:
        """Send the opening leg of a flip if it is still wanted."""
        plan, state = self.plan, self.state
        if plan is None or not plan.legs:
            return
        if state.run.run is not Run.RUN and plan.origin is Origin.BOT:
            self.drop_plan(f"the bot is {state.run.run.value}")
        elif state.now_ms > plan.valid_until_ms:
            self.drop_plan("the signal is no longer current")
        elif refusals := blocks(judge(state.circumstances(), plan.legs[0])):
            self.drop_plan("; ".join(reading.sentence for reading in refusals))
        else:
            self._send_next()
