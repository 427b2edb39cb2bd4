"""Reads and writes the manifest: under a lock, replaced atomically. An unreadable one is never silently replaced."""

from __future__ import annotations

import errno
import gc
import json
import math
import os
import shutil
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from filelock import FileLock

from grokbatch.record.model.manifest import VERSION, Manifest
from grokbatch.record.rules.spelling import spell_plainly
from grokbatch.record.rules.video_identity import number_entries
from grokbatch.record.storage.lock_timeout import held
from grokbatch.record.storage.private_files import new_file, private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

RESERVE = 1 << 20
"""Size, in bytes, of the file that is deleted to make room for results when the disk is full."""


_DECODER = msgspec.json.Decoder(Manifest)


class ManifestUnreadableError(Exception):
    """The manifest exists but cannot be read; the message names the copy that was kept and says what to do."""


class ManifestStore:
    """One `manifest.json`, shared by the controller and all workers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(f"{path}.lock", mode=0o600)

    def exists(self) -> bool:
        """Whether there is a manifest."""
        return self.path.exists()

    def read(self) -> Manifest:
        """Return the manifest as it is on disk.

        Raises ManifestUnreadableError if it is corrupt, after keeping a copy of it; FileNotFoundError if there is none;
        and OSError if the file cannot be read.
        """
        try:
            return _understood(self.path.read_bytes())
        except (ValueError, msgspec.DecodeError, RecursionError) as error:
            raise ManifestUnreadableError(self._keep_aside(error)) from None

    def peek(self) -> Manifest | None:
        """Return the manifest, or None if there is none or it cannot be read; no copy is kept of an unreadable one."""
        try:
            return _understood(self.path.read_bytes())
        except (OSError, ValueError, msgspec.DecodeError, RecursionError):
            return None

    def create(self, manifest: Manifest) -> None:
        """Write the first manifest of a run directory, and create that folder if it is missing. Raises OSError."""
        private_folder(self.path.parent)
        with self._lock:
            self._write(manifest)

    @contextmanager
    def transaction(self, *, starts: bool = False) -> Iterator[Manifest]:
        """Hold the lock, yield the manifest, and write it back if the block ends without an exception.

        Raises what `read` raises. With `starts` the block begins new work: the reserve is filled first and not spent,
        because it is for the results of videos that are already under way; a full disk raises OSError.
        """
        with self._lock:
            manifest = self.read()
            if starts:
                self.set_space_aside()
            yield manifest
            self._write(manifest, spend_reserve=not starts)

    @contextmanager
    def quiet(self, timeout: float = math.inf) -> Iterator[None]:
        """Hold the lock without reading or writing, so that no other process writes in the meantime.

        Raises filelock.Timeout if the lock cannot be acquired within `timeout` seconds.
        """
        with held(self._lock, timeout):
            yield

    @property
    def reserve(self) -> Path:
        """The file that reserves disk space for results."""
        return self.path.with_name(f"{self.path.name}.reserve")

    def set_space_aside(self) -> None:
        """Fill the reserve with `RESERVE` bytes; raises OSError if the disk has no room for them."""
        if not self.reserve.exists() or self.reserve.stat().st_size < RESERVE:
            # Random bytes, because file systems that compress their data would need no space for zeros.
            with new_file(self.reserve) as file:
                file.write(os.urandom(RESERVE))

    def _write(self, manifest: Manifest, *, spend_reserve: bool = True) -> None:
        manifest.updated_at = datetime.now(UTC)
        manifest.written_counts = manifest.counts
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        try:
            write_private(self.path, text)
        except OSError as error:
            is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            if not is_full or not spend_reserve or not self.reserve.exists():
                raise
            self.reserve.unlink()
            write_private(self.path, text)

    def _keep_aside(self, error: Exception) -> str:
        stamp = datetime.fromtimestamp(self.path.stat().st_mtime, UTC).strftime("%Y%m%d-%H%M%S")
        kept = self.path.with_name(f"{self.path.stem}.unreadable-{stamp}{self.path.suffix}")
        is_kept = kept.exists() or self._copy(kept)
        copy = f"A copy is kept as {kept.name}." if is_kept else "No copy could be kept: keep one yourself."
        return (
            f"{self.path}: the manifest cannot be read ({_first_reason(error)}). It tells which videos exist already, "
            f"so nothing is started without it. {copy} Put a good copy in its place, or "
            "type the same command with --fresh to set the old run aside and make all videos anew."
        )

    def _copy(self, kept: Path) -> bool:
        try:
            with self.path.open("rb") as file, new_file(kept) as copy:
                kept.chmod(0o600)
                shutil.copyfileobj(file, copy)
        except OSError:
            kept.unlink(missing_ok=True)
            return False
        return True


class ManifestView:
    """The manifest for those who look often and change nothing: it is parsed only after somebody has written it."""

    def __init__(self, store: ManifestStore) -> None:
        self._store = store
        self._seen: tuple[int, int, int] | None = None
        self._manifest: Manifest | None = None

    def manifest(self) -> Manifest:
        """Return the manifest as it stands; who gets it must not change it.

        Raises what `ManifestStore.read` raises.
        """
        # Each write makes a new file, so that a changed one has another number or at least another time.
        stat = self._store.path.stat()
        found = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if self._manifest is None or found != self._seen:
            self._manifest, self._seen = self._store.read(), found
        return self._manifest


def _understood(data: bytes) -> Manifest:
    """Return the manifest in the bytes of a file; raises ValueError or msgspec.DecodeError if there is none."""
    try:
        with _no_garbage_collection():
            manifest = _DECODER.decode(data)
    except msgspec.DecodeError:
        manifest = _of_older_form(data)
    _check_version(manifest.version)
    spell_plainly(manifest)
    number_entries(manifest)
    return manifest


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Keep Python from looking for garbage: it would do so again and again among thousands of new objects.

    5,000 videos are read in 40 ms so, and in 180 ms otherwise.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _of_older_form(data: bytes) -> Manifest:
    """Return a manifest that has keys of older programs, or was edited in an editor that marks UTF-8."""
    said = json.loads(data)
    if not isinstance(said, dict):
        raise ValueError("it is not a manifest")
    _check_version(said.get("version"))
    said.pop("baseline_is_final", None)  # each run begins anew here
    return msgspec.convert(said, Manifest)


def _check_version(version: object) -> None:
    if version != VERSION:
        raise ValueError(f"it has version {version!r}, this program reads {VERSION}")


def _first_reason(error: Exception) -> str:
    """Return what is wrong with the file, without quoting it, because it holds prompts."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


@contextmanager
def transactions(stores: Sequence[ManifestStore]) -> Iterator[list[Manifest]]:
    """Hold the locks of several manifests, yield them in the order of `stores`, and write all of them at the end.

    Other processes see none of the changes before the first lock is released. Raises what `transaction` raises.
    """
    with ExitStack() as stack:
        # The locks are always taken in the same order: otherwise two workers could wait for each other for ever.
        opened = {
            store.path: stack.enter_context(store.transaction())
            for store in sorted(stores, key=lambda store: store.path)
        }
        yield [opened[store.path] for store in stores]
