"""What the values of options must be; each function raises ArgumentTypeError with what is right."""

from __future__ import annotations

import argparse


def speed(text: str) -> float:
    """How many times faster than real time."""
    return _between(1, 5000, text, "a speed; use 1 to 5000")


def pace(text: str) -> float:
    """Recorded seconds in a real one."""
    return _between(0.1, 1000, text, "a speed of a recording; use 0.1 to 1000")


def seconds(text: str) -> float:
    """How long to wait."""
    return _between(0.1, 3600, text, "a time to wait; use 0.1 to 3600 seconds")


def _between(least: float, most: float, text: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return number


def port(text: str) -> int:
    """A TCP port, 0 for any."""
    number = whole(text)
    if number > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; use 0 to 65535")
    return number


def count(text: str) -> int:
    """A whole number from 1 on."""
    number = whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return number


def whole(text: str) -> int:
    """A whole number, not negative."""
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)
