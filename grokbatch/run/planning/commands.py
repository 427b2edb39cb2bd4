"""Whom a run tells what happens: the commands and addresses of a batch, checked before anything starts."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.batch.model.errors import BatchError
from grokbatch.browser.profiles.home import home_folder
from grokbatch.record.storage.user_settings import read_settings, settings_file
from grokbatch.run.notify.addresses import scheme_of
from grokbatch.run.notify.sending import understood

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grokbatch.batch.model.batch import Batch
    from grokbatch.run.plan import TellPlan


def commands_of(batch: Batch) -> dict[str, list[str]]:
    """Return the commands of a batch by their keys, as they are written."""
    found = {"on_video": batch.on_video, "on_finish": batch.on_finish}
    return {key: words for key, words in found.items() if words}


def command_problems(batch: Batch, display: str) -> Iterator[str]:
    """Yield a problem for each command whose program does not exist."""
    for key, (program, *_) in commands_of(batch).items():
        if _path_of(program, batch) is None:
            place = batch.place(display, key)
            yield f"{place}: there is no program {program}, neither on the PATH nor from {batch.file.parent}"


def tell_plan(batch: Batch) -> TellPlan:
    """Return the commands of a batch without problems, with the paths of their programs, and its addresses.

    Without `notify` in the batch, the user's own addresses count.
    """
    found = {
        key: (_path_of(program, batch) or program, *arguments)
        for key, (program, *arguments) in commands_of(batch).items()
    }
    from grokbatch.run.plan import TellPlan  # it brings pytest, which the commands of `grokbatch` do without

    return TellPlan(found.get("on_video", ()), found.get("on_finish", ()), tuple(addresses_of(batch)))


def addresses_of(batch: Batch | None) -> list[str]:
    """Return the addresses of a batch, or else the user's own; none if the user's settings have problems."""
    if batch is not None and batch.notify is not None:
        return batch.notify
    try:
        return read_settings(home_folder(os.environ)).notify or []
    except BatchError:
        return []


def address_problems(batches: Sequence[tuple[str, Batch]]) -> list[str]:
    """Return the problems of the user's settings, and of the addresses in them and in `batches`.

    `batches` are the names of batch files as problems show them, with their batches.
    """
    home = home_folder(os.environ)
    try:
        own = read_settings(home).notify or []
    except BatchError as error:
        return [str(problem) for problem in error.problems]
    found = [(f"{settings_file(home)}: notify[{number}]", each) for number, each in enumerate(own, 1)]
    for display, batch in batches:
        place = batch.place(display, "notify")
        found += [(f"{place}[{number}]", each) for number, each in enumerate(batch.notify or (), 1)]
    checked = zip(found, understood([address for _, address in found]), strict=True)
    return [f"{place}: {_not_understood(address)}" for (place, address), is_right in checked if not is_right]


def _not_understood(address: str) -> str:
    return (
        f"is not an address that Apprise understands ({scheme_of(address)}); how they look: "
        "https://appriseit.com/services/"
    )


def _path_of(program: str, batch: Batch) -> str | None:
    """Return the path of a program: a name is looked up on the PATH, a path starts from the batch file's folder."""
    is_path = Path(program).name != program
    name = str(batch.file.parent / Path(program).expanduser()) if is_path else program
    return shutil.which(name)
