"""Hard caps in a file of their own: neither a slip of the key nor the form goes beyond them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_bot.config import ConfigError, capped, default_text, load, save
from tui_bot.config.caps import DEFAULTS, NAME, caps_beside, texts_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    config = tmp_path / "config.yaml"
    config.write_text(default_text())
    return config


def cap(path: Path, text: str) -> None:
    path.with_name(NAME).write_text(text)


@pytest.mark.parametrize(
    ("key", "value", "typo"),
    [("max_position", "0.002", "0.02"), ("max_notional", "200", "2000"), ("leverage", "0", "10")],
)
def test_f83_a_size_ten_times_too_large_does_not_start(path: Path, key: str, value: str, typo: str) -> None:
    text = path.read_text()
    line = next(number for number, one in enumerate(text.splitlines(), 1) if f" {key}: {value} " in one)
    path.write_text(text.replace(f" {key}: {value} ", f" {key}: {typo} "))
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert f"config.yaml line {line}: " in str(caught.value)
    assert f"{typo} is above the hard cap" in str(caught.value)
    assert f"raise {key} in {path.with_name(NAME)} with an editor" in str(caught.value)


@pytest.mark.parametrize("typo", ["0.01", "0.02"])
def test_f83_a_trade_size_ten_times_too_large_does_not_start_whatever_the_limits_are(
    path: Path, typo: str
) -> None:
    text = path.read_text().replace("trade_size: 0.001 ", f"trade_size: {typo} ")
    path.write_text(text)
    with pytest.raises(ConfigError, match="trade_size"):
        load(path)
    path.write_text(text.replace("max_position: 0.002 ", "max_position: 0.02 "))
    with pytest.raises(ConfigError, match=r"hard cap 0\.01"):
        load(path)


def test_s30_i18_the_form_raises_a_limit_at_most_to_the_cap(path: Path) -> None:
    loaded = load(path)
    raised = save(loaded, {"limits.max_position": "0.01"})
    before = path.read_text()
    with pytest.raises(ConfigError, match=r"0\.0101 is above the hard cap 0\.01.*caps\.yaml"):
        save(raised, {"limits.max_position": "0.0101"})
    assert path.read_text() == before


def test_s30_a_cap_raised_while_the_bot_runs_counts_from_the_next_start(path: Path) -> None:
    loaded = load(path)
    cap(path, "max_position: 1\n")
    with pytest.raises(ConfigError, match="hard cap"):
        save(loaded, {"limits.max_position": "0.5"})
    saved = save(load(path), {"limits.max_position": "0.5"})
    assert str(saved.settings.limits.max_position) == "0.5"
    assert path.with_name(NAME).read_text() == "max_position: 1\n"  # nothing of ours writes it


def test_a_cap_on_the_daily_loss_cannot_be_got_round_by_turning_it_off(path: Path) -> None:
    assert load(path).caps.values.keys() == {"limits.max_position", "limits.max_notional", "trading.leverage"}
    cap(path, "daily_loss: 50\n")
    loaded = load(path)
    assert save(loaded, {"limits.daily_loss": "50"}).settings.limits.daily_loss == 50
    for wrong in ("50.01", "0"):
        with pytest.raises(ConfigError, match="hard cap 50"):
            save(load(path), {"limits.daily_loss": wrong})


def test_what_the_form_shows_is_what_a_save_would_say(path: Path) -> None:
    loaded = load(path)
    caps = {name: str(value) for name, value in loaded.caps.values.items()}
    known = texts_of(loaded.settings)
    assert capped(known, caps, loaded.caps.where) == ()
    (problem,) = capped({**known, "limits.max_notional": "1001"}, caps, "/here/caps.yaml")
    assert problem.sentence == (
        "limits.max_notional: 1001 is above the hard cap 1000; make it smaller, or raise max_notional in "
        "/here/caps.yaml with an editor and start again"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max_size: 1\n", "line 1: max_size: is no cap; use max_position"),
        ("max_position: lots\n", "lots is no amount"),
        ("max_position: 0\n", "0 is no amount"),
        ("max_position: -1\n", "-1 is no amount"),
        ("max_position: 1_000\n", "1_000 is no amount"),
        ("max_position: 1\nmax_position: 2\n", "twice"),
        ("- 1\n", "is not keys and values"),
    ],
)
def test_a_cap_that_cannot_be_read_is_not_taken_for_none(path: Path, text: str, words: str) -> None:
    cap(path, text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(NAME)
    assert words in str(caught.value)


def test_a_caps_file_that_is_no_file_stops_the_start(path: Path) -> None:
    path.with_name(NAME).mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        caps_beside(path)


def test_f83_ten_times_a_default_is_above_its_cap(path: Path) -> None:
    """So that the typo is caught where nobody wrote a caps file."""
    limits = load(path).settings.limits
    for key, value in (("max_position", limits.max_position), ("max_notional", limits.max_notional)):
        default = DEFAULTS[key]
        assert default is not None
        assert value <= default < value * 10
