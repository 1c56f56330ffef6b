"""What is wrong with a config, worded so that the next step is plain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. ``line`` counts from 1 and is None when no line is to blame; ``path`` may be empty."""

    line: int | None
    path: str
    text: str
    remedy: str

    @property
    def sentence(self) -> str:
        """``strategy.period: 1 is below 2; use 2 to 700``."""
        head = f"{self.path}: " if self.path else ""
        return f"{head}{self.text}; {self.remedy}" if self.remedy else f"{head}{self.text}"


class ConfigError(Exception):
    """A config cannot be used or saved; ``str`` lists every fault, one line each, safe to show."""

    def __init__(self, problems: Iterable[Problem], name: str = "config.yaml") -> None:
        self.problems = tuple(problems)
        self.name = name
        super().__init__("\n".join(self._line(problem) for problem in self.problems))

    def _line(self, problem: Problem) -> str:
        where = f" line {problem.line}" if problem.line else ""
        return f"{self.name}{where}: {problem.sentence}"
