"""``tui-bot actions``: the reference as text, JSON and Markdown; a config that cannot be used is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui_bot.cli import main


def test_the_keys_in_use_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("ui:\n  keys:\n    trade.buy: [B, f5]\n", "utf-8")
    assert main(["actions", "--config", str(config)]) == 0
    assert "* B f5       trade.buy" in capsys.readouterr().out
    assert main(["actions", "--json", "--config", str(config)]) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["trade.buy"]["keys"] == ["B", "f5"]
    assert main(["actions", "--markdown", "--config", str(config)]) == 0
    assert "| `B` `f5` | `trade.buy` |" in capsys.readouterr().out


def test_all_faults_are_told_and_the_check_tells_them_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("ui:\n  keys:\n    trade.buy: s\n    bot.quit: escape\n", "utf-8")
    assert main(["actions", "--config", str(config)]) == 2
    told = capsys.readouterr().err
    assert "line 3: ui.keys.trade.buy: s is the key of trade.sell" in told
    assert "line 4: ui.keys.bot.quit: escape cannot be given" in told
    assert main(["check", "--config", str(config), "--state-dir", str(tmp_path / "state")]) == 2
    checked = capsys.readouterr().out
    assert "line 3: ui.keys.trade.buy: s is the key of trade.sell" in checked
    assert "line 4: ui.keys.bot.quit: escape cannot be given" in checked
