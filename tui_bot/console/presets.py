"""What stands where on the main screen: four layouts and the zoom, for every size. Pure."""

from __future__ import annotations

from enum import Enum

from tui_bot.console.split import Box, Columns, Part, Place, Rows, columns, places, rows

#: The smallest window that shows more than the emergency page.
NEED = (60, 20)

#: From these widths on there is a column of rooms at the right, from these on there are two.
WIDE, DOUBLE = 120, 190
SIDE = 46
MEDIUM, TALL, HUGE = 28, 40, 56

#: The panels that take the focus and can be zoomed, in the order of the tab key.
PANELS = ("chart", "position", "orders", "ladder", "guards", "fees", "log")


class Preset(Enum):
    """A layout; its value is the key that chooses it."""

    BALANCED = 1
    CHART = 2
    LOG = 3
    DESK = 4

    @property
    def word(self) -> str:
        """Its name, for people."""
        return self.name.lower()


def arrange(
    preset: Preset, width: int, height: int, zoomed: str = "", alarm: bool = False, recorded: bool = False
) -> dict[str, Place]:
    """The place of every panel that is shown in a window of ``width`` by ``height`` cells.

    ``zoomed`` names a panel that has the screen for itself; header, alarm, the next step, what is held, and
    the footer stay whatever happens, and where a recording is shown its own line.
    """
    whole = Box(0, 0, width, height)
    if width < NEED[0] or height < NEED[1]:
        return places("small", whole)
    body = _zoomed(zoomed) if zoomed else _LAYOUTS[preset](width, height)
    banner, transport = ((2, "banner"),) * alarm, ((1, "transport"),) * recorded
    return places(rows((1, "header"), *banner, (0, body), *transport, (1, "footer")), whole)


#: The chart with the two lines that explain it.
MARKET = rows((0, "chart"), (1, "average"), (1, "next"))


def _zoomed(panel: str) -> Rows:
    if panel == "chart":
        return rows((0, MARKET), (1, "status"))
    return rows((0, panel), (1, "next"), (1, "status"))


def _log_height(height: int) -> int:
    return 4 if height < MEDIUM else 8 if height < TALL else 12 if height < HUGE else 15


def _balanced(width: int, height: int) -> Rows:
    if width < WIDE:
        pair = columns((0, "position"), (0, "orders"))
        return rows((0, MARKET), (6 if height < TALL else 8, pair), (_log_height(height), "log"))
    return rows((0, _beside(MARKET, width, height)), (_log_height(height), "log"))


def _beside(main: Part, width: int, height: int) -> Columns:
    """The main thing, and the rooms at its right that there is space for."""
    if width >= DOUBLE and height >= TALL:
        left = rows((6, "position"), (0, "ladder"), (0, "orders"))
        return columns((0, main), (SIDE, left), (SIDE, rows((0, "guards"), (3, "fees"))))
    if height >= TALL:
        side = rows((6, "position"), (6, "ladder"), (0, "guards"), (3, "fees"), (7, "orders"))
    elif height >= MEDIUM:
        side = rows((6, "position"), (8, "guards"), (0, "orders"))
    else:
        side = rows((6, "position"), (7, "guards"), (0, "orders"))
    return columns((0, main), (SIDE, side))


def _chart(_width: int, height: int) -> Rows:
    return rows((0, MARKET), (1, "status"), (4 if height < TALL else 7, "log"))


def _log(width: int, height: int) -> Rows:
    if width < WIDE:
        pair = columns((0, "position"), (0, "orders"))
        return rows((6, pair), (1, "next"), (0, "log"))
    return rows((1, "average"), (1, "next"), (0, _beside("log", width, height)))


def _desk(width: int, height: int) -> Rows:
    log = (4 if height < TALL else 8, "log")
    upper = (6 if height < MEDIUM else 8, columns((0, "position"), (0, "orders")))
    if width < WIDE:
        lower = columns((0, "ladder"), (0, "guards" if height < MEDIUM else rows((0, "guards"), (3, "fees"))))
        return rows(upper, (1, "next"), (0, lower), log)
    if width < DOUBLE or height < MEDIUM:
        lower = columns((0, MARKET), (SIDE, "ladder"), (SIDE, rows((0, "guards"), (3, "fees"))))
        return rows(upper, (0, lower), log) if width >= 150 else rows(upper, (1, "next"), _lower(), log)
    left = rows((6, "position"), (0, "orders"), (0, "ladder"))
    return rows((0, columns((0, MARKET), (2 * SIDE, left), (SIDE, rows((0, "guards"), (3, "fees"))))), log)


def _lower() -> tuple[int, Part]:
    return 0, columns((0, "ladder"), (0, rows((0, "guards"), (3, "fees"))))


_LAYOUTS = {
    Preset.BALANCED: _balanced,
    Preset.CHART: _chart,
    Preset.LOG: _log,
    Preset.DESK: _desk,
}
