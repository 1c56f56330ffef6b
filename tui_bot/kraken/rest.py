"""Calls to Kraken's REST interface: public ones side by side, private ones one after another.

Nothing here repeats a call.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tui_bot.engine.events import Acked, Answer, NotSent, Refused
from tui_bot.kraken.answers import KrakenError, answer_to_order, error_of, result_of, unread
from tui_bot.kraken.budget import Budget
from tui_bot.kraken.clock import ExchangeClock
from tui_bot.kraken.decode import MAX_BYTES, MAX_ORDER_BYTES
from tui_bot.kraken.http import NoAnswer, Reply, Transport, TransportError
from tui_bot.kraken.nonce import NonceError, NonceSource
from tui_bot.kraken.pace import Pace
from tui_bot.kraken.signing import Credentials
from tui_bot.kraken.tiers import STARTER, Tier

ORDER_S = 10.0
READ_S = 20.0
PATIENCE_S = 1.0

Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pause:
    """Until when Kraken is not asked, by the clock that is never corrected, and why."""

    until_ms: int = 0
    reason: str = ""


class RestClient:
    """Public and private calls.

    Private calls go through one section that holds from the nonce to the answer, so that nonces
    arrive in order and at most one private call is in flight (F37, F42). After a lockout or a rate
    limit, private calls are refused here until its time is over, because each try prolongs it (F38);
    before it comes to that, reads wait for Kraken's call counter to decay (F40).
    """

    def __init__(
        self,
        transport: Transport,
        clock: ExchangeClock,
        credentials: Credentials | None,
        nonces: NonceSource | None,
        tier: Tier = STARTER,
    ) -> None:
        idle_s = nonces.idle_s if nonces is not None else None
        self.budget = Budget(clock, tier, None if idle_s is None else idle_s * clock.rate)
        self._transport = transport
        self._clock = clock
        self._credentials = credentials
        self._nonces = nonces
        self._private_section = asyncio.Lock()
        self._reading: asyncio.Timeout | None = None
        self._pace = Pace(clock)
        self._turned_away = self._quiet = self._locked = Pause()

    async def public(self, method: str, params: Params | None = None) -> object:
        """The result of a public read.

        Raises:
            KrakenError: it failed.
        """
        self._expect_over(self._turned_away)
        await self._pace.turn(method)
        self._top_up()
        target = f"/0/public/{method}" + (f"?{urlencode(params)}" if params else "")
        try:
            reply = await self._transport.get(target, within_s=READ_S, at_most=MAX_BYTES)
        except TransportError as fault:
            raise unread(method, fault) from None
        try:
            return result_of(method, reply)
        except KrakenError as fault:
            if reply.status != 200:
                self._turned_away = self._pause(fault)
            raise

    async def private(self, method: str, params: Params | None = None) -> object:
        """The result of a private read. It gives way to a waiting order after a second.

        Raises:
            KrakenError: it failed.
        """
        self._expect_over(self._quiet)
        # Before the section, not in it: an order goes past the reads that wait for the counter.
        async with self.budget.call(method), self._private_section:
            self._expect_over(self._quiet)
            try:
                if self._nonces is not None:
                    self._nonces.top_up()  # here, so that an order need not wait for the disk
                async with asyncio.timeout(None) as self._reading:
                    return await self._result(method, params or {}, READ_S, MAX_BYTES)
            except NonceError as fault:
                raise KrakenError(f"{method}: {fault}", retryable=False) from None
            except TimeoutError:
                raise KrakenError(f"{method}: given up for an order", retryable=True) from None
            finally:
                self._reading = None

    async def cancel(self, txid: str) -> object:
        """The result of CancelOrder, which Kraken takes whatever its counters say.

        Raises:
            KrakenError: it failed; the order may be cancelled all the same.
        """
        self._hurry()
        with self.budget.cancel(txid):
            async with self._private_section:
                self._expect_over(self._locked)
                try:
                    return await self._result("CancelOrder", {"txid": txid}, ORDER_S, MAX_ORDER_BYTES)
                except NonceError as fault:
                    raise KrakenError(f"CancelOrder: {fault}", retryable=False) from None

    async def place(
        self, params: Params, deadline_ms: int, release: Callable[[], str] = lambda: ""
    ) -> Answer:
        """Send one order, once. An order whose turn comes after its deadline is not sent.

        ``release`` is asked last, with nothing but the send behind it; its text is why it is not sent.
        """
        async with self.budget.order(deadline_ms):
            self._hurry()
            async with self._private_section:
                answer = await self._place(params, deadline_ms, release)
        if isinstance(answer, Acked):
            self.budget.placed(answer.txid)
        if isinstance(answer, Refused):
            self._heed(error_of("AddOrder", (answer.error,)))
        return answer

    async def close(self) -> None:
        """Drop all connections."""
        await self._transport.close()
        if self._nonces is not None:
            self._nonces.settle()

    def _top_up(self) -> None:
        """Between calls, so that an order need not wait for the disk."""
        if self._nonces is not None:
            with contextlib.suppress(NonceError):  # the private call that needs one will say so
                self._nonces.top_up()

    async def _place(self, params: Params, deadline_ms: int, release: Callable[[], str]) -> Answer:
        if self._clock.now_ms() > deadline_ms:
            return NotSent("its deadline passed while another call was under way")
        if left := self._left_of(self._locked):
            return NotSent(left)
        if objection := release():
            return NotSent(objection)
        try:
            reply: Reply | TransportError = await self._signed("AddOrder", params, ORDER_S, MAX_ORDER_BYTES)
        except TransportError as fault:
            reply = fault
        except (NonceError, KrakenError) as fault:  # both come before the first byte
            return NotSent(str(fault))
        except Exception as fault:  # whatever it is, the order may have left
            reply = NoAnswer(f"sending failed in an unforeseen way ({type(fault).__name__})")
        return answer_to_order(reply, validate=params.get("validate") == "true")

    async def _signed(self, method: str, params: Params, within_s: float, at_most: int) -> Reply:
        if self._credentials is None or self._nonces is None:
            raise KrakenError(f"{method}: there is no API key", retryable=False)
        nonce = str(self._nonces.next())
        path = f"/0/private/{method}"
        body = f"nonce={nonce}&{urlencode(params)}" if params else f"nonce={nonce}"
        headers = (
            ("API-Key", self._credentials.key),
            ("API-Sign", self._credentials.sign(path, nonce, body)),
        )
        return await self._transport.post(path, body, headers, within_s=within_s, at_most=at_most)

    async def _result(self, method: str, params: Params, within_s: float, at_most: int) -> object:
        try:
            reply = await self._signed(method, params, within_s, at_most)
        except TransportError as fault:
            raise unread(method, fault) from None
        try:
            return result_of(method, reply)
        except KrakenError as fault:
            self._heed(fault)
            raise

    def _heed(self, fault: KrakenError) -> None:
        self.budget.heed(*fault.texts)
        self._quiet = self._pause(fault)
        if fault.says("EGeneral:Temporary lockout"):
            self._locked = self._quiet

    def _pause(self, fault: KrakenError) -> Pause:
        return Pause(self._clock.local_ms() + round(fault.wait_s * 1000), fault.meaning)

    def _expect_over(self, pause: Pause) -> None:
        if left := self._left_of(pause):
            raise KrakenError(left, retryable=True)

    def _left_of(self, pause: Pause) -> str:
        """Why nothing is asked now, in the same words all the time so that they are told once."""
        if self._clock.local_ms() >= pause.until_ms:
            return ""
        over = datetime.fromtimestamp((pause.until_ms + self._clock.offset_ms) // 1000, UTC)
        return f"{pause.reason}; not asked again until {over + timedelta(minutes=1):%H:%M} UTC"

    def _hurry(self) -> None:
        """Let a read that is under way not hold up an order or a cancel for long."""
        if self._reading is not None:
            self._reading.reschedule(asyncio.get_running_loop().time() + PATIENCE_S)
