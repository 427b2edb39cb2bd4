"""`grokbatch hosts`: looks at the hosts of a run, and sets them up."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.batch.discovery import has_batch_suffix, is_batch_file
from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.hosts import HOSTS_FILE
from grokbatch.cli.shared.batch_run import BatchPath, Site, run_of
from grokbatch.cli.shared.console import (
    Exit,
    UsageError,
    confirm,
    group,
    is_terminal,
    next_step,
    note,
    say,
    say_finding,
)
from grokbatch.cli.shared.run_places import RunsDir  # noqa: TC001 - typer reads it
from grokbatch.hosts.host import HostError, chosen, hosts_of, read_hosts
from grokbatch.hosts.install import install as set_up
from grokbatch.hosts.look import look_at_all
from grokbatch.hosts.rules import findings, needs_of, problems
from grokbatch.record.rules import video_files
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.review.formatting import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grokbatch.batch.model.batch import Batch
    from grokbatch.cli.shared.batch_run import BatchRun
    from grokbatch.hosts.facts import HostFacts
    from grokbatch.hosts.host import Host
    from grokbatch.hosts.rules import HostFinding

app = group(
    "Other computers that make videos, too, reached over SSH.\n\n"
    "Write hosts.yaml, such as `studio: {ssh: me@studio, workers: 4}`, then: grokbatch hosts check"
)

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[hosts.yaml] [NAME]...",
        help=f"The hosts file, or a batch that names hosts; by default {HOSTS_FILE}. Then the hosts; by default all.",
        show_default=False,
    ),
]

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}
_NAMES = 20


@app.command()
def check(words: Words = None) -> None:
    """Look whether videos can be made on each host. Nothing is changed there.

    Exit code 0: all can be used (warnings do not count); 1: not yet.
    """
    batch, hosts = read_words(words or [])
    accounts = None if batch is None else [] if batch.is_demo else list(batch.weights)
    is_headed = batch is not None and batch.headed is True
    unusable = []
    for facts in look_at_all(hosts):
        found = findings(facts, needs_of(facts.host, accounts, headed=is_headed))
        _show(facts, found)
        if any(each.level == "fail" for each in found):
            unusable.append(facts.host.name)
    if unusable:
        say(f"\n{len(unusable)} of {len(hosts)} cannot be used yet: {', '.join(unusable)}")
        raise typer.Exit(Exit.NOT_OK)
    say(f"\n{'All can' if len(hosts) > 1 else 'It can'} be used.")
    if batch is not None:
        next_step(f"grokbatch run {shlex.quote(str(batch.path))}")


@app.command()
def install(words: Words = None, yes: Yes = False) -> None:
    """Set up the same grokbatch as here on each host. It goes into a virtual environment in the host's folder.

    Nothing else is changed there. Needs Python 3.11 or later there. A browser is installed after a question only, where
    there is none. Again: brings it up to date.
    """

    def agree(question: str) -> bool:
        return yes or (is_terminal() and confirm(question, err=True))

    _, hosts = read_words(words or [])
    failed = []
    for host in (each for each in hosts if not each.is_here):
        say(f"{host.name} ({host.ssh})")
        try:
            facts = set_up(host, lambda line: say(f"  {line}"), agree)
        except HostError as error:
            note(f"error: {error}")
            failed.append(host.name)
            continue
        lacking = problems(facts, needs_of(host, ()))
        for line in lacking:
            say(f"  {line}")
        say("  ready" if not lacking else "  not ready yet")
        failed += [host.name] if lacking else []
    if failed:
        raise typer.Exit(Exit.NOT_OK)
    next_step("grokbatch hosts check")


@app.command()
def fetch(
    batch: BatchPath,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="The hosts; by default all.", show_default=False)
    ] = None,
    hosts_file: Annotated[
        Path | None,
        typer.Option("--hosts", metavar="FILE", help="The hosts file, if the batch names none.", show_default=False),
    ] = None,
    lost: Annotated[
        list[str] | None,
        typer.Option(
            "--lost",
            metavar="NAME",
            help="A host that is gone for good: the next run downloads its files from the site again.",
            show_default=False,
        ),
    ] = None,
    site: Site = None,
    runs_dir: RunsDir = None,
) -> None:
    """Bring the files of a batch that are still on hosts. Results that a broken connection kept there come with them.

    A run brings them by itself, except with `collect_files: false`, or when the connection breaks. Submits nothing.
    Exit code 1: something is still there.
    """
    run = run_of(batch, site, runs_dir)
    if lost:
        _give_up(run, lost)
        return
    known = read_hosts(hosts_file) if hosts_file else hosts_of(run.batch) or read_hosts(Path(HOSTS_FILE))
    others = [host for host in chosen(known, names or []) if not host.is_here]
    # All of them, whatever becomes of the first ones.
    brought = [_fetch(run, host) for host in others]
    run.write_wall()
    if not all(brought):
        raise typer.Exit(Exit.NOT_OK)


def _give_up(run: BatchRun, hosts: Sequence[str]) -> None:
    """Record that the files on these hosts will never come."""
    with ManifestStore(run.directory.manifest).transaction() as manifest:
        for host in hosts:
            number = video_files.lost_with_host(manifest, host, datetime.now(UTC))
            say(f"{host}: {count_of(number, 'file')} given up")
    next_step(f"grokbatch resume {shlex.quote(str(run.batch.path))}")


def _fetch(run: BatchRun, host: Host) -> bool:
    """Bring what is on one host; return whether nothing is left there."""
    # Imported here, because it takes time and only this command needs it.
    from grokbatch.run.remote.left_files import fetch as bring
    from grokbatch.run.remote.placing import Destination

    root = run.directory.root.absolute()
    to = Destination(root, run.batch.output_folder(root), ManifestStore(run.directory.manifest), _prompts(run))
    try:
        found = bring(host, run.manifest.id, to, datetime.now(UTC), lambda name: say(f"  {name}"))
    except HostError as error:
        note(f"error: {error}")
        return False
    not_taken = f", {found.refused} could not be taken" if found.refused else ""
    say(f"{host.name}: {count_of(found.files, 'file')} brought{not_taken}")
    if found.busy:
        say(f"  {count_of(found.busy, 'worker')} busy there: fetch again when the run has ended")
    return not (found.refused or found.busy)


def _prompts(run: BatchRun) -> dict[str, str]:
    return {video.id: video.prompt for video in run.manifest.videos.values()} if run.batch.sidecar_prompt else {}


def read_words(words: Sequence[str]) -> tuple[Batch | None, tuple[Host, ...]]:
    """Return the batch, if one is named, and the hosts that `words` choose.

    Raises UsageError, HostError and BatchError.
    """
    is_file = bool(words) and has_batch_suffix(Path(words[0]))
    file, names = (Path(words[0]), words[1:]) if is_file else (Path(HOSTS_FILE), words)
    if not is_batch_file(file):
        return None, chosen(read_hosts(file), names)
    batch = load_batch(file)
    hosts = hosts_of(batch)
    if not hosts:
        raise UsageError(f"{file}: names no hosts; write hosts: {HOSTS_FILE} into it")
    return batch, chosen(hosts, names)


def _show(facts: HostFacts, found: Sequence[HostFinding]) -> None:
    host = facts.host
    say(f"{host.name}{f' ({host.ssh})' if host.ssh else ''}")
    for each in found:
        say_finding(f"  {each.level:<5}", _COLOURS[each.level], (each.name, each.text), each.remedy, _NAMES)
