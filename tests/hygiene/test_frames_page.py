"""The page of frames shows the console as it is."""

from __future__ import annotations

from docs import frames


def test_the_page_of_frames_is_made_of_the_frames() -> None:
    assert frames.TARGET.read_text("utf-8") == frames.page(), "write it anew: make docs"
