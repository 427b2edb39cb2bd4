"""Accounts on the built-in site, over HTTP: users apart, cookies that change or end, the human check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.server import DemoSite
from tests.unit.demo.demo_visitor import POST, Visitor, progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = f"/imagine/post/{POST}"


@pytest.fixture(scope="module")
def running() -> Iterator[DemoSite]:
    """One running site for all tests of this file."""
    with DemoSite() as site:
        yield site


@pytest.fixture
def play(running: DemoSite) -> Callable[..., DemoSite]:
    """Give the emptied site the wanted scenario."""

    def begin(**fields: object) -> DemoSite:
        scenario = Scenario.model_validate({"generation": 0.1, "signed": False} | fields).model_dump(mode="json")
        httpx.put(f"{running.origin}/__control__/scenario", json=scenario).raise_for_status()
        httpx.post(f"{running.origin}/__control__/reset")
        return running

    return begin


def visitor(site: DemoSite, user: str = "demo") -> Visitor:
    """Return a client that is signed in as `user`, through the control endpoint."""
    reply = httpx.post(f"{site.origin}/__control__/session", json={"user": user})
    return Visitor(site, {cookie["name"]: cookie["value"] for cookie in reply.json()})


def is_made(reply: httpx.Response) -> bool:
    """Whether the reply to a submit ends with a video."""
    told = progress(reply) if reply.status_code == 200 else []
    return bool(told) and "videoUrl" in told[-1]


def test_each_user_has_a_quota_of_their_own(play: Callable[..., DemoSite]) -> None:
    site = play(quota=1, quota_of={"archive": 2})
    studio, archive = visitor(site, "studio"), visitor(site, "archive")
    assert [is_made(studio.submit()) for _ in range(2)] == [True, False]
    assert [is_made(archive.submit()) for _ in range(3)] == [True, True, False]
    left = studio.http.post("/rest/media/imagine/quota_info", json={}).json()["video720p"]
    assert left["remainingQueries"] == 0


def test_a_user_sees_the_own_videos_and_the_earlier_ones(play: Callable[..., DemoSite]) -> None:
    site = play()
    studio, archive = visitor(site, "studio"), visitor(site, "archive")
    made = progress(studio.submit())[-1]
    assert made["videoId"] in {video["id"] for video in studio.videos()}
    assert len(archive.videos()) == 2
    assert studio.asset(made["videoUrl"]).status_code == 200


def test_the_journal_names_the_user_of_every_event(play: Callable[..., DemoSite]) -> None:
    studio = visitor(play(), "studio")
    studio.http.get(PAGE)
    made = progress(studio.submit())[-1]
    studio.asset(f"{made['videoUrl']}?dl=1")
    told = [(entry["event"], entry["user"]) for entry in studio.site.journal()]
    assert told == [(event, "studio") for event in ("open", "submit", "outcome", "download", "transfer")]
    assert studio.http.cookies["sso"] not in str(studio.site.journal())


def test_submits_can_sign_one_user_out_and_leave_the_other_alone(play: Callable[..., DemoSite]) -> None:
    site = play(signed_out_after_of={"studio": 1})
    studio, archive = visitor(site, "studio"), visitor(site, "archive")
    assert [studio.submit().status_code for _ in range(2)] == [200, 401]
    assert [archive.submit().status_code for _ in range(2)] == [200, 200]
    refused = studio.events("refused")
    assert [(entry["outcome"], entry["user"]) for entry in refused] == [("signed_out", "studio")]


def test_one_user_can_be_signed_out_from_outside(play: Callable[..., DemoSite]) -> None:
    site = play()
    studio, archive = visitor(site, "studio"), visitor(site, "archive")
    httpx.post(f"{site.origin}/__control__/expire", json={"user": "studio"})
    assert [one.submit().status_code for one in (studio, archive)] == [401, 200]
    assert [entry["user"] for entry in studio.events("signed_out")] == ["studio"]


@pytest.mark.parametrize("body", ['{"user": "a b"}', '{"name": "studio"}', "[]", "{", "\xff"])
@pytest.mark.parametrize("path", ["session", "expire"])
def test_a_wrong_user_is_refused_by_the_control_endpoint(play: Callable[..., DemoSite], path: str, body: str) -> None:
    site = play()
    reply = httpx.post(f"{site.origin}/__control__/{path}", content=body.encode("latin-1"))
    assert reply.status_code == 422
    assert reply.json()["error"]
    assert site.journal() == []


def test_whoever_signs_in_on_the_page_is_that_user(play: Callable[..., DemoSite]) -> None:
    site = play(sign_in_as="studio")
    with httpx.Client(base_url=site.origin, follow_redirects=True) as stranger:
        assert 'name="user" value="studio"' in stranger.get("/sign-in").text
        home = stranger.post("/sign-in", data={"user": "archive"})
        assert (home.url.path, "signed in as archive" in home.text) == ("/imagine", True)
        assert stranger.get("/api/auth/session").json()["user"]["name"] == "archive"
        assert stranger.post("/sign-in", data={"user": "<b>"}).status_code == 400


def test_the_sign_in_page_sends_a_signed_in_visitor_on(play: Callable[..., DemoSite]) -> None:
    studio = visitor(play(), "studio")
    assert studio.http.get("/sign-in").headers["location"] == "/imagine"
    assert studio.http.get(f"/sign-in?redirect={PAGE}").headers["location"] == PAGE


def test_a_session_that_is_over_is_refused_by_api_and_page_alike(play: Callable[..., DemoSite]) -> None:
    studio = visitor(play(session_seconds=3600), "studio")
    assert studio.submit().status_code == 200
    studio.change(session_seconds=0)
    refused = studio.submit()
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, 16)
    assert studio.http.get(PAGE).headers["location"] == f"/sign-in?redirect={PAGE}"
    assert studio.http.get("/api/auth/session").json() == {}


def test_an_account_whose_new_cookies_are_not_kept_is_signed_out_next_time(
    play: Callable[..., DemoSite],
) -> None:
    site = play(rotate_session=True, rotation_grace=0)
    kept = {cookie["name"]: cookie["value"] for cookie in site.session_cookies("studio")}
    first_run = Visitor(site, kept)
    assert [first_run.http.get(PAGE).status_code for _ in range(3)] == [200, 200, 200]
    assert first_run.submit().status_code == 200
    assert Visitor(site, kept).http.get(PAGE).headers["location"].startswith("/sign-in")
    written_back = {name: first_run.http.cookies[name] for name in kept}
    assert Visitor(site, written_back).http.get(PAGE).status_code == 200
    assert len({entry["session"] for entry in first_run.events("open")}) == 1


def test_a_cookie_stays_the_same_on_a_site_that_does_not_rotate_it(play: Callable[..., DemoSite]) -> None:
    studio = visitor(play(), "studio")
    before = studio.http.cookies["sso"]
    assert "set-cookie" not in studio.http.get(PAGE).headers
    assert studio.http.cookies["sso"] == before


def test_only_pages_change_the_cookie(play: Callable[..., DemoSite]) -> None:
    studio = visitor(play(rotate_session=True), "studio")
    before = studio.http.cookies["sso"]
    studio.submit()
    studio.http.get("/page/site.css")
    assert studio.http.cookies["sso"] == before
    studio.http.get("/imagine")
    assert studio.http.cookies["sso"] != before


def test_a_person_passes_the_check_for_one_browser_only(play: Callable[..., DemoSite]) -> None:
    site = play(human_check=True)
    one, other = visitor(site), visitor(site)
    page = one.http.get(f"{PAGE}?scope=asset")
    assert (page.status_code, page.headers["cf-mitigated"]) == (403, "challenge")
    assert "<title>Just a moment..." in page.text
    assert f'value="{PAGE}?scope=asset"' in page.text
    back = one.http.post("/human-check", data={"redirect": PAGE})
    assert back.headers["location"] == PAGE
    assert [who.submit().status_code for who in (one, other)] == [200, 403]
    assert [entry["event"] for entry in site.journal()][:2] == ["human_check", "human_passed"]
    assert [entry["outcome"] for entry in one.events("refused")] == ["human_check"]


def test_a_clearance_that_the_site_does_not_know_is_none(play: Callable[..., DemoSite]) -> None:
    one = visitor(play(human_check=True))
    one.http.post("/human-check", data={"redirect": PAGE})
    assert one.http.get(PAGE).status_code == 200
    one.http.post("/__control__/reset")
    assert one.http.get(PAGE).status_code == 403


def test_the_check_can_begin_in_mid_run_and_be_cleared_for_everybody(play: Callable[..., DemoSite]) -> None:
    studio = visitor(play(), "studio")
    assert studio.submit().status_code == 200
    studio.change(human_check=True)
    assert studio.submit().headers["cf-mitigated"] == "challenge"
    assert studio.http.get("/human-check").json() == {"wanted": True}
    studio.http.post("/__control__/clear")
    assert studio.http.get("/human-check").json() == {"wanted": False}
    assert studio.submit().status_code == 200


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org"])
def test_the_check_never_leads_away_from_the_site(play: Callable[..., DemoSite], target: str) -> None:
    reply = httpx.post(f"{play().origin}/human-check", data={"redirect": target})
    assert reply.headers["location"] == "/sign-in"
