"""The hosts behind the tests' own SSH server are what the tests take them for."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import execnet

import grokbatch
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from tests.e2e.sshd import Sshd


def test_each_host_has_a_home_of_its_own(sshd: Sshd) -> None:
    studio, attic = sshd.host("studio"), sshd.host("attic", COLOUR="it's red")
    assert studio.run("pwd; echo $HOME").stdout.split() == [str(studio.home)] * 2
    assert attic.run('pwd; echo "$COLOUR"').stdout.splitlines() == [str(attic.home), "it's red"]
    assert studio.run("exit 7").returncode == 7


def test_a_gateway_reaches_this_grokbatch_there(sshd: Sshd) -> None:
    studio = sshd.host("studio")
    group = execnet.Group()
    gateway = group.makegateway(f"ssh={studio.ssh}//python={studio.python}//id=studio")
    channel = gateway.remote_exec("import grokbatch, os\nchannel.send((grokbatch.__file__, os.getcwd()))")
    assert channel.receive(20) == (grokbatch.__file__, str(studio.home))
    assert studio.processes()
    group.terminate(timeout=5)
    studio.check_nothing_runs()


def test_connections_can_be_cut_and_nobody_let_in(sshd: Sshd) -> None:
    studio, attic = sshd.host("studio"), sshd.host("attic")
    waiting = {
        host.name: subprocess.Popen(["ssh", *host.ssh.split(), "echo in; sleep 60"], stdout=subprocess.PIPE)
        for host in (studio, attic)
    }
    for each in waiting.values():
        assert each.stdout is not None
        assert each.stdout.readline() == b"in\n"
    sshd.stop()
    assert "refused" in studio.run("true").stderr
    for process in studio.connections():
        process.kill()
    assert waiting["studio"].wait(20) == 255
    assert attic.connections(), "the other host's connection stays"
    sshd.start_again()
    assert studio.run("true").returncode == 0
    for each in waiting.values():
        each.kill()
        each.communicate()
    wait_until(lambda: not attic.connections(), "end of the connection", 20)
    assert sys.executable not in studio.run("echo $PATH").stdout
