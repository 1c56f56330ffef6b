"""One key, one bot on this machine (F95, I23)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui_bot.engine.handle import LaunchError
from tui_bot.session.keylock import KeyLock, fingerprint, key_lock_dir

KEY = "8WMHg8DD26e8PKJWuudJzjITw43bTvnIfnre4xYRJqTX3NLZUglZpEe"


def test_f95_a_second_bot_on_a_key_is_refused_by_the_first_one_s_pid_and_folder(tmp_path: Path) -> None:
    first = KeyLock(KEY, tmp_path / "one", tmp_path / "keys")
    with pytest.raises(LaunchError, match=f"in use on this machine by process {os.getpid()} ") as refused:
        KeyLock(KEY, tmp_path / "two", tmp_path / "keys")
    assert refused.value.exit_code == 1
    assert str(tmp_path / "one") in str(refused.value)
    assert "No order was sent" in str(refused.value)
    first.release()
    first.release()
    KeyLock(KEY, tmp_path / "two", tmp_path / "keys").release()


def test_another_key_is_another_lock(tmp_path: Path) -> None:
    first = KeyLock(KEY, tmp_path, tmp_path / "keys")
    second = KeyLock(KEY[::-1], tmp_path, tmp_path / "keys")
    first.release()
    second.release()


def test_the_key_itself_is_nowhere_and_the_folder_is_private(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    held = KeyLock(KEY, tmp_path, tmp_path / "keys")
    (path,) = (tmp_path / "keys").iterdir()
    assert path.name == f"{fingerprint(KEY)}.lock"
    assert KEY[:8] not in path.read_text() + path.name
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert path.stat().st_mode & 0o077 == 0
    held.release()


def test_a_place_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("mine")
    with pytest.raises(LaunchError, match=r"cannot be locked: .*No order was sent"):
        KeyLock(KEY, tmp_path, tmp_path / "keys")


def test_the_place_is_the_same_for_all_state_folders() -> None:
    assert key_lock_dir().name == "keys"
    assert str(key_lock_dir()).startswith(os.environ["XDG_STATE_HOME"])
