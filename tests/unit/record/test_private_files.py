"""What is written is whole, on the disk, and nobody else's to read or to lead astray."""

from __future__ import annotations

import errno
import os
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Status
from grokbatch.record.storage.private_files import (
    new_file,
    private_folder,
    replace_when_free,
    write_private,
    write_whole,
)
from grokbatch.record.storage.sidecar import Origin, sidecar_of, write_sidecar
from tests.unit.recorded import PROMPT, START, video

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes and folders")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The files and folders that were put on the disk, by their numbers, in order."""
    numbers: list[int] = []
    sync = os.fsync

    def note(handle: int) -> None:
        numbers.append(os.fstat(handle).st_ino)
        sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    return numbers


@pytest.mark.skipif(sys.platform == "darwin", reason="another call does it there")
def test_a_power_cut_forgets_nothing_that_was_written(tmp_path: Path, synced: list[int]) -> None:
    """First the file is on the disk, then, under its name, the folder: before a submit follows."""
    write_private(tmp_path / "manifest.json", "{}")
    assert synced == [(tmp_path / "manifest.json").stat().st_ino, tmp_path.stat().st_ino]


@pytest.mark.skipif(sys.platform == "darwin", reason="another call does it there")
def test_a_power_cut_forgets_no_folder(tmp_path: Path, synced: list[int]) -> None:
    private_folder(tmp_path / "reports" / "cats")
    assert set(synced) == {tmp_path.stat().st_ino, (tmp_path / "reports").stat().st_ino}


@pytest.mark.parametrize("write", [write_private, write_whole])
def test_a_link_is_replaced_and_not_written_through(tmp_path: Path, write: Callable[[Path, str], None]) -> None:
    (tmp_path / "other").write_text("mine")
    (tmp_path / "file").symlink_to(tmp_path / "other")
    write(tmp_path / "file", "new")
    assert (tmp_path / "other").read_text() == "mine"
    assert (tmp_path / "file").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "other"]


def test_a_new_file_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    (tmp_path / "video.mp4.part").symlink_to(tmp_path / "other")
    with new_file(tmp_path / "video.mp4.part") as file:
        file.write(b"video")
    assert (tmp_path / "other").read_text() == "mine"
    assert (tmp_path / "video.mp4.part").read_bytes() == b"video"


@pytest.mark.parametrize(("prompt", "mode"), [(PROMPT, 0o600), (None, 0o644)])
def test_a_description_that_holds_the_prompt_is_private(tmp_path: Path, prompt: str | None, mode: int) -> None:
    """It takes the place of an older one that everybody could read, as a whole."""
    target = tmp_path / "cats-001.mp4"
    sidecar_of(target).write_text("older")
    before = sidecar_of(target).stat().st_ino
    origin = Origin(batch="cats", index=1, id="video-001", account="main", permalink="p", prompt=prompt)
    file = FileRecord(state=FileState.DONE, path=target.name, at=START)
    old = os.umask(0o022)
    try:
        write_sidecar(target, origin, video(1, Status.COMPLETED), file)
    finally:
        os.umask(old)
    assert stat.S_IMODE(sidecar_of(target).stat().st_mode) == mode
    assert sidecar_of(target).stat().st_ino != before
    assert (PROMPT in sidecar_of(target).read_text()) is (prompt is not None)


@dataclass
class HeldFile:
    """A file that a virus scanner holds for so many attempts to rename it."""

    held_for: int
    renamed: int = 0

    def rename(self) -> None:
        if self.held_for:
            self.held_for -= 1
            raise PermissionError(errno.EACCES, "used by another process")
        self.renamed += 1


def test_a_rename_that_is_refused_for_a_moment_is_tried_again() -> None:
    file = HeldFile(held_for=2)
    replace_when_free(file.rename, tries=3, pause=lambda _: None)
    assert file.renamed == 1


def test_a_rename_that_stays_refused_is_an_error() -> None:
    with pytest.raises(PermissionError):
        replace_when_free(HeldFile(held_for=3).rename, tries=3, pause=lambda _: None)
