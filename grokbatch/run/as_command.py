"""Calls pytest for the command `grokbatch`: the same run, for users who do not type `pytest`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.discovery import batches_in
from grokbatch.batch.why_no_batch import why_no_batch
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
    here = config.invocation_params.dir
    words = dict.fromkeys(word.partition("::")[0] for word in named_batches.typed_paths(config))
    return [_for_tests(word, here) or why_no_batch(word, here) for word in words]


def _for_tests(word: str, here: Path) -> str | None:
    """Return what to type in place of a folder with batches that is never taken for them, such as `.`."""
    batches = batches_in(here / word)
    if not batches:
        return None
    file = shlex.quote(str(Path(word, batches[0].name)))
    return f"{word}: batches of this folder are made when they are named, such as: grokbatch run {file}"


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
