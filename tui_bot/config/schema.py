"""Every setting there is: type, range, default, unit, and when a change of it takes effect.

Numbers are exact: whole numbers or decimals. Sizes are in base units (BTC of BTC/USD), amounts in
quote units (USD).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from tui_bot.config.contradictions import contradictions
from tui_bot.config.scalar import Exact, Whole, read_integer, read_optional, read_table
from tui_bot.config.setting import LARGEST, SMALLEST, Section
from tui_bot.config.setting import setting as _setting

Mode = Literal["demo", "paper", "replay", "live"]


def _loopback(scheme: str) -> str:
    return rf"^{scheme}://(127\.0\.0\.1|\[::1\]):[1-9][0-9]{{0,4}}(/[A-Za-z0-9._/-]*)?$"


class Strategy(Section):
    """The rule: trade the turns of a simple moving average."""

    period: Whole = _setting(20, "Period", "closes in the average", "candles", "next candle", low=2, high=700)
    min_slope: Exact = _setting(
        Decimal(0),
        "Least slope",
        "a flatter step of the average counts as none",
        "quote units a candle",
        "next candle",
        low=0,
        high=LARGEST,
    )
    ties: Literal["strict", "carry"] = _setting(
        "strict",
        "Flat steps",
        "strict: a flat step hides a turn; carry: the direction goes on",
        "",
        "next candle",
    )


class Trading(Section):
    """How much is traded, and how."""

    trade_size: Exact = _setting(
        Decimal("0.001"),
        "Trade size",
        "the position the bot takes",
        "base units",
        "next candle",
        low=SMALLEST,
        high=LARGEST,
    )
    leverage: Whole = _setting(
        0,
        "Leverage",
        "0 is spot, long or flat; from 2 on margin, long or short",
        "times",
        "next candle",
        low=0,
        high=10,
        words="0 or 2 to 10",
    )
    flip: Literal["two orders", "one order"] = _setting(
        "two orders", "Flip", "how a long becomes a short; one order needs leverage", "", "next candle"
    )
    stop_loss_percent: Exact = _setting(
        Decimal(0),
        "Stop",
        "how far from the entry a stop rests at the exchange; 0 is none",
        "%",
        "next candle",
        low=0,
        high=50,
    )
    take_profit_percent: Exact = _setting(
        Decimal(0),
        "Take profit",
        "the same in favour; on spot beside a stop the bot watches it itself",
        "%",
        "next candle",
        low=0,
        high=1000,
    )
    resend: Literal["never", "once"] = _setting(
        "never",
        "Send again",
        "an entry with a lost answer, once proved absent; from 5-minute candles on",
        "",
        "next candle",
    )
    validate_only: Literal["no", "yes"] = _setting(
        "no", "Validate only", "yes: every order is checked by the exchange, none is placed", "", "restart"
    )


class Limits(Section):
    """What the guards hold every order to."""

    max_position: Exact = _setting(
        Decimal("0.002"), "Largest position", "long or short", "base units", "now", low=SMALLEST, high=LARGEST
    )
    max_notional: Exact = _setting(
        Decimal(200),
        "Largest order",
        "what one order may cost",
        "quote units",
        "now",
        low=Decimal("0.01"),
        high=Decimal(100_000_000),
    )
    orders_per_hour: Whole = _setting(
        12, "Orders an hour", "more open nothing; exits always go out", "orders", "now", low=1, high=1000
    )
    orders_per_day: Whole = _setting(
        60, "Orders a day", "the same within 24 hours", "orders", "now", low=1, high=1000
    )
    daily_loss: Exact = _setting(
        Decimal(25),
        "Daily loss",
        "a UTC day that loses more opens nothing; 0 is off",
        "quote units",
        "now",
        low=0,
        high=Decimal(100_000_000),
    )
    collar_percent: Exact = _setting(
        Decimal(1),
        "Collar",
        "how far an entry may be from the market",
        "%",
        "now",
        low=Decimal("0.01"),
        high=10,
    )
    exit_collar_percent: Exact = _setting(
        Decimal(3), "Exit collar", "the same for an exit", "%", "now", low=Decimal("0.01"), high=50
    )
    stale_after: Exact = _setting(
        Decimal(10), "Stale after", "older market data opens no position", "s", "now", low=2, high=600
    )
    clock_offset: Exact = _setting(
        Decimal(2),
        "Clock offset",
        "how wrong this machine's clock may be",
        "s",
        "now",
        low=Decimal("0.5"),
        high=60,
    )


class Unattended(Section):
    """What the bot may do while nobody is there. Exits and orders by hand are never held back by it."""

    policy: Literal["same", "smaller", "exits"] = _setting(
        "same", "Unattended", "same as ever, enter with a part of the size, or exits only", "", "now"
    )
    size_percent: Whole = _setting(
        50, "Size alone", "the part of the trade size that smaller allows", "%", "now", low=1, high=100
    )
    after: Whole = _setting(
        10, "Quiet after", "so long without a key nobody is there", "minutes", "now", low=1, high=1440
    )
    hours: Annotated[str | None, BeforeValidator(read_optional)] = _setting(
        None,
        "Hours alone",
        "of the day, in which it holds whoever is there; null for none",
        "UTC",
        "now",
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
        words="HH:MM-HH:MM or null",
    )
    headless: Literal["no", "yes"] = _setting(
        "no", "Headless", "yes: without a screen nobody is there", "", "now"
    )


class Display(Section):
    """How the console looks."""

    theme: str = _setting(
        "dark",
        "Theme",
        "name of a theme file",
        "",
        "now",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$",
        words="lower-case letters, digits, - and _",
    )
    refresh: Whole = _setting(
        4, "Refresh", "how often the screen is drawn", "a second", "now", low=1, high=10
    )
    glyphs: Literal["blocks", "braille", "ascii"] = _setting(
        "blocks",
        "Glyphs",
        "braille: a line of closes; ascii: for plain terminals",
        "",
        "now",
    )
    flash: Literal["yes", "no"] = _setting(
        "yes", "Flash", "a value that changes after a rest is lit for a moment; never at refresh 1", "", "now"
    )
    output: Literal["lean", "stock"] = _setting(
        "lean",
        "Output",
        "lean: only changed cells are sent to the terminal; stock: as Textual does",
        "",
        "now",
    )


class Ui(Section):
    """How the console is steered."""

    keys: Annotated[str | None, BeforeValidator(read_table)] = _setting(
        None,
        "Keys",
        "other keys than the usual; ids: tui-bot actions",
        "",
        "now",
        pattern=r"^[\x21-\x7e]([\x20-\x7e]{0,800}[\x21-\x7e])?$",
        words="action=key,key action=key, or null",
    )
    mouse: Literal["yes", "no"] = _setting(
        "yes", "Mouse", "wheel and clicks; no leaves them, and selecting text, to the terminal", "", "now"
    )


Way = Literal["off", "bell", "title", "desktop", "all"]


class Notices(Section):
    """How somebody who looks elsewhere is told."""

    fill: Way = _setting("off", "Fills", "an order of ours was filled", "", "now")
    blocked: Way = _setting("off", "Blocked", "a guard held a signal back", "", "now")
    halt: Way = _setting("bell", "Halt", "the bot halted or died", "", "now")
    unknown: Way = _setting("bell", "Unknown", "the answer to an order was lost", "", "now")
    feed_lost: Way = _setting("off", "Feed lost", "the market is no longer heard", "", "now")
    feed_back: Way = _setting("off", "Feed back", "the market is heard again", "", "now")


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
