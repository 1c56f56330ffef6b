"""Rectangles out of a rectangle: rows and columns of named parts. Pure; cells, from the top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle on the screen."""

    x: int
    y: int
    width: int
    height: int


class Place(NamedTuple):
    """Where a panel stands. ``edge``: it draws a line at its left, where it joins a neighbour.

    ``top``: that line begins here, at the neighbour's own heading.
    """

    box: Box
    edge: bool = False
    top: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Parts below each other: (cells, part); 0 cells share evenly what is left."""

    parts: tuple[tuple[int, Part], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Parts beside each other, measured as in ``Rows``; all but the first have an edge."""

    parts: tuple[tuple[int, Part], ...]


Part = str | Rows | Columns


def rows(*parts: tuple[int, Part]) -> Rows:
    """Parts below each other."""
    return Rows(parts)


def columns(*parts: tuple[int, Part]) -> Columns:
    """Parts beside each other."""
    return Columns(parts)


def places(part: Part, box: Box, edge: bool = False, top: bool = False) -> dict[str, Place]:
    """Where each named part stands. A part without a cell left for it has no place."""
    if box.width <= 0 or box.height <= 0:
        return {}
    if isinstance(part, str):
        return {part: Place(box, edge, top)}
    found: dict[str, Place] = {}
    if isinstance(part, Rows):
        at = box.y
        for number, (size, inner) in enumerate(_sized(part.parts, box.height)):
            found |= places(inner, Box(box.x, at, box.width, size), edge, top and number == 0)
            at += size
        return found
    at = box.x
    for number, (size, inner) in enumerate(_sized(part.parts, box.width)):
        joins = edge if number == 0 else True
        found |= places(inner, Box(at, box.y, size, box.height), joins, top or number > 0)
        at += size
    return found


def _sized(parts: tuple[tuple[int, Part], ...], room: int) -> list[tuple[int, Part]]:
    """Each part with the cells it gets: what is fixed first, in order, then the shares."""
    left = room
    sizes = []
    for wanted, _ in parts:
        sizes.append(min(wanted, left))
        left -= sizes[-1]
    open_places = [place for place, (wanted, _) in enumerate(parts) if wanted == 0]
    for number, place in enumerate(open_places):
        share = left // (len(open_places) - number)
        sizes[place] = share
        left -= share
    return [(size, part) for size, (_, part) in zip(sizes, parts, strict=True)]
