"""Nonces are strictly increasing over any run of calls, crashes and clock steps."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tui_bot.kraken.nonce import LARGEST, NonceSource

steps = st.lists(
    st.one_of(
        st.just("call"),
        st.just("crash"),
        st.just("top up"),
        st.integers(min_value=-(10**10), max_value=10**10),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_strictly_increasing(script: list[str | int]) -> None:
    wall = [1_700_000_000_000_000]
    given_out: list[int] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "nonce"
        source = NonceSource(path, lambda: wall[0])
        for step in script:
            match step:
                case "call":
                    given_out.append(source.next())
                case "crash":  # nothing is written at the end of a killed process
                    source = NonceSource(path, lambda: wall[0])
                case "top up":
                    source.top_up()
                case int():
                    wall[0] += step
    assert given_out == sorted(set(given_out))
    assert all(0 < nonce <= LARGEST for nonce in given_out)
