"""A hosts file is read as batches are: what is right comes out as hosts, what is wrong is said with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.errors import BatchError
from grokbatch.hosts.host import Host, HostError, chosen, hosts_of, read_hosts

if TYPE_CHECKING:
    from pathlib import Path

BATCH = "permalink: https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863\nprompt: a red kite\n"
SSH = "must be what follows the word ssh when you log in there, such as me@studio or -p 2222 me@box"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "hosts.yaml"


def test_each_host_gets_what_the_file_says_or_the_default(file: Path) -> None:
    file.write_text(
        "studio: {ssh: me@studio}\n"
        "attic: {ssh: -p  2222 me@box, python: ~/venv/bin/python, workers: 6, accounts: [main, second],\n"
        "        directory: ~/videos, collect_files: false}\n"
        "here: {workers: 4}\n"
    )
    source = "hosts.yaml"
    assert read_hosts(file) == (
        Host("here", workers=4, source=source),
        Host("studio", "me@studio", source=source),
        Host("attic", "-p 2222 me@box", "~/venv/bin/python", 6, ("main", "second"), "videos", False, source),
    )
    assert [host.is_here for host in read_hosts(file)] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "told"),
    {
        "": ["1: is empty: name a computer, such as `studio: {ssh: me@studio, workers: 4}`"],
        "studio: {}": ["1:9: studio: is missing, must be keys, such as {ssh: me@studio, workers: 4}"],
        "studio: {ssh: me@studio, worker: 3}": ["1:26: studio.worker: unknown key, did you mean workers?"],
        "studio: {ssh: x, workers: 101}": [
            "1:27: studio.workers: must be a whole number from 1 to 100, or auto, not 101"
        ],
        "Studio: {ssh: x}": ["1:1: Studio: a host's name is made of a-z, 0-9 and -, such as studio"],
        "here: {ssh: x}": ["1:8: here.ssh: unknown key, allowed are workers, accounts"],
        "a: {ssh: x}\na: {ssh: y}": ["2:1: a: is here twice, first in line 1"],
        "a: {ssh: x, python: 3}": [
            (
                "1:21: a.python: must be the path of a Python there, such as /opt/grokbatch/bin/python, but YAML takes "
                "it for a number: put it in quotes"
            )
        ],
        "a: {ssh: x, directory: b//c}": [
            '1:24: a.directory: must be the path of a folder there, such as grokbatch-host, not "b//c"'
        ],
        "a: {ssh: 'x y'}": [
            f'1:10: a.ssh: {SSH}, not "x y": the computer comes last: options before it, no command after it'
        ],
        "a: {ssh: -p 22}": [f'1:10: a.ssh: {SSH}, not "-p 22": it names no computer'],
    }.items(),
)
def test_what_is_wrong_is_said_with_its_place(file: Path, text: str, told: list[str]) -> None:
    file.write_text(text)
    with pytest.raises(BatchError) as caught:
        read_hosts(file)
    assert str(caught.value).splitlines() == [f"hosts.yaml:{line}" for line in told]


@pytest.mark.parametrize("text", ["ssh://me@box", "-i 'a b' box", "-o", r"a\b", "-J hop -p 1"])
def test_what_execnet_cannot_say_to_ssh_is_refused(file: Path, text: str) -> None:
    file.write_text(f"studio:\n  ssh: {text}\n")
    with pytest.raises(BatchError, match=r"hosts.yaml:2:\d+: studio.ssh: must be"):
        read_hosts(file)


@pytest.mark.parametrize("text", ["box", "-p 2222 me@box", "-p2222 -J hop me@box", "-4 -i ~/.ssh/id -oUser=me box"])
def test_what_ssh_takes_is_taken(file: Path, text: str) -> None:
    file.write_text(f"studio:\n  ssh: {text}\n")
    assert read_hosts(file)[0].ssh == text


def test_a_file_that_is_not_there_is_named_with_what_to_write(file: Path) -> None:
    with pytest.raises(BatchError, match="write one with a line for each computer"):
        read_hosts(file)


def test_a_batch_names_a_file_or_the_hosts_themselves(file: Path) -> None:
    file.write_text("studio: {ssh: me@studio}\n")
    batch = file.with_name("x.yaml")
    batch.write_text(BATCH + "hosts: hosts.yaml\n")
    assert [host.name for host in hosts_of(load_batch(batch))] == ["studio"]
    batch.write_text(BATCH + "hosts: {here: {}, box: {ssh: box}}\n")
    assert [host.name for host in hosts_of(load_batch(batch))] == ["here", "box"]
    batch.write_text(BATCH)
    assert hosts_of(load_batch(batch)) == ()
    batch.write_text(BATCH + "hosts: {box: {ssh: box, workers: 0}, local: {workers: 2}}\n")
    with pytest.raises(BatchError) as caught:
        load_batch(batch)
    told = str(caught.value).splitlines()
    assert told[0] == "x.yaml:3:34: hosts.box.workers: must be a whole number from 1 to 100, or auto, not 0"
    assert "x.yaml:3:38: hosts.local: this computer is called here" in told


def test_hosts_are_chosen_by_name() -> None:
    hosts = (Host("studio", "a"), Host("attic", "b"))
    assert chosen(hosts, []) == hosts
    assert chosen(hosts, ["attic", "attic"]) == hosts[1:]
    with pytest.raises(HostError, match=r"hosts.yaml: studo: unknown host, did you mean studio\?"):
        chosen(hosts, ["studo"])
