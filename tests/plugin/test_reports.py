"""`report.html` of a real run, and the copy that `--share` writes."""

from __future__ import annotations

import json
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
    text = unescape(unescape(page.read_text()))
    blob = json.dumps(json.loads(re.search(r'data-jsonblob="(.*?)">', page.read_text())[1].replace("&#34;", '"')))  # type: ignore[index]
    found = re.findall(r"""(?:href|src)=\\?["']([^"'\\]+)|url\('([^']+)'\)""", text + unescape(blob))
    places = {first or second for first, second in found}
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
