"""The rule against plain means in fractions, and the thresholds against what later closes do."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.support.market import MINUTE, candle, candles
from tui_bot.market.candle import Candle, CandleSeries
from tui_bot.strategy.decision import Verdict
from tui_bot.strategy.sma_slope import SmaSlope, Ties

# Few prices, so that ties are common.
ticks = st.integers(600, 612).map(lambda tick: Decimal(tick).scaleb(-1))
walks = st.lists(ticks, min_size=2, max_size=60)
periods = st.integers(2, 9)
bands = st.sampled_from([Decimal(0), Decimal("0.05"), Decimal("0.1")])
rules = st.builds(SmaSlope, periods, bands, st.sampled_from(list(Ties)))
TICK = Decimal("0.1")


def means(closes: list[Decimal], period: int) -> list[Fraction]:
    """Every mean of the last ``period`` closes, oldest first."""
    return [
        sum((Fraction(close) for close in closes[end - period : end]), Fraction(0)) / period
        for end in range(period, len(closes) + 1)
    ]


def way(step: Fraction, band: Decimal) -> int:
    return (step > Fraction(band)) - (step < -Fraction(band))


def directions(closes: list[Decimal], rule: SmaSlope) -> list[int]:
    line = means(closes, rule.period)
    return [way(after - before, rule.min_slope) for before, after in itertools.pairwise(line)]


def naive(closes: list[Decimal], rule: SmaSlope) -> Verdict:
    """The rule from its words: the newest step against the step before, or the last that had a direction."""
    steps = directions(closes, rule)
    if len(steps) < 2:
        return Verdict.NONE
    *past, now = steps
    if rule.ties is Ties.CARRY:
        past = [0, *(step for step in past if step)]
    before = past[-1]
    if now > 0 > before:
        return Verdict.BUY
    return Verdict.SELL if now < 0 < before else Verdict.NONE


def judged(closes: list[Decimal], rule: SmaSlope) -> Verdict:
    return rule.decide(candles(closes)).verdict


@given(walks, periods)
def test_the_sign_of_a_step_is_the_sign_of_one_comparison(closes: list[Decimal], period: int) -> None:
    line = means(closes, period)
    for end, (before, after) in enumerate(itertools.pairwise(line), period):
        assert way(after - before, Decimal(0)) == way(
            Fraction(closes[end]) - Fraction(closes[end - period]), Decimal(0)
        )


@given(walks, rules)
def test_every_verdict_is_that_of_the_plain_means(closes: list[Decimal], rule: SmaSlope) -> None:
    assert judged(closes, rule) is naive(closes, rule)


@given(walks, rules)
def test_sums_and_slopes_are_exact(closes: list[Decimal], rule: SmaSlope) -> None:
    decision = rule.decide(candles(closes))
    if len(closes) < rule.warmup:
        assert decision.sums == ()
        return
    wanted = means(closes, rule.period)[-3:]
    assert [Fraction(total) / rule.period for total in decision.sums] == wanted
    steps = [Fraction(step) / rule.period for step in decision.slopes]
    assert steps == [after - before for before, after in itertools.pairwise(wanted)]


@given(walks, periods)
def test_the_strict_rule_is_the_example_s(closes: list[Decimal], period: int) -> None:
    line = means(closes, period)
    verdict = judged(closes, SmaSlope(period))
    if len(line) < 3:
        assert verdict is Verdict.NONE
        return
    s2, s1, s0 = line[-3:]
    assert (verdict is Verdict.BUY) == (s0 > s1 and s1 < s2)
    assert (verdict is Verdict.SELL) == (s0 < s1 and s1 > s2)


@given(walks, periods, bands)
def test_carry_verdicts_alternate_and_tell_every_change_of_direction(
    closes: list[Decimal], period: int, band: Decimal
) -> None:
    rule = SmaSlope(period, band, Ties.CARRY)
    told = [judged(closes[:end], rule) for end in range(1, len(closes) + 1)]
    turns = [verdict for verdict in told if verdict is not Verdict.NONE]
    moving = [step for step in directions(closes, rule) if step]
    changes = [now for before, now in itertools.pairwise(moving) if now != before]
    assert [1 if verdict is Verdict.BUY else -1 for verdict in turns] == changes
    assert all(now is not before for before, now in itertools.pairwise(turns))


@given(walks, rules)
def test_without_a_flat_step_both_ways_with_ties_agree(closes: list[Decimal], rule: SmaSlope) -> None:
    if 0 not in directions(closes, rule):
        strict, carry = (SmaSlope(rule.period, rule.min_slope, ties) for ties in Ties)
        assert judged(closes, strict) is judged(closes, carry)


@given(walks, rules)
def test_only_a_close_strictly_beyond_the_threshold_turns(closes: list[Decimal], rule: SmaSlope) -> None:
    outlook = rule.outlook(candles(closes))
    if outlook.next is None:
        around = {close + off for close in closes for off in (-TICK, Decimal(0), TICK)}
        assert len(closes) <= rule.period or all(
            judged([*closes, close], rule) is Verdict.NONE for close in around
        )
        return
    beyond = TICK if outlook.next.verdict is Verdict.BUY else -TICK
    price = outlook.next.price
    assert judged([*closes, price + beyond], rule) is outlook.next.verdict
    assert judged([*closes, price], rule) is Verdict.NONE
    assert judged([*closes, price - beyond], rule) is Verdict.NONE


@given(walks, periods, bands)
def test_the_ladder_is_what_the_later_thresholds_will_be(
    closes: list[Decimal], period: int, band: Decimal
) -> None:
    for ties in Ties:
        rule = SmaSlope(period, band, ties)
        outlook = rule.outlook(candles(closes))
        if outlook.next is None:
            continue
        assert len(outlook.ladder) == period - 1
        grown = list(closes)
        # Closes that keep the slope going, so that the condition of the ladder holds.
        onward = Decimal(-1) if outlook.next.verdict is Verdict.BUY else Decimal(1)
        for promised in (outlook.next, *outlook.ladder):
            now = rule.outlook(candles(grown)).next
            assert now == promised
            grown.append(grown[-period] + onward * (1 + band * period))


@given(walks, rules, st.lists(st.tuples(st.integers(1, 3), ticks), max_size=5))
def test_f47_the_forming_candle_never_changes_a_decision(
    closes: list[Decimal], rule: SmaSlope, running: list[tuple[int, Decimal]]
) -> None:
    series = CandleSeries(MINUTE)
    series.extend(candles(closes))
    before = rule.decide(series.closed), rule.outlook(series.closed)
    for ahead, close in running:
        series.form(candle(len(closes) - 1 + ahead, close))
    assert (rule.decide(series.closed), rule.outlook(series.closed)) == before


@given(walks, rules)
def test_the_line_is_the_plain_mean_at_each_candle(closes: list[Decimal], rule: SmaSlope) -> None:
    line = rule.line(candles(closes))
    wanted = means(closes, rule.period)
    assert len(line) == len(closes)
    assert list(line[: len(line) - len(wanted)]) == [None] * (len(closes) - len(wanted))
    for ours, theirs in zip(line[len(line) - len(wanted) :], wanted, strict=True):
        assert ours is not None
        assert abs(Fraction(ours) - theirs) < Fraction(1, 10**20)


@given(st.lists(ticks, min_size=30, max_size=60), rules, st.integers(0, 20))
def test_only_the_window_decides_where_ties_are_strict(
    closes: list[Decimal], rule: SmaSlope, dropped: int
) -> None:
    whole: list[Candle] = candles(closes)
    strict = SmaSlope(rule.period, rule.min_slope, Ties.STRICT)
    if len(closes) - dropped >= strict.warmup:
        assert strict.decide(whole) == strict.decide(whole[dropped:])
