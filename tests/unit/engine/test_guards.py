"""Each guard passes where it should, and refuses with its name, its numbers and a next step."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.market import LIMITS, RULES, settings
from tui_bot.engine.events import Account, Holding, Quote
from tui_bot.engine.foresight import foresee
from tui_bot.engine.gauge import Gauge
from tui_bot.engine.guards import Circumstances, Reading, blocks, judge, standing, within_reach
from tui_bot.engine.plan import Leg
from tui_bot.market.book import Book
from tui_bot.market.order import Side

NOW = 10_000_000
PRICE = Decimal(60_000)
TIGHT = replace(
    LIMITS, collar=Decimal("0.01"), exit_collar=Decimal("0.03"), max_notional=Decimal(100), orders_per_hour=3,
    stale_after_ms=10_000, orders_per_day=4, daily_loss=Decimal("12.5"),
)  # fmt: skip
OPEN = Leg("open", Side.BUY, Decimal("0.001"), 2, reduce_only=False, opens=True)
SPOT = replace(OPEN, leverage=0)
CLOSE = Leg("close", Side.SELL, Decimal("0.001"), 2, reduce_only=True, opens=False)
SPOT_CLOSE = replace(CLOSE, leverage=0, reduce_only=False)
ALWAYS = {"exchange", "unknown order", "live order", "minimums", "funds", "collar", "leverage"}
ENTRIES = {
    "stale feed", "clock offset", "agreement", "foreign activity", "position", "order value",
    "orders/signal", "orders/hour", "orders/day", "unexpected fills", "daily loss", "order budget", "stop",
    "journal", "unattended",
}  # fmt: skip


def limit(price: int, side: Side = Side.BUY) -> Leg:
    """An order by hand with a limit."""
    return replace(OPEN, name="limit", side=side, price=Decimal(price))


def account(**changes: Any) -> Account:
    usual = Account(
        position=Decimal(0),
        balances={"ZUSD": Holding(Decimal(1000)), "XXBT": Holding(Decimal("0.001"))},
        open_orders=(),
        free_margin=Decimal(1000),
        equity=Decimal(1000),
        at_ms=NOW,
    )
    return replace(usual, **changes)


def now(**changes: Any) -> Circumstances:
    usual = Circumstances(
        now_ms=NOW,
        settings=settings(limits=vars_of(TIGHT)),
        rules=RULES,
        size=Decimal(0),
        quote=Quote(PRICE, PRICE, PRICE, NOW),
        heard_ms=NOW - 1_000,
        last_close=PRICE,
        clock_offset_ms=100,
        system_status="online",
        account=account(),
        placed_ms=(),
        live=0,
        uncertain=0,
    )
    return replace(usual, **changes)


def vars_of(limits: object) -> dict[str, Any]:
    return {name: getattr(limits, name) for name in limits.__slots__}  # type: ignore[attr-defined]


def quote(price: int | str, spread: int = 0) -> Quote:
    at = Decimal(price)
    return Quote(at - spread, at + spread, at, NOW)


def test_in_good_circumstances_every_guard_passes_without_advice() -> None:
    for leg in (OPEN, SPOT, CLOSE, SPOT_CLOSE):
        readings = judge(now(), leg)
        assert blocks(readings) == ()
        assert all(reading.advice == "" for reading in readings)


def test_an_exit_is_held_back_by_fewer_guards_than_an_entry() -> None:
    assert {reading.name for reading in judge(now(), CLOSE)} == ALWAYS
    assert {reading.name for reading in judge(now(), OPEN)} == ALWAYS | ENTRIES
    assert {reading.name for reading in standing(now())} == ALWAYS | ENTRIES


@pytest.mark.parametrize(
    ("name", "changes", "leg", "words"),
    [
        ("exchange", {"system_status": "maintenance"}, OPEN, ("maintenance", "wait until Kraken")),
        ("exchange", {"system_status": "never seen"}, CLOSE, ("never seen", "wait")),
        ("exchange", {"rules": replace(RULES, status="reduce_only")}, OPEN, ("reduce_only", "wait")),
        ("exchange", {"rules": replace(RULES, status="cancel_only")}, CLOSE, ("cancel_only", "wait")),
        ("exchange", {"rules": None}, OPEN, ("?", "wait")),
        ("unknown order", {"uncertain": 1}, CLOSE, ("1 of 0", "do not trade this pair by hand")),
        ("live order", {"live": 1}, CLOSE, ("1 of 0", "wait for it or cancel it")),
        ("minimums", {}, replace(OPEN, volume=Decimal("0.00004")), ("0.00005 BTC", "use a size")),
        ("minimums", {"quote": quote(9_000)}, replace(CLOSE, volume=Decimal("0.00005")), ("0.5 USD",)),
        ("minimums", {}, replace(OPEN, price=Decimal("60000.05")), ("tick size 0.1", "price")),
        ("minimums", {"rules": None}, OPEN, ("not known", "wait")),
        ("funds", {"account": account(free_margin=Decimal(30))}, OPEN, ("needs 30.24", "of 30", "margin")),
        ("funds", {"account": account(free_margin=None)}, OPEN, ("free margin not known", "wait")),
        ("funds", {"account": None}, CLOSE, ("balance not known", "wait")),
        (
            "funds",
            {"account": account(balances={"ZUSD": Holding(Decimal(60))})},
            SPOT,
            ("needs 60.24", "of 60", "USD", "add funds"),
        ),
        (
            "funds",
            {
                "account": account(
                    balances={"ZUSD": Holding(Decimal(0)), "USD.F": Holding(Decimal(900))},
                    aside=(("USD.F", Decimal(900)),),
                )
            },
            SPOT,
            ("needs 60.24", "of 0", "900 in USD.F cannot be used"),
        ),
        (
            "funds",
            {"account": account(balances={"XXBT": Holding(Decimal("0.001"), Decimal("0.0005"))})},
            SPOT_CLOSE,
            ("needs 0.001", "of 0.0005", "BTC"),
        ),
        ("collar", {"quote": quote(60_700)}, OPEN, ("1.17 % of 1.00 %", "the price jumped")),
        ("collar", {"last_close": Decimal(59_300)}, OPEN, ("1.18 % of 1.00 %",)),
        ("collar", {"quote": quote(60_000, 700)}, OPEN, ("1.17 % of 1.00 %",)),
        ("collar", {"quote": quote(58_000)}, CLOSE, ("3.33 % of 3.00 %",)),
        ("collar", {}, limit(60_700), ("1.17 % of 1.00 %", "use a limit nearer to the market")),
        ("collar", {"quote": None}, limit(60_700), ("1.17 % of 1.00 %",)),
        ("collar", {}, limit(59_000, Side.SELL), ("1.67 % of 1.00 %",)),
        ("collar", {"quote": None, "last_close": None}, OPEN, ("no price", "wait")),
        ("leverage", {}, replace(OPEN, leverage=10), ("x10 of x5", "choose a leverage")),
        ("leverage", {"rules": replace(RULES, leverage_buy=())}, OPEN, ("x2", "choose")),
        ("leverage", {}, replace(SPOT, side=Side.SELL), ("spot cannot go short", "trading.leverage")),
        ("stale feed", {"heard_ms": NOW - 10_001}, OPEN, ("10.0 s of 10.0 s", "wait for the feed")),
        ("stale feed", {"heard_ms": None}, OPEN, ("nothing heard", "wait")),
        ("clock offset", {"clock_offset_ms": -2_001}, OPEN, ("-2.00 s of 2.0 s", "NTP")),
        ("clock offset", {"clock_offset_ms": None}, OPEN, ("not measured", "wait")),
        ("agreement", {"differs": True}, OPEN, ("another position", "halts")),
        ("stop", {"unprotected": True}, OPEN, ("wanted, but none rests", "close by hand")),
        ("foreign activity", {"external": 2}, OPEN, ("2 external", "accept")),
        ("position", {"size": Decimal("0.0095")}, OPEN, ("0.0105 of 0.01", "limits.max_position")),
        ("order value", {}, replace(OPEN, volume=Decimal("0.002")), ("120.00 of 100.00", "max_notional")),
        (
            "orders/hour",
            {"placed_ms": (NOW - 3_540_000, NOW - 60_000, NOW)},
            OPEN,
            ("3 of 3", "next slot in 1m 00s"),
        ),
        (
            "orders/day",
            {"placed_ms": (NOW - 7_200_000,) * 4, "now_ms": NOW},
            OPEN,
            ("4 of 4", "next slot in 22h 00m"),
        ),
        ("orders/signal", {"sends": 2}, OPEN, ("2 of 1", "pause and resume")),
        ("unexpected fills", {"surprises": 2}, OPEN, ("2 of 2", "order page", "resume")),
        (
            "daily loss",
            {"day_loss": Decimal("12.5")},
            OPEN,
            ("12.50 of 12.50", "00:00 UTC, in 21h 13m", "exits go on", "limits.daily_loss"),
        ),
        (
            "order budget",
            {"order_budget": Gauge("orders", 55.0, NOW - 2_000, 60, 1.0, 9)},
            OPEN,
            ("53.0 of 60", "entries held for 3.0 s", "9 stay free for a cancel and a close"),
        ),
    ],
)  # fmt: skip
def test_i11_i30_a_guard_refuses_with_name_numbers_and_advice(
    name: str, changes: dict[str, Any], leg: Leg, words: tuple[str, ...]
) -> None:
    refused = {reading.name: reading for reading in blocks(judge(now(**changes), leg))}
    assert name in refused
    assert refused[name].advice
    text = f"{refused[name].sentence} — {refused[name].advice}"
    assert all(word in text for word in words), text


@pytest.mark.parametrize(
    "changes",
    [
        {"heard_ms": NOW - 10_000},
        {"clock_offset_ms": -2_000},
        {"size": Decimal("0.009")},
        {"placed_ms": (NOW - 1, NOW)},
        {"placed_ms": (NOW - 86_400_000, NOW - 7_200_000, NOW - 7_200_000, NOW - 7_200_000)},
        {"day_loss": Decimal("12.49"), "surprises": 1, "sends": 1},
        {"quote": quote(60_600)},
        {"account": account(free_margin=Decimal("30.24"))},
        {"order_budget": Gauge("orders", 60.0, NOW - 10_000, 60, 1.0, 9)},
    ],
)
def test_at_its_limit_a_guard_still_passes(changes: dict[str, Any]) -> None:
    assert blocks(judge(now(**changes), OPEN)) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"heard_ms": None},
        {"clock_offset_ms": None},
        {"size": Decimal(5)},
        {"placed_ms": (NOW,) * 50},
        {"external": 1, "unprotected": True},
        {"day_loss": Decimal(1000), "surprises": 5, "sends": 3},
        {"differs": True},
        {"order_budget": Gauge("orders", 60.0, NOW, 60, 1.0, 9)},
        {"quote": quote(61_000)},
        {"account": account(free_margin=None)},
        {"rules": replace(RULES, status="reduce_only")},
    ],
)
def test_f74_an_exit_is_not_held_back_by_what_bars_entries(changes: dict[str, Any]) -> None:
    assert blocks(judge(now(**changes), CLOSE)) == ()
    assert blocks(judge(now(**changes), OPEN)) != ()


def test_an_order_is_judged_by_the_side_of_the_book_it_meets() -> None:
    book = now(quote=quote(60_000, 10))
    assert book.price_of(OPEN) == 60_010
    assert book.price_of(CLOSE) == 59_990
    assert book.price_of(replace(OPEN, price=Decimal(59_000))) == 59_000
    assert now(quote=None).price_of(OPEN) == PRICE


@pytest.mark.parametrize(
    ("have", "sold"),
    [("0.001", "0.001"), ("0.0009999999", "0.0009999999"), ("0.00099998", "0.001"), ("5", "0.001")],
)
def test_f26_a_spot_exit_within_one_lot_step_of_the_balance_is_cut_to_it(have: str, sold: str) -> None:
    circumstances = now(account=account(balances={"XXBT": Holding(Decimal(have))}))
    assert within_reach(circumstances, SPOT_CLOSE).volume == Decimal(sold)
    assert within_reach(circumstances, CLOSE) == CLOSE
    assert within_reach(circumstances, OPEN) == OPEN


@pytest.mark.parametrize("leg", [limit(1_000), limit(59_999), limit(90_000, Side.SELL)])
def test_the_collar_leaves_an_order_alone_that_waits_for_a_better_price(leg: Leg) -> None:
    roomy = now(settings=settings(limits=vars_of(replace(TIGHT, max_notional=Decimal(1000)))))
    assert blocks(judge(roomy, leg)) == ()


def test_all_orders_of_a_turn_are_judged_at_the_size_each_will_meet() -> None:
    beyond = replace(OPEN, side=Side.SELL, volume=Decimal("0.011"))
    held = now(size=Decimal("0.001"), settings=settings(limits=vars_of(replace(TIGHT, max_notional=PRICE))))
    assert [reading.sentence for reading in foresee(held, (CLOSE, beyond))] == ["position: 0.011 of 0.01"]
    fitting = replace(beyond, volume=Decimal("0.01"))
    assert foresee(held, (CLOSE, fitting)) == ()


def test_what_bars_every_order_of_a_turn_is_told_once() -> None:
    readings = foresee(now(size=Decimal("0.001"), system_status="maintenance"), (CLOSE, OPEN))
    assert [reading.name for reading in readings].count("exchange") == 1


def test_f56_the_collar_of_an_entry_looks_at_the_worst_price_the_book_would_give() -> None:
    deep = Book(((PRICE, Decimal(9)),), ((PRICE, Decimal(9)),), NOW)
    thin = replace(deep, asks=((PRICE, Decimal("0.0001")), (PRICE * 2, Decimal(9))))

    def collar_of(leg: Leg, book: Book) -> Reading:
        (reading,) = [one for one in judge(now(book=book), leg) if one.name == "collar"]
        return reading

    assert collar_of(OPEN, deep).ok
    assert "the book is thin" in collar_of(OPEN, thin).advice
    assert collar_of(OPEN, replace(thin, at_ms=NOW - 60_000)).ok, "an old book tells nothing"
    assert collar_of(replace(CLOSE, side=Side.BUY), thin).ok, "a thin book holds no exit back"
