"""The measured offset: within a second of the truth from the start, better with every answer."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tui_bot.kraken.clock import ExchangeClock

samples = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=120_000),  # pause before the request
        st.integers(min_value=0, max_value=2_000),  # way there
        st.integers(min_value=0, max_value=2_000),  # way back
    ),
    min_size=1,
    max_size=20,
)


@settings(deadline=None)
@given(st.integers(min_value=-(10**7), max_value=10**7), samples)
def test_the_offset_stays_near_the_truth(true_offset_ms: int, tries: list[tuple[int, int, int]]) -> None:
    origin_ms = 10**12
    clock = ExchangeClock(origin_ms, counter_ns=lambda: 0)
    at_ms = origin_ms
    narrowest = 10**9
    for pause_ms, there_ms, back_ms in tries:
        sent_ms = at_ms + pause_ms
        received_ms = sent_ms + there_ms + back_ms
        second = (sent_ms + there_ms + true_offset_ms) // 1000
        offset_ms = clock.observe(second, sent_ms, received_ms)
        narrowest = min(narrowest, 1000 + there_ms + back_ms) + 20
        assert abs(offset_ms - true_offset_ms) <= narrowest
        if offset_ms == 0:
            assert abs(true_offset_ms) <= narrowest
        at_ms = received_ms


@settings(deadline=None)
@given(st.integers(min_value=-(10**9), max_value=10**9), st.integers(min_value=0, max_value=999))
def test_many_quick_answers_find_the_second(true_offset_ms: int, phase: int) -> None:
    clock = ExchangeClock(10**12, counter_ns=lambda: 0)
    offset_ms = 0
    for step in range(40):
        now_ms = 10**12 + phase + step * 1037
        offset_ms = clock.observe((now_ms + true_offset_ms) // 1000, now_ms, now_ms)
    assert abs(offset_ms - true_offset_ms) <= 45 or (offset_ms == 0 and abs(true_offset_ms) < 45)
