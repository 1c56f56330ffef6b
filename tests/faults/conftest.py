"""Each story has disks of its own."""

from __future__ import annotations

from tests.simulation.conftest import place

__all__ = ["place"]
