"""One running built-in site for each file of tests, and visitors who are signed in to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.demo.server import DemoSite
from tests.unit.demo.demo_visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    """One running site for all tests of a file."""
    with DemoSite() as running:
        yield running


@pytest.fixture
def usual() -> dict[str, Any]:
    """What the scenarios of a file have in common beyond being unsigned; files replace it."""
    return {"generation": 0.1}


@pytest.fixture
def visit(site: DemoSite, usual: dict[str, Any]) -> Iterator[Callable[..., Visitor]]:
    """Give the emptied site the wanted scenario and return a signed-in visitor."""
    visitors: list[Visitor] = []

    def begin(**fields: object) -> Visitor:
        visitor = Visitor(site)
        visitors.append(visitor)
        scenario = {"signed": False} | usual | fields
        visitor.http.put("/__control__/scenario", json=scenario).raise_for_status()
        visitor.http.post("/__control__/reset")
        return visitor

    yield begin
    for visitor in visitors:
        visitor.http.close()
