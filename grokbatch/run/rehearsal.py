"""Rehearsals: the built-in site is started for the batches that want it, each with the scenario that it asks for."""

from __future__ import annotations

import difflib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from grokbatch.run.plan import AccountPlan, BatchPlan, RunPlan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

DEMO = "demo"
"""What a batch plan calls the built-in site."""

DEMO_ACCOUNT = "demo@built-in"
"""The alias of the built-in account; no account of the user's can have it."""


def scenario_faults(place: str, scenario: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a batch's `demo:`, a line each that begins with its `place`."""
    if not scenario:
        return []
    from grokbatch.demo.scenario import Scenario

    try:
        Scenario.model_validate(scenario)
    except ValidationError as error:
        return [f"{place}: {_fault(each, Scenario.model_fields)}" for each in error.errors(include_url=False)]
    return []


def _fault(error: Any, known: Mapping[str, object]) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        near = difflib.get_close_matches(where, known, n=1)
        return f"{where}: unknown key, " + (f"did you mean {near[0]}?" if near else f"allowed are {', '.join(known)}")
    return f"{where}: {error['msg']}"


def with_demo(plan: RunPlan, resources: ExitStack) -> RunPlan:
    """Return the plan with all rehearsals at addresses of demo sites, which `resources` ends; one a scenario."""
    accounts, batches = list(plan.accounts), list(plan.batches)
    started: dict[str, tuple[str, AccountPlan]] = {}
    for at, batch in enumerate(batches):
        if batch.site != DEMO:
            continue
        key = json.dumps(batch.demo, sort_keys=True)
        if key not in started:
            started[key] = _start(batch, len(started), resources)
            accounts.append(started[key][1])
        origin, account = started[key]
        batches[at] = replace(batch.at_origin(origin), account=account.alias)
    return replace(plan, accounts=tuple(accounts), batches=tuple(batches))


def _start(batch: BatchPlan, number: int, resources: ExitStack) -> tuple[str, AccountPlan]:
    # Imported here: a run on the real site does not need a web server.
    from grokbatch.demo.scenario import Scenario
    from grokbatch.demo.server import DemoSite

    site = resources.enter_context(DemoSite(Scenario.model_validate(batch.demo)))
    alias = f"{DEMO_ACCOUNT}-{number + 1}" if number else DEMO_ACCOUNT
    return site.origin, AccountPlan(alias, None, json.dumps(site.session_cookies()))
