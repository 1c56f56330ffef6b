"""The config file: found, loaded, edited in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from tui_bot.config import disk
from tui_bot.config.caps import NAME as CAPS_NAME
from tui_bot.config.caps import NO_CAPS, Caps, caps_beside, texts_of
from tui_bot.config.check import digest_of, raised_caps, settings_of, values_of
from tui_bot.config.field import SECTIONS
from tui_bot.config.problem import ConfigError, Problem
from tui_bot.config.schema import Settings
from tui_bot.config.yaml_edit import edit
from tui_bot.config.yaml_text import LARGEST_FILE, read

NAME = "config.yaml"

#: What may be left empty, and the setting that may have its rows on lines of their own.
_NAMES = frozenset({*SECTIONS, "ui.keys"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings and the text they came from.

    ``path`` is where ``save`` writes; ``on_disk`` is False while it does not exist yet and the
    text is the packaged default. ``digest`` names the settings, not their comments. ``caps`` are those of
    the start: what raises them counts from the next one.
    """

    settings: Settings
    path: Path
    text: str
    digest: str
    on_disk: bool = True
    caps: Caps = NO_CAPS


def find(explicit: Path | None = None) -> Path | None:
    """The config file to use: the one named, else ./config.yaml, else the user's; None if there is none.

    A ./config.yaml as it was shipped, as in a clone of the source, is nobody's: nothing is written there.
    """
    if explicit is not None:
        return explicit
    here = Path(NAME)
    own = () if _is_as_shipped(here) else (here,)
    return next((path for path in (*own, user_path()) if path.exists()), None)


def user_path() -> Path:
    """Where this user's config file is, or will be."""
    return platformdirs.user_config_path("tui-bot") / NAME


def default_text() -> str:
    """The commented default config, from the wheel or the source tree. Raises ConfigError."""
    package = Path(__file__).parents[1]
    for path in (package / "config.default.yaml", package.parent / NAME):
        if path.is_file():
            return path.read_text("utf-8")
    raise ConfigError([Problem(None, "", "the packaged default is missing", "install tui-bot again")])


def load(path: Path | None) -> Loaded:
    """Read and check a config file; None is the packaged default. Raises ConfigError with every fault."""
    text, where = (default_text(), user_path()) if path is None else (_read(path), path.absolute())
    return _loaded(text, where, path is not None, caps_beside(where))


def save(loaded: Loaded, changes: Mapping[str, str]) -> Loaded:
    """Write these values (path to text) to the file, everything else in it left as it is.

    Raises ConfigError when a value is wrong, when the file is no longer as it was loaded, or when
    it cannot be written; then nothing has changed. The version before stays in the history beside it.
    """
    name = loaded.path.name
    after = settings_of(changes, loaded.settings, name=name)
    if problems := raised_caps(loaded.settings, after) + loaded.caps.over(texts_of(after)):
        raise ConfigError(problems, name)
    old, new = dict(values_of(loaded.settings)), dict(values_of(after))
    wanted = {path: new[path] for path in changes if new[path] != old[path]}
    if not wanted:
        return loaded
    text = edit(read(loaded.text, _NAMES, name), wanted, _NAMES)
    saved = _loaded(text, loaded.path, True, loaded.caps)
    if saved.settings != after:
        raise ConfigError([_failure("the edit would not say what was asked", "change it in an editor")], name)
    _write(loaded, text)
    return saved


def create(loaded: Loaded) -> Loaded:
    """Write what was loaded where there is no file yet, comments and all. Raises ConfigError."""
    if loaded.on_disk:
        return loaded
    _write(loaded, loaded.text)
    return replace(loaded, on_disk=True)


def _is_as_shipped(path: Path) -> bool:
    """Whether a file is the packaged default and says nothing else, with no caps of a person's beside it.

    In the source tree it is the packaged default itself, so what it says counts as well.
    """
    if not path.exists() or path.with_name(CAPS_NAME).exists():
        return False
    try:
        text = _read(path)
        return text == default_text() and _loaded(text, path, True, NO_CAPS).settings == Settings()
    except ConfigError:
        return False


def _loaded(text: str, path: Path, on_disk: bool, caps: Caps) -> Loaded:
    document = read(text, _NAMES, path.name)
    settings = settings_of(document.values, lines=document.lines, name=path.name)
    if problems := caps.over(texts_of(settings), document.lines):
        raise ConfigError(problems, path.name)
    return Loaded(settings, path, text, digest_of(settings), on_disk, caps)


def _read(path: Path) -> str:
    try:
        content = disk.read_bytes(path, LARGEST_FILE + 1)
    except OSError as error:
        problem = _failure(
            f"cannot be read: {error.strerror or error}", "check --config and the file's rights"
        )
        raise ConfigError([problem], path.name) from None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError([Problem(line, "", "is not UTF-8 text", "save it as UTF-8")], path.name) from None


def _write(loaded: Loaded, text: str) -> None:
    path = loaded.path
    try:
        if loaded.on_disk:
            _expect_unchanged(loaded)
            disk.keep(path, loaded.text.encode())
        else:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists():
                raise ConfigError(
                    [_failure("has appeared since the start", "start again to use it")], path.name
                )
        disk.replace(path, text.encode())
    except OSError as error:
        problem = _failure(
            f"cannot be written: {error.strerror or error}", "nothing was changed; free space or fix rights"
        )
        raise ConfigError([problem], path.name) from None


def _expect_unchanged(loaded: Loaded) -> None:
    if disk.read_bytes(loaded.path, LARGEST_FILE + 1) != loaded.text.encode():
        problem = _failure(
            "has changed on disk since it was read", "nothing was saved; start again to use the new file"
        )
        raise ConfigError([problem], loaded.path.name)


def _failure(text: str, remedy: str) -> Problem:
    return Problem(None, "", text, remedy)
