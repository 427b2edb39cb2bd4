"""The built-in site, served by the bench itself for all of its runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from grokbatch.demo.server import DemoSite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.demo.scenario.scenario import Scenario


@dataclass(frozen=True)
class BenchSite:
    """A running site that everybody who has signed in once stays signed in to."""

    demo: DemoSite

    @property
    def origin(self) -> str:
        return self.demo.origin

    def begin(self, scenario: Scenario) -> None:
        """Forget all that happened, and follow `scenario` from now on."""
        control = f"{self.origin}/__control__"
        httpx.put(f"{control}/scenario", json=scenario.model_dump(mode="json")).raise_for_status()
        httpx.post(f"{control}/reset").raise_for_status()

    def journal(self) -> list[dict[str, Any]]:
        """Return what has happened since `begin`."""
        return self.demo.journal()


@contextmanager
def bench_site() -> Iterator[BenchSite]:
    """Serve the site while the block lasts."""
    with DemoSite() as demo:
        yield BenchSite(demo)
