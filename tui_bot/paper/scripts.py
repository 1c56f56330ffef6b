"""Fault scripts as text: YAML, of which JSON is a part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tui_bot.paper.faults import Rule, ScriptError, read_script

_LARGEST = 256 * 1024


def read_file(path: Path) -> list[Rule]:
    """The rules in a file. Raises ScriptError."""
    try:
        return read_script(parse(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{path}: {getattr(error, 'strerror', None) or 'not text'}") from None
    except ScriptError as error:
        raise ScriptError(f"{path}: {error}") from None


def parse(text: str) -> Any:
    """Plain values of JSON or YAML. Raises ScriptError."""
    if len(text) > _LARGEST:
        raise ScriptError(f"larger than {_LARGEST // 1024} KiB")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _yaml(text)


def _yaml(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ScriptError(f"{line}{error.problem}; a fault script is YAML or JSON") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise ScriptError(f"{error}; a fault script is YAML or JSON") from None
