"""Which hosts a call's workers run on, this computer among them, as a hosts file or a batch names them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, zip_longest
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from grokbatch.batch.model.errors import BatchError
from grokbatch.batch.model.hosts import HERE
from grokbatch.batch.model.permalink import DEMO
from grokbatch.hosts.forwarding import forwarded
from grokbatch.hosts.host import Host, HostError, hosts_of, read_hosts
from grokbatch.hosts.look import look_at_all
from grokbatch.hosts.rules import needs_of, problems, workers_for
from grokbatch.hosts.specs import worker_specs
from grokbatch.review.formatting import count_of
from grokbatch.run.plan import HostUse, RunPlan
from grokbatch.run.planning.capacity import auto_here, footprint_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch
    from grokbatch.hosts.facts import HostFacts


def hosts_of_call(batches: Iterable[Batch], typed: Path | None) -> tuple[Host, ...]:
    """Return the hosts of a call, from the file that `--hosts` names or from the batches; none: only this computer.

    Raises pytest.UsageError with all problems.
    """
    try:
        if typed is not None:
            return read_hosts(typed)
        named = {hosts for batch in batches if (hosts := hosts_of(batch))}
    except BatchError as error:
        raise pytest.UsageError("\n".join(map(str, error.problems))) from None
    except (HostError, OSError) as error:
        raise pytest.UsageError(str(error)) from None
    if len(named) > 1:
        raise pytest.UsageError("the batches name different hosts: say which with --hosts FILE, or run one at a time")
    return next(iter(named), ())


def choose_workers(
    config: pytest.Config, plan: RunPlan, hosts: Sequence[Host], most: int, asked: int | str | None
) -> RunPlan:
    """Give pytest-xdist a worker spec for each worker, `most` in all; `asked` is the value of `-n`: how many are here.

    A host that cannot be used is left out, and the plan says why. Raises pytest.UsageError if none can be used.
    """
    is_headed = any(batch.headed for batch in plan.batches)
    accounts = sorted({part.account for part in plan.parts if part.site != DEMO})
    rows, left_out = [], []
    here = next((host for host in hosts if host.is_here), None)
    if number := _here(plan, here, asked):
        rows.append(["popen"] * number)
    used = []
    for facts in look_at_all([host for host in hosts if not host.is_here]):
        lines = problems(facts, replace(needs_of(facts.host, headed=is_headed), accounts=_used(facts.host, accounts)))
        if lines:
            left_out += [*lines, f"{facts.host.name}: is left out of this run"]
        else:
            used.append(facts.host)
            rows.append(worker_specs(facts.host, _there(facts, is_headed=is_headed)))
    if not rows:
        raise pytest.UsageError("\n".join([*left_out, "no host is left that could make videos"]))
    # One of each in turn, so that few videos are spread over all.
    specs = [spec for spec in chain.from_iterable(zip_longest(*rows)) if spec is not None][:most]
    config.option.tx, config.option.numprocesses, config.option.dist = specs, None, "load"
    if here is not None and number:
        used.append(here)
    uses = tuple(HostUse(host.name, host.ssh, host.accounts, has_files=host.collect_files) for host in used)
    plan = replace(plan, hosts=uses)
    return replace(plan, notices=(*plan.notices, *left_out, *_left_without(plan, has_here=bool(number))))


def _used(host: Host, accounts: Sequence[str]) -> list[str]:
    """Return which of the run's accounts are used on the host."""
    return [account for account in accounts if host.accounts is None or account in host.accounts]


def _left_without(plan: RunPlan, *, has_here: bool) -> Iterator[str]:
    """Yield a line for each account that no host of the run has: its videos are not made."""
    names = [host.name for host in plan.hosts]
    if has_here and HERE not in names:
        return  # this computer takes every account
    for part in plan.parts:
        if not any(plan.host_use(name).takes(part) for name in names):
            name, number = part.part or part.account, count_of(len(part.videos), "video")
            yield f"{part.display}: no host of this run has the account {name}: {number} not made"


def _here(plan: RunPlan, here: Host | None, asked: int | str | None) -> int:
    """Return how many workers run on this computer."""
    if isinstance(asked, int):
        return asked
    if asked is None and here is None:
        return 0
    own = here.workers if here is not None and asked is None else None  # -n auto is more than what the file says
    return own or auto_here(plan.runs_folder, footprint_of(plan.batches)).number


def _there(facts: HostFacts, *, is_headed: bool) -> int:
    if facts.host.workers is not None or facts.basics is None or facts.basics.grokbatch is None:
        return facts.host.workers or 1
    return max(1, workers_for(facts.basics.grokbatch, facts.basics.disk, headed=is_headed).number)


def forward_rehearsals(plan: RunPlan, resources: ExitStack) -> None:
    """Let the hosts of an opened run reach the built-in sites on this computer, if it has any."""
    rehearsed = [batch for batch in plan.batches if batch.site == DEMO]
    ports = {urlsplit(origin).port for batch in rehearsed for origin in (batch.origin, batch.files_origin)}
    known = [port for port in ports if port is not None]
    for host in (each for each in plan.hosts if each.ssh and known):
        resources.enter_context(forwarded(host.ssh, known))
