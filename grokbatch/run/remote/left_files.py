"""What runs left on a host is told and sent to `grokbatch hosts fetch`: both ends of that."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from grokbatch.hosts.connection import answer, put, visiting
from grokbatch.record.storage.sidecar import SUFFIX
from grokbatch.run.remote import kept_results
from grokbatch.run.remote.late_results import take_late_result
from grokbatch.run.remote.on_host import alive, folder_of, remove_if_empty
from grokbatch.run.remote.placing import FilePlacer, PlacingError
from grokbatch.run.remote.sending import files_below, send_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from grokbatch.hosts.host import Host
    from grokbatch.run.remote.placing import Destination

_THERE = "from grokbatch.run.remote.left_files import serve\nserve(channel)"
_SECONDS = 120.0


@dataclass(frozen=True)
class Fetched:
    """How many files came from a host, how many were not taken, and how many workers are still busy there."""

    files: int = 0
    refused: int = 0
    busy: int = 0


def fetch(
    host: Host,
    manifest_id: str,
    to: Destination,
    now: datetime,
    begun: Callable[[str], None],
) -> Fetched:
    """Bring the files of a batch that runs left on `host`, and what could not be told; raises HostError.

    `begun` is given the name of each file that begins to come.
    """
    files, refused, is_sidecar = 0, 0, False
    with closing(FilePlacer(f"fetch-{host.name}", lambda _: to)) as placer, visiting(host) as gateway:
        channel = gateway.remote_exec(_THERE)
        put(channel, (host.directory, manifest_id))
        while "done" not in (message := answer(channel, _SECONDS)):
            try:
                if "late" in message:
                    told: dict[str, Any] = {"taken": take_late_result(to.store, message, now)}
                else:
                    if "file" in message:
                        is_sidecar = str(message["file"]["name"]).endswith(SUFFIX)
                        begun(str(message["file"]["name"]))
                    told = placer.take(message)
            except PlacingError as error:
                told = {"refused": str(error)}
            files += "placed" in told and not is_sidecar
            refused += "refused" in told
            put(channel, told)
    return Fetched(files, refused, message["done"])


def serve(channel: Any) -> None:
    """Send over `channel` what is left here; the first item that comes is the folder and the id of the manifest."""

    def answer_to(message: dict[str, Any]) -> dict[str, Any]:
        channel.send(message)
        answered: dict[str, Any] = channel.receive()
        return answered

    directory, manifest_id = channel.receive()
    busy = 0
    if Path(directory).is_dir():
        os.chdir(directory)
        folder = folder_of(manifest_id)
        for left in sorted(folder.iterdir()) if folder.is_dir() else ():
            try:
                with FileLock(left / "taken.lock", timeout=0), alive(left).acquire(timeout=0):
                    kept_results.tell(left, "", answer_to)
                    for file in files_below(left, ""):
                        send_file(file, answer_to)
            except Timeout:
                busy += 1
            else:
                remove_if_empty(left)
        with suppress(OSError):
            folder.rmdir()
    channel.send({"done": busy})
