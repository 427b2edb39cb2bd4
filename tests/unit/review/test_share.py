"""The copy to hand on: what is in it, and what must not be, read byte by byte."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import av
import pytest

from grokbatch.demo.clips.clips import FOLDER
from grokbatch.media.probe import read_facts
from grokbatch.record.model.manifest import AccountPart, FileRecord, FileState, Manifest
from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.source_pictures import keep
from grokbatch.review.share.folder import build_share
from grokbatch.review.wall.content import wall_text
from tests.unit.recorded import PROMPT, START, attempt, manifest, stopped, video

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.model.manifest import VideoRecord

ALIAS = "annakarenina"
SECOND = "levin-the-second"
MADE_ID = "7d1f9c52-aaaa-4bbb-8ccc-123456789abc"
SITE = "https://imagine.example"
PICTURE = "the picture that the videos were made from"


@pytest.fixture
def directory(tmp_path: Path) -> RunDirectory:
    """A run directory in which every name and every note tells something."""
    root = tmp_path / f"{ALIAS}-cats"
    for folder in ("videos", "posters", "debug/a"):
        (root / folder).mkdir(parents=True)
    keep(RunDirectory(root), manifest().permalink, b"\xff\xd8\xff" + PICTURE.encode())
    (root / "debug" / "a" / "page.png").write_bytes(b"png")
    return RunDirectory(root)


def completed(directory: RunDirectory, number: int, **fields: Any) -> VideoRecord:
    path = directory.root / "videos" / f"{ALIAS}-{number}.mp4"
    path.write_bytes((FOLDER / "dawn.mp4").read_bytes())
    (directory.root / "posters" / f"{number}.webp").write_bytes(b"poster")
    file = FileRecord(
        state=FileState.DONE, path=f"videos/{path.name}", at=START, size=path.stat().st_size, width=400, height=736
    )
    told: dict[str, Any] = {
        "worker": "gw0",
        "video_id": MADE_ID,
        "video_url": f"{SITE}/files/{MADE_ID}.mp4",
        "page_url": f"{SITE}/imagine/post/{MADE_ID}",
        "download": file,
        "poster": f"posters/{number}.webp",
    }
    return video(number, Status.COMPLETED, **told | fields)


def telling(directory: RunDirectory) -> Manifest:
    """Return a manifest whose every field that could tell something does."""
    tried = attempt()
    tried.known_ids, tried.reply_ids, tried.message = [MADE_ID], [MADE_ID], f"{SITE}: {PROMPT}"
    odd = completed(
        directory,
        1,
        attempts=[tried],
        misses=[
            "audio: wanted sound, measured silence",
            f"starts_like_source: wanted a likeness of 0.6 or more, measured nothing: {directory.root}/a.png",
        ],
        degraded=f"asked for 720p, got 480p ({ALIAS})",
        history=[video(1, Status.FAILED, prompt="an earlier prompt")],
    )
    failed = video(
        2,
        Status.FAILED,
        Category.TIMEOUT,
        message=f"{SITE} said {PROMPT}",
        evidence=["debug/a/page.png"],
        page_url=f"{SITE}/p",
    )
    failed.account = SECOND
    odd.degraded += f" {SECOND}"
    parts = {SECOND: AccountPart()}
    found = stopped(
        Category.AUTH_REQUIRED, odd, failed, account=ALIAS, batch=f"{ALIAS}-cats", site=SITE, account_parts=parts
    )
    assert found.stop
    found.stop.message = f"{ALIAS} must sign in at {SITE}"
    return found


def share(directory: RunDirectory, of: Manifest, **how: Any) -> Path:
    build_share(directory, of, START, START, **how)
    return directory.share


def test_no_byte_of_it_tells_account_address_or_prompt(directory: RunDirectory) -> None:
    folder = share(directory, telling(directory))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"report.html", "wall.html", "video-001.mp4"}
    words = [ALIAS, SECOND, PROMPT, MADE_ID, "an earlier prompt", "imagine.example", "grok.com", "00000000-0000", "://"]
    words += [PICTURE, base64.b64encode(PICTURE.encode()).decode(), directory.sources.name]
    assert "sources/" in wall_text(directory, telling(directory))
    for path in files:
        text = path.read_bytes().lower().replace(b"http://www.w3.org/2000/svg", b"")
        if path.suffix == ".mp4":
            text = text.replace(b"http://www.videolan.org", b"")
        for word in [*words, str(directory.root.parent)]:
            assert word.lower().encode() not in text, (path.name, word)


def test_it_is_whole_and_everybody_who_gets_it_can_read_it(directory: RunDirectory) -> None:
    """Both pages hold their pictures, everything that they link is there, and what was found is told."""
    folder = share(directory, telling(directory))
    for page in ("report.html", "wall.html"):
        text = (folder / page).read_text()
        assert "data:image/webp;base64,cG9zdGVy" in text
        links = [place for place in re.findall(r'(?:href|src)="([^"#]+)"', text) if not place.startswith("data:")]
        assert all((folder / place).is_file() for place in links)
        assert "videos/video-001.mp4" in text
        assert "TIMEOUT" in text
        assert "asked for 720p, got 480p" in text
        assert "measured silence" in text
    assert "<svg" in (folder / "report.html").read_text()
    assert all(path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644) for path in folder.rglob("*"))
    assert folder.stat().st_mode & 0o777 == 0o755


def test_only_picked_videos_are_handed_on_if_that_is_wanted(directory: RunDirectory) -> None:
    folder = share(directory, manifest(completed(directory, 1), completed(directory, 2)), only=["video-002"])
    assert [path.name for path in (folder / "videos").iterdir()] == ["video-002.mp4"]
    assert "video-001" not in (folder / "wall.html").read_text() + (folder / "report.html").read_text()


def test_a_second_copy_leaves_nothing_of_the_first_behind(directory: RunDirectory) -> None:
    share(directory, manifest(completed(directory, 1), completed(directory, 2)))
    folder = share(directory, manifest(completed(directory, 2)))
    assert [path.name for path in (folder / "videos").iterdir()] == ["video-002.mp4"]


def test_a_video_that_says_where_it_comes_from_is_handed_on_without_the_remark(directory: RunDirectory) -> None:
    of = manifest(completed(directory, 1))
    source = directory.root / "videos" / f"{ALIAS}-1.mp4"
    with av.open(FOLDER / "dawn.mp4") as video_file, av.open(source, "w", format="mp4") as marked:
        marked.metadata["comment"] = PROMPT
        stream = marked.add_stream_from_template(video_file.streams.video[0])
        for packet in video_file.demux(video_file.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                marked.mux(packet)
    assert PROMPT.encode() in source.read_bytes()
    copy = share(directory, of) / "videos" / "video-001.mp4"
    assert PROMPT.encode() not in copy.read_bytes()
    was, now = read_facts(source), read_facts(copy)
    assert (now.width, now.height) == (was.width, was.height)
    assert now.duration == pytest.approx(was.duration, abs=0.1)


def test_a_video_that_cannot_be_freed_of_what_it_tells_is_left_out_and_named(directory: RunDirectory) -> None:
    of = manifest(completed(directory, 1))
    (directory.root / "videos" / f"{ALIAS}-1.mp4").write_bytes(b"no video file at all: " + PROMPT.encode())
    assert build_share(directory, of, START, START) == ["video-001.mp4"]
    assert not list((directory.share / "videos").iterdir())
    assert "videos/" not in (directory.share / "wall.html").read_text()


def test_ids_that_are_made_of_words_of_the_batch_become_numbers(directory: RunDirectory) -> None:
    """Names and axes are words of the prompts' author, and nobody else's."""
    named = completed(directory, 1, id="moor-foggy-01", name="moor", axes={"air": "foggy"}, index=4)
    folder = share(directory, manifest(named, completed(directory, 2, index=2)))
    assert sorted(path.name for path in (folder / "videos").iterdir()) == ["video-002.mp4", "video-004.mp4"]
    pages = (folder / "wall.html").read_text() + (folder / "report.html").read_text()
    assert "moor" not in pages
    assert "foggy" not in pages
    assert pages.count("video-004") >= 2
