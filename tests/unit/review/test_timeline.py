"""The time line of a run: what is drawn, what is said, and what is left out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from grokbatch.record.model.manifest import AttemptRecord, FileRecord, FileState
from grokbatch.record.model.outcome import Category, Status
from grokbatch.review.report.timeline import WIDTH, time_line
from tests.unit.recorded import START, manifest, video

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.record.model.manifest import Manifest, VideoRecord

SVG = "{http://www.w3.org/2000/svg}"


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def tried(
    number: int, began: float, sent: float, ended: float | None, category: Category | None = None, worker: str = "gw0"
) -> AttemptRecord:
    return AttemptRecord(
        number=number,
        run=2 if began >= 0 else 1,
        worker=worker,
        started_at=after(began),
        submitted_at=after(sent),
        ended_at=None if ended is None else after(ended),
        category=category,
    )


def made(number: int, *attempts: AttemptRecord, status: Status = Status.COMPLETED, **fields: Any) -> VideoRecord:
    return video(number, status, attempts=list(attempts), **fields)


def drawn(html: str) -> ElementTree.Element:
    """Return the picture, which must be sound XML."""
    found = re.search(r"<svg.*</svg>", html, re.DOTALL)
    assert found
    return ElementTree.fromstring(found[0])  # noqa: S314 - our own


def told(html: str) -> list[str]:
    """Return what the mouse is told of the bars."""
    titles = [title.text or "" for title in drawn(html).iter(f"{SVG}title")]
    return titles[1:]


def said(html: str) -> str:
    found = re.search(r"<figcaption>(.*?)</figcaption>", html)
    assert found
    return found[1]


def texts(html: str) -> list[ElementTree.Element]:
    return list(drawn(html).iter(f"{SVG}text"))


def line(*manifests: Manifest, until: float) -> str:
    return time_line(manifests, START, after(until))


def test_the_figures_say_what_the_workers_time_went_into() -> None:
    """Two workers of 100 s: one makes a video, the other fails, waits, and makes one whose file takes 10 s."""
    file = FileRecord(state=FileState.DONE, path="a.mp4", run=2, worker="gw1", began_at=after(80), at=after(90))
    again = tried(1, 0, 5, 20, Category.TIMEOUT, "gw1"), tried(2, 30, 30, 80, worker="gw1")
    html = line(manifest(made(1, tried(1, 0, 10, 100)), made(2, *again, download=file)), until=100)
    assert said(html).endswith(
        ": 2 workers, 100 s: 70 % generating, 5 % getting ready, 10 % failed attempts, 5 % files, 10 % waiting."
    )


def test_percents_make_a_hundred() -> None:
    thirds = made(1, tried(1, 0, 10, 20)), made(2, tried(1, 20, 20, 30, Category.TIMEOUT), status=Status.FAILED)
    shares = [int(share) for share in re.findall(r"(\d+) %", said(line(manifest(*thirds), until=30)))]
    assert sum(shares) == 100


def test_every_attempt_says_its_video_its_outcome_and_its_time() -> None:
    """Who does not see colours reads a sign in the bar and the category in its title."""
    moderated = made(1, tried(1, 0, 5, 60, Category.CONTENT_MODERATED), status=Status.FAILED)
    html = line(manifest(moderated, made(2, tried(1, 60, 61, 100, worker="gw1"))), until=100)
    first, second = told(html)
    assert first.startswith("video-001, attempt 1: CONTENT_MODERATED, ")
    assert first.endswith("60 s, submitted after 5.0 s")
    assert second.startswith("video-002, attempt 1: completed, ")
    words = [text.text for text in texts(html)]
    assert {"browser 1", "browser 2", "⊘ 001", "002", "completed", "moderated"} <= set(words)
    fills = [part.get("fill") for part in drawn(html).iter(f"{SVG}rect")]
    assert "url(#gb-time-MODERATED)" in fills


def test_a_pause_before_trying_again_is_to_be_seen() -> None:
    twice = tried(1, 0, 1, 10, Category.TIMEOUT), tried(2, 28, 29, 40)
    assert "video-001: a pause of 18.0 s" in told(line(manifest(made(1, *twice)), until=40))


def test_an_unfinished_attempt_lasts_until_now() -> None:
    html = line(manifest(made(1, tried(1, 0, 5, None), status=Status.IN_PROGRESS)), until=50)
    assert told(html)[0].startswith("video-001, attempt 1: under way, ")
    assert "90 % generating" in said(html)


def test_a_resumed_run_is_shown_without_the_days_before() -> None:
    day = 86_400
    known = manifest(made(1, tried(1, -day, 5 - day, 60 - day)), made(2, tried(1, 1, 2, 20)))
    html = line(known, until=20)
    assert len(told(html)) == 1
    assert "1 worker, 20 s" in said(html)


def test_a_run_that_had_nothing_to_make_shows_the_last_one_that_had() -> None:
    """Two runs lie behind, a day apart; the later one is shown, and the page says so."""
    day = 86_400
    known = manifest(made(1, tried(1, -2 * day, 1 - 2 * day, 9 - 2 * day)), made(2, tried(1, -day, 1 - day, 30 - day)))
    html = line(known, until=5)
    assert "nothing was to be made" in said(html)
    assert "1 worker, 30 s" in said(html)
    assert len(told(html)) == 1


def test_nothing_is_drawn_where_nothing_was_ever_made() -> None:
    assert line(manifest(video(1, Status.PENDING)), until=5) == ""


def test_a_file_fetched_later_stands_in_the_lane_of_who_fetched_it() -> None:
    file = FileRecord(state=FileState.DONE, path="a.mp4", run=2, worker="gw7", began_at=after(1), at=after(4))
    html = line(manifest(made(1, tried(1, -5000, -4990, -4900), download=file)), until=5)
    assert [title.partition(",")[0] for title in told(html)] == ["video-001"]
    assert "browser 8" in [text.text for text in texts(html)]


def test_accounts_are_named_when_there_are_several() -> None:
    both = [
        manifest(made(1, tried(1, 0, 1, 9, worker=worker)), account=account, batch=account)
        for account, worker in (("anna", "gw0"), ("<b>", "gw1"))
    ]
    names = [text.text for text in texts(time_line(both, START, after(9)))]
    assert {"browser 1 anna", "browser 2 <b>"} <= set(names)
    alone = [text.text for text in texts(time_line(both[:1], START, after(9)))]
    assert "browser 1" in alone


@pytest.mark.parametrize(("workers", "videos"), [(1, 1), (1, 1000), (16, 40), (40, 200), (100, 1000)])
def test_the_picture_stays_small_and_its_words_apart(workers: int, videos: int) -> None:
    """From 1 to 100 workers and 1000 videos the height is bounded, and nothing is written over or outside."""
    each = 30 * workers / videos
    entries = [
        made(
            number + 1,
            tried(1, (number // workers) * each, (number // workers) * each + 1, (number // workers + 1) * each,
                  worker=f"gw{number % workers}"),
        )
        for number in range(videos)
    ]  # fmt: skip
    html = line(manifest(*entries), until=30)
    height = float(drawn(html).get("viewBox", "").split()[3])
    assert height < 460
    boxes = [box(text) for text in texts(html)]
    assert all(left >= 0 and right <= WIDTH and top >= 0 and bottom <= height for left, top, right, bottom in boxes)
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def box(text: ElementTree.Element) -> tuple[float, float, float, float]:
    """Return where a text stands, with letters as wide as they are in the common fonts."""
    x, y, wide = float(text.get("x", "")), float(text.get("y", "")), 6.2 * len(text.text or "")
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor") or "start"]
    return left, y - 9, left + wide, y + 2


def test_it_is_one_picture_with_a_name_to_who_does_not_see_it() -> None:
    svg = drawn(line(manifest(made(1, tried(1, 0, 1, 9))), until=9))
    named = {part.get("id"): part.text for part in svg if part.get("id")}
    assert svg.get("role") == "img"
    assert [bool(named[name]) for name in svg.get("aria-labelledby", "").split()] == [True, True]
