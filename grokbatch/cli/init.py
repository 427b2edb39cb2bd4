"""`grokbatch init`: writes a batch file that explains itself."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.batch.json_schema import SHIPPED
from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.permalink import REAL_ORIGIN, read_link
from grokbatch.batch.source.other_links import where_to_look
from grokbatch.cli.schema import BESIDE
from grokbatch.cli.shared import account_session
from grokbatch.cli.shared.console import Exit, UsageError, fail, is_terminal, next_step, say
from grokbatch.record.storage.accounts import AccountError, check_alias
from grokbatch.yaml_nodes import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_EXAMPLE = "https://grok.com/imagine/post/00000000-0000-4000-8000-000000000000"

_FILE = """\
# yaml-language-server: $schema={schema}

# {count} from one image on grok.com:
#
#     pytest {path}
#
# After a limit or an interruption, go on with what is left:
#
#     pytest --lf
#
# To see it happen without spending anything, on the built-in site:
#
#     pytest {path} --site demo

# The name of a signed-in account of yours; make one with: grokbatch accounts add {account}
account: {account}

# The address of the image to start from: open it on grok.com and copy the address.
permalink: {permalink}

# What should happen in the videos. It is private: only this file and the run's manifest hold it.
prompt: {prompt}

count: {number} # how many videos, 1 to 100
parallel: {parallel} # how many at a time, 1 to 100, or auto; -n on the command line goes before it

# Everything below has its default value and may be left out.
headed: auto # true: show the browser windows, false: hide them
timeout: 60 # seconds without any sign of progress before a video fails
max_wait: 300 # seconds that a video may take in all
attempts: 3 # how often a failing video is tried within one run
"""


@dataclass(frozen=True)
class Wishes:
    """The contents of the new batch file; None: the user fills it in later."""

    account: str | None
    permalink: str | None = None
    prompt: str | None = field(default=None, repr=False)
    count: int = 10

    def text(self, path: str) -> str:
        """Return the file, to be written to `path`."""
        return _FILE.format(
            schema=BESIDE,
            path=path,
            account=self.account,
            permalink=self.permalink or "",
            prompt=_as_yaml(self.prompt),
            count="One video" if self.count == 1 else f"{self.count} videos",
            number=self.count,
            parallel=min(self.count, 10),
        )


def init(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The batch's name: writes batches/NAME.yaml.", show_default=False)
    ],
    permalink: Annotated[
        str | None, typer.Option(metavar="URL", help="The image post on grok.com to start from.", show_default=False)
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(metavar="ALIAS", help="The signed-in account that makes the videos.", show_default=False),
    ] = None,
    count: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=100, help="How many videos.", show_default=False)
    ] = None,
    prompt_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="A text file with the prompt; - reads it from the standard input.", show_default=False
        ),
    ] = None,
) -> None:
    """Write a commented batch file; asks for what is not given.

    There is no option for the prompt itself, because other programs on this computer can read a command line.
    """
    path = Path("batches", f"{_checked_name(name)}.yaml")
    if path.exists():
        fail(f"{path}: is there already; edit it, or choose another name", Exit.USAGE)
    wishes = _wishes(permalink, account, count, prompt_file)
    _write_new(path, wishes.text(path.as_posix()))
    # Written every time, so that the editor knows the keys of the installed version.
    path.with_name(BESIDE).write_bytes(SHIPPED.read_bytes())
    say(f"{path}: written")
    _conclude(path, wishes)


def _wishes(permalink: str | None, account: str | None, count: int | None, prompt_file: str | None) -> Wishes:
    may_ask = is_terminal() and prompt_file != "-"
    ask = _ask if may_ask else _do_not_ask
    prompt = _read_prompt(prompt_file) if prompt_file else None
    return Wishes(
        permalink=_checked_permalink(permalink)
        if permalink
        else ask("Address of the image on grok.com", _checked_permalink),
        account=_checked_account(account) if account else ask("Account", _checked_account, _usual_account()),
        prompt=prompt or ask("What should happen in the videos (one line)", _checked_prompt),
        count=count or int(ask("How many videos (1 to 100)", _checked_count, "10") or 10),
    )


def _ask(question: str, check: Callable[[str], str], usual: str | None = None) -> str | None:
    """Ask until the answer passes `check`."""

    def take(answer: str) -> str:
        try:
            return check(answer)
        except UsageError as error:
            raise typer.BadParameter(str(error)) from None

    return str(typer.prompt(question, default=usual, value_proc=take))


def _do_not_ask(_question: str, _check: Callable[[str], str], usual: str | None = None) -> str | None:
    return usual


def _usual_account() -> str:
    aliases = account_session.open_store().aliases()
    return aliases[0] if len(aliases) == 1 else "main"


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r}: a batch's name is made of letters, digits, _ and -, such as cats; it is no path")
    return name


def _checked_permalink(text: str) -> str:
    try:
        link = read_link(text)
    except ValueError:
        where = where_to_look(text)
        reason = f"must be the address of an image post, such as {_EXAMPLE}"
        raise UsageError(f"{text}: {reason}{where and f'; {where}'}") from None
    if link.origin is not None and not link.is_local:
        raise UsageError(f"{text}: must be on {REAL_ORIGIN}, not on {link.origin}")
    return link.address


def _checked_account(text: str) -> str:
    try:
        return check_alias(text.strip())
    except AccountError as error:
        raise UsageError(str(error)) from None


def _checked_prompt(text: str) -> str:
    if not text.strip():
        raise UsageError("say in a few words what should happen")
    return text.strip()


def _checked_count(text: str) -> str:
    if not (text.strip().isdecimal() and 1 <= int(text) <= 100):
        raise UsageError(f"{text}: must be a whole number from 1 to 100")
    return str(int(text))


def _read_prompt(source: str) -> str:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"--prompt-file {source}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"--prompt-file {source}: is not UTF-8 text") from None
    if not text.strip():
        raise UsageError(f"--prompt-file {source}: is empty")
    return text.strip()


def _as_yaml(prompt: str | None) -> str:
    """Return `prompt` as a YAML value that is read back as it is."""
    if prompt is None:
        return ""
    lines = prompt.splitlines()
    plain = all(line.isprintable() and line == line.strip() for line in lines) and "\n".join(lines) == prompt
    if plain:
        return "|-\n" + "\n".join(f"  {line}".rstrip() for line in lines)
    return quoted(prompt)


def _write_new(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    # Private from the start, because it holds the prompt; and never over a file that was written meanwhile.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _conclude(path: Path, wishes: Wishes) -> None:
    missing = [key for key, value in (("permalink", wishes.permalink), ("prompt", wishes.prompt)) if value is None]
    if missing:
        next_step(f"fill in {' and '.join(missing)} in {path}")
    else:
        load_batch(path)
    if wishes.account not in account_session.open_store().aliases():
        next_step(f"grokbatch accounts add {wishes.account}")
    next_step(f"grokbatch doctor {path}")
    next_step(f"grokbatch run {path}")
