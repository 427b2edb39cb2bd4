"""`grokbatch run`, `resume` and `demo`, which call pytest for users who do not type `pytest`; and `examples`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.batch.discovery import has_batch_suffix
from grokbatch.batch.examples import examples_folder, write_example, write_examples
from grokbatch.cli.shared.console import Ended, next_step, say

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEMO = Path("grokbatch-demo") / "batches" / "demo.yaml"


def _files(incomplete: str) -> list[str]:
    """Return the batch files and folders whose names begin with what was typed, for the shell's completion."""
    path = Path(incomplete)
    folder, begin = (path, "") if incomplete.endswith("/") or not incomplete else (path.parent, path.name)
    try:
        near = sorted(each for each in folder.iterdir() if each.name.startswith(begin) and each.name[0] != ".")
    except OSError:
        return []
    return [f"{each}/" if each.is_dir() else str(each) for each in near if each.is_dir() or has_batch_suffix(each)]


Options = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PYTEST OPTIONS]", help="Any of pytest's, such as -n 4.", show_default=False),
]


def run(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE... [PYTEST OPTIONS]",
            help="Batch files, or folders of them, and any of pytest's options, such as -n 4 or --site demo.",
            show_default=False,
            autocompletion=_files,
        ),
    ],
) -> None:
    """Make the videos of batch files. This is the same as `pytest FILE`, for those who have no `pytest` to type."""
    _call(arguments)


def resume(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE...] [PYTEST OPTIONS]",
            help="By default the files of the last run.",
            show_default=False,
            autocompletion=_files,
        ),
    ] = None,
) -> None:
    """Go on with what failed or never started in the last run. The options of that run hold again."""
    _call(["--lf", *(arguments or [])])


def demo(arguments: Options = None) -> None:
    """Make twelve videos on the built-in site; nothing is spent. No account is needed."""
    write_example(examples_folder() / _DEMO.name, _DEMO)
    _call([str(_DEMO), *(arguments or [])], then=f"grokbatch open {shlex.quote(str(_DEMO))}")


def examples(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write them.", show_default=False)],
) -> None:
    """Write the example batches into a folder. Existing files stay unchanged."""
    written = write_examples(folder)
    say(f"{len(written)} files written into {folder}" if written else f"all examples are in {folder} already")
    next_step(f"grokbatch run {shlex.quote(str(folder / _DEMO.name))} -n 4")


def _call(arguments: Sequence[str], then: str | None = None) -> None:
    from grokbatch.run.as_command import call_pytest
    from grokbatch.run.command_line.standard_output import is_for_events

    code = call_pytest(arguments)
    if then and code == 0 and not is_for_events(arguments):
        next_step(then)
    raise Ended(code)
