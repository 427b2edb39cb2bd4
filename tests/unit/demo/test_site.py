"""The built-in site as a plain HTTP client sees it: sign-in, the stream, limits, the journal, the files."""

from __future__ import annotations

import hashlib
import io
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.scenario.script import Script
from grokbatch.demo.server import DemoSite
from tests.unit.demo.demo_visitor import POST, PROMPT, Visitor, objects, progress, until
from tests.unit.page_reader import NASTY, Reader

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = 0.2


@pytest.fixture
def usual() -> dict[str, Any]:
    return {"generation": QUICK}


def test_a_visitor_without_a_session_is_sent_to_sign_in_and_comes_back(visit: Callable[..., Visitor]) -> None:
    site = visit().site
    with httpx.Client(base_url=site.origin, follow_redirects=True) as stranger:
        page = stranger.get(f"/imagine/post/{POST}?scope=asset")
        assert page.url.path == "/sign-in"
        assert "Sign in</button>" in page.text
        back = stranger.post("/sign-in", data={"redirect": page.url.params["redirect"]})
        assert (back.url.path, back.url.params["scope"]) == (f"/imagine/post/{POST}", "asset")
        assert stranger.get("/api/auth/session").json()["user"]


def test_the_session_cookie_is_persistent_and_hidden_from_scripts(visit: Callable[..., Visitor]) -> None:
    reply = httpx.post(f"{visit().site.origin}/sign-in", data={"redirect": f"/imagine/post/{POST}"})
    cookie = next(one for one in reply.headers.get_list("set-cookie") if one.startswith("sso="))
    assert "HttpOnly" in cookie
    assert f"Max-Age={30 * 24 * 3600}" in cookie


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org", "x"])
def test_sign_in_never_leads_away_from_the_site(visit: Callable[..., Visitor], target: str) -> None:
    reply = httpx.post(f"{visit().site.origin}/sign-in", data={"redirect": target})
    assert reply.headers["location"] == "/sign-in"


def test_no_text_can_break_out_of_the_pages(visit: Callable[..., Visitor]) -> None:
    """Neither what a scenario lets the page say nor where a visitor comes from changes the elements of a page."""
    said = f"{NASTY} {{{{make}}}}"
    odd, calm = (Reader(visit(limit_text=text).http.get(f"/imagine/post/{POST}").text) for text in (said, "calm"))
    assert odd.shape == calm.shape
    assert odd.told["limitText"] == said
    site = visit().site
    place = f"/{NASTY}"
    signing = [Reader(httpx.get(f"{site.origin}/sign-in", params={"redirect": to}).text) for to in (place, "/calm")]
    assert signing[0].shape == signing[1].shape
    assert place in [attributes.get("value") for _, attributes in signing[0].elements]


def test_a_success_streams_the_percentages_and_ends_with_its_file(visit: Callable[..., Visitor]) -> None:
    told = progress(visit().submit())
    assert [one["progress"] for one in told] == [1, 5, 15, 24, 33, 44, 54, 63, 72, 95, 100]
    assert all("videoUrl" not in one for one in told[:-1])
    assert told[-1]["videoUrl"].endswith(f"{told[-1]['videoId']}/generated_video.mp4")
    assert told[-1]["assetId"]


def test_a_moderated_generation_carries_neither_file_nor_asset(visit: Callable[..., Visitor]) -> None:
    told = progress(visit(outcomes={1: {"kind": "moderated", "at": 63}}).submit())[-1]
    assert (told["progress"], told["moderated"]) == (63, True)
    assert "videoUrl" not in told
    assert "assetId" not in told


def test_a_generation_error_is_told_inside_the_stream(visit: Callable[..., Visitor]) -> None:
    last = objects(visit(outcomes={1: {"kind": "generation_error"}}).submit().text)[-1]
    assert "failed" in last["result"]["response"]["error"]["message"]


def test_a_network_error_cuts_the_stream_in_the_middle(visit: Callable[..., Visitor]) -> None:
    visitor = visit(outcomes={1: {"kind": "network_error", "at": 33}})
    with pytest.raises(httpx.RemoteProtocolError):
        visitor.submit()
    until(lambda: visitor.events("outcome"))
    assert visitor.events("outcome")[0]["outcome"] == "network_error"
    assert len(visitor.videos()) == 2


def test_a_video_can_be_finished_although_the_stream_was_cut(visit: Callable[..., Visitor]) -> None:
    visitor = visit(outcomes={1: {"kind": "network_error", "at": 33, "completes": True}})
    with pytest.raises(httpx.RemoteProtocolError):
        visitor.submit()
    until(lambda: [video["state"] for video in visitor.videos()] == ["done"] * 3)


def test_a_generation_goes_on_when_its_page_goes_away(visit: Callable[..., Visitor]) -> None:
    visitor = visit(generation=0.6)
    body = {"message": PROMPT, "parentPostId": POST}
    with visitor.http.stream("POST", "/rest/app-chat/conversations/new", json=body) as reply:
        next(reply.iter_bytes())
    assert visitor.videos()[-1]["state"] == "loading"
    until(lambda: visitor.videos()[-1]["state"] == "done")
    assert [entry["outcome"] for entry in visitor.events("outcome")] == ["success"]


@pytest.mark.parametrize("style", ["toast", "disabled"])
def test_a_limit_without_http_status_is_an_error_object(visit: Callable[..., Visitor], style: str) -> None:
    visitor = visit(quota=1, limit_style=style)
    visitor.submit()
    refused = visitor.submit()
    assert refused.status_code == 200
    assert objects(refused.text)[-1]["error"] == {"code": 8, "message": "Rate limit reached"}


def test_an_http_limit_says_when_to_come_back(visit: Callable[..., Visitor]) -> None:
    visitor = visit(quota=0, limit_style="http429", retry_after=90)
    refused = visitor.submit()
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "90")
    assert "too many requests" in refused.text.lower()
    assert '"code":8' in refused.text
    left = visitor.http.post("/rest/media/imagine/quota_info", json={}).json()["video720p"]
    assert left["remainingQueries"] == 0
    assert left["nextAvailableAt"].endswith("Z")


def test_a_refused_submit_makes_nothing_and_is_in_the_journal(visit: Callable[..., Visitor]) -> None:
    visitor = visit(quota=1)
    visitor.submit()
    visitor.submit()
    assert len(visitor.events("submit")) == 1
    assert [entry["outcome"] for entry in visitor.events("refused")] == ["rate_limited"]
    assert len(visitor.videos()) == 3


def test_a_raised_quota_lets_the_next_submit_through(visit: Callable[..., Visitor]) -> None:
    visitor = visit(quota=0)
    visitor.submit()
    assert visitor.change(quota=1).status_code == 200
    assert progress(visitor.submit())[-1]["progress"] == 100


def test_after_k_submits_everybody_is_signed_out_but_may_sign_in_anew(visit: Callable[..., Visitor]) -> None:
    visitor = visit(signed_out_after=1)
    made = progress(visitor.submit())[-1]
    refused = visitor.submit()
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, 16)
    assert visitor.http.get("/api/auth/session").json() == {}
    assert visitor.asset(made["videoUrl"]).status_code == 200
    assert progress(Visitor(visitor.site).submit())[-1]["progress"] == 100


def test_a_human_check_stands_before_page_and_api_until_a_person_passes(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(human_check_after=0)
    for reply in (visitor.http.get(f"/imagine/post/{POST}"), visitor.submit()):
        assert (reply.status_code, reply.headers["cf-mitigated"]) == (403, "challenge")
        assert "Just a moment..." in reply.text
    visitor.http.post("/human-check", data={"redirect": f"/imagine/post/{POST}"})
    assert visitor.submit().status_code == 200


def test_an_ignored_click_takes_a_submit_number_and_the_next_goes_through(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(outcomes={1: {"kind": "ignored_click"}, 2: {"kind": "moderated"}})
    clicks = [visitor.http.post("/rest/media/imagine/click", json={"id": POST}).json() for _ in range(2)]
    assert clicks == [{"ignored": True, "number": None}, {"ignored": False, "number": 2}]
    assert progress(visitor.submit(clickNumber=2))[-1]["moderated"] is True
    assert [entry["number"] for entry in visitor.events("submit")] == [2]


def test_the_journal_holds_digests_and_neither_prompt_nor_cookie(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.http.get(f"/imagine/post/{POST}")
    visitor.submit()
    until(lambda: visitor.events("outcome"))
    journal = visitor.http.get("/__control__/journal").text
    assert PROMPT not in journal
    assert visitor.http.cookies["sso"] not in journal
    assert [entry["event"] for entry in json.loads(journal)] == ["open", "submit", "outcome"]
    submit = visitor.events("submit")[0]
    assert submit["prompt"] == hashlib.sha256(PROMPT.encode()).hexdigest()
    assert (submit["number"], submit["post"]) == (1, POST)


def test_a_malformed_submit_is_refused_without_echoing_the_prompt(visit: Callable[..., Visitor]) -> None:
    reply = visit().submit(prompt=PROMPT, parentPostId="not-a-uuid")
    assert reply.status_code == 400
    assert PROMPT not in reply.text


def test_an_oversized_body_is_refused(visit: Callable[..., Visitor]) -> None:
    assert visit().submit(prompt="x" * 200_000).status_code == 413


@pytest.mark.parametrize("path", ["/", "/nothing", "/imagine/post/nothing", "/page/post.html", "/page/../x"])
def test_unknown_paths_are_404(visit: Callable[..., Visitor], path: str) -> None:
    assert visit().http.get(path).status_code == 404


def test_a_wrong_change_of_the_scenario_is_refused_and_changes_nothing(visit: Callable[..., Visitor]) -> None:
    visitor = visit(quota=7)
    reply = visitor.change(quota=-1)
    assert reply.status_code == 422
    assert "quota" in reply.text
    assert visitor.http.get("/__control__/scenario").json()["quota"] == 7


def test_put_replaces_the_scenario_and_post_changes_given_fields(visit: Callable[..., Visitor]) -> None:
    visitor = visit(quota=7)
    assert visitor.change(latency=0.01).json()["quota"] == 7
    assert visitor.http.put("/__control__/scenario", json={"latency": 0.02}).json()["quota"] is None


def test_a_reset_forgets_videos_and_journal_but_not_who_is_signed_in(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.submit()
    visitor.http.post("/__control__/reset")
    assert visitor.site.journal() == []
    assert len(visitor.videos()) == 2


def test_expiring_signs_everybody_out_and_a_fresh_session_is_signed_in(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.http.post("/__control__/expire")
    assert visitor.submit().status_code == 401
    fresh = visitor.http.post("/__control__/session").json()
    again = Visitor(visitor.site, {cookie["name"]: cookie["value"] for cookie in fresh})
    assert again.submit().status_code == 200


def test_every_reply_of_the_api_takes_the_latency(visit: Callable[..., Visitor]) -> None:
    visitor = visit(latency=0.3)
    began = time.monotonic()
    visitor.http.get("/api/auth/session")
    assert time.monotonic() - began >= 0.3


def test_videos_differ_in_their_bytes_and_need_the_session_cookie(visit: Callable[..., Visitor]) -> None:
    visitor = visit(earlier_videos=9)
    files = [visitor.asset(video["videoUrl"]) for video in visitor.videos()]
    assert len({file.content for file in files}) == 9
    assert all(int(file.headers["content-length"]) == len(file.content) for file in files)
    bare = httpx.get(f"{visitor.site.assets_origin}/{visitor.videos()[0]['videoUrl']}")
    assert bare.status_code == 403


def test_a_video_is_h264_and_aac_and_decodes_to_its_end(visit: Callable[..., Visitor]) -> None:
    av = pytest.importorskip("av")
    visitor = visit()
    body = visitor.asset(visitor.videos()[0]["videoUrl"]).content
    with av.open(io.BytesIO(body)) as video_file:
        video, audio = video_file.streams.video[0], video_file.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height) == (400, 736)
        assert len(list(video_file.decode(video=0))) == 145
    assert body.index(b"moov") < body.index(b"mdat")


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=5-99999999", 5, None)],
)
def test_a_range_of_a_video_is_served(visit: Callable[..., Visitor], wanted: str, first: int, last: int | None) -> None:
    visitor = visit()
    path = visitor.videos()[0]["videoUrl"]
    whole = visitor.asset(path).content
    part = visitor.asset(path, range=wanted)
    assert part.status_code == 206
    assert part.content == whole[first : None if last is None else last + 1]
    assert part.headers["content-range"].endswith(f"/{len(whole)}")


def test_a_range_outside_of_the_file_is_416(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    assert visitor.asset(visitor.videos()[0]["videoUrl"], range="bytes=9999999-").status_code == 416


def test_a_download_is_an_attachment_and_is_in_the_journal(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    video = visitor.videos()[0]
    file = visitor.asset(f"{video['videoUrl']}?cache=1&dl=1")
    assert file.headers["content-disposition"].startswith("attachment")
    assert [entry["video"] for entry in visitor.events("download")] == [video["id"]]


def test_a_fresh_video_can_be_missing_for_a_moment(visit: Callable[..., Visitor]) -> None:
    visitor = visit(asset_delay=0.4)
    path = progress(visitor.submit())[-1]["videoUrl"]
    assert visitor.asset(path).status_code == 404
    until(lambda: visitor.asset(path).status_code == 200)


def test_a_video_under_way_has_no_file_yet(visit: Callable[..., Visitor]) -> None:
    visitor = visit(outcomes={1: {"kind": "stuck", "at": 54}})
    body = {"message": PROMPT, "parentPostId": POST}
    with visitor.http.stream("POST", "/rest/app-chat/conversations/new", json=body):
        video = visitor.videos()[-1]
        assert "videoUrl" not in video
        path = video["thumbnailImageUrl"].replace("preview_image.jpg", "generated_video.mp4")
        assert visitor.asset(path).status_code == 404


def test_the_videos_own_post_belongs_to_the_image(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    own = progress(visitor.submit())[-1]
    listed = visitor.http.post("/rest/media/post/get", json={"id": own["videoPostId"]}).json()["post"]
    assert (listed["rootId"], listed["selected"], len(listed["videos"])) == (POST, own["videoId"], 3)


def test_stopping_ends_open_streams_at_once_and_keeps_the_journal() -> None:
    site = DemoSite(Scenario(signed=False, outcomes={1: Script(kind="stuck", at=1, seconds=0)}))
    site.start()
    visitor = Visitor(site)
    body = {"message": PROMPT, "parentPostId": POST}
    with visitor.http.stream("POST", "/rest/app-chat/conversations/new", json=body) as reply:
        chunks = reply.iter_bytes()  # kept, or the connection would close with it
        next(chunks)
        began = time.monotonic()
        site.stop()
        assert time.monotonic() - began < 3.5, "the server waited the 4 s that it gives to open connections"
    assert visitor.events("submit")


def test_a_hundred_submits_at_once_are_a_hundred_videos(visit: Callable[..., Visitor]) -> None:
    visitor = visit(generation=1)
    with ThreadPoolExecutor(100) as pool:
        replies = list(pool.map(lambda _: visitor.submit(), range(100)))
    assert len({progress(reply)[-1]["videoUrl"] for reply in replies}) == 100
    assert sorted(entry["number"] for entry in visitor.events("submit")) == list(range(1, 101))


def test_any_uuid_is_a_post_with_its_own_earlier_videos(visit: Callable[..., Visitor]) -> None:
    visitor = visit(earlier_videos=3)
    other = str(uuid.uuid4())
    assert visitor.http.get(f"/imagine/post/{other}").status_code == 200
    listed = visitor.http.post("/rest/media/post/get", json={"id": other}).json()["post"]["videos"]
    assert len(listed) == 3
    assert {video["id"] for video in listed}.isdisjoint(video["id"] for video in visitor.videos())
