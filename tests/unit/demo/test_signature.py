"""The signature of a submit: what is taken for an animation that moved as time did."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokbatch.demo.api.signature import ROUND, SPEED, fault_of
from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.server import DemoSite
from tests.unit.demo.demo_visitor import POST, PROMPT, Visitor

NATIVE = "function fetch() { [native code] }"


def signed(samples: list[tuple[float, str]], fetch: str = NATIVE) -> str:
    return base64.b64encode(json.dumps({"samples": samples, "fetch": fetch}).encode()).decode()


def moving(times: list[float], speed: float = SPEED, start: float = 0) -> list[tuple[float, str]]:
    return [(at, f"{(start + (at - times[0]) / 1000 * speed) % ROUND:.3f}px") for at in times]


@given(st.lists(st.floats(8, 400), min_size=3, max_size=6), st.floats(0, ROUND - 1), st.floats(0, 1e6))
def test_frames_of_any_length_are_fine(gaps: list[float], start: float, began: float) -> None:
    times = [began + sum(gaps[:count]) for count in range(len(gaps) + 1)]
    assert fault_of(signed(moving(times, start=start))) is None


@pytest.mark.parametrize(
    "samples",
    [
        [],
        moving([0, 16, 32]),
        moving([0, 16, 32, 48], speed=0),
        moving([0, 16, 32, 48], speed=SPEED * 3),
        moving([0, 160, 320, 480], speed=SPEED / 3),
        [(at, "none") for at in (0.0, 16.0, 32.0, 48.0)],
        [(0.0, "0px"), (16.0, "9px"), (32.0, "9px"), (48.0, "9px")],
        [(0.0, "0px"), (0.0, "3px"), (32.0, "6px"), (48.0, "9px")],
        moving([0, 1, 2, 3]),
    ],
)
def test_what_stands_still_or_moves_otherwise_is_refused(samples: list[tuple[float, str]]) -> None:
    assert fault_of(signed(samples)) == "still_animation"


@pytest.mark.parametrize("fetch", ["(...all) => real(...all)", "function () { [native code] }", ""])
def test_something_in_the_place_of_fetch_is_noticed(fetch: str) -> None:
    assert fault_of(signed(moving([0, 16, 32, 48]), fetch)) == "patched_fetch"


@pytest.mark.parametrize("header", [None, "", "x", "e30=", "é"])
def test_no_signature_is_no_signature(header: str | None) -> None:
    assert fault_of(header) == "unsigned"


def test_a_submit_without_one_is_refused_as_from_a_page_that_is_out_of_date() -> None:
    with DemoSite(Scenario(generation=0)) as site:
        visitor = Visitor(site)
        refused = visitor.submit()
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, 7)
        assert refused.json()["error"]["message"] == "This page is out of date. Reload to continue."
        [entry] = visitor.events("refused")
        assert (entry["outcome"], entry["number"], entry["post"]) == ("unsigned", None, POST)
        body = {"message": PROMPT, "parentPostId": POST}
        headers = {"x-statsig-id": signed(moving([5, 21, 38, 55]))}
        made = visitor.http.post("/rest/app-chat/conversations/new", json=body, headers=headers)
        assert made.status_code == 200
