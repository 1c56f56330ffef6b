"""``python -m tui_bot`` is ``tui-bot``."""

import sys

from tui_bot.cli import main

sys.exit(main())
