"""The hosts of a run: other computers, and this one, as a hosts file or a batch names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.batch.model.errors import unknown
from grokbatch.batch.model.hosts import HERE, HOST_DIRECTORY, HOSTS_FILE, HostEntry, HostsTable
from grokbatch.batch.model.paths import shown
from grokbatch.batch.source.hosts_file import read_hosts_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch


class HostError(Exception):
    """A host cannot be used as asked; the message says why and what to type next."""


@dataclass(frozen=True)
class Host:
    """One host. `ssh`: what ssh takes to reach it, empty for this computer.

    `python` is empty if `hosts install` chooses it. `workers`: how many, None: as many as fit. `accounts`: the aliases
    used there, None: all of the batch. `directory` is relative to the home of whoever logs in. `source`: the file that
    names the host, as messages show it.
    """

    name: str
    ssh: str = ""
    python: str = ""
    workers: int | None = None
    accounts: tuple[str, ...] | None = None
    directory: str = HOST_DIRECTORY
    collect_files: bool = True
    source: str = HOSTS_FILE

    @property
    def is_here(self) -> bool:
        """Whether this is the computer on which the run is started."""
        return not self.ssh

    @property
    def own_python(self) -> str:
        """The path of the Python that `grokbatch hosts install` sets up there."""
        return f"{self.directory.rstrip('/')}/venv/bin/python"


def read_hosts(path: Path) -> tuple[Host, ...]:
    """Return the hosts of a hosts file, this computer first if it is among them; raises BatchError."""
    return _hosts(read_hosts_file(path), shown(path))


def hosts_of(batch: Batch) -> tuple[Host, ...]:
    """Return the hosts of a batch, none if it names none; raises BatchError if its hosts file has problems."""
    if batch.hosts_file is not None:
        return read_hosts(batch.hosts_file)
    return _hosts(batch.hosts, shown(batch.path)) if isinstance(batch.hosts, HostsTable) else ()


def chosen(hosts: Sequence[Host], names: Sequence[str]) -> tuple[Host, ...]:
    """Return the hosts with these names, all hosts if there are none; raises HostError for a name that is unknown."""
    known = {host.name: host for host in hosts}
    for name in names:
        if name not in known:
            where = hosts[0].source if hosts else HOSTS_FILE
            raise HostError(f"{where}: {name}: {unknown(name, known, 'host')}")
    return tuple(known[name] for name in dict.fromkeys(names or known))


def _hosts(table: HostsTable, source: str) -> tuple[Host, ...]:
    here = table.here
    own = (
        Host(HERE, workers=_number(here.workers), accounts=_aliases(here.accounts), source=source) if here else None,
        *(_host(name, entry, source) for name, entry in table.others.items()),
    )
    return tuple(host for host in own if host is not None)


def _host(name: str, entry: HostEntry, source: str) -> Host:
    return Host(
        name,
        ssh=entry.ssh,
        python=entry.python or "",
        workers=_number(entry.workers),
        accounts=_aliases(entry.accounts),
        # A session begins in the home, and execnet does not know `~`.
        directory=entry.directory.removeprefix("~/"),
        collect_files=entry.collect_files,
        source=source,
    )


def _number(workers: int | str) -> int | None:
    return workers if isinstance(workers, int) else None


def _aliases(accounts: list[str] | None) -> tuple[str, ...] | None:
    return None if accounts is None else tuple(accounts)
