"""A value that changes after a rest is lit for a moment, and only that."""

from __future__ import annotations

import pytest

from tests.console.play import Play, console
from tests.console.stage import NOW_MS, VALUES, D
from tui_bot.console.canvas import Panel
from tui_bot.console.flash import LIT_S, REST_S, Flash
from tui_bot.console.rows import Row
from tui_bot.market.position import Position


def inks(flash: Flash, now: float, *spans: tuple[str, str]) -> list[str]:
    line: Row = spans
    return [ink for _, ink in flash.lit([line], now)[0]]


def test_after_a_rest_for_a_moment() -> None:
    flash = Flash()
    assert inks(flash, 0, ("1.0", "text bold")) == ["text bold"]
    assert inks(flash, REST_S, ("1.1", "text bold")) == ["text bold flash"]
    assert inks(flash, REST_S + LIT_S / 2, ("1.1", "text bold")) == ["text bold flash"]
    assert inks(flash, REST_S + LIT_S, ("1.1", "text bold")) == ["text bold"]


def test_what_never_rests_is_left_alone() -> None:
    flash = Flash()
    shown = [inks(flash, step * 0.25, (str(step), "text bold"))[0] for step in range(40)]
    assert set(shown) == {"text bold"}


@pytest.mark.parametrize(("text", "ink"), [("23s", "dim"), ("LONG", "up bold"), ("1", "alarm bold reverse")])
def test_labels_ages_and_alarms_are_not_values(text: str, ink: str) -> None:
    flash = Flash()
    inks(flash, 0, ("0", ink))
    assert inks(flash, 100, (text, ink)) == [ink]


def lit(play: Play) -> str:
    """The values of the position panel that are lit."""
    rows = play.app.main.query_one("#position", Panel).rows
    return " ".join(text for line in rows for text, ink in line if "flash" in ink)


@pytest.mark.anyio
@pytest.mark.parametrize(("setting", "refresh"), [("yes", "4"), ("no", "4"), ("yes", "1")])
async def test_on_the_screen_it_is_lit_and_goes_out_and_not_over_a_slow_line(
    setting: str, refresh: str
) -> None:
    chosen = {"display.flash": setting, "display.refresh": refresh}
    values = tuple((path, chosen.get(path, text)) for path, text in VALUES)
    async with console(values=values) as play:
        await play.pass_time(3)
        assert lit(play) == ""
        held = Position(D("-0.0020"), D("67470.8"), D(-3), D("31.20"), D("0.27"), NOW_MS - 840_000, 2)
        await play.publish(position=held)
        assert ("0.0020" in lit(play)) is (chosen == {"display.flash": "yes", "display.refresh": "4"})
        await play.pass_time(1)
        assert lit(play) == ""
