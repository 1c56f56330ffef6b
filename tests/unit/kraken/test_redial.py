"""When a lost connection is tried again."""

from __future__ import annotations

import random

import pytest

from tui_bot.kraken.dial import Dropped
from tui_bot.kraken.redial import LASTING_S, MOST_CONNECTS, WINDOW_S, Redial

DROP = Dropped("closed")


def pauses(redial: Redial, count: int, drop: Dropped = DROP, **more: bool) -> list[float]:
    found, now_s = [], 0.0
    for _ in range(count):
        redial.dialled(now_s)
        found.append(redial.pause_s(drop, 0, now_s, **more))
        now_s += found[-1]
    return found


def test_the_first_try_is_at_once_then_they_grow_to_a_minute() -> None:
    found = pauses(Redial(random.Random(1)), 15)
    assert found[0] <= 0.25
    for place, pause in enumerate(found[1:]):
        longest = min(2.0**place, 60)
        assert longest / 2 <= pause <= longest
    assert len(set(found)) == len(found)


def test_data_for_a_minute_ends_the_trouble() -> None:
    redial = Redial(random.Random(1))
    pauses(redial, 8)
    assert redial.pause_s(DROP, 59, 1e4) > 1
    assert redial.pause_s(DROP, 60, 2e4) <= 0.25
    assert redial.failures == 1


@pytest.mark.parametrize("seed", range(5))
def test_never_more_connects_than_allowed(seed: int) -> None:
    """Closed at once over and over, but after a minute of data each time, so that no pause grows."""
    redial, now_s, dialled = Redial(random.Random(seed)), 0.0, []
    for _ in range(1000):
        redial.dialled(now_s)
        dialled.append(now_s)
        now_s += redial.pause_s(DROP, 60, now_s)
    for first, after in zip(dialled, dialled[MOST_CONNECTS:], strict=False):
        assert after - first >= WINDOW_S - 1e-6


def test_maintenance_and_busy_gateways_are_given_time() -> None:
    assert min(pauses(Redial(random.Random(1)), 5, maintenance=True)) >= 5
    assert min(pauses(Redial(random.Random(1)), 5, Dropped("busy", busy=True))) >= 5


def test_a_refusal_is_looked_at_again_but_seldom() -> None:
    assert pauses(Redial(random.Random(1)), 3, Dropped("policy", lasting=True)) == [LASTING_S] * 3
