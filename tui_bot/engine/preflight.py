"""The list that must pass before a bot with real money may trade: what was found, judged row by row.

Pure: ``survey`` asks, ``Evidence`` is what it brings back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from tui_bot.engine.events import Account, Answer, Quote, Refused, Validated
from tui_bot.engine.guards import OPEN_STATUS
from tui_bot.engine.ports import KeyFacts, Status
from tui_bot.engine.settings import BotSettings
from tui_bot.market.number import ZERO, plain
from tui_bot.market.pair import PairRules

#: What the bot cannot do without, in Kraken's names (GetApiKeyInfo) and in those of its settings page.
NEEDED = {
    "query-funds": "Query funds",
    "query-open-trades": "Query open orders & trades",
    "query-closed-trades": "Query closed orders & trades",
    "modify-trades": "Create & modify orders",
    "close-trades": "Cancel & close orders",
}
WITHDRAW = "withdraw-funds"

DAY_S = 86_400
_SOON_S = 7 * DAY_S


class Verdict(Enum):
    """What a row says: fine, fine but mind it, no, or not asked yet."""

    PASS = "pass"  # noqa: S105
    WARN = "warn"
    FAIL = "fail"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Check:
    """One row. ``value`` holds its numbers; ``remedy`` what would mend it. ``retryable``: time alone may."""

    name: str
    verdict: Verdict
    value: str
    remedy: str = ""
    retryable: bool = False

    @property
    def sentence(self) -> str:
        """The row in one line."""
        return f"{self.name}: {self.value}" + (f"; {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known before anything is asked.

    ``withdraw_accepted``: a person has put in writing that the key may withdraw. ``proxy`` is on the way to
    the exchange; ``without_effect`` are variables of the environment that look as if they had a say.
    """

    withdraw_accepted: bool = False
    proxy: str = ""
    without_effect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the exchange said; None where it was not asked or did not answer, and ``faults`` say why."""

    settings: BotSettings
    ground: Ground
    now_ms: int
    status: Status | None = None
    rules: PairRules | None = None
    offset_ms: int | None = None
    key: KeyFacts | None = None
    account: Account | None = None
    quote: Quote | None = None
    trial: Answer | None = None
    faults: dict[str, Check] = field(default_factory=dict)


def judge(seen: Evidence) -> tuple[Check, ...]:
    """Every row, in the order in which a person reads them."""
    rows = tuple(row(seen) for row in _ROWS)
    return tuple(check for check in rows if check is not None)


def passes(checks: tuple[Check, ...]) -> bool:
    """Whether nothing in the list says no. Rows that are still open do not."""
    return bool(checks) and all(check.verdict is not Verdict.FAIL for check in checks)


def _fault(seen: Evidence, asked: str, name: str) -> Check:
    """The row of a question without an answer."""
    fault = seen.faults.get(asked)
    if fault is None:
        return Check(name, Verdict.OPEN, "not asked yet")
    return Check(name, Verdict.FAIL, fault.value, fault.remedy, fault.retryable)


def _exchange(seen: Evidence) -> Check:
    if seen.status is None:
        return _fault(seen, "status", "exchange")
    if seen.status.system != OPEN_STATUS:
        return Check("exchange", Verdict.FAIL, seen.status.system, "wait until Kraken is online", True)
    return Check("exchange", Verdict.PASS, seen.status.system)


def _pair(seen: Evidence) -> Check:
    if seen.rules is None or seen.status is None:
        return _fault(seen, "rules" if seen.status else "status", "pair")
    value = f"{seen.rules.name} {seen.status.pair}"
    if seen.status.pair != OPEN_STATUS:
        return Check("pair", Verdict.FAIL, value, "wait until the pair is online, or choose another", True)
    leverage = seen.settings.leverage
    if leverage and leverage not in seen.rules.leverage_buy:
        allowed = ", ".join(f"x{ratio}" for ratio in seen.rules.leverage_buy) or "none"
        value = f"{value}, x{leverage} is not offered (allowed: {allowed})"
        return Check("pair", Verdict.FAIL, value, "set trading.leverage to what is allowed, or 0")
    return Check("pair", Verdict.PASS, f"{value}, {f'margin x{leverage}' if leverage else 'spot'}")


def _clock(seen: Evidence) -> Check:
    if seen.offset_ms is None:
        return _fault(seen, "clock", "clock offset")
    limit = seen.settings.limits.max_clock_offset_ms
    value = f"{seen.offset_ms / 1000:+.2f} s of {limit / 1000:g} s"
    if abs(seen.offset_ms) > limit:
        return Check("clock offset", Verdict.FAIL, value, "set this machine's clock (NTP), then check again")
    return Check("clock offset", Verdict.PASS, value)


def _permissions(seen: Evidence) -> Check:
    name = "permissions"
    if seen.key is None:
        return _fault(seen, "key", name)
    if seen.account is None and "account" in seen.faults:
        return _fault(seen, "account", name)
    held = seen.key.permissions
    if held is None:
        remedy = "Kraken did not list them; test them with: tui-bot keys test"
        return Check(name, Verdict.WARN, "reading the account works, the rest is not known", remedy)
    missing = [words for permission, words in NEEDED.items() if permission not in held]
    if missing:
        remedy = f"allow at Kraken: {', '.join(missing)}"
        return Check(name, Verdict.FAIL, f"{len(NEEDED) - len(missing)} of {len(NEEDED)} needed", remedy)
    return Check(name, Verdict.PASS, f"all {len(NEEDED)} needed")


def _withdrawal(seen: Evidence) -> Check:
    name = "withdrawal"
    if seen.key is None:
        return _fault(seen, "key", name)
    if seen.key.may_withdraw is None:
        remedy = "look at Kraken that Withdraw is off for this key, or make a new one without it"
        return Check(name, Verdict.FAIL, "not proved impossible", remedy)
    if not seen.key.may_withdraw:
        return Check(name, Verdict.PASS, "the key cannot withdraw")
    if seen.ground.withdraw_accepted:
        return Check(name, Verdict.WARN, "the key CAN WITHDRAW; accepted in writing", "better: a new key")
    remedy = "make a new key at Kraken without Withdraw, and delete this one"
    return Check(name, Verdict.FAIL, "the key CAN WITHDRAW", remedy)


def _nonce_window(seen: Evidence) -> Check:
    """A window lets an old copy of an order through (F39)."""
    name = "nonce window"
    if seen.key is None:
        return _fault(seen, "key", name)
    if seen.key.nonce_window is None:
        return Check(name, Verdict.WARN, "not told", "see at Kraken that it is 0 for this key")
    if seen.key.nonce_window:
        remedy = "set the key's nonce window to 0 at Kraken"
        return Check(name, Verdict.FAIL, str(seen.key.nonce_window), remedy)
    return Check(name, Verdict.PASS, "0")


def _key_use(seen: Evidence) -> Check:
    """Only here: on this machine a lock says so, elsewhere nonces and orders that are not ours."""
    name = "key use"
    if seen.account is None:
        return _fault(seen, "account" if seen.key else "key", name)
    if count := len(seen.account.open_orders):
        remedy = "the bot's own of an earlier run, or another program's: look at Kraken's order page"
        return Check(name, Verdict.WARN, f"{count} open on the pair; nonces in order", remedy)
    return Check(name, Verdict.PASS, "locked here; nonces in order; no other order on the pair")


def _key_care(seen: Evidence) -> Check | None:
    name, key = "key care", seen.key
    if key is None:
        return None
    advice = []
    if key.ip_allowlist is not None and not key.ip_allowlist:
        advice.append("an IP allow-list")
    if key.valid_until_s is not None and not key.valid_until_s:
        advice.append("an expiry")
    left_s = (key.valid_until_s or 0) - seen.now_ms // 1000
    if key.valid_until_s and left_s < _SOON_S:
        value = f"the key expires in {max(0, left_s) // DAY_S} days"
        return Check(name, Verdict.WARN, value, "make a new one in time: a position needs a key to be closed")
    if advice:
        return Check(
            name, Verdict.WARN, f"without {' and '.join(advice)}", "set both at Kraken, for this key"
        )
    return Check(name, Verdict.PASS, "allow-list and expiry are set" if key.ip_allowlist else "not told")


def _balance(seen: Evidence) -> Check:
    name = "balance"
    if seen.account is None or seen.rules is None:
        return _fault(seen, "account" if "account" in seen.faults else "rules", name)
    if seen.quote is None:
        return _fault(seen, "quote", name)
    settings, rules, account = seen.settings, seen.rules, seen.account
    cost = settings.trade_size * seen.quote.ask
    fee = cost * rules.taker_rate
    if settings.leverage:
        have, need, unit = account.free_margin or ZERO, cost / settings.leverage + fee, "free margin"
    else:
        held = account.balances.get(rules.quote)
        have, need, unit = held.available if held else ZERO, cost + fee, rules.quote_name
    value = f"{plain(have, 2)} {unit}, an entry takes {plain(need, 2)}"
    base = account.balances.get(rules.base)
    holds = account.position != 0 or (base is not None and base.total >= settings.trade_size)
    if have >= need or holds:
        return Check(name, Verdict.PASS, value)
    return Check(name, Verdict.FAIL, value, "add funds, or lower trading.trade_size")


def _size(seen: Evidence) -> Check:
    name, settings, rules = "size", seen.settings, seen.rules
    if rules is None or seen.quote is None:
        return _fault(seen, "rules" if rules is None else "quote", name)
    price, limits = seen.quote.ask, settings.limits
    worth = settings.trade_size * price
    value = (
        f"{plain(settings.trade_size)} {rules.base_name} = {plain(worth, 2)} {rules.quote_name}; caps: order "
        f"{plain(limits.max_notional, 2)}, position {plain(limits.max_position * price, 2)}, "
        f"{limits.orders_per_hour} orders/h"
    )
    if fault := rules.volume_fault(rules.round_volume(settings.trade_size), price):
        return Check(name, Verdict.FAIL, f"{value}: {fault}", "raise trading.trade_size")
    if worth > limits.max_notional:
        remedy = "lower trading.trade_size or raise limits.max_notional"
        return Check(name, Verdict.FAIL, value, remedy)
    return Check(name, Verdict.PASS, value)


def _trial(seen: Evidence) -> Check:
    """One order of the usual size that Kraken checks and does not place (F43)."""
    name = "trial order"
    match seen.trial:
        case None:
            return Check(name, Verdict.OPEN, "validated, not placed, once you have typed the pair")
        case Validated(descr):
            return Check(name, Verdict.PASS, f"Kraken would take: {descr}")
        case Refused(error, meaning):
            return Check(name, Verdict.FAIL, error, meaning)
        case other:
            value = getattr(other, "reason", "") or "it was placed although only a check was asked for"
            return Check(name, Verdict.FAIL, value, "look at Kraken's order page before anything else", True)


def _orders(seen: Evidence) -> Check | None:
    if not seen.settings.validate:
        return None
    return Check("orders", Verdict.WARN, "validated only, none is placed", "trading.validate_only: no")


def _way(seen: Evidence) -> Check | None:
    ground = seen.ground
    named = ", ".join(ground.without_effect)
    without = f"{named} has no effect here" if named else ""
    if ground.proxy:
        value = f"through the proxy {ground.proxy}" + (f"; {without}" if without else "")
        return Check("network", Verdict.WARN, value, "yours? else set network.proxy: null")
    if without:
        return Check("network", Verdict.WARN, without, "unset it, or name a proxy by network.proxy")
    return None


_ROWS: tuple[Callable[[Evidence], Check | None], ...] = (
    _exchange, _pair, _clock, _permissions, _withdrawal, _nonce_window, _key_use, _key_care,
    _balance, _size, _orders, _way, _trial,
)  # fmt: skip
