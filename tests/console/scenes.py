"""Every screen and dialog of the console as a scene.

The frames in ``tests/console/frames``, their colours in ``tests/console/colours`` and the page
``docs/frames.md`` are made from this list.
"""

from __future__ import annotations

from tests.console.dialogs import DIALOGS
from tests.console.screens import SCREENS

SIZES = ((60, 20), (80, 24), (100, 30), (160, 48))

SCENES = (*SCREENS, *DIALOGS)
