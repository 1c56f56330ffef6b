"""Lost answers by the thousand: nothing is doubled, nothing that lives is believed dead (I3, I4, F01 to F06).

``STORM`` says how many; ``make chaos STORM=1000000`` for a night.
"""

from __future__ import annotations

import os

import pytest

from tests.support.storm import SIZE, Storm

BLOCKS = 4
COUNT = int(os.environ.get("STORM", "2000"))


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_lost_answer_becomes_a_second_order(block: int) -> None:
    sent = resolved = 0
    for seed in range(block, COUNT, BLOCKS):
        storm = Storm(seed).play_out()
        told = f"seed {seed}"
        assert not storm.doubled, told
        assert not storm.believed_dead, told
        assert storm.largest <= SIZE, told
        assert storm.held == storm.true_size, told
        assert len({intent.cl_ord_id for intent in storm.sent}) == len(storm.sent), told
        sent += len(storm.sent)
        resolved += sum(order.state.is_final for order in storm.bot.state.tracker.orders.values())
    assert sent >= COUNT // BLOCKS, "every storm begins with an order"
    assert resolved > sent // 2
