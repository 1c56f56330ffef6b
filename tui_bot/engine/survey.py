"""Asking the exchange what the arming list is judged by: reads only, one after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from tui_bot.engine.events import Account
from tui_bot.engine.identity import client_order_id
from tui_bot.engine.ports import Clock, ExchangeError, LiveExchange
from tui_bot.engine.preflight import Check, Evidence, Ground, Verdict
from tui_bot.engine.settings import BotSettings
from tui_bot.market.number import ZERO
from tui_bot.market.order import Intent, Origin, Side

SIGNAL = "arming"


async def survey(
    exchange: LiveExchange,
    clock: Clock,
    settings: BotSettings,
    ground: Ground,
    account: Account | None = None,
) -> Evidence:
    """What the exchange says now. A question without an answer is a fault in the evidence, not the end.

    An ``account`` read just before need not be read again: it costs most of Kraken's call counter.
    """
    questions: tuple[tuple[str, str, Callable[[], Awaitable[Any]]], ...] = (
        ("clock", "offset_ms", exchange.measure_clock),
        ("rules", "rules", exchange.rules),
        ("status", "status", exchange.status),
        ("quote", "quote", exchange.quote),
        ("key", "key", exchange.key_facts),
        ("account", "account", exchange.account),
    )
    seen = Evidence(settings, ground, clock.now_ms(), account=account)
    faults: dict[str, Check] = {}
    for name, member, ask in questions:
        if name == "account" and (seen.key is None or account is not None):
            break  # a key that is refused is not tried on: repeated faults lock it out (F38)
        try:
            seen = replace(seen, **{member: await ask()})
        except ExchangeError as error:
            faults[name] = Check(name, Verdict.FAIL, str(error), "", error.retryable)
    return replace(seen, now_ms=clock.now_ms(), faults=faults)


def trial_order(settings: BotSettings, pair: str, now_ms: int) -> Intent:
    """An order of the usual size that is only validated."""
    return Intent(
        cl_ord_id=client_order_id(SIGNAL, str(now_ms), "trial"),
        pair=pair,
        side=Side.BUY,
        volume=settings.trade_size,
        price=None,
        leverage=settings.leverage,
        reduce_only=False,
        origin=Origin.MANUAL,
        signal=SIGNAL,
        leg="trial",
        reference=ZERO,
        created_ms=now_ms,
        deadline_ms=now_ms + settings.limits.order_deadline_ms,
        validate=True,
    )
