"""One process looks into the files of all workers; without it, each does so itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from grokbatch.batch.model.expectations import Expectations
from grokbatch.demo.clips.clips import FOLDER
from grokbatch.media.errors import DamagedFileError
from grokbatch.media.probe import read_facts
from grokbatch.media.service import MediaCalls, media_service

CLIP = FOLDER / "dawn.mp4"
WORKER = """
import sys
from pathlib import Path
from grokbatch.batch.model.expectations import Expectations
from grokbatch.media.service import MediaCalls

media, clip, folder = MediaCalls(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])
print(media.read_facts(clip).sha256)
found = media.look_into(clip, Expectations(duration=6), None, folder / "poster")
print(found.poster.is_file(), len(found.fingerprint), *found.misses, sep=", ")
print([name for name in ("av", "numpy", "PIL") if name in sys.modules])
"""


def serving(folder: Path) -> psutil.Process:
    """Return the process that serves `folder`, once it does."""
    while not (folder / "media-service.json").exists():
        threading.Event().wait(0.02)
    return started_for(folder)


def started_for(folder: Path) -> psutil.Process:
    """Return the process that was started for `folder`."""
    # One that has ended, such as another test's, has no command line.
    alive = [each for each in psutil.Process().children() if each.status() != psutil.STATUS_ZOMBIE]
    (process,) = [each for each in alive if str(folder) in each.cmdline()]
    return process


def test_a_worker_loads_no_decoder(tmp_path: Path) -> None:
    """What it is told is the same as what it would have found."""
    with media_service(tmp_path):
        serving(tmp_path)
        command = [sys.executable, "-c", WORKER, str(tmp_path), str(CLIP), str(tmp_path)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told == [
        read_facts(CLIP).sha256,
        "True, 480, duration: wanted 6 s, measured 2.00 s",
        "[]",
    ]


def test_a_damaged_file_is_told_as_such(tmp_path: Path) -> None:
    part = tmp_path / "part.mp4"
    part.write_bytes(CLIP.read_bytes()[:9000])
    with media_service(tmp_path):
        serving(tmp_path)
        with pytest.raises(DamagedFileError, match=r"part\.mp4 is cut off"):
            MediaCalls(tmp_path).read_facts(part)
        with pytest.raises(FileNotFoundError):
            MediaCalls(tmp_path).read_facts(tmp_path / "missing.mp4")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal there")
def test_when_it_was_killed_the_caller_does_it(tmp_path: Path) -> None:
    with media_service(tmp_path):
        process = serving(tmp_path)
        process.kill()
        process.wait()
        assert MediaCalls(tmp_path).read_facts(CLIP) == read_facts(CLIP)
        found = MediaCalls(tmp_path).look_into(CLIP, Expectations(), None, tmp_path / "poster")
        assert found.poster is not None


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such sockets there")
def test_a_folder_whose_path_is_too_long_for_a_socket_costs_no_word(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    with media_service(folder):
        started_for(folder).wait()
        assert MediaCalls(folder).read_facts(CLIP) == read_facts(CLIP)
    assert capfd.readouterr().err == ""


def test_it_ends_with_the_run(tmp_path: Path) -> None:
    with media_service(tmp_path):
        process = serving(tmp_path)
    assert not process.is_running()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_else_can_ask_it(tmp_path: Path) -> None:
    """Whoever could make it read a pickle could make it do anything."""
    with media_service(tmp_path):
        serving(tmp_path)
        told = tmp_path / "media-service.json"
        assert told.stat().st_mode & 0o777 == 0o600
        told.write_text(json.dumps(json.loads(told.read_text()) | {"key": os.urandom(32).hex()}))
        # It refuses the wrong key, and the caller does the work.
        assert MediaCalls(tmp_path).read_facts(CLIP) == read_facts(CLIP)
