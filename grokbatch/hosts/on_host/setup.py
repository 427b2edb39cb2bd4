"""Runs on a host that is set up: makes folders, takes files, runs programs.

execnet sends the text of this module there: it may import nothing that Python does not bring along.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

TAIL = 2000


def serve(channel: Any) -> None:
    """Do what is asked, one thing after the other, and answer each, until nothing more is asked."""
    os.umask(0o077)
    while (request := channel.receive()) is not None:
        what, *words = request
        if what == "file":
            take_file(channel, *words)
        elif what == "run":
            channel.send(_run(*words))
        elif what == "venv":
            channel.send(_make_venv(*words))
        elif what == "remove":
            Path(words[0]).unlink(missing_ok=True)
            channel.send(True)


def take_file(channel: Any, name: str, size: int, wanted: str) -> None:
    """Take a file in pieces, each of which is acknowledged, and put it in its place if it came over whole."""
    path = Path(name).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    digest, left = hashlib.sha256(), size
    with part.open("wb") as file:
        while left > 0:
            piece = channel.receive()
            file.write(piece)
            digest.update(piece)
            left -= len(piece)
            channel.send(left)
    if digest.hexdigest() != wanted:
        part.unlink()
        raise ValueError("the file did not come over whole")
    part.replace(path)
    channel.send(str(path))


def _make_venv(folder: str, log: str) -> tuple[int, str]:
    """Make a virtual environment with this Python, unless there is one that works."""
    python = Path(folder).absolute() / "bin" / "python"
    if python.exists() and _run([str(python), "-m", "pip", "--version"], log, 60.0)[0] == 0:
        return 0, "is there already"
    return _run([sys.executable, "-m", "venv", "--clear", folder], log, 300.0)


def _run(command: list[str], log: str, seconds: float) -> tuple[int, str]:
    """Run a program, add what it says to the file `log`, and return its exit code and the end of what it said."""
    Path(log).parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab+") as file:  # noqa: PTH123 - one call that may read and add
        file.write(f"\n$ {' '.join(command)}\n".encode())
        file.flush()
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -1, f"it took longer than {seconds:g} s"
        except OSError as error:
            return -1, f"{command[0]}: {error.strerror}"
        file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
        return done.returncode, file.read().decode("utf-8", "replace")


if __name__ == "__channelexec__":
    serve(channel)  # type: ignore[name-defined]  # noqa: F821 - execnet's
