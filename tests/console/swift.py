"""What scenes do without so that there can be many of them: painting, and parsing the same style sheets."""

from __future__ import annotations

from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

_parse = Stylesheet._parse_rules
_parsed: dict[tuple[Any, ...], list[RuleSet]] = {}


def make_swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent to a terminal that nobody looks at, and what was parsed once is known."""
    monkeypatch.setattr(Screen, "_compositor_refresh", _not_painted)
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parsed_once)


def _not_painted(screen: Screen[Any]) -> None:
    if screen.app.screen is screen:
        screen._compositor._dirty_regions.clear()
        screen._dirty_widgets.clear()


def _parsed_once(sheet: Stylesheet, *given: Any, **more: Any) -> list[RuleSet]:
    key = (given, *more.items(), *sheet._variables.values())
    if key not in _parsed:
        _parsed[key] = _parse(sheet, *given, **more)
    return _parsed[key]
