"""The collector is held off while a screen starts, and at work again from then on."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tui_bot import garbage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_a_hold_off_ends_with_all_there_is_left_alone() -> None:
    garbage.hold_off()
    assert not gc.isenabled()
    garbage.begin()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_without_a_hold_off_nothing_is_frozen() -> None:
    before = gc.get_freeze_count()
    garbage.begin()
    assert gc.isenabled()
    assert gc.get_freeze_count() == before
