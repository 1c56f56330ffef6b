"""The config file: found, loaded, and edited without harm to what else is in it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tui_bot.config import ConfigError, Settings, default_text, find, load, save
from tui_bot.config.yaml_edit import scalar

TEXT = "# mine\nstrategy:   # the rule\n    period: 20   # closes\n\n    ties: 'strict'\n"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    path = tmp_path / "config.yaml"
    path.write_text(TEXT)
    return path


def test_the_order_of_the_search(path: Path) -> None:
    user = load(None).path
    assert user == path.parent / "home" / "tui-bot" / "config.yaml"
    assert find(Path("other.yaml")) == Path("other.yaml")
    assert find() == Path("config.yaml")
    path.unlink()
    assert find() is None
    user.parent.mkdir(parents=True)
    user.write_text("mode: paper\n")
    assert find() == user


def test_a_file_as_it_was_shipped_is_nobody_s_and_is_never_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(default_text())
    assert find() is None
    save(load(find()), {"strategy.period": "30"})
    assert path.read_text() == default_text()
    assert find() == load(None).path
    path.with_name("caps.yaml").write_text("max_position: 0.001\n")
    assert find() == Path("config.yaml")  # whoever wrote caps beside it means it


def test_the_default_of_the_source_tree_is_a_person_s_once_it_says_something_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = default_text().replace("period: 20", "period: 30")
    path.write_text(edited)
    monkeypatch.setattr("tui_bot.config.file.default_text", lambda: edited)
    assert find() == Path("config.yaml")
    path.write_text("nonsense: 1\n")
    monkeypatch.setattr("tui_bot.config.file.default_text", lambda: "nonsense: 1\n")
    assert find() == Path("config.yaml")  # the start says what is wrong with it


def test_the_packaged_default_is_saved_by_the_first_edit(path: Path) -> None:
    loaded = load(None)
    saved = save(loaded, {"strategy.period": "30"})
    assert saved.on_disk
    assert saved.path.read_text() == default_text().replace("period: 20", "period: 30")
    assert saved.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="has appeared"):
        save(loaded, {"strategy.period": "40"})


def test_only_the_value_changes(path: Path) -> None:
    path.chmod(0o640)
    saved = save(load(path), {"strategy.period": "30", "strategy.ties": "carry"})
    assert path.read_text() == TEXT.replace("20", "30").replace("'strict'", "'carry'")
    assert saved.text == path.read_text()
    assert load(path) == saved
    assert path.stat().st_mode & 0o777 == 0o640


def test_missing_keys_and_sections_are_added_in_their_place(path: Path) -> None:
    changes = {
        "strategy.min_slope": "0.5",
        "display.refresh": "2",
        "mode": "paper",
        "replay.history": "a b.csv",
    }
    saved = save(load(path), changes)
    wanted = TEXT + "    min_slope: 0.5\ndisplay:\n  refresh: 2\nmode: paper\nreplay:\n  history: a b.csv\n"
    assert saved.text == wanted
    assert saved.settings.replay.history == "a b.csv"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "strategy:\n  period: 30\n"),
        ("# only a comment", "# only a comment\nstrategy:\n  period: 30\n"),
        ("strategy:\n", "strategy:\n  period: 30\n"),
        ("strategy:  # rule", "strategy:  # rule\n  period: 30\n"),
        (
            "strategy:\r\n  ties: carry\r\nmode: demo\r\n",
            "strategy:\r\n  ties: carry\r\n  period: 30\r\nmode: demo\r\n",
        ),
        (
            "  strategy:\n     ties: carry\n  mode: demo",
            "  strategy:\n     ties: carry\n     period: 30\n  mode: demo",
        ),
        ('"strategy":\n  "period": "20" # é\n', '"strategy":\n  "period": "30" # é\n'),
        ("---\nstrategy:\n  period:    20\n", "---\nstrategy:\n  period:    30\n"),
    ],
)
def test_odd_layouts(path: Path, before: str, after: str) -> None:
    path.write_bytes(before.encode())
    save(load(path), {"strategy.period": "30"})
    assert path.read_bytes().decode() == after


def test_an_empty_value_is_filled_and_emptied(path: Path) -> None:
    path.write_text("replay:\n  history:   # none yet\n  speed: 60\n")
    saved = save(load(path), {"replay.history": "x: #y"})
    assert path.read_text() == "replay:\n  history: 'x: #y'   # none yet\n  speed: 60\n"
    save(saved, {"replay.history": ""})
    assert path.read_text() == "replay:\n  history: null   # none yet\n  speed: 60\n"


def test_nothing_is_written_for_no_change(path: Path) -> None:
    loaded = load(path)
    assert save(loaded, {"strategy.period": "20", "mode": "demo"}) is loaded
    assert list(path.parent.iterdir()) == [path]


def test_a_wrong_value_writes_nothing(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"strategy\.period: 1 is below 2"):
        save(load(path), {"strategy.period": "1", "mode": "paper"})
    with pytest.raises(ConfigError, match="did you mean"):
        save(load(path), {"strategy.peroid": "30"})
    with pytest.raises(ConfigError, match="an edit of its own"):
        save(load(path), {"limits.max_notional": "2000", "strategy.period": "30"})
    assert path.read_text() == TEXT


def test_a_file_changed_meanwhile_is_not_overwritten(path: Path) -> None:
    loaded = load(path)
    path.write_text(TEXT + "mode: paper\n")
    with pytest.raises(ConfigError, match="has changed on disk"):
        save(loaded, {"strategy.period": "30"})
    assert path.read_text() == TEXT + "mode: paper\n"
    path.unlink()
    with pytest.raises(ConfigError, match="nothing was changed"):
        save(loaded, {"strategy.period": "30"})
    assert not path.exists()


def test_a_link_is_followed_and_stays(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "real.yaml"
    target.parent.mkdir()
    path.rename(target)
    path.symlink_to(target)
    save(load(path), {"strategy.period": "30"})
    assert path.is_symlink()
    assert "period: 30" in target.read_text()
    assert len(list((target.parent / ".real.yaml.history").iterdir())) == 1


def test_the_last_ten_versions_are_kept(path: Path) -> None:
    loaded = load(path)
    for period in range(30, 45):
        loaded = save(loaded, {"strategy.period": str(period)})
    kept = sorted((path.parent / ".config.yaml.history").iterdir())
    assert [version.name for version in kept] == [f"{number:06}.yaml" for number in range(6, 16)]
    assert load(kept[-1]).settings.strategy.period == 43


def test_a_pipe_is_not_waited_for(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ConfigError, match="not a regular file"):
        load(path)


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("step", range(12))
def test_a_crash_at_any_step_leaves_one_whole_version(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    loaded = load(path)
    left = [step]

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **options: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Crash
            return real(*args, **options)

        return call

    with monkeypatch.context() as patch:
        for name in ("fsync", "fchmod"):
            patch.setattr(os, name, dying(getattr(os, name)))
        patch.setattr(tempfile, "mkstemp", dying(tempfile.mkstemp))
        patch.setattr(Path, "replace", dying(Path.replace))
        patch.setattr(Path, "mkdir", dying(Path.mkdir))
        crashed = False
        try:
            save(loaded, {"strategy.period": "30"})
        except Crash:
            crashed = True
    assert crashed == (step < 11)
    assert load(path).settings.strategy.period in ({20} if step < 10 else {30})
    assert load(path).text in (TEXT, TEXT.replace("20", "30"))


def test_a_full_disk_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left on device; nothing was changed"):
        save(load(path), {"strategy.period": "30"})
    assert load(path).settings == Settings()
    assert not list(path.parent.glob(".*.new"))


@pytest.mark.parametrize(
    ("value", "quote", "written"),
    [
        ("", "", "null"),
        ("30", "", "30"),
        ("two orders", "", "two orders"),
        ("a: b", "", "'a: b'"),
        ("a #b", "", "'a #b'"),
        ("it's", "", "'it''s'"),
        ("x", '"', '"x"'),
        ('a"b', '"', "'a\"b'"),
        ("x", "'", "'x'"),
        ("/data/x", "", "'/data/x'"),
        ("trailing:", "", "'trailing:'"),
    ],
)
def test_values_are_quoted_when_they_must_be(value: str, quote: str, written: str) -> None:
    assert scalar(value, quote) == written
