"""Hosts to reach over SSH: folders of this computer, each with a HOME of its own, behind a real sshd.

    with Sshd.start() as sshd:
        studio = sshd.host("studio")
        studio.ssh          # the words that lead there: `ssh {studio.ssh} COMMAND`, also in a hosts file
        studio.python       # a Python there that has this grokbatch
        studio.home         # where a session begins: HOME
        studio.run("pwd")   # over SSH
        studio.processes()  # what runs there
        studio.connections()  # the sshd processes of its connections, one or two for each: kill() them all
        sshd.stop()         # nobody is let in any more; who is in stays
        sshd.start_again()

Nothing of this computer's own SSH is used or changed: keys, configuration, known hosts and port are the tests' own.
Works for root and for any other user, who then logs in as the same user.
"""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

import grokbatch
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(grokbatch.__file__).parent.parent
_SERVER = """
ListenAddress 127.0.0.1
HostKey {root}/host_key
AuthorizedKeysFile {root}/authorized_keys
PidFile none
UsePAM no
UseDNS no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 200
MaxSessions 200
"""
_CLIENT = """
Host {name}
  HostName 127.0.0.1
  Port {port}
  User {user}
  HostKeyAlias grokbatch-test
  IdentityFile {root}/{name}/key
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile {root}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
"""
# A session begins in the host's HOME, with nothing of the tests' environment but what the host is given.
_ENTER = """#!/bin/sh
export HOME={root}/home TMPDIR={root}/tmp
{variables}
cd "$HOME"
exec /bin/sh -c "${{SSH_ORIGINAL_COMMAND:-exec /bin/sh}}"
"""
_PYTHON = """#!/bin/sh
PYTHONPATH={checkout} exec {python} "$@"
"""


def sshd_program() -> str | None:
    """Return the path of sshd, or None if it is not installed; it runs only when called by its whole path."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def why_not() -> str:
    """Return why there can be no server here, or an empty text."""
    if sys.platform == "win32":
        return "no sshd of the tests' own on Windows"
    return "" if sshd_program() and shutil.which("ssh") else "needs openssh-server: apt-get install openssh-server"


@dataclass(frozen=True)
class SshHost:
    """A host: `root` has its files, `ssh` the words that lead there."""

    name: str
    root: Path
    ssh: str
    server: Sshd = field(repr=False)

    @property
    def home(self) -> Path:
        """The HOME of whoever logs in, in which every session begins."""
        return self.root / "home"

    @property
    def python(self) -> Path:
        """A Python there that has everything of this one, and this grokbatch."""
        return self.root / "python"

    def run(self, command: str, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Run a command line there over SSH."""
        words = ["ssh", *self.ssh.split(), command]
        return subprocess.run(
            words, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL, check=False
        )

    def processes(self) -> list[psutil.Process]:
        """Return what runs there, without the server's own processes."""
        return [process for process in psutil.process_iter() if self._is_mine(process)]

    def connections(self) -> list[psutil.Process]:
        """Return the server's processes that somebody is connected to this host by."""
        mine = {process.pid for process in self.processes()}
        return [each for each in self.server.sessions() if mine & {child.pid for child in _children(each)}]

    def check_nothing_runs(self, seconds: float = 20.0) -> None:
        """Check that nothing is left there after `seconds` at most."""
        wait_until(lambda: not self.processes(), f"end of everything on {self.name}", seconds)

    def _is_mine(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE or process.name().startswith(("sshd", "ssh")):
                return False
            if process.environ().get("HOME") == str(self.home):
                return True
            return any(f"{self.root}/" in part for part in process.cmdline())
        except (psutil.Error, OSError):
            return False


@dataclass
class Sshd:
    """A running server; all of its files are in `root`."""

    root: Path
    port: int
    process: subprocess.Popen[bytes]
    hosts: list[SshHost] = field(default_factory=list)
    left: list[psutil.Process] = field(default_factory=list)

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Sshd]:
        """Run a server while the block lasts."""
        # Not tmp_path: a browser's sockets lie below, and their paths may not be long.
        root = Path(tempfile.mkdtemp(prefix="gb-ssh-"))
        _make_key(root / "host_key")
        (root / "known_hosts").write_text(f"grokbatch-test {(root / 'host_key.pub').read_text()}")
        (root / "authorized_keys").touch()
        (root / "client").touch()
        if sys.platform != "win32" and os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd wants it from root
        server = cls(root, *_listening(root))
        try:
            yield server
        finally:
            server.end()

    def host(self, name: str, **variables: str) -> SshHost:
        """Make a host; `variables` are added to the environment of its sessions."""
        host = SshHost(name, self.root / name, f"-F {self.root / 'client'} {name}", self)
        for folder in (host.home, host.root / "tmp"):
            folder.mkdir(parents=True)
        # The computer's browsers, also where Playwright's own is in the HOME of whoever runs the tests.
        browsers = Path.home() / ".cache" / "ms-playwright"
        given = {"PLAYWRIGHT_BROWSERS_PATH": str(browsers)} if browsers.exists() else {}
        given |= {key: os.environ[key] for key in _PASSED_ON if key in os.environ} | variables
        exports = "\n".join(f"export {key}={shlex.quote(value)}" for key, value in given.items())
        _write_program(host.root / "enter", _ENTER.format(root=host.root, variables=exports))
        _write_program(host.python, _PYTHON.format(checkout=CHECKOUT, python=sys.executable))
        _make_key(host.root / "key")
        public = (host.root / "key.pub").read_text()
        with (self.root / "authorized_keys").open("a") as file:
            file.write(f'command="{host.root}/enter",restrict {public}')
        with (self.root / "client").open("a") as file:
            file.write(_CLIENT.format(name=name, port=self.port, user=getpass.getuser(), root=self.root))
        self.hosts.append(host)
        return host

    def sessions(self) -> list[psutil.Process]:
        """Return the server's processes for its connections."""
        known = [*_children_of(self.process.pid), *self.left]
        return [each for each in known if each.is_running() and _name(each).startswith("sshd")]

    def stop(self) -> None:
        """Let nobody in any more; connections stay."""
        self.left.extend(self.sessions())
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        """Listen again where the server did before."""
        self.process = _run(self.root, self.port)

    def log(self) -> str:
        """Return what the server said."""
        return (self.root / "log").read_text()

    def end(self) -> None:
        """End the server, its connections and all that runs on its hosts, and remove the files."""
        for process in [*(each for host in self.hosts for each in host.processes()), *self.sessions()]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


_PASSED_ON = ("GROKBATCH_BROWSER", "NODE_COMPILE_CACHE", "PYTHONPYCACHEPREFIX")


def _listening(root: Path) -> tuple[int, subprocess.Popen[bytes]]:
    for _ in range(10):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        try:
            return port, _run(root, port)
        except OSError:  # somebody else took the port in between
            continue
    raise AssertionError((root / "log").read_text())


def _run(root: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a server and return it once it listens; raises OSError if it cannot."""
    program = sshd_program()
    assert program is not None
    (root / "server").write_text(_SERVER.format(root=root))
    with (root / "log").open("wb") as log:
        command = [program, "-D", "-e", "-f", str(root / "server"), "-p", str(port)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def said() -> str:
        ended = "ended" if process.poll() is not None else ""
        return "listening" if "Server listening" in (root / "log").read_text() else ended

    if wait_until(said, "SSH server", 20) == "ended":
        raise OSError((root / "log").read_text())
    return process


def _make_key(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", str(path)], check=True)


def _write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _children_of(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _children(process: psutil.Process) -> list[psutil.Process]:
    return _children_of(process.pid)


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return ""
