"""Hard caps: what no limit on size may exceed. They stand in a file of their own that no form edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tui_bot.config import disk
from tui_bot.config.problem import ConfigError, Problem
from tui_bot.config.scalar import text_of
from tui_bot.config.schema import Settings
from tui_bot.config.yaml_text import read
from tui_bot.market.number import parse_decimal
from tui_bot.sanitise import sanitise

NAME = "caps.yaml"
LARGEST_FILE = 4096

#: What is capped, by its key in the file, and the cap while the file does not name it (None: no cap).
DEFAULTS: Mapping[str, Decimal | None] = {
    "max_position": Decimal("0.01"),
    "max_notional": Decimal(1000),
    "leverage": Decimal(5),
    "daily_loss": None,
}
_PATHS = {
    "max_position": "limits.max_position",
    "max_notional": "limits.max_notional",
    "leverage": "trading.leverage",
    "daily_loss": "limits.daily_loss",
}


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps by the path of the setting they hold; ``where`` is the file that may raise them."""

    values: Mapping[str, Decimal] = field(default_factory=dict)
    where: str = NAME

    def over(
        self, settings: Mapping[str, str], lines: Mapping[str, int] | None = None
    ) -> tuple[Problem, ...]:
        """The settings (path to text) above their cap. A loss limit of 0, which is none, is above any cap."""
        found = []
        for path, cap in self.values.items():
            value = Decimal(settings[path])
            if value > cap or (path == "limits.daily_loss" and value == 0):
                text = f"{text_of(value)} is above the hard cap {text_of(cap)}"
                key = path.rpartition(".")[2]
                remedy = f"make it smaller, or raise {key} in {self.where} with an editor and start again"
                found.append(Problem((lines or {}).get(path), path, text, remedy))
        return tuple(found)


NO_CAPS = Caps()


def caps_beside(config: Path) -> Caps:
    """The caps from the file beside a config file, the defaults where there is none.

    Raises ConfigError with every fault: an unreadable cap is not taken for none.
    """
    path = config.with_name(NAME)
    where = sanitise(str(path), 120)
    try:
        text = disk.read_bytes(path, LARGEST_FILE + 1).decode()
    except FileNotFoundError:
        return _caps({}, where)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError(
            [Problem(None, "", f"cannot be read: {reason}", "check its rights")], NAME
        ) from None
    document = read(text, frozenset(), NAME)
    if problems := [
        fault for key, text in document.values.items() if (fault := _fault(key, text, document.lines))
    ]:
        raise ConfigError(problems, NAME)
    return _caps(document.values, where)


def capped(settings: Mapping[str, str], caps: Mapping[str, str], where: str) -> tuple[Problem, ...]:
    """The same check with caps as texts (path to text), as a screen has them."""
    return Caps({path: Decimal(text) for path, text in caps.items()}, where).over(settings)


def texts_of(settings: Settings) -> dict[str, str]:
    """The settings that a cap may hold, as path and text."""
    trading, limits = settings.trading, settings.limits
    return {
        "limits.max_position": text_of(limits.max_position),
        "limits.max_notional": text_of(limits.max_notional),
        "trading.leverage": text_of(trading.leverage),
        "limits.daily_loss": text_of(limits.daily_loss),
    }


def _caps(texts: Mapping[str, str], where: str) -> Caps:
    values: dict[str, Decimal] = {}
    for key, default in DEFAULTS.items():
        cap = parse_decimal(texts[key]) if key in texts else default
        if cap is not None:
            values[_PATHS[key]] = cap
    return Caps(values, where)


def _fault(key: str, text: str, lines: Mapping[str, int]) -> Problem | None:
    shown = sanitise(key, 60)
    if key not in DEFAULTS:
        return Problem(lines.get(key), shown, "is no cap", f"use {', '.join(DEFAULTS)}")
    try:
        if parse_decimal(text) > 0:
            return None
    except ValueError:
        pass
    return Problem(lines.get(key), shown, f"{sanitise(text, 40)} is no amount", "write a number above 0")
