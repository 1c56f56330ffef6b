"""Orders and executions at the exchange that are not ours: they bar entries until a person accepts them."""

from __future__ import annotations

from collections.abc import Mapping

from tui_bot.engine.externals import Externals
from tui_bot.engine.memory import Run
from tui_bot.engine.state import BotState
from tui_bot.market.number import plain
from tui_bot.market.order import Fill, OrderReport

#: Under this name the journal keeps what was seen and what was accepted, as txids.
SEEN, ACCEPTED = "external seen", "external accepted"

#: How many accepted txids are remembered.
KEEP_ACCEPTED = 200


def take_up(state: BotState, learnt: Mapping[str, str]) -> None:
    """What a person accepted stays accepted; what nobody accepted bars entries again."""
    state.external = Externals(
        dict.fromkeys(learnt.get(SEEN, "").split()), dict.fromkeys(learnt.get(ACCEPTED, "").split())
    )


def tell_orders(state: BotState, foreign: tuple[OrderReport, ...]) -> None:
    """Take up the open orders that are not ours, and tell of those that are new (F34)."""
    state.foreign = foreign
    for report in foreign:
        if state.external.is_new(report.txid):
            _see(state, report.txid, f"order at the exchange: {report.side.value} {plain(report.volume)}")


def tell_fill(state: BotState, fill: Fill) -> None:
    """Tell of an execution that no order of ours stands behind; nothing is booked (F34)."""
    if state.external.is_news(fill.txid):
        text = f"execution at the exchange: {fill.side.value} {plain(fill.volume)} at {plain(fill.price)}"
        _executed(state, fill.txid, text, fill.side.sign, fill.leverage)


def tell_ended(state: BotState, report: OrderReport) -> None:
    """Tell of a foreign order that ended, if anything of it was executed."""
    if report.executed == 0:
        return
    if report.is_liquidation:
        _liquidated(state, report)
    elif state.external.is_news(report.txid):
        average = f" at {plain(report.average)}" if report.average is not None else ""
        text = f"execution at the exchange: {report.side.value} {plain(report.executed)}{average}"
        _executed(state, report.txid, text, report.side.sign, report.leverage)


def accept(state: BotState) -> int:
    """A person has looked: what was seen bars nothing any more; how many there were."""
    external = state.external
    if count := len(external.seen):
        external.accepted |= external.seen
        for txid in list(external.accepted)[:-KEEP_ACCEPTED]:
            del external.accepted[txid]
        external.seen.clear()
        text = f"{count} external order{'s' * (count != 1)} accepted by hand"
        state.learn(ACCEPTED, " ".join(external.accepted), "info", text)
        state.learn(SEEN, "", "info", "nothing external bars entries")
    return count


def _see(state: BotState, txid: str, text: str) -> None:
    state.external.seen[txid] = None
    told = f"EXTERNAL {text} ({txid}); entries wait until it is accepted"
    state.learn(SEEN, " ".join(state.external.seen), "warning", told)


def _executed(state: BotState, txid: str, text: str, sign: int, leverage: int) -> None:
    """One that takes our margin position away halts at once (F88), others when the second comes (I8)."""
    _see(state, txid, text)
    state.external.executed[txid] = None
    # Read at once, and what ended with it: that names a liquidation.
    state.balance_moved_ms, state.ended_asked_ms = state.now_ms, 0
    size = state.position.size
    if leverage and state.position.leverage and size * sign < 0:
        state.halt(
            f"EXTERNAL {text}: the position was closed at the exchange, not by this bot (by hand, by a term "
            "limit or a liquidation). Look at Kraken, then resume; only the next signal may enter again"
        )
    elif state.control.surprise(txid):
        state.halt(f"EXTERNAL {text}: the second execution that nobody expected. Look at Kraken, then resume")


def _liquidated(state: BotState, report: OrderReport) -> None:
    """Kraken has closed the position by force (F87)."""
    known = report.txid in state.external.accepted or report.txid in state.liquidations
    if known:
        return
    state.liquidations.append(report.txid)
    state.balance_moved_ms = state.now_ms
    if state.external.is_new(report.txid):
        _see(state, report.txid, "liquidation")
    average = f" at {plain(report.average)}" if report.average is not None else ""
    done = f"{report.side.value} {plain(report.executed)}{average}"
    reason = f"LIQUIDATED by Kraken: {done}. Look at the account's margin, then resume"
    state.set_run(Run.HALTED, f"{reason}; only the next signal may enter again")
