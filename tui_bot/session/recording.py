"""A recorded run found, read, and laid out in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui_bot.config.check import digest_of, settings_of, values_of
from tui_bot.config.file import Loaded
from tui_bot.config.problem import ConfigError
from tui_bot.config.schema import Settings
from tui_bot.engine.handle import LaunchError
from tui_bot.engine.ports import JournalError
from tui_bot.engine.records import DecisionMade, Record, SettingsChanged
from tui_bot.engine.settings import BotSettings
from tui_bot.journal.recorded import Recorded, UnusableError, read_recorded
from tui_bot.market.candle import Candle
from tui_bot.replay.film import Film, Reel
from tui_bot.replay.tape import Era, Tape, learnt_at, tape_of
from tui_bot.session.translate import bot_settings

FAILED, USAGE = 1, 2

NAME = "journal.sqlite"
MODES = ("demo", "paper", "replay", "live")

#: (path, text) of settings to what the engine makes of them. Raises ConfigError.
Translate = Callable[[Mapping[str, str]], BotSettings]


def find_journal(place: Path) -> Path:
    """The journal at ``place``: itself, or the one in a state folder. Raises LaunchError."""
    if not place.is_dir():
        return place
    found = [
        folder / NAME for folder in (place, *(place / mode for mode in MODES)) if (folder / NAME).exists()
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise LaunchError(f"no {NAME} in {place}: name one, or the state folder of a bot that has run", USAGE)
    names = ", ".join(str(path) for path in found)
    raise LaunchError(f"several journals in {place}: name one of {names}", USAGE)


def open_tape(path: Path, own: Settings, part: int | None = None) -> Tape:
    """The recording at ``path``; where it names no settings, ``own`` are taken for them.

    A file can hold several stretches: another market, or a clock that was set back. ``part`` chooses one,
    counted from 1; None is the last. Raises LaunchError.
    """
    journal = find_journal(path)
    try:
        recorded = read_recorded(journal)
    except UnusableError as error:
        raise LaunchError(str(error), USAGE) from None
    except JournalError as error:
        raise LaunchError(str(error), FAILED) from None
    stretches = _stretches(recorded)
    number = len(stretches) if part is None else part
    if number > len(stretches):
        raise LaunchError(f"the file holds {len(stretches)} part(s), not {number} ({journal})", USAGE)
    return _tape(journal, recorded, stretches[number - 1], own, (number, len(stretches)))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Runs of one market whose time goes on: run to the Unix ms at which it was first and last heard of."""

    pair: str
    interval: int
    spans: dict[int, tuple[int, int]]

    @property
    def begin_ms(self) -> int:
        """When it begins."""
        return next(iter(self.spans.values()))[0]

    @property
    def end_ms(self) -> int:
        """When it ends."""
        return max(last for _, last in self.spans.values())


def _stretches(recorded: Recorded) -> list[_Stretch]:
    heard: dict[int, tuple[int, int]] = {}
    for run, at_ms in recorded.heard():
        first, last = heard.get(run, (at_ms, at_ms))
        heard[run] = first, max(last, at_ms)
    stretches: list[_Stretch] = []
    for row in recorded.runs:
        if row.run not in heard:
            continue
        first, last = heard[row.run]
        before = stretches[-1] if stretches else None
        same = before is not None and (before.pair, before.interval) == (row.pair, row.interval)
        if before is not None and same and first >= before.end_ms - row.interval * 1000:
            before.spans[row.run] = max(first, before.end_ms), max(last, before.end_ms)
        else:
            stretches.append(_Stretch(row.pair, row.interval, {row.run: (first, last)}))
    return stretches


def _tape(path: Path, recorded: Recorded, stretch: _Stretch, own: Settings, part: tuple[int, int]) -> Tape:
    spans = stretch.spans
    records = [record for run, record in recorded.entries if run in spans]
    film = Film([Reel(one.first_ms, one.last_ms, one.load) for run, one in recorded.reels if run in spans])
    earlier = [record for run, record in recorded.entries if run < min(spans)]
    texts = _texts_before(earlier, own) | _texts_of_market(stretch, records)
    eras = _eras(stretch.begin_ms, texts, records)
    newest = film.at(stretch.end_ms)
    mode = path.parent.name if path.parent.name in MODES else dict(eras[-1].values)["mode"]
    return tape_of(
        path.name,
        newest.mode if newest else mode,
        records,
        learnt_at(_candles(recorded, stretch), records, stretch.interval),
        film,
        tuple(spans.values()),
        eras,
        part,
    )


def _candles(recorded: Recorded, stretch: _Stretch) -> list[tuple[int, Candle]]:
    """What was known of the market up to the last of the runs; of two rows of one candle the later counts."""
    market, last = f"{stretch.pair} {stretch.interval}", max(stretch.spans)
    known: dict[int, tuple[int, Candle]] = {}
    for run, named, candle in recorded.candles:
        if named == market and run <= last:
            start, _ = stretch.spans.get(run, (stretch.begin_ms, 0))
            known[candle.begin] = start, candle
    return list(known.values())


def _texts_before(records: Sequence[Record], own: Settings) -> dict[str, str]:
    """The settings as the entries before told them, the person's own where they told nothing."""
    texts = dict(values_of(own))
    for record in records:
        if isinstance(record.body, SettingsChanged):
            texts |= _told(record.body)
    return texts


def _texts_of_market(stretch: _Stretch, records: Sequence[Record]) -> dict[str, str]:
    """What the entries show of the settings without naming them."""
    shown = {"pair": stretch.pair, "interval": str(stretch.interval // 60)}
    made = next((record.body for record in records if isinstance(record.body, DecisionMade)), None)
    return shown | ({"strategy.period": str(made.decision.period)} if made else {})


def _told(changed: SettingsChanged) -> dict[str, str]:
    return dict(changed.values) or {change.name: change.after for change in changed.changes}


def _eras(begin_ms: int, texts: dict[str, str], records: Sequence[Record]) -> list[Era]:
    """The settings of the beginning and each time they changed."""
    eras = [Era(begin_ms, translate(texts), tuple(texts.items()))]
    for record in records:
        if isinstance(record.body, SettingsChanged):
            texts = texts | _told(record.body)
            eras.append(Era(record.at_ms, translate(texts), tuple(texts.items())))
    return eras


def translate(texts: Mapping[str, str]) -> BotSettings:
    """The engine's settings of these texts; the defaults where they make none."""
    try:
        return checked_translate(texts)
    except ConfigError:
        return checked_translate({name: texts[name] for name in ("pair", "interval") if name in texts})


def checked_translate(texts: Mapping[str, str]) -> BotSettings:
    """The engine's settings of these texts at a recorded second a second. Raises ConfigError."""
    settings = settings_of(texts)
    return bot_settings(Loaded(settings, Path(), "", digest_of(settings)), 1.0)
