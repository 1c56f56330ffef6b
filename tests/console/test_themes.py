"""Theme files: the shipped ones are sound, a bad one is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from tests.console.play import console
from tui_bot.console.inks import DEFAULTS
from tui_bot.console.preference import recall, remember
from tui_bot.console.theme import COLOURS, DARK
from tui_bot.console.theme_files import ThemeFault, load, load_all, shipped_dir

SHIPPED, FAULTS = load_all((shipped_dir(),))


def test_four_themes_are_shipped_and_sound() -> None:
    assert not FAULTS
    assert set(SHIPPED) == {"dark", "light", "colour-blind", "high-contrast"}


def test_the_first_frames_theme_is_the_file() -> None:
    assert load(shipped_dir() / "dark.yaml") == DARK


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_words_can_be_read(name: str) -> None:
    values = SHIPPED[name].values
    floor = 7.0 if name == "high-contrast" else 4.0
    for ground in ("background", "surface"):
        for ink in set(DEFAULTS) - {"rule"}:
            assert contrast(values[ink], values[ground]) >= floor, (ink, ground)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_what_must_not_be_confused_differs(name: str) -> None:
    values = SHIPPED[name].values
    for one, other in (
        ("up", "down"),
        ("sma-up", "sma-down"),
        ("live", "demo"),
        ("live", "paper"),
        ("alarm", "text"),
    ):
        assert values[one] != values[other]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(text: str) -> float:
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in Color.parse(text).normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\ncolours:\n  up: nocolour\n", "bad.yaml line 3: up: 'nocolour' is no colour"),
        ("name: x\ncolours:\n  up: #fff\n", "line 3: up: 'None' is no colour (write it in quotes)"),
        ("name: x\ncolours:\n  uup: red\n", "line 3: unknown key 'uup'"),
        ("name: x\nextra: 1\ncolours: {}\n", "line 2: unknown key 'extra'"),
        ("name: X Y\ncolours: {}\n", "line 1: name"),
        ("name: x\ndark: maybe\ncolours: {}\n", "line 2: dark"),
        ("name: x\n", "colours: missing"),
        ("- 1\n", "a theme has name, dark and colours"),
        ("name: [\n", "not YAML"),
        ("!!python/object:os.system x\n", "a theme has name, dark and colours"),
        ("name: x\ncolours: {up: 'rgba(1,2,3,0.5)'}\n", "see through"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ThemeFault) as caught:
        load(path)
    assert said in str(caught.value)


@pytest.mark.anyio
async def test_a_persons_themes_join_and_bad_ones_are_reported(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("name: mine\ncolours:\n  up: '#00ff00'\n", "utf-8")
    (tmp_path / "clash.yaml").write_text("name: dark\ncolours: {}\n", "utf-8")
    (tmp_path / "broken.yaml").write_text("name: broken\ncolours:\n  up: '[/x]'\n", "utf-8")
    async with console(theme_dir=tmp_path, state_dir=tmp_path / "state") as play:
        assert play.engine.newest is not None
        await play.publish(values=(("display.theme", "mine"),))
        assert play.app.theme == "mine"
        assert any("clash.yaml: the name 'dark' is taken" in note for note in play.notes)
        assert any("broken.yaml line 3" in note for note in play.notes)
        await play.publish(values=(("display.theme", "nowhere"),))
        assert any("no theme named nowhere" in note for note in play.notes)
    assert recall(tmp_path / "state").name == "mine"
    assert recall(tmp_path / "state").values["up"] == "#00ff00"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"name": "x"}', '{"name":"x","dark":true,"colours":{"up":"q"}}']
)
def test_a_spoilt_preference_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "console.json").write_text(text, "utf-8")
    assert recall(tmp_path) is DARK
    assert recall(None) is DARK
    assert recall(tmp_path / "none") is DARK


def test_a_preference_comes_back(tmp_path: Path) -> None:
    remember(tmp_path, SHIPPED["light"])
    assert recall(tmp_path) == SHIPPED["light"]
    assert set(recall(tmp_path).values) == set(COLOURS)
    assert (tmp_path / "console.json").stat().st_mode & 0o777 == 0o600
