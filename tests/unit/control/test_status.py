"""The status: its keys are a contract, its line fits, and it claims no more than is known (I28)."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.market import RULES, settings
from tests.unit.control.stage import HALTED, PAUSED, READY
from tests.unit.session.test_farewell import FOREIGN, INTENT, held
from tui_bot.control import status as module
from tui_bot.control.status import LINE_WIDTH, absent, one_line, paragraphs, status_of
from tui_bot.engine.commands import Contract, Until
from tui_bot.engine.events import Quote
from tui_bot.engine.memory import Override
from tui_bot.engine.snapshot import Feed, Phase
from tui_bot.market.order import Order, OrderState

KEYS = (
    *(
        "schema",
        "running",
        "mode",
        "pair",
        "pid",
        "at_ms",
        "phase",
        "state",
        "reason",
        "since_ms",
        "override",
    ),
    *("trouble", "position", "pnl", "price", "orders", "unknown", "foreign", "age_s", "account_age_s"),
    "exposure",
)
PARTS = {
    "position": ("word", "size", "average", "leverage", "exchange_size"),
    "pnl": ("open", "day", "fees", "rollover"),
}
ORDER = ("side", "volume", "executed", "price", "state", "txid")

QUOTE = Quote(Decimal(66_000), Decimal(66_001), Decimal(66_000), 9_000)
LONG = replace(
    READY,
    at_ms=10_000,
    position=held("0.001"),
    quote=QUOTE,
    fee_rate=Decimal("0.004"),
    feed=Feed(9_600, "push", "", 0),
    orders=(Order(INTENT, OrderState.UNKNOWN), Order(INTENT, OrderState.CLOSED)),
    foreign=(FOREIGN,),
    exchange_size=Decimal("0.001"),
)


def test_the_keys_are_these_and_documented() -> None:
    status = status_of(LONG)
    assert tuple(status) == KEYS
    assert {name: tuple(status[name]) for name in PARTS} == PARTS
    assert [tuple(order) for order in status["orders"]] == [ORDER]
    documented = module.__doc__ or ""
    names = (*KEYS, *ORDER, *(name for part in PARTS.values() for name in part))
    assert not [name for name in names if f"``{name}``" not in documented]
    assert json.loads(json.dumps(status)) == status
    assert set(absent("demo")) <= set(KEYS)


def test_what_a_program_reads() -> None:
    status = status_of(LONG)
    assert status["position"]["size"] == status["position"]["exchange_size"] == "0.001"
    assert (status["unknown"], status["foreign"], status["age_s"]) == (1, 1, 0.4)
    assert status["pnl"]["open"] == "0.74"
    assert status["exposure"] == (
        "LONG 0.0010 BTC @ 65,000.5, no stop rests, 1 order with an UNKNOWN fate, 1 external"
    )


def test_i28_what_was_not_read_is_null_and_never_zero() -> None:
    status = status_of(replace(READY, account=None, phase=Phase.RECOVERING))
    assert (status["position"]["word"], status["position"]["size"]) == (None, None)
    assert (status["pnl"]["open"], status["price"], status["age_s"]) == (None, None, None)
    assert status["account_age_s"] is None
    assert "not known" in status["exposure"]
    assert one_line(status) == "DEMO BTC/USD RECOVER… ? ?"


def test_in_the_box_ages_are_real_seconds() -> None:
    assert status_of(replace(LONG, rate=10))["age_s"] == 0.0
    assert status_of(replace(LONG, rate=10, at_ms=109_600))["age_s"] == 10.0


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "DEMO BTC/USD UNKNOWN LONG 0.001 +0.74 0.4s"),
        ({"orders": ()}, "DEMO BTC/USD RUN LONG 0.001 +0.74 0.4s"),
        ({"orders": (), "run": PAUSED}, "DEMO BTC/USD PAUSED LONG 0.001 +0.74 0.4s"),
        ({"run": HALTED}, "DEMO BTC/USD HALTED LONG 0.001 +0.74 0.4s"),
        ({"orders": (), "position": held("-0.002", 2)}, "DEMO BTC/USD RUN SHORT 0.002 -2.53 0.4s"),
        ({"orders": (), "position": held("0")}, "DEMO BTC/USD RUN FLAT 0.4s"),
        ({"orders": (), "quote": None}, "DEMO BTC/USD RUN LONG 0.001 ? 0.4s"),
        (
            {"orders": (), "override": Override(Contract(Until.RELEASED), 0, 1)},
            "DEMO BTC/USD MANUAL LONG 0.001 +0.74 0.4s",
        ),
        ({"orders": (), "at_ms": 10_000_000}, "DEMO BTC/USD RUN LONG 0.001 +0.74 2h"),
    ],
)
def test_the_line_for_a_status_bar(changes: dict[str, object], line: str) -> None:
    assert one_line(status_of(replace(LONG, **changes))) == line  # type: ignore[arg-type]


def test_the_longest_line_is_sixty_columns() -> None:
    big = replace(
        LONG,
        mode="replay",
        settings=settings(pair="ABCDEFGHIJKLMNOP/QRSTUVWXYZ"),
        rules=RULES,
        position=held("-123456789.12345678"),
        quote=replace(QUOTE, bid=Decimal(10**12), ask=Decimal(10**12)),
        feed=Feed(0, "push", "", 0),
        at_ms=86_400_000 * 5_000,
    )
    line = one_line(status_of(big))
    assert len(line) <= LINE_WIDTH == 60
    assert len(line) >= 50
    assert line.startswith("REPLAY ABCDEFGHIJ… UNKNOWN SHORT 1234567…")
    assert line.endswith(" 999d")


def test_where_no_bot_runs_that_is_the_line() -> None:
    assert one_line(absent("replay")) == "REPLAY no bot runs"
    assert paragraphs(absent("demo")) == ["no bot runs in mode demo"]


def test_a_person_reads_reason_override_trouble_and_what_stays() -> None:
    override = Override(Contract(Until.RELEASED), 0, 1)
    told = "\n".join(paragraphs(status_of(replace(LONG, run=HALTED, override=override, trouble="no disk"))))
    for words in ("HALTED: JOURNAL FAILED", "until released", "trouble   no disk", "heard 0.4s ago"):
        assert words in told
    assert told.endswith("if this bot died now: " + status_of(LONG)["exposure"])
