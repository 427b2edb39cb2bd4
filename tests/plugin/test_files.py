"""Finished videos on their way to disk, and what is done with them there."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from grokbatch.cli.app import app
from grokbatch.demo.clips.clips import still_bytes
from grokbatch.record.storage.picks import Pick, Picks
from tests.picks_file import write_picks
from tests.plugin.folder import PROMPT, BatchFolder, said

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.model.manifest import VideoRecord


# What nobody foresees is a fault in our own code: so one is put there.
FAULT = """
import grokbatch.media.near_duplicates
from pytest import MonkeyPatch

PATCH, SOUND = MonkeyPatch(), grokbatch.media.near_duplicates.fingerprint


def faulty(file, samples):
    if "002" in file.name:
        raise ZeroDivisionError("while it read: a very private prompt about slow hills")
    return SOUND(file, samples)


def pytest_configure():
    PATCH.setattr(grokbatch.media.near_duplicates, "fingerprint", faulty)


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        PATCH.undo()
"""


@pytest.fixture
def files(solo: BatchFolder) -> BatchFolder:
    """A folder with a batch of two videos that are brought to disk."""
    solo.batch(count=2, download=True)
    return solo


def record(folder: BatchFolder, name: str = "video-001") -> VideoRecord:
    return folder.manifest().videos[name]


def videos(folder: BatchFolder) -> Path:
    return folder.run_directory() / "videos"


def test_every_finished_video_is_on_disk_described_and_on_the_wall(either: BatchFolder) -> None:
    either.batch(count=2, download=True, filename="{id}-{seed_hash}")
    assert either.run("cats.yaml").ret == 0
    names = sorted(path.name for path in videos(either).glob("*.mp4"))
    assert [name[:10] for name in names] == ["video-001-", "video-002-"]
    told = json.loads((videos(either) / names[0]).with_suffix(".json").read_text())
    assert (told["id"], told["index"], told["video_id"]) == ("video-001", 1, record(either).video_id)
    assert "prompt" not in told
    assert record(either).download is not None
    assert record(either).download.sha256 == told["sha256"]  # type: ignore[union-attr]
    wall = (either.run_directory() / "wall.html").read_text()
    assert names[1] in wall
    assert PROMPT not in wall
    assert len(list((either.run_directory() / "posters").iterdir())) == 2
    assert not list(videos(either).glob("*.part"))


def test_a_resolution_in_the_name_is_the_one_that_the_site_made(files: BatchFolder) -> None:
    """Also when the file is gone and is fetched once more; nobody has asked for a resolution."""
    files.batch(count=1, download=True, filename="{index}-{resolution}")
    files.run("cats.yaml")
    assert record(files).download.path == "videos/1-480p.mp4"  # type: ignore[union-attr]
    (videos(files) / "1-480p.mp4").unlink()
    files.run("cats.yaml")
    assert (videos(files) / "1-480p.mp4").exists()


def test_files_of_completed_videos_are_counted_once(files: BatchFolder) -> None:
    files.batch(count=2, download=False)
    files.run("cats.yaml")
    files.batch(count=2, download=True)
    told = said(files.run("cats.yaml"))
    assert "1/2" in told
    assert "2/2" in told
    assert "3/2" not in told


def test_a_failed_download_is_fetched_by_the_next_lf_and_nothing_is_made_again(either: BatchFolder) -> None:
    either.batch(count=2, download=True)
    either.script(files={"video-002": ["disk full"]})
    result = either.run("cats.yaml")
    assert result.ret == 1
    assert "DOWNLOAD_FAILED" in said(result)
    assert "No space left" in said(result)
    assert "pytest --lf  (fetches the files of 1 video, and makes none)" in said(result)
    assert either.statuses() == {"video-001": "COMPLETED", "video-002": "COMPLETED"}
    assert record(either, "video-002").download.state == "failed"  # type: ignore[union-attr]
    assert either.run("--lf").ret == 0
    assert set(either.submits().values()) == {1}
    assert len(list(videos(either).glob("*.mp4"))) == 2


def test_a_video_made_before_a_kill_is_only_fetched(files: BatchFolder) -> None:
    files.batch(count=2, download=False)
    files.run("cats.yaml")
    files.batch(count=2, download=True)
    assert files.run("cats.yaml").ret == 0
    assert set(files.submits().values()) == {1}
    assert len(list(videos(files).glob("*.mp4"))) == 2


def test_a_file_that_was_brought_but_not_recorded_is_found_again(files: BatchFolder) -> None:
    files.run("cats.yaml")
    manifest = files.run_directory() / "manifest.json"
    state = json.loads(manifest.read_text())
    state["videos"]["video-001"]["download"] = None
    manifest.write_text(json.dumps(state))
    assert files.run("cats.yaml").ret == 0
    assert files.notes("download") == ["video-001", "video-002"]
    assert record(files).download.path == "videos/cats.demo-001.mp4"  # type: ignore[union-attr]


@pytest.mark.parametrize("way", ["early", "cut", "refused"])
def test_a_file_that_does_not_come_at_once_is_asked_for_again(files: BatchFolder, way: str) -> None:
    files.script(files={"video-001": [way]})
    assert files.run("cats.yaml").ret == 0
    assert files.notes("download").count("video-001") == 2
    assert set(files.submits().values()) == {1}


def test_what_one_file_has_shown_of_the_ways_to_files_the_next_ones_need_not_find_out(files: BatchFolder) -> None:
    files.script(files={"video-001": ["forbidden"] * 4, "video-002": ["forbidden"] * 4})
    assert files.run("cats.yaml").ret == 0
    assert files.notes("by address") == ["video-001"] * 2
    assert files.notes("by button") == ["video-001", "video-002"]


def test_a_file_of_the_same_name_is_not_written_over(files: BatchFolder) -> None:
    videos(files).mkdir(parents=True)
    (videos(files) / "cats.demo-001.mp4").write_text("mine")
    assert files.run("cats.yaml").ret == 0
    assert (videos(files) / "cats.demo-001.mp4").read_text() == "mine"
    assert record(files).download.path == "videos/cats.demo-001~2.mp4"  # type: ignore[union-attr]


def test_a_missed_expectation_fails_the_item_and_keeps_the_video(files: BatchFolder) -> None:
    files.batch(count=1, download=True, expect={"duration": 10, "audio": True})
    result = files.run("cats.yaml")
    assert result.ret == 1
    assert "not as expected: duration: wanted 10 s, measured 2.00 s" in said(result)
    assert "not as expected (1): video-001" in said(result)
    assert files.statuses() == {"video-001": "COMPLETED"}
    assert files.run("cats.yaml").ret == 0, "there is nothing to be done about it"
    assert set(files.submits().values()) == {1}


def test_an_error_that_nobody_foresaw_in_the_look_into_a_file_is_in_the_log_and_costs_no_video(
    pair: BatchFolder,
) -> None:
    """Worker and controller both say where it arose, without the error's own words; the wall shows all videos."""
    pair.batch(count=3, download=True)
    conftest = pair.path / "conftest.py"
    conftest.write_text(conftest.read_text() + FAULT)
    assert pair.run("cats.yaml").ret == 0
    log = (pair.run_directory() / "run.log").read_text()
    lines = [line for line in log.splitlines() if "its file was not looked into: ZeroDivisionError at " in line]
    assert [line.split()[1][:2] for line in lines] == ["gw", "co"]
    assert all("video-002: " in line and "faulty" in line for line in lines)
    assert PROMPT not in log
    assert [record(pair, f"video-00{number}").is_inspected for number in (1, 2, 3)] == [True, False, True]
    assert "video-002" in (pair.run_directory() / "wall.html").read_text()


def test_picks_are_upscaled_and_copied_and_nothing_else_happens(files: BatchFolder) -> None:
    files.batch(count=3, download=True, upscale="picks")
    files.run("cats.yaml")
    assert files.notes("submit").count("video-002") == 1
    picks = files.path / "picks.yaml"
    manifest = files.manifest()
    chosen = (Pick("video-001", 2, keep=False), Pick("video-002", 5, keep=True))
    write_picks(picks, Picks("cats.demo", manifest.id, manifest.updated_at, chosen))
    assert files.run("cats.yaml", "--picks", "picks.yaml").ret == 0
    copies = {path.name for path in (videos(files) / "picks").iterdir()}
    assert copies == {"cats.demo-002.mp4", "cats.demo-002-hd.mp4"}
    assert files.notes("upscale") == ["video-002"]
    assert set(files.submits().values()) == {1}


def test_copies_of_picks_never_replace_a_file_of_the_users_own(files: BatchFolder) -> None:
    files.batch(count=2, download=True)
    files.run("cats.yaml")
    manifest = files.manifest()
    chosen = (Pick("video-001", keep=True), Pick("video-002", keep=True))
    write_picks(files.path / "picks.yaml", Picks("cats.demo", manifest.id, manifest.updated_at, chosen))
    folder = videos(files) / "picks"
    folder.mkdir()
    mine = folder / "cats.demo-002.mp4"
    mine.write_bytes(b"mine")
    text = said(files.run("cats.yaml", "--picks", "picks.yaml"))
    assert f"no picked file was copied: {mine} is there already, with other content; move it away" in text
    assert [path.read_bytes() for path in folder.iterdir()] == [b"mine"]
    mine.unlink()
    assert f"2 picked files in {folder}" in said(files.run("cats.yaml", "--picks", "picks.yaml"))


def test_a_video_is_deleted_on_the_site_only_once_its_file_is_on_disk(files: BatchFolder) -> None:
    files.batch(count=2, download=True, delete=True)
    files.script(files={"video-001": ["disk full"]})
    assert files.run("cats.yaml").ret == 1
    assert files.notes("remove") == ["video-002"]
    assert files.run("--lf").ret == 0
    assert files.notes("remove") == ["video-002", "video-001"]
    assert record(files).removed_at is not None


def test_a_video_that_stays_on_the_site_is_told_with_its_reason_and_deleted_by_lf(either: BatchFolder) -> None:
    """The item fails, for it was asked for; the file is on disk, and nothing is made or brought again."""
    either.batch(count=2, download=True, delete=True)
    either.script(stays={"video-001": 1})
    result = either.run("cats.yaml")
    reason = "not deleted on the site: the video is still on the page after it was deleted"
    assert result.ret == 1
    assert f"{reason}; its file is on disk" in said(result)
    assert "not deleted on the site (1): video-001" in said(result)
    assert "pytest --lf  (deletes 1 video on the site, and makes none)" in said(result)
    assert reason in (either.run_directory() / "report.html").read_text()
    assert either.run("--lf").ret == 0
    assert record(either).removed_at is not None
    assert "not deleted" not in (either.run_directory() / "report.html").read_text()
    assert sorted(either.notes("remove")) == ["video-001", "video-001", "video-002"]
    assert sorted(either.notes("download")) == ["video-001", "video-002"]
    assert set(either.submits().values()) == {1}


def test_the_picture_that_the_batch_names_is_kept_for_the_wall(files: BatchFolder) -> None:
    """Where it can be read; a run does not need it."""
    picture = files.path / "hill.jpg"
    picture.write_bytes(still_bytes("noon"))
    files.batch(count=1, download=True, source_image="hill.jpg")
    assert files.run("cats.yaml").ret == 0
    assert (files.run_directory() / "sources" / "given.jpg").read_bytes() == still_bytes("noon")
    assert '"source": "sources/given.jpg"' in (files.run_directory() / "wall.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"filename": "{batch}"}, "video-001 and video-002 would both be called"),
        ({"filename": "a/{index}"}, "cannot be a file's name everywhere"),
        ({"expect": {"starts_like_source": True}}, "needs the key source_image"),
        ({"source_image": "nowhere.png"}, "there is no file"),
    ],
)
def test_what_cannot_work_on_disk_is_refused_before_anything_starts(
    files: BatchFolder, keys: dict[str, Any], words: str
) -> None:
    files.batch(count=2, download=True, **keys)
    result = files.run("cats.yaml")
    assert result.ret == 4
    assert words in said(result)
    assert not files.submits()


@pytest.mark.parametrize("options", [["cats.yaml"], ["--lf"]], ids=["the batch", "--lf"])
def test_a_file_that_is_gone_is_told_and_fetched_again(either: BatchFolder, options: list[str]) -> None:
    either.batch(count=2, download=True)
    either.run("cats.yaml")
    (videos(either) / "cats.demo-002.mp4").unlink()
    result = either.run(*options)
    assert result.ret == 0, said(result)
    assert f"cats.yaml: gone from {videos(either)}: video-002; fetched again, not made again" in said(result)
    assert (videos(either) / "cats.demo-002.mp4").exists()
    assert either.notes("download").count("video-002") == 2
    assert either.notes("download").count("video-001") == 1
    assert set(either.submits().values()) == {1}


def test_files_that_the_user_threw_away_are_not_fetched_again(
    files: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither from the bin nor after it was emptied; they are once the user wants them back."""
    files.run("cats.yaml")
    manifest = files.manifest()
    picks = Picks("cats", manifest.id, datetime.now(UTC), (Pick("video-002", keep=False),))
    write_picks(files.run_directory() / "picks.yaml", picks)
    monkeypatch.chdir(files.path)
    for options in (["--yes"], ["--empty", "--yes"]):
        trashed = CliRunner().invoke(app, ["picks", "trash", "cats.yaml", "--site", "demo", *options])
        assert trashed.exit_code == 0, trashed.output
        result = files.run("cats.yaml")
        assert result.ret == 0, said(result)
        assert "gone" not in said(result)
        assert "not on disk" not in said(result)
    assert [path.name for path in videos(files).rglob("*.mp4")] == ["cats.demo-001.mp4"]
    assert files.notes("download").count("video-002") == 1
    assert CliRunner().invoke(app, ["picks", "trash", "cats.yaml", "--site", "demo", "--restore"]).exit_code == 0
    assert files.run("cats.yaml").ret == 0
    assert (videos(files) / "cats.demo-002.mp4").exists()
    assert set(files.submits().values()) == {1}


def test_a_gone_file_that_is_not_fetched_at_once_is_told_as_one_that_is_not_on_disk(files: BatchFolder) -> None:
    files.run("cats.yaml")
    (videos(files) / "cats.demo-002.mp4").unlink()
    result = files.run("cats.yaml", "-k", "video-001")
    assert "not on disk (1): video-002" in said(result)
    assert "pytest --lf  (fetches the files of 1 video, and makes none)" in said(result)


def test_a_gone_file_of_a_video_that_the_site_has_deleted_is_told_and_no_more(files: BatchFolder) -> None:
    files.batch(count=2, download=True, delete=True)
    files.run("cats.yaml")
    (videos(files) / "cats.demo-002.mp4").unlink()
    result = files.run("cats.yaml")
    assert result.ret == 0, said(result)
    assert "video-002; cannot be fetched again: deleted on the site" in said(result)


def test_an_output_that_is_a_file_is_told_before_anything_starts(files: BatchFolder) -> None:
    (files.path / "out").write_text("mine")
    files.batch(count=2, download=True, output="out")
    result = files.run("cats.yaml")
    assert result.ret == 4
    assert f"cats.yaml: output: {files.path / 'out'}: is no folder" in said(result)
    assert not files.submits()
    assert (files.path / "out").read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="a folder that even root cannot write to")
@pytest.mark.parametrize("output", ["/proc", "/proc/kept"])
def test_an_output_that_cannot_be_written_to_is_told_before_anything_starts(files: BatchFolder, output: str) -> None:
    files.batch(count=2, download=True, output=output)
    result = files.run("cats.yaml")
    assert result.ret == 4
    assert f"cats.yaml: output: {output}: " in said(result)
    assert not files.submits()


def test_an_output_that_is_gone_with_its_files_is_told_instead_of_fetching_them_all(files: BatchFolder) -> None:
    """It may be a disk that is not there now; who made the folder anew wants them fetched."""
    files.batch(count=2, download=True, output="disk/kept")
    (files.path / "disk").mkdir()
    assert files.run("cats.yaml").ret == 0
    shutil.rmtree(files.path / "disk")
    result = files.run("cats.yaml")
    assert result.ret == 4
    assert "kept: is gone, with 2 files; bring it back, or make an empty folder to download them again" in said(result)
    assert not (files.path / "disk").exists()
    (files.path / "disk" / "kept").mkdir(parents=True)
    assert files.run("cats.yaml").ret == 0
    assert set(files.submits().values()) == {1}
    assert len(list((files.path / "disk" / "kept").glob("*.mp4"))) == 2


def test_a_video_is_not_written_through_a_link_that_somebody_left_there(files: BatchFolder) -> None:
    """Neither while it comes, nor where its name or that of its description is taken."""
    files.batch(count=2, download=True, output="out")
    (files.path / "out").mkdir()
    mine = files.path / "mine"
    mine.write_text("mine")
    for name in ("cats.demo-001.mp4.part", "cats.demo-001.json", "cats.demo-002.mp4"):
        (files.path / "out" / name).symlink_to(mine)
    (files.path / "out" / "cats.demo-002~2.mp4").symlink_to(files.path / "nowhere")
    assert files.run("cats.yaml").ret == 0
    assert mine.read_text() == "mine"
    assert not (files.path / "nowhere").exists()
    assert record(files, "video-002").download.path.endswith("cats.demo-002~3.mp4")  # type: ignore[union-attr]
