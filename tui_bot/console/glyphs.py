"""The characters of the screen, and plain ASCII in their place for terminals that lack them."""

BODY, WICK = "┃", "│"

#: (upper half, lower half) of a candle's cell, each 0 nothing, 1 wick, 2 body.
CANDLE = {
    (1, 1): "│", (2, 2): "┃", (1, 2): "╽", (2, 1): "╿",
    (0, 2): "╻", (2, 0): "╹", (0, 1): "╷", (1, 0): "╵",
}  # fmt: skip

#: The running candle is dashed where it is long enough to be.
FORMING = {**CANDLE, (1, 1): "┆", (2, 2): "┇"}

#: An interval that the exchange left out, at the close before it.
GAP = "╌"

#: The average where no candle is: in the lower third of its row, the middle, the upper.
LINE = "▁─▔"

#: The average on a candle.
CROSSED = "┿"

SPARKS = "▁▂▃▄▅▆▇█"

_PLAIN = {
    "┃": "#", "╽": "#", "╿": "#", "╻": "#", "╹": "#", "┇": "%", "│": "|", "╷": "|", "╵": "|", "┆": ":",
    "▔": "-", "▁": "_", "┿": "+", "┈": ".", "▲": "^", "▼": "v", "▬": "=", "◀": "<", "⇅": "=", "●": "*",
    "○": "o", "▶": ">", "‖": "I", "■": "#", "─": "-", "┬": "-", "┴": "-", "├": "|", "→": ">", "↓": "v",
    "·": ".", "…": "~", "−": "-", "▂": "_", "▃": ".", "▄": "-", "▅": "=", "▆": "+", "▇": "*", "█": "#",
    "╌": "-", "┊": ":", "✓": "+", "✗": "x", "≥": ">", "≤": "<", "×": "x", "▸": ">", "═": "=", "≈": "~",
    "━": "#", "┯": "#", "╍": ":", "┄": "~", "╤": "=",
}  # fmt: skip

ASCII = str.maketrans(_PLAIN)

#: The lines of the screen's frame in each mode, so that its money shows without colours too.
FRAMES: dict[str, dict[int, str]] = {
    "demo": {},
    "paper": str.maketrans({"─": "┄"}),
    "replay": str.maketrans({"─": "═", "┬": "╤"}),
    "fork": str.maketrans({"─": "╍"}),
    "live": str.maketrans({"─": "━", "┬": "┯"}),
}
