"""The end of a box that cannot write down what happened."""

from __future__ import annotations

import os
import traceback
from typing import NoReturn

_CRASHED = 3


def crash(error: Exception) -> NoReturn:
    """Ends at once, without an answer: what is not written down must not be shown; a restart recovers."""
    traceback.print_exception(error)
    os._exit(_CRASHED)
