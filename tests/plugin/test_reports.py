"""`report.html` of a real run, and the copy that `--share` writes."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from grokbatch.record.storage.picks import Pick, Picks
from tests.picks_file import write_picks
from tests.plugin.folder import PERMALINK, PROMPT, BatchFolder, said

if TYPE_CHECKING:
    from pathlib import Path


ALIAS = "annakarenina"


@pytest.fixture
def video_files(solo: BatchFolder) -> BatchFolder:
    """A folder with a batch of two videos whose files are called by the account's name."""
    solo.batch(count=2, download=True, account=ALIAS, filename="{account}-{index}")
    return solo


def links(page: Path) -> set[str]:
    """Return what a report leads to on disk, in its rows and in its style sheet."""
    text = page.read_text()
    places = set(re.findall(r"""(?:href|src)="([^"]+)\"""", text[: text.index("<footer>")]))
    return {unquote(place) for place in places if not re.match(r"https?:|data:|#", place)}


def test_the_report_shows_every_video_and_when_it_was_made_also_where_it_is_moved(video_files: BatchFolder) -> None:
    """Pictures, video files and the style sheet are found from the report, wherever its folder is."""
    video_files.run("cats.yaml")
    moved = video_files.run_directory().rename(video_files.path / "elsewhere")
    report = moved / "report.html"
    there = links(report)
    posters = {path.relative_to(moved).as_posix() for path in (moved / "posters").iterdir()}
    assert len(posters) == 2
    assert posters | {f"videos/{ALIAS}-1.mp4"} <= there
    assert all((moved / place).exists() for place in there)
    assert "video-002, attempt 1: completed" in report.read_text()
    assert not (moved / "share").exists()


def test_a_self_contained_report_holds_its_pictures(video_files: BatchFolder) -> None:
    video_files.run("cats.yaml", "--self-contained-html")
    report = video_files.run_directory() / "report.html"
    assert report.read_text().count("data:image/webp;base64,") == 2
    assert not any(place.endswith((".webp", ".css")) for place in links(report))
    assert not (video_files.run_directory() / "assets").exists()
    assert ".gb-time" in report.read_text()


def test_a_run_of_a_part_of_the_videos_reports_them_all(video_files: BatchFolder) -> None:
    """Whether `-k` or `--lf` chose them: what the run did is told of each, and pytest's own words are not."""
    video_files.batch(count=3, download=True, attempts=1)
    report = video_files.run_directory() / "report.html"

    def rows() -> list[tuple[str, str, str]]:
        return re.findall(r'<tbody id="(.*?)" data-state="(.*?)" data-did="(.*?)">', report.read_text())

    video_files.script(video_001=["TIMEOUT"])
    video_files.run("cats.yaml", "-k", "video-001 or video-002")
    never = ("video-003", "pending", "")
    assert rows() == [("video-001", "failed", "tried"), ("video-002", "completed", "made"), never]
    video_files.run("--lf")
    assert rows()[:2] == [("video-001", "completed", "made"), ("video-002", "completed", "")]
    assert '"tests": {}' in unescape(report.read_text()), "pytest-html's own table has no videos"


def test_a_test_beside_the_videos_keeps_a_row_of_its_own(video_files: BatchFolder) -> None:
    video_files.pytester.makepyfile(test_beside="def test_one(): print('what it said')\n")
    video_files.run("cats.yaml", "test_beside.py")
    text = unescape((video_files.run_directory() / "report.html").read_text())
    assert "::test_one" in text
    assert "what it said" in text
    assert "::video-001" not in text


def test_a_report_that_this_run_does_not_write_is_not_named(video_files: BatchFolder) -> None:
    assert "report.html" in said(video_files.run("cats.yaml"))
    assert "report.html" not in said(video_files.run("cats.yaml", "-p", "no:html"))
    told = said(video_files.run("cats.yaml", "--html", "mine/page.html"))
    assert "mine/page.html" in told
    assert "report.html" not in told
    assert "../reports/cats.demo/videos/" in (video_files.path / "mine" / "page.html").read_text()


def test_prompts_are_shown_in_the_user_s_own_pages_only(video_files: BatchFolder) -> None:
    """Neither what is handed on, nor log, events and terminal tell them, though the batch asks for them."""
    video_files.batch(count=1, download=True, account=ALIAS, show_prompts=True)
    told = said(video_files.run("cats.yaml", "--share", "--events", "events.jsonl", "--html=out/report.html", "-vv"))
    root = video_files.run_directory()
    report = video_files.path / "out" / "report.html"
    assert PROMPT in report.read_text()
    assert report.stat().st_mode & 0o077 == 0, "it holds what only its owner may read"
    assert PROMPT in (root / "wall.html").read_text()
    pages = {report, root / "wall.html", root / "manifest.json", video_files.path / "cats.yaml"}
    assert PROMPT not in told
    for path in {path for path in video_files.path.rglob("*") if path.is_file()} - pages:
        assert PROMPT.encode() not in path.read_bytes(), path


def test_a_fresh_run_does_not_take_the_style_sheet_from_its_report(video_files: BatchFolder) -> None:
    video_files.run("cats.yaml")
    video_files.run("cats.yaml", "--fresh")
    assert (video_files.run_directory() / "assets" / "style.css").is_file()


def test_a_run_that_makes_nothing_keeps_the_time_line_of_the_last_one(video_files: BatchFolder) -> None:
    video_files.run("cats.yaml")
    video_files.run("cats.yaml")
    assert "video-002, attempt 1: completed" in (video_files.run_directory() / "report.html").read_text()


@pytest.mark.parametrize("is_made_before", [False, True])
def test_a_copy_to_hand_on_tells_nothing_of_account_address_and_prompt(
    video_files: BatchFolder, *, is_made_before: bool
) -> None:
    """Also when all was made before and this run makes nothing."""
    if is_made_before:
        video_files.run("cats.yaml")
    result = video_files.run("cats.yaml", "--share")
    assert result.ret == 0
    assert "a copy to hand on" in said(result)
    share = video_files.run_directory() / "share"
    files = {path.relative_to(share).as_posix(): path.read_bytes() for path in share.rglob("*") if path.is_file()}
    assert set(files) == {"report.html", "wall.html", "videos/video-001.mp4", "videos/video-002.mp4"}
    for word in (
        PROMPT,
        PERMALINK.rpartition("/")[2],
        ALIAS,
        "grok.com",
        "//page",
        "made-video",
        str(video_files.path),
    ):
        assert not [name for name, content in files.items() if word.encode() in content], word
    assert files["report.html"].count(b"data:image/webp") == 2


def test_picked_videos_alone_are_handed_on(video_files: BatchFolder) -> None:
    video_files.run("cats.yaml")
    manifest = video_files.manifest()
    write_picks(
        video_files.path / "picks.yaml",
        Picks("cats.demo", manifest.id, manifest.updated_at, (Pick("video-002", 5, keep=True),)),
    )
    video_files.run("cats.yaml", "--picks", "picks.yaml", "--share")
    assert [path.name for path in (video_files.run_directory() / "share" / "videos").iterdir()] == ["video-002.mp4"]


def test_a_copy_that_cannot_be_written_does_not_fail_the_run(video_files: BatchFolder) -> None:
    video_files.run_directory().mkdir(parents=True)
    (video_files.run_directory() / "share").write_text("in the way")
    result = video_files.run("cats.yaml", "--share")
    assert result.ret == 0
    assert "not shared" in said(result)
