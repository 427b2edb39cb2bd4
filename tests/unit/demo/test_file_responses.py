"""The built-in site's files: in all ways in which they are sent, and still there when the site begins anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.server import DemoSite
from tests.unit.demo.demo_visitor import Visitor, progress

if TYPE_CHECKING:
    from pathlib import Path

PADDING = 3_000_000


def test_each_fetch_of_a_file_goes_as_scripted_but_not_the_players() -> None:
    ways = {1: ["cut", "page", "short", "chunked"]}
    with DemoSite(
        Scenario.model_validate({"generation": 0, "signed": False, "transfers": ways, "padding": PADDING})
    ) as site:
        visitor = Visitor(site)
        path = progress(visitor.submit())[-1]["videoUrl"]
        whole = visitor.asset(path, **{"sec-fetch-dest": "video"})
        part = visitor.asset(path, **{"sec-fetch-dest": "video", "range": "bytes=1000-2999999"})
        assert (part.status_code, part.content) == (206, whole.content[1000:3_000_000])
        assert whole.content.endswith(bytes(PADDING))
        with pytest.raises(httpx.RemoteProtocolError):
            visitor.asset(path)
        page, short, chunked, last = (visitor.asset(path) for _ in range(4))
        assert page.headers["content-type"].startswith("text/html")
        assert short.content == whole.content[: int(short.headers["content-length"])]
        assert len(short.content) == len(whole.content) // 2
        assert "content-length" not in chunked.headers
        assert chunked.content == last.content == whole.content
        assert [entry["outcome"] for entry in visitor.events("transfer")] == [*ways[1], "whole"]


def test_a_site_with_a_memory_has_the_finished_videos_of_the_one_before(tmp_path: Path) -> None:
    """The same file at the new address, upscaled or not; what was deleted or never finished is gone."""
    memory, quick = (tmp_path / "one.json", tmp_path / "other.json"), {"generation": 0, "upscaling": 0, "signed": False}
    with DemoSite(Scenario.model_validate(quick | {"outcomes": {3: {"kind": "moderated"}}}), memory=memory) as site:
        visitor = Visitor(site)
        made = [progress(visitor.submit())[-1] for _ in range(4)]
        visitor.http.post("/rest/media/video/upscale", json={"id": made[0]["videoId"]}).raise_for_status()
        visitor.http.post("/rest/media/post/delete", json={"id": made[1]["videoId"]}).raise_for_status()
        content = visitor.asset(made[0]["videoUrl"]).content
        before = [video for video in visitor.videos() if video["state"] == "done"]
    memory[0].write_text("[{")
    with DemoSite(Scenario.model_validate(quick), memory=memory) as site:
        visitor = Visitor(site)
        assert visitor.videos() == before
        assert [video["id"] for video in before[2:]] == [made[0]["videoId"], made[3]["videoId"]]
        assert visitor.asset(made[0]["videoUrl"]).content == content
        assert visitor.asset(before[2]["hdUrl"]).status_code == 200
        assert visitor.http.get(f"/imagine/post/{made[0]['videoPostId']}").status_code == 200
        visitor.http.post("/__control__/reset")
    with DemoSite(Scenario.model_validate(quick), memory=memory) as site:
        assert Visitor(site).videos() == before[:2], "a reset forgets"
