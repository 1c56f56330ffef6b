"""The arming list, row by row: what passes, what warns, what says no, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.support.market import RULES, settings
from tui_bot.engine.events import Account, Acked, Answer, Holding, Lost, NotSent, Quote, Refused, Validated
from tui_bot.engine.ports import KeyFacts, Status
from tui_bot.engine.preflight import NEEDED, Check, Evidence, Ground, Verdict, judge, passes
from tui_bot.market.order import OrderReport, OrderState, Side

D = Decimal
NOW_MS = 1_790_000_000_000
ALL = frozenset({*NEEDED, "create-ws-token"})
KEY = KeyFacts(
    ALL, may_withdraw=False, nonce_window=0, ip_allowlist=("10.0.0.1",), valid_until_s=2_000_000_000
)
QUOTE = Quote(D(60_000), D(60_001), D(60_000), NOW_MS)
ACCOUNT = Account(D(0), {"ZUSD": Holding(D(1000))}, (), D(1000), D(1000), NOW_MS)
OTHERS = OrderReport("OX", None, "BTC/USD", Side.BUY, D(1), D(0), None, D(0), OrderState.OPEN)
GOOD = Evidence(
    settings(leverage=0), Ground(), NOW_MS, Status("online", "online"), RULES, 20, KEY, ACCOUNT, QUOTE
)


def row(name: str, **changes: Any) -> Check:
    (found,) = [check for check in judge(replace(GOOD, **changes)) if check.name == name]
    return found


def test_a_good_ground_passes_and_every_row_has_its_number() -> None:
    checks = judge(replace(GOOD, trial=Validated("buy 0.00100000 XBTUSD @ market")))
    assert {check.verdict for check in checks} == {Verdict.PASS}
    assert [check.name for check in checks] == [
        "exchange", "pair", "clock offset", "permissions", "withdrawal", "nonce window", "key use",
        "key care", "balance", "size", "trial order",
    ]  # fmt: skip
    said = {check.name: check.value for check in checks}
    assert said["clock offset"] == "+0.02 s of 2 s"
    assert said["balance"] == "1000.00 USD, an entry takes 60.24"
    assert said["size"].startswith("0.001 BTC = 60.00 USD; caps: order 1000000.00, position 600.01")
    assert passes(checks)


def test_before_the_word_is_given_the_trial_order_is_open_and_holds_nothing_up() -> None:
    checks = judge(GOOD)
    assert checks[-1].verdict is Verdict.OPEN
    assert passes(checks)
    assert not passes(())


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("exchange", {"status": Status("maintenance", "online")}, "maintenance"),
        ("pair", {"status": Status("online", "cancel_only")}, "BTC/USD cancel_only"),
        ("pair", {"settings": settings(leverage=9)}, "x9 is not offered .allowed: x2, x3, x4, x5."),
        ("clock offset", {"offset_ms": -2_001}, r"-2\.00 s of 2 s; set this machine's clock"),
        (
            "permissions",
            {"key": replace(KEY, permissions=ALL - {"close-trades"})},
            "4 of 5 .* Cancel & close",
        ),
        ("withdrawal", {"key": replace(KEY, may_withdraw=True)}, "CAN WITHDRAW; make a new key"),
        ("withdrawal", {"key": KeyFacts()}, "not proved impossible"),
        ("nonce window", {"key": replace(KEY, nonce_window=5000)}, "5000; set .* to 0"),
        ("balance", {"account": replace(ACCOUNT, balances={})}, "0.00 USD, an entry takes 60.24; add funds"),
        (
            "balance",
            {"settings": settings(leverage=2), "account": replace(ACCOUNT, free_margin=D(1))},
            "1.00 free margin, an entry takes 30.24",
        ),
        (
            "size",
            {"settings": settings(trade_size=D("0.00001"))},
            "below the minimum .* raise trading.trade_size",
        ),
        ("size", {"settings": settings(limits={"max_notional": D(50)})}, "lower trading.trade_size or raise"),
    ],
)
def test_f37_f43_f44_rows_that_say_no_name_their_remedy(
    name: str, changes: dict[str, Any], said: str
) -> None:
    check = row(name, **changes)
    assert check.verdict is Verdict.FAIL
    assert check.remedy
    assert re.search(said, check.sentence), check.sentence
    assert not passes(judge(replace(GOOD, **changes)))


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("permissions", {"key": KeyFacts(may_withdraw=False)}, "tui-bot keys test"),
        ("nonce window", {"key": KeyFacts(may_withdraw=False)}, "not told"),
        ("key use", {"account": replace(ACCOUNT, open_orders=(OTHERS,))}, "1 open on the pair"),
        (
            "key care",
            {"key": replace(KEY, ip_allowlist=(), valid_until_s=0)},
            "an IP allow-list and an expiry",
        ),
        ("key care", {"key": replace(KEY, valid_until_s=NOW_MS // 1000 + 3 * 86_400)}, "expires in 3 days"),
        ("network", {"ground": Ground(proxy="10.0.0.1:3128")}, "through the proxy 10.0.0.1:3128"),
        (
            "network",
            {"ground": Ground(without_effect=("SSL_CERT_FILE",))},
            "SSL_CERT_FILE has no effect here",
        ),
        ("orders", {"settings": settings(leverage=0, validate=True)}, "validated only, none is placed"),
    ],
)
def test_rows_that_only_warn_let_the_bot_be_armed(name: str, changes: dict[str, Any], said: str) -> None:
    check = row(name, **changes)
    assert check.verdict is Verdict.WARN
    assert said in check.sentence
    assert passes(judge(replace(GOOD, **changes)))


def test_s6_a_key_that_can_withdraw_passes_only_once_that_was_accepted_in_writing() -> None:
    key = replace(KEY, may_withdraw=True)
    assert row("withdrawal", key=key).verdict is Verdict.FAIL
    accepted = row("withdrawal", key=key, ground=Ground(withdraw_accepted=True))
    assert (accepted.verdict, "CAN WITHDRAW" in accepted.value) == (Verdict.WARN, True)


def test_a_holding_that_is_to_be_sold_needs_no_money_for_an_entry() -> None:
    holding = replace(ACCOUNT, balances={"XXBT": Holding(D("0.001"))})
    assert row("balance", account=holding).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            Refused("EOrder:Cannot open position", "the account may not trade on margin"),
            "may not trade on margin",
        ),
        (Lost("the connection broke"), "the connection broke"),
        (NotSent("no connection"), "no connection"),
        (Acked("OUF4EM-FRGI2-MQMWZD"), "placed although only a check was asked for"),
    ],
)
def test_f43_a_trial_order_that_is_not_validated_says_no(answer: Answer, said: str) -> None:
    check = row("trial order", trial=answer)
    assert check.verdict is Verdict.FAIL
    assert said in check.sentence


def test_what_could_not_be_asked_says_no_with_its_reason_and_whether_time_may_mend_it() -> None:
    for name, member, asked in (
        ("exchange", "status", "status"),
        ("clock offset", "offset_ms", "clock"),
        ("permissions", "key", "key"),
        ("size", "quote", "quote"),
    ):
        fault = Check(asked, Verdict.FAIL, "no connection", retryable=True)
        check = row(name, **{member: None}, faults={asked: fault})
        assert (check.verdict, check.value, check.retryable) == (Verdict.FAIL, "no connection", True)
        assert row(name, **{member: None}).verdict is Verdict.OPEN
