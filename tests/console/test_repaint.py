"""Only what changed is written to the terminal; so the terminal must never differ from what is meant."""

from __future__ import annotations

import random
import signal

import pytest

from tests.console.painted import Painted

#: A terminal is painted in real time.
pytestmark = pytest.mark.alone

SIZES = ((80, 24), (100, 30), (160, 48), (160, 50), (132, 43), (61, 21), (50, 15))
ESCAPE, UP, DOWN, F12 = "\x1b", "\x1b[A", "\x1b[B", "\x1b[24~"

#: Each opens or changes something; nothing here leaves the console.
KEYS = (
    "b", "s", "f", "e", "x", "?", "q", "\x10", "t", "l", "k", "j", "p", "c", "r", "n", "\t", "7", UP, DOWN,
    "1", "2", "3", "4", "z", "z", ESCAPE, ESCAPE, "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", F12, "\x0c",
)  # fmt: skip


def play(size: tuple[int, int], seed: int, steps: int) -> None:
    """A random session; terminal and app are compared after each step."""
    dice = random.Random(seed)
    with Painted(size, seed) as painted:
        assert painted.differences() == [], painted.done
        for _ in range(steps):
            for _ in range(dice.randint(1, 4)):
                deed = dice.random()
                if deed < 0.5:
                    painted.market(dice.choice((1, 1, 2, 8)))
                elif deed < 0.85:
                    painted.key(dice.choice(KEYS))
                elif deed < 0.95:
                    painted.resize(dice.choice(SIZES))
                else:
                    painted.scramble()
            found = painted.differences()
            assert not found, "\n".join([*found, "after", *painted.done[-12:]])


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_the_terminal_shows_what_is_meant(size: tuple[int, int]) -> None:
    play(size, seed=size[0], steps=12)


def test_a_window_that_changes_size_and_back_at_once_is_painted_anew() -> None:
    with Painted((80, 24), 1) as painted:
        painted.market()
        assert painted.differences() == []
        for _ in range(5):
            painted.scramble()
            assert painted.differences() == []


def test_what_was_drawn_while_it_was_stopped_is_painted_over() -> None:
    with Painted((80, 24), 1) as painted:
        for number in (signal.SIGSTOP, signal.SIGTSTP):
            painted.market()
            assert painted.differences() == []
            painted.stop(number)
            assert painted.differences() == []


@pytest.mark.slow
@pytest.mark.timeout(600)  # half a second a step, for what is painted to come to rest
@pytest.mark.parametrize("seed", range(40))
def test_the_terminal_shows_what_is_meant_for_long(seed: int) -> None:
    play(SIZES[seed % len(SIZES)], seed, steps=120)
