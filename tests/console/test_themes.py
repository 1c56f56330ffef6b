"""Theme files: the shipped ones are sound, a bad one is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.color import ColorSystem
from textual.color import Color

from tests.console.play import console
from tests.console.stage import FakeEngine, snapshot
from tui_bot.console import wardrobe
from tui_bot.console.app import ConsoleApp
from tui_bot.console.contrast import EYES, distance, ratio
from tui_bot.console.inks import DEFAULTS
from tui_bot.console.legible import faults
from tui_bot.console.preference import recall, remember
from tui_bot.console.theme import COLOURS, DARK
from tui_bot.console.theme_files import ThemeFault, load, load_all, shipped_dir
from tui_bot.console.wardrobe import Wardrobe
from tui_bot.engine.commands import Edit

SHIPPED, FAULTS = load_all((shipped_dir(),))
IN_COLOURS = sorted(name for name, each in SHIPPED.items() if not each.is_of_the_terminal)


def test_nine_themes_are_shipped_and_sound() -> None:
    assert not FAULTS
    assert set(SHIPPED) == {
        "dark", "light", "colour-blind", "high-contrast", "monochrome", "sixteen", "fjord", "dusk", "dawn",
    }  # fmt: skip
    assert {name for name, each in SHIPPED.items() if not each.dark} == {"light", "dawn"}


def test_the_first_frames_theme_is_the_file() -> None:
    assert load(shipped_dir() / "dark.yaml") == DARK


@pytest.mark.parametrize("name", IN_COLOURS)
def test_words_can_be_read(name: str) -> None:
    values = SHIPPED[name].values
    floor = 7.0 if name == "high-contrast" else 4.5
    for ground in ("background", "surface"):
        for ink in set(DEFAULTS) - {"rule"}:
            assert ratio(values[ink], values[ground]) >= floor, (ink, ground)
    assert ratio(values["text"], values["panel"]) >= floor
    assert ratio(values["rule"], values["background"]) >= 1.5


@pytest.mark.parametrize("name", IN_COLOURS)
@pytest.mark.parametrize("eye", EYES)
def test_opposites_differ_for_every_eye(name: str, eye: str) -> None:
    values = SHIPPED[name].values
    assert distance(values["up"], values["down"], eye) >= (80 if name == "colour-blind" else 20)
    assert distance(values["sma-up"], values["sma-down"], eye) >= 14
    assert distance(values["ok"], values["alarm"], eye) >= 12
    for other in ("paper", "demo", "replay"):
        assert distance(values["live"], values[other], eye) >= 10
    assert not list(faults(values))


@pytest.mark.anyio
@pytest.mark.parametrize("name", SHIPPED)
async def test_a_theme_looks_the_same_in_the_first_frame_and_put_on_later(name: str) -> None:
    async def seen(first: str) -> tuple[object, ...]:
        app = ConsoleApp(lambda: FakeEngine(snapshot()), first_theme=SHIPPED[first])
        async with app.run_test() as pilot:
            if first != name:
                app.wardrobe.wear(name)
                await pilot.pause()
            styles = app.screen.styles
            filters = [each.enabled for each in app.get_line_filters()]
            strip = app.inks.strip((("word", "up"),), 4, Color(0, 0, 0))
            return app.theme_variables, styles.background, styles.color, filters, strip

    assert await seen(name) == await seen("light" if SHIPPED[name].dark else "dark")


def test_monochrome_has_no_hue() -> None:
    values = SHIPPED["monochrome"].values.values()
    assert all(value[1:3] == value[3:5] == value[5:7] for value in values)


#: What the sixteen colours are on the Linux console and in xterm, in the order of their names.
NAMES = [
    f"{bright}{name}"
    for bright in ("", "bright_")
    for name in ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
]
PALETTES = {
    "linux": "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa "
    "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
    "xterm": "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 "
    "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
}


@pytest.mark.parametrize("palette", PALETTES)
def test_the_terminals_own_colours_can_be_read_on_black(palette: str) -> None:
    colours = [f"#{colour}" for colour in PALETTES[palette].split()]
    values = {key: colours[NAMES.index(text[5:])] for key, text in SHIPPED["sixteen"].values.items()}
    for ink in set(DEFAULTS) - {"rule"}:
        assert ratio(values[ink], values["background"]) >= 4.5, ink
    for one, other in (("up", "down"), ("sma-up", "sma-down"), ("live", "paper"), ("live", "demo")):
        assert min(distance(values[one], values[other], eye) for eye in EYES) >= 10, (one, other)


@pytest.mark.parametrize("name", IN_COLOURS)
def test_what_must_not_be_confused_stays_apart_in_sixteen_colours(name: str) -> None:
    """A terminal with sixteen colours shows the nearest of its own."""
    values = SHIPPED[name].values

    def nearest(ink: str) -> int | None:
        return Color.parse(values[ink]).rich_color.downgrade(ColorSystem.STANDARD).number

    assert nearest("background") != nearest("text")
    if name != "monochrome":
        assert nearest("up") != nearest("down")
        assert nearest("live") not in (nearest("demo"), nearest("paper"))


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
        (
            "name: x\ncolours:\n  dim: '#444444'\n",
            "line 3: dim: 1.9 to 1 on background #0d1117; words need 4.5",
        ),
        ("name: x\ncolours:\n  up: '#f0716b'\n", "up: too like down for"),
        ("name: x\ncolours:\n  live: '#5bd49b'\n", "live: too like demo for"),
        ("name: x\ncolours:\n  up: ansi_red\n", "accent: with ansi_ colours all of them must be such"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ThemeFault) as caught:
        load(path)
    assert said in str(caught.value)


def test_all_faults_of_a_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("name: X\ndark: 7\ncolours:\n  up: nope\n  down: [1]\n  sideways: red\n", "utf-8")
    with pytest.raises(ThemeFault) as caught:
        load(path)
    told = str(caught.value).splitlines()
    assert len(told) == 5
    assert all(line.startswith("bad.yaml line ") for line in told)


@pytest.mark.anyio
async def test_the_picker_tries_on_and_gives_back() -> None:
    async with console() as play:
        await play.press("T")
        assert "▸ dark" in play.text
        seen = [play.app.theme]
        for key in ("j", "down", "k", "end", "home", "up"):
            await play.press(key)
            seen.append(play.app.theme)
        names = play.app.wardrobe.names
        here = names.index("dark")
        assert seen[1:] == [names[here + 1], names[here + 2], names[here + 1], names[-1], names[0], names[0]]
        await play.press("escape")
        assert play.app.theme == "dark"
        assert play.engine.commands == []


@pytest.mark.anyio
async def test_sixteen_colours_get_the_theme_made_of_them_unless_another_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(state_dir=tmp_path) as play:
        worn = Wardrobe(play.app, DARK)
        monkeypatch.setattr(wardrobe, "has_sixteen_colours", lambda _: True)
        worn.follow("dark")
        assert (worn.worn.name, play.app.theme) == ("sixteen", "sixteen")
        assert recall(tmp_path).name == "dark"  # elsewhere there are more
        worn.follow("light")
        assert worn.worn.name == "light"
        monkeypatch.undo()
        worn.follow("dark")
        assert worn.worn.name == "dark"


@pytest.mark.anyio
async def test_the_picker_keeps_and_saves(tmp_path: Path) -> None:
    async with console(state_dir=tmp_path) as play:
        await play.press("T", "home", "enter")
        assert play.app.theme == "colour-blind"
        assert play.engine.commands == [Edit((("display.theme", "colour-blind"),))]
        await play.press("T", "end")
        await play.answer("use")
        assert play.app.theme == "sixteen"
        assert len(play.engine.commands) == 1
    assert recall(tmp_path).name == "sixteen"


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
