"""The forms of the report: one set of numbers, no control signs, nothing wider than the terminal."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.backtest.runs import history_of, run
from tui_bot.backtest.history import History
from tui_bot.backtest.report import words
from tui_bot.backtest.report.facts import money_facts, trade_facts, verdict
from tui_bot.backtest.report.page import MOST_TRADES, page
from tui_bot.backtest.report.rows import COLUMNS, summary, write_trades
from tui_bot.backtest.report.text import report
from tui_bot.backtest.report.thin import curve
from tui_bot.backtest.result import Result
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.statistics import Statistics, statistics

D = Decimal


def walk(count: int, seed: int = 5) -> History:
    dice = np.random.default_rng(seed)
    return history_of((600_000 + np.cumsum(dice.integers(-400, 401, count))).tolist())


def made(count: int = 5000, period: int = 20) -> tuple[History, Result, Statistics]:
    history = walk(count)
    result = run(history, Rule(period))
    return history, result, statistics(history, result)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (160, 48), (40, 10)], ids=str)
def test_the_report_fits_its_terminal(size: tuple[int, int]) -> None:
    shown = report(*made(), size, colour=False, chart=True)
    lines = shown.splitlines()
    assert max(map(len, lines)) <= size[0]
    assert "\x1b" not in shown
    if size[0] >= 80:
        assert len(lines) < size[1]  # the line of the shell that follows pushes nothing off
        assert "equity" in shown
        assert "drawdown" in shown


def test_colour_only_where_it_is_asked_for() -> None:
    assert "\x1b[31m" in report(*made(), (80, 24), colour=True, chart=False)


def test_every_form_says_the_same_numbers() -> None:
    history, result, figures = made()
    facts = (*money_facts(result, figures), *trade_facts(figures))
    text = report(history, result, figures, (160, 48), colour=False, chart=False)
    html = page(history, result, figures)
    for fact in facts:
        assert fact.value in text, fact
        assert f">{fact.value} <small>" in html, fact
    told = json.loads(json.dumps(summary(history, result, figures)))
    assert told["statistics"]["net"] == f"{figures.net:f}"
    assert words.change(D(told["statistics"]["net"])) == facts[0].value
    inside = re.search(r'<script type="application/json" id="report">(.*?)</script>', html)
    assert inside is not None
    assert json.loads(inside.group(1)) == told
    assert verdict(result, figures) in text
    assert verdict(result, figures) in html.replace("&#x27;", "'")


def test_the_table_holds_every_trade_to_the_last_digit() -> None:
    _history, result, figures = made()
    file = io.StringIO()
    write_trades(result, file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(result.trades)
    assert sum(D(row["net"]) for row in rows) == figures.net
    assert sum(D(row["fees"]) for row in rows) == figures.fees
    assert rows[-1]["left"] == "" or not figures.open


class Strict(HTMLParser):
    """Elements that are opened and closed in order; what would be fetched from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_for_nothing() -> None:
    parser = Strict()
    html = page(*made())
    parser.feed(html)
    assert not parser.open
    assert not parser.links
    assert not re.search(r"https?:|@import|url\(", html)


def test_a_page_of_many_trades_says_how_many_it_leaves_out() -> None:
    history = history_of([1000, 1010, 1020, 1010] * 6000)
    result = run(history, Rule(3))
    assert len(result.trades) > MOST_TRADES
    html = page(history, result, statistics(history, result))
    assert f"the newest {MOST_TRADES:,} of {len(result.trades):,} trades" in html
    assert html.count("<tr>") == MOST_TRADES + 1


def test_a_hostile_name_stays_text() -> None:
    history, result, figures = made(300)
    evil = "</script><img src=x>\x1b[31m"
    html = page(replace(history, name=evil), replace(result, pair=evil, notes=(evil,)), figures)
    parser = Strict()
    parser.feed(html)
    assert not parser.links
    assert "\x1b" not in html
    shown = report(history, replace(result, notes=(evil,)), figures, (80, 24), colour=False, chart=False)
    assert "\x1b" not in shown


def test_nothing_traded_is_said_and_not_drawn() -> None:
    history = history_of([1000] * 50)
    result = run(history, Rule(5))
    shown = report(history, result, statistics(history, result), (80, 40), colour=False, chart=True)
    assert "Nothing was traded" in shown
    assert "equity" not in shown


@given(st.integers(2, 400), st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_a_curve_made_thin_keeps_its_ends_its_peak_and_its_bottom(count: int, points: int, seed: int) -> None:
    history = history_of([1000] * count)
    marks = np.random.default_rng(seed).integers(1, 10_000, count)
    result = replace(run(history, Rule(5)), equity=marks, start=5000)
    thin = curve(history, result, points)
    money = float(result.terms.money)
    assert len(thin.time) <= max(count if count <= points else 0, points + 3)
    assert (np.diff(thin.time) > 0).all()
    assert thin.equity[0] == pytest.approx(marks[0] * money)
    assert thin.equity[-1] == pytest.approx(marks[-1] * money)
    assert thin.equity.max() == pytest.approx(marks.max() * money)
    assert thin.equity.min() == pytest.approx(marks.min() * money)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (words.change(D("1234.567")), "+1,234.57"),
        (words.change(D("-0.004")), "0.00"),
        (words.amount(D("-12.5")), "−12.50"),
        (words.percent(-0.12345), "−12.35%"),
        (words.percent(None), "?"),
        (words.span(59), "59s"),
        (words.span(3600), "1h"),
        (words.span(90_061), "1d 1h"),
        (words.ratio(-1.5), "−1.50"),
        (words.minute(0), "1970-01-01 00:00"),
        (words.interval(3600), "1h"),
    ],
)
def test_words(said: str, wanted: str) -> None:
    assert said == wanted
