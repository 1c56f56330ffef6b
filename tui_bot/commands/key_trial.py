"""What an API key may do, tried at the exchange by calls that change nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tui_bot.config.file import Loaded
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import ExchangeError
from tui_bot.engine.preflight import NEEDED, Check, Ground, Verdict, judge
from tui_bot.engine.settings import BotSettings
from tui_bot.engine.survey import survey, trial_order
from tui_bot.keys.pair import KeyPair
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.exchange import KrakenExchange, open_kraken
from tui_bot.kraken.nonce import NonceError
from tui_bot.kraken.permissions import Tried
from tui_bot.kraken.signing import Credentials
from tui_bot.kraken.tiers import TIERS
from tui_bot.session.box import Address
from tui_bot.session.keylock import KeyLock, key_lock_dir
from tui_bot.session.live import nonce_path
from tui_bot.session.translate import bot_settings

FAILED, RETRYABLE = 1, 3

#: The rows of the arming list that are about the key itself.
_OF_THE_KEY = ("clock offset", "withdrawal", "nonce window", "key use", "key care", "network")

_WORD = {Verdict.PASS: "ok  ", Verdict.WARN: "warn", Verdict.FAIL: "FAIL", Verdict.OPEN: "?   "}


@dataclass(frozen=True, slots=True)
class KeyTrial:
    """The rows of one test."""

    checks: tuple[Check, ...]

    @property
    def text(self) -> str:
        """The rows as a person reads them."""
        return "".join(_line(check) for check in self.checks)

    @property
    def withdraws(self) -> bool:
        """Whether the key can withdraw, or is not proved unable to."""
        return any(check.name == "withdrawal" and check.verdict is Verdict.FAIL for check in self.checks)

    @property
    def passes_but_for_withdrawal(self) -> bool:
        """Whether nothing else says no."""
        return all(check.verdict is not Verdict.FAIL or check.name == "withdrawal" for check in self.checks)

    @property
    def code(self) -> int:
        """The exit code: 0 all well, 3 when time alone may mend it, else 1."""
        failing = [check for check in self.checks if check.verdict is Verdict.FAIL]
        if not failing:
            return 0
        return RETRYABLE if all(check.retryable for check in failing) else FAILED


def try_key(pair: KeyPair, loaded: Loaded, kraken: Address, accepted: bool) -> KeyTrial:
    """Try everything. No other process may use the key meanwhile.

    Raises:
        LaunchError: the key is in use on this machine, or its nonces cannot be kept.
    """
    lock = KeyLock(pair.key, key_lock_dir())
    try:
        credentials = Credentials(pair.key, pair.secret.reveal())
        clock = ExchangeClock()
        settings = loaded.settings
        proxy = settings.network.proxy
        nonces, tier = nonce_path(pair.key), TIERS[settings.exchange.tier]
        exchange = open_kraken(kraken.rest, settings.pair, credentials, nonces, clock, tier, proxy)
        ground = Ground(withdraw_accepted=accepted, proxy=(proxy or "").removeprefix("http://"))
        return asyncio.run(_tried(exchange, clock, bot_settings(loaded, clock.rate), ground))
    except NonceError as error:
        raise LaunchError(str(error), FAILED) from None
    finally:
        lock.release()


async def _tried(
    exchange: KrakenExchange, clock: ExchangeClock, settings: BotSettings, ground: Ground
) -> KeyTrial:
    try:
        seen = await survey(exchange, clock, settings, ground)
        rows = [check for check in judge(seen) if check.name in _OF_THE_KEY]
        if seen.key is not None and seen.rules is not None:
            name = seen.rules.name
            tried = await exchange.try_permissions(lambda: trial_order(settings, name, clock.now_ms()))
            rows += [_row(one) for one in tried]
    except ExchangeError as error:
        rows.append(Check("permissions", Verdict.FAIL, str(error), "try again", error.retryable))
    finally:
        await exchange.close()
    return KeyTrial(tuple(rows))


def _row(tried: Tried) -> Check:
    name = NEEDED.get(tried.permission, "Access WebSockets API")
    if not tried.error:
        return Check(name, Verdict.PASS, tried.call)
    if tried.denied and tried.permission in NEEDED:
        return Check(name, Verdict.FAIL, f"{tried.call}: {tried.error}", "allow it for this key at Kraken")
    remedy = "allow it for this key at Kraken" if tried.denied else ""
    return Check(name, Verdict.WARN, f"{tried.call}: {tried.error}", remedy)


def _line(check: Check) -> str:
    tail = f"\n        -> {check.remedy}" if check.remedy else ""
    return f"{_WORD[check.verdict]}  {check.name:<28} {check.value}{tail}\n"
