"""The key file on disk: whom it may belong to, who may read it, and how it is written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.keys.test_pair import KEY, SECRET
from tui_bot.keys.file import read_key, remove_key, write_key
from tui_bot.keys.pair import KeyFault, KeyPair, Secret

PAIR = KeyPair(KEY, Secret(SECRET))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "kraken"
    write_key(path, PAIR)
    return path


def held(path: Path) -> tuple[str, str]:
    pair = read_key(path)
    assert pair is not None
    return pair.key, pair.secret.reveal()


def test_what_is_written_is_read_back_and_is_the_persons_alone(path: Path) -> None:
    assert held(path) == (KEY, SECRET)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["kraken"]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    before = os.umask(umask)
    try:
        write_key(folder / "kraken", PAIR)
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "kraken").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610, 0o644])
def test_s1_a_file_that_others_may_touch_is_refused_and_left_as_it_is(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyFault, match=f"chmod 600 {path}") as caught:
        read_key(path)
    assert "make a new key at Kraken" in str(caught.value)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o755, 0o777])
def test_s1_a_folder_that_others_may_touch_is_refused_for_reading_and_for_writing(
    path: Path, mode: int
) -> None:
    path.parent.chmod(mode)
    with pytest.raises(KeyFault, match=f"chmod 700 {path.parent}"):
        read_key(path)
    with pytest.raises(KeyFault, match=f"chmod 700 {path.parent}"):
        write_key(path, PAIR)
    assert stat.S_IMODE(path.parent.stat().st_mode) == mode


def test_a_stricter_mode_is_fine(path: Path) -> None:
    path.chmod(0o400)
    assert held(path) == (KEY, SECRET)


def test_s1_a_link_in_place_of_the_file_is_refused(path: Path) -> None:
    other = path.with_name("other")
    path.rename(other)
    path.symlink_to(other)
    with pytest.raises(KeyFault, match=f"{path} is a link"):
        read_key(path)


def test_s1_a_link_in_place_of_the_folder_is_refused(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path.parent)
    with pytest.raises(KeyFault, match=f"{link} is a link"):
        read_key(link / "kraken")


def test_s1_a_file_of_another_user_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    with pytest.raises(KeyFault, match=f"belongs to another user .uid {uid}"):
        read_key(path)


def test_s19_a_pipe_or_a_folder_in_its_place_is_refused_and_not_waited_for(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(KeyFault, match="not a plain file"):
        read_key(path)
    path.unlink()
    path.mkdir(mode=0o700)
    with pytest.raises(KeyFault, match="not a plain file"):
        read_key(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        f"key: {KEY}\n",
        f"{KEY}\n{SECRET}\n",
        f"key: {KEY}\nsecret: {SECRET[:50]}\n",
        f"key: {KEY}\nsecret: {SECRET}\nkez: x\n",
        "x" * 5000,
        "key: é",
    ],
)
def test_a_file_with_anything_else_in_it_is_refused_without_showing_it(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")
    with pytest.raises(KeyFault, match=str(path)) as caught:
        read_key(path)
    assert SECRET[:8] not in str(caught.value)
    assert KEY[:8] not in str(caught.value)


def test_where_there_is_no_file_there_is_no_key(tmp_path: Path) -> None:
    assert read_key(tmp_path / "keys" / "kraken") is None
    (tmp_path / "keys").mkdir(mode=0o700)
    assert read_key(tmp_path / "keys" / "kraken") is None


def test_the_old_key_stays_whole_when_the_new_one_cannot_be_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyFault, match="No space left on device"):
        write_key(path, KeyPair(KEY, Secret("x")))
    assert held(path) == (KEY, SECRET)


def test_a_write_that_is_killed_leaves_the_old_key_or_the_new_one(path: Path) -> None:
    """The process dies between the new file and its renaming."""
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom tui_bot.keys import file\n"
        "from tui_bot.keys.pair import KeyPair, Secret\n"
        "file.os.replace = lambda *_a, **_k: os._exit(9)\n"
        f"file.write_key(Path({str(path)!r}), KeyPair('x', Secret('y')))\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    assert held(path) == (KEY, SECRET)
    write_key(path, PAIR)
    assert [each.name for each in path.parent.iterdir()] == ["kraken"]


def test_removing(path: Path) -> None:
    assert remove_key(path)
    assert not remove_key(path)
    assert read_key(path) is None
