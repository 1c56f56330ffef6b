"""One setting as a field of a section: its type, range, default, unit, and when a change takes effect."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict

Effect = Literal["now", "next candle", "restart"]

SMALLEST = Decimal("0.00000001")
LARGEST = Decimal(1_000_000)


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def setting(
    default: object,
    title: str,
    about: str,
    unit: str,
    effect: Effect,
    *,
    low: Decimal | int | None = None,
    high: Decimal | int | None = None,
    pattern: str | None = None,
    words: str = "",
) -> Any:
    """A setting; ``words`` puts what is allowed in words where ``low`` and ``high`` do not say it all."""
    extra: dict[str, Any] = {"unit": unit, "effect": effect, "words": words}
    return pydantic.Field(
        default=default,
        title=title,
        description=about,
        ge=low,
        le=high,
        pattern=pattern,
        json_schema_extra=extra,
    )
