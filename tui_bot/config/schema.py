"""Every setting there is: type, range, default, unit, and when a change of it takes effect.

Numbers are exact: whole numbers or decimals. Sizes are in base units (BTC of BTC/USD), amounts in
quote units (USD).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from tui_bot.config.contradictions import contradictions
from tui_bot.config.scalar import read_integer
from tui_bot.config.screen import Display, Notices, Ui
from tui_bot.config.setting import Section
from tui_bot.config.setting import setting as _setting
from tui_bot.config.trading import Limits, Strategy, Trading, Unattended
from tui_bot.config.venue import Demo, Exchange, Network, Paper, Replay

Mode = Literal["demo", "paper", "replay", "live"]


class Settings(Section):
    """All settings. ``Settings()`` are the defaults; a contradictory set cannot be built."""

    mode: Mode = _setting(
        "demo", "Mode", "simulated market, live prices, recorded market, real money", "", "restart"
    )
    pair: str = _setting(
        "BTC/USD",
        "Pair",
        "what is traded, base/quote",
        "",
        "restart",
        pattern=r"^[A-Za-z0-9./:_-]{3,32}$",
        words="3 to 32 letters, digits and . / : _ -",
    )
    interval: Annotated[Literal[1, 5, 15, 30, 60, 240, 1440], BeforeValidator(read_integer)] = _setting(
        1, "Candle", "length of a candle", "minutes", "restart"
    )
    strategy: Strategy = Strategy()
    trading: Trading = Trading()
    limits: Limits = Limits()
    unattended: Unattended = Unattended()
    display: Display = Display()
    ui: Ui = Ui()
    notices: Notices = Notices()
    demo: Demo = Demo()
    replay: Replay = Replay()
    paper: Paper = Paper()
    network: Network = Network()
    exchange: Exchange = Exchange()

    @model_validator(mode="after")
    def _agree(self) -> Settings:
        if found := contradictions(self):
            raise PydanticCustomError("contradiction", "contradictory settings", {"found": found})
        return self
