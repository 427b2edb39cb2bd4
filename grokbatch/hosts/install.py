"""Sets up a host: a virtual environment there with the same grokbatch as here, and a browser if it has none."""

from __future__ import annotations

import re
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokbatch.hosts.connection import answer, greet, put, visiting
from grokbatch.hosts.facts import PACKAGES
from grokbatch.hosts.host import HostError
from grokbatch.hosts.look import look_at
from grokbatch.hosts.on_host import setup
from grokbatch.hosts.rules import is_same, needs_of
from grokbatch.hosts.specs import shell_path
from grokbatch.hosts.transfer import send_file
from grokbatch.hosts.trouble import TroubleKind, clean, remedy
from grokbatch.hosts.wheel import pack_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.hosts.facts import HostFacts
    from grokbatch.hosts.host import Host

PYTHONS = ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python")
"""The names of Python that are tried there."""

_FIXED = (*PACKAGES[1:], "pytest-html", "pytest-playwright")
_INSTALL_SECONDS = 1200.0
_BROWSER_SECONDS = 1200.0
_PYTHON_TROUBLES = frozenset({TroubleKind.NO_PYTHON, TroubleKind.OLD_PYTHON, TroubleKind.UNCLEAR})
_PROVIDE = """
import os
from grokbatch.browser.discovery.find import find_browser
from grokbatch.browser.discovery.install import provide_browser, this_installer
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.machine import this_machine
from grokbatch.browser.profiles.home import home_folder

try:
    installer = this_installer(lambda line: channel.send((0, line)))
    found = provide_browser(lambda: find_browser(this_machine()), home_folder(os.environ), installer)
    channel.send((1, str(found)))
except BrowserError as error:
    channel.send((2, str(error)))
"""


def install(host: Host, tell: Callable[[str], None], agree: Callable[[str], bool]) -> HostFacts:
    """Set up the host, and return what is seen of it afterwards; what is there already is left.

    `tell` is called with each step, `agree` with a question before a browser is installed. Raises HostError, which
    says what to type next.
    """
    _check_ours(host)
    facts = look_at(host)
    if facts.trouble is not None and facts.trouble.kind not in _PYTHON_TROUBLES:
        raise HostError(f"{host.name}: {facts.trouble.text}; {remedy(host, facts.trouble.kind)}")
    if is_same(facts, needs_of(host)):
        tell(f"the same grokbatch is there already, in {host.directory}/venv")
    else:
        _install_package(host, tell)
        facts = look_at(host)
    if _lacks_browser(facts) and agree(f"{host.name} has no browser. Install one there (about 200 MB)?"):
        _install_browser(host, tell)
        facts = look_at(host)
    return facts


def _check_ours(host: Host) -> None:
    if host.is_here:
        raise HostError(f"{host.name}: is this computer, which has grokbatch")
    if host.python:
        raise HostError(
            f"{host.name}: python: {host.python} is an environment of your own; leave python: out of {host.source} to "
            "have one set up, or install grokbatch into yours there"
        )


def _lacks_browser(facts: HostFacts) -> bool:
    told = facts.basics.grokbatch if facts.basics else None
    return told is not None and not told.browser


def _base_python(host: Host) -> str:
    """Return the name of a Python there that grokbatch runs on; raises HostError."""
    oldest = None
    for name in PYTHONS:
        greeting = greet(host, name)
        if greeting.trouble is None:
            return name
        if greeting.trouble.kind not in _PYTHON_TROUBLES:
            raise HostError(f"{host.name}: {greeting.trouble.text}; {remedy(host, greeting.trouble.kind)}")
        if greeting.trouble.kind is TroubleKind.OLD_PYTHON and oldest is None:
            oldest = greeting.trouble
    text = oldest.text if oldest else f"there is no Python by the names {', '.join(PYTHONS)}"
    raise HostError(f"{host.name}: {text}; {remedy(host, TroubleKind.OLD_PYTHON)}")


def _install_package(host: Host, tell: Callable[[str], None]) -> None:
    base = _base_python(host)
    venv, log = f"{host.directory}/venv", f"{host.directory}/install.log"
    with visiting(host, shell_path(base)) as gateway, tempfile.TemporaryDirectory(prefix="grokbatch-wheel-") as folder:
        channel = gateway.remote_exec(setup)
        tell(f"makes a virtual environment in {venv}, with {base}")
        _check(host, _asked(channel, ("venv", venv, log), 400.0), log, "no virtual environment can be made", _NO_VENV)
        wheel = pack_wheel(Path(folder))
        fixed = Path(folder, "constraints.txt")
        fixed.write_text("".join(f"{name}=={metadata.version(name)}\n" for name in _FIXED), encoding="utf-8")
        tell(f"sends {wheel.name} ({wheel.stat().st_size / 1e6:.1f} MB)")
        there = {path: f"{host.directory}/{path.name}" for path in (wheel, fixed)}
        for path, name in there.items():
            send_file(channel, path, name)
        tell("installs it with what it needs; this takes a minute or two")
        pip = [f"{venv}/bin/python", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        for more in (["--constraint", there[fixed], there[wheel]], ["--force-reinstall", "--no-deps", there[wheel]]):
            done = _asked(channel, ("run", [*pip, *more], log, _INSTALL_SECONDS), _INSTALL_SECONDS + 60)
            _check(host, done, log, "pip cannot install it", "see whether it reaches the Python Package Index")
        for name in there.values():
            _asked(channel, ("remove", name), 60.0)
        put(channel, None)


# Of all that pip and venv say, the lines that name a cause; Debian's venv says it in a sentence of its own.
_TELLING = re.compile(r"error|ensurepip is not|no space left", re.IGNORECASE)
_NO_VENV = "on Debian and Ubuntu, type there: sudo apt-get install python3-venv"


def _asked(channel: Any, request: tuple[Any, ...], seconds: float) -> Any:
    put(channel, request)
    return answer(channel, seconds)


def _check(host: Host, done: Any, log: str, what: str, step: str) -> None:
    """Raise HostError if the program that was run there failed; `done` is its exit code and the end of its output."""
    code, said = done if isinstance(done, tuple) and len(done) == len(("code", "said")) else (-1, "")
    if code == 0:
        return
    lines = [line for line in map(clean, str(said).splitlines()) if line]
    telling = [line for line in lines if _TELLING.search(line)]
    reason = (telling or lines or ["no reason is told"])[-1]
    raise HostError(f"{host.name}: {what}: {reason}; {step} (all that was said: {log} there)")


def _install_browser(host: Host, tell: Callable[[str], None]) -> None:
    with visiting(host) as gateway:
        channel = gateway.remote_exec(_PROVIDE)
        while True:
            state, text = answer(channel, _BROWSER_SECONDS)
            if state == 0:
                tell(clean(str(text)))
            elif state == 1:
                tell(f"browser: {clean(str(text))}")
                return
            else:
                raise HostError(f"{host.name}: {clean(str(text))}")
