"""A batch has one run directory, wherever one stands and however one names it; earlier results are taken along."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.model.video import digest_of
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.run.results import locks
from tests.plugin.folder import PERMALINK, PROMPT, BatchFolder, said

if TYPE_CHECKING:
    from pathlib import Path

ONCE = {f"video-00{number}": 1 for number in range(1, 5)}
UUID = PERMALINK.rpartition("/")[2]


def made_in(folder: BatchFolder, name: str) -> Path:
    """Let an earlier version have put the results of `cats.yaml` into `reports/<name>`; return that folder."""
    old = folder.run_directory().rename(folder.path / "reports" / name)
    with ManifestStore(old / "manifest.json").transaction() as manifest:
        manifest.source = ""
    return old


@pytest.fixture
def batches(solo: BatchFolder) -> BatchFolder:
    """A folder whose `batches/cats.yaml` was run from the project's folder, but for one video that failed."""
    (solo.path / "batches").mkdir()
    (solo.path / "elsewhere").mkdir()
    (solo.path / "cats.yaml").rename(solo.path / "batches" / "cats.yaml")
    solo.script(video_002=["DOWNLOAD_FAILED"])
    assert solo.run("batches/cats.yaml").ret == 1
    return solo


WAYS = [
    ("batches", "cats.yaml"),
    ("elsewhere", "../batches/cats.yaml"),
    (".", "link.yaml"),
    (".", "./elsewhere/../batches/cats.yaml"),
    ("elsewhere", "b/cats.yaml"),
]


@pytest.mark.parametrize(("here", "name"), WAYS)
def test_nothing_is_made_again_by_any_way_to_the_file(
    batches: BatchFolder, monkeypatch: pytest.MonkeyPatch, here: str, name: str
) -> None:
    (batches.path / "link.yaml").symlink_to("batches/cats.yaml")
    (batches.path / "elsewhere" / "b").symlink_to("../batches")
    monkeypatch.chdir(batches.path / here)
    result = batches.run(name)
    assert result.ret == 0, said(result)
    result.assert_outcomes(passed=1, skipped=3)
    assert batches.submits() == ONCE | {"video-002": 2}
    assert [path.name for path in (batches.path / "reports").iterdir() if path.is_dir()] == ["cats.demo"]


@pytest.mark.parametrize("here", [".", "batches"])
def test_lf_goes_on_from_every_folder_of_the_project(
    batches: BatchFolder, monkeypatch: pytest.MonkeyPatch, here: str
) -> None:
    monkeypatch.chdir(batches.path / here)
    result = batches.run("--lf")
    assert result.ret == 0, said(result)
    result.assert_outcomes(passed=1)
    assert batches.submits()["video-002"] == 2


def test_lf_of_a_named_file_goes_on_as_the_run_began_from_outside_of_the_project(
    solo: BatchFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A rehearsal stays one."""
    solo.batch(site=None)
    solo.script(video_002=["DOWNLOAD_FAILED"])
    solo.run("cats.yaml", "--site", "demo")
    monkeypatch.chdir(tmp_path)
    assert solo.run(str(solo.path / "cats.yaml"), "--lf").ret == 0
    assert solo.submits() == ONCE | {"video-002": 2}
    assert not (solo.path / "reports" / "cats").exists()


def test_lf_goes_on_in_the_folder_where_the_run_was_typed(
    solo: BatchFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    solo.script(video_002=["DOWNLOAD_FAILED"])
    monkeypatch.chdir(tmp_path)
    solo.run(str(solo.path / "cats.yaml"))
    assert solo.run("--lf").ret == 0
    assert solo.submits()["video-002"] == 2
    assert solo.submits()["video-001"] == 1


def test_a_link_and_its_file_are_one_batch_in_one_call(either: BatchFolder) -> None:
    (either.path / "link.yaml").symlink_to("cats.yaml")
    either.run("link.yaml::video-001", "cats.yaml::video-002").assert_outcomes(passed=2)
    result = either.run("cats.yaml", "link.yaml")
    result.assert_outcomes(passed=2, skipped=2)
    assert either.submits() == ONCE


def test_what_a_linked_file_names_is_seen_from_where_it_really_lies(solo: BatchFolder) -> None:
    (solo.path / "there").mkdir()
    (solo.path / "there" / "words.txt").write_text("hills\nsea\n")
    solo.batch("there/dogs", prompts_file="words.txt", prompts=[]).write_text(
        f"permalink: {PERMALINK}\nprompts_file: words.txt\nsite: demo\ndownload: false\n"
    )
    (solo.path / "dogs.yaml").symlink_to("there/dogs.yaml")
    solo.run("dogs.yaml").assert_outcomes(passed=2)


def test_two_files_of_one_name_do_not_share_results_one_after_the_other(solo: BatchFolder) -> None:
    for name in ("t", "u"):
        (solo.path / name).mkdir()
        solo.batch(f"{name}/same", prompt=f"{name} {PROMPT}")
    assert solo.run("t/same.yaml").ret == 0
    result = solo.run("u/same.yaml")
    assert result.ret == 4
    root = solo.run_directory("same.demo")
    assert f"u/same.yaml: {root} holds the results of t/same.yaml, which has the same name; rename one" in said(result)
    assert solo.run("u/same.yaml", "--fresh").ret == 4, "they are not this one's to set aside"
    assert solo.submits() == ONCE
    assert solo.run("u/same.yaml", "--runs-dir", "disk").ret == 0
    assert solo.run("t/same.yaml").ret == 0
    assert set(solo.submits().values()) == {2}, "each of both was made once"


def test_without_a_project_around_them_they_are_told_apart(solo: BatchFolder) -> None:
    (solo.path / "pyproject.toml").unlink()
    for name in ("t", "u"):
        (solo.path / name).mkdir()
        solo.batch(f"{name}/same", prompt=f"{name} {PROMPT}")
        assert solo.run(f"{name}/same.yaml", "--confcutdir", str(solo.path)).ret == 0
    for name in ("t", "u"):
        manifest = ManifestStore(solo.path / name / "reports" / "same.demo" / "manifest.json").read()
        assert {video.prompt for video in manifest.videos.values()} == {f"{name} {PROMPT}"}
        assert manifest.status == "COMPLETED"


def test_a_rehearsal_of_an_earlier_version_is_taken_along(either: BatchFolder) -> None:
    """With its video files, which the manifest still finds; a look at the list of videos moves nothing."""
    either.batch(download=True)
    assert either.run("cats.yaml").ret == 0
    old = made_in(either, "cats@demo")
    either.run("cats.yaml", "--collect-only", "-q")
    assert old.is_dir()
    result = either.run("cats.yaml")
    result.assert_outcomes(skipped=4)
    told = [line for line in said(result).splitlines() if "its results are moved" in line]
    assert told == ["cats.yaml: its results are moved from reports/cats@demo to reports/cats.demo"]
    assert not old.exists()
    video_file = either.manifest().videos["video-001"].download
    assert video_file is not None
    assert (either.run_directory() / video_file.path).is_file()
    assert either.noted("download") == ONCE
    assert either.manifest().batch == "cats.demo"
    assert "its results" not in said(either.run("cats.yaml"))


def test_results_in_the_folder_one_once_stood_in_are_taken_along(
    solo: BatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Earlier versions put them there, in folders without a configuration file."""
    solo.run("cats.yaml")
    (solo.path / "elsewhere").mkdir()
    made_in(solo, "cats@demo").parent.rename(solo.path / "elsewhere" / "reports")
    monkeypatch.chdir(solo.path / "elsewhere")
    result = solo.run("../cats.yaml")
    result.assert_outcomes(skipped=4)
    assert "moved from reports/cats@demo to " in said(result)
    assert solo.submits() == ONCE
    assert set(solo.statuses().values()) == {"COMPLETED"}


def test_lf_takes_them_along_too_and_still_finds_the_picks(solo: BatchFolder) -> None:
    solo.script(video_002=["DOWNLOAD_FAILED"])
    solo.run("cats.yaml")
    made_in(solo, "cats@demo")
    last = solo.path / "reports" / ".last-run.json"
    # As earlier versions wrote it.
    last.write_text(json.dumps(json.loads(last.read_text()) | {"runs_folder": str(solo.path / "reports")}))
    solo.run("--lf").assert_outcomes(passed=1)
    assert solo.submits() == ONCE | {"video-002": 2}
    assert set(solo.statuses().values()) == {"COMPLETED"}


def test_results_that_a_run_still_writes_are_not_moved(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    old = made_in(solo, "cats@demo")
    lock = locks.hold_run(old)
    result = solo.run("cats.yaml")
    lock.release()
    assert result.ret == 4
    assert "cats.yaml: is being run by process" in said(result)
    assert (old / "manifest.json").exists()


def test_no_folder_that_is_made_has_a_sign_that_addresses_take_otherwise(solo: BatchFolder) -> None:
    solo.batch("my cats @100%", download=True)
    assert solo.run("my cats @100%.yaml").ret == 0
    made = [path.relative_to(solo.path).as_posix() for path in (solo.path / "reports").rglob("*")]
    assert "reports/my-cats-100-.demo/videos/my-cats-100-.demo-001.mp4" in made
    assert not [name for name in made if set(name) & set("@% ")]


SPELLINGS = [f"{PERMALINK}?source=copy_link", UUID, f"<http://www.grok.com/Imagine/post/{UUID.upper()}/#x>"]


def check_nothing_is_made_again(folder: BatchFolder, text: str) -> None:
    folder.run("cats.yaml")
    folder.batch(permalink=text)
    result = folder.run("cats.yaml")
    result.assert_outcomes(skipped=4)
    assert said(result).count(f"permalink: read as {PERMALINK}") == 1
    assert folder.submits() == ONCE


@pytest.mark.parametrize("text", SPELLINGS)
def test_another_spelling_of_the_image_makes_nothing_again_and_is_said_once(solo: BatchFolder, text: str) -> None:
    check_nothing_is_made_again(solo, text)


def test_another_spelling_is_said_once_with_workers_too(pair: BatchFolder) -> None:
    check_nothing_is_made_again(pair, SPELLINGS[0])


def test_what_an_earlier_version_made_under_a_spelling_of_its_own_is_not_made_again(solo: BatchFolder) -> None:
    """Then, each spelling was an image of its own, and stood in the digest."""
    solo.run("cats.yaml")
    text = f"{PERMALINK}?source=copy_link"
    path = solo.run_directory() / "manifest.json"
    data = json.loads(path.read_text())
    data["permalink"] = text
    for video in data["videos"].values():
        video |= {"permalink": text, "digest": digest_of(text, PROMPT, {})}
    path.write_text(json.dumps(data))
    for permalink in (text, PERMALINK):
        solo.batch(permalink=permalink)
        solo.run("cats.yaml").assert_outcomes(skipped=4)
    assert solo.submits() == ONCE


def test_an_address_that_is_no_image_is_refused_before_anything_starts(solo: BatchFolder) -> None:
    solo.batch(permalink="https://x.com/i/grok/share/4sNyXn")
    result = solo.run("cats.yaml")
    assert result.ret == 4
    assert "this is a link on X; open the image on grok.com and copy the address" in said(result)
    assert not solo.submits()
