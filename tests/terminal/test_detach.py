"""tmux detach and attach: who comes back finds the bot at work and a whole, true screen of their size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.colours import cells
from tests.support.processes import Box, journal, wait_for, write_config
from tests.support.tmux import Tmux
from tests.terminal.test_truth import held, shown_position

pytestmark = pytest.mark.terminal


@pytest.fixture
def box() -> Iterator[Box]:
    """An exchange where a minute takes a second."""
    with Box("--speed", "60", "--seed", "46") as box:
        yield box


def decided(state: Path) -> int:
    """How many candles the journal shows as judged."""
    return sum(entry["kind"] == "decision" for entry in journal(state))


def attach_again(window: Tmux, box: Box, size: tuple[int, int], politely: bool) -> None:
    """Come in a terminal of this size, look at all of it, and detach or lose the link."""
    with window.attached(*size) as client:
        assert wait_for(lambda: is_whole(client, window, size))
        assert wait_for(lambda: shown_position(client.screen()) == held(box.ledger()))
        if politely:
            window.detach()
            client.expect("[detached")


def is_whole(client: Tmux, window: Tmux, size: tuple[int, int]) -> bool:
    """Whether the client shows the window's every cell and colour, in its own size."""
    if not client.size() == window.size() == size:
        return False
    seen = client.styled()
    return "▶ RUN" in seen and cells(seen) == cells(window.styled())


def test_who_attaches_again_finds_the_bot_at_work_and_a_true_screen(box: Box, tmp_path: Path) -> None:
    state = tmp_path / "state"
    config = write_config(tmp_path / "config.yaml", box, "strategy:", "  period: 3")
    with Tmux(["--config", str(config), "--state-dir", str(state)]) as window:
        window.expect("▶ RUN")
        pid = window.pid()
        attach_again(window, box, (100, 30), politely=True)
        judged, traded = decided(state), len(box.ledger()["fills"])
        assert wait_for(lambda: len(box.ledger()["fills"]) > traded), "it trades while nobody looks"
        assert decided(state) > judged
        attach_again(window, box, (80, 24), politely=False)
        attach_again(window, box, (90, 40), politely=True)
        assert window.pid() == pid
        assert "STALE" not in window.screen()
