"""What the tests of the Kraken client share."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tui_bot.kraken.pairs import pair_rules
from tui_bot.kraken.signing import Credentials
from tui_bot.market.order import Intent, Origin, Side
from tui_bot.market.pair import PairRules

SAMPLES = Path(__file__).parents[4] / "shared" / "kraken-samples"

BTCUSD: dict[str, object] = {
    "altname": "XBTUSD",
    "wsname": "XBT/USD",
    "base": "XXBT",
    "quote": "ZUSD",
    "cost_decimals": 5,
    "pair_decimals": 1,
    "lot_decimals": 8,
    "leverage_buy": [2, 3, 4, 5],
    "leverage_sell": [2, 3],
    "fees": [[0, Decimal("0.4")]],
    "ordermin": "0.00005",
    "costmin": "0.5",
    "tick_size": "0.1",
    "status": "online",
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def rules() -> PairRules:
    return pair_rules("XXBTZUSD", BTCUSD)


@pytest.fixture
def credentials() -> Credentials:
    return Credentials("the-key", "dGhlLXNlY3JldA==")


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """Reads a recorded answer; the test is skipped where the recordings are not at hand."""

    def read(name: str) -> bytes:
        path = SAMPLES / name
        if not path.exists():
            pytest.skip("the recorded answers are not here")
        return path.read_bytes()

    return read


@pytest.fixture
def recorded(sample: Callable[[str], bytes]) -> Callable[[str], object]:
    """Reads a file of vectors as plain JSON."""
    return lambda name: json.loads(sample(name))


@pytest.fixture
def intent() -> Intent:
    return Intent(
        cl_ord_id="bot-1",
        pair="BTC/USD",
        side=Side.BUY,
        volume=Decimal("0.01"),
        price=None,
        leverage=0,
        reduce_only=False,
        origin=Origin.BOT,
        signal="s",
        leg="open",
        reference=Decimal(60000),
        created_ms=1_700_000_000_000,
        deadline_ms=1_700_000_005_250,
    )
