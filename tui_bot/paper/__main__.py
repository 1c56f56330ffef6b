"""`python -m tui_bot.paper`: a box on its own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tui_bot.paper.options import BoxOptions
from tui_bot.paper.rates import TIERS


def main() -> int:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(prog="python -m tui_bot.paper", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--speed", type=float, default=10, help="exchange seconds per real second; 0: moved by hand"
    )
    parser.add_argument("--seed", type=int, default=7, help="the simulated market's seed")
    parser.add_argument("--history", type=Path, help="a Kraken OHLCVT file or a journal to play")
    parser.add_argument("--pushed", type=Path, help="the listing of a market that is told its prices")
    parser.add_argument("--state", type=Path, help="the file that survives restarts")
    parser.add_argument("--rates", choices=("off", *TIERS), default="off", help="limits of which level")
    parser.add_argument("--faults", type=Path, help="a script of faults, YAML or JSON")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    given = parser.parse_args()
    from tui_bot.paper.server import serve

    return serve(
        BoxOptions(
            port=given.port,
            speed=given.speed,
            seed=given.seed,
            history=given.history,
            pushed=given.pushed,
            state=given.state,
            with_parent=given.with_parent,
            rates=given.rates,
            faults=given.faults,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
