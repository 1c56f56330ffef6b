"""What a person sees when money is real: the word, whether orders are real, and what is on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.console.play import console
from tests.console.stage import SETTINGS, VALUES

pytestmark = pytest.mark.anyio

PROXIED = (*VALUES, ("network.proxy", "http://10.0.0.1:3128"))


@pytest.mark.parametrize("width", [80, 160])
async def test_orders_that_are_only_validated_are_told_in_the_top_line(width: int) -> None:
    async with console((width, 24), mode="live", settings=replace(SETTINGS, validate=True)) as play:
        assert play.text.splitlines()[0].startswith("  LIVE  VALIDATE ")
    async with console((width, 24), mode="live") as play:
        assert "VALIDATE" not in play.text


@pytest.mark.parametrize(("width", "said"), [(80, " PROXY"), (160, " PROXY 10.0.0.1:3128")])
async def test_s14_a_proxy_on_the_way_to_kraken_is_told_in_the_top_line(width: int, said: str) -> None:
    async with console((width, 24), mode="live", values=PROXIED) as play:
        assert f" LIVE {said}" in play.text.splitlines()[0]


async def test_a_box_on_this_machine_is_reached_without_the_proxy() -> None:
    async with console((160, 24), values=PROXIED) as play:
        assert "PROXY" not in play.text


async def test_live_is_framed_in_its_own_colour_on_the_main_screen() -> None:
    for mode, framed in (("live", True), ("demo", False), ("paper", False), ("replay", False)):
        async with console(mode=mode) as play:
            assert play.app.has_class("mode-live") is framed
            assert ("━" in play.text) is framed
