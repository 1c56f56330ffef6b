"""``tui-bot backtest`` as a person calls it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tui_bot.cli import main

CONFIG = Path(__file__).parents[3] / "config.yaml"


@pytest.fixture
def candles(tmp_path: Path) -> Path:
    """A file as Kraken writes it: a zigzag that the average follows."""
    path = tmp_path / "XBTUSD_1.csv"
    rows = []
    for number in range(2000):
        opened, close = (60_000 + abs(place % 80 - 40) * 100 + place % 7 for place in (number - 1, number))
        begin = 1_609_459_200 + 60 * number
        rows.append(f"{begin},{opened}.0,{max(opened, close)}.0,{min(opened, close)}.0,{close}.0,1.5,3")
    path.write_text("\n".join(rows) + "\n")
    return path


def call(tmp_path: Path, *arguments: str | Path) -> int:
    places = ("--config", str(CONFIG), "--state-dir", str(tmp_path / "state"))
    return main(["backtest", *map(str, arguments), *places])


def test_the_report(candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, candles, "--rule-only", "--fee", "0.01") == 0
    out = capsys.readouterr().out
    assert "BTC/USD 1m  2021-01-01 → 2021-01-02" in out
    assert "SMA 20 · spot, long/flat · stake 0.001 · fee 0.01%" in out
    assert "equity" in out


def test_every_form_tells_of_the_same_run(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, page = tmp_path / "trades.csv", tmp_path / "report.html"
    given = ("--period", "10", "--leverage", "2", "--rule-only", "--json", "--csv", table, "--html", page)
    assert call(tmp_path, candles, *given) == 0
    told = json.loads(capsys.readouterr().out)
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert told["rule"]["period"] == 10
    assert told["terms"]["leverage"] == 2
    assert len(rows) == told["statistics"]["trades"] + told["statistics"]["open"]
    assert f'"net": "{told["statistics"]["net"]}"' in page.read_text("utf-8")


def test_days_are_cut_out(candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, candles, "--from", "2021-01-02", "--to", "2021-01-03", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["begin"], told["candles"]) == (1_609_459_200 + 86_400, 560)


def test_guards_that_bite_are_told(candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = with_config(candles, tmp_path, "trading:\n  leverage: 2\nlimits:\n  orders_per_hour: 1\n")
    told = {}
    for mode in ("auto", "event"):
        assert main([*arguments, "--json", "--mode", mode]) == 0
        told[mode] = json.loads(capsys.readouterr().out)
    assert (told["auto"]["mode"], told["event"]["mode"]) == ("fast", "event")
    assert any("orders/hour" in note for note in told["auto"]["notes"])
    assert told["auto"]["statistics"] == told["event"]["statistics"]
    assert told["auto"]["notes"] == told["event"]["notes"]


def test_a_stop_is_followed_by_either_mode(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = with_config(candles, tmp_path, "trading:\n  stop_loss_percent: 1\n")
    told = {}
    for mode in ("auto", "fast", "event"):
        assert main([*arguments, "--json", "--mode", mode]) == 0
        told[mode] = json.loads(capsys.readouterr().out)
    assert [told[mode]["mode"] for mode in told] == ["fast", "fast", "event"]
    assert told["auto"]["statistics"] == told["fast"]["statistics"] == told["event"]["statistics"]


def with_config(candles: Path, tmp_path: Path, text: str) -> list[str]:
    config = tmp_path / "config.yaml"
    config.write_text(text)
    return ["backtest", str(candles), "--config", str(config), "--state-dir", str(tmp_path / "state")]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.csv"], 2, "nowhere.csv"),
        (["{candles}", "--period", "700", "--from", "2021-01-02", "--to", "2021-01-02"], 1, "too few"),
        (["{candles}", "--html", "no/such/folder/report.html"], 1, "could not be written"),
        (["{candles}", "--config", "no.yaml"], 2, "no.yaml"),
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
    given = [text.format(candles=candles) for text in arguments]
    if "--config" not in given:
        given += ["--config", str(CONFIG)]
    assert main(["backtest", *given, "--state-dir", str(tmp_path / "state")]) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert not captured.out


@pytest.mark.parametrize("text", ["-1", "nan", "1e999x", "x"])
def test_a_number_that_is_none_is_refused(text: str, candles: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        call(tmp_path, candles, "--fee", text)
    assert ended.value.code == 2
