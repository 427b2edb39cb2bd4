"""Rehearsals: starts the built-in site for the batches that use it, with the scenario of each."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from grokbatch.batch.model.permalink import DEMO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import ExitStack

    from pydantic_core import ErrorDetails

    from grokbatch.batch.model.batch import Batch
    from grokbatch.demo.server import DemoSite
    from grokbatch.run.plan import AccountPlan, BatchPlan, RunPlan

DEMO_ACCOUNT = "demo@built-in"
"""The alias of the built-in account; an account of the user cannot have this name."""


def scenario_problems(batch: Batch, display: str) -> list[str]:
    """Return the problems of a batch's `demo:`, each a line that begins with file and line number."""
    if not batch.demo:
        return []
    from grokbatch.demo.scenario.scenario import Scenario

    try:
        Scenario.model_validate(batch.demo)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        return [f"{batch.place(display, _key_of(each))}: {_reason(each, Scenario.model_fields)}" for each in problems]
    return []


def _key_of(problem: ErrorDetails) -> str:
    return ".".join(["demo", *(str(part) for part in problem["loc"] if part != "[key]")])


def _reason(problem: ErrorDetails, known: Mapping[str, object]) -> str:
    if problem["type"] == "extra_forbidden" and len(problem["loc"]) == 1:
        near = difflib.get_close_matches(str(problem["loc"][0]), known, n=1)
        return "unknown key, " + (f"did you mean {near[0]}?" if near else f"allowed are {', '.join(known)}")
    return problem["msg"]


@dataclass(frozen=True)
class _DemoServer:
    """A running demo site: its origin, the origin of its files, and the accounts on it, by their names in batches.

    A batch with one account uses the built-in account, whose name is empty here.
    """

    origin: str
    files: str
    accounts: dict[str, AccountPlan]


def with_demo(plan: RunPlan, resources: ExitStack) -> RunPlan:
    """Return the plan with all rehearsals on demo sites, one for each scenario; `resources` ends the sites."""
    groups: dict[str, list[BatchPlan]] = {}
    for batch in plan.batches:
        if batch.site == DEMO:
            groups.setdefault(_key(batch), []).append(batch)
    demo_servers = {key: _start(group, number, resources) for number, (key, group) in enumerate(groups.items())}
    batches = [
        _on_demo_server(batch, demo_servers[_key(batch)]) if batch.site == DEMO else batch for batch in plan.batches
    ]
    accounts = [account for demo_server in demo_servers.values() for account in demo_server.accounts.values()]
    return replace(plan, accounts=(*plan.accounts, *accounts), batches=tuple(batches))


def _key(batch: BatchPlan) -> str:
    return json.dumps(batch.demo, sort_keys=True)


def _on_demo_server(batch: BatchPlan, demo_server: _DemoServer) -> BatchPlan:
    aliases = {name: demo_server.accounts[name].alias for name in batch.split.values()}
    first = next(iter(aliases.values())) if aliases else demo_server.accounts[""].alias
    return replace(batch.at_origin(demo_server.origin), account=first, aliases=aliases, files_origin=demo_server.files)


def _start(batches: Sequence[BatchPlan], number: int, resources: ExitStack) -> _DemoServer:
    # Imported here: a run on the real site does not need a web server.
    from grokbatch.demo.scenario.scenario import Scenario
    from grokbatch.demo.server import DemoSite

    # Each batch keeps the site's videos: it may be resumed without the others, and must find its videos then.
    memory = tuple(batch.run_directory.rehearsal for batch in batches)
    for part in (part for batch in batches for part in batch.parts):
        # The site knows nothing of limits that another one had, and the next one will know nothing of its own.
        part.quota_file.remove()
        resources.callback(part.quota_file.remove)
    site = resources.enter_context(DemoSite(Scenario.model_validate(batches[0].demo), memory=memory))
    names = dict.fromkeys(part.part for batch in batches for part in batch.parts)
    accounts = {name: _account(name, number, site) for name in names}
    return _DemoServer(site.origin, site.assets_origin, accounts)


def _account(name: str, number: int, site: DemoSite) -> AccountPlan:
    """Return an account on the site; one of several in a batch is the user of its name there."""
    from grokbatch.run.plan import AccountPlan  # it brings pytest, which the commands of `grokbatch` do without

    alias = f"{name}@built-in" if name else DEMO_ACCOUNT
    cookies = site.session_cookies(name) if name else site.session_cookies()
    return AccountPlan(f"{alias}-{number + 1}" if number else alias, None, json.dumps(cookies))
