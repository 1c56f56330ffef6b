"""Reads that fail again and again do not drown the log, and nothing of it is kept silent."""

from __future__ import annotations

from tui_bot.engine.trouble import Trouble

MINUTE = 60_000
NOON = 1_767_614_400_000


def test_it_is_told_at_once_then_ever_more_rarely_with_a_count() -> None:
    trouble = Trouble()
    told = [
        (second, text)
        for second in range(0, 3600, 5)
        if (text := trouble.failed("timeout", NOON + second * 1000))
    ]
    assert [second for second, _ in told] == [0, 60, 180, 420, 900, 1860]
    assert told[0][1] == "timeout"
    assert told[1][1] == "timeout (13 failures in 60 s)"
    assert told[-1][1] == "timeout (373 failures in 31m 00s)"


def test_another_reason_is_told_at_once_but_not_without_end() -> None:
    trouble = Trouble()
    told = [trouble.failed(f"reason {second}", NOON + second * 1000) for second in range(0, 50, 5)]
    assert [bool(text) for text in told] == [True, False, False] * 3 + [False]
    assert trouble.reason == "reason 45"


def test_it_is_over_when_all_that_failed_was_read_again() -> None:
    trouble = Trouble()
    trouble.failed("timeout", NOON, "the quote")
    trouble.failed("timeout", NOON + 20_000, "the candles")
    assert trouble.read("the quote") == ""
    assert trouble.reason == "timeout"
    assert trouble.read("the candles") == "2 failures in 20 s"
    assert trouble.reason == ""
    assert trouble.read("the candles") == ""


def test_what_was_not_told_is_not_told_to_be_over() -> None:
    """A network that fails now and then all day says so now and then, not each time."""
    trouble, told, over = Trouble(), 0, 0
    for minute in range(0, 24 * 60, 3):
        told += bool(trouble.failed("timeout", NOON + minute * MINUTE))
        over += bool(trouble.read())
    assert told == over
    assert told < 35


def test_after_a_calm_it_is_told_at_once() -> None:
    trouble = Trouble()
    for second in range(0, 600, 5):
        trouble.failed("timeout", NOON + second * 1000)
    trouble.read()
    assert not trouble.failed("timeout", NOON + 710_000)
    assert trouble.failed("timeout", NOON + 710_000 + 11 * MINUTE)
