"""Says when nobody is there any more and when somebody is back, where that makes a difference."""

from __future__ import annotations

from tui_bot.engine.attendance import Policy, alone
from tui_bot.engine.snapshot import Phase
from tui_bot.engine.state import BotState
from tui_bot.market.number import plain


def tell(state: BotState) -> None:
    """Compare with what was said last."""
    rule = state.settings.unattended
    if state.phase is not Phase.READY:
        return
    why = alone(rule, state.now_ms, state.attended_ms) if rule.policy is not Policy.SAME else ""
    if bool(why) == bool(state.alone):
        return
    state.alone = why
    if why:
        left = "exits only" if rule.policy is Policy.EXITS else f"entries at {plain(rule.share * 100)} %"
        state.note("warning", f"UNATTENDED, {left}: {why}")
    else:
        state.note("info", "attended again: the bot may enter as usual")
