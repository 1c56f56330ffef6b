"""The schema in words: ranges, effects, exact numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

import tui_bot
from tui_bot.config import FIELDS, Settings, check_values, digest_of, settings_of, values_of
from tui_bot.config.scalar import read_decimal, read_integer, text_of

BY_PATH = {field.path: field for field in FIELDS}


def test_the_defaults_are_safe() -> None:
    settings = Settings()
    assert settings.mode == "demo"
    assert settings.trading.leverage == 0
    assert settings.trading.trade_size <= settings.limits.max_position
    assert settings.exchange.rest is None


def test_values_name_every_field_and_read_back() -> None:
    values = dict(values_of(Settings()))
    assert list(values) == [field.path for field in FIELDS]
    assert values == {field.path: field.default for field in FIELDS}
    assert settings_of(values) == Settings()


@pytest.mark.parametrize(
    ("head", "effect"),
    [("strategy.", "next candle"), ("trading.", "next candle"), ("limits.", "now"), ("display.", "now")]
    + [(name, "restart") for name in ("mode", "pair", "interval", "demo.", "replay.", "exchange.")],
)
def test_when_a_change_takes_effect(head: str, effect: str) -> None:
    # Whether orders are real does not change while the bot runs.
    own = {"trading.validate_only": "restart"}
    for field in FIELDS:
        if field.path.startswith(head):
            assert field.effect == own.get(field.path, effect), field.path


@pytest.mark.parametrize("field", [field for field in FIELDS if field.low is not None], ids=lambda f: f.path)
def test_both_ends_of_a_range_are_allowed_and_no_more(field: object) -> None:
    limits = BY_PATH[field.path]  # type: ignore[attr-defined]
    assert limits.low is not None
    assert limits.high is not None
    tiny = Decimal(1) if limits.kind == "integer" else Decimal("0.00000001")
    within = {p.path for end in (limits.low, limits.high) for p in check_values({limits.path: text_of(end)})}
    assert within <= {"trading.trade_size"}  # its high end is beyond the default largest position
    for beyond in (limits.low - tiny, limits.high + tiny):
        problems = check_values({limits.path: text_of(beyond)})
        assert [problem.path for problem in problems] == [limits.path]
        assert f"use {limits.range}" in problems[0].remedy


@pytest.mark.parametrize("field", [field for field in FIELDS if field.choices], ids=lambda f: f.path)
def test_choices_are_exactly_those(field: object) -> None:
    choice = BY_PATH[field.path]  # type: ignore[attr-defined]
    together = {"trading.leverage": "2", "replay.history": "h.csv", "interval": "5"}
    for text in choice.choices:
        assert not check_values({**together, choice.path: text})
    assert check_values({choice.path: choice.choices[0].upper() + "x"})


@pytest.mark.parametrize(
    "text", ["1_000", "012", "1.0", "+1", " 1", "1e3", "0x10", "١٢", "１", "", "true", "1:30", "--1"]
)
def test_no_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        read_integer(text)


@pytest.mark.parametrize(
    "value", ["NaN", "inf", "1e3", ".5", "5.", "007", "1_0", "٣", "0." + "1" * 13, 0.1, True, None]
)
def test_no_decimal_number(value: object) -> None:
    with pytest.raises(ValueError, match="decimal number"):
        read_decimal(value)


def test_numbers_are_exact() -> None:
    settings = settings_of({"limits.max_notional": "0.100000000001"})
    assert settings.limits.max_notional == Decimal("0.100000000001")


def test_settings_are_frozen_and_closed() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.mode = "live"
    with pytest.raises(ValidationError, match="extra"):
        Settings.model_validate({"mood": "good"})
    with pytest.raises(ValidationError, match="contradictory"):
        Settings.model_validate({"trading": {"leverage": 1}})


def test_contradictions_are_found_beside_other_faults() -> None:
    problems = check_values({"trading.trade_size": "1", "strategy.period": "1"})
    assert {problem.path for problem in problems} == {"trading.trade_size", "strategy.period"}


def test_paper_has_no_exchange_of_a_persons_own() -> None:
    own = {
        "mode": "paper",
        "exchange.rest": "http://127.0.0.1:5000",
        "exchange.websocket": "ws://127.0.0.1:5000",
    }
    assert [problem.path for problem in check_values(own)] == ["exchange.rest", "exchange.websocket"]
    prices = {name.replace("exchange.", "paper.source_"): text for name, text in own.items()}
    assert not check_values(prices)
    assert check_values({"paper.source_rest": "https://api.kraken.com"})


def test_a_second_attempt_that_can_never_come_to_pass_is_refused_with_its_reason() -> None:
    (problem,) = check_values({"trading.resend": "once"})
    assert problem.path == "trading.resend"
    assert "once never comes to pass on 1-minute candles" in problem.sentence
    assert "use never, or candles of 5 minutes and more" in problem.sentence
    assert not check_values({"trading.resend": "once", "interval": "5"})


def test_a_contradiction_with_a_faulty_value_is_not_made_up() -> None:
    problems = check_values({"trading.trade_size": "1", "limits.max_position": "lots"})
    assert [problem.path for problem in problems] == ["limits.max_position"]


def test_a_part_is_checked_against_the_current_settings() -> None:
    current = settings_of({"limits.max_position": "2"})
    assert not check_values({"trading.trade_size": "1"}, current)
    assert check_values({"trading.trade_size": "1"})


def test_a_cap_is_raised_alone() -> None:
    both = {"limits.max_position": "1", "trading.trade_size": "1"}
    assert not check_values(both)
    assert [problem.path for problem in check_values(both, Settings())] == ["limits.max_position"]
    assert not check_values({"limits.max_position": "1"}, Settings())
    lowered = {"limits.max_position": "0.001", "limits.max_notional": "100"}
    assert not check_values(lowered, Settings())


def test_the_digest_names_values_not_spellings() -> None:
    spelt = settings_of({"trading.trade_size": "0.00100"})
    assert digest_of(spelt) == digest_of(Settings())
    assert digest_of(settings_of({"strategy.period": "21"})) != digest_of(Settings())


def test_only_this_room_knows_pydantic() -> None:
    package = Path(tui_bot.__file__).parent
    users = [path for path in package.rglob("*.py") if re.search(r"(import|from) pydantic", path.read_text())]
    assert {path.relative_to(package).parts[0] for path in users} == {"config"}
