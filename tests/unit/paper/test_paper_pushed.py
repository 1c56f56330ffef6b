"""A market that is told its prices: shown as they came, traded at, and closed while nobody tells them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tui_bot.paper.box import Box
from tui_bot.paper.clock import FollowingClock
from tui_bot.paper.desk import Desk
from tui_bot.paper.listing import ListingError, read_listing
from tui_bot.paper.options import BoxOptions
from tui_bot.paper.pushed import SILENT_SECONDS
from tui_bot.paper.refusal import Refusal
from tui_bot.paper.rest import Request, respond
from tui_bot.paper.state import StateError
from tui_bot.paper.ws.hub import Hub
from tui_bot.paper.ws.line import Line

NOW_S = 1_767_614_420
BEGIN = NOW_S // 60 * 60
SOL: dict[str, Any] = {
    "id": "SOLEUR",
    "altname": "SOLEUR",
    "symbol": "SOL/EUR",
    "base": "SOL",
    "quote": "ZEUR",
    "pair_decimals": 2,
    "lot_decimals": 8,
    "cost_decimals": 5,
    "tick_size": "0.01",
    "ordermin": "0.06",
    "costmin": "0.45",
    "leverage_buy": [2, 3],
    "leverage_sell": [2],
    "fees": [["0", "0.3"], ["10000", "0.2"]],
    "fees_maker": [["0", "0.1"]],
}
LISTING: dict[str, Any] = {
    "source": "Kraken",
    "now_ms": NOW_S * 1000,
    "speed": 1,
    "interval": 1,
    "price": "120.5",
    "pair": SOL,
}
ROW = ["100.00", "100.50", "99.50", "100.25", "12.50000000", 9]


def row(minutes_ago: int, *cells: object) -> list[object]:
    """A candle that began so many minutes before the running one."""
    return [BEGIN - 60 * minutes_ago, *(cells or ROW)]


def quote(bid: str, ask: str, last: str | None = None) -> dict[str, str]:
    """A quote."""
    return {"bid": bid, "ask": ask, "last": last or bid}


class Pusher(Desk):
    """A desk whose market is told by hand."""

    def tell(self, **members: object) -> Any:
        """The box's answer to a push at its own time."""
        told = {"now_ms": self.box.clock.now_ns() // 1_000_000, **members}
        return self._send(Request("POST", "/box/market", {}, {}, json.dumps(told).encode()))


def listing(folder: Path, **changes: object) -> Path:
    """A listing file."""
    path = folder / "market.json"
    path.write_text(json.dumps(LISTING | changes))
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Pusher:
    """A box that knows two closed candles, the running one and a quote."""
    desk = Pusher(BoxOptions(speed=0, pushed=listing(tmp_path)))
    running = row(0, "100.25", "100.30", "100.25", "100.28", "1.5", 2)
    told = desk.tell(closed=[row(2), row(1)], running=running, quote=quote("100.20", "100.30", "100.28"))
    assert told["now_ms"] == NOW_S * 1000, told
    return desk


def ohlc(desk: Pusher, interval: int = 1) -> list[list[Any]]:
    """The rows that REST shows."""
    rows: list[list[Any]] = desk.public(f"OHLC?pair=SOLEUR&interval={interval}")["SOLEUR"]
    return rows


def cells(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows without the average price, which nobody tells."""
    return [[*each[:5], each[6], each[7]] for each in rows]


def test_candles_are_shown_as_they_came(desk: Pusher) -> None:
    shown = desk.public("OHLC?pair=SOLEUR")
    running = row(0, "100.25", "100.30", "100.25", "100.28", "1.50000000", 2)
    assert cells(shown["SOLEUR"]) == [row(2), row(1), running]
    assert shown["last"] == BEGIN - 60


def test_time_alone_closes_no_candle(desk: Pusher) -> None:
    desk.advance(5)
    desk.tell(quote=quote("100.20", "100.30"))
    before = ohlc(desk)
    for _ in range(30):
        desk.advance(5)
        desk.tell(quote=quote("100.20", "100.30"))
    assert ohlc(desk) == before


def test_a_candle_is_over_when_that_is_told_and_not_when_the_next_one_runs(desk: Pusher) -> None:
    following = row(-1, "100.28", "101.00", "100.28", "101.00", "0.10000000", 1)
    desk.tell(running=following, quote=quote("100.20", "100.30"))
    assert [each[0] for each in ohlc(desk)] == [BEGIN - 120, BEGIN - 60, BEGIN]
    last = row(0, "100.25", "100.40", "100.25", "100.28", "1.60000000", 3)
    desk.tell(closed=[last], quote=quote("100.20", "100.30"))
    assert cells(ohlc(desk))[-2:] == [last, following]


def test_the_candle_after_the_newest_is_flat_until_it_is_told(desk: Pusher) -> None:
    desk.tell(closed=[row(0)])
    assert cells(ohlc(desk))[-1] == [BEGIN + 60, *["100.25"] * 4, "0.00000000", 0]


def test_a_corrected_candle_takes_its_place(desk: Pusher) -> None:
    corrected = row(2, "100.00", "100.50", "99.50", "100.10", "13.00000000", 10)
    desk.tell(closed=[corrected])
    assert cells(ohlc(desk))[:2] == [corrected, row(1)]
    desk.tell(closed=[row(5)])
    assert [each[0] for each in ohlc(desk)] == [BEGIN - 60 * ago for ago in (5, 2, 1, 0)]


def test_no_more_rows_are_kept_than_kraken_shows(desk: Pusher) -> None:
    desk.tell(closed=[row(ago) for ago in range(720, 0, -1)])
    desk.tell(closed=[row(0)])
    shown = ohlc(desk)
    assert (len(shown), shown[0][0], shown[-1][0]) == (721, BEGIN - 719 * 60, BEGIN + 60)


def test_longer_intervals_are_made_of_whole_ones_and_shorter_ones_are_not_known(tmp_path: Path) -> None:
    desk = Pusher(BoxOptions(speed=0, pushed=listing(tmp_path, interval=5)))
    first = BEGIN // 900 * 900
    closed = [[first + 300 * place, *ROW] for place in range(-1, 4)]
    desk.tell(closed=closed, quote=quote("100.20", "100.30"))
    assert ohlc(desk, 1) == []
    whole, running = ohlc(desk, 15)
    assert cells([whole]) == [[first, "100.00", "100.50", "99.50", "100.25", "37.50000000", 27]]
    assert running[0] == first + 900
    assert desk.tell(closed=[[first + 60, *ROW]])["error"][0].endswith("not on the grid of 5 minutes")


def test_the_quote_is_the_one_that_was_told(desk: Pusher) -> None:
    (ticker,) = desk.public("Ticker?pair=SOLEUR").values()
    assert [Decimal(ticker[name][0]) for name in "bac"] == [
        Decimal("100.20"),
        Decimal("100.30"),
        Decimal("100.28"),
    ]
    assert desk.public("Trades?pair=SOLEUR")["SOLEUR"] == []


def test_a_market_order_gets_the_told_price_and_pays_the_real_fee(desk: Pusher) -> None:
    desk.order("buy", "0.5", "SOLEUR")
    (fill,) = desk.truth()["fills"]
    assert (fill["price"], fill["cost"], fill["fee"]) == ("100.30000", "50.15000", "0.15045")
    desk.order("sell", "0.5", "SOLEUR")
    assert desk.truth()["fills"][1]["price"] == "100.20000"
    assert desk.private("Balance")["SOL"] == "0.0000000000"
    assert Decimal(desk.private("TradeBalance", asset="ZEUR")["eb"]) < 10_000


def test_the_rules_are_the_real_ones(desk: Pusher) -> None:
    shown = desk.public("AssetPairs?pair=SOLEUR")["SOLEUR"]
    assert (shown["ordermin"], shown["leverage_buy"], shown["pair_decimals"]) == ("0.06", [2, 3], 2)
    assert shown["fees"] == [[0, 0.3], [10000, 0.2]]
    with pytest.raises(Refusal, match="Order minimum not met"):
        desk.order("buy", "0.05", "SOLEUR")
    with pytest.raises(Refusal, match="leverage"):
        desk.order("sell", "0.5", "SOLEUR", leverage="3")
    desk.order("buy", "0.5", "SOLEUR", leverage="3")
    assert desk.truth()["net_position"] == {"SOLEUR": "0.50000000"}


def test_a_resting_order_is_filled_by_a_quote_beyond_it(desk: Pusher) -> None:
    desk.order("buy", "0.5", "SOLEUR", ordertype="limit", price="100.10")
    desk.tell(quote=quote("100.10", "100.20", "100.05"))
    assert desk.truth()["fills"] == []
    desk.tell(quote=quote("99.90", "100.00"))
    (fill,) = desk.truth()["fills"]
    assert (fill["price"], fill["maker"]) == ("100.10000", True)


def test_a_market_that_nobody_tells_is_closed_and_says_so(desk: Pusher) -> None:
    line = Line(Hub(desk.box))
    line.subscribe("ticker", symbol=["SOL/EUR"], event_trigger="bbo")
    desk.advance(SILENT_SECONDS + 1)
    assert desk.public("SystemStatus")["status"] == "maintenance"
    for call in ("Ticker?pair=SOLEUR", "OHLC?pair=SOLEUR", "Depth?pair=SOLEUR"):
        with pytest.raises(Refusal, match="EService:Unavailable"):
            desk.public(call)
    with pytest.raises(Refusal, match="EService:Unavailable"):
        desk.order("buy", "0.5", "SOLEUR")
    assert [frame["data"][0]["system"] for frame in line.frames()] == ["maintenance"]
    desk.tell(quote=quote("100.40", "100.50"))
    assert desk.public("SystemStatus")["status"] == "online"
    desk.order("buy", "0.5", "SOLEUR")
    assert desk.truth()["fills"][0]["price"] == "100.50000"


def test_candles_without_a_quote_are_no_price(desk: Pusher) -> None:
    desk.advance(SILENT_SECONDS + 1)
    desk.tell(closed=[row(0)])
    assert desk.public("SystemStatus")["status"] == "maintenance"


def test_silence_moves_nothing_on_the_socket(desk: Pusher) -> None:
    hub = Hub(desk.box)
    line = Line(hub)
    for channel, more in (("ticker", {"event_trigger": "bbo"}), ("book", {"depth": 10}), ("ohlc", {})):
        line.subscribe(channel, symbol=["SOL/EUR"], **more)
    hub.pump()
    line.frames()
    desk.advance(600)
    hub.pump()
    assert [frame["channel"] for frame in line.frames()] == ["status"]


def test_the_socket_tells_the_rows_as_they_came(desk: Pusher) -> None:
    hub = Hub(desk.box)
    line = Line(hub)
    _, snapshot = line.subscribe("ohlc", symbol=["SOL/EUR"], interval=1)
    assert [(each["close"], each["trades"]) for each in snapshot["data"]] == [
        (Decimal("100.25"), 9),
        (Decimal("100.25"), 9),
        (Decimal("100.28"), 2),
    ]
    desk.tell(running=row(0, "100.25", "100.90", "100.20", "100.90", "2.5", 4))
    hub.pump()
    (frame,) = line.frames()
    (told,) = frame["data"]
    names = ("open", "high", "low", "close", "volume", "trades")
    expected = [Decimal(text) for text in ("100.25", "100.90", "100.20", "100.90", "2.5")]
    assert [told[name] for name in names] == [*expected, 4]
    over = row(0, "100.25", "100.90", "100.20", "100.80", "2.75", 5)
    desk.tell(closed=[over], running=row(-1, "100.8", "100.8", "100.8", "100.8", "1", 1))
    hub.pump()
    assert [frame["data"][0]["close"] for frame in line.frames()] == [Decimal("100.80"), Decimal("100.8")]
    hub.pump()
    assert line.frames() == []


def test_the_sources_own_states_are_shown(desk: Pusher) -> None:
    desk.tell(system="post_only", pair_status="cancel_only", quote=quote("100.20", "100.30"))
    assert desk.public("SystemStatus")["status"] == "post_only"
    assert desk.public("AssetPairs?pair=SOLEUR")["SOLEUR"]["status"] == "cancel_only"
    desk.tell(system="haunted")
    assert desk.public("SystemStatus")["status"] == "maintenance"


def test_time_is_the_sources(tmp_path: Path) -> None:
    desk = Pusher(BoxOptions(pushed=listing(tmp_path, speed=10)))
    assert desk.get("/box/clock")["speed"] == 10
    ahead_ms = NOW_S * 1000 + 3_600_000
    assert 0 <= desk.tell(now_ms=ahead_ms)["now_ms"] - ahead_ms < 60_000
    shown = desk.tell(now_ms=NOW_S * 1000)["now_ms"]
    assert shown >= ahead_ms


def test_a_clock_that_is_corrected_backwards_stands_until_it_is_time() -> None:
    now = [0]
    clock = FollowingClock(1000, 1, lambda: now[0])
    now[0] = 500
    assert clock.now_ns() == 1500
    clock.follow(1200)
    now[0] = 700
    assert clock.now_ns() == 1500
    now[0] = 900
    assert clock.now_ns() == 1600


def test_the_ledger_survives_and_prices_do_not(tmp_path: Path) -> None:
    options = BoxOptions(speed=0, pushed=listing(tmp_path), state=tmp_path / "ledger")
    desk = Pusher(options)
    desk.tell(closed=[row(1)], quote=quote("100.20", "100.30"))
    desk.order("buy", "0.5", "SOLEUR")
    before = desk.truth()["balances"]
    desk.box.close()
    again = Pusher(options)
    assert again.truth()["balances"] == before
    assert again.public("SystemStatus")["status"] == "maintenance"
    with pytest.raises(Refusal, match="EService:Unavailable"):
        again.public("Ticker?pair=SOLEUR")
    again.tell(closed=[row(1)], quote=quote("110.20", "110.30"))
    again.order("sell", "0.5", "SOLEUR")
    assert again.truth()["fills"][1]["price"] == "110.20000"
    again.box.close()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        (
            {"source": "a box"},
            r"Kraken, not of SOL/EUR \(2 and 8 decimals\) at the prices of a box",
        ),
        ({"now_ms": NOW_S * 1000 - 70_000}, "is ahead of the clock of Kraken"),
        ({"pair": SOL | {"lot_decimals": 5}}, r"\(2 and 8 decimals\).*, not of SOL/EUR \(2 and 5 decimals\)"),
        (None, "at the prices of Kraken, not of the simulated market"),
    ],
)
def test_an_account_belongs_to_one_market_and_one_time(
    tmp_path: Path, changes: dict[str, Any] | None, what: str
) -> None:
    state = tmp_path / "ledger"
    Pusher(BoxOptions(speed=0, pushed=listing(tmp_path), state=state)).box.close()
    with pytest.raises(StateError, match=what):
        Box(BoxOptions(state=state, pushed=None if changes is None else listing(tmp_path, **changes)))


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"now_ms": None}, "now_ms: 'None' is not a whole number"),
        ({"now_ms": 1.5}, "now_ms: '1.5' is not a whole number"),
        ({"quote": []}, "quote: not an object"),
        ({"quote": {"bid": "1", "ask": "2"}}, "quote last: 'None' is not a plain number"),
        ({"quote": quote("100.20", "NaN")}, "quote ask: 'NaN' is not a plain number"),
        ({"quote": quote("100.205", "101")}, "quote bid: price 100.205 is zero or has more than 2 decimals"),
        ({"quote": quote("0", "101")}, "quote bid: price 0 is zero"),
        ({"quote": quote("102", "101")}, "quote: bid 102 is above ask 101"),
        ({"closed": {}}, "closed: not a list of at most 720 rows"),
        ({"closed": [row(1), [1]]}, "closed row 2: not a row of 7 members"),
        ({"closed": [row(1, "100", "99", "98", "100", "1", 1)]}, "closed row 1: high and low do not enclose"),
        ({"running": row(0, "1", "1", "1", "1", "-1", 1)}, "running: '-1' is not a plain number"),
        ({"running": row(0, "1", "1", "1", "1", "1", -1)}, "running: '-1' is not a whole number"),
        ({"system": []}, "system: not a word"),
    ],
)
def test_what_is_no_price_is_refused_by_name(desk: Pusher, members: Mapping[str, Any], what: str) -> None:
    before = ohlc(desk)
    assert desk.tell(**members)["error"][0].removeprefix("EGeneral:Invalid arguments:").startswith(what)
    assert ohlc(desk) == before


def test_a_box_with_a_market_of_its_own_takes_no_prices() -> None:
    desk = Desk(BoxOptions(speed=0))
    answer = json.loads(respond(desk.box, Request("POST", "/box/market", {}, {}, b"{}")).body)
    assert answer["error"] == ["EGeneral:Invalid arguments:this box has a market of its own"]


@pytest.mark.parametrize(
    "changes",
    [
        {"speed": 0},
        {"interval": 7},
        {"price": "0"},
        {"price": "NaN"},
        {"pair": {}},
        {"pair": SOL | {"fees": [["10", "1"]]}},
        {"pair": SOL | {"symbol": "SOL"}},
        {"pair": SOL | {"pair_decimals": 99}},
    ],
)
def test_a_listing_that_cannot_be_used_names_its_file(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = listing(tmp_path, **changes)
    with pytest.raises(ListingError, match=r"market\.json: not the listing of a market"):
        read_listing(path)


def test_a_listing_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ListingError, match="cannot be read"):
        read_listing(tmp_path / "none.json")
