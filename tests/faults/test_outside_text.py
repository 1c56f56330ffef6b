"""Group J: text from outside, the terminal, secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.story import Story, tell

EVIL = {
    "ESC": "EGeneral:\x1b[2J\x1b]0;owned\x07\x9b31m",
    "MARKUP": "EGeneral:[@click=app.quit]yes[/] [bold red]x[/not",
    "BIDI": "EGeneral:\u202e\u2066evil\u2069\u200b",
}
#: What no screen and no line of the log may hold.
STEERING = {*map(chr, range(32)), *map(chr, range(127, 160)), *"\u200b\u202e\u2066\u2069"} - {"\n"}


def refused_with(place: Path, text: str) -> Story:
    """An order and some reads of the market are refused in these words."""

    async def course(story: Story) -> None:
        await story.ready()
        story.strike("ERR", on="AddOrder", text=text)
        await story.until(lambda: story.sent("AddOrder") > 0)
        story.strike("ERR", on="Ticker", text=text, count=3)
        story.strike("ERR", on="OHLC", text=text, count=3)
        await story.passes(20)
        story.look()
        await story.until_settled(900)

    return tell(place, course)


def drawn(story: Story) -> str:
    """All that a person saw."""
    return "\n".join(story.screens())


@pytest.mark.parametrize("kind", sorted(EVIL))
def test_f108_what_steers_a_terminal_is_made_visible(kind: str, place: Path) -> None:
    """And what reverses or hides parts of a text (F113)."""
    story = refused_with(place, EVIL[kind])
    assert "EGeneral:" in story.log
    assert not STEERING & set(drawn(story))
    assert not STEERING & set(story.log)


def test_f109_markup_of_the_exchange_is_shown_as_it_is(place: Path) -> None:
    story = refused_with(place, EVIL["MARKUP"])
    assert "[@click=app.quit]" in story.log + drawn(story)
    assert story.sent("AddOrder") == 1


@pytest.mark.parametrize("kind", ["ESC_TEXT", "MARKUP_TEXT", "BIDI"])
def test_f108_an_answer_full_of_it_is_no_answer(kind: str, place: Path) -> None:
    async def course(story: Story) -> None:
        await story.ready()
        story.strike("BODY", on="AddOrder", kind=kind)
        story.strike("BODY", on="SystemStatus", kind=kind)
        await story.until_settled(900)

    story = tell(place, course)
    assert len(story.orders) == story.sent("AddOrder") == 1
    assert story.held == story.now.position.size > 0
    assert not STEERING & set(drawn(story) + story.log)


def test_f112_neither_key_nor_secret_is_kept_or_shown(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    async def course(story: Story) -> None:
        await story.ready()
        story.strike("HTTP", on="AddOrder", code=520, body="cf_html", applied=True)
        story.strike("ERR", on="OpenOrders", text="EAPI:Invalid key")
        await story.passes(600)

    story = tell(place, course)
    key = story.world.box.key
    journal = b"".join(path.read_bytes() for path in story.world.disk.folder.glob("journal.sqlite*"))
    told = drawn(story) + story.log + caplog.text + repr(story.life.exchange)
    for secret in (key.key, key.secret):
        assert secret not in told
        assert secret.encode() not in journal
