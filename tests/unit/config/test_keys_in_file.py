"""``ui.keys`` in the config file: on one line or in rows, checked as a whole, edited in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_bot.config.file import load, save
from tui_bot.config.problem import ConfigError

ROWS = """\
mode: demo
ui:
  keys:
    trade.buy: B            # the left hand
    log.up: [k, up, ctrl+k]
    view.help: "?"
display:
  theme: light
"""


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(config(tmp_path, text))
    return str(caught.value)


def test_rows_and_one_line_say_the_same(tmp_path: Path) -> None:
    rows = load(config(tmp_path, ROWS)).settings
    line = load(config(tmp_path, "ui:\n  keys: view.help=? log.up=k,up,ctrl+k trade.buy=B\n")).settings
    assert rows.ui.keys == line.ui.keys == "log.up=k,up,ctrl+k trade.buy=B view.help=?"
    assert rows.display.theme == "light"
    assert load(config(tmp_path, "ui:\n  keys: null\n")).settings.ui.keys is None
    assert load(config(tmp_path, "ui:\n  keys:\n")).settings.ui.keys is None


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    text = refusal(
        tmp_path,
        "ui:\n  keys:\n    trade.bye: B\n    trade.sell: [b, escape]\n"
        "    view.theme: ctrl+z\n    log.up: upp\n",
    )
    assert "config.yaml line 3: ui.keys.trade.bye: is no action; did you mean trade.buy?" in text
    assert "line 4: ui.keys.trade.sell: esc" in text
    assert "line 4: ui.keys.trade.sell: b is the key of trade.buy as usual; choose another" in text
    assert "line 5: ui.keys.view.theme: ctrl+z cannot be given: it would suspend the bot" in text
    assert "line 6: ui.keys.log.up: upp is no key that every terminal sends; did you mean up?" in text
    assert len(text.splitlines()) == 5


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("    a: b\n    a: c\n", "line 4: ui.keys.a: stands twice, first on line 3"),
        ("    a:\n      b: c\n", "is nested too deep"),
        ("    a:\n      - b\n      - c\n", "write it in brackets on one line"),
        ("    a: [[b]]\n", "is nested too deep"),
        ("    a: [b,\n      c]\n", "a value over several lines"),
        ("    a: b c\n", "holds a blank or ="),
        ("    a: &x b\n", "an anchor"),
        ("    ? [a]\n    : b\n", "a key that is not a plain word"),
    ],
)
def test_a_row_is_a_name_and_words(tmp_path: Path, rows: str, said: str) -> None:
    assert said in refusal(tmp_path, f"ui:\n  keys:\n{rows}")


def test_only_a_table_has_rows(tmp_path: Path) -> None:
    assert "settings are at most section and key" in refusal(tmp_path, "display:\n  theme:\n    a: b\n")


def test_an_edit_changes_rows_in_place_and_keeps_the_comments(tmp_path: Path) -> None:
    loaded = load(config(tmp_path, ROWS))
    saved = save(loaded, {"ui.keys": "trade.buy=B,f5 view.theme=none log.up=k,up,ctrl+k"})
    assert saved.text == (
        "mode: demo\nui:\n  keys:\n    view.theme: none\n    trade.buy: [B, f5]            # the left hand\n"
        "    log.up: [k, up, ctrl+k]\ndisplay:\n  theme: light\n"
    )
    emptied = save(saved, {"ui.keys": ""})
    assert emptied.settings.ui.keys is None
    assert "keys: null\n" in emptied.text
    again = save(emptied, {"ui.keys": "trade.buy=B", "display.theme": "dark"})
    assert again.settings.ui.keys == "trade.buy=B"
    assert load(again.path).settings == again.settings


def test_a_bad_edit_changes_nothing(tmp_path: Path) -> None:
    loaded = load(config(tmp_path, ROWS))
    with pytest.raises(ConfigError, match=r"is the key of trade\.sell"):
        save(loaded, {"ui.keys": "trade.buy=s"})
    assert loaded.path.read_text("utf-8") == ROWS
