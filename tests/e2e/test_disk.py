"""A full disk and a damaged manifest: nothing finished is lost, nothing is made that cannot be recorded."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import Status
from tests.e2e.small_disk import small_disk_of
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.user import User


@pytest.fixture
def small_disk(stubbed: User) -> Iterator[Path]:
    """A disk of 4 MB, mounted in the user's folder."""
    with small_disk_of(stubbed, megabytes=4) as place:
        yield place


def fill(disk: Path) -> None:
    """Leave not a byte free."""
    with (disk / "filler").open("ab", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            with pytest.raises(OSError, match="No space left"):
                while True:
                    file.write(b"x" * size)


@pytest.mark.parametrize("workers", ["-n0", pytest.param("-n2", marks=pytest.mark.slow)])
def test_on_a_full_disk_finished_videos_are_recorded_and_nothing_starts(
    stubbed: User, small_disk: Path, workers: str
) -> None:
    """What is under way when the disk fills up is recorded, nothing new is submitted, and the run says why."""
    stubbed.hold()
    call = stubbed.start("cats.yaml", workers, "--runs-dir", "disk/runs")
    number = max(1, int(workers[2:]))
    stubbed.wait_for_stub_submits(number)
    fill(small_disk)
    stubbed.release()
    assert call.wait() == 1, call.said()
    manifest = stubbed.manifest("cats.demo", runs="disk/runs")
    finished = [entry["video"] for entry in stubbed.stub_submits()]
    assert len(finished) == number, "nothing was submitted on the full disk"
    assert sorted(name for name, video in manifest.videos.items() if video.status is Status.COMPLETED) == sorted(
        finished
    )
    assert manifest.counts[Status.IN_PROGRESS] == 0
    assert "No space left on device" in call.said()
    assert "INTERNALERROR" not in call.said()
    assert "Logging error" not in call.said()
    (small_disk / "filler").unlink()
    code, said = stubbed.run("--lf", "-n0")
    assert code == 0, said
    assert len(stubbed.stub_submits()) == 4, "each video was made once"


def test_ctrl_c_is_heard_on_a_disk_without_a_byte_left(stubbed: User, small_disk: Path) -> None:
    """Not even the space that was set aside is there to record the stop in: nothing more starts all the same."""
    stubbed.hold()
    call = stubbed.start("cats.yaml", "-n2", "--runs-dir", "disk/runs")
    stubbed.wait_for_stub_submits(2)
    (small_disk / "runs" / "cats.demo" / "manifest.json.reserve").unlink()
    fill(small_disk)
    call.press_ctrl_c()
    wait_until(lambda: "2 under way will finish, nothing new starts" in call.said(), "answer to Ctrl+C")
    (small_disk / "filler").unlink()
    stubbed.release()
    assert call.wait() == 2, call.said()
    assert len(stubbed.stub_submits()) == 2
    assert "Traceback" not in call.said()


def test_a_disk_that_is_full_at_the_start_is_named_and_nothing_starts(stubbed: User, small_disk: Path) -> None:
    """Exit code 4 with the path and the reason."""
    fill(small_disk)
    code, said = stubbed.run("cats.yaml", "-n0", "--runs-dir", "disk/runs")
    assert code == 4, said
    assert str(small_disk) in said
    assert "No space left on device" in said
    assert not stubbed.stub_submits()


def test_an_output_without_room_is_named_and_nothing_starts(stubbed: User, small_disk: Path) -> None:
    """Exit code 4 with the path and what is free."""
    stubbed.write_batch(site="demo", download=True, output="disk/kept")
    code, said = stubbed.run("cats.yaml", "-n0")
    assert code == 4, said
    assert f"cats.yaml: output: {small_disk}/kept: 4 MB are free" in said
    assert not stubbed.stub_submits()


def test_an_output_that_becomes_read_only_is_named_and_nothing_starts(stubbed: User) -> None:
    with small_disk_of(stubbed, megabytes=400) as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        stubbed.write_batch(site="demo", download=True, output="disk")
        code, said = stubbed.run("cats.yaml", "-n0")
        assert code == 4, said
        assert f"cats.yaml: output: {disk}: Read-only file system" in said
        assert not stubbed.stub_submits()


@pytest.mark.parametrize("workers", ["-n0", pytest.param("-n2", marks=pytest.mark.slow)])
def test_an_output_that_vanishes_is_noticed_before_the_next_video_is_paid(stubbed: User, workers: str) -> None:
    """What was under way is recorded; nothing more is submitted until the folder is there again."""
    stubbed.write_batch(site="demo", download=True, output="kept")
    stubbed.hold()
    call = stubbed.start("cats.yaml", workers)
    number = max(1, int(workers[2:]))
    stubbed.wait_for_stub_submits(number)
    (stubbed.path / "kept").rmdir()
    stubbed.release()
    assert call.wait() == 1, call.said()
    assert f"{stubbed.path}/kept: is gone; nothing more is started" in call.said()
    assert len(stubbed.stub_submits()) == number
    assert stubbed.manifest("cats.demo").counts[Status.PENDING] == 4 - number
    (stubbed.path / "kept").mkdir()
    stubbed.run("--lf", "-n0")
    assert len(stubbed.stub_submits()) == 4, "each video was made once"


def test_a_damaged_manifest_is_kept_and_nothing_is_made_without_it(stubbed: User) -> None:
    """Every call says what is wrong and ends with 4, until the user decides; `--fresh` makes all anew."""
    assert stubbed.run("cats.yaml", "-n0")[0] == 0
    manifest = stubbed.run_directory("cats.demo") / "manifest.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole[: len(whole) // 2])
    for command in (["cats.yaml", "-n2"], ["--lf"]):
        code, said = stubbed.run(*command)
        assert code == 4, said
        assert "the manifest cannot be read" in said
        assert "--fresh" in said
        assert "Traceback" not in said
    assert manifest.read_bytes() == whole[: len(whole) // 2]
    assert [path.read_bytes() for path in manifest.parent.glob("manifest.unreadable-*")] == [manifest.read_bytes()]
    assert len(stubbed.stub_submits()) == 4
    manifest.write_bytes(whole)
    code, said = stubbed.run("cats.yaml", "-n0")
    assert code == 0, "a good copy put in its place is taken"
    assert len(stubbed.stub_submits()) == 4
