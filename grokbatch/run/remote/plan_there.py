"""The plan as a worker on another computer is given it: without what is this computer's own.

Cookies, the user's addresses and the paths of profiles stay here: a host has its own signed-in profiles. Prompts go
over the channel, as a worker needs them, and are not written there.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from grokbatch.run.plan import HostPlan, RunPlan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from grokbatch.run.plan import BatchPlan

_PLUGINS = ("xdist", "metadata", "grokbatch", "base_url", "playwright")
"""The plugins of which a worker needs something, by the names of their entry points."""


def arguments_there(config: pytest.Config, plugin: str) -> tuple[str, ...]:
    """Return what pytest is called with on another computer: nothing that names a file or a folder of this one.

    Values are joined to their options, as xdist takes a word that is a file here for a path.
    """
    option = config.option
    given = [
        f"-k{option.keyword}" if option.keyword else "",
        f"-m{option.markexpr}" if option.markexpr else "",
        "--headed" if getattr(option, "headed", False) else "",
        f"--slowmo={option.slowmo}" if getattr(option, "slowmo", 0) else "",
        f"--browser-channel={option.browser_channel}" if getattr(option, "browser_channel", None) else "",
    ]
    # Plugins and a pytest.ini that happen to be there have nothing to say about this run; some plugins even expect to
    # find the controller on the same computer.
    loaded = [f"-p{name}" for name in _PLUGINS if config.pluginmanager.has_plugin(name)]
    own = ("--disable-plugin-autoload", *loaded, "-p", plugin, "-pno:cacheprovider", "--rootdir=.", "-oaddopts=")
    return (*own, *filter(None, given))


def node_ids(batches: Sequence[BatchPlan], root: Path) -> tuple[BatchPlan, ...]:
    """Return the batches with the ids that pytest gives their files here, so that all workers give the same."""
    return tuple(replace(batch, node_id=_node_id(batch.path, root)) for batch in batches)


def _node_id(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def plan_there(plan: RunPlan, host: str, arguments: Sequence[str], *, has_videos: bool) -> RunPlan:
    """Return the plan for a worker on `host`; `arguments` are the call's own, with absolute paths."""
    manifests = {batch.key: batch.view.manifest().id for batch in plan.batches}
    told = HostPlan(
        name=host,
        call=hashlib.sha256(str(plan.folder).encode()).hexdigest()[:8],
        manifests=manifests,
        arguments=tuple(_there(each, plan) for each in arguments),
        has_videos=has_videos,
        accounts=plan.host_use(host).accounts,
    )
    demo = tuple(account for account in plan.accounts if account.profile is None)
    batches = tuple(replace(batch, named=batch.key) for batch in plan.batches)
    return replace(plan, batches=batches, accounts=demo, browser={}, session_folder=None, asked=None, host=told)


def _there(argument: str, plan: RunPlan) -> str:
    """Return an argument with the keys of batches in place of paths; a folder stands for all batches below it."""
    path, colons, rest = argument.partition("::")
    known = {str(batch.file): batch.key for batch in plan.batches} | {batch.key: batch.key for batch in plan.batches}
    if path in known:
        return f"{known[path]}{colons}{rest}"
    below = [batch.key for batch in plan.batches if str(batch.file).startswith(f"{path.rstrip(os.sep)}{os.sep}")]
    return "\n".join(below)
