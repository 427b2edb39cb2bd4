"""What reaches ssh, the shell there and execnet is what the hosts file says."""

from __future__ import annotations

import pytest
from execnet.xspec import XSpec

from grokbatch.hosts.host import Host
from grokbatch.hosts.specs import SSH_OPTIONS, python_of, ssh_words, visit_spec, worker_specs

STUDIO = Host("studio", "-p 2222 me@studio")


def test_each_worker_has_a_spec_with_a_readable_id() -> None:
    specs = [XSpec(text) for text in worker_specs(STUDIO, 2)]
    assert [spec.id for spec in specs] == ["studio-1", "studio-2"]
    assert specs[0].ssh is not None
    assert specs[0].ssh.split() == [*SSH_OPTIONS, "-p", "2222", "me@studio"]
    assert ssh_words(STUDIO) == ["ssh", *specs[0].ssh.split()]
    assert specs[0].python == "grokbatch-host/venv/bin/python"
    assert specs[0].chdir == "grokbatch-host"


def test_this_computers_workers_are_processes() -> None:
    spec = XSpec(worker_specs(Host("here"), 1)[0])
    assert (spec.popen, spec.ssh, spec.id) == (True, None, "here-1")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/opt/python", "/opt/python"),
        ("~/my venv/bin/python", "~/'my venv/bin/python'"),
        ("x; rm -r y", "'x; rm -r y'"),
    ],
)
def test_a_shell_there_takes_the_path_for_one_word(path: str, said: str) -> None:
    host = Host("studio", "me@studio", python=path)
    assert python_of(host) == said
    assert XSpec(visit_spec(host)).python == f"{said} 2>/dev/null"


def test_no_two_hosts_have_workers_of_the_same_id() -> None:
    hosts = [Host(name, "x") for name in ("a", "a-1", "a-1-1")]
    ids = [XSpec(text).id for host in hosts for text in worker_specs(host, 12)]
    assert len(set(ids)) == len(ids)
