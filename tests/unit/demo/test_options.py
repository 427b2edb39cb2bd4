"""The built-in site's eras, options and traps over HTTP: what is asked for, delivered, and told to the page."""

from __future__ import annotations

import html
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.demo.demo_visitor import POST, Visitor, objects, progress, until

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = f"/imagine/post/{POST}"
LONG: dict[str, Any] = {"videoLength": 10, "resolutionName": "720p"}


@pytest.fixture
def usual() -> dict[str, Any]:
    return {"generation": 0.1, "earlier_videos": 1}


def boot(visitor: Visitor) -> dict[str, Any]:
    """Return what the page of a post is told when it opens."""
    found = re.search(r'id="boot">(.*?)</script>', visitor.http.get(PAGE).text)
    assert found
    told: dict[str, Any] = json.loads(html.unescape(found[1]))
    return told


def ask(visitor: Visitor, what: str, video: str) -> int:
    return visitor.http.post(f"/rest/media/{what}", json={"id": video}).status_code


@pytest.mark.parametrize(
    ("asked", "frames", "size"),
    [
        ({}, 145, (400, 736)),
        (LONG, 241, (784, 1168)),
        ({"videoLength": 15, "resolutionName": "1080p", "aspectRatio": "16:9"}, 361, (1920, 1080)),
        ({"aspectRatio": "1:1"}, 145, (560, 560)),
    ],
)
def test_a_video_is_what_was_asked_for(
    visit: Callable[..., Visitor], asked: dict[str, Any], frames: int, size: tuple[int, int]
) -> None:
    """The file has the length, the shape, sound to its end and every picture; the stream tells the same."""
    av = pytest.importorskip("av")
    visitor = visit()
    told = progress(visitor.submit(**asked))[-1]
    assert (told["width"], told["height"]) == size
    with av.open(io.BytesIO(visitor.asset(told["videoUrl"]).content)) as video_file:
        picture, sound = video_file.streams.video[0], video_file.streams.audio[0]
        assert (picture.width, picture.height) == size
        assert video_file.duration / 1e6 == pytest.approx(frames / 24, abs=0.001)
        decoded = {"video": 0, "audio": 0}
        for each in video_file.decode(picture, sound):
            decoded["audio" if hasattr(each, "samples") else "video"] += getattr(each, "samples", 1)
        assert decoded["video"] == frames
        assert decoded["audio"] / sound.rate == pytest.approx(frames / 24, abs=0.07)
    assert visitor.events("submit")[0]["options"] == asked


def test_the_better_quota_ends_silently(visit: Callable[..., Visitor]) -> None:
    visitor = visit(lowers_resolution_after=1)
    assert [progress(visitor.submit(**LONG))[-1]["resolutionName"] for _ in range(2)] == ["720p", "480p"]
    assert [entry["options"] for entry in visitor.events("submit")] == [LONG, LONG]


def test_a_free_account_may_not_ask_for_more_than_six_seconds(visit: Callable[..., Visitor]) -> None:
    visitor = visit(free_account=True)
    refused = visitor.submit(**LONG)
    assert refused.status_code == 429
    assert "duration" in refused.text
    assert not re.search(r"too many|limit|\"code\":8", refused.text)
    assert [entry["outcome"] for entry in visitor.events("refused")] == ["illegal_option"]
    assert progress(visitor.submit())[-1]["videoUrl"]


def test_a_stale_page_is_told_once_and_costs_nothing(visit: Callable[..., Visitor]) -> None:
    visitor = visit(outcomes={1: {"kind": "stale_page"}}, quota=1)
    refused = visitor.submit()
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, 7)
    assert "This page is out of date" in refused.text
    assert progress(visitor.submit())[-1]["videoUrl"]


def test_an_upscaled_video_has_a_second_bigger_file(visit: Callable[..., Visitor]) -> None:
    visitor = visit(upscaling=0)
    made = progress(visitor.submit())[-1]
    hd = made["videoUrl"].replace(".mp4", "_hd.mp4")
    assert visitor.asset(hd).status_code == 404
    assert [ask(visitor, "video/upscale", made["videoId"]) for _ in range(2)] == [200, 400]
    assert len(visitor.asset(hd).content) > len(visitor.asset(made["videoUrl"]).content)
    assert visitor.videos()[-1]["hdUrl"] == hd
    big = progress(visitor.submit(**LONG))[-1]
    assert ask(visitor, "video/upscale", big["videoId"]) == 400
    assert [entry["video"] for entry in visitor.events("upscale")] == [made["videoId"]]


def test_a_deleted_video_is_gone_and_only_its_user_may_delete_it(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    made = progress(visitor.submit())[-1]
    stranger = visitor.http.post("/__control__/session", json={"user": "studio"}).json()
    other = Visitor(visitor.site, {cookie["name"]: cookie["value"] for cookie in stranger})
    assert ask(other, "post/delete", made["videoId"]) == 404
    assert ask(visitor, "post/delete", made["videoId"]) == 200
    assert visitor.asset(made["videoUrl"]).status_code == 404
    assert len(visitor.videos()) == 1
    assert [entry["video"] for entry in visitor.events("delete")] == [made["videoId"]]


def test_a_cancelled_generation_leaves_nothing(visit: Callable[..., Visitor]) -> None:
    visitor = visit(generation=0.4)
    body = {"message": "x", "parentPostId": POST}
    with visitor.http.stream("POST", "/rest/app-chat/conversations/new", json=body):
        assert ask(visitor, "imagine/cancel", visitor.videos()[-1]["id"]) == 200
    assert len(visitor.videos()) == 1
    made = progress(visitor.submit())[-1]["videoId"]
    until(lambda: visitor.events("outcome"))
    assert [entry["video"] for entry in visitor.events("outcome")] == [made]


def test_a_submit_for_an_image_is_noted_and_makes_no_video(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    assert "streamingImageGenerationResponse" in visitor.submit(mode="image").text
    assert len(visitor.events("image")) == 1
    assert not visitor.events("submit")


def test_a_video_that_the_page_starts_takes_no_number(visit: Callable[..., Visitor]) -> None:
    visitor = visit(outcomes={1: {"kind": "moderated"}})
    assert progress(visitor.submit("", autoStart=True))[-1]["videoUrl"]
    assert progress(visitor.submit())[-1]["moderated"]
    assert [entry["number"] for entry in visitor.events("auto_start") + visitor.events("submit")] == [None, 1]
    assert visitor.submit("").status_code == 400


def test_a_page_that_shall_crash_is_told_where_and_the_video_is_made(visit: Callable[..., Visitor]) -> None:
    visitor = visit(outcomes={1: {"kind": "page_crash", "at": 44}})
    reply = visitor.submit()
    assert reply.headers["x-demo-crash-at"] == "44"
    assert progress(reply)[-1]["videoUrl"]
    assert "x-demo-crash-at" not in visitor.submit().headers


def test_the_gallery_shows_other_peoples_videos(visit: Callable[..., Visitor]) -> None:
    visitor = visit(gallery=3)
    cards, own = boot(visitor)["gallery"], visitor.videos()[0]
    assert len(cards) > 3  # more for later
    assert own["id"] not in {card["id"] for card in cards}
    assert cards[0]["videoUrl"].split("/")[1] != own["videoUrl"].split("/")[1]
    assert visitor.asset(cards[0]["videoUrl"]).status_code == 200


@pytest.mark.parametrize(
    ("era", "language", "label", "words"),
    [
        ("A", "es", "make", "Crear video"),
        ("A", "tr", "make", "Make video"),
        ("B", "tr", "make", "Gönder"),
        ("B", "es", "submit", "Enviar"),
        ("C", "zh", "create", "生成视频"),
        ("C", "ko", "create", "제출"),
        ("C", "pt", "send", "Send"),
    ],
)
def test_labels_are_in_the_language_as_far_as_it_is_known(
    visit: Callable[..., Visitor], era: str, language: str, label: str, words: str
) -> None:
    assert boot(visit(era=era, language=language))["labels"][label] == words


@pytest.mark.parametrize(
    ("fields", "seconds", "best"),
    [
        ({"era": "A"}, [6, 10], "720p"),
        ({}, [6, 10, 15], "1080p"),
        ({"era": "C"}, [6, 10, 15], "1080p"),
        ({"era": "C", "longest": 6, "best": "480p"}, [6], "480p"),
    ],
)
def test_a_page_offers_what_its_era_has_or_what_is_wanted(
    visit: Callable[..., Visitor], fields: dict[str, object], seconds: list[int], best: str
) -> None:
    told = boot(visit(**fields))
    assert (told["durations"], told["resolutions"][-1]) == (seconds, best)


def test_an_unknown_layout_keeps_its_files_elsewhere(visit: Callable[..., Visitor]) -> None:
    visitor = visit(layout="unknown")
    made = objects(visitor.submit().text)[-1]["result"]["response"]["streamingVideoGenerationResponse"]
    assert "/generated/" not in made["videoUrl"]
    assert made["videoId"] in made["videoUrl"]
    assert visitor.asset(made["videoUrl"]).status_code == 200


@pytest.mark.parametrize(("told", "means"), [(True, "moderated"), (False, ""), ("limit", "limit")])
def test_an_old_toast_may_still_be_told_as_yes_or_no(visit: Callable[..., Visitor], told: object, means: str) -> None:
    assert boot(visit(old_toast=told))["oldToast"] == means
