"""``tui-bot sweep`` as a person calls it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.unit.commands.test_backtest import CONFIG, candles
from tui_bot.cli import main

__all__ = ["candles"]


def call(tmp_path: Path, *arguments: str | Path) -> int:
    places = ("--config", str(CONFIG), "--state-dir", str(tmp_path / "state"))
    return main(["sweep", *map(str, arguments), *places])


def test_table_map_and_remarks(candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, candles, "--period", "5..60:5", "--min-slope", "0,20", "--leverage", "2") == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].split() == [
        "period", "min", "slope", "ties", "trades", "won", "net", "gross", "fees", "fall",
    ]  # fmt: skip
    assert out.count("◆") == 2
    assert max(map(len, out.splitlines()[:14])) <= 80


def test_the_cell_of_a_sweep_is_the_backtest(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "cells.csv"
    given = ("--leverage", "2", "--fee", "0.05", "--spread", "3")
    assert call(tmp_path, candles, "--period", "10,30", "--json", "--csv", table, *given) == 0
    cells = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["net"] for row in csv.DictReader(table.read_text().splitlines())] == [c["net"] for c in cells]
    places = ["--config", str(CONFIG), "--state-dir", str(tmp_path / "state")]
    assert main(["backtest", str(candles), "--period", "30", "--rule-only", "--json", *given, *places]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["statistics"]["net"] == cells[1]["net"]


def test_out_of_sample_and_walking_forward(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(tmp_path, candles, "--period", "5..20:5", "--out-of-sample", "30") == 0
    assert "net after" in capsys.readouterr().out
    assert call(tmp_path, candles, "--period", "5..20:5", "--walk-forward", "3") == 0
    out = capsys.readouterr().out
    assert out.count("2021-01-01") + out.count("2021-01-02") >= 3
    assert "walking forward came to" in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--period", "9..2"], 2, "2..200"),
        (["--period", "700", "--walk-forward", "3"], 2, "too few"),
        (["--period", "700", "--out-of-sample", "30"], 2, "too few"),
        (["--csv", "no/such/folder/cells.csv", "--period", "20"], 1, "could not be written"),
    ],
)
def test_what_goes_wrong_is_said(
    arguments: list[str],
    code: int,
    said: str,
    candles: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(tmp_path, candles, *arguments) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert not captured.out
