"""The output of the commands: plain lines, colours on a terminal only, errors in one form, named exit codes."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from typer.core import TyperGroup

from grokbatch.review.text_layout import beside, output_width, table_lines, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


class Exit(IntEnum):
    """The exit code of a command."""

    OK = 0
    NOT_OK = 1
    INTERRUPTED = 2
    USAGE = 4
    SIGN_IN = 77


class UsageError(Exception):
    """The command line asks for something impossible; the message says what to type instead."""


# The framework's own codes for a wrong command line and for Ctrl+C.
_CTRL_C = 130
_FRAMEWORKS_CODES = {2: Exit.USAGE, _CTRL_C: Exit.INTERRUPTED}


class Ended(SystemExit):
    """Ends a command with pytest's exit code, which must not be taken for one of typer's."""


class Commands(TyperGroup):
    """A group of commands; known errors become one line and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            fail(str(error), Exit.USAGE)
        except BrokenPipeError:
            raise  # the program that read the output has ended
        except OSError as error:
            fail(f"{error.filename or 'this computer'}: {error.strerror or type(error).__name__}")
        except Exception as error:
            _fail_if_known(error)
            raise

    def main(self, *args: Any, **options: Any) -> Any:
        """Run as a program, with grokbatch's exit codes."""
        try:
            return super().main(*args, **options)
        except Ended:
            raise
        except SystemExit as end:
            if end.code == _CTRL_C:
                note("interrupted")
            raise SystemExit(_FRAMEWORKS_CODES.get(end.code, end.code)) from None  # type: ignore[arg-type]


def _fail_if_known(error: Exception) -> None:
    if not type(error).__module__.startswith("grokbatch."):
        return
    # Imported only after an error, because each brings a part of grokbatch that most commands do without.
    from grokbatch.batch.model.errors import BatchError
    from grokbatch.browser.errors import BrowserError
    from grokbatch.hosts.host import HostError
    from grokbatch.record.storage.accounts import AccountError, AliasError
    from grokbatch.record.storage.manifest_store import ManifestUnreadableError

    if isinstance(error, (BatchError, AliasError)):
        fail(str(error), Exit.USAGE)
    if isinstance(error, (BrowserError, AccountError, HostError, ManifestUnreadableError)):
        fail(str(error))


def group(text: str, commands: type[Commands] = Commands, *, add_completion: bool = False) -> typer.Typer:
    """Return an empty group of commands with the help `text`.

    `add_completion`: it has options that install the shell's completion.
    """
    return typer.Typer(
        cls=commands,
        help=text,
        add_completion=add_completion,
        no_args_is_help=True,
        # Plain text can be copied; tracebacks with local variables would show secrets.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


def fail(text: str, code: Exit = Exit.NOT_OK) -> NoReturn:
    """Write `text` as an error and end the command with `code`."""
    _write_marked("error:", text, "red", err=True)
    raise typer.Exit(code)


def say(text: str = "") -> None:
    """Write a line for people, on several lines where it does not fit into the terminal."""
    typer.echo("\n".join(wrapped(text, output_width())))


def answer(text: str) -> None:
    """Write a result as it is, for programs or to be copied: JSON, a path, an address, lines that are laid out."""
    typer.echo(text)


def note(text: str) -> None:
    """Write a line about the progress, to the error stream, apart from the command's result."""
    typer.echo("\n".join(wrapped(text, output_width())), err=True)


def next_step(text: str) -> None:
    """Write what to type next."""
    _write_marked("next:", text, "cyan", err=False)


def confirm(question: str, *, err: bool = False) -> bool:
    """Ask a question that is answered with yes or no."""
    return typer.confirm("\n".join(wrapped(question, output_width() - len(" [y/N]: "))), err=err)


def table(rows: Iterable[Sequence[str]], head: Sequence[str], indent: int = 0) -> list[str]:
    """Return `rows` below `head` as lines with aligned columns that fit into the terminal."""
    return [" " * indent + line for line in table_lines([head, *rows], output_width() - indent)]


def facts(named: Iterable[tuple[str, str]], column: int, indent: int = 0) -> list[str]:
    """Return lines with facts beside their names; the facts begin in the same `column`."""
    width = output_width() - indent
    return [" " * indent + line for name, fact in named for line in beside(name, fact, width, column)]


def say_finding(level: str, colour: str, fact: tuple[str, str], remedy: str, column: int) -> None:
    """Write the finding of a check behind its coloured level: its name, its text from `column` on, what to do below."""
    rows = [(level + fact[0], fact[1]), *([("", remedy)] if remedy else [])]
    typer.secho(level, fg=colour, bold=level.strip() != "ok", nl=False)
    typer.echo("\n".join(facts(rows, column)).removeprefix(level))


def _write_marked(mark: str, text: str, colour: str, *, err: bool) -> None:
    lines = "\n".join(wrapped(f"{mark} {text}", output_width()))
    typer.secho(mark, fg=colour, bold=True, nl=False, err=err)
    typer.echo(lines.removeprefix(mark), err=err)


def moment(when: datetime | None) -> str:
    """Return a time in the machine's time zone, such as `2026-11-21 22:05`; `never` for None."""
    return f"{when.astimezone():%Y-%m-%d %H:%M}" if when else "never"


def is_terminal() -> bool:
    """Whether the command can ask a person at a terminal."""
    return sys.stdin.isatty()
