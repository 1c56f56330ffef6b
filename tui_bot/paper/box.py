"""A whole box: exchange, clock, keys and state put together from options."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tui_bot.paper.book import Book
from tui_bot.paper.checkpoint import Checkpoint
from tui_bot.paper.clock import NS_PER_MINUTE, NS_PER_SECOND, Clock, FollowingClock, ManualClock, RunningClock
from tui_bot.paper.deeds import attempt, do
from tui_bot.paper.exchange import Exchange
from tui_bot.paper.facts import Fact, Founded
from tui_bot.paper.faults import Faults, Rule
from tui_bot.paper.generator import BTC_CLIMATE, ETH_CLIMATE, Generator
from tui_bot.paper.history import History, Replay
from tui_bot.paper.instruments import BTC_USD, ETH_USD
from tui_bot.paper.keys import ApiKey, new_key
from tui_bot.paper.listing import Listing, list_pair, play_money, read_listing
from tui_bot.paper.market import Market
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.push import Push
from tui_bot.paper.pushed import PushedMarket
from tui_bot.paper.rates import TIERS, Rates
from tui_bot.paper.scripts import read_file
from tui_bot.paper.state import StateError, StateFile
from tui_bot.paper.tokens import Tokens
from tui_bot.paper.view import View

_BTC_LEVEL_LOTS = 18_000_000
_ETH_LEVEL_LOTS = 300_000_000
_INTO_THE_CANDLE_NS = 2 * NS_PER_SECOND
_CHECKPOINT_SECONDS = 60
_LEASE_SECONDS = 0.25  # of real time: how far a killed box's clock may jump ahead
_BEHIND_SECONDS = 60  # of real time: how far a source's clock may be behind the account's


class Box:
    """Built from options, or taken up from its state file. Raises StateError, HistoryError, ListingError."""

    def __init__(self, options: BoxOptions) -> None:
        self._state = StateFile(options.state) if options.state else None
        facts: list[Fact] = self._state.facts if self._state else []
        founded = next((fact for fact in facts if isinstance(fact, Founded)), None)
        seed = founded.seed if founded else options.seed
        origin_ns = founded.origin_ns if founded else options.origin_s * NS_PER_SECOND
        start_ns = founded.start_ns if founded else origin_ns - options.past_minutes * NS_PER_MINUTE
        market = "the simulated market"
        self._checkpoint: Checkpoint | None = None
        self.pushed: PushedMarket | None = None
        listing = read_listing(options.pushed) if options.pushed else None
        if listing:
            list_pair(listing.pair)
            self.pushed = PushedMarket(listing, seed, lambda: self.clock.now_ns())
            market, origin_ns = listing.market, listing.now_ns
            self.markets: list[Market] = [self.pushed]
        elif options.history:
            self.markets, market, origin_ns = _recorded(options, seed, options.history)
        else:
            self.markets = _simulated(seed, start_ns)
        if founded and founded.market != market:
            what = f"{options.state} belongs to a box of {founded.market}, not of {market}"
            raise StateError(f"{what}; give it the same market again, or use another state file or folder")
        self.key = ApiKey(founded.key, founded.secret) if founded else new_key(options.key_seed)
        self.key.nonce_window = options.nonce_window
        self.key.nonce = self._state.nonce if self._state else 0
        now_ns = max(origin_ns, self._state.clock_ns if self._state else 0)
        if listing and now_ns - origin_ns > int(listing.speed * _BEHIND_SECONDS * NS_PER_SECOND):
            what = f"{options.state} is ahead of the clock of {listing.source}"
            raise StateError(f"{what}: time would stand still; use another state file or folder")
        if options.state and not options.history and not listing:
            self._checkpoint = Checkpoint(options.state, (seed, start_ns, BTC_CLIMATE, ETH_CLIMATE))
            if founded and not self._checkpoint.load(self.markets, now_ns):
                self.markets = _simulated(seed, start_ns)  # a bookmark may have been taken up by half
        self.written: list[Callable[[Sequence[Fact]], None]] = []
        self.doubts = options.doubts
        self.origin_ns = origin_ns
        self.exchange = Exchange(self.markets, seed, self._write)
        self.exchange.doubts = options.doubts
        self.exchange.rates = Rates(TIERS.get(options.rates))
        if founded:
            self.exchange.restore(facts, now_ns)
        else:
            birth = Founded(seed, origin_ns, start_ns, market, self.key.key, self.key.secret)
            balances = play_money(listing.pair) if listing else dict(options.balances)
            self.exchange.found(birth, balances, now_ns)
        self.clock = _clock(now_ns, options.speed, listing)
        self.tokens = Tokens(self.clock.speed)
        self.faults = Faults(seed)
        self.view = View(self.exchange)
        self.frame_faults: list[Rule] = []
        self.tampering: list[Callable[[Rule], None]] = []
        self._order = itertools.count()
        self._later: list[tuple[int, int, Callable[[], object]]] = []
        self._leased_ns = now_ns
        self._checkpoint_ns = now_ns + self._real(_CHECKPOINT_SECONDS)
        if options.faults:
            self.script(read_file(options.faults))

    @property
    def rates(self) -> Rates:
        """The account's rate counters."""
        return self.exchange.rates

    @property
    def keys(self) -> dict[str, ApiKey]:
        """Known keys by name."""
        return {self.key.key: self.key}

    def catch_up(self) -> None:
        """Brings the exchange to the clock's time."""
        now_ns = self.clock.now_ns()
        if self._state and now_ns >= self._leased_ns:
            # written down before anybody sees that time, so that a killed box never goes back behind it
            self._leased_ns = now_ns + self._real(_LEASE_SECONDS)
            self._state.mark(self._leased_ns, self.key.nonce)
        while self._later and self._later[0][0] <= now_ns:
            at_ns, _, act = heapq.heappop(self._later)
            self.exchange.advance(at_ns)
            act()
        self.exchange.advance(now_ns)
        self._heed_silence()
        if self._checkpoint and now_ns >= self._checkpoint_ns and self.clock.speed:
            self._checkpoint_ns = now_ns + self._real(_CHECKPOINT_SECONDS)
            self._checkpoint.save(self.markets, self.exchange.now_ns)

    def push(self, market: PushedMarket, push: Push) -> None:
        """Shows what a source showed, and lets it meet the orders."""
        if isinstance(self.clock, FollowingClock):
            self.clock.follow(push.now_ns)
        self.catch_up()
        market.hear(push)
        self._heed_silence()
        if push.pair_status and push.pair_status != self.exchange.pair_status.get(market.pair.id, "online"):
            self.exchange.set_status(push.pair_status, market.pair.id)
        if market.open:
            self.exchange.meet(market)

    def _heed_silence(self) -> None:
        """A market that nobody tells the price of is closed, and says so."""
        if self.pushed and self.pushed.system != self.exchange.system:
            self.exchange.set_status(self.pushed.system)

    def later(self, at_ns: int, act: Callable[[], object]) -> None:
        """Has something done at an instant of exchange time."""
        heapq.heappush(self._later, (at_ns, next(self._order), act))

    def script(self, rules: Sequence[Rule]) -> None:
        """Puts faults into force. Raises ScriptError."""
        for rule in rules:
            if rule.on:
                self.faults.rules.append(rule)
            elif rule.after:
                at_ns = self.exchange.now_ns + int(rule.after * NS_PER_SECOND)
                self.later(at_ns, partial(self._strike, attempt, rule))
            else:
                self._strike(do, rule)

    def _strike(self, how: Callable[[Box, Rule], None], rule: Rule) -> None:
        how(self, rule)
        self.faults.note(rule, self.exchange.now_ns)

    def nonce_used(self) -> None:
        """Remembers how far the key's nonce got."""
        if self._state:
            self._state.mark(self._leased_ns, self.key.nonce)

    def close(self) -> None:
        """Saves the instant and gives the state file free."""
        if self._state:
            self._state.mark(max(self.exchange.now_ns, self.clock.now_ns()), self.key.nonce)
            self._state.close()
            self._state = None
            if self._checkpoint:
                self._checkpoint.save(self.markets, self.exchange.now_ns)

    def _real(self, seconds: float) -> int:
        """Exchange nanoseconds that pass in so many real seconds."""
        return int(self.clock.speed * seconds * NS_PER_SECOND)

    def _write(self, facts: Sequence[Fact]) -> None:
        if self._state:
            self._state.append(facts)
        for tell in self.written:
            tell(facts)


def _simulated(seed: int, start_ns: int) -> list[Market]:
    return [
        Market(
            pair,
            Generator(climate, seed + index, start_ns, pair.pair_decimals, pair.lot_decimals),
            Book(seed + index, median_lots),
        )
        for index, (pair, climate, median_lots) in enumerate(
            ((BTC_USD, BTC_CLIMATE, _BTC_LEVEL_LOTS), (ETH_USD, ETH_CLIMATE, _ETH_LEVEL_LOTS))
        )
    ]


def _clock(now_ns: int, speed: float, listing: Listing | None) -> Clock:
    if speed <= 0:
        return ManualClock(now_ns)
    return FollowingClock(now_ns, listing.speed) if listing else RunningClock(now_ns, speed)


def _recorded(options: BoxOptions, seed: int, path: Path) -> tuple[list[Market], str, int]:
    history = History(path)
    lots = _BTC_LEVEL_LOTS if history.pair is BTC_USD else _ETH_LEVEL_LOTS
    market = Market(history.pair, Replay(history, seed), Book(seed, lots))
    # the row behind the past ones is the running candle
    origin_ns = history.begin_ns(history.past_rows(options.history_past)) + _INTO_THE_CANDLE_NS
    return [market], f"{path.name} ({history.digest})", origin_ns
