"""The report as one file for a browser: no script, no network, light and dark."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from itertools import islice

from tui_bot.backtest.history import History
from tui_bot.backtest.report import words
from tui_bot.backtest.report.facts import Fact, money_facts, setting, title, trade_facts, verdict
from tui_bot.backtest.report.rows import summary
from tui_bot.backtest.report.svg import drawing
from tui_bot.backtest.report.thin import curve
from tui_bot.backtest.result import Result, Trade
from tui_bot.backtest.statistics import Statistics
from tui_bot.sanitise import sanitise

#: A browser grows slow beyond; the table of ``--csv`` has them all.
MOST_TRADES = 5000
_POINTS = 1600

_STYLE = """
:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2128, #c8d0da); --dim: light-dark(#5d6775, #8fa1b5);
  --ground: light-dark(#fbfaf7, #0d1117); --rule: light-dark(#d8d4c8, #2a3340);
  --good: light-dark(#1a7f37, #4cc38a); --bad: light-dark(#b3261e, #f0716b);
  --line: light-dark(#0b5cad, #58a6ff);
}
body {
  background: var(--ground); color: var(--ink); max-width: 68rem; margin: 2rem auto; padding: 0 1rem;
  font: 14px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, monospace;
}
h1 { font-size: 1.2rem; margin: 0; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--rule); }
.dim, dd small, svg text { color: var(--dim); fill: var(--dim); }
.verdict { font-weight: bold; margin: 1rem 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 0 2rem; }
dl { display: grid; grid-template-columns: 10rem 1fr; margin: 0; align-content: start; }
dt { color: var(--dim); white-space: pre; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.good { color: var(--good); }
.bad { color: var(--bad); }
svg { width: 100%; height: auto; font-size: 11px; }
svg line { stroke: var(--rule); }
polyline { fill: none; stroke: var(--line); stroke-width: 1.5; }
polygon { fill: var(--bad); fill-opacity: .25; stroke: var(--bad); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .1rem .6rem; border-bottom: 1px solid var(--rule); }
th:nth-child(-n+3), td:nth-child(-n+3) { text-align: left; }
th { color: var(--dim); font-weight: normal; }
"""


def page(history: History, result: Result, figures: Statistics) -> str:
    """The whole file."""
    heading = _text(title(history, result))
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{heading}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{heading}</h1>",
            f'<p class="dim">{_text(setting(result))}</p>',
            *(f'<p class="dim">note: {_text(note)}</p>' for note in result.notes),
            f'<p class="verdict">{_text(verdict(result, figures))}</p>',
            '<div class="figures">',
            _list(money_facts(result, figures)),
            _list(trade_facts(figures)),
            "</div>",
            *_charts(history, result),
            *_trades(result),
            f'<script type="application/json" id="report">{_data(history, result, figures)}</script>',
            "</body></html>\n",
        ]
    )


def _list(facts: Iterable[Fact]) -> str:
    rows = (
        f"<dt>{_text(fact.name)}</dt>"
        f'<dd class="{fact.tone}">{_text(fact.value)} <small>{_text(fact.more)}</small></dd>'
        for fact in facts
    )
    return f"<dl>{''.join(rows)}</dl>"


def _charts(history: History, result: Result) -> list[str]:
    if len(history) < 2:
        return []
    points = curve(history, result, _POINTS)
    equity = drawing("equity", points.time, points.equity, lambda value: _text(f"{value:,.0f}"), height=280)
    fall = drawing("drawdown", points.time, points.fall, words.percent, height=140, filled=True)
    return ["<h2>equity</h2>", equity, "<h2>drawdown</h2>", fall]


def _trades(result: Result) -> list[str]:
    count = len(result.trades)
    if not count:
        return []
    skipped = max(count - MOST_TRADES, 0)
    heading = f"the newest {MOST_TRADES:,} of {count:,} trades" if skipped else f"{count:,} trades"
    names = ("entered (UTC)", "left", "side", "volume", "entry", "exit", "fees", "net")
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = (_trade(trade) for trade in islice(result.each(), skipped, None))
    return [f"<h2>{heading}</h2>", f"<table><tr>{head}</tr>", *rows, "</table>"]


def _trade(trade: Trade) -> str:
    tone = "good" if trade.net > 0 else "bad" if trade.net < 0 else ""
    cells = (
        words.minute(trade.entered),
        "open" if trade.left is None else words.minute(trade.left),
        "long" if trade.side.sign > 0 else "short",
        f"{trade.volume:f}",
        f"{trade.entry:,f}",
        "" if trade.exit is None else f"{trade.exit:,f}",
        f"{trade.fees:,f}",
    )
    net = f'<td class="{tone}">{words.change(trade.net)}</td>'
    return f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in cells)}{net}</tr>"


def _data(history: History, result: Result, figures: Statistics) -> str:
    # "<" is the only sign by which text could leave the element.
    return json.dumps(summary(history, result, figures)).replace("<", "\\u003c")


def _text(text: str) -> str:
    return escape(sanitise(text, 400))
