"""A disk that is soon full."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.user import User


@contextmanager
def small_disk_of(user: User, megabytes: int, name: str = "disk") -> Iterator[Path]:
    """Mount a disk in the user's folder, in one called `name`; skips the test where nobody may."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk, on Linux")
    place = user.path / name
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "grokbatch-test", str(place)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield place
    user.end_everything()
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def make_room(disk: Path, megabytes: int) -> None:
    """Let the disk be of another size."""
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(disk)], check=True)
