"""A sweep on a plain terminal: the best cells, a map of all, and what to think of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tui_bot.backtest.report import words
from tui_bot.backtest.rule import Rule
from tui_bot.backtest.sweep.grid import Grid
from tui_bot.backtest.sweep.judgement import Step, net_of, told
from tui_bot.backtest.sweep.outcome import Outcome

_SHADES = " ░▒▓█"
_HEADINGS = ("period", "min slope", "ties", "trades", "won", "net", "gross", "fees", "fall")


def best_table(outcomes: Sequence[Outcome], after: dict[Rule, Outcome] | None, count: int) -> str:
    """The best cells, with what they came to on the candles they were not chosen by, where there are any."""
    heading = _HEADINGS if after is None else (*_HEADINGS, "net after")
    rows = [heading]
    for one in told(outcomes)[:count]:
        won = words.percent(one.won / one.trades, 1) if one.trades else words.UNKNOWN
        row = (
            str(one.rule.period),
            f"{one.rule.min_slope.normalize():f}",
            one.rule.ties.value,
            f"{one.trades:,}",
            won,
            words.change(one.net),
            words.change(one.gross),
            words.amount(one.fees),
            words.amount(-one.fall),
        )
        later = (words.change(after[one.rule].net),) if after and one.rule in after else ()
        rows.append((*row, *later) if after is not None else row)
    return _table(rows)


def steps_table(steps: Sequence[Step]) -> str:
    """Walking forward, step by step, and what it came to."""
    rows = [("from", "to", "period", "min slope", "ties", "net before", "net")]
    rows += [
        (
            words.day(step.begin),
            words.day(step.end - 1),
            str(step.rule.period),
            f"{step.rule.min_slope.normalize():f}",
            step.rule.ties.value,
            words.change(step.before),
            words.change(step.outcome.net),
        )
        for step in steps
    ]
    return _table(rows) + f"walking forward came to {words.change(net_of(steps))}\n"


def heat_map(grid: Grid, outcomes: Sequence[Outcome], width: int) -> str:
    """Net of each cell as a shade, one map for each kind of ties: periods across, minimal slopes down.

    Where there are more periods than columns, a column shows the best of its periods. The best cell is ``◆``.
    """
    ranked = told(outcomes)
    if not ranked:
        return ""
    net, best = {one.rule: one.net for one in ranked}, ranked[0]
    low, high = ranked[-1].net, best.net
    label = max(len(f"{slope.normalize():f}") for slope in grid.min_slopes) + 2
    groups = _groups(grid.periods, max(width - label - 1, 8))
    lines = [f"net: {_SHADES[1]} {words.change(low)} … {_SHADES[-1]} {words.change(high)}   ◆ best   · none"]
    for ties in grid.ties:
        if len(grid.ties) > 1:
            lines.append(f"ties {ties.value}")
        for slope in grid.min_slopes:
            signs = "".join(
                _sign([Rule(one, slope, ties) for one in group], net, low, high, best.rule)
                for group in groups
            )
            lines.append(f"{f'{slope.normalize():f}':>{label - 1}} {signs}")
    first, last = str(grid.periods[0]), str(grid.periods[-1])
    lines.append(" " * label + first + last.rjust(max(len(groups) - len(first), len(last) + 1)) + "  period")
    return "\n".join(lines) + "\n"


def _groups(periods: Sequence[int], columns: int) -> list[Sequence[int]]:
    size = -(-len(periods) // columns)
    return [periods[start : start + size] for start in range(0, len(periods), size)]


def _sign(rules: Sequence[Rule], net: dict[Rule, Decimal], low: Decimal, high: Decimal, best: Rule) -> str:
    if best in rules:
        return "◆"
    known = [net[rule] for rule in rules if rule in net]
    if not known:
        return "·"
    share = (max(known) - low) / (high - low) if high > low else Decimal(1)
    return _SHADES[1 + min(int(share * 4), 3)]


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line}\n" for line in lines)
