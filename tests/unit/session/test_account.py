"""A state folder is one account's: said by a digest, claimed only when the exchange has known the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_bot.engine.handle import LaunchError
from tui_bot.session.account import AccountMark

KEY = "8WMHg8DD26e8PKJWuudJzjITw43bTvnIfnre4xYRJqTX3NLZUglZpEe"


def keep(folder: Path, key: str = KEY) -> None:
    """What a start does whose key the exchange has known."""
    mark = AccountMark(folder)
    mark.expect(key)
    mark.keep(key)


def test_a_key_that_was_only_tried_claims_nothing(tmp_path: Path) -> None:
    AccountMark(tmp_path).expect("wrong")
    keep(tmp_path)
    keep(tmp_path)


def test_another_account_is_refused(tmp_path: Path) -> None:
    keep(tmp_path)
    with pytest.raises(LaunchError, match="belongs to another exchange account") as refused:
        AccountMark(tmp_path).expect("another")
    assert refused.value.exit_code == 2


def test_the_key_itself_is_not_written(tmp_path: Path) -> None:
    keep(tmp_path)
    assert not any(KEY[:8] in path.read_text() for path in tmp_path.iterdir())


def test_a_mark_torn_by_a_power_cut_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "account").write_text("")
    keep(tmp_path)
    with pytest.raises(LaunchError):
        AccountMark(tmp_path).expect("another")


def test_a_mark_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "account").write_bytes(b"\xff\xfe")
    with pytest.raises(LaunchError, match=r"cannot be read; check its rights\. No order was sent"):
        AccountMark(tmp_path).expect(KEY)


def test_a_mark_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    mark = AccountMark(tmp_path / "gone")
    mark.expect(KEY)
    with pytest.raises(LaunchError, match="No order was sent"):
        mark.keep(KEY)
