"""The page object in a real browser on the built-in site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.server import EXAMPLE_POST, DemoSite
from tests.browser.imagine_rig import Rig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


class DemoRig(Rig):
    site: DemoSite

    def entries(self, event: str) -> list[dict[str, Any]]:
        return [entry for entry in self.site.journal() if entry["event"] == event]


@pytest.fixture
def on_demo(demo_browser: Browser, tmp_path: Path) -> Iterator[Callable[..., DemoRig]]:
    rigs: list[DemoRig] = []

    def begin(timeouts: dict[str, float] | None = None, **scenario: Any) -> DemoRig:
        site = DemoSite(Scenario.model_validate({"generation": 0.5, "hydrate": 0.1, "era": "A"} | scenario))
        site.start()
        cookies = site.session_cookies()
        rig = DemoRig(demo_browser, tmp_path, site.origin + EXAMPLE_POST, cookies, **(timeouts or {}))
        rig.site = site
        rigs.append(rig)
        return rig

    yield begin
    for rig in rigs:
        rig.maker.close()
        rig.site.stop()
