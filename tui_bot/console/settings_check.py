"""What is wrong with changed settings, as the settings form tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui_bot.sanitise import sanitise


def check_changes(
    known: Mapping[str, str], changes: Mapping[str, str], caps: tuple[Mapping[str, str], str] = ({}, "")
) -> Sequence[tuple[str, str]]:
    """Check the changes beside the settings in effect, and against the hard caps."""
    from tui_bot.config import ConfigError, capped, check_values, settings_of

    try:
        current = settings_of(known)
    except ConfigError:
        problems = check_values({**known, **changes})
    else:
        problems = check_values(changes, current) or capped({**known, **changes}, *caps)
    return [
        (problem.path, sanitise(f"{problem.text}; {problem.remedy}" if problem.remedy else problem.text))
        for problem in problems
    ]


def by_setting(found: Sequence[tuple[str, str]]) -> dict[str, str]:
    """All that is wrong with a setting as one sentence; a row of a table belongs to its setting."""
    faulty: dict[str, str] = {}
    for path, text in found:
        _, _, rest = path.partition("ui.keys.")
        name, said = (path, text) if not rest else ("ui.keys", f"{rest}: {text}")
        faulty[name] = f"{faulty[name]} · {said}" if name in faulty else said
    return faulty
