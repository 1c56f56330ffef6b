"""From the bot's state to the snapshot that a screen shows."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice

from tui_bot.engine import looks
from tui_bot.engine.guards import standing
from tui_bot.engine.preflight import Check
from tui_bot.engine.snapshot import Day, Feed, Snapshot
from tui_bot.engine.state import BotState
from tui_bot.market.candle import Candle
from tui_bot.market.number import ZERO
from tui_bot.strategy.decision import Outlook
from tui_bot.strategy.sma_slope import SmaSlope

#: How many of the newest executions a snapshot carries.
SHOWN_FILLS = 50


class View:
    """Takes snapshots; computes the indicator line only when a candle has closed."""

    def __init__(self, state: BotState, mode: str, rate: float) -> None:
        self.state = state
        self.mode = mode
        self.rate = rate
        self.values: tuple[tuple[str, str], ...] = ()
        self.caps: tuple[tuple[str, str], ...] = ()
        self.caps_file = ""
        self.checks: tuple[Check, ...] = ()
        self.remark = ""
        self._seen: tuple[tuple[Candle, ...], SmaSlope] | None = None
        self._line: tuple[Decimal | None, ...] = ()
        self._outlook = Outlook(None, (), "no candles yet")

    def snapshot(self) -> Snapshot:
        """The bot at this moment."""
        state = self.state
        candles = state.series.closed
        self._refresh_line(candles)
        circumstances = state.circumstances()
        return Snapshot(
            at_ms=state.now_ms,
            beat=state.beat,
            phase=state.phase,
            trouble=state.trouble,
            mode=self.mode,
            rate=self.rate,
            settings=state.settings,
            run=state.run,
            override=state.override,
            rules=state.rules,
            system_status=state.system_status,
            quote=state.quote,
            book=state.order_book,
            feed=_feed(state),
            clock_offset_ms=state.clock_off_ms,
            candles=candles,
            forming=state.series.forming,
            line=self._line,
            outlook=self._outlook,
            next_close_ms=self._next_close(candles),
            decision=state.decision,
            decided_ms=state.decided_ms,
            target=state.target,
            position=state.position,
            exchange_size=exchange_size(state),
            account=state.account,
            account_trouble=state.account_trouble.reason,
            fee_rate=state.fee_rate,
            day=self._day(),
            orders=tuple(reversed(state.tracker.orders.values())),
            foreign=state.foreign,
            fills=tuple(islice(reversed(state.fills), SHOWN_FILLS)),
            marks=tuple(state.marks),
            calls=state.calls,
            order_budget=state.order_budget,
            guards=standing(circumstances),
            circumstances=circumstances,
            log=tuple(state.log),
            edits=tuple(state.edits),
            values=self.values,
            caps=self.caps,
            caps_file=self.caps_file,
            checks=self.checks,
            remark=self.remark,
            flatten_cut_off=state.flatten_cut_off,
            next_look_ms=looks.next_ms(state),
        )

    def _refresh_line(self, candles: tuple[Candle, ...]) -> None:
        strategy = self.state.settings.strategy
        if self._seen is None or self._seen[0] is not candles or self._seen[1] is not strategy:
            self._seen = candles, strategy
            self._line = strategy.line(candles)
            self._outlook = strategy.outlook(candles)

    def _next_close(self, candles: tuple[Candle, ...]) -> int | None:
        return (candles[-1].begin + 2 * self.state.series.interval) * 1000 if candles else None

    def _day(self) -> Day:
        state, day = self.state, self.state.day
        position = state.position
        return Day(position.realised_net - day.net_before, position.fees - day.fees_before, day.fills)


def _feed(state: BotState) -> Feed:
    return Feed(
        heard_ms=state.heard_ms,
        source=state.feed_source,
        trouble=state.feed_trouble.reason,
        refused=state.candles_refused,
        account=state.account_source,
        account_since_ms=state.account_source_ms,
    )


def exchange_size(state: BotState) -> Decimal | None:
    """What the exchange says we hold: the margin position, or the coins on a spot account."""
    account = state.account
    if account is None:
        return None
    if account.position or state.position.leverage or state.settings.leverage:
        return account.position
    holding = account.balances.get(state.rules.base) if state.rules else None
    return holding.total if holding else ZERO
