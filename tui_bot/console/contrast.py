"""How well colours can be told apart: by everybody (WCAG 2.2), and by those who see fewer of them.

The simulation is that of Machado, Oliveira and Fernandes (2009) for people who lack one kind of cone, in
linear light; distances are those of CIE L*a*b* (1976), where about 2 is the least that can be seen.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.color import Color

Linear = tuple[float, float, float]

_MISSING: Mapping[str, tuple[Linear, Linear, Linear]] = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

#: Who sees: everybody else, and those who lack the long, the middle or the short cones.
EYES = ("usual", *_MISSING)

_WHITE = (0.95047, 1.0, 1.08883)


def ratio(one: str, other: str) -> float:
    """Of the lighter to the darker, 1 to 21; text needs 4.5."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def distance(one: str, other: str, eye: str = "usual") -> float:
    """How far apart two colours are to an eye."""
    first, second = _lab(_seen(_linear(one), eye)), _lab(_seen(_linear(other), eye))
    return float(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5)


def _linear(text: str) -> Linear:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in Color.parse(text).normalized
    )
    return red, green, blue


def _luminance(text: str) -> float:
    red, green, blue = _linear(text)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _seen(colour: Linear, eye: str) -> Linear:
    if eye not in _MISSING:
        return colour
    red, green, blue = (
        min(max(sum(part * weight for part, weight in zip(colour, line, strict=True)), 0.0), 1.0)
        for line in _MISSING[eye]
    )
    return red, green, blue


def _lab(colour: Linear) -> Linear:
    red, green, blue = colour
    x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = 0.0193 * red + 0.1192 * green + 0.9505 * blue
    fx, fy, fz = (_root(part / white) for part, white in zip((x, y, z), _WHITE, strict=True))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _root(part: float) -> float:
    return part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
