"""Somebody edits a manifest so that it names other files: none of them is shown, copied, handed on or removed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from grokbatch.demo.clips.clips import FOLDER
from grokbatch.record.model.manifest import FileRecord, FileState, Manifest
from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.storage.picks import Pick
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.trash import stored_files
from grokbatch.review.evidence_files import bundle_files
from grokbatch.review.export.chosen import chosen, files_on_disk
from grokbatch.review.report.video import ReportedVideo
from grokbatch.review.share.folder import build_share
from grokbatch.review.wall.content import build_wall
from tests.unit.recorded import START, manifest, video

SECRET = b"a secret of the user's own"
CLIP = (FOLDER / "dawn.mp4").read_bytes() + b"\0\0\0\x22free" + SECRET


@pytest.fixture
def directory(tmp_path: Path) -> RunDirectory:
    """A run directory, with an output folder elsewhere and other files of the user beside both."""
    for name in ("cats/videos", "cats/debug", "cats/posters", "out", "home"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "home" / "diary.mp4").write_bytes(CLIP)
    (tmp_path / "home" / "diary.png").write_bytes(SECRET)
    root = tmp_path / "cats"
    (root / "videos" / "link.mp4").symlink_to(tmp_path / "home" / "diary.mp4")
    (root / "debug" / "link.png").symlink_to(tmp_path / "home" / "diary.png")
    (root / "posters" / "link.png").symlink_to(tmp_path / "home" / "diary.png")
    (root / "manifest.json").write_bytes(SECRET)
    return RunDirectory(root, tmp_path / "out")


def brought(path: str) -> FileRecord:
    return FileRecord(state=FileState.DONE, path=path, at=START, size=1, width=400, height=736)


def naming(name: str, directory: RunDirectory) -> Manifest:
    """Return a manifest in which everything that can name a file names that one."""
    name = name.replace("HOME", str(directory.root.parent / "home"))
    picture = name.replace(".mp4", ".png")
    poster, page = picture.replace("videos/link", "posters/link"), picture.replace("videos/link", "debug/link")
    made = video(1, Status.COMPLETED, download=brought(name), hd=brought(name), poster=poster)
    failed = video(2, Status.FAILED, Category.TIMEOUT, evidence=[page])
    return manifest(made, failed)


ELSEWHERE = ["HOME/diary.mp4", "../home/diary.mp4", "videos/../../home/diary.mp4", "videos/link.mp4", "manifest.json"]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_other_file_is_handed_on(directory: RunDirectory, name: str) -> None:
    build_share(directory, naming(name, directory), START, START)
    for path in directory.share.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert SECRET not in content
            assert base64.b64encode(SECRET) not in content
    assert not list((directory.share / "videos").iterdir())


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_other_file_is_copied_for_a_pick(directory: RunDirectory, name: str) -> None:
    assert not files_on_disk(directory, naming(name, directory), ["video-001"])


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_other_file_is_exported_in_any_form_or_thrown_away(directory: RunDirectory, name: str) -> None:
    edited = naming(name, directory)
    videos, missing = chosen(directory, edited, [Pick("video-001", 5, True)])
    assert (videos, missing) == ((), ("video-001",))
    assert not list(stored_files(directory, edited.videos.values()))


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_other_file_is_shown(directory: RunDirectory, name: str) -> None:
    edited = naming(name, directory)
    wall = build_wall(directory, edited).read_text()
    assert "diary" not in wall
    assert "link." not in wall
    for record in edited.videos.values():
        shown = ReportedVideo(record, directory)
        assert (shown.file, shown.hd, shown.poster, shown.screenshot) == (None, None, None, None)
        assert bundle_files(directory, record) == []


def test_files_below_run_directory_and_output_folder_are_shown(directory: RunDirectory) -> None:
    places = (directory.root / "videos" / "a.mp4", directory.root.parent / "out" / "deep" / "b.MP4")
    for path in places:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(CLIP)
    (directory.posters / "a.webp").write_bytes(b"poster")
    record = video(1, Status.COMPLETED, download=brought("videos/a.mp4"), hd=brought(str(places[1])))
    record.poster = "posters/a.webp"
    shown = ReportedVideo(record, directory)
    assert (shown.file, shown.hd, shown.poster) == (*places, directory.posters / "a.webp")


def test_a_link_in_place_of_the_shared_videos_does_not_get_its_target_emptied(directory: RunDirectory) -> None:
    """What does not belong into the copy is removed from it, and from nowhere else."""
    directory.share.mkdir()
    (directory.share / "videos").symlink_to(directory.root.parent / "home", target_is_directory=True)
    build_share(directory, manifest(video(1, Status.PENDING)), START, START)
    assert (directory.root.parent / "home" / "diary.mp4").exists()
    assert not (directory.share / "videos").is_symlink()


def test_a_link_in_place_of_the_copy_does_not_get_its_target_changed(directory: RunDirectory) -> None:
    home = directory.root.parent / "home"
    mode = home.stat().st_mode
    directory.share.symlink_to(home, target_is_directory=True)
    build_share(directory, manifest(video(1, Status.PENDING)), START, START)
    assert sorted(path.name for path in home.iterdir()) == ["diary.mp4", "diary.png"]
    assert home.stat().st_mode == mode
    assert (directory.share / "wall.html").exists()
