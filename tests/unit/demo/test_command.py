"""`python -m grokbatch.demo` as a person uses it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from grokbatch.demo.__main__ import main
from grokbatch.demo.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "grokbatch.demo"]


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT for a child on Windows")
def test_it_prints_its_address_at_once_and_ends_at_ctrl_c(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps({"quota": 3, "outcomes": {"1": {"kind": "stuck"}}}))
    options = ["--scenario", str(file), "--quota", "4", "--generation", "2-5", "--outcome", "2=moderated@63"]
    options += ["--quota-of", "studio=2", "--quota-of", "archive=9", "--transfer", "2=cut,page"]
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        origin = child.stdout.readline().split()[-1]
        scenario = httpx.get(f"{origin}/__control__/scenario").json()
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == 0
    assert scenario["quota"] == 4
    assert scenario["quota_of"] == {"studio": 2, "archive": 9}
    assert scenario["transfers"] == {"2": ["cut", "page"]}
    assert scenario["generation"] == {"min": 2, "max": 5}
    assert {number: script["kind"] for number, script in scenario["outcomes"].items()} == {
        "1": "stuck",
        "2": "moderated",
    }


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT for a child on Windows")
def test_more_than_one_ctrl_c_changes_nothing() -> None:
    """Pressed again and again while the site stops: no traceback, and the end is as orderly."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _ in range(5):
            child.stdout.readline()
        while child.poll() is None:
            child.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(0.01)
        assert (child.returncode, child.communicate()[1]) == (0, "")


def test_the_help_describes_every_field_of_a_scenario() -> None:
    told = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True, timeout=30).stdout
    for name in Scenario.model_fields.keys() - {"outcomes", "image_outcomes", "transfers"}:
        assert f"--{name.replace('_', '-')}" in told
    assert all(field.description for field in Scenario.model_fields.values())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--quota", "-1"], "quota"),
        (["--generation", "8-3"], "min (8) must not be above max (3)"),
        (["--outcome", "late"], "--outcome late: must look like"),
        (["--scenario", "/nowhere.json"], "/nowhere.json"),
        (["--limit-style", "popup"], "'dialog' or 'banner'"),
        (["--otherwise", "late"], "otherwise.kind"),
        (["--image-outcome", "8f3c=chat_answer"], "image_outcomes.8f3c"),
        (["--image-outcome", "8f3c"], "--image-outcome 8f3c: must look like"),
        (["--transfer", "2"], "--transfer 2: must look like 3=cut,page"),
        (["--transfer", "2=late"], "transfers.2"),
        (["--quota-of", "studio"], "--quota-of studio: must look like NAME=3"),
        (["--signed-out-after-of", "studio=0"], "signed_out_after_of.studio"),
    ],
)
def test_a_wrong_option_is_named(capsys: pytest.CaptureFixture[str], options: list[str], told: str) -> None:
    with pytest.raises(SystemExit) as end:
        main(options)
    assert end.value.code == 2
    assert told in capsys.readouterr().err


def test_a_wrong_option_ends_the_command() -> None:
    run = subprocess.run([*COMMAND, "--quota", "-1"], capture_output=True, text=True, check=False, timeout=30)
    assert run.returncode == 2
    assert "quota" in run.stderr
    assert "Traceback" not in run.stderr
