"""A process that looks into the video files of a whole run.

NumPy and the decoder take 30 MB of each process that loads them: with ten workers, one process for all of them saves
more than all switches of the browser. Without such a process, or when it is gone, the work is done by the caller.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokbatch.media.errors import DamagedFileError
from grokbatch.media.probe import VideoFacts, read_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from grokbatch.batch.model.expectations import Expectations

_ADDRESS = "media-service.json"
_ENDING_SECONDS = 5.0


@dataclass(frozen=True)
class Findings:
    """What was found in a file: the missed expectations in words, its poster or why there is none, its fingerprint."""

    misses: tuple[str, ...]
    fingerprint: str
    poster: Path | None = None
    poster_error: str = ""


def look_into(file: Path, expectations: Expectations, source_image: Path | None, poster: Path) -> Findings:
    """Compare a video file with the expectations, write its poster (see `write_poster`) and take its fingerprint.

    Raises `DamagedFileError` and `OSError` if the file cannot be read.
    """
    # Imported here: these load NumPy and the decoder.
    from grokbatch.media.checks import check
    from grokbatch.media.frame_samples import take_samples
    from grokbatch.media.near_duplicates import fingerprint

    samples = take_samples(file)
    found = () if expectations.is_empty else check(file, read_facts(file), expectations, source_image, samples)
    picture, error = _poster(file, poster)
    return Findings(tuple(str(miss) for miss in found), fingerprint(file, samples), picture, error)


def _poster(file: Path, target: Path) -> tuple[Path | None, str]:
    from grokbatch.media.poster import write_poster

    try:
        target.parent.mkdir(exist_ok=True)
        return write_poster(file, target), ""
    except OSError as error:
        return None, error.strerror or str(error)


_CALLS: dict[str, Callable[..., Any]] = {"read_facts": read_facts, "look_into": look_into}


@dataclass(frozen=True)
class MediaCalls:
    """The calls, done by the process that serves the run whose temporary folder is `folder`; None: done here."""

    folder: Path | None = None

    def read_facts(self, path: Path) -> VideoFacts:
        """See `grokbatch.media.probe.read_facts`."""
        facts: VideoFacts = self._call("read_facts", path)
        return facts

    def look_into(self, file: Path, expectations: Expectations, source_image: Path | None, poster: Path) -> Findings:
        """See `look_into`."""
        findings: Findings = self._call("look_into", file, expectations, source_image, poster)
        return findings

    def _call(self, name: str, *arguments: Any) -> Any:
        try:
            answer = self._asked(name, arguments)
        except (OSError, EOFError, AuthenticationError, ValueError, KeyError):
            # There is no such process, or it has ended, as after a kill.
            return _CALLS[name](*arguments)
        if isinstance(answer, DamagedFileError | OSError):
            raise answer
        return answer

    def _asked(self, name: str, arguments: tuple[Any, ...]) -> Any:
        if self.folder is None:
            raise EOFError
        told = json.loads((self.folder / _ADDRESS).read_text(encoding="utf-8"))
        with Client(told["address"], authkey=bytes.fromhex(told["key"])) as connection:
            connection.send((name, arguments))
            return connection.recv()


@contextmanager
def media_service(folder: Path) -> Iterator[None]:
    """Have a process of its own serve calls with this `folder`, which only this user can read, until the block ends.

    It also ends when this process does, however that ends.
    """
    command = [sys.executable, "-m", __name__, str(folder)]
    # Ctrl+C is for the run: what workers still bring is looked into.
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows
    silent = subprocess.DEVNULL  # where it cannot serve, as with a path too long for a socket, the callers do the work
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=silent,
        stderr=silent,
        start_new_session=True,
        creationflags=flags,
    ) as process:
        try:
            yield
        finally:
            # It ends when its input does.
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(_ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def serve(folder: Path) -> None:
    """Serve calls with `folder` until the standard input ends."""
    threading.Thread(target=_end_with_input, daemon=True).start()
    key = secrets.token_bytes(32)
    address = str(folder / "media-service") if sys.platform != "win32" else None
    with Listener(address, authkey=key) as listener:
        part = folder / f"{_ADDRESS}.part"
        with open(part, "x", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            json.dump({"address": listener.address, "key": key.hex()}, file)
        part.replace(folder / _ADDRESS)
        while True:
            try:
                connection = listener.accept()
            except (OSError, EOFError, AuthenticationError):
                continue  # somebody who went away, or who does not know the key
            threading.Thread(target=_answer, args=(connection,), daemon=True).start()


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # the main thread waits for connections


def _answer(connection: Connection[Any, Any]) -> None:
    with connection:
        try:
            name, arguments = connection.recv()
            connection.send(_done(name, arguments))
        except (OSError, EOFError):
            return  # the worker is gone


def _done(name: str, arguments: tuple[Any, ...]) -> Any:
    try:
        return _CALLS[name](*arguments)
    except (DamagedFileError, OSError) as error:
        return error


if __name__ == "__main__":
    # Under its real name: an answer's class must be found by that where the answer is read.
    from grokbatch.media import service

    service.serve(Path(sys.argv[1]))
