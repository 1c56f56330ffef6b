"""What the bot would do at the next close, and what stays if it died now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from tui_bot.engine.attendance import most
from tui_bot.engine.clearance import in_the_way, once_gone
from tui_bot.engine.commands import Until
from tui_bot.engine.guards import Circumstances, blocks, judge, within_reach
from tui_bot.engine.memory import Run
from tui_bot.engine.plan import exit_part, legs_to
from tui_bot.engine.snapshot import Phase, Snapshot
from tui_bot.market.number import ZERO
from tui_bot.market.order import Origin, Side
from tui_bot.strategy.decision import Verdict


@dataclass(frozen=True, slots=True)
class Forecast:
    """The order that would follow a turn at the next close.

    ``volume`` is the whole change of position, 0 when the turn changes nothing; ``target`` the position
    after it. ``barred`` says why no order would follow although one is wanted, empty if one would.
    """

    verdict: Verdict
    price: Decimal
    side: Side
    volume: Decimal
    target: Decimal
    barred: str


def target_of(verdict: Verdict, held: Decimal, size: Decimal, can_short: bool) -> Decimal:
    """The position a verdict asks for. A buy never sells: who holds more than ``size`` keeps it."""
    if verdict is Verdict.BUY:
        return max(held, size)
    return min(held, -size if can_short else ZERO)


def forecast(snapshot: Snapshot, ahead: int = 0) -> Forecast | None:
    """What a turn at the running candle's close would do, or at one of the closes after it; None when no
    turn is possible there.

    ``ahead`` counts the closes in between. Guards of later closes are those of now, but for what time alone
    will have changed by then: orders of an hour and a day, the allowance, an override that counts candles.
    """
    outlook = snapshot.outlook
    if outlook.next is None or ahead > len(outlook.ladder):
        return None
    turn = outlook.ladder[ahead - 1] if ahead else outlook.next
    settings, held = snapshot.settings, snapshot.position.size
    now = snapshot.circumstances
    size = most(now) if now is not None else settings.trade_size
    target = target_of(turn.verdict, held, size, settings.can_short)
    if snapshot.run.run is Run.PAUSED and held:
        target = exit_part(held, target)
    if not target and is_dust(snapshot):
        target = held
    side = Side.BUY if turn.verdict is Verdict.BUY else Side.SELL
    return Forecast(
        turn.verdict, turn.price, side, abs(target - held), target, _barred(snapshot, target, ahead)
    )


def is_dust(snapshot: Snapshot) -> bool:
    """Whether what is held is too small to be closed by an order of its own (F24)."""
    now = snapshot.circumstances
    if now is None or now.rules is None or snapshot.position.is_flat:
        return False
    price = now.quote.mid if now.quote else now.last_close
    return price is not None and now.rules.is_dust(snapshot.position.size, price)


def _later(now: Circumstances, ms: int) -> Circumstances:
    """The same, so much later; the market is heard as freshly as now."""
    heard = None if now.heard_ms is None else now.heard_ms + ms
    return replace(now, now_ms=now.now_ms + ms, heard_ms=heard)


def is_exit(size: Decimal, target: Decimal) -> bool:
    """Whether going from ``size`` to ``target`` only takes exposure away."""
    return abs(target) < abs(size) and target * size >= 0


def _barred(snapshot: Snapshot, target: Decimal, ahead: int) -> str:
    if snapshot.phase is not Phase.READY:
        return f"the engine is {snapshot.phase.value}"
    if snapshot.run.run is Run.HALTED:
        return "halted"
    if _is_overridden(snapshot, ahead):
        return "manual override"
    if snapshot.run.run is Run.PAUSED and not is_exit(snapshot.position.size, target):
        return "paused"
    return _refused(snapshot, target, ahead)


def _is_overridden(snapshot: Snapshot, ahead: int) -> bool:
    override = snapshot.override
    if override is None or not override.outlasts_signal:
        return False
    return override.contract.until is not Until.CANDLES or ahead < override.left


def _refused(snapshot: Snapshot, target: Decimal, ahead: int) -> str:
    """The first guard that would say no to the first order of the turn."""
    now, held = snapshot.circumstances, snapshot.position
    if now is None or now.rules is None:
        return ""
    legs = legs_to(target, held, snapshot.settings, is_dust(snapshot))
    if legs:
        live = [order for order in snapshot.orders if not order.state.is_final]
        now = once_gone(now, in_the_way(held.size, live, Origin.BOT, legs[0]))
    refusals = blocks(judge(now, within_reach(now, legs[0]))) if legs else ()
    if refusals and ahead:
        now = _later(now, ahead * snapshot.settings.interval * 1000)
        refusals = blocks(judge(now, within_reach(now, legs[0])))
    return refusals[0].sentence if refusals else ""
