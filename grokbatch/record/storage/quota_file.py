"""The quota record on disk: one private file for each account and site, changed under a lock, without prompts.

Below the home folder: `quota/<host of the site>/<alias>.json`. Losing it costs some refused submits, so an unreadable
file is set aside and never a reason not to run.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from filelock import FileLock

from grokbatch.record.model.quota import VERSION, LimitKind, QuotaRecord, QuotaReply, SubmitResult
from grokbatch.record.rules import quota_notes
from grokbatch.record.storage.lock_timeout import held
from grokbatch.record.storage.private_files import private_folder, replace_when_free, write_private
from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOLDER = "quota"
_UNREADABLE = (ValueError, msgspec.MsgspecError, RecursionError)
_TIMEOUT = 5.0
"""Seconds to wait for a process that writes; it takes milliseconds."""


class QuotaFile:
    """The quota record of one account on one site; `tell` receives a line for people if a file cannot be read."""

    def __init__(self, path: Path, tell: Callable[[str], object] = LOGGER.warning) -> None:
        self.path = path
        self._tell = tell
        self._lock = FileLock(f"{path}.lock", mode=0o600)

    def read(self) -> QuotaRecord:
        """Return the record; an empty one if there is none, or if it cannot be read, which is told. Never raises."""
        try:
            return _understood(self.path.read_bytes())
        except FileNotFoundError:
            return QuotaRecord()
        except OSError as error:
            self._tell(f"{self.path}: cannot be read ({error.strerror}); what it tells of the quota is not used")
        except _UNREADABLE:
            self._tell(f"{self.path}: cannot be read; the next run sets it aside and learns the quota anew")
        return QuotaRecord()

    def note_accepted(self, at: datetime, resolution: str) -> None:
        """Note a submit of the time `at` that the site accepted. Raises OSError and filelock.Timeout, as all below."""
        with self._changed() as record:
            quota_notes.note_accepted(record, at, resolution)

    def note_outcome(self, at: datetime, resolution: str, result: SubmitResult) -> None:
        """Note what the submit of the time `at` came to."""
        with self._changed() as record:
            quota_notes.note_outcome(record, at, resolution, result)

    def note_limit(
        self,
        at: datetime,
        said: datetime | None,
        kind: LimitKind = LimitKind.SAID,
        resolution: str = "",
        submitted_at: datetime | None = None,
    ) -> None:
        """Note a refusal because of a limit, of the submit of the time `submitted_at` if there was one.

        `said` is the end of the limit that the site named.
        """
        with self._changed() as record:
            quota_notes.note_limit(record, at, said, kind, resolution, submitted_at)

    def note_quota_reply(self, reply: QuotaReply) -> None:
        """Note what the site says of the quota."""
        with self._changed() as record:
            quota_notes.note_quota_reply(record, reply)

    def remove(self) -> None:
        """Delete the record, with its lock and what was set aside. Raises OSError."""
        for path in (self.path, *self.path.parent.glob(f"{self.path.stem}.unreadable-*"), _lock_of(self.path)):
            path.unlink(missing_ok=True)

    @contextmanager
    def _changed(self) -> Iterator[QuotaRecord]:
        if not self.path.parent.exists():
            private_folder(self.path.parent)
        with held(self._lock, _TIMEOUT):
            record = self._read_to_change()
            yield record
            write_private(self.path, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")

    def _read_to_change(self) -> QuotaRecord:
        """Return the record, after setting an unreadable file aside; raises OSError."""
        try:
            return _understood(self.path.read_bytes())
        except FileNotFoundError:
            return QuotaRecord()
        except _UNREADABLE:
            self._set_aside()
            return QuotaRecord()

    def _set_aside(self) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        kept = self.path.with_name(f"{self.path.stem}.unreadable-{stamp}{self.path.suffix}")
        replace_when_free(lambda: self.path.replace(kept))
        self._tell(f"{self.path}: cannot be read; it is kept as {kept.name}, and the quota is learnt anew")


def quota_path(home: Path, site_host: str, alias: str) -> Path:
    """Return the path of the quota record of the account `alias` on a site, such as `grok.com` or `127.0.0.1:8000`."""
    return home / FOLDER / (re.sub(r"[^\w.-]", "_", site_host) or "_") / f"{alias}.json"


def quota_paths(home: Path, alias: str) -> list[Path]:
    """Return the paths of the quota records of the account `alias`, one for each site that it was used on."""
    return sorted((home / FOLDER).glob(f"*/{alias}.json"))


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _understood(data: bytes) -> QuotaRecord:
    """Return the record in the bytes of a file; raises ValueError or msgspec.DecodeError if there is none."""
    record = msgspec.json.decode(data, type=QuotaRecord)
    if record.version != VERSION:
        raise ValueError(f"version {record.version}")
    return record
