"""Mode live: Kraken itself, a key of the person's own, and the ground on which it may be armed."""

from __future__ import annotations

import os
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui_bot.config.schema import Settings
from tui_bot.engine.arming import Arming
from tui_bot.engine.commands import Arm, CheckAgain
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.preflight import Ground, Verdict
from tui_bot.engine.snapshot import Snapshot
from tui_bot.engine.view import View
from tui_bot.keys.environment import without_effect
from tui_bot.keys.pair import KeyFault
from tui_bot.keys.report import load_report
from tui_bot.keys.source import find_key
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.dial import PUBLIC
from tui_bot.kraken.exchange import KrakenExchange, open_kraken
from tui_bot.kraken.http import KRAKEN
from tui_bot.kraken.signing import Credentials
from tui_bot.kraken.tiers import TIERS
from tui_bot.session.box import Address
from tui_bot.session.keylock import fingerprint, key_lock_dir

USAGE = 2

#: Where live orders go. No setting, option or variable leads anywhere else.
KRAKEN_ADDRESS = Address(KRAKEN, PUBLIC)

NO_ORDER = "No order was sent"


class Gate:
    """What stands between the start and the first order: notices, the list, and a person's word."""

    def __init__(self, ground: Ground, notices: Sequence[str]) -> None:
        self.ground = ground
        self._arming: Arming | None = None
        self.remarks: list[tuple[str, str]] = [("warning", notice) for notice in notices]

    def take(self, word: Arm | CheckAgain) -> None:
        """The person's word; in the engine's own loop."""
        if self._arming is not None:
            self._arming.take(word)

    def stop(self) -> None:
        """Nobody passes any more; in the engine's own loop."""
        if self._arming is not None:
            self._arming.stop()

    async def passes(
        self,
        view: View,
        exchange: KrakenExchange,
        clock: ExchangeClock,
        publish: Callable[[Snapshot], None],
        word: str | None,
    ) -> bool:
        """Whether the bot may trade; ``word`` is what was typed beforehand. Else the exchange is closed.

        Raises:
            LaunchError: the word was given beforehand and the list does not pass.
        """
        self._arming = Arming(view, exchange, clock, publish, self.ground)
        armed = False
        try:
            armed = await self._arming.run(word)
        finally:
            self._arming = None
            if not armed:
                await exchange.close()
        warned = sum(check.verdict is Verdict.WARN for check in view.checks)
        self.remarks.append(("info", f"armed by hand; the list passed with {warned} warnings"))
        return armed


@dataclass(frozen=True, slots=True)
class Access:
    """A client of Kraken's that may sign, and the gate before it; ``place`` is where the key was found."""

    key: str
    place: str
    exchange: KrakenExchange
    clock: ExchangeClock
    gate: Gate


def expect_spoken(mode_spoken: str | None, settings: Settings) -> None:
    """Real money is asked for on the command line, and at Kraken only. Raises LaunchError."""
    if mode_spoken != "live":
        raise LaunchError(
            "the config file says mode: live, but that alone does not trade with real money: start it with "
            f"tui-bot run --mode live. {NO_ORDER}",
            USAGE,
        )
    if settings.exchange.rest is not None or settings.exchange.websocket is not None:
        raise LaunchError(
            "mode live trades at Kraken only, and the config file names another exchange: set exchange.rest "
            f"and exchange.websocket to null. {NO_ORDER}",
            USAGE,
        )


def open_access(
    key_file: Path, settings: Settings, kraken: Address, environ: MutableMapping[str, str] = os.environ
) -> Access:
    """The key, turned into what signs. Nothing is sent yet.

    Raises:
        LaunchError: there is no key that may be used.
        NonceError: its nonces cannot be kept.
    """
    try:
        found = find_key(key_file, environ)
        credentials = Credentials(found.pair.key, found.pair.secret.reveal())
    except (KeyFault, ValueError) as fault:
        raise LaunchError(f"{fault}. {NO_ORDER}", USAGE) from None
    key, proxy, clock = credentials.key, settings.network.proxy, ExchangeClock()
    report, ignored = load_report(report_path(key)), without_effect(environ)
    ground = Ground(
        withdraw_accepted=report is not None and report.withdraw_accepted,
        proxy=(proxy or "").removeprefix("http://"),
        without_effect=ignored,
    )
    notices = [found.notice] if found.notice else []
    if ignored:
        notices.append(f"{', '.join(ignored)} set, without effect here; a proxy is named by network.proxy")
    tier = TIERS[settings.exchange.tier]
    exchange = open_kraken(kraken.rest, settings.pair, credentials, nonce_path(key), clock, tier, proxy)
    return Access(key, found.place, exchange, clock, Gate(ground, notices))


def nonce_path(key: str) -> Path:
    """Nonces belong to a key, whatever uses it."""
    return key_lock_dir() / f"{fingerprint(key)}.nonce"


def report_path(key: str) -> Path:
    """What the last test of a key said."""
    return key_lock_dir() / f"{fingerprint(key)}.json"
