"""The engine's view of Kraken: orders, account and market data of one pair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tui_bot.engine.events import Account, Answer, NotSent, Quote
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.ports import NOT_LISTED, ExchangeError, Finding, KeyFacts, Status
from tui_bot.kraken.accounts import holdings, margin, open_position, set_aside
from tui_bot.kraken.answers import KrakenError
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.fields import Row, mapping_of
from tui_bot.kraken.http import Transport
from tui_bot.kraken.key_info import read_key_facts
from tui_bot.kraken.lookup import ended_since, look_up
from tui_bot.kraken.names import NotListed, find_pair, query_name
from tui_bot.kraken.nonce import NonceSource
from tui_bot.kraken.orders import open_orders, order_form
from tui_bot.kraken.pairs import pair_rules
from tui_bot.kraken.permissions import Tried, try_permissions
from tui_bot.kraken.prices import INTERVALS, Recent, recent_candles, ticker_quote
from tui_bot.kraken.rest import RestClient
from tui_bot.kraken.signing import Credentials
from tui_bot.kraken.tiers import STARTER, Tier
from tui_bot.market.candle import Candle
from tui_bot.market.order import Intent, Order, OrderReport
from tui_bot.market.pair import PairRules


class KrakenExchange:
    """``engine.ports.Exchange`` over REST, for one pair. Reads raise ``ExchangeError``."""

    def __init__(self, rest: RestClient, pair: str, clock: ExchangeClock) -> None:
        self._rest = rest
        self._pair = pair
        self._clock = clock
        self._rules: PairRules | None = None

    # -- the market

    async def rules(self) -> PairRules:
        """The pair's rules, read again on every call; the first one resolves the pair's name."""
        asked = self._rules.altname if self._rules else query_name(self._pair)
        try:
            pairs = mapping_of(await self._rest.public("AssetPairs", {"pair": asked}), "AssetPairs")
        except KrakenError as fault:
            if not fault.says("EQuery:Unknown asset pair", "EQuery:Invalid asset pair"):
                raise
            pairs = mapping_of(await self._rest.public("AssetPairs"), "AssetPairs")
        key = find_pair(self._rules.key if self._rules else self._pair, pairs)
        self._rules = pair_rules(key, pairs[key])
        return self._rules

    async def pair(self) -> PairRules:
        """The pair's rules as last read."""
        return await self._known()

    async def status(self) -> Status:
        """The exchange's status and the pair's."""
        system = Row.of(await self._rest.public("SystemStatus"), "SystemStatus").text("status")
        try:
            return Status(system, (await self.rules()).status)
        except NotListed:
            if self._rules is None:
                raise
            return Status(system, NOT_LISTED)  # it was there before (F75)

    async def candles(self, interval: int) -> tuple[Candle, ...]:
        """The closed candles Kraken has, oldest first; ``interval`` in seconds."""
        return (await self.recent(interval)).closed

    async def recent(self, interval: int, since: int | None = None) -> Recent:
        """The candles that begin after ``since`` (Unix seconds), closed and running."""
        if interval not in INTERVALS:
            offered = ", ".join(str(seconds // 60) for seconds in INTERVALS)
            raise ExchangeError(
                f"Kraken has no candles of {interval / 60:g} minutes, only of {offered}", retryable=False
            )
        params = {"pair": (await self._known()).altname, "interval": str(interval // 60)}
        if since is not None:
            params["since"] = str(since)
        return recent_candles(await self._rest.public("OHLC", params))

    async def quote(self) -> Quote:
        """Best bid, best ask and last price."""
        result = await self._rest.public("Ticker", {"pair": (await self._known()).altname})
        return ticker_quote(result, self._clock.now_ms())

    async def measure_clock(self) -> int:
        """The exchange's clock minus this machine's, in milliseconds; also corrects the clock."""
        sent_ms = self._clock.local_ms()
        result = await self._rest.public("Time")
        received_ms = self._clock.local_ms()
        return self._clock.observe(Row.of(result, "Time").integer("unixtime"), sent_ms, received_ms)

    # -- the account

    async def account(self) -> Account:
        """Positions, balances and open orders.

        Read one after the other, so ``at_ms`` is the time before the first of them.
        """
        rules = await self._known()
        at_ms = self._clock.now_ms()
        position = open_position(await self._rest.private("OpenPositions"), rules)
        balances = holdings(await self._rest.private("BalanceEx"))
        free_margin, equity = margin(await self._rest.private("TradeBalance", {"asset": rules.quote}))
        return Account(
            position=position,
            balances=balances,
            open_orders=open_orders(await self._rest.private("OpenOrders"), rules),
            free_margin=free_margin,
            equity=equity,
            at_ms=at_ms,
            aside=set_aside(balances, rules),
        )

    async def ended(self, since_ms: int) -> tuple[OrderReport, ...]:
        """The orders of the pair that ended since a moment, whoever made them."""
        return await ended_since(self._rest, await self._known(), since_ms)

    async def stream_token(self) -> str:
        """A fresh token for the account's stream; it is a secret, good for one connection within 15 minutes.

        Source: Kraken API Center, GetWebSocketsToken.
        """
        token = Row.of(await self._rest.private("GetWebSocketsToken"), "GetWebSocketsToken").text("token")
        if not token:
            raise ExchangeError("Kraken gave no token for the account's stream", retryable=True)
        return token

    def hear_order_count(self, count: int) -> None:
        """The account's stream says how high the counter of the pair's orders stands at Kraken."""
        self._rest.budget.hear_count(count)

    def hear_order_limit(self, most: int) -> None:
        """And how high it may rise."""
        self._rest.budget.hear_limit(most)

    async def key_facts(self) -> KeyFacts:
        """What the API key may do."""
        return await read_key_facts(self._rest)

    async def try_permissions(self, trial: Callable[[], Intent]) -> tuple[Tried, ...]:
        """Try out what the key may do, by calls that change nothing; see ``permissions``."""
        return await try_permissions(self._rest, await self._known(), trial)

    # -- orders

    async def place(self, intent: Intent, release: Callable[[], str] = lambda: "") -> Answer:
        """Send an order, once, if ``release`` has nothing against it when its turn has come."""
        try:
            form = order_form(intent, await self._known())
        except ExchangeError as fault:
            return NotSent(f"the pair's rules are not known: {fault}")
        return await self._rest.place(form, intent.deadline_ms, release)

    async def cancel(self, txid: str) -> str:
        """Cancel an order; the error text, or empty when Kraken accepted it.

        An error does not prove that the order still stands: it has to be read.
        """
        try:
            row = Row.of(await self._rest.cancel(txid), "CancelOrder")
            accepted = row.integer("count") > 0 or row.members.get("pending") is True
        except ExchangeError as fault:
            return str(fault)
        return "" if accepted else "Kraken cancelled nothing"

    async def look_up(self, order: Order) -> Finding:
        """Search for one order of ours, and for what was executed of it."""
        return await look_up(self._rest, await self._known(), order)

    def gauges(self) -> tuple[Gauge, Gauge]:
        """What of Kraken's allowance is used: private calls, and orders of the pair."""
        return self._rest.budget.gauges()

    async def close(self) -> None:
        """Drop all connections."""
        await self._rest.close()

    # -- inside

    async def _known(self) -> PairRules:
        return self._rules or await self.rules()


def open_kraken(
    base_url: str,
    pair: str,
    credentials: Credentials | None,
    nonce_path: Path,
    clock: ExchangeClock,
    tier: Tier = STARTER,
    proxy: str | None = None,
) -> KrakenExchange:
    """A client for ``https://api.kraken.com`` or for an exchange in a box on this machine.

    Without credentials there is the market, but no account and no order. ``tier`` is the account's
    verification level. Kraken is reached through ``proxy`` where one is named, a box never. Nothing is sent
    yet.

    Raises:
        ValueError: the address is neither of the two.
        NonceError: the nonce file cannot be used.
    """
    transport = Transport(base_url, proxy)
    nonces = NonceSource(nonce_path) if credentials is not None else None
    return KrakenExchange(RestClient(transport, clock, credentials, nonces, tier), pair, clock)
