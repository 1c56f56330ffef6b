"""A paper box and its source, with another exchange in a box in Kraken's place."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.market import RULES
from tui_bot.config.schema import Settings
from tui_bot.config.venue import Paper
from tui_bot.engine.handle import LaunchError
from tui_bot.kraken.http import KRAKEN
from tui_bot.paper.listing import read_listing
from tui_bot.paper.remote import Errand, VisitError, box_clock
from tui_bot.session.box import Address, ChildBox, demo_options
from tui_bot.session.feeder import Feeder
from tui_bot.session.paper import opening_of, start_box
from tui_bot.session.session import RunOptions, Session
from tui_bot.session.source import Source, listing, source_of

PAIR = "BTC/USD"
SPEED = 60


def get(rest: str, path: str) -> Any:
    """An answer."""
    with urllib.request.urlopen(rest + path, timeout=10) as answer:  # noqa: S310
        return json.loads(answer.read())


def ohlc(rest: str) -> list[list[Any]]:
    """Candles without the average price, which the client does not read; all but the running one."""
    rows = get(rest, "/0/public/OHLC?pair=XBTUSD")["result"]["XXBTZUSD"]
    return [[*row[:5], row[6], row[7]] for row in rows[:-1]]


def same(shown: list[list[Any]], true: list[list[Any]]) -> int:
    """How many rows both show, which must be the same."""
    known = {row[0]: row for row in true}
    both = [row for row in shown if row[0] in known]
    assert [known[row[0]] for row in both] == both
    return len(both)


def come_true(condition: Callable[[], bool], within: float = 20.0) -> bool:
    """Whether it did."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


@pytest.fixture
def stand_in() -> Iterator[ChildBox]:
    """An exchange whose public side stands in for Kraken's."""
    with ChildBox.start(demo_options(SPEED, 5, None)) as box:
        yield box


def test_the_paper_box_shows_what_the_source_shows(stand_in: ChildBox, tmp_path: Path) -> None:
    source, remarks = Source(stand_in.address), []
    opening = opening_of(source, PAIR, 60)
    with start_box(source, opening, 60, tmp_path, None) as box:
        feeder = Feeder(source, opening, 60, box.rest, lambda level, text: remarks.append((level, text)))
        feeder.open()
        at_first = ohlc(box.rest)
        assert len(at_first) == 720
        assert same(at_first, ohlc(stand_in.rest)) > 700
        feeder.start()
        try:
            last = at_first[-1][0]
            assert come_true(lambda: ohlc(box.rest)[-1][0] >= last + 240)
            assert same(ohlc(box.rest), ohlc(stand_in.rest)) > 700
            quotes = [get(rest, "/0/public/Ticker?pair=XBTUSD") for rest in (box.rest, stand_in.rest)]
            bids = [Decimal(quote["result"]["XXBTZUSD"]["b"][0]) for quote in quotes]
            assert abs(bids[0] - bids[1]) < bids[1] / 100
            clocks = [box_clock(rest, 10) for rest in (box.rest, stand_in.rest)]
            assert clocks[0].speed == clocks[1].speed == SPEED
            assert abs(clocks[0].now_ms - clocks[1].now_ms) < 5 * SPEED * 1000
            assert not [text for level, text in remarks if level == "error"]
            stand_in.stop()
            assert come_true(lambda: get(box.rest, "/0/public/SystemStatus")["result"]["status"] != "online")
            assert get(box.rest, "/0/public/Ticker?pair=XBTUSD")["error"] == ["EService:Unavailable"]
            assert any("an exchange in a box: " in text for _, text in remarks)
        finally:
            feeder.stop()


def test_the_pair_is_listed_by_its_own_rules(stand_in: ChildBox, tmp_path: Path) -> None:
    source = Source(stand_in.address)
    opening = opening_of(source, PAIR, 300)
    odd = replace(
        RULES, order_minimum=Decimal("0.007"), leverage_buy=(2, 5), leverage_sell=(), lot_decimals=6
    )
    path = tmp_path / "market.json"
    path.write_text(listing(source, replace(opening, rules=odd), 300))
    listed = read_listing(path)
    pair = listed.pair
    assert (pair.id, pair.symbol, pair.base, pair.quote) == (odd.key, odd.name, odd.base, odd.quote)
    assert (pair.ordermin, pair.costmin, pair.tick_size) == (
        odd.order_minimum,
        odd.cost_minimum,
        odd.tick_size,
    )
    assert (pair.pair_decimals, pair.lot_decimals, pair.cost_decimals) == (
        odd.price_decimals,
        6,
        odd.cost_decimals,
    )
    assert (pair.leverage_buy, pair.leverage_sell) == ((2, 5), ())
    assert (listed.interval, listed.speed, listed.source) == (5, SPEED, "an exchange in a box")
    if odd.taker_fees:
        assert pair.fees == odd.taker_fees


def test_prices_are_krakens_unless_a_box_is_named() -> None:
    source = source_of(Settings())
    assert (source.name, source.stands_in, source.address.rest) == ("Kraken", False, KRAKEN)
    assert source.address.websocket == "wss://ws.kraken.com/v2"
    assert "no key is read" in source.remark
    other = source_of(Settings(paper=Paper(source_rest="http://127.0.0.1:9")))
    assert (other.stands_in, other.address) == (True, Address("http://127.0.0.1:9", None))
    assert "not Kraken's" in other.remark


def test_a_source_that_is_away_ends_the_start_in_plain_words(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text('paper:\n  source_rest: "http://127.0.0.1:9"\n')
    made = Session(RunOptions(tmp_path / "state", config, "paper"))
    with pytest.raises(LaunchError, match=r"no prices.*No order was sent; .*--mode demo") as refused:
        made.run()
    assert refused.value.exit_code == 3


@pytest.mark.parametrize(
    ("prices", "what", "code"),
    [
        ('source_rest: "http://127.0.0.1:99999"', "99999 is not a box on this machine", 3),
        (
            'source_rest: "http://127.0.0.1:9"\n  source_websocket: "ws://127.0.0.1:99999"',
            r"paper\.source_websocket: refusing the WebSocket address",
            2,
        ),
    ],
)
def test_a_port_that_there_is_not_is_told(tmp_path: Path, prices: str, what: str, code: int) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"paper:\n  {prices}\n")
    made = Session(RunOptions(tmp_path / "state", config, "paper"))
    with pytest.raises(LaunchError, match=what) as refused:
        made.run()
    assert refused.value.exit_code == code


def test_a_source_that_dies_while_it_is_asked_is_worth_another_try(stand_in: ChildBox) -> None:
    source = Source(stand_in.address)
    process = stand_in._process
    os.kill(process.pid, signal.SIGSTOP)
    try:
        with pytest.raises(VisitError):
            box_clock(source.address.rest, timeout=0.2)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    assert opening_of(source, PAIR, 60).status.system == "online"


def test_a_pair_that_nobody_lists_is_named(stand_in: ChildBox) -> None:
    with pytest.raises(LaunchError, match="FOO/BAR") as refused:
        opening_of(Source(stand_in.address), "FOO/BAR", 60)
    assert refused.value.exit_code == 1


def test_paper_trades_in_a_box_of_ours_only(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text('exchange:\n  rest: "http://127.0.0.1:9"\n')
    with pytest.raises(LaunchError, match=r"exchange\.rest and exchange\.websocket to null") as refused:
        Session(RunOptions(tmp_path / "state", config, "paper"))
    assert refused.value.exit_code == 2
    config.write_text('mode: paper\nexchange:\n  rest: "http://127.0.0.1:9"\n')
    with pytest.raises(LaunchError, match=r"exchange\.rest: mode paper trades in a box of ours only"):
        Session(RunOptions(tmp_path / "state", config))


def test_an_errand_to_nobody_and_one_that_is_refused(stand_in: ChildBox) -> None:
    with pytest.raises(VisitError, match="does not answer"):
        Errand("http://127.0.0.1:9", 1).push({})
    with (
        closing(Errand(stand_in.rest, 5)) as errand,
        pytest.raises(VisitError, match="this box has a market of its own"),
    ):
        errand.push({})
    with pytest.raises(VisitError, match="not a box on this machine"):
        Errand("http://example.com", 1)
