"""Where the market comes from, and what a gap in it asks for."""

from __future__ import annotations

from decimal import Decimal

from tests.support.market import candles, settings
from tests.support.venue import Venue
from tui_bot.engine.actions import ReadAccount, ReadRules
from tui_bot.engine.events import (
    AccountReported,
    AccountUnread,
    FeedSource,
    Reconnected,
    Ticked,
)
from tui_bot.engine.guards import Reading, standing
from tui_bot.engine.news import (
    BookMoved,
    RulesOutdated,
)
from tui_bot.engine.records import Note
from tui_bot.engine.view import View
from tui_bot.market.book import Book


def venue() -> Venue:
    venue = Venue(settings(), history=tuple(candles([Decimal(60_000)] * 30)))
    venue.start()
    venue.quote(Decimal(60_000))
    return venue


def agreement(venue: Venue) -> Reading:
    (found,) = [one for one in standing(venue.bot.state.circumstances()) if one.name == "agreement"]
    return found


def test_the_source_is_shown_and_its_change_noted() -> None:
    at = venue()
    view = View(at.bot.state, "demo", 1.0)
    assert view.snapshot().feed.source == "poll"
    at.play(FeedSource(at.now_ms, "push", "the live stream is on"))
    assert view.snapshot().feed.source == "push"
    at.play(FeedSource(at.now_ms, "poll", "the live stream is silent"))
    assert view.snapshot().feed.source == "poll"
    notes = [(body.level, body.text) for body in at.kept if isinstance(body, Note)]
    assert notes[-2:] == [("info", "the live stream is on"), ("warning", "the live stream is silent")]


def test_after_a_gap_nothing_is_opened_until_the_account_is_read() -> None:
    at = venue()
    at.deaf = True
    older = at.account()
    at.now_ms += 1000
    actions = at.bot.handle(Reconnected(at.now_ms))
    assert any(isinstance(action, ReadAccount) for action in actions)
    assert not agreement(at).ok
    assert "not read yet" in agreement(at).sentence
    at.play(AccountReported(at.now_ms, older))
    at.play(AccountUnread(at.now_ms, "timeout"))
    assert not agreement(at).ok
    at.play(AccountReported(at.now_ms, at.account()))
    assert agreement(at).ok


def test_an_account_that_stays_unread_is_asked_for_again_soon() -> None:
    at = venue()
    at.deaf = True
    at.bot.handle(Reconnected(at.now_ms))
    limits = at.bot.state.settings.limits
    asked = 0
    for _ in range(100):
        at.now_ms += 1000
        asked += sum(isinstance(action, ReadAccount) for action in at.bot.handle(Ticked(at.now_ms)))
    assert asked >= 100_000 // (limits.look_up_every_ms * 10) - 1


def test_the_book_is_shown_until_it_is_not_known() -> None:
    at = venue()
    view = View(at.bot.state, "demo", 1.0)
    book = Book(((Decimal(1), Decimal(1)),), ((Decimal(2), Decimal(1)),), at.now_ms)
    at.play(BookMoved(at.now_ms, book))
    assert view.snapshot().book is book
    circumstances = view.snapshot().circumstances
    assert circumstances is not None
    assert circumstances.book is book
    at.play(BookMoved(at.now_ms, None))
    assert view.snapshot().book is None


def test_f76_rules_that_changed_are_read() -> None:
    at = venue()
    assert any(isinstance(action, ReadRules) for action in at.bot.handle(RulesOutdated(at.now_ms)))
