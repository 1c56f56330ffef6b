"""Where is traded: simulated and recorded market, prices for paper, and how the exchange is reached."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from tui_bot.config.scalar import Whole, read_optional
from tui_bot.config.setting import Section
from tui_bot.config.setting import setting as _setting


def _loopback(scheme: str) -> str:
    return rf"^{scheme}://(127\.0\.0\.1|\[::1\]):[1-9][0-9]{{0,4}}(/[A-Za-z0-9._/-]*)?$"


class Demo(Section):
    """The simulated market of mode demo."""

    speed: Whole = _setting(
        10, "Demo speed", "simulated seconds in a real one", "times", "restart", low=1, high=600
    )
    seed: Whole = _setting(
        24,
        "Demo seed",
        "the same seed, the same market; counts when a state folder is new",
        "",
        "restart",
        low=0,
        high=2_147_483_647,
    )


class Replay(Section):
    """The recorded market of mode replay."""

    history: Annotated[str | None, BeforeValidator(read_optional)] = _setting(
        None,
        "Replay file",
        "an OHLCVT file or a journal.sqlite to play; null for none",
        "",
        "restart",
        pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,1000}$",
        words="a path or null",
    )
    speed: Whole = _setting(
        60, "Replay speed", "recorded seconds in a real one", "times", "restart", low=1, high=5000
    )


class Paper(Section):
    """The prices of mode paper: Kraken's, or for a trial those of an exchange in a box."""

    source_rest: Annotated[str | None, BeforeValidator(read_optional)] = _setting(
        None,
        "Prices, REST",
        "a box that stands in for Kraken's prices; null for Kraken",
        "",
        "restart",
        pattern=_loopback("http"),
        words="http://127.0.0.1:PORT or null",
    )
    source_websocket: Annotated[str | None, BeforeValidator(read_optional)] = _setting(
        None,
        "Prices, WebSocket",
        "of the same box; null to poll it",
        "",
        "restart",
        pattern=_loopback("ws"),
        words="ws://127.0.0.1:PORT or null",
    )


class Network(Section):
    """How Kraken is reached. A box on this machine is always reached directly."""

    proxy: Annotated[str | None, BeforeValidator(read_optional)] = _setting(
        None,
        "Proxy",
        "to Kraken only by this proxy; the environment has no say",
        "",
        "restart",
        pattern=r"^http://([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):[1-9][0-9]{0,4}$",
        words="http://HOST:PORT or null",
    )


class Exchange(Section):
    """What the exchange allows the account; where a box of your own listens, in demo and replay only."""

    tier: Literal["starter", "intermediate", "pro"] = _setting(
        "starter",
        "Level",
        "the account's verification level: how much it may ask",
        "",
        "restart",
    )

    rest: Annotated[str | None, BeforeValidator(read_optional)] = _setting(
        None,
        "REST address",
        "of an exchange in a box; null for ours",
        "",
        "restart",
        pattern=_loopback("http"),
        words="http://127.0.0.1:PORT or null",
    )
    websocket: Annotated[str | None, BeforeValidator(read_optional)] = _setting(
        None,
        "WebSocket address",
        "of the same exchange; null for ours",
        "",
        "restart",
        pattern=_loopback("ws"),
        words="ws://127.0.0.1:PORT or null",
    )
