"""Reaches a host: a first greeting by ssh alone, which finds out what is wrong, then a gateway of execnet."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import execnet

from grokbatch.hosts.host import HostError
from grokbatch.hosts.specs import python_of, ssh_words, visit_spec
from grokbatch.hosts.trouble import Trouble, TroubleKind, clean, remedy, trouble_of_ssh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.hosts.host import Host

OLDEST_PYTHON = (3, 11)
"""The oldest Python that grokbatch runs on."""

GREETING_SECONDS = 40.0
"""How long a host may take to say anything; slow ones take seconds to start Python."""

_MARK = "grokbatch-greeting"
_GREET = f"import sys; print('{_MARK} %d.%d.%d' % sys.version_info[:3])"
_VERSION = re.compile(r" (\d{1,3})\.(\d{1,3})\.(\d{1,3})\s")
_MOST_SAID = 64 * 1024
_SSH_FAILED = 255
_TERMINATE_SECONDS = 5.0


class LostError(HostError):
    """The connection to a host broke, or could not be made although the host had answered; `text` says which."""

    def __init__(self, host: Host, text: str) -> None:
        super().__init__(f"{host.name}: {text}; {remedy(host, TroubleKind.LOST)}")
        self.text = text


class FailedThereError(Exception):
    """What was run on a host failed there; the message is its last line."""


@dataclass(frozen=True)
class Greeting:
    """A host that answers: the version of its Python, or what is wrong with it."""

    python: tuple[int, ...] = ()
    trouble: Trouble | None = None

    @property
    def version(self) -> str:
        """The version of its Python as text."""
        return ".".join(map(str, self.python))


def greet(host: Host, python: str = "", seconds: float = GREETING_SECONDS) -> Greeting:
    """Ask the host for the version of its Python; `python`: another one than the host's, as a shell there takes it."""
    if host.is_here:
        return Greeting(tuple(sys.version_info[:3]))
    command = f"{python or python_of(host)} -c {shlex.quote(_GREET)}"
    try:
        said = _said([*ssh_words(host), command], seconds)
    except FileNotFoundError:
        return _trouble(TroubleKind.NO_SSH, "ssh is not installed on this computer")
    if said is None:
        return _trouble(TroubleKind.SILENT, f"no answer within {seconds:g} s")
    code, stdout, stderr = said
    if code == _SSH_FAILED:
        return Greeting(trouble=trouble_of_ssh(stderr))
    return _understood(code, stdout, stderr, python or python_of(host))


def _understood(code: int, stdout: str, stderr: str, python: str) -> Greeting:
    before, mark, answer = stdout.partition(_MARK)
    if not mark:
        reason = next((line for line in reversed(stderr.splitlines()) if line.strip()), f"exit code {code}")
        return _trouble(TroubleKind.NO_PYTHON, clean(f"no Python by the name {python}: {reason}"))
    if before.strip():
        return _trouble(TroubleKind.CHATTER, clean(f"says more than it is asked for: {before}"))
    numbers = _VERSION.match(answer)
    if numbers is None:
        return _trouble(TroubleKind.UNCLEAR, clean(f"its Python answers {answer}"))
    version = tuple(map(int, numbers.groups()))
    if version < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        text = f"has Python {numbers[0].strip()}; grokbatch needs {oldest} or later"
        return Greeting(version, Trouble(TroubleKind.OLD_PYTHON, text))
    return Greeting(version)


def _trouble(kind: TroubleKind, text: str) -> Greeting:
    return Greeting(trouble=Trouble(kind, text))


def _said(words: list[str], seconds: float) -> tuple[int, str, str] | None:
    """Run a command that a host may answer with anything; return its code and outputs, None if it does not end."""
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said: dict[str, bytes] = {}

    def read(name: str, stream: IO[bytes] | None) -> None:
        with stream or io.BytesIO() as opened:  # closed when so much was read, which ends a host that goes on
            said[name] = opened.read(_MOST_SAID)

    streams = {"stdout": process.stdout, "stderr": process.stderr}
    readers = [threading.Thread(target=read, args=each, daemon=True) for each in streams.items()]
    for reader in readers:
        reader.start()
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None
    for reader in readers:
        reader.join(1.0)
    texts = [said.get(name, b"").decode("utf-8", "replace") for name in ("stdout", "stderr")]
    return code, texts[0], texts[1]


@contextmanager
def visiting(host: Host, python: str = "") -> Iterator[execnet.Gateway]:
    """Open a gateway to the host while the block lasts; raises HostError if it cannot be opened or is lost.

    Nothing of the visit is left running there afterwards.
    """
    group = execnet.Group()
    try:
        yield group.makegateway(visit_spec(host, python))
    except FailedThereError as error:
        raise HostError(f"{host.name}: {error}") from None
    except (execnet.HostNotFound, EOFError, BrokenPipeError, execnet.TimeoutError) as error:
        timed_out = isinstance(error, execnet.TimeoutError)
        raise LostError(host, "does not answer any more" if timed_out else "the connection was lost") from None
    finally:
        group.terminate(timeout=_TERMINATE_SECONDS)


def put(channel: Any, item: object) -> None:
    """Send an item over a channel; raises EOFError if the connection is lost."""
    try:
        channel.send(item)
    except OSError:  # execnet's, which could be taken for one of a file here
        raise EOFError from None


def answer(channel: Any, seconds: float) -> Any:
    """Return the next item that comes over a channel; raises FailedThereError, EOFError and execnet.TimeoutError."""
    try:
        return channel.receive(seconds)
    except execnet.RemoteError as error:
        raise FailedThereError(clean(str(error.formatted).strip().splitlines()[-1])) from None
