"""The settings one by one, in words: what a form, a help page or a message needs to know of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from pydantic.fields import FieldInfo

from tui_bot.config.scalar import text_of
from tui_bot.config.schema import Settings
from tui_bot.config.setting import Effect, Section

Kind = Literal["integer", "decimal", "choice", "text"]


@dataclass(frozen=True, slots=True)
class Field:
    """One setting. ``low`` and ``high`` are inclusive, ``choices`` and ``default`` as in the file.

    ``range`` puts what is allowed in words; ``effect`` says when a change takes effect.
    """

    path: str
    title: str
    help: str
    unit: str
    effect: Effect
    kind: Kind
    low: Decimal | None
    high: Decimal | None
    choices: tuple[str, ...]
    default: str
    range: str
    optional: bool


def _fields() -> Iterator[Field]:
    for name, info in Settings.model_fields.items():
        if isinstance(info.default, Section):
            for key, inner in type(info.default).model_fields.items():
                yield _field(f"{name}.{key}", inner)
        else:
            yield _field(name, info)


def _field(path: str, info: FieldInfo) -> Field:
    extra = info.json_schema_extra
    about: dict[str, Any] = extra if isinstance(extra, dict) else {}
    low, high = _bound(info, "ge"), _bound(info, "le")
    args = get_args(info.annotation)
    optional = type(None) in args
    choices = () if optional else tuple(str(choice) for choice in args)
    words = f"{text_of(low)} to {text_of(high)}" if low is not None else ", ".join(choices)
    return Field(
        path=path,
        title=info.title or "",
        help=info.description or "",
        unit=about["unit"],
        effect=about["effect"],
        kind=_kind(info.annotation, choices),
        low=low,
        high=high,
        choices=choices,
        default=text_of(info.default),
        range=about["words"] or words,
        optional=optional,
    )


def _bound(info: FieldInfo, name: str) -> Decimal | None:
    found = [getattr(rule, name) for rule in info.metadata if hasattr(rule, name)]
    return Decimal(found[0]) if found else None


def _kind(annotation: object, choices: tuple[str, ...]) -> Kind:
    if choices:
        return "choice"
    return "integer" if annotation is int else "decimal" if annotation is Decimal else "text"


#: All settings in the order of the config file.
FIELDS: tuple[Field, ...] = tuple(_fields())
BY_PATH: dict[str, Field] = {field.path: field for field in FIELDS}
SECTIONS: tuple[str, ...] = tuple(dict.fromkeys(path.partition(".")[0] for path in BY_PATH if "." in path))
