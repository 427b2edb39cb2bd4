"""The built-in site's troubles over HTTP: refusals, cut replies, throttles, limits in other words, bad files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.state.journal import PAID
from grokbatch.demo.state.timetable import plan
from tests.unit.demo.demo_visitor import POST, PROMPT, Visitor, objects, progress, until

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def usual() -> dict[str, Any]:
    return {"generation": 0.1, "earlier_videos": 0}


def paid(visitor: Visitor) -> list[dict[str, Any]]:
    return [entry for entry in visitor.site.journal() if entry["event"] in PAID]


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("stale_page", 403, '"message":"This page is out of date. Reload to continue."'),
        ("stale_wordless", 403, '"code":7,"message":""'),
        ("anti_bot", 403, "Request rejected by anti-bot rules."),
        ("blocked", 403, '{"code":"blocked-user","error":"Account blocked"}'),
        ("forbidden", 403, "You do not have access"),
        ("not_found", 404, '"code":5'),
        ("server_error", 503, "Service unavailable"),
        ("image_gone", 200, '"code":13,"message":"Failed to download image from GCS"'),
    ],
)
def test_a_refusal_has_its_own_words_and_costs_nothing(
    visit: Callable[..., Visitor], kind: str, status: int, said: str
) -> None:
    visitor = visit(otherwise={"kind": kind}, outcomes={2: {"kind": "success"}}, quota=1)
    refused = visitor.submit()
    assert refused.status_code == status
    assert said in refused.text
    assert not paid(visitor)
    assert [(entry["outcome"], entry["number"]) for entry in visitor.events("refused")] == [(kind, 1)]
    assert progress(visitor.submit())[-1]["videoUrl"]


def test_what_concerns_an_image_concerns_no_other(visit: Callable[..., Visitor]) -> None:
    visitor = visit(image_outcomes={POST: {"kind": "image_gone"}}, outcomes={3: {"kind": "moderated"}})
    assert "GCS" in visitor.submit().text
    assert progress(visitor.submit(parentPostId=OTHER))[-1]["videoUrl"]
    assert progress(visitor.submit())[-1]["moderated"], "a number goes before an image"


def test_an_uploaded_photograph_is_moderated_with_a_mark_of_its_own(visit: Callable[..., Visitor]) -> None:
    last = progress(visit(otherwise={"kind": "photo_moderated"}).submit())[-1]
    assert (last["progress"], last["moderated"], last["isRootUserUploaded"]) == (100, True, True)
    assert "isRootUserUploaded" not in progress(visit(otherwise={"kind": "moderated"}).submit())[-1]


def test_a_reply_can_end_at_once_although_the_video_is_made(visit: Callable[..., Visitor]) -> None:
    visitor = visit(otherwise={"kind": "cut_clean"})
    assert [next(iter(one["result"])) for one in objects(visitor.submit().text)] == ["conversation"]
    until(lambda: [video["state"] for video in visitor.videos()] == ["done"])


def test_a_reply_can_break_although_the_video_is_made(visit: Callable[..., Visitor]) -> None:
    visitor = visit(otherwise={"kind": "cut_broken"})
    with pytest.raises(httpx.RemoteProtocolError):
        visitor.submit()
    until(lambda: [video["state"] for video in visitor.videos()] == ["done"])
    assert len(paid(visitor)) == 1


def test_a_gateway_can_answer_although_the_video_is_made(visit: Callable[..., Visitor]) -> None:
    visitor = visit(otherwise={"kind": "gateway_error"})
    reply = visitor.submit()
    assert (reply.status_code, reply.headers["content-type"]) == (504, "text/html; charset=utf-8")
    until(lambda: [video["state"] for video in visitor.videos()] == ["done"])
    assert len(paid(visitor)) == 1


def test_a_cut_may_come_later() -> None:
    scenario = Scenario.model_validate({"generation": 10, "otherwise": {"kind": "cut_clean", "at": 33}})
    made = plan(scenario, 1)
    assert (made.drops_at, made.drops_cleanly, made.ending, made.end) == (3.3, True, "success", 10)


def test_the_site_can_be_away_right_after_a_submit(visit: Callable[..., Visitor]) -> None:
    """Open connections break, new ones fail, the files' as well; later all is there."""
    visitor = visit(otherwise={"kind": "away", "seconds": 0.8}, generation=0.2)
    began = time.monotonic()
    with pytest.raises(httpx.TransportError):
        visitor.submit()
    with pytest.raises(httpx.TransportError):
        visitor.http.get(f"/imagine/post/{POST}")
    with pytest.raises(httpx.TransportError):
        visitor.asset("users/x")
    assert len(paid(visitor)) == 1

    def is_back() -> bool:
        try:
            return [video["state"] for video in visitor.videos()] == ["done"]
        except httpx.TransportError:
            return False

    until(is_back)
    assert time.monotonic() - began >= 0.8


def test_a_throttle_is_told_by_nothing(visit: Callable[..., Visitor]) -> None:
    visitor = visit(throttled_after=1)
    visitor.submit()
    left = visitor.http.post("/rest/media/imagine/quota_info", json={}).json()
    assert left["video720p"] == {"available": True}
    refused = visitor.submit()
    assert (refused.status_code, refused.json()["error"]["message"]) == (403, "")
    assert [entry["outcome"] for entry in visitor.events("refused")] == ["throttled"]


def test_visits_during_a_throttle_bring_a_human_check(visit: Callable[..., Visitor]) -> None:
    visitor = visit(throttled_after=1, throttle_escalates_after=2)
    statuses = [visitor.http.get(f"/imagine/post/{POST}").status_code for _ in range(3)]
    visitor.submit()
    statuses += [visitor.http.get(f"/imagine/post/{POST}").status_code for _ in range(4)]
    assert statuses == [200] * 6 + [403]


def test_a_limit_can_be_told_with_nothing_or_with_403(visit: Callable[..., Visitor]) -> None:
    empty = visit(quota=0, limit_reply="empty").submit()
    assert (empty.status_code, empty.content) == (200, b"")
    words = "You have run out of credits or need a Grok subscription."
    refused = visit(quota=0, limit_style="http403", limit_text=words).submit()
    assert (refused.status_code, refused.json()["error"]["message"]) == (403, words)


@pytest.mark.parametrize(
    ("way", "kind", "status"), [("jpeg", "image/jpeg", 200), ("short", "video/mp4", 200), ("error", "", 503)]
)
def test_a_file_may_never_come_right(visit: Callable[..., Visitor], way: str, kind: str, status: int) -> None:
    visitor = visit(every_transfer={1: way}, transfers={1: ["cut"]})
    path = progress(visitor.submit())[-1]["videoUrl"]
    with pytest.raises(httpx.RemoteProtocolError):
        visitor.asset(path)
    tries = [visitor.asset(path), visitor.asset(path), visitor.asset(path, **{"sec-fetch-dest": "video"})]
    assert {(one.status_code, one.headers.get("content-type", "").split(";")[0]) for one in tries} == {(status, kind)}
    assert [entry["outcome"] for entry in visitor.events("transfer")] == ["cut", way, way]


def test_two_videos_may_have_the_same_bytes(visit: Callable[..., Visitor]) -> None:
    visitor = visit(every_transfer={1: "twin", 3: "twin"})
    files = [visitor.asset(progress(visitor.submit())[-1]["videoUrl"]).content for _ in range(3)]
    assert files[0] == files[2] != files[1]


def test_a_broken_site_answers_nothing_but_errors(visit: Callable[..., Visitor]) -> None:
    visitor = visit(broken_after=1)
    path = progress(visitor.submit())[-1]["videoUrl"]
    replies = [visitor.http.get(f"/imagine/post/{POST}"), visitor.submit(PROMPT), visitor.asset(path)]
    assert [reply.status_code for reply in replies] == [503] * 3
    visitor.change(broken_after=None)
    assert visitor.asset(path).status_code == 200
