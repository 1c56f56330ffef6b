"""A seeded, believable market: regimes, clustered volatility, jumps, quiet minutes.

Every minute is drawn from its own random stream, so what happens does not depend on when or how often it is
asked for. Floats live only in here; what leaves is ticks and lots.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from tui_bot.paper.clock import NS_PER_MINUTE
from tui_bot.paper.tape import Trade

_FIRST_NUMBER = 80_000_000
_MIX = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Climate:
    """How a market behaves. Volatility and drift per minute as fractions; sizes in base currency."""

    start_price: float
    volatility: float = 0.00062
    trend_drift: tuple[float, float] = (0.00006, 0.00026)
    trades_per_minute: float = 13.0
    quiet_chance: float = 0.07
    jump_chance: float = 0.0025
    median_size: float = 0.0045
    size_spread: float = 1.75
    largest_size: float = 12.0


BTC_CLIMATE = Climate(65_000.0)
ETH_CLIMATE = Climate(3_200.0, volatility=0.0008, median_size=0.09, largest_size=200.0)


@dataclass(slots=True)
class Weather:
    """The state carried from minute to minute."""

    price: float
    anchor: float
    log_vol: float = 0.0
    shock: float = 0.0
    drift: float = 0.0
    pull: float = 0.0
    minutes_left: int = 0
    bid: int = 0
    ask: int = 0
    number: int = _FIRST_NUMBER


class Generator:
    """Trades of one simulated market from the minute of `start_ns` on.

    `decimals` are the pair's price decimals and `lot_decimals` its volume decimals; the same arguments
    always give the same trades.
    """

    def __init__(
        self, climate: Climate, seed: int, start_ns: int, decimals: int, lot_decimals: int = 8
    ) -> None:
        self.start_ns = start_ns - start_ns % NS_PER_MINUTE
        self._climate = climate
        self._seed = seed
        self._scale = 10**decimals
        self._lot_scale = 10**lot_decimals
        self._minute = self.start_ns // NS_PER_MINUTE
        aside = Random(seed * _MIX).random() - 0.5  # noqa: S311 - a game, not a secret
        first = climate.start_price * (1 + aside * 0.12)
        self._weather = Weather(price=first, anchor=first)
        self._ahead: list[Trade] = []

    def until(self, ns: int) -> list[Trade]:
        """Trades not handed out before with a time not after `ns`, oldest first."""
        taken: list[Trade] = []
        while self._minute * NS_PER_MINUTE <= ns:
            taken += self._ahead
            self._ahead = self._next_minute()
        ahead = self._ahead
        if ahead and ahead[0].ns <= ns:
            cut = next((i for i, trade in enumerate(ahead) if trade.ns > ns), len(ahead))
            taken += ahead[:cut]
            self._ahead = ahead[cut:]
        return taken

    def finished(self, _ns: int) -> bool:
        """Never: a simulated market goes on."""
        return False

    def snapshot(self) -> list[Any]:
        """Where the market stands, as plain data for `resume`."""
        return [self._minute, asdict(self._weather), [list(trade) for trade in self._ahead]]

    def resume(self, snapshot: list[Any]) -> None:
        """Goes on where a snapshot of the same market was taken."""
        self._minute, weather, ahead = snapshot
        self._weather = Weather(**weather)
        self._ahead = [Trade(*trade) for trade in ahead]

    def _next_minute(self) -> list[Trade]:
        rng = Random(self._seed * _MIX + self._minute)  # noqa: S311
        weather = self._weather
        if weather.minutes_left <= 0:
            self._turn(rng)
        weather.minutes_left -= 1
        climate = self._climate
        # log-volatility reverts slowly and is pushed up by large moves, so that storms come in clusters
        weather.log_vol = 0.965 * weather.log_vol + rng.gauss(0.0, 0.11) + 0.10 * (abs(weather.shock) - 0.8)
        weather.log_vol = min(1.6, max(-1.5, weather.log_vol))
        sigma = climate.volatility * math.exp(weather.log_vol)
        shock = rng.gauss(0.0, 1.0)
        move = weather.drift + weather.pull * math.log(weather.anchor / weather.price) + sigma * shock
        if rng.random() < climate.jump_chance:
            move += rng.choice((-1, 1)) * sigma * rng.uniform(4.0, 9.0)
            shock = 4.0
        weather.shock = shock
        trades = self._trades(rng, sigma, move)
        self._minute += 1
        return trades

    def _turn(self, rng: Random) -> None:
        weather, climate = self._weather, self._climate
        draw = rng.random()
        weather.anchor = weather.price
        if draw < 0.36:
            weather.drift, weather.pull = 0.0, 0.06
            weather.minutes_left = int(rng.uniform(20, 90))
            return
        # over long runs the price is drawn back to where it began, so that a week of it stays believable
        distance = math.log(weather.price / climate.start_price)
        up = rng.random() < 0.5 - 0.9 * distance
        weather.drift = rng.uniform(*climate.trend_drift) * (1 if up else -1)
        weather.pull = 0.0
        weather.minutes_left = int(rng.uniform(18, 80))

    def _trades(self, rng: Random, sigma: float, move: float) -> list[Trade]:
        weather, climate = self._weather, self._climate
        start, end = weather.price, weather.price * math.exp(move)
        weather.price = end
        busy = (
            climate.trades_per_minute * (sigma / climate.volatility) ** 0.8 * math.exp(rng.gauss(0.0, 0.45))
        )
        count = 0 if rng.random() < climate.quiet_chance else min(90, int(rng.gammavariate(2.0, busy / 2.0)))
        if count == 0:
            return []
        begin = self._minute * NS_PER_MINUTE
        moments = sorted(int(rng.random() * NS_PER_MINUTE) for _ in range(count))
        wiggle = sigma * 0.55 * start / math.sqrt(count)
        noise, trades, before = 0.0, [], 0.0
        for moment in moments:
            share = moment / NS_PER_MINUTE
            # a bridge: free to wander inside the minute, tied to its end
            noise = noise * (1.0 - share) / max(1e-9, 1.0 - before) + rng.gauss(0.0, wiggle) * (1.0 - share)
            before = share
            trades.append(self._trade(rng, begin + moment, start + (end - start) * share + noise, move))
        return trades

    def _trade(self, rng: Random, ns: int, fair: float, move: float) -> Trade:
        weather, climate = self._weather, self._climate
        fair_ticks = max(2, int(fair * self._scale))
        if weather.bid == 0 or not weather.bid <= fair_ticks <= weather.ask or rng.random() < 0.3:
            spread = 1 if rng.random() < 0.82 else 1 + int(rng.expovariate(0.25))
            weather.bid = max(1, fair_ticks - (int(rng.random() * spread) if spread > 1 else 0))
            weather.ask = weather.bid + spread
        buying = rng.random() < (0.62 if move > 0 else 0.38)
        size = climate.median_size * math.exp(rng.gauss(0.0, climate.size_spread))
        lots = max(5, int(min(size, climate.largest_size) * self._lot_scale))
        weather.number += 1
        kind = "m" if rng.random() < 0.45 else "l"
        price = weather.ask if buying else weather.bid
        return Trade(weather.number, ns, price, lots, "b" if buying else "s", kind, weather.bid, weather.ask)
