"""Cleans up after runs that were killed: ends their browsers and drivers, and deletes their copies and other files."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil
from filelock import FileLock, Timeout

from grokbatch.browser.process.tree import end_tree, processes_on

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from types import TracebackType

_PREFIX = "grokbatch-run-"
_ALIVE = "alive.lock"
_TEMP_VARIABLES = ("TMPDIR", "TEMP", "TMP")
_MAKING_SECONDS = 60.0


def sweep(profiles: Path) -> None:
    """End every browser whose profile is in the folder `profiles`, and delete everything in the folder.

    To be called only by the run that owns the folder, before it starts a worker.
    """
    home = profiles.resolve()
    for process in list(processes_on(lambda folder: folder.is_relative_to(home))):
        end_tree(process)
    for copy in list(profiles.iterdir()) if profiles.is_dir() else ():
        _remove(copy)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        # If a dying process still writes files, the next run deletes them.
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


class RunTemp:
    """A folder for the temporary files of one run, deleted at its end or, if the run is killed, by a later one.

    Its path is short, because browsers create sockets in it, and their paths must not exceed about 100 characters.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        self._alive = FileLock(self.folder / _ALIVE, timeout=0, mode=0o600, thread_local=False)
        self._alive.acquire()

    def use_in(self, environ: MutableMapping[str, str]) -> None:
        """Change `environ` so that programs that start with it put their temporary files into this folder."""
        use_temp(self.folder, environ)

    def close(self) -> None:
        """Delete the folder with everything in it. It is safe to call this twice."""
        self._alive.release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def use_temp(folder: Path, environ: MutableMapping[str, str]) -> None:
    """Change `environ` so that programs that start with it put their temporary files into `folder`."""
    environ.update(dict.fromkeys(_TEMP_VARIABLES, str(folder)))


def sweep_temp(parent: Path | None = None) -> None:
    """End the drivers and delete the folders of dead runs that had a RunTemp in `parent` (default: the system's)."""
    dead = [folder for folder in _run_folders(parent) if not _is_alive(folder)]
    for folder in dead:
        _end_drivers(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _run_folders(parent: Path | None) -> list[Path]:
    return list((parent or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*"))


def _is_alive(folder: Path) -> bool:
    try:
        if not (folder / _ALIVE).exists():
            # The folder is either so new that it is not locked yet, or its process was killed at that point.
            return time.time() - folder.stat().st_mtime < _MAKING_SECONDS
        FileLock(folder / _ALIVE, timeout=0, mode=0o600).acquire().lock.release()
    except Timeout:
        return True
    except OSError:
        # The folder belongs to another user, or its owner is just deleting it.
        return True
    return False


def _end_drivers(folder: Path) -> None:
    for process in psutil.process_iter():
        try:
            # Only drivers are ended: another process with the same variables may have been started by the user.
            is_ours = "run-driver" in process.cmdline() and process.environ().get("TMPDIR") == str(folder)
        except (psutil.Error, OSError):
            continue
        if is_ours:
            end_tree(process)
