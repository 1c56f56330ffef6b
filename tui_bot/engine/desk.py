"""The order desk: sends the legs of a plan one at a time, each when the one before has come to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tui_bot.engine import looks
from tui_bot.engine.actions import CancelOrder, PlaceOrder, ReadAccount, ReadRules
from tui_bot.engine.clearance import in_the_way, once_gone
from tui_bot.engine.events import (
    Account,
)
from tui_bot.engine.expiry import end_overdue, expiry_of, is_over
from tui_bot.engine.following import Following
from tui_bot.engine.guards import Circumstances, Reading, blocks, judge, within_reach
from tui_bot.engine.identity import client_order_id
from tui_bot.engine.memory import Run
from tui_bot.engine.missing import Missing
from tui_bot.engine.plan import TAKE_PROFIT, Leg, Plan, leg_of
from tui_bot.engine.state import BotState
from tui_bot.market.order import Intent, Order, OrderState, Origin


class Desk(Following):
    """Sends and follows orders; everything it knows lies in the state and its plan."""

    def __init__(self, state: BotState) -> None:
        super().__init__(state)
        self.plan: Plan | None = None
        self.ended: list[Callable[[Order], None]] = []
        self.missing = Missing(state, self._finished, self.resend, self.read_account)

    # -- sending -----------------------------------------------------------------------------------

    def start(self, plan: Plan) -> tuple[Reading, ...]:
        """Send the first leg of a plan; the guards that say no, none when it was sent.

        An entry on an old account waits until it is read; what takes away from a position waits until what
        is in its way is cancelled and gone.
        """
        barring = self._in_the_way(plan.origin, plan.legs[0])
        now = once_gone(self.state.circumstances(), barring)
        first = within_reach(now, plan.legs[0])
        if refusals := blocks(judge(now, first)):
            return refusals
        self.drop_plan("another order takes its place")
        self.plan = replace(plan, legs=(first, *plan.legs[1:]))
        if barring:
            self._clear(self.plan, barring)
        elif first.opens and not self.state.account_is_fresh:
            self.plan.awaits_account_ms = self.state.now_ms
            self.read_account(whole=self.state.account_source != "push")
        else:
            self._send_next()
        return ()

    def send_alone(self, plan: Plan) -> None:
        """Send a plan of one leg that its maker has judged, and follow it without waiting for anything."""
        self._send(plan.legs[0], plan)

    def judged_by(self, origin: Origin, leg: Leg) -> Circumstances:
        """What the first leg of a plan is judged by: what is in its way will be gone."""
        return once_gone(self.state.circumstances(), self._in_the_way(origin, leg))

    def _in_the_way(self, origin: Origin, leg: Leg) -> tuple[Order, ...]:
        return in_the_way(self.state.position.size, self.state.tracker.live(), origin, leg)

    def _clear(self, plan: Plan, barring: Sequence[Order]) -> None:
        """Have what is in the way cancelled; the leg follows when it is gone."""
        plan.awaits_clear = True
        if by_hand := [order for order in barring if not order.intent.protects]:
            count = "1 resting order of ours is" if len(by_hand) == 1 else f"{len(by_hand)} of ours are"
            self.state.note("warning", f"the exit waits until {count} cancelled and gone")
        self.cancel_unfit(barring)

    def resend(self, order: Order) -> None:
        """One more attempt, under a new id, for an entry that is proved absent; only where the person
        allows it, while its signal is current and its price about the same. All gates are asked anew.

        Where it is allowed, what became of it is always told.
        """
        state, intent = self.state, order.intent
        if not state.settings.resend:
            return
        plan = Plan(intent.signal, intent.origin, (leg_of(intent),), state.valid_until_ms, attempt=2)
        if objection := self._bars_resend(intent, plan):
            state.note("info", f"not sent again: {objection}", resend=intent.signal)
        elif refusals := self.start(plan):
            reasons = "; ".join(one.sentence for one in refusals)
            state.note("warning", f"not sent again: {reasons}", resend=intent.signal)
        else:
            told = "sent again, once, under a new id: the first is proved absent"
            state.note("warning", told, resend=intent.signal)

    def _bars_resend(self, intent: Intent, plan: Plan) -> str:
        """Why there is no second attempt, empty if only the guards can still say no."""
        state = self.state
        price = state.circumstances().price_of(plan.legs[0])
        after = state.position.size + intent.side.sign * intent.volume
        objections = {
            "this was the second attempt": intent.attempt > 1,
            "an order by hand is the person's to repeat": intent.origin is not Origin.BOT,
            "an exit is tried again at the next close": not intent.opens,
            "the signal is no longer current": (
                intent.signal != state.signal or state.now_ms > plan.valid_until_ms
            ),
            "it would not lead to what is wanted by now": after != state.target,
            "no price is known": price is None,
            "the price has moved too far": (
                price is not None and abs(price / intent.reference - 1) > state.settings.limits.collar
            ),
        }
        return next((reason for reason, holds in objections.items() if holds), "")

    def drop_plan(self, reason: str, **facts: str) -> None:
        """Send no further leg. What is already sent goes on."""
        if self.plan is not None and self.plan.legs:
            first = self.plan.awaits_account_ms is not None or self.plan.awaits_clear
            what = "the order" if first else "the second order of the flip"
            self.state.note("warning", f"{what} is not sent: {reason}", **facts)
        self.plan = None

    def _send_next(self) -> None:
        plan = self.plan
        if plan is None:
            return
        leg, plan.legs = plan.legs[0], plan.legs[1:]
        plan.awaits_flat, plan.awaits_account_ms, plan.awaits_clear = False, None, False
        self._send(leg, plan)

    def _send(self, leg: Leg, plan: Plan) -> None:
        """Make an intent of a leg and ask for it to be placed."""
        state = self.state
        rules = state.rules
        reference = state.circumstances().price_of(leg)
        if rules is None or reference is None:
            return
        intent = Intent(
            cl_ord_id=client_order_id(state.journal_id, plan.signal, leg.name, plan.attempt),
            pair=rules.name,
            side=leg.side,
            volume=rules.round_volume(leg.volume),
            price=leg.price,
            leverage=leg.leverage,
            reduce_only=leg.reduce_only,
            origin=plan.origin,
            signal=plan.signal,
            leg=leg.name,
            reference=reference,
            created_ms=state.now_ms,
            deadline_ms=state.now_ms + state.settings.limits.order_deadline_ms,
            before=state.funds(),
            attempt=plan.attempt,
            validate=state.settings.validate,
            trigger=leg.trigger,
            takes_profit=leg.name == TAKE_PROFIT,
            settings=state.settings.digest,
            expires_ms=expiry_of(leg, state.now_ms),
        )
        if objection := state.control.objection(intent, state.settings.sends, rules.lot_step):
            self.drop_plan(objection)
            state.halt(f"an order was stopped before it left: {objection}. Look at the log, then resume")
            return
        state.control.ordered(intent)
        state.tracker.add(intent, state.now_ms)
        state.moved_ms = state.now_ms
        if intent.opens:
            state.placed_ms.append(state.now_ms)
        state.act(PlaceOrder(intent))

    def proceed(self, account: Account) -> None:
        """Go on with what waited for the account: a flip for it to be flat, an entry for it to be read."""
        plan, state = self.plan, self.state
        if plan is None:
            return
        flat = account.position == 0 or state.is_dust(account.position)
        if plan.awaits_clear:
            stops = any(order.intent.protects for order in state.tracker.live())
            clear = not stops and not self._in_the_way(plan.origin, plan.legs[0])
            if clear and account.at_ms >= state.moved_ms:
                self._continue()
        elif (plan.awaits_flat and flat and account.at_ms >= state.moved_ms) or (
            plan.awaits_account_ms is not None and account.at_ms >= plan.awaits_account_ms
        ):
            self._continue()

    def on_tick(self) -> None:
        """Look again for orders that are not finished; give up a flip whose time has passed."""
        state, limits = self.state, self.state.settings.limits
        for order in state.tracker.live():
            if is_over(order.intent, state.now_ms):
                end_overdue(state, order, self.cancel_unfit)
            if order.state is OrderState.SENT:
                self._give_up_answer(order)
            elif state.now_ms >= looks.due_ms(state, order) and (
                not looks.rests(order) or state.can_spare_calls()
            ):
                self.look(order)
        if self.plan is not None and self.plan.waits:
            if state.now_ms > self.plan.valid_until_ms:
                self.drop_plan(f"the exchange {self.plan.lacking} in time")
            elif self.plan.awaits_clear and state.now_ms - state.account_asked_ms >= limits.look_up_every_ms:
                self.cancel_unfit(self._in_the_way(self.plan.origin, self.plan.legs[0]))
                self.read_account()
            elif state.now_ms - state.account_asked_ms >= limits.look_up_every_ms:
                self.read_account()

    def cancel_resting(self, *, stops: bool = True) -> int:
        """Ask to cancel our resting orders, the ``stops`` among them or not; how many were asked for."""
        live = self.state.tracker.live()
        resting = [order for order in live if not order.intent.is_market]
        return self.cancel_unfit(order for order in resting if stops or not order.intent.protects)

    def cancel_unfit(self, orders: Iterable[Order]) -> int:
        """Ask to cancel these; how many were asked for, those whose cancel is under way left out."""
        asked = 0
        for order in orders:
            watch = self.state.tracker.watches[order.intent.cl_ord_id]
            if order.txid and not watch.canceling:
                watch.canceling = True
                self.state.act(CancelOrder(order.txid))
                asked += 1
        return asked

    def read_account(self, *, whole: bool = False) -> None:
        """Ask for the account to be read; the ``whole`` of it, and at least once in the
        time of a reconciliation, with the orders that ended lately."""
        state = self.state
        state.account_asked_ms = state.now_ms
        if whole or state.now_ms - state.ended_asked_ms >= state.settings.limits.reconcile_every_ms:
            state.ended_asked_ms = state.now_ms
            state.act(ReadAccount(max(0, state.ended_read_ms - state.view_lag_ms)))
        else:
            state.act(ReadAccount())

    def read_rules(self) -> None:
        """Ask for the pair's rules: they change now and then, and a refusal may be the sign (F76)."""
        self.state.rules_asked_ms = self.state.now_ms
        self.state.act(ReadRules())

    def _not_found(self, order: Order) -> None:
        self.missing.not_found(order)

    def _finished(self, order: Order) -> None:
        self.state.moved_ms = self.state.now_ms
        self.read_account()
        for told in self.ended:
            told(order)
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
        """Send the leg that waited if it is still wanted."""
        plan, state = self.plan, self.state
        if plan is None or not plan.legs or not self._is_still_wanted(plan):
            return
        if state.now_ms > plan.valid_until_ms:
            self.drop_plan("the signal is no longer current")
        elif refusals := blocks(judge(state.circumstances(), plan.legs[0])):
            if plan.awaits_clear and {reading.name for reading in refusals} == {"funds"}:
                return  # the exchange still holds the coins of the stop (F27)
            guards = ", ".join(reading.name for reading in refusals)
            self.drop_plan("; ".join(reading.sentence for reading in refusals), guards=guards)
        else:
            self._send_next()

    def _is_still_wanted(self, plan: Plan) -> bool:
        """What has changed while a leg waited: the bot's state, and what a stop left of the position."""
        state, leg = self.state, plan.legs[0]
        run = state.run.run
        if plan.origin is Origin.BOT and (run is Run.HALTED or (run is Run.PAUSED and leg.opens)):
            self.drop_plan(f"the bot is {run.value}")
            return False
        if plan.awaits_clear:
            held = abs(state.position.size)
            if state.position.size * leg.side.sign >= 0:
                self.drop_plan("what rested has closed the position meanwhile")
                return False
            if not leg.opens and held < leg.volume:
                plan.legs = (replace(leg, volume=held), *plan.legs[1:])
        return True
