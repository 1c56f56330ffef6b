"""Where the compiled pass cannot be had the result is the same, and it is said why."""

from __future__ import annotations

import importlib
from types import ModuleType

import numpy as np
import pytest

from tests.support.histories import random_history, random_rule, random_terms
from tui_bot.backtest import compiled
from tui_bot.backtest.fast import run_fast

HISTORY, RULE, TERMS = random_history(42, 300), random_rule(1), random_terms(2)


@pytest.fixture(autouse=True)
def _as_if_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_troubles", {})


def failing(failure: Exception) -> object:
    real = importlib.import_module

    def import_module(name: str, package: str | None = None) -> ModuleType:
        if name == "numba":
            raise failure
        return real(name, package)

    return import_module


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (ImportError("numba"), "not installed (extra speed)"),
        (OSError(28, "no space"), "numba fails (OSError)"),
    ],
    ids=["absent", "broken"],
)
def test_without_numba_numpy_does_it_and_says_so(
    failure: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = run_fast(HISTORY, RULE, TERMS, engine="numpy")
    monkeypatch.setattr(importlib, "import_module", failing(failure))
    result = run_fast(HISTORY, RULE, TERMS, runs=10**9)
    assert result.engine == "numpy"
    assert words in result.notes[0]
    assert result.difference(usual) == ""
    with pytest.raises(ValueError, match="numpy computes the same"):
        run_fast(HISTORY, RULE, TERMS, engine="compiled")


def test_numba_is_loaded_where_there_is_much_to_do() -> None:
    assert run_fast(HISTORY, RULE, TERMS, runs=10**9).engine == "compiled"
    assert run_fast(HISTORY, RULE, TERMS, engine="numpy", runs=10**9).engine == "numpy"


def test_columns_that_may_only_be_read_are_read() -> None:
    history = random_history(42, 300)
    usual = run_fast(history, RULE, TERMS, engine="numpy")
    for column in (history.open, history.close, history.begin):
        column.setflags(write=False)
    assert run_fast(history, RULE, TERMS, engine="compiled").same_as(usual)
    assert isinstance(history.close, np.ndarray)
