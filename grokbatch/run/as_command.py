"""Calls pytest for the command `grokbatch`: the same run, for users who do not type `pytest`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from grokbatch.review.invocation import choose_command
from grokbatch.run.command_line import named_batches, resumable
from grokbatch.run.command_line.early_interrupt import EarlyInterrupt
from grokbatch.run.command_line.usage_errors import usage_error
from grokbatch.run.plan import RUN_PLAN

if TYPE_CHECKING:
    from collections.abc import Sequence


def call_pytest(arguments: Sequence[str]) -> int:
    """Run the batches that pytest's `arguments` name, and return the exit code."""
    choose_command()
    early = EarlyInterrupt.of_process()
    try:
        return int(pytest.main([*_QUIETLY, *arguments], plugins=[_BatchesOnly()]))
    finally:
        early.stop()


# pytest warns because the command has already imported the package that it then loads as a plugin.
_QUIETLY = ("-W", "ignore:Module already imported so cannot be rewritten:pytest.PytestAssertRewriteWarning")


class _BatchesOnly:
    """Refuses a call that would run tests: `grokbatch` is meant for batches only."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Raise UsageError if the call names no batch."""
        if RUN_PLAN not in config.stash and not config.option.help and not config.option.version:
            raise usage_error(_why_nothing(config))


def _why_nothing(config: pytest.Config) -> str:
    if resumable.is_bare_lf(config):
        return _nothing_to_resume(config)
    return "\n".join(named_batches.not_found(config) or _no_batches(config)) or _NOTHING_NAMED


def _no_batches(config: pytest.Config) -> list[str]:
    words = [word.partition("::")[0] for word in named_batches.typed_paths(config)]
    files = [word for word in words if named_batches.is_yaml(word)]
    return [f"{word}: is no batch file; to see why: grokbatch plan {shlex.quote(word)}" for word in files]


_NOTHING_NAMED = (
    "no batch file is named: type `grokbatch run FILE.yaml`, or the folder that holds batch files "
    "(`grokbatch init NAME` writes one, `grokbatch demo` shows twelve videos)"
)


def _nothing_to_resume(config: pytest.Config) -> str:
    looked = " and ".join(str(folder) for folder in resumable.memory_folders(config))
    return (
        f"no run to go on with: none is remembered in {looked}; go to the folder of that run, or name its file: "
        "grokbatch resume FILE.yaml"
    )
