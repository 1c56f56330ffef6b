"""How the console looks and is steered, and how somebody who looks elsewhere is told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from tui_bot.config.scalar import Whole, read_table
from tui_bot.config.setting import Section
from tui_bot.config.setting import setting as _setting


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
