"""A whole box: exchange, clock, keys and state put together from options."""

from __future__ import annotations

from tui_bot.paper.book import Book
from tui_bot.paper.clock import NS_PER_MINUTE, NS_PER_SECOND, Clock, ManualClock, RunningClock
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import ClockLeased, Fact, Founded, NonceUsed
from tui_bot.paper.generator import BTC_CLIMATE, ETH_CLIMATE, Generator
from tui_bot.paper.instruments import BTC_USD, ETH_USD
from tui_bot.paper.keys import ApiKey, new_key
from tui_bot.paper.market import Market
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.state import StateError, StateFile

_LEASE_SECONDS = 1  # of real time: how far a killed box's clock may jump ahead, so that it never goes back


class Box:
    """Built from options, or taken up from its state file. Raises StateError and HistoryError."""

    def __init__(self, options: BoxOptions) -> None:
        self._state = StateFile(options.state) if options.state else None
        facts: list[Fact] = self._state.facts if self._state else []
        founded = next((fact for fact in facts if isinstance(fact, Founded)), None)
        seed = founded.seed if founded else options.seed
        self.markets, market, origin_ns = _markets(options, seed, founded)
        if founded and founded.market != market:
            raise StateError(f"{options.state} belongs to a box of {founded.market}, not of {market}; "
                             "start it with the same --history or name another --state file")  # fmt: skip
        fresh = new_key(options.key_seed)
        self.key = ApiKey(founded.key, founded.secret) if founded else fresh
        self.key.nonce = max((f.nonce for f in facts if isinstance(f, NonceUsed)), default=0)
        leases = [f.ns for f in facts if isinstance(f, ClockLeased)]
        now_ns = leases[-1] if leases else origin_ns
        self.clock: Clock = RunningClock(now_ns, options.speed) if options.speed > 0 else ManualClock(now_ns)
        self._leased_ns = now_ns if self._state else 2**63
        self.exchange = Exchange(self.markets, seed, self._write)
        if founded:
            self.exchange.restore(facts, now_ns)
        else:
            self.exchange.found(
                Founded(seed, origin_ns, market, self.key.key, self.key.secret), dict(options.balances), now_ns
            )

    @property
    def keys(self) -> dict[str, ApiKey]:
        """Known keys by name."""
        return {self.key.key: self.key}

    def catch_up(self) -> None:
        """Brings the exchange to the clock's time."""
        now_ns = self.clock.now_ns()
        if now_ns >= self._leased_ns:
            self._leased_ns = now_ns + int(self.clock.speed * _LEASE_SECONDS * NS_PER_SECOND)
            self._write([ClockLeased(self._leased_ns)])
        self.exchange.advance(now_ns)

    def nonce_used(self, key: ApiKey) -> None:
        """Remembers how far a key's nonce got."""
        self._write([NonceUsed(key.key, key.nonce)])

    def close(self) -> None:
        """Saves the instant and gives the state file free."""
        if self._state:
            self._write([ClockLeased(max(self.exchange.now_ns, self.clock.now_ns()))])
            self._state.close()
            self._state = None

    def _write(self, facts: object) -> None:
        if self._state:
            self._state.append(facts)  # type: ignore[arg-type]


def _markets(options: BoxOptions, seed: int, founded: Founded | None) -> tuple[list[Market], str, int]:
    origin_ns = founded.origin_ns if founded else options.origin_s * NS_PER_SECOND
    start_ns = origin_ns - options.past_minutes * NS_PER_MINUTE
    return (
        [
            Market(BTC_USD, Generator(BTC_CLIMATE, seed, start_ns, BTC_USD.pair_decimals), Book(seed, 18_000_000)),
            Market(ETH_USD, Generator(ETH_CLIMATE, seed + 1, start_ns, ETH_USD.pair_decimals), Book(~seed, 300_000_000)),
        ],
        "simulated",
        origin_ns,
    )
